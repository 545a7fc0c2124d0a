#!/usr/bin/env bash
# Deploys what `synth <env>` wrote. Usage: deploy.sh <env> <company>; the company becomes a tag.
set -euo pipefail
[ $# -eq 2 ] || { echo "usage: deploy.sh <env> <company>" >&2; exit 2; }
script="$(dirname "$0")/out/$1/deploy.sh"
[ -x "$script" ] || { echo "there is no $script: run \`synth $1\` first" >&2; exit 2; }
exec "$script" "$2"
