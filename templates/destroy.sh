#!/usr/bin/env bash
# Deletes {{ environment }} with all its data and keys: each stack before those that it needs.
# Usage: destroy.sh {{ environment }}   (so that it is never done by accident)
set -euo pipefail

[ "${1:-}" = "{{ environment }}" ] || { echo "usage: destroy.sh {{ environment }}" >&2; exit 2; }

{% if stacks | selectattr("account") | list %}
# Each stack goes to its account. Where the credentials are for another one, PROFILE_<account> names a profile of the AWS
# CLI for it.
in_account() { # account
  local profile="PROFILE_$1" caller
  [ -z "${!profile:-}" ] || export AWS_PROFILE="${!profile}"
  caller=$(aws sts get-caller-identity --query Account --output text)
  [ "$caller" = "$1" ] || { echo "these stacks are in account $1, this is $caller: set $profile" >&2; exit 1; }
}

{% endif %}
{% if stacks | selectattr("buckets") | list %}
# CloudFormation deletes no bucket that holds anything: all versions of all objects go first, a hundred at a time, until
# there are none or those that are left are locked.
empty() {
  local bucket=$1 objects before
  shift
  while
    before=${objects:-}
    objects=$(aws s3api list-object-versions --bucket "$bucket" --no-paginate --max-keys 100 --output json "$@" \
      --query '{Quiet: `true`, Objects: [Versions, DeleteMarkers][][].{Key: Key, VersionId: VersionId}}')
    grep -q '"Key"' <<<"$objects" && [ "$objects" != "$before" ]
  do
    aws s3api delete-objects --bucket "$bucket" --delete "$objects" "$@"
  done
}

{% endif %}
{% for stack in stacks | reverse %}
{% if loop.changed(stack.account) and stack.account %}
in_account {{ stack.account }}
{% endif %}
{% if stack.trails %}
# A trail would fill its bucket again.
for trail in $(aws cloudformation list-stack-resources{{ stack.region }} --stack-name {{ stack.name }} --output text \
  --query "StackResourceSummaries[?ResourceType=='AWS::CloudTrail::Trail'].PhysicalResourceId"); do
  aws cloudtrail stop-logging{{ stack.region }} --name "$trail"
done
{% endif %}
{% if stack.buckets %}
for bucket in $(aws cloudformation list-stack-resources{{ stack.region }} --stack-name {{ stack.name }} --output text \
  --query "StackResourceSummaries[?ResourceType=='AWS::S3::Bucket'].PhysicalResourceId"); do
  empty "$bucket"{{ stack.region }}
done
{% endif %}
{% for filling in stack.fillings %}
{% if not filling.is_secret %}
# deploy.sh made it, so no stack takes it along.
aws ssm delete-parameters{{ stack.region }} --names {{ filling.name }} > /dev/null
{% endif %}
{% endfor %}
{% if stack.template %}
aws cloudformation delete-stack{{ stack.region }} --stack-name {{ stack.name }}
aws cloudformation wait stack-delete-complete{{ stack.region }} --stack-name {{ stack.name }}
{% endif %}
{% endfor %}
