"""Trails."""

from moto.cloudtrail.models import cloudtrail_backends

from .repair import new_type


@new_type("AWS::CloudTrail::Trail")
def trail(properties, account, region):
    """moto lacks the type: nothing would be on record."""
    trails, name = cloudtrail_backends[account][region], properties["TrailName"]
    made = trails.create_trail(
        name,
        properties["S3BucketName"],
        properties.get("S3KeyPrefix"),
        properties.get("SnsTopicName"),
        is_global=properties.get("IncludeGlobalServiceEvents", False),
        is_multi_region=properties.get("IsMultiRegionTrail", False),
        log_validation=properties.get("EnableLogFileValidation", False),
        is_org_trail=False,
        cw_log_group_arn=properties.get("CloudWatchLogsLogGroupArn"),
        cw_role_arn=properties.get("CloudWatchLogsRoleArn"),
        kms_key_id=properties.get("KMSKeyId"),
        tags_list=properties.get("Tags", []),
    )
    trails.put_event_selectors(name, properties.get("EventSelectors"), properties.get("AdvancedEventSelectors"))
    if properties["IsLogging"]:
        trails.start_logging(name)
    return name, {"Arn": made.arn}


@trail.deletion
def trail_deletion(name, account, region):
    cloudtrail_backends[account][region].delete_trail(name)
