//! Queues: who may send and receive, under which key, and where dead letters go.

mod common;

use common::{ENVIRONMENTS, findings, json, property, statement, statements};
use serde_json::{Value as Json, json as expected};
use synth::template::Template;

const ARN: &str = "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:app-dev-messaging-queue-";

fn sub(text: &str) -> Json {
    expected!({ "Fn::Sub": text })
}

fn queue(name: &str) -> Json {
    sub(&format!("{ARN}{name}"))
}

/// A stack of queues, and a function with grants on them.
fn stack(queues: &str, grants: &str) -> String {
    format!(
        "
constructs:
  security:
    orders: {{ KmsKey: {{}} }}
    failed: {{ KmsKey: {{}} }}
    logs: {{ KmsKey: {{}} }}
  messaging:
    {queues}
  compute:
    worker:
      EncryptedFunction:
        code: {{ bucket: artifacts, key: worker.zip }}
        runtime: python3.13
        logs-key: security/logs
        grants: {{ {grants} }}
"
    )
}

const QUEUES: &str = "
    orders: { EncryptedQueue: { key: security/orders, dead-letter: { queue: messaging/failed, after: 5 } } }
    failed: { EncryptedQueue: { key: security/failed } }
";

fn template(queues: &str, grants: &str) -> Template {
    common::template(ENVIRONMENTS, &stack(queues, grants), "dev")
}

#[test]
fn nobody_uses_a_queue_without_tls() {
    let denial = statement(&template(QUEUES, ""), "MessagingOrdersPolicy", "PolicyDocument", "DenyUseWithoutTls");
    let whole = expected!({
        "Sid": "DenyUseWithoutTls",
        "Effect": "Deny",
        "Principal": { "AWS": "*" },
        "Action": "sqs:*",
        "Resource": queue("orders"),
        "Condition": { "Bool": { "aws:SecureTransport": "false" } }
    });
    assert_eq!(denial, whole);
}

#[test]
fn producers_make_data_keys_and_consumers_decrypt() {
    let through = sub("sqs.${AWS::Region}.amazonaws.com");
    for (word, verb, key_statement, key_actions, actions) in [
        (
            "send",
            "Send",
            "SqsProduce",
            expected!(["kms:Decrypt", "kms:GenerateDataKey"]),
            expected!(["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"]),
        ),
        (
            "receive",
            "Receive",
            "SqsConsume",
            expected!("kms:Decrypt"),
            expected!([
                "sqs:ChangeMessageVisibility",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                "sqs:GetQueueUrl",
                "sqs:ReceiveMessage"
            ]),
        ),
        (
            "send-receive",
            "SendReceive",
            "SqsProduce",
            expected!(["kms:Decrypt", "kms:GenerateDataKey"]),
            expected!([
                "sqs:ChangeMessageVisibility",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                "sqs:GetQueueUrl",
                "sqs:ReceiveMessage",
                "sqs:SendMessage"
            ]),
        ),
    ] {
        let template = template(QUEUES, &format!("messaging/orders: {word}"));
        let in_role =
            statement(&template, "ComputeWorkerRolePolicy", "PolicyDocument", &format!("{verb}MessagingOrders"));
        assert_eq!(in_role["Action"], actions, "{word}");
        assert_eq!(in_role["Resource"], queue("orders"));
        let in_queue =
            statement(&template, "MessagingOrdersPolicy", "PolicyDocument", &format!("{verb}ByComputeWorkerRole"));
        assert_eq!(in_queue["Action"], actions, "{word}");
        let in_key =
            statement(&template, "SecurityOrders", "KeyPolicy", &format!("{key_statement}ByComputeWorkerRole"));
        assert_eq!(in_key["Action"], key_actions, "{word}");
        let context = expected!({ "kms:ViaService": through });
        assert_eq!(in_key["Condition"]["StringEquals"], context);
        assert_eq!(in_key["Condition"]["ArnEquals"]["kms:EncryptionContext:aws:sqs:arn"], queue("orders"));
    }
}

#[test]
fn purging_takes_no_key() {
    let template = template(QUEUES, "messaging/orders: purge");
    let in_role = statement(&template, "ComputeWorkerRolePolicy", "PolicyDocument", "PurgeMessagingOrders");
    assert_eq!(in_role["Action"], expected!(["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:PurgeQueue"]));
    let ids: Vec<String> = statements(&template, "SecurityOrders", "KeyPolicy").into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, ["AccountManagesKey"]);
}

#[test]
fn services_send_for_their_own_sources() {
    let queues = "orders: { EncryptedQueue: { key: security/orders, senders: [events, s3] } }";
    let template = template(queues, "");
    let account = expected!({ "aws:SourceAccount": { "Ref": "AWS::AccountId" } });
    for (id, principal, source) in [
        ("SqsSendByEventBridge", "events", "events:${AWS::Region}:${AWS::AccountId}:rule/*"),
        ("SqsSendByS3", "s3", "s3:::*"),
    ] {
        let source = expected!({ "aws:SourceArn": sub(&format!("arn:${{AWS::Partition}}:{source}")) });
        let principal = expected!({ "Service": format!("{principal}.amazonaws.com") });
        let in_queue = statement(&template, "MessagingOrdersPolicy", "PolicyDocument", id);
        assert_eq!(in_queue["Principal"], principal);
        assert_eq!(in_queue["Action"], "sqs:SendMessage");
        assert_eq!(in_queue["Condition"], expected!({ "StringEquals": account, "ArnLike": source }));
        let in_key = statement(&template, "SecurityOrders", "KeyPolicy", id);
        assert_eq!(in_key["Principal"], principal);
        assert_eq!(in_key["Action"], expected!(["kms:Decrypt", "kms:GenerateDataKey"]));
        let context = expected!({ "kms:EncryptionContext:aws:sqs:arn": queue("orders") });
        let condition = expected!({ "StringEquals": account, "ArnLike": source, "ArnEquals": context });
        assert_eq!(in_key["Condition"], condition);
    }
}

#[test]
fn a_dead_letter_queue_names_its_sources() {
    let more = format!(
        "{QUEUES}
    returns: {{ EncryptedQueue: {{ key: security/orders, dead-letter: {{ queue: messaging/failed, after: 3 }} }} }}"
    );
    let template = template(&more, "");
    let redrive = expected!({ "deadLetterTargetArn": queue("failed"), "maxReceiveCount": 5 });
    assert_eq!(property(&template, "MessagingOrders", "RedrivePolicy"), redrive);
    assert_eq!(property(&template, "MessagingOrders", "RedriveAllowPolicy"), Json::Null);
    let allow = expected!({
        "redrivePermission": "byQueue",
        "sourceQueueArns": [queue("orders"), queue("returns")]
    });
    assert_eq!(property(&template, "MessagingFailed", "RedriveAllowPolicy"), allow);
    // SQS moves messages by itself: only calls without TLS are spoken of.
    let ids: Vec<String> =
        statements(&template, "MessagingFailedPolicy", "PolicyDocument").into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, ["DenyUseWithoutTls"]);
    // The source waits for the queue that it names, and for that queue's policy.
    assert_eq!(template.resources["MessagingOrders"].depends_on, ["MessagingFailedPolicy"]);
}

#[test]
fn who_receives_dead_letters_uses_the_key_of_their_source() {
    let template = template(QUEUES, "messaging/failed: receive");
    for (key, name) in [("SecurityFailed", "failed"), ("SecurityOrders", "orders")] {
        let in_key = statement(&template, key, "KeyPolicy", "SqsConsumeByComputeWorkerRole");
        assert_eq!(in_key["Action"], "kms:Decrypt");
        assert_eq!(in_key["Condition"]["ArnEquals"]["kms:EncryptionContext:aws:sqs:arn"], queue(name));
        let in_role =
            statement(&template, "ComputeWorkerRolePolicy", "PolicyDocument", &format!("SqsConsumeUnder{key}"));
        assert_eq!(in_role["Resource"], expected!({ "Fn::GetAtt": [key, "Arn"] }));
    }
    let none = statements(&template, "MessagingOrdersPolicy", "PolicyDocument");
    assert_eq!(none.len(), 1, "the source itself stays closed: {none:?}");
}

#[test]
fn each_tier_has_its_encryption() {
    let environments = "
environments:
  dev: { protection: open, encryption: aws-owned }
  staging: { protection: open, encryption: aws-managed }
  prod: { protection: open }
";
    let queues = "orders: { EncryptedQueue: { key: security/orders, data-key-reuse: 600 } }";
    let folder = common::folder(environments, &[("app.yaml", &stack(queues, "messaging/orders: send-receive"))]);
    let template = |environment| {
        let (synthesis, found) = common::try_synthesize(folder.path(), environment);
        synthesis.unwrap_or_else(|| panic!("{found}")).stacks.remove(0).template
    };
    for (environment, managed, key, reuse) in [
        ("dev", expected!(true), Json::Null, Json::Null),
        ("staging", Json::Null, expected!("alias/aws/sqs"), expected!(600)),
        ("prod", Json::Null, expected!({ "Fn::GetAtt": ["SecurityOrders", "Arn"] }), expected!(600)),
    ] {
        let template = template(environment);
        assert_eq!(property(&template, "MessagingOrders", "SqsManagedSseEnabled"), managed, "{environment}");
        assert_eq!(property(&template, "MessagingOrders", "KmsMasterKeyId"), key, "{environment}");
        assert_eq!(property(&template, "MessagingOrders", "KmsDataKeyReusePeriodSeconds"), reuse, "{environment}");
    }
}

#[test]
fn a_fifo_queue_has_the_name_of_one() {
    let queues = "orders: { EncryptedQueue: { key: security/orders, fifo: content, deduplication-scope: message-group, throughput-limit: per-message-group-id } }";
    let template = template(queues, "");
    assert_eq!(property(&template, "MessagingOrders", "QueueName"), "app-dev-messaging-queue-orders.fifo");
    assert_eq!(property(&template, "MessagingOrders", "FifoQueue"), true);
    assert_eq!(property(&template, "MessagingOrders", "ContentBasedDeduplication"), true);
    assert_eq!(property(&template, "MessagingOrders", "DeduplicationScope"), "messageGroup");
    assert_eq!(property(&template, "MessagingOrders", "FifoThroughputLimit"), "perMessageGroupId");
}

#[test]
fn the_url_of_a_queue_is_an_attribute() {
    let stack = format!("{}outputs: {{ Url: messaging/orders.url }}", stack(QUEUES, ""));
    let template = common::template(ENVIRONMENTS, &stack, "dev");
    assert_eq!(json(&template.outputs["Url"].value), expected!({ "Ref": "MessagingOrders" }));
}

#[test]
fn what_sqs_refuses_is_refused() {
    for (queues, message) in [
        (
            "orders: { EncryptedQueue: { key: security/orders, dead-letter: { queue: messaging/orders, after: 5 } } }",
            "a queue cannot be its own dead-letter queue",
        ),
        (
            "orders: { EncryptedQueue: { key: security/orders, fifo: content, dead-letter: { queue: messaging/failed, after: 5 } } }
    failed: { EncryptedQueue: { key: security/failed } }",
            "the dead-letter queue of a FIFO queue is a FIFO queue",
        ),
        (
            "orders: { EncryptedQueue: { key: security/orders, dead-letter: { queue: messaging/failed, after: 5 } } }
    failed: { EncryptedQueue: { key: security/failed, fifo: content } }",
            "the dead-letter queue of a standard queue is a standard queue",
        ),
        (
            "orders: { EncryptedQueue: { key: security/orders, dead-letter: { queue: messaging/failed, after: 0 } } }
    failed: { EncryptedQueue: { key: security/failed } }",
            "expected a whole number from 1 to 1000, found `0`",
        ),
        (
            "orders: { EncryptedQueue: { key: security/orders, throughput-limit: per-queue } }",
            "only FIFO queues have this",
        ),
        (
            "orders: { EncryptedQueue: { key: security/orders, fifo: content, throughput-limit: per-message-group-id } }",
            "`per-message-group-id` needs `deduplication-scope: message-group`",
        ),
        (
            "orders: { EncryptedQueue: { key: security/orders, fifo: content, senders: [s3] } }",
            "`s3` can send to standard queues only",
        ),
        (
            "orders: { EncryptedQueue: { senders: [events] }, encryption: aws-managed, unprotected: to show it }",
            "`events` cannot send under the key that AWS manages for SQS",
        ),
        ("orders: { EncryptedQueue: { key: security/orders, senders: [events, events] } }", "`events` is here twice"),
        (
            "orders: { EncryptedQueue: { key: security/orders }, name: orders.fifo }",
            "a name that ends in `.fifo` is for FIFO queues",
        ),
        (
            "orders: { EncryptedQueue: { key: security/orders, dead-letter: { queue: messaging/failed, after: 5 } } }
    failed: { EncryptedQueue: { key: security/failed, dead-letter: { queue: messaging/orders, after: 5 } } }",
            "dependency-cycle",
        ),
    ] {
        let found = findings(ENVIRONMENTS, &stack(queues, ""), "dev");
        assert!(found.contains(message), "{message}: {found}");
    }
}

#[test]
fn a_dead_letter_queue_that_is_none_is_reported_once() {
    for (reference, message) in [
        ("messaging/faild", "nothing is called `messaging/faild`"),
        ("security/failed", "`security/failed` is a `KmsKey`, not a queue"),
    ] {
        let found = findings(
            ENVIRONMENTS,
            &stack(&QUEUES.replace("queue: messaging/failed", &format!("queue: {reference}")), ""),
            "dev",
        );
        assert_eq!(found.matches(message).count(), 1, "{found}");
        assert_eq!(found.matches("error[").count(), 1, "{found}");
    }
}

#[test]
fn a_dead_letter_queue_is_in_the_account() {
    let queues = "
    orders: { EncryptedQueue: { key: security/orders, dead-letter: { queue: messaging/theirs, after: 5 } } }
    theirs: { ImportedQueue: { arn: 'arn:aws:sqs:eu-west-1:444455556666:theirs' } }
";
    let environments = "environments: { dev: { protection: open, account: '111122223333', regions: [eu-west-1] } }";
    let found = findings(environments, &stack(queues, ""), "dev");
    assert!(found.contains("the dead-letter queue of a queue is in the same account"), "{found}");
}

#[test]
fn a_dead_letter_queue_has_ten_sources_at_most() {
    let source = |number: usize| {
        format!(
            "    orders{number}: {{ EncryptedQueue: {{ key: security/orders, dead-letter: {{ queue: messaging/failed, after: 5 }} }} }}\n"
        )
    };
    let queues = |count: usize| {
        let sources: String = (0..count).map(source).collect();
        format!("failed: {{ EncryptedQueue: {{ key: security/failed }} }}\n{sources}")
    };
    assert_eq!(findings(ENVIRONMENTS, &stack(&queues(10), ""), "dev"), "");
    let found = findings(ENVIRONMENTS, &stack(&queues(11), ""), "dev");
    assert!(found.contains("`messaging/failed` is the dead-letter queue of 11 queues, of at most 10"), "{found}");
}

#[test]
fn messages_go_with_their_queue_and_the_template_says_when() {
    for environment in ["dev", "staging", "prod"] {
        let template = common::template(ENVIRONMENTS, &stack(QUEUES, ""), environment);
        let queue = &template.resources["MessagingOrders"];
        assert_eq!(queue.deletion_policy.as_deref(), Some("Delete"), "{environment}");
        assert_eq!(queue.update_replace_policy.as_deref(), Some("Delete"), "{environment}");
        assert_eq!(property(&template, "MessagingOrders", "MessageRetentionPeriod"), 345_600);
        assert_eq!(template.resources["MessagingOrdersPolicy"].deletion_policy, None, "as CloudFormation does anyway");
    }
}

#[test]
fn the_ending_of_a_fifo_queue_may_be_written() {
    for name in ["{{ env }}-orders", "{{ env }}-orders.fifo"] {
        let queue = format!("EncryptedQueue: {{ key: security/data, fifo: content }}, name: '{name}'");
        let stack =
            format!("constructs: {{ security: {{ data: {{ KmsKey: {{}} }} }}, jobs: {{ orders: {{ {queue} }} }} }}");
        let template = common::template(ENVIRONMENTS, &stack, "dev");
        assert_eq!(json(&template.resources["JobsOrders"].properties["QueueName"]), "dev-orders.fifo");
    }
}
