"""Takes in SMS messages: each is added to its conversation, counted, announced and put on record.

SNS delivers at least once and Lambda repeats what failed, so every step may run again: a message is
stored and counted in one transaction that succeeds once, and announced until that has been noted.
"""

import contextlib
import json
import os
import random
import time

import boto3

ATTEMPTS = 6
dynamodb = boto3.resource("dynamodb").meta.client  # unlike a plain client, speaks Python values
sns = boto3.client("sns")
logs = boto3.client("logs")


def handler(event, context):
    for record in event["Records"]:
        receive(json.loads(record["Sns"]["Message"]), record["Sns"]["Timestamp"])


def receive(sms, received_at):
    message_id, day = sms["inboundMessageId"], received_at[:10]
    origin, destination = sms["originationNumber"], sms["destinationNumber"]
    # A conversation is one day between two numbers: an item cannot grow beyond 400 KB.
    conversation = {
        "TableName": os.environ["CONVERSATIONS_TABLE"],
        "Key": {"conversationId": f"{destination}#{origin}#{day}"},
    }
    counter = {
        "TableName": os.environ["ANALYTICS_TABLE"],
        "Key": {"metricId": f"inbound-sms#{destination}", "day": day},
    }
    store({**sms, "receivedAt": received_at}, conversation, counter)
    stored = dynamodb.get_item(**conversation, ConsistentRead=True)["Item"]
    if message_id in stored.get("announced", ()):
        return
    numbers = {"from": masked(origin), "to": masked(destination)}
    message = {"event": "message", "inboundMessageId": message_id, **numbers}
    status = {"inboundMessageId": message_id, "status": "RECEIVED", "receivedAt": received_at}
    sns.publish(TopicArn=os.environ["DELIVERY_STATUS_TOPIC_ARN"], Message=json.dumps(status))
    put_on_record(day, message, {"event": "delivery", **status})
    values = {":ids": {message_id}}
    note = {"UpdateExpression": "ADD announced :ids", "ExpressionAttributeValues": values}
    dynamodb.update_item(**conversation, **note)


def store(message, conversation, counter):
    """Appends and counts the message, unless an earlier delivery did."""
    message_id = message["inboundMessageId"]
    values = {":none": [], ":new": [message], ":id": message_id, ":ids": {message_id}}
    appended = "messages = list_append(if_not_exists(messages, :none), :new)"
    append = {
        "UpdateExpression": f"SET {appended} ADD received :ids",
        "ConditionExpression": "attribute_not_exists(received) OR NOT contains(received, :id)",
        "ExpressionAttributeValues": values,
    }
    add = {"UpdateExpression": "ADD messages :one", "ExpressionAttributeValues": {":one": 1}}
    updates = [{"Update": {**conversation, **append}}, {"Update": {**counter, **add}}]
    for attempt in range(ATTEMPTS):
        try:
            dynamodb.transact_write_items(TransactItems=updates)
            return
        except dynamodb.exceptions.TransactionCanceledException as error:
            reasons = [reason["Code"] for reason in error.response["CancellationReasons"]]
            if reasons[0] == "ConditionalCheckFailed":
                return
            if "TransactionConflict" not in reasons or attempt == ATTEMPTS - 1:
                raise
        time.sleep(random.uniform(0, 0.05 * 2**attempt))  # another message is being counted


def put_on_record(stream, *entries):
    """Writes to a day's log stream; an entry holds neither a message's text nor a whole number."""
    target = {"logGroupName": os.environ["RECORD_LOG_GROUP"], "logStreamName": stream}
    now = int(time.time() * 1000)
    events = [{"timestamp": now, "message": json.dumps(entry)} for entry in entries]
    try:
        logs.put_log_events(**target, logEvents=events)
    except logs.exceptions.ResourceNotFoundException:
        with contextlib.suppress(logs.exceptions.ResourceAlreadyExistsException):
            logs.create_log_stream(**target)
        logs.put_log_events(**target, logEvents=events)


def masked(number):
    return "***" + number[-2:]
