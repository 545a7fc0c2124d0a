"""Tables: what encrypts them, and whether they can be recovered."""

from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import Table

from .repair import after_creation, before_creation


@before_creation(Table)
def table_encryption(properties):
    """moto looks for the API's `Enabled`, not CloudFormation's `SSEEnabled`, and shows the table as unencrypted."""
    if "SSESpecification" in properties:
        encryption = properties["SSESpecification"]
        properties["SSESpecification"] = {**encryption, "Enabled": encryption["SSEEnabled"]}


@after_creation(Table)
def point_in_time_recovery(table, properties, account, region):
    """moto drops the property: every environment's tables would look unrecoverable."""
    specification = properties.get("PointInTimeRecoverySpecification", {"PointInTimeRecoveryEnabled": False})
    dynamodb_backends[account][region].update_continuous_backups(table.name, specification)
