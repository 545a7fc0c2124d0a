//! Topics: who gets their messages, and what lets them.

mod common;

use common::{ENVIRONMENTS, findings, json, property, statement};
use serde_json::{Value as Json, json as expected};
use synth::template::Template;

fn sub(text: &str) -> Json {
    expected!({ "Fn::Sub": text })
}

fn arn(service: &str, kind: &str, name: &str) -> Json {
    sub(&format!(
        "arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:app-dev-messaging-{kind}-{name}"
    ))
}

/// A stack with a topic of these properties, and queues.
fn stack(topic: &str) -> String {
    format!(
        "
constructs:
  security:
    topics: {{ KmsKey: {{}} }}
    queues: {{ KmsKey: {{}} }}
    logs: {{ KmsKey: {{}} }}
  messaging:
    orders: {{ EncryptedTopic: {{ key: security/topics, {topic} }} }}
    billing: {{ EncryptedQueue: {{ key: security/queues }} }}
    failed: {{ EncryptedQueue: {{ key: security/queues }} }}
    ordered: {{ EncryptedQueue: {{ key: security/queues, fifo: content }} }}
    ordered-failed: {{ EncryptedQueue: {{ key: security/queues, fifo: content }} }}
  compute:
    worker:
      EncryptedFunction:
        code: {{ bucket: artifacts, key: worker.zip }}
        runtime: python3.13
        logs-key: security/logs
"
    )
}

fn template(topic: &str) -> Template {
    common::template(ENVIRONMENTS, &stack(topic), "dev")
}

/// The only mistake of a topic.
fn mistake(topic: &str) -> String {
    let found = findings(ENVIRONMENTS, &stack(topic), "dev");
    assert_eq!(found.matches("error[").count(), 1, "{found}");
    found
}

#[test]
fn a_queue_lets_its_topic_send_and_use_the_key() {
    let template = template("subscriptions: [{ queue: messaging/billing, raw: true }]");
    let source = expected!({ "aws:SourceArn": arn("sns", "topic", "orders") });
    let in_queue = statement(&template, "MessagingBillingPolicy", "PolicyDocument", "SqsSendBySnsForMessagingOrders");
    assert_eq!(in_queue["Principal"], expected!({ "Service": "sns.amazonaws.com" }));
    assert_eq!(in_queue["Action"], "sqs:SendMessage");
    assert_eq!(in_queue["Condition"], expected!({ "ArnEquals": source }));
    let in_key = statement(&template, "SecurityQueues", "KeyPolicy", "SqsSendBySnsToMessagingBilling");
    assert_eq!(in_key["Principal"], expected!({ "Service": "sns.amazonaws.com" }));
    assert_eq!(in_key["Action"], expected!(["kms:Decrypt", "kms:GenerateDataKey"]));
    let both = expected!({ "ArnEquals": {
        "aws:SourceArn": arn("sns", "topic", "orders"),
        "kms:EncryptionContext:aws:sqs:arn": arn("sqs", "queue", "billing")
    } });
    assert_eq!(in_key["Condition"], both);
    let subscription = &template.resources["MessagingOrdersMessagingBillingSubscription"];
    assert_eq!(json(&subscription.properties["Protocol"]), "sqs");
    assert_eq!(json(&subscription.properties["Endpoint"]), arn("sqs", "queue", "billing"));
    assert_eq!(json(&subscription.properties["RawMessageDelivery"]), true);
    // A message that comes before the policy would be lost.
    assert_eq!(subscription.depends_on, ["MessagingBillingPolicy"]);
}

#[test]
fn a_function_lets_its_topic_call_it() {
    let template = template("subscriptions: [{ function: compute/worker, filter: { event: [created] } }]");
    let permission = &template.resources["MessagingOrdersComputeWorkerPermission"];
    let function =
        sub("arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:app-dev-compute-function-worker");
    assert_eq!(json(&permission.properties["FunctionName"]), function);
    assert_eq!(json(&permission.properties["Principal"]), "sns.amazonaws.com");
    assert_eq!(json(&permission.properties["SourceArn"])["Ref"], "MessagingOrders");
    let subscription = &template.resources["MessagingOrdersComputeWorkerSubscription"];
    assert_eq!(json(&subscription.properties["Protocol"]), "lambda");
    assert_eq!(json(&subscription.properties["Endpoint"]), function);
    assert_eq!(subscription.depends_on, ["MessagingOrdersComputeWorkerPermission"]);
}

#[test]
fn a_dead_letter_queue_lets_the_topic_send_too() {
    let template = template(
        "subscriptions: [{ protocol: https, endpoint: 'https://example.com', dead-letter: messaging/failed }]",
    );
    statement(&template, "MessagingFailedPolicy", "PolicyDocument", "SqsSendBySnsForMessagingOrders");
    let in_key = statement(&template, "SecurityQueues", "KeyPolicy", "SqsSendBySnsToMessagingFailed");
    let context = &in_key["Condition"]["ArnEquals"]["kms:EncryptionContext:aws:sqs:arn"];
    assert_eq!(*context, arn("sqs", "queue", "failed"));
    let redrive = expected!({ "deadLetterTargetArn": arn("sqs", "queue", "failed") });
    assert_eq!(property(&template, "MessagingOrdersSubscription1", "RedrivePolicy"), redrive);
    assert_eq!(template.resources["MessagingOrdersSubscription1"].depends_on, ["MessagingFailedPolicy"]);
}

#[test]
fn subscriptions_keep_their_ids_when_others_come() {
    let endpoint = "{ protocol: email, endpoint: ops@example.com }";
    let before = template(&format!("subscriptions: [{endpoint}]"));
    let after = template(&format!("subscriptions: [{{ queue: messaging/billing }}, {endpoint}]"));
    let id = "MessagingOrdersSubscription1";
    assert_eq!(property(&before, id, "Endpoint"), property(&after, id, "Endpoint"));
}

#[test]
fn filters_are_printed_as_sns_takes_them() {
    let filter = |filter: &str, scope: &str| {
        let template = template(&format!("subscriptions: [{{ queue: messaging/billing, filter: {filter}{scope} }}]"));
        let id = "MessagingOrdersMessagingBillingSubscription";
        (property(&template, id, "FilterPolicy"), property(&template, id, "FilterPolicyScope"))
    };
    let (policy, scope) = filter(
        "{ event: [created, { prefix: order- }, { anything-but: [test, 5] }], price: [{ numeric: ['>', 0.5, '<=', 10] }], paid: [true, null] }",
        "",
    );
    let expected = expected!({
        "event": ["created", { "prefix": "order-" }, { "anything-but": ["test", 5] }],
        "price": [{ "numeric": [">", 0.5, "<=", 10] }],
        "paid": [true, null]
    });
    assert_eq!((policy, scope), (expected, Json::Null));
    let (policy, scope) = filter(
        "{ order: { customer: [{ exists: true }] }, $or: [{ from: [{ cidr: 10.0.0.0/24 }] }, { from: [office] }] }",
        ", filter-scope: body",
    );
    let expected = expected!({
        "order": { "customer": [{ "exists": true }] },
        "$or": [{ "from": [{ "cidr": "10.0.0.0/24" }] }, { "from": ["office"] }]
    });
    assert_eq!((policy, scope), (expected, expected!("MessageBody")));
}

#[test]
fn filters_that_sns_refuses_are_refused() {
    for (filter, message) in [
        ("{ a: [] }", "`a` needs a list of conditions"),
        ("{ a: created }", "`a` needs a list of conditions"),
        ("{ a: { b: [c] } }", "nothing lies within the attribute `a`"),
        ("{ a: [{ prefx: b }] }", "`prefx` is not an operator of filters"),
        ("{ a: [{ prefix: b, suffix: c }] }", "a condition is a value, or one operator"),
        ("{ a: [{ prefix: 5 }] }", "`prefix` needs a text"),
        ("{ a: [{ exists: yes }] }", "`exists` needs `true` or `false`"),
        ("{ a: [{ numeric: ['>', 5, '<', 5] }] }", "`numeric` needs a comparison"),
        ("{ a: [{ numeric: ['>', 2000000000] }] }", "`numeric` needs a comparison"),
        ("{ a: [{ cidr: 10.0.0.0/33 }] }", "`cidr` needs addresses"),
        ("{ a: [{ anything-but: { suffix: b } }] }", "`anything-but` needs a value"),
        ("{ $or: [a] }", "`$or` needs a list of filters"),
        ("{ Ref: [a] }", "CloudFormation would read `Ref` as one of its functions"),
        ("{ a: [x], b: [x], c: [x], d: [x], e: [x], f: [x] }", "a filter has at most 5 names"),
    ] {
        let found = mistake(&format!("subscriptions: [{{ queue: messaging/billing, filter: {filter} }}]"));
        assert!(found.contains(message), "{message}: {found}");
    }
    let twelve: Vec<String> = (0..13).map(|number| number.to_string()).collect();
    let twelve = twelve.join(", ");
    let filter = format!("{{ a: [{twelve}], b: [{twelve}] }}");
    let found = mistake(&format!("subscriptions: [{{ queue: messaging/billing, filter: {filter} }}]"));
    assert!(found.contains("this one has 169"), "{found}");
}

#[test]
fn deliveries_over_https_are_tried_again_as_said() {
    let policy = |policy: &str| {
        let endpoint = "protocol: https, endpoint: 'https://example.com'";
        let template = template(&format!("subscriptions: [{{ {endpoint}, raw: true, delivery-policy: {policy} }}]"));
        property(&template, "MessagingOrdersSubscription1", "DeliveryPolicy")
    };
    let whole = policy(
        "{ retries: 50, no-delay-retries: 3, min-delay-retries: 2, max-delay-retries: 35, min-delay: 1, max-delay: 60, backoff: exponential, max-receives-per-second: 10, content-type: text/csv }",
    );
    let expected = expected!({
        "healthyRetryPolicy": {
            "minDelayTarget": 1,
            "maxDelayTarget": 60,
            "numRetries": 50,
            "numNoDelayRetries": 3,
            "numMinDelayRetries": 2,
            "numMaxDelayRetries": 35,
            "backoffFunction": "exponential"
        },
        "throttlePolicy": { "maxReceivesPerSecond": 10 },
        "requestPolicy": { "headerContentType": "text/csv" }
    });
    assert_eq!(whole, expected);
    let throttled = expected!({ "throttlePolicy": { "maxReceivesPerSecond": 1 } });
    assert_eq!(policy("{ max-receives-per-second: 1 }"), throttled);
    for (policy, message) in [
        ("{ min-delay: 30 }", "the shortest delay is 30 seconds, the longest 20"),
        ("{ retries: 5, no-delay-retries: 6 }", "the phases have 6 retries, and there are 5 in all"),
        ("{ retries: 100, max-delay: 60, max-delay-retries: 70 }", "of at most 3600"),
        ("{ content-type: text/csv }", "only raw messages have this content type"),
    ] {
        let endpoint = "protocol: https, endpoint: 'https://example.com'";
        let found = mistake(&format!("subscriptions: [{{ {endpoint}, delivery-policy: {policy} }}]"));
        assert!(found.contains(message), "{message}: {found}");
    }
}

#[test]
fn sns_puts_records_into_a_stream_by_a_role() {
    let stream = "arn:aws:firehose:eu-west-1:111122223333:deliverystream/orders";
    let template = template(&format!("subscriptions: [{{ protocol: firehose, endpoint: '{stream}' }}]"));
    let role = expected!({ "Fn::GetAtt": ["MessagingOrdersRole", "Arn"] });
    let by = property(&template, "MessagingOrdersSubscription1", "SubscriptionRoleArn");
    assert!(by == role || by.to_string().contains("app-dev-messaging-role-orders"), "{by}");
    let put = statement(&template, "MessagingOrdersRolePolicy", "PolicyDocument", "PutRecords");
    assert_eq!(put["Resource"], stream);
    assert!(put["Action"].as_array().is_some_and(|actions| actions.contains(&expected!("firehose:PutRecord"))));
}

#[test]
fn an_archive_is_data_and_sns_may_decrypt_it() {
    let topic = "fifo: content, archive-days: 30, throughput-scope: message-group, subscriptions: [{ queue: messaging/ordered, dead-letter: messaging/ordered-failed, replay: { from: '2026-01-31T12:00:00Z', to: '2026-02-01T00:00:00.5Z' } }]";
    let template = template(topic);
    let archive = expected!({ "MessageRetentionPeriod": 30 });
    assert_eq!(property(&template, "MessagingOrders", "ArchivePolicy"), archive);
    assert_eq!(property(&template, "MessagingOrders", "FifoThroughputScope"), "MessageGroup");
    let replay = expected!({
        "PointType": "Timestamp",
        "StartingPoint": "2026-01-31T12:00:00Z",
        "EndingPoint": "2026-02-01T00:00:00.5Z"
    });
    assert_eq!(property(&template, "MessagingOrdersMessagingOrderedSubscription", "ReplayPolicy"), replay);
    let in_key = statement(&template, "SecurityTopics", "KeyPolicy", "SnsReplayArchive");
    assert_eq!(in_key["Principal"], expected!({ "Service": "sns.amazonaws.com" }));
    assert_eq!(in_key["Action"], expected!(["kms:Decrypt", "kms:GenerateDataKey"]));
    let context = expected!({ "kms:EncryptionContext:aws:sns:topicArn": arn("sns", "topic", "orders.fifo") });
    assert_eq!(in_key["Condition"], expected!({ "ArnEquals": context }));
    for (environment, deletion) in [("dev", "Delete"), ("staging", "RetainExceptOnCreate"), ("prod", "Retain")] {
        let template = common::template(ENVIRONMENTS, &stack(topic), environment);
        assert_eq!(template.resources["MessagingOrders"].deletion_policy.as_deref(), Some(deletion));
        let policy = template.resources["MessagingOrdersPolicy"].deletion_policy.as_deref();
        assert_eq!(policy, Some(deletion).filter(|deletion| *deletion != "Delete"), "it stays with the archive");
        let without = common::template(ENVIRONMENTS, &stack("fifo: content"), environment);
        assert_eq!(without.resources["MessagingOrders"].deletion_policy, None);
    }
}

#[test]
fn active_tracing_asks_for_a_statement_in_x_ray() {
    let synthesis =
        common::synthesize_all(ENVIRONMENTS, &[("app.yaml", &stack("tracing: active, max-message-size: 1024"))], "dev");
    let stack = &synthesis.stacks[0];
    assert_eq!(property(&stack.template, "MessagingOrders", "TracingConfig"), "Active");
    assert_eq!(property(&stack.template, "MessagingOrders", "MaximumMessageSize"), 1024);
    assert_eq!(property(&stack.template, "MessagingOrders", "SignatureVersion"), "2");
    let statement = &stack.requests[0].document["Statement"][0];
    assert_eq!(statement["Principal"], expected!({ "Service": "sns.amazonaws.com" }));
    let actions = expected!(["xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTraceSegments"]);
    assert_eq!(statement["Action"], actions);
    assert!(statement["Condition"]["ArnEquals"]["aws:SourceArn"].as_str().is_some_and(|arn| arn.ends_with("orders")));
}

#[test]
fn what_sns_would_not_deliver_is_refused() {
    for (topic, message) in [
        ("subscriptions: [{ raw: true }]", "this does not say what it stands for"),
        (
            "subscriptions: [{ queue: messaging/billing, endpoint: x, protocol: sqs }]",
            "`queue` says already what this stands for",
        ),
        (
            "subscriptions: [{ queue: messaging/billing, protocol: sqs }]",
            "how messages get to a queue or function of these stacks is known",
        ),
        ("subscriptions: [{ endpoint: x }]", "an `endpoint` needs a `protocol`"),
        ("subscriptions: [{ queue: security/queues }]", "`security/queues` is a `KmsKey`, not a queue"),
        ("subscriptions: [{ queue: messaging/bill }]", "nothing is called `messaging/bill`"),
        ("subscriptions: [{ queue: messaging/billing }, { queue: messaging/billing }]", "is here twice"),
        ("subscriptions: [{ queue: messaging/ordered }]", "a FIFO queue gets messages of FIFO topics only"),
        (
            "subscriptions: [{ protocol: sqs, endpoint: 'arn:aws:sqs:eu-west-1:111122223333:x.fifo' }]",
            "a FIFO queue gets messages of FIFO topics only",
        ),
        ("fifo: content, subscriptions: [{ function: compute/worker }]", "messages of a FIFO topic reach queues only"),
        (
            "fifo: content, subscriptions: [{ protocol: https, endpoint: 'https://example.com' }]",
            "messages of a FIFO topic reach queues only",
        ),
        (
            "fifo: content, subscriptions: [{ queue: messaging/ordered, dead-letter: messaging/failed }]",
            "the dead-letter queue of a FIFO topic's subscription is a FIFO queue",
        ),
        (
            "subscriptions: [{ queue: messaging/billing, dead-letter: messaging/ordered-failed }]",
            "the dead-letter queue of a standard topic's subscription is a standard queue",
        ),
        (
            "subscriptions: [{ queue: messaging/billing, delivery-policy: { retries: 5 } }]",
            "only deliveries over `https` can be tried again in another way",
        ),
        ("subscriptions: [{ queue: messaging/billing, filter-scope: body }]", "there is no `filter` here"),
        (
            "subscriptions: [{ queue: messaging/billing, replay: { from: '2026-01-31T12:00:00Z' } }]",
            "only a topic with an archive has messages to replay",
        ),
        (
            "fifo: content, archive-days: 1, subscriptions: [{ queue: messaging/ordered, replay: { from: 2026-13-31 } }]",
            "`2026-13-31` is not a moment in UTC",
        ),
        ("archive-days: 30", "only FIFO topics have this"),
        ("throughput-scope: topic", "only FIFO topics have this"),
    ] {
        let found = mistake(topic);
        assert!(found.contains(message), "{message}: {found}");
    }
}

/// A topic and a role of another account.
const FOREIGN: &str = "
constructs:
  security:
    topics: { KmsKey: {} }
  messaging:
    orders: { EncryptedTopic: { key: security/topics } }
  partners:
    shop: { ImportedRole: { arn: 'arn:aws:iam::444455556666:role/shop', grants: { messaging/orders: [publish, subscribe] } } }
";

#[test]
fn a_role_of_another_account_publishes_under_its_name() {
    let template = common::template(ENVIRONMENTS, FOREIGN, "dev");
    let account = expected!({ "AWS": sub("arn:${AWS::Partition}:iam::444455556666:root") });
    let caller = expected!({ "aws:PrincipalArn": "arn:aws:iam::444455556666:role/shop" });
    let in_topic = statement(&template, "MessagingOrdersPolicy", "PolicyDocument", "PublishSubscribeByPartnersShop");
    assert_eq!(in_topic["Principal"], account);
    assert_eq!(in_topic["Action"], expected!(["sns:Publish", "sns:Subscribe"]));
    assert_eq!(in_topic["Condition"]["ArnEquals"], caller);
    let in_key = statement(&template, "SecurityTopics", "KeyPolicy", "SnsPublishByPartnersShop");
    assert_eq!(in_key["Principal"], account);
    assert_eq!(in_key["Action"], expected!(["kms:Decrypt", "kms:GenerateDataKey"]));
}

#[test]
fn nobody_else_uses_the_key_that_aws_manages() {
    let environments = "environments: { dev: { protection: open, encryption: aws-managed, account: '111122223333' } }";
    let found = findings(environments, FOREIGN, "dev");
    assert!(found.contains("a role of another account cannot use the key that AWS manages for SNS"), "{found}");
    let archive = stack("fifo: content, archive-days: 1");
    let found = findings(environments, &archive, "dev");
    assert!(found.contains("SNS cannot replay messages under the key that AWS manages for it"), "{found}");
}

#[test]
fn queues_of_other_accounts_are_not_subscribed_from_here() {
    let stack = |queue: &str| {
        format!(
            "
constructs:
  security:
    topics: {{ KmsKey: {{}} }}
  messaging:
    orders: {{ EncryptedTopic: {{ key: security/topics, subscriptions: [{{ queue: messaging/theirs }}] }} }}
    theirs: {{ ImportedQueue: {{ arn: '{queue}' }} }}
"
        )
    };
    let environments = "environments: { dev: { protection: open, account: '111122223333', regions: [eu-west-1] } }";
    let found = findings(environments, &stack("arn:aws:sqs:eu-west-1:444455556666:theirs"), "dev");
    assert!(found.contains("this is in another account"), "{found}");
    let found = findings(environments, &stack("arn:aws:sqs:eu-west-1:111122223333:theirs"), "dev");
    assert!(common::only_notes(&found) && found.contains("SqsSendBySnsForMessagingOrders"), "{found}");
}

/// A topic with a policy on sensitive data, and a log group for findings.
fn protected(policy: &str) -> String {
    let findings = "
    findings: { EncryptedLogGroup: { key: security/logs }, name: '/aws/vendedlogs/app-{{ env }}' }
    elsewhere: { EncryptedLogGroup: { key: security/logs } }
  compute:";
    stack(&format!("data-protection: {policy}")).replace("\n  compute:", findings)
}

#[test]
fn sensitive_data_is_found_masked_and_refused() {
    let policy = "{ audit: { identifiers: [EmailAddress], findings: messaging/findings, sample-rate: 10 }, mask: [Ssn-US], redact: [Address], deny-inbound: [AwsSecretKey], deny-outbound: [Name, LatLong] }";
    let template = common::template(ENVIRONMENTS, &protected(policy), "dev");
    let data = |name: &str| sub(&format!("arn:${{AWS::Partition}}:dataprotection::aws:data-identifier/{name}"));
    let log = expected!({ "CloudWatchLogs": { "LogGroup": "/aws/vendedlogs/app-dev" } });
    let audit = expected!({ "Audit": { "SampleRate": "10", "FindingsDestination": log } });
    let written = property(&template, "MessagingOrders", "DataProtectionPolicy");
    let statement = |sid: &str, direction: &str, identifiers: Json, operation: Json| {
        expected!({
            "Sid": sid,
            "DataDirection": direction,
            "Principal": ["*"],
            "DataIdentifier": identifiers,
            "Operation": operation
        })
    };
    let mask = expected!({ "Deidentify": { "MaskConfig": { "MaskWithCharacter": "#" } } });
    let redact = expected!({ "Deidentify": { "RedactConfig": {} } });
    let deny = expected!({ "Deny": {} });
    let statements_expected = expected!([
        statement("audit", "Inbound", expected!([data("EmailAddress")]), audit),
        statement("mask", "Inbound", expected!([data("Ssn-US")]), mask),
        statement("redact", "Inbound", expected!([data("Address")]), redact),
        statement("deny-inbound", "Inbound", expected!([data("AwsSecretKey")]), deny.clone()),
        statement("deny-outbound", "Outbound", expected!([data("Name"), data("LatLong")]), deny),
    ]);
    assert_eq!(written["Version"], "2021-06-01");
    assert_eq!(written["Statement"], statements_expected);
    // Findings are delivered to the group, which lets the delivery write.
    let policy = template.resources["MessagingFindings"].properties.get("ResourcePolicyDocument");
    let policy = policy.map_or(Json::Null, json);
    assert_eq!(policy["Statement"][0]["Principal"], expected!({ "Service": "delivery.logs.amazonaws.com" }));
    assert_eq!(template.resources["MessagingOrders"].depends_on, ["MessagingFindings"]);
}

#[test]
fn data_that_sns_does_not_find_is_refused() {
    for (policy, message) in [
        ("{ mask: [EmailAdress] }", "`EmailAdress` is not a kind of data that SNS knows"),
        ("{ mask: [Ssn-DE] }", "`Ssn-DE` is not a kind of data that SNS knows"),
        ("{ mask: [IpAddress] }", "`IpAddress` is not a kind of data that SNS knows"),
        ("{ mask: [Name, Name] }", "`Name` is here twice"),
        ("{}", "no kind of data is protected here"),
        (
            "{ audit: { identifiers: [Name], findings: messaging/elsewhere } }",
            "SNS reports to log groups only whose name begins with `/aws/vendedlogs/`",
        ),
        ("{ mask: [Name] }, fifo: content", "SNS looks for sensitive data in messages of standard topics only"),
    ] {
        let found = findings(ENVIRONMENTS, &protected(policy), "dev");
        assert_eq!(found.matches("error[").count(), 1, "{found}");
        assert!(found.contains(message), "{message}: {found}");
    }
}

/// A topic in one region, and a queue in another.
fn across(from: &str, to: &str) -> String {
    let environments = format!("environments: {{ dev: {{ protection: open, regions: [{from}, {to}] }} }}");
    let stack = "
constructs:
  security:
    topics: { KmsKey: {} }
    queues: { KmsKey: {}, region: REGION }
  messaging:
    orders: { EncryptedTopic: { key: security/topics, subscriptions: [{ queue: messaging/billing }] } }
    billing: { EncryptedQueue: { key: security/queues }, region: REGION }
";
    findings(&environments, &stack.replace("REGION", to), "dev")
}

#[test]
fn messages_cross_regions_that_every_account_has() {
    assert_eq!(across("eu-west-1", "eu-central-1"), "");
    let found = across("eu-west-1", "eu-south-1");
    assert!(found.contains("messages do not get from `eu-west-1` to `eu-south-1`"), "{found}");
}
