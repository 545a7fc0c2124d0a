#!/usr/bin/env bash
# Deletes {{ environment }} with all its data and keys: each stack before those that it needs.
# Usage: destroy.sh {{ environment }}   (so that it is never done by accident)
set -euo pipefail

[ "${1:-}" = "{{ environment }}" ] || { echo "usage: destroy.sh {{ environment }}" >&2; exit 2; }

{% if account %}
account=$(aws sts get-caller-identity --query Account --output text)
[ "$account" = "{{ account }}" ] || { echo "these stacks are in account {{ account }}, this is $account" >&2; exit 1; }

{% endif %}
{% for stack in stacks | reverse %}
aws cloudformation delete-stack{{ stack.region }} --stack-name {{ stack.name }}
aws cloudformation wait stack-delete-complete{{ stack.region }} --stack-name {{ stack.name }}
{% endfor %}
