#!/usr/bin/env bash
# Deploys {{ environment }}: each stack after those that it needs.
# Usage: deploy.sh [company]
set -euo pipefail
cd "$(dirname "$0")"

tags=()
[ -z "${1:-}" ] || tags=(--tags "company=$1")
# CloudFormation takes {{ limit }} bytes of a template with the call{{ ", where indentation can be left out" if json }}. What is larger goes through
# a bucket: S3_BUCKET=name deploy.sh …
bucket=()
sent=$(mktemp)
trap 'rm -f "$sent"' EXIT
send() { {{ "sed 's/^ *//'" if json else "cat" }} "$1" > "$sent"; }
if [ -n "${S3_BUCKET:-}" ]; then
  bucket=(--s3-bucket "$S3_BUCKET")
else
  large=""
  for template in {{ stacks | selectattr("template") | map(attribute="template") | join(" ") }}; do
    send "$template"
    [ "$(wc -c < "$sent")" -le {{ limit }} ] || large+=" $template"
  done
  [ -z "$large" ] || { echo "larger than {{ limit }} bytes:$large. Set S3_BUCKET to the name of a bucket for them" >&2; exit 2; }
fi
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
  if [ -z "${S3_BUCKET:-}" ] && [ "$(wc -c < "$template")" -gt {{ limit }} ]; then
    send "$template"
    template=$sent
  fi
  aws cloudformation deploy "$@" --stack-name "$stack" --template-file "$template" \
    --capabilities CAPABILITY_NAMED_IAM --no-fail-on-empty-changeset \
    ${tags[@]+"${tags[@]}"} ${bucket[@]+"${bucket[@]}"} ${role[@]+"${role[@]}"}
}
{% if stacks | map(attribute="pools") | map("length") | sum %}

# No pool of keys gets smaller: nobody could decrypt any longer what is encrypted under the keys that leave it.
keep() { # pool, the alias of the key after its last [--region region]
  local pool=$1 alias=$2 said
  shift 2
  if said=$(aws kms describe-key "$@" --key-id "$alias" 2>&1); then
    echo "$pool has more keys than the template: there is $alias. \`retired\` takes a key out of use" >&2
    exit 1
  fi
  case $said in
    *NotFoundException*) ;;
    *) echo "whether $pool has more keys could not be seen: $said" >&2 ;;
  esac
}
{% endif %}
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
{% if stacks | map(attribute="fillings") | map("length") | sum %}

# What is secret gets its value once, and it is never shown: asked for in a terminal, or taken from a variable of the
# environment, such as VALUE_shop_prod_token for shop/prod/token. What has a value is left alone.
ask() { # name
  local variable="VALUE_${1//[^A-Za-z0-9]/_}" value=""
  variable=${variable/VALUE__/VALUE_}
  if [ -n "${!variable:-}" ]; then
    value=${!variable}
  elif [ -t 0 ]; then
    read -rsp "value of $1: " value < /dev/tty
    echo >&2
  fi
  [ -n "$value" ] || echo "$1 has no value yet: set $variable, or run this in a terminal" >&2
  printf '%s' "$value"
}
secret() { # name region [key of a data key]
  local name=$1 value
  [ "$(aws secretsmanager describe-secret $2 --secret-id "$name" --query 'length(keys(VersionIdsToStages || `{}`))' --output text)" = 0 ] || return 0
  if [ -n "${3:-}" ]; then
    value=$(aws kms generate-data-key-without-plaintext $2 --key-id "$3" --key-spec AES_256 --query CiphertextBlob --output text)
  else
    value=$(ask "$name")
  fi
  [ -z "$value" ] || printf '%s' "$value" | aws secretsmanager put-secret-value $2 --secret-id "$name" --secret-string file:///dev/stdin > /dev/null
}
parameter() { # name region [key]
  local name=$1 value key=()
  [ -z "${3:-}" ] || key=(--key-id "$3")
  [ "$(aws ssm describe-parameters $2 --parameter-filters "Key=Name,Values=$name" --query 'length(Parameters)' --output text)" = 0 ] || return 0
  value=$(ask "$name")
  [ -z "$value" ] || printf '%s' "$value" | aws ssm put-parameter $2 --name "$name" --type SecureString ${key[@]+"${key[@]}"} --value file:///dev/stdin > /dev/null
}
{% endif %}
{% if stacks | map(attribute="policies") | map("length") | sum %}

# What others have to add to their policies, with what is known only now: for them it is in *.policy.deployed.json.
known=""
learn() { # placeholder value
  [ -z "$2" ] || known+="$1"$'\t'"$2"$'\n'
}
know() { # stack [--region region]
  local stack=$1 outputs name value
  shift
  outputs=$(aws cloudformation describe-stacks "$@" --stack-name "$stack" \
    --query 'Stacks[0].Outputs[].[OutputKey,OutputValue]' --output text)
  while IFS=$'\t' read -r name value; do
    learn "\${$stack:$name}" "$value"
  done <<< "$outputs"
}
tell() { # file stack [--region region]
  local file=$1 stack=$2 id partition region account suffix=amazonaws.com text name value
  shift 2
  id=$(aws cloudformation describe-stacks "$@" --stack-name "$stack" --query 'Stacks[0].StackId' --output text)
  IFS=: read -r _ partition _ region account _ <<< "$id"
  [ "$partition" != aws-cn ] || suffix=amazonaws.com.cn
  text=$(cat "$file.policy.json")
  text=${text//'${AWS::Partition}'/"$partition"}
  text=${text//'${AWS::Region}'/"$region"}
  text=${text//'${AWS::AccountId}'/"$account"}
  text=${text//'${AWS::URLSuffix}'/"$suffix"}
  while IFS=$'\t' read -r name value; do
    [ -z "$name" ] || text=${text//"$name"/"$value"}
  done <<< "$known"
  case $text in *'${'*)
    name=${text#*'${'}
    echo "$file.policy.json names ${name%%\}*}, which nothing shows" >&2
    exit 1
  esac
  printf '%s\n' "$text" > "$file.policy.deployed.json"
}
{% if looks_up %}

# What stacks show that are not deployed here.
one_of() { # name, among lines of names and values
  local wanted=$1 name value
  while IFS=$'\t' read -r name value; do
    [ "$name" != "$wanted" ] || printf '%s' "$value"
  done
}
export_of() { # name [--region region]
  local name=$1
  shift
  aws cloudformation list-exports "$@" --query 'Exports[].[Name,Value]' --output text | one_of "$name"
}
output_of() { # stack name [--region region]
  local stack=$1 name=$2
  shift 2
  aws cloudformation describe-stacks "$@" --stack-name "$stack" \
    --query 'Stacks[0].Outputs[].[OutputKey,OutputValue]' --output text | one_of "$name"
}
as_role() { # role command …
  local role=$1 session id secret token
  shift
  session=$(aws sts assume-role --role-arn "$role" --role-session-name deploy \
    --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text) || return
  IFS=$'\t' read -r id secret token <<< "$session"
  AWS_ACCESS_KEY_ID=$id AWS_SECRET_ACCESS_KEY=$secret AWS_SESSION_TOKEN=$token "$@"
}
{% endif %}
{% endif %}

{% for stack in stacks %}
{% if loop.changed(stack.account) and stack.account %}
in_account {{ stack.account }}
{% endif %}
{% if stack.template %}
{% for pool in stack.pools %}
keep {{ pool.path }} {{ pool.alias }}{{ stack.region }}
{% endfor %}
deploy {{ stack.name }} {{ stack.template }}{{ stack.region }}
{% endif %}
{% if stack.protected %}
protect {{ stack.name }}{{ stack.region }}
{% endif %}
{% for filling in stack.fillings %}
{{ "secret" if filling.is_secret else "parameter" }} {{ filling.name }} "{{ stack.region | trim }}" {{ filling.data_key or filling.key or '' }}
{% endfor %}
{% if stack.template and stacks | map(attribute="policies") | map("length") | sum %}
know {{ stack.name }}{{ stack.region }}
{% endif %}
{% for policy in stack.policies %}
{% for lookup in policy.lookups %}
learn {{ lookup.placeholder }} "$({{ lookup.command }})"
{% endfor %}
tell {{ policy.name }} {{ stack.teller }}
{% endfor %}
{% endfor %}
