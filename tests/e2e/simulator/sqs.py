"""Queues: who may send."""

import json

from moto.sqs.models import sqs_backends

from .repair import new_type


@new_type("AWS::SQS::QueuePolicy")
def queue_policy(properties, account, region):
    """moto lacks the type: a queue would take what comes without TLS."""
    for queue in properties["Queues"]:
        sqs_backends[account][region].get_queue(queue.rsplit("/")[-1]).policy = json.dumps(properties["PolicyDocument"])
    return properties["Queues"][0], {}
