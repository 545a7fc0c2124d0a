#!/usr/bin/env bash
# Deploys {{ environment }}: each stack after those that it needs.
# Usage: deploy.sh [company]
set -euo pipefail
cd "$(dirname "$0")"

tags=()
[ -z "${1:-}" ] || tags=(--tags "company=$1")
# A template of more than 51,200 bytes goes through a bucket: S3_BUCKET=name deploy.sh …
bucket=()
[ -z "${S3_BUCKET:-}" ] || bucket=(--s3-bucket "$S3_BUCKET")
# CloudFormation can work as a role of its own, one of the environment's deployers: ROLE_ARN=arn deploy.sh …
role=()
[ -z "${ROLE_ARN:-}" ] || role=(--role-arn "$ROLE_ARN")

{% if stacks | selectattr("account") | list %}
# Each stack goes to its account. Where the credentials are for another one, PROFILE_<account> names a profile of the AWS
# CLI for it.
in_account() { # account
  local profile="PROFILE_$1" caller
  [ -z "${!profile:-}" ] || export AWS_PROFILE="${!profile}"
  caller=$(aws sts get-caller-identity --query Account --output text)
  [ "$caller" = "$1" ] || { echo "these templates are for account $1, this is $caller: set $profile" >&2; exit 1; }
}

{% endif %}
deploy() { # stack template [--region region]
  local stack=$1 template=$2
  shift 2
  aws cloudformation deploy "$@" --stack-name "$stack" --template-file "$template" \
    --capabilities CAPABILITY_NAMED_IAM --no-fail-on-empty-changeset \
    ${tags[@]+"${tags[@]}"} ${bucket[@]+"${bucket[@]}"} ${role[@]+"${role[@]}"}
}
{% if stacks | selectattr("protected") | list %}

# Neither the stack nor what holds data or a key in it can be deleted or replaced.
protect() { # stack [--region region]
  local stack=$1
  shift
  aws cloudformation update-termination-protection "$@" --stack-name "$stack" \
    --enable-termination-protection > /dev/null
  aws cloudformation set-stack-policy "$@" --stack-name "$stack" --stack-policy-body '{{ stack_policy }}'
}
{% endif %}

{% for stack in stacks %}
{% if loop.changed(stack.account) and stack.account %}
in_account {{ stack.account }}
{% endif %}
deploy {{ stack.name }} {{ stack.template }}{{ stack.region }}
{% if stack.protected %}
protect {{ stack.name }}{{ stack.region }}
{% endif %}
{% endfor %}
