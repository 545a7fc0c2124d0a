"""Log groups and the metrics that are read off them."""

import uuid

from moto.logs.models import LogGroup, logs_backends

from .repair import around, before_creation, new_type


@before_creation(LogGroup)
def log_group_key(properties):
    """moto looks for the API's `kmsKeyId` and shows the group as not encrypted under any key."""
    if "KmsKeyId" in properties:
        properties["kmsKeyId"] = properties["KmsKeyId"]


@around(LogGroup, "get_cfn_attribute")
def arn_of_streams(plain, group, name):
    """moto lacks the `:*` behind the ARN: a trail or permission would be for the group and none of its streams."""
    return f"{plain(group, name)}:*" if name == "Arn" else plain(group, name)


@new_type("AWS::Logs::MetricFilter")
def metric_filter(properties, account, region):
    """moto lacks the type: an alarm's metric would never be fed."""
    name, metrics = properties.get("FilterName", str(uuid.uuid4())), properties["MetricTransformations"]
    metrics = [{key[0].lower() + key[1:]: value for key, value in metric.items()} for metric in metrics]
    filters = logs_backends[account][region]
    filters.put_metric_filter(name, properties["FilterPattern"], properties["LogGroupName"], metrics)
    return name, {}


@metric_filter.deletion
def metric_filter_deletion(name, account, region):
    filters = logs_backends[account][region].filters
    filters.metric_filters = [each for each in filters.metric_filters if each["filterName"] != name]
