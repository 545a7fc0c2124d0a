"""Secrets, which have no value until the deploy script gives them one."""

from moto.secretsmanager.models import secretsmanager_backends

from .repair import new_type


@new_type("AWS::SecretsManager::Secret")
def secret(properties, account, region):
    """moto lacks the type: there would be nothing to fill."""
    secrets = secretsmanager_backends[account][region]
    made, _ = secrets._add_secret(
        properties["Name"],
        description=properties.get("Description"),
        tags=properties.get("Tags"),
        kms_key_id=properties.get("KmsKeyId"),
    )
    return made.arn, {"Id": made.arn}


@secret.deletion
def secret_deletion(arn, account, region):
    secretsmanager_backends[account][region].delete_secret(arn, None, force_delete_without_recovery=True)
