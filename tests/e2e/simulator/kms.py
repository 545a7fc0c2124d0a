"""Keys, their replicas in other regions, and aliases."""

import json
import uuid

from moto.cloudformation.exceptions import ValidationError
from moto.kms import models
from moto.kms.models import Key, kms_backends
from moto.kms.responses import KmsResponse

from .repair import around, deletion, new_type, update


@around(models, "generate_key_id")
def id_of_a_multi_region_key(plain, multi_region=False):
    """moto makes it longer than AWS does, and then cannot read its own ciphertexts."""
    return f"mrk-{uuid.uuid4().hex}" if multi_region else plain()


@around(KmsResponse, "_validate_cmk_id")
def known_by_its_id(plain, response, key_id):
    """moto takes such an id, as AWS makes it, for none."""
    plain(response, f"arn:aws:kms:::key/{key_id}" if key_id.startswith("mrk-") else key_id)


@around(Key, "create_from_cloudformation_json")
def key(plain, name, definition, account, region, **rest):
    """moto drops MultiRegion, and answers HTTP 500 to CloudFormation's tags and to a policy that is an object."""
    properties = definition["Properties"]
    made = kms_backends[account][region].create_key(
        policy=json.dumps(properties["KeyPolicy"]),
        key_usage=properties.get("KeyUsage", "ENCRYPT_DECRYPT"),
        key_spec=properties.get("KeySpec", "SYMMETRIC_DEFAULT"),
        description=properties.get("Description"),
        tags=[{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in properties.get("Tags", [])],
        multi_region=properties.get("MultiRegion", False),
    )
    made.key_rotation_status = properties.get("EnableKeyRotation", False)
    made.pending_window = properties.get("PendingWindowInDays", 30)
    return made


@update(Key)
def key_update(key, properties, account, region):
    """moto leaves the key as it is, with a policy that lets those in who have just lost it."""
    key.policy = json.dumps(properties["KeyPolicy"])
    key.description = properties.get("Description", "")


@deletion(Key)
def key_deletion(key, account, region):
    """moto leaves the key as it is. A primary key goes after its replicas: AWS lets it wait for them, this refuses."""
    replicas = key.multi_region_configuration["ReplicaKeys"] if key.multi_region else []
    for replica in replicas:
        if kms_backends[account][replica["Region"]].keys[key.id].key_state != "PendingDeletion":
            raise ValidationError(message=f"{key.arn} has a replica in {replica['Region']}")
    kms_backends[account][region].schedule_key_deletion(key.id, key.pending_window)


@new_type("AWS::KMS::ReplicaKey")
def replica_key(properties, account, region):
    """moto lacks the type: there would be one key, in one region."""
    primary = properties["PrimaryKeyArn"].split(":")
    key_id = primary[5].removeprefix("key/")
    replica = kms_backends[account][primary[3]].replicate_key(key_id, region)
    replica.policy = json.dumps(properties["KeyPolicy"])
    replica.description = properties.get("Description", "")
    replica.aliases, replica.grants = {}, {}  # moto's copy shares the primary's
    tags = {tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])}
    kms_backends[account][region].tag_resource(key_id, tags)
    return replica.id, {"Arn": replica.arn, "KeyId": replica.id}


@replica_key.deletion
def replica_key_deletion(key_id, account, region):
    kms_backends[account][region].schedule_key_deletion(key_id, 7)
