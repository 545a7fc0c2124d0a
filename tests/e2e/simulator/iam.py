"""Roles and the policies they hold."""

import json

from moto.cloudformation.exceptions import ValidationError
from moto.iam.models import ManagedPolicy, Role, iam_backends
from moto.utilities.utils import get_partition

from .repair import after_creation, around, deletion, update


@after_creation(Role)
def attached_policies(role, properties, account, region):
    """moto drops ManagedPolicyArns: the role would have no permissions."""
    for arn in properties.get("ManagedPolicyArns", []):
        iam_backends[account][get_partition(region)].attach_role_policy(arn, role.name)


@around(Role, "delete_from_cloudformation_json")
def detached_policies(plain, name, definition, account, region):
    """moto refuses to delete a role that has policies, which AWS detaches as it had attached them."""
    iam = iam_backends[account][get_partition(region)]
    for arn in list(iam.get_role(name).managed_policies):
        iam.detach_role_policy(arn, name)
    plain(name, definition, account, region)


@update(ManagedPolicy)
def changed_policy(policy, properties, account, region):
    """moto leaves the policy as it was: roles would keep what they have just lost."""
    iam = iam_backends[account][get_partition(region)]
    iam.create_policy_version(policy.arn, json.dumps(properties["PolicyDocument"]), set_as_default=True)


@deletion(ManagedPolicy)
def policy_deletion(policy, account, region):
    """moto leaves the policy where it is. The role that holds it goes first, as on AWS."""
    if policy.attachment_count:
        raise ValidationError(message=f"{policy.arn} is attached to a role")
    iam_backends[account][get_partition(region)].delete_policy(policy.arn)
