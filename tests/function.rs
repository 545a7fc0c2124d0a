//! Functions: what encrypts them, who calls them, and what they read.

mod common;

use common::{ENVIRONMENTS, findings, json, statements, template};
use serde_json::{Value, json};
use synth::template::Template;

/// A stack with a function of these properties besides its code, and what it works with.
fn stack(properties: &str) -> String {
    format!(
        "
constructs:
  security:
    data: {{ KmsKey: {{}} }}
    code: {{ KmsKey: {{}} }}
  storage:
    orders: {{ EncryptedTable: {{ key: security/data, partition-key: {{ id: S }}, stream: new-image }} }}
    still: {{ EncryptedTable: {{ key: security/data, partition-key: {{ id: S }} }} }}
  messaging:
    failed: {{ EncryptedTopic: {{ key: security/data }} }}
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

fn statement(template: &Template, id: &str, property: &str, sid: &str) -> Value {
    let all = statements(template, id, property);
    let ids: Vec<&str> = all.iter().map(|(id, _)| id.as_str()).collect();
    all.iter().find(|(id, _)| id == sid).unwrap_or_else(|| panic!("there is `{sid}` among {ids:?}")).1.clone()
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
    assert!(json(&permission["SourceArn"]).to_string().contains("app-dev-messaging-topic-failed"));
    assert!(!permission.contains_key("SourceAccount"), "the topic's ARN holds the account");
    let waits = &template.resources["ComputeWorkerMessagingFailedSubscription"].depends_on;
    assert!(waits.iter().any(|id| id == "ComputeWorkerMessagingFailedPermission"), "{waits:?}");
}

/// Each mistake, and what is said about it.
const MISTAKES: &[(&str, &str)] = &[
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
    ("triggers: [messaging/failed]\n        dead-letter: messaging/failed", "`messaging/failed` triggers it too"),
    ("logging: { format: text, system-level: debug }", "only a log of JSON knows levels"),
    ("network: { subnets: [], security-groups: [sg-1] }", "a function in a VPC needs subnets"),
    ("network: { subnets: [vpc-1], security-groups: [sg-1] }", "`vpc-1` is not the id of a subnet"),
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
