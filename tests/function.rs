//! Functions: what encrypts them, who calls them, and what they read.

mod common;

use common::{ENVIRONMENTS, findings, json, statement, statements, template};
use serde_json::json;
use synth::template::Template;

/// A stack with a function of these properties besides its code, and what it works with.
fn stack(properties: &str) -> String {
    format!(
        "
constructs:
  security:
    data: {{ KmsKey: {{}} }}
    code: {{ KmsKey: {{}} }}
    auditor: {{ ImportedRole: {{ arn: 'arn:aws:iam::444455556666:role/Auditor' }} }}
  storage:
    orders: {{ EncryptedTable: {{ key: security/data, partition-key: {{ id: S }}, stream: new-image }} }}
    records: {{ EncryptedBucket: {{ key: security/data }} }}
    still: {{ EncryptedTable: {{ key: security/data, partition-key: {{ id: S }} }} }}
  messaging:
    failed: {{ EncryptedTopic: {{ key: security/data }} }}
    jobs: {{ EncryptedQueue: {{ key: security/data, visibility-timeout: 60 }} }}
    lost: {{ EncryptedQueue: {{ key: security/data }} }}
    in-order: {{ EncryptedQueue: {{ key: security/data, fifo: content }} }}
    ordered: {{ EncryptedTopic: {{ key: security/data, fifo: content }} }}
  compute:
    other:
      EncryptedFunction:
        code: {{ bucket: artifacts, key: other.zip }}
        runtime: python3.13
        logs-key: security/data
    worker:
      EncryptedFunction:
        code: {{ bucket: artifacts, key: worker.zip }}
        runtime: python3.13
        logs-key: security/data
        {properties}
"
    )
}

fn built(properties: &str) -> Template {
    template(ENVIRONMENTS, &stack(properties), "dev")
}

fn found(properties: &str) -> String {
    findings(ENVIRONMENTS, &stack(properties), "dev")
}

fn has(template: &Template, id: &str, property: &str, sid: &str) -> bool {
    statements(template, id, property).iter().any(|(id, _)| id.contains(sid))
}

const WORKER: &str =
    "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:app-dev-compute-function-worker";

#[test]
fn the_environment_is_under_its_key_by_who_configures_the_function_and_the_role_needs_nothing() {
    let environments = "environments: { dev: { protection: open, deployers: [role/deploy] } }";
    let template = template(environments, &stack("environment-key: security/data"), "dev");
    let configure = statement(&template, "SecurityData", "KeyPolicy", "LambdaConfigure");
    assert_eq!(configure["Action"], json!(["kms:Decrypt", "kms:Encrypt"]));
    let grant = statement(&template, "SecurityData", "KeyPolicy", "LambdaConfigureGrant");
    assert_eq!(grant["Action"], "kms:CreateGrant");
    assert_eq!(grant["Condition"]["Bool"], json!({ "kms:GrantIsForAWSResource": "true" }));
    for statement in [configure, grant] {
        let condition = &statement["Condition"];
        let via = json!({ "Fn::Sub": "lambda.${AWS::Region}.amazonaws.com" });
        assert_eq!(condition["StringEquals"]["kms:ViaService"], via);
        let arns = &condition["ArnEquals"];
        assert_eq!(arns["kms:EncryptionContext:aws:lambda:FunctionArn"], json!({ "Fn::Sub": WORKER }));
        assert!(arns["aws:PrincipalArn"].to_string().contains("role/deploy"), "only deployers: {arns}");
    }
    let key = json!({ "Fn::GetAtt": ["SecurityData", "Arn"] });
    assert_eq!(json(&template.resources["ComputeWorker"].properties["KmsKeyArn"]), key);
    assert!(!has(&template, "ComputeWorkerRolePolicy", "PolicyDocument", "Lambda"), "the role needs nothing");
}

#[test]
fn code_is_under_its_key_by_lambda_itself_for_this_function() {
    let template = built("code-key: security/code");
    let code = statement(&template, "SecurityCode", "KeyPolicy", "LambdaCode");
    assert_eq!(code["Principal"], json!({ "Service": "lambda.amazonaws.com" }));
    assert_eq!(code["Action"], json!(["kms:Decrypt", "kms:GenerateDataKey"]));
    let context = json!({ "kms:EncryptionContext:aws:lambda:FunctionArn": { "Fn::Sub": WORKER } });
    assert_eq!(code["Condition"], json!({ "ArnEquals": context }));
    let source = &json(&template.resources["ComputeWorker"].properties["Code"])["SourceKMSKeyArn"];
    assert_eq!(*source, json!({ "Fn::GetAtt": ["SecurityCode", "Arn"] }));
}

#[test]
fn durable_executions_are_under_their_key_by_lambda_the_role_and_who_configures_it() {
    let template = built("durable: { timeout: 3600, key: security/code }");
    let service = statement(&template, "SecurityCode", "KeyPolicy", "LambdaDurableToComputeWorker");
    assert_eq!(service["Condition"]["ArnEquals"]["aws:SourceArn"], json!({ "Fn::Sub": WORKER }));
    let role = statement(&template, "SecurityCode", "KeyPolicy", "LambdaDurableResumeByComputeWorkerRole");
    assert_eq!(role["Action"], "kms:Decrypt");
    statement(&template, "SecurityCode", "KeyPolicy", "LambdaDurableCreate");
    let describe = statement(&template, "SecurityCode", "KeyPolicy", "LambdaDurableDescribe");
    assert!(!describe["Condition"].to_string().contains("EncryptionContext"), "looking at a key has no context");
    let own = statement(&template, "ComputeWorkerRolePolicy", "PolicyDocument", "KeepOwnExecutions");
    assert_eq!(own["Resource"], json!({ "Fn::Sub": format!("{WORKER}:*") }));
}

#[test]
fn a_tier_without_keys_drops_them() {
    let environments = "environments: { dev: { protection: open, encryption: aws-owned } }";
    let properties = "environment-key: security/data\n        code-key: security/code";
    let folder = common::folder(environments, &[("app.yaml", &stack(properties))]);
    let synthesis = common::try_synthesize(folder.path(), "dev").0.expect("there are only notes");
    let function = &synthesis.stacks[0].template.resources["ComputeWorker"].properties;
    assert!(!function.contains_key("KmsKeyArn"));
    assert!(json(&function["Code"]).get("SourceKMSKeyArn").is_none());
}

#[test]
fn the_code_may_not_do_what_lambda_does_in_the_network() {
    let template = built("network: { subnets: [subnet-0a1b], security-groups: [sg-0a1b] }");
    let allow = statement(&template, "ComputeWorkerRolePolicy", "PolicyDocument", "ManageNetworkInterfaces");
    let deny = statement(&template, "ComputeWorkerRolePolicy", "PolicyDocument", "DenyNetworkToCode");
    assert_eq!(allow["Action"], deny["Action"]);
    assert_eq!((&allow["Effect"], &deny["Effect"]), (&json!("Allow"), &json!("Deny")));
    assert_eq!(deny["Condition"], json!({ "ArnEquals": { "lambda:SourceFunctionArn": { "Fn::Sub": WORKER } } }));
    assert!(!has(&built(""), "ComputeWorkerRolePolicy", "PolicyDocument", "Network"));
}

#[test]
fn a_table_s_stream_is_read_by_the_role_under_the_table_s_key() {
    let template = built("sources: { orders: { from: { table: storage/orders }, on-failure: messaging/failed } }");
    let source = &template.resources["ComputeWorkerOrdersSource"].properties;
    assert_eq!(json(&source["EventSourceArn"]), json!({ "Fn::GetAtt": ["StorageOrders", "StreamArn"] }));
    assert_eq!(json(&source["StartingPosition"]), "TRIM_HORIZON");
    let read = statement(&template, "ComputeWorkerRolePolicy", "PolicyDocument", "ReadStreamStorageOrders");
    let actions = json!(["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"]);
    assert_eq!(read["Action"], actions);
    assert!(read["Resource"].to_string().contains("app-dev-storage-table-orders/stream/*"));
    let list = statement(&template, "ComputeWorkerRolePolicy", "PolicyDocument", "ListStreamsForStorageOrders");
    assert_eq!((&list["Action"], &list["Resource"]), (&json!("dynamodb:ListStreams"), &json!("*")));
    statement(&template, "SecurityData", "KeyPolicy", "DynamoDbUseByComputeWorkerRole");
    statement(&template, "ComputeWorkerRolePolicy", "PolicyDocument", "PublishToMessagingFailed");
    assert!(!has(&template, "ComputeWorkerRolePolicy", "PolicyDocument", "WriteStorageOrders"), "and nothing else");
}

#[test]
fn filters_are_under_their_key_by_lambda_of_the_region_and_who_sets_them() {
    let template = built(
        "sources: { orders: { from: { table: storage/orders }, filters: ['{ \"eventName\": [\"INSERT\"] }'], filter-key: security/code } }",
    );
    let lambda = statement(&template, "SecurityCode", "KeyPolicy", "LambdaFilter");
    let principal = json!({ "Service": { "Fn::Sub": "lambda.${AWS::Region}.${AWS::URLSuffix}" } });
    assert_eq!((&lambda["Principal"], &lambda["Action"]), (&principal, &json!("kms:Decrypt")));
    let creator = statement(&template, "SecurityCode", "KeyPolicy", "LambdaFilterCreate");
    assert_eq!(creator["Action"], json!(["kms:Decrypt", "kms:GenerateDataKey"]));
    let via = &creator["Condition"]["StringEquals"]["kms:ViaService"];
    assert_eq!(*via, json!({ "Fn::Sub": "lambda.${AWS::Region}.amazonaws.com" }));
    let source = &template.resources["ComputeWorkerOrdersSource"].properties;
    assert_eq!(json(&source["KmsKeyArn"]), json!({ "Fn::GetAtt": ["SecurityCode", "Arn"] }));
}

#[test]
fn records_of_calls_go_where_the_role_may_send_them() {
    let template = built(
        "asynchronous: { retry-attempts: 0, on-success: compute/other, on-failure: messaging/failed }\n        dead-letter: messaging/failed",
    );
    let calls = json(&template.resources["ComputeWorkerAsynchronous"].properties["DestinationConfig"]);
    assert!(calls["OnSuccess"]["Destination"].to_string().contains("function:app-dev-compute-function-other"));
    assert!(calls["OnFailure"]["Destination"].to_string().contains("app-dev-messaging-topic-failed"));
    statement(&template, "ComputeWorkerRolePolicy", "PolicyDocument", "InvokeComputeOther");
    statement(&template, "ComputeWorkerRolePolicy", "PolicyDocument", "PublishToMessagingFailed");
    statement(&template, "SecurityData", "KeyPolicy", "SnsPublishByComputeWorkerRole");
}

#[test]
fn a_url_is_called_by_those_who_are_granted_it_and_by_nobody_else() {
    let stack = stack("url: {}").replace(
        "logs-key: security/data\n    worker",
        "logs-key: security/data\n        grants: { compute/worker: invoke-url }\n    worker",
    );
    let template = template(ENVIRONMENTS, &stack, "dev");
    assert_eq!(json(&template.resources["ComputeWorkerUrl"].properties["AuthType"]), "AWS_IAM");
    let url = statement(&template, "ComputeOtherRolePolicy", "PolicyDocument", "InvokeUrlOfComputeWorker");
    assert_eq!(url["Action"], "lambda:InvokeFunctionUrl");
    let call = statement(&template, "ComputeOtherRolePolicy", "PolicyDocument", "InvokeByUrlComputeWorker");
    assert_eq!(call["Condition"], json!({ "Bool": { "lambda:InvokedViaFunctionUrl": "true" } }));
    assert!(template.resources.values().all(|resource| resource.kind != "AWS::Lambda::Permission"));
}

#[test]
fn a_trigger_may_call_and_is_waited_for() {
    let template = built("triggers: [messaging/failed]");
    let permission = &template.resources["ComputeWorkerMessagingFailedPermission"].properties;
    assert_eq!(json(&permission["Principal"]), "sns.amazonaws.com");
    assert_eq!(json(&permission["SourceArn"]), json!({ "Ref": "MessagingFailed" }));
    assert!(!permission.contains_key("SourceAccount"), "the topic's ARN holds the account");
    let waits = &template.resources["ComputeWorkerMessagingFailedSubscription"].depends_on;
    assert!(waits.iter().any(|id| id == "ComputeWorkerMessagingFailedPermission"), "{waits:?}");
}

#[test]
fn a_queue_is_read_by_the_role_under_the_queue_s_key() {
    let template = built("sources: { jobs: { from: { queue: messaging/jobs }, max-concurrency: 5 } }");
    let source = &template.resources["ComputeWorkerJobsSource"].properties;
    assert_eq!(json(&source["EventSourceArn"]), json!({ "Fn::GetAtt": ["MessagingJobs", "Arn"] }));
    assert_eq!(json(&source["ScalingConfig"]), json!({ "MaximumConcurrency": 5 }));
    assert!(!source.contains_key("StartingPosition"), "a queue has no beginning");
    let waits = &template.resources["ComputeWorkerRolePolicy"].depends_on;
    assert!(waits.iter().any(|id| id == "MessagingJobsPolicy"), "the role comes after what lets it in: {waits:?}");
    let receive = statement(&template, "ComputeWorkerRolePolicy", "PolicyDocument", "ReceiveMessagingJobs");
    for action in ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"] {
        assert!(receive["Action"].as_array().is_some_and(|actions| actions.contains(&json!(action))), "{action}");
    }
    let key = statement(&template, "SecurityData", "KeyPolicy", "SqsConsumeByComputeWorkerRole");
    assert_eq!(key["Action"], "kms:Decrypt");
}

#[test]
fn failed_calls_go_to_queues_and_buckets_under_their_keys() {
    let template = built(
        "dead-letter: messaging/lost\n        asynchronous: { on-success: messaging/jobs, on-failure: storage/records }",
    );
    let function = &template.resources["ComputeWorker"].properties;
    assert!(json(&function["DeadLetterConfig"]).to_string().contains("app-dev-messaging-queue-lost"));
    let calls = json(&template.resources["ComputeWorkerAsynchronous"].properties["DestinationConfig"]);
    assert!(calls["OnFailure"]["Destination"].to_string().contains(":s3:::"), "{calls}");
    for sid in ["SendMessagingLost", "SendMessagingJobs", "WriteStorageRecords", "ListStorageRecords"] {
        statement(&template, "ComputeWorkerRolePolicy", "PolicyDocument", sid);
    }
    statement(&template, "SecurityData", "KeyPolicy", "SqsProduceByComputeWorkerRole");
}

#[test]
fn a_kinesis_stream_is_read_under_its_key_by_the_role_for_that_stream() {
    let arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/clicks";
    let stack = stack(&format!("sources: {{ clicks: {{ from: {{ stream: '{arn}' }}, stream-key: security/code }} }}"));
    let environments = "environments: { dev: { protection: open, account: '111122223333', regions: [eu-west-1] } }";
    let template = template(environments, &stack, "dev");
    let key = statement(&template, "SecurityCode", "KeyPolicy", "KinesisConsumeByComputeWorkerRole");
    assert_eq!(key["Action"], "kms:Decrypt");
    assert_eq!(key["Condition"]["ArnEquals"]["kms:EncryptionContext:aws:kinesis:arn"], arn);
    assert_eq!(
        key["Condition"]["StringEquals"]["kms:ViaService"],
        json!({ "Fn::Sub": "kinesis.${AWS::Region}.amazonaws.com" })
    );
    let read = statement(&template, "ComputeWorkerRolePolicy", "PolicyDocument", "ReadClicks");
    assert_eq!(read["Resource"], arn);
    statement(&template, "ComputeWorkerRolePolicy", "PolicyDocument", "KinesisConsumeUnderSecurityCode");
}

#[test]
fn a_role_of_another_account_is_let_in_by_its_arn_and_its_owner_told() {
    let folder = common::folder(ENVIRONMENTS, &[("app.yaml", &stack("callers: [security/auditor]"))]);
    let (synthesis, found) = common::try_synthesize(folder.path(), "dev");
    let stack = &synthesis.unwrap_or_else(|| panic!("{found}")).stacks[0];
    let permission = &stack.template.resources["ComputeWorkerSecurityAuditorPermission"].properties;
    assert_eq!(json(&permission["Principal"]), "arn:aws:iam::444455556666:role/Auditor");
    assert!(!permission.contains_key("SourceArn"), "a role has no source");
    assert!(found.contains("lambda:InvokeFunction"), "its own policy has to say so too: {found}");
}

#[test]
fn a_network_of_the_stack_is_waited_for() {
    let stack = stack("network: { subnets: [{ ref: network/private.id }], security-groups: [sg-0a1b] }");
    let subnet = "private: { Resource: { type: 'AWS::EC2::Subnet', properties: { VpcId: vpc-0a1b } } }";
    let stack = stack.replace("  storage:\n", &format!("  network:\n    {subnet}\n  storage:\n"));
    let folder = common::folder(ENVIRONMENTS, &[("app.yaml", &stack)]);
    let (synthesis, found) = common::try_synthesize(folder.path(), "dev");
    let template = &synthesis.unwrap_or_else(|| panic!("{found}")).stacks[0].template;
    let network = json(&template.resources["ComputeWorker"].properties["VpcConfig"]);
    assert_eq!(network["SubnetIds"], json!([{ "Ref": "NetworkPrivate" }]));
}

/// Each mistake, and what is said about it.
const MISTAKES: &[(&str, &str)] = &[
    (
        "sources: { a: { from: { queue: messaging/jobs }, starting-position: latest } }",
        "`starting-position` is for streams",
    ),
    ("sources: { a: { from: { queue: messaging/jobs }, on-failure: messaging/lost } }", "`on-failure` is for streams"),
    ("sources: { a: { from: { table: storage/orders }, max-concurrency: 2 } }", "`max-concurrency` is for queues"),
    (
        "sources: { a: { from: { queue: messaging/jobs }, batch-size: 11 } }",
        "a batch of more than 10 messages is gathered",
    ),
    (
        "sources: { a: { from: { queue: messaging/in-order }, batch-size: 11 } }",
        "a batch of a FIFO queue has 10 messages at most",
    ),
    (
        "sources: { a: { from: { queue: messaging/in-order }, batch-window: 1 } }",
        "Lambda does not gather messages of a FIFO queue",
    ),
    (
        "sources: { a: { from: { queue: messaging/jobs }, pollers: {}, max-concurrency: 2 } }",
        "with pollers of its own, their number limits the calls",
    ),
    (
        "sources: { a: { from: { queue: messaging/jobs }, pollers: { min: 9, max: 8 } } }",
        "9 pollers are more than the most, 8",
    ),
    (
        "sources: { a: { from: { queue: messaging/jobs }, stream-key: security/code } }",
        "the keys of tables and queues are known",
    ),
    (
        "sources: { a: { from: { stream: { ref: storage/orders.stream-arn } }, stream-key: security/code } }",
        "whose ARN has to be written out",
    ),
    (
        "dead-letter: messaging/jobs\n        sources: { a: { from: { queue: messaging/jobs } } }",
        "would call the function again: `messaging/jobs` does that",
    ),
    ("dead-letter: messaging/in-order", "standard topics and queues only"),
    ("dead-letter: storage/records", "is an `EncryptedBucket`, not a topic or queue"),
    ("asynchronous: { on-success: storage/records }", "is an `EncryptedBucket`, not a topic, queue or function"),
    ("dead-letter: compute/other", "is an `EncryptedFunction`, not a topic or queue"),
    ("sources: { a: { from: { table: storage/still } } }", "`storage/still` has no stream to read"),
    ("grants: { storage/still: read-stream }", "`storage/still` has no stream to read"),
    ("grants: { compute/other: invoke-url }", "the function has no URL that could be called"),
    ("sources: { a: { from: { table: storage/orders }, filters: ['{'] } }", "this filter is not JSON"),
    ("sources: { a: { from: { table: storage/orders }, filters: ['[1]'] } }", "a filter is a map of JSON"),
    ("sources: { a: { from: { table: storage/orders }, filter-key: security/data } }", "there are no `filters` here"),
    (
        "sources: { a: { from: { table: storage/orders }, starting-position: { at-timestamp: 1 } } }",
        "begins with its oldest record or with what comes next",
    ),
    (
        "sources: { a: { from: { table: storage/orders } }, b: { from: { table: storage/orders } } }",
        "`storage/orders` is here twice",
    ),
    (
        "sources: { a: { from: { stream: 'arn:aws:sns:eu-west-1:111122223333:x' } } }",
        "is not the ARN of a Kinesis stream",
    ),
    ("dead-letter: messaging/ordered", "a function's records go to standard topics and queues only, and this is FIFO"),
    ("dead-letter: storage/orders", "`storage/orders` is an `EncryptedTable`, not a topic"),
    ("dead-letter: compute/other", "`compute/other` is an `EncryptedFunction`, not a topic"),
    ("asynchronous: { on-failure: compute/worker }", "what becomes of a call of this function would call it again"),
    ("asynchronous: { retry-attempts: 3 }", "expected a whole number from 0 to 2, found `3`"),
    ("triggers: [messaging/ordered]", "messages of a FIFO topic reach queues only"),
    (
        "triggers: [messaging/failed]\n        dead-letter: messaging/failed",
        "would call the function again: `messaging/failed` does that",
    ),
    ("logging: { format: text, system-level: debug }", "only a log of JSON knows levels"),
    ("network: { subnets: [], security-groups: [sg-1] }", "a function in a VPC needs subnets"),
    ("network: { subnets: [vpc-1], security-groups: [sg-1] }", "`vpc-1` is not the id of a subnet, `subnet-…`"),
    ("layers: [tools]", "`tools` is not the ARN of a layer's version"),
    ("environment: { AWS_LAMBDA_METADATA_API: x }", "none that Lambda sets itself"),
    ("runtime-updates: manual", "`manual` needs a value"),
];

#[test]
fn mistakes_are_found() {
    for (properties, expected) in MISTAKES {
        let text = found(properties);
        assert!(text.contains(expected), "`{expected}` is said of {properties}:\n{text}");
    }
}

#[test]
fn the_environment_has_four_kilobytes() {
    let variable = |length: usize| {
        format!("environment: {{ TABLE: {{ ref: storage/orders.name }}, LONG: {} }}", "x".repeat(length))
    };
    assert_eq!(found(&variable(4000)), "");
    let text = found(&variable(4096));
    assert!(text.contains("the variables have over 4096 bytes from here on"), "{text}");
    assert_eq!(text.matches("error[").count(), 1, "{text}");
}

#[test]
fn there_are_limits() {
    let layers: Vec<String> =
        (0..6).map(|at| format!("'arn:aws:lambda:eu-west-1:111122223333:layer:l:{at}'")).collect();
    assert!(found(&format!("layers: [{}]", layers.join(", "))).contains("a function may have 5 layers"));
    let groups: Vec<String> = (0..6).map(|at| format!("sg-{at}")).collect();
    let text = found(&format!("network: {{ subnets: [subnet-1], security-groups: [{}] }}", groups.join(", ")));
    assert!(text.contains("a function may have 5 security groups"), "{text}");
}

#[test]
fn layers_and_streams_are_of_the_function_s_region() {
    let environments = "environments: { dev: { protection: open, regions: [eu-west-1] } }";
    let layer = "layers: ['arn:aws:lambda:us-east-1:111122223333:layer:tools:1']";
    let text = findings(environments, &stack(layer), "dev");
    assert!(text.contains("a function uses layers of its own region, `eu-west-1`, only"), "{text}");
    let source = "sources: { a: { from: { stream: 'arn:aws:kinesis:us-east-1:111122223333:stream/x' } } }";
    let text = findings(environments, &stack(source), "dev");
    assert!(text.contains("a function reads streams of its own region, `eu-west-1`, only"), "{text}");
}

#[test]
fn two_sources_of_one_permission_are_a_mistake() {
    let topics = "constructs: { messaging: { same: { EncryptedTopic: { key: security/data } } }, security: { data: { KmsKey: {} } } }";
    let function = "
constructs:
  security: { data: { KmsKey: {} } }
  compute:
    worker:
      EncryptedFunction:
        code: { bucket: artifacts, key: worker.zip }
        runtime: python3.13
        logs-key: security/data
        triggers: [one:messaging/same, two:messaging/same]
";
    let folder = common::folder(ENVIRONMENTS, &[("one.yaml", topics), ("two.yaml", topics), ("app.yaml", function)]);
    let text = common::try_synthesize(folder.path(), "dev").1;
    assert!(text.contains("error[duplicate-logical-id]"), "{text}");
}

#[test]
fn what_calls_a_function_is_named_once() {
    for (properties, name) in [
        ("triggers: [messaging/failed, messaging/failed]", "messaging/failed"),
        ("callers: [security/auditor, security/auditor]", "security/auditor"),
    ] {
        let found = findings(ENVIRONMENTS, &stack(properties), "dev");
        assert!(found.contains(&format!("error[invalid-value]: `{name}` is here twice")), "{found}");
        assert_eq!(found.matches("error[").count(), 1, "{properties}: {found}");
    }
}
