"""smsbot in every environment: deployed with the real AWS CLI to a simulator, looked at, used, and deployed again.

What a pass does not prove, because the simulator never denies and never validates:
- that a key policy, a topic policy or the role's policy suffices, or is not too wide (`synth audit` is for that);
- that AWS accepts the templates: schemas, quotas, regions, names that are taken (cfn-lint covers part of it);
- what happens to an existing stack on replacement, on rollback, on deletion, or to a key in its waiting period;
- rotation itself, delivery by End User Messaging, encryption at rest, TLS, and that stack tags reach resources;
- deletion protection of log groups, and the function's own log, timeout and memory.
"""

import itertools
import json
import time
from dataclasses import dataclass

import pytest

from conftest import LOG_RETENTION, REPOSITORY, System

KEYS = ["smsbot", "sns", "dynamodb", "logs"]
TABLES = {"conversations": ["conversationId"], "analytics": ["metricId", "day"]}
TOPICS = ["inbound-sms", "delivery-status"]
PROCESSOR = REPOSITORY / "stacks/smsbot/processor.py"

RECEIVED_AT = "2026-01-31T12:00:00.000Z"
DAY = RECEIVED_AT[:10]
SENDER = "+14255550182"
UNUSED = itertools.count()
TEXT = "my order has not come"


@dataclass(frozen=True)
class SMSBot(System):
    """smsbot with its names."""

    def name(self, area, kind, name):
        return f"smsbot-{self.environment}-{area}-{kind}-{name}"

    def key(self, name):
        """The ARN of one of its keys, found by its alias."""
        return self.key_arn("alias/" + self.name("security", "key", name))


@pytest.fixture
def smsbot(deployment):
    return SMSBot("smsbot", deployment)


@dataclass(frozen=True)
class Inbox:
    """One of our phone numbers, which no other test uses."""

    number: str

    def sms(self, message_id):
        """A message as End User Messaging publishes it."""
        return {
            "originationNumber": SENDER,
            "destinationNumber": self.number,
            "messageKeyword": "KEYWORD_123456789012",
            "messageBody": TEXT,
            "inboundMessageId": message_id,
            "previousPublishedMessageId": "4c1b2d66-0f2e-4a3c-9a33-3e5ab2f8a0d1",
        }

    def event(self, message_id):
        """The same as SNS hands it to a function."""
        notification = {"Type": "Notification", "Timestamp": RECEIVED_AT, "Message": json.dumps(self.sms(message_id))}
        return {"Records": [{"EventSource": "aws:sns", "EventVersion": "1.0", "Sns": notification}]}


@pytest.fixture
def inbox():
    return Inbox(f"+1212555{next(UNUSED):04}")


def topic_arn(smsbot, name):
    topics = smsbot.client("sns").list_topics()["Topics"]
    wanted = ":" + smsbot.name("messaging", "topic", name)
    return next(topic["TopicArn"] for topic in topics if topic["TopicArn"].endswith(wanted))


def topic_attributes(smsbot, name):
    return smsbot.client("sns").get_topic_attributes(TopicArn=topic_arn(smsbot, name))["Attributes"]


def function_name(smsbot):
    return smsbot.name("compute", "function", "processor")


def record_group(smsbot):
    return f"smsbot-{smsbot.environment}-messaging-logs-sns"


def record_entries(smsbot):
    events = smsbot.client("logs").filter_log_events(logGroupName=record_group(smsbot))["events"]
    return [event["message"] for event in events]


# Keys


@pytest.mark.parametrize("name", KEYS)
def test_key_is_verified_as_documented(smsbot, name):
    alias = "alias/" + smsbot.name("security", "key", name)
    key = smsbot.aws("kms", "describe-key", "--key-id", alias)["KeyMetadata"]
    assert (key["KeyState"], key["KeyManager"]) == ("Enabled", "CUSTOMER")

    # These two take a key's id or ARN, not an alias.
    rotation = smsbot.aws("kms", "get-key-rotation-status", "--key-id", key["KeyId"])
    assert rotation["KeyRotationEnabled"] is True
    policy = smsbot.aws("kms", "get-key-policy", "--key-id", key["KeyId"], "--policy-name", "default")
    statements = json.loads(policy["Policy"])["Statement"]
    assert all(s["Principal"] not in ("*", {"AWS": "*"}) for s in statements if s["Effect"] == "Allow")


def test_outputs_lead_to_the_keys(smsbot):
    outputs = smsbot.outputs()
    assert smsbot.key_arn(outputs["SMSBotKMSKeyId"]) == smsbot.key("smsbot")
    assert outputs["SMSBotKMSKeyArn"] == smsbot.key("smsbot")
    assert smsbot.key_arn(outputs["DynamoDBKMSKeyId"]) == smsbot.key("dynamodb")
    assert smsbot.key_arn(outputs["SNSKMSKeyId"]) == smsbot.key("sns")
    assert outputs["SMSBotKMSKeyArn"].endswith("/" + outputs["SMSBotKMSKeyId"])


@pytest.mark.parametrize("name", KEYS)
def test_key_encrypts_and_decrypts(smsbot, name):
    # Wiring only. On AWS this caller would be denied: the policies admit the services and roles that use a key.
    kms = smsbot.client("kms")
    encrypted = kms.encrypt(KeyId="alias/" + smsbot.name("security", "key", name), Plaintext=TEXT.encode())
    decrypted = kms.decrypt(CiphertextBlob=encrypted["CiphertextBlob"])
    assert (decrypted["Plaintext"], decrypted["KeyId"]) == (TEXT.encode(), smsbot.key(name))


@pytest.mark.parametrize("name", KEYS)
def test_key_is_kept_running_out_of_hours(smsbot, name):
    tags = smsbot.client("kms").list_resource_tags(KeyId=smsbot.key(name))["Tags"]
    assert {"TagKey": "OffHoursShutdown", "TagValue": "disabled"} in tags


# What the keys protect


@pytest.mark.parametrize("name", TABLES)
def test_table_is_encrypted_and_recoverable(smsbot, name):
    dynamodb, table = smsbot.client("dynamodb"), smsbot.name("storage", "table", name)
    description = dynamodb.describe_table(TableName=table)["Table"]
    assert [key["AttributeName"] for key in description["KeySchema"]] == TABLES[name]
    assert description["SSEDescription"]["SSEType"] == "KMS"
    assert smsbot.key_arn(description["SSEDescription"]["KMSMasterKeyArn"]) == smsbot.key("dynamodb")
    assert description["DeletionProtectionEnabled"] is (smsbot.environment == "prod")

    backups = dynamodb.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    status = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
    assert status == ("DISABLED" if smsbot.environment == "dev" else "ENABLED")


@pytest.mark.parametrize("name", TABLES)
def test_table_keeps_items(smsbot, name):
    dynamodb, table = smsbot.client("dynamodb"), smsbot.name("storage", "table", name)
    item = {attribute: {"S": "probe"} for attribute in TABLES[name]}
    dynamodb.put_item(TableName=table, Item=item)
    assert dynamodb.get_item(TableName=table, Key=item)["Item"] == item
    dynamodb.delete_item(TableName=table, Key=item)


def test_topics_are_encrypted(smsbot):
    for name in TOPICS:
        assert smsbot.key_arn(topic_attributes(smsbot, name)["KmsMasterKeyId"]) == smsbot.key("sns")


def test_inbound_topic_admits_end_user_messaging(smsbot):
    statements = json.loads(topic_attributes(smsbot, "inbound-sms")["Policy"])["Statement"]
    services = [s["Principal"].get("Service") for s in statements if s["Effect"] == "Allow"]
    assert "sms-voice.amazonaws.com" in services


def test_log_groups_are_encrypted(smsbot):
    logs = smsbot.client("logs")
    for name in record_group(smsbot), f"/aws/lambda/{function_name(smsbot)}":
        group = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"][0]
        assert group["logGroupName"] == name
        assert group["kmsKeyId"] == smsbot.key("logs")  # Logs takes nothing but a key's ARN
        assert group["retentionInDays"] == LOG_RETENTION[smsbot.environment]


def test_log_group_takes_events(smsbot):
    logs, group = smsbot.client("logs"), record_group(smsbot)
    event = {"timestamp": int(time.time() * 1000), "message": "probe"}
    logs.create_log_stream(logGroupName=group, logStreamName="probe")
    logs.put_log_events(logGroupName=group, logStreamName="probe", logEvents=[event])
    assert "probe" in record_entries(smsbot)
    logs.delete_log_stream(logGroupName=group, logStreamName="probe")


# The function


def test_function_is_wired_as_declared(smsbot):
    configuration = smsbot.function(function_name(smsbot))
    assert configuration["LoggingConfig"]["LogGroup"] == f"/aws/lambda/{function_name(smsbot)}"
    declared = {
        "CONVERSATIONS_TABLE": smsbot.name("storage", "table", "conversations"),
        "ANALYTICS_TABLE": smsbot.name("storage", "table", "analytics"),
        "DELIVERY_STATUS_TOPIC_ARN": topic_arn(smsbot, "delivery-status"),
        "RECORD_LOG_GROUP": record_group(smsbot),
    }
    assert declared.items() <= configuration["Environment"]["Variables"].items()
    policy = smsbot.client("lambda").get_policy(FunctionName=function_name(smsbot))["Policy"]
    (statement,) = json.loads(policy)["Statement"]
    assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
    assert topic_arn(smsbot, "inbound-sms") in json.dumps(statement["Condition"])


def test_failed_messages_have_an_encrypted_queue(smsbot):
    sqs, name = smsbot.client("sqs"), smsbot.name("messaging", "queue", "failed")
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert smsbot.function(function_name(smsbot))["DeadLetterConfig"] == {"TargetArn": queue["QueueArn"]}
    assert smsbot.key_arn(queue["KmsMasterKeyId"]) == smsbot.key("smsbot")
    assert queue["MessageRetentionPeriod"] == "1209600"
    assert "aws:SecureTransport" in queue["Policy"]


@pytest.fixture
def announcements(smsbot):
    """Reads what has been published to the delivery-status topic since the test began."""
    sqs, sns = smsbot.client("sqs"), smsbot.client("sns")
    queue = sqs.create_queue(QueueName=f"{smsbot.stack}-announcements")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    subscription = sns.subscribe(
        TopicArn=topic_arn(smsbot, "delivery-status"),
        Protocol="sqs",
        Endpoint=arn,
        Attributes={"RawMessageDelivery": "true"},
    )

    def read():
        messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        return [message["Body"] for message in messages]

    yield read
    sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
    sqs.delete_queue(QueueUrl=queue)


def test_topics_deliver(smsbot, announcements):
    smsbot.client("sns").publish(TopicArn=topic_arn(smsbot, "delivery-status"), Message="probe")
    assert announcements() == ["probe"]


def test_published_sms_goes_through_the_deployed_function(smsbot, inbox, announcements):
    """Topic, subscription, deployed code, environment, tables, topic and log group, as one chain."""
    sms = json.dumps(inbox.sms("published"))
    smsbot.client("sns").publish(TopicArn=topic_arn(smsbot, "inbound-sms"), Message=sms)
    for name in TABLES:
        items = smsbot.client("dynamodb").scan(TableName=smsbot.name("storage", "table", name))["Items"]
        assert any(inbox.number in str(item) for item in items)
    assert [json.loads(announcement)["inboundMessageId"] for announcement in announcements()] == ["published"]
    assert any("published" in entry for entry in record_entries(smsbot))


@pytest.fixture
def processor(smsbot, in_process):
    return in_process(smsbot, function_name(smsbot), PROCESSOR)


def stored_messages(smsbot, inbox):
    conversation = smsbot.client("dynamodb").get_item(
        TableName=smsbot.name("storage", "table", "conversations"),
        Key={"conversationId": {"S": f"{inbox.number}#{SENDER}#{DAY}"}},
    )["Item"]
    return [message["M"]["inboundMessageId"]["S"] for message in conversation["messages"]["L"]]


def counted_messages(smsbot, inbox):
    counter = smsbot.client("dynamodb").get_item(
        TableName=smsbot.name("storage", "table", "analytics"),
        Key={"metricId": {"S": f"inbound-sms#{inbox.number}"}, "day": {"S": DAY}},
    )["Item"]
    return int(counter["messages"]["N"])


def test_handler_takes_each_message_once(smsbot, inbox, processor, announcements):
    for message_id in "first", "second", "first":  # SNS may deliver a message again
        processor.handler(inbox.event(message_id), None)

    assert stored_messages(smsbot, inbox) == ["first", "second"]
    assert counted_messages(smsbot, inbox) == 2
    status = {"status": "RECEIVED", "receivedAt": RECEIVED_AT}
    expected = [{"inboundMessageId": message_id, **status} for message_id in ("first", "second")]
    assert [json.loads(announcement) for announcement in announcements()] == expected


def test_handler_completes_what_a_failed_attempt_began(smsbot, inbox, processor, announcements, monkeypatch):
    def fail(**_):
        raise ConnectionError

    with monkeypatch.context() as outage, pytest.raises(ConnectionError):
        outage.setattr(processor.sns, "publish", fail)
        processor.handler(inbox.event("interrupted"), None)
    processor.handler(inbox.event("interrupted"), None)  # Lambda tries again

    assert counted_messages(smsbot, inbox) == 1
    assert [json.loads(announcement)["inboundMessageId"] for announcement in announcements()] == ["interrupted"]


def test_handler_outlasts_a_conflict(smsbot, inbox, processor, monkeypatch):
    reasons = [{"Code": "None"}, {"Code": "TransactionConflict"}]
    conflict = processor.dynamodb.exceptions.TransactionCanceledException(
        {"Error": {}, "CancellationReasons": reasons}, "TransactWriteItems"
    )
    write, failures = processor.dynamodb.transact_write_items, [conflict, conflict]

    def write_after_failures(**request):
        if failures:
            raise failures.pop()
        return write(**request)

    monkeypatch.setattr(processor.dynamodb, "transact_write_items", write_after_failures)
    processor.handler(inbox.event("contended"), None)
    assert counted_messages(smsbot, inbox) == 1


def test_record_holds_no_texts_and_no_whole_numbers(smsbot, inbox, processor):
    processor.handler(inbox.event("private"), None)
    entries = [entry for entry in record_entries(smsbot) if "private" in entry]
    assert [json.loads(entry)["event"] for entry in entries] == ["message", "delivery"]
    assert not any(secret[1:] in entry for entry in entries for secret in (TEXT, inbox.number, SENDER))
