"""Alarms."""

from moto.cloudwatch.models import cloudwatch_backends

from .repair import new_type, service


@new_type("AWS::CloudWatch::Alarm")
def alarm(properties, account, region):
    """moto lacks the type: nobody would be told."""
    service("cloudwatch", region).put_metric_alarm(**properties)  # CloudFormation's names are the API's
    name = properties["AlarmName"]
    return name, {"Arn": cloudwatch_backends[account][region].alarms[name].alarm_arn}


@alarm.deletion
def alarm_deletion(name, account, region):
    cloudwatch_backends[account][region].delete_alarms([name])
