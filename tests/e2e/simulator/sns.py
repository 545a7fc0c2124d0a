"""Topics: who may publish, and where messages go."""

import json
import uuid
from datetime import UTC, datetime

from moto.awslambda.models import LambdaBackend
from moto.sns.models import sns_backends

from .repair import around, new_type


@new_type("AWS::SNS::TopicPolicy")
def topic_policy(properties, account, region):
    """moto lacks the type: a topic would keep its default policy, without its publishers."""
    for arn in properties["Topics"]:
        sns_backends[account][region].get_topic(arn).policy = json.dumps(properties["PolicyDocument"])
    return properties["Topics"][0], {}


@new_type("AWS::SNS::Subscription")
def subscription(properties, account, region):
    """moto lacks the type: nothing would reach the function."""
    topics = sns_backends[account][region]
    return topics.subscribe(properties["TopicArn"], properties["Endpoint"], properties["Protocol"]).arn, {}


@around(LambdaBackend, "send_sns_message")
def notification(plain, functions, function_name, message, subject=None, qualifier=None):
    """moto dates what it delivers to a function to 1970, so that the function files it under that day."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    record = {"Type": "Notification", "MessageId": str(uuid.uuid4()), "Timestamp": now, "Message": message}
    event = {"Records": [{"EventSource": "aws:sns", "EventVersion": "1.0", "Sns": record}]}
    functions.get_function(function_name, qualifier).invoke(json.dumps(event), {}, {})
