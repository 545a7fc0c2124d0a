//! Log groups: who writes and reads, where events go, and what is masked.

mod common;

use common::{ENVIRONMENTS, findings, json, statements, template};
use serde_json::{Value, json};
use synth::template::Template;

/// A stack with a log group of these properties besides its key, and a function.
fn stack(properties: &str) -> String {
    format!(
        "
constructs:
  security:
    logs: {{ KmsKey: {{}} }}
    records: {{ KmsKey: {{}} }}
  logs:
    events:
      EncryptedLogGroup: {{ key: security/logs, {properties} }}
    findings:
      EncryptedLogGroup: {{ key: security/logs }}
  compute:
    indexer:
      EncryptedFunction:
        code: {{ bucket: artifacts, key: indexer.zip }}
        runtime: python3.13
        logs-key: security/logs
"
    )
}

fn built(properties: &str) -> Template {
    template(ENVIRONMENTS, &stack(properties), "dev")
}

fn found(properties: &str) -> String {
    findings(ENVIRONMENTS, &stack(properties), "dev")
}

fn property(template: &Template, id: &str, name: &str) -> Value {
    json(&template.resources[id].properties[name])
}

const GROUP: &str = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:app-dev-logs-logs-events";

#[test]
fn a_subscribed_function_lets_only_this_group_call_it_and_is_waited_for() {
    let template = built("subscriptions: { all: { to: { function: compute/indexer } } }");
    let permission = &template.resources["LogsEventsAllPermission"].properties;
    assert_eq!(json(&permission["Principal"]), "logs.amazonaws.com");
    assert_eq!(json(&permission["SourceArn"]), json!({ "Fn::GetAtt": ["LogsEvents", "Arn"] }), "with `:*` behind it");
    let subscription = &template.resources["LogsEventsAllSubscription"];
    assert_eq!(subscription.depends_on, ["LogsEventsAllPermission"]);
    assert_eq!(json(&subscription.properties["FilterPattern"]), "", "every event goes there");
    assert!(!subscription.properties.contains_key("RoleArn"), "functions are called without a role");
    assert!(!template.resources.contains_key("LogsEventsRole"));
}

#[test]
fn streams_are_written_to_by_one_role_that_cloudwatch_logs_assumes_for_this_group() {
    let template = built(
        "subscriptions: {
            stream: { to: { stream: 'arn:aws:kinesis:eu-west-1:111122223333:stream/logs' }, distribution: random },
            archive: { to: { delivery-stream: 'arn:aws:firehose:eu-west-1:111122223333:deliverystream/logs' } } }",
    );
    let assume = &statements(&template, "LogsEventsRole", "AssumeRolePolicyDocument")[0].1;
    assert_eq!(assume["Principal"], json!({ "Service": "logs.amazonaws.com" }));
    let group = json!([{ "Fn::Sub": GROUP }, { "Fn::Sub": format!("{GROUP}:*") }]);
    assert_eq!(assume["Condition"], json!({ "ArnLike": { "aws:SourceArn": group } }));
    let allowed = statements(&template, "LogsEventsRolePolicy", "PolicyDocument");
    let allowed: Vec<_> = allowed.iter().map(|(_, it)| (it["Action"].clone(), it["Resource"].clone())).collect();
    let expected = [
        (json!("kinesis:PutRecord"), json!("arn:aws:kinesis:eu-west-1:111122223333:stream/logs")),
        (json!("firehose:PutRecord"), json!("arn:aws:firehose:eu-west-1:111122223333:deliverystream/logs")),
    ];
    assert_eq!(allowed, expected);
    for id in ["LogsEventsStreamSubscription", "LogsEventsArchiveSubscription"] {
        let role = json(&template.resources[id].properties["RoleArn"]);
        assert_eq!(role, json!({ "Fn::GetAtt": ["LogsEventsRole", "Arn"] }), "{id} waits for the role");
    }
}

#[test]
fn a_kinesis_stream_is_written_to_under_its_key_by_the_role_for_that_stream() {
    let arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/logs";
    let template =
        built(&format!("subscriptions: {{ a: {{ to: {{ stream: '{arn}' }}, stream-key: security/records }} }}"));
    let statements = statements(&template, "SecurityRecords", "KeyPolicy");
    let (_, key) = statements.iter().find(|(id, _)| id == "KinesisProduceByLogsEventsRole").expect("the role is there");
    assert_eq!(key["Action"], "kms:GenerateDataKey");
    assert_eq!(key["Condition"]["ArnEquals"]["kms:EncryptionContext:aws:kinesis:arn"], arn);
}

#[test]
fn what_others_own_is_read_and_gets_no_findings() {
    let others = |grants: &str, properties: &str| {
        let stack =
            stack(properties).replace("        runtime", &format!("        grants: {{ {grants} }}\n        runtime"));
        let arn = "arn:aws:logs:eu-west-1:111122223333:log-group:central";
        stack.replace("  logs:\n", &format!("  logs:\n    central: {{ ImportedLogGroup: {{ arn: '{arn}' }} }}\n"))
    };
    let template = template(ENVIRONMENTS, &others("logs/central: [read, unmask]", ""), "dev");
    let role = statements(&template, "ComputeIndexerRolePolicy", "PolicyDocument");
    let unmask = role.iter().find(|(id, _)| id == "UnmaskLogsCentral").map(|(_, statement)| &statement["Action"]);
    assert_eq!(unmask, Some(&json!("logs:Unmask")));
    let findings_there = others("", "data-protection: { identifiers: [EmailAddress], findings: logs/central }");
    let text = findings(ENVIRONMENTS, &findings_there, "dev");
    assert!(text.contains("`logs/central` is outside of these stacks"), "{text}");
}

#[test]
fn services_that_write_may_for_their_sources_in_this_account() {
    let template = built("writers: [delivery, opensearch]");
    let policy = statements(&template, "LogsEvents", "ResourcePolicyDocument");
    let ids: Vec<&str> = policy.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, ["WriteByLogsDelivery", "WriteByOpenSearch"]);
    for (id, statement) in &policy {
        assert_eq!(statement["Resource"], json!({ "Fn::Sub": format!("{GROUP}:*") }), "{id}");
        assert_eq!(statement["Condition"]["StringEquals"]["aws:SourceAccount"], json!({ "Ref": "AWS::AccountId" }));
    }
    let source = json!({ "Fn::Sub": "arn:${AWS::Partition}:es:${AWS::Region}:${AWS::AccountId}:domain/*" });
    assert_eq!(policy[1].1["Condition"]["ArnLike"]["aws:SourceArn"], source);
    assert!(!built("index-fields: [id]").resources["LogsEvents"].properties.contains_key("ResourcePolicyDocument"));
}

#[test]
fn data_is_masked_by_two_statements_about_the_same_and_findings_may_be_delivered() {
    let template = built(
        r"data-protection: {
            identifiers: [EmailAddress, DriversLicense-US], patterns: { Employee: 'E-\d{9}' }, findings: logs/findings }",
    );
    let policy = property(&template, "LogsEvents", "DataProtectionPolicy");
    let (audit, redact) = (&policy["Statement"][0], &policy["Statement"][1]);
    assert_eq!(audit["DataIdentifier"], redact["DataIdentifier"]);
    assert_eq!(audit["DataIdentifier"].as_array().map(Vec::len), Some(3));
    assert_eq!(redact["Operation"], json!({ "Deidentify": { "MaskConfig": {} } }));
    let destination = &audit["Operation"]["Audit"]["FindingsDestination"];
    assert_eq!(*destination, json!({ "CloudWatchLogs": { "LogGroup": "app-dev-logs-logs-findings" } }));
    assert_eq!(template.resources["LogsEvents"].depends_on, ["LogsFindings"]);
    assert_eq!(
        policy["Configuration"],
        json!({ "CustomDataIdentifier": [{ "Name": "Employee", "Regex": r"E-\d{9}" }] })
    );
    let findings = statements(&template, "LogsFindings", "ResourcePolicyDocument");
    assert_eq!(findings[0].1["Principal"], json!({ "Service": "delivery.logs.amazonaws.com" }));
}

#[test]
fn who_reads_may_query_and_sees_masked_data_only_by_a_word_of_its_own() {
    let grants = |words: &str| {
        let stack = format!("{}        grants: {{ logs/events: {words} }}\n", stack(""));
        let policy = statements(&template(ENVIRONMENTS, &stack, "dev"), "ComputeIndexerRolePolicy", "PolicyDocument");
        policy.into_iter().filter(|(id, _)| id.ends_with("LogsEvents")).collect::<Vec<_>>()
    };
    let read = grants("read");
    assert_eq!(read.len(), 1);
    let actions = read[0].1["Action"].to_string();
    for action in ["logs:GetLogEvents", "logs:StartQuery", "logs:GetQueryResults"] {
        assert!(actions.contains(action), "{action} is among {actions}");
    }
    assert!(!actions.contains("Unmask") && !actions.contains("Put"));
    let unmask = grants("unmask");
    assert_eq!(unmask.len(), 1);
    assert_eq!(unmask[0].1["Action"], "logs:Unmask");
}

#[test]
fn metrics_have_all_that_cloudwatch_knows_of_them() {
    let template = built(
        "metric-filters: {
            errors: { pattern: ERROR, namespace: app, metric: Errors, default: 0, unit: Count },
            slow: { pattern: '{ $.ms = * }', namespace: app, metric: Ms, value: $.ms, dimensions: { Path: $.path } } }",
    );
    let errors = property(&template, "LogsEventsErrorsFilter", "MetricTransformations");
    let expected = json!([{
        "MetricNamespace": "app", "MetricName": "Errors", "MetricValue": "1", "DefaultValue": 0, "Unit": "Count"
    }]);
    assert_eq!(errors, expected);
    let slow = property(&template, "LogsEventsSlowFilter", "MetricTransformations");
    assert_eq!(slow[0]["Dimensions"], json!([{ "Key": "Path", "Value": "$.path" }]));
}

/// Each mistake, and what is said about it.
const MISTAKES: &[(&str, &[&str])] = &[
    (
        "class: infrequent-access, index-fields: [id], transformer: [parse-json: {}],
         metric-filters: { a: { pattern: x, namespace: n, metric: m } },
         subscriptions: { a: { to: { function: compute/indexer } } }",
        &["has no metric filters", "has no subscriptions", "has no indexed fields", "has no transformer"],
    ),
    (
        "metric-filters: { a: { pattern: x, namespace: n, metric: m, default: 0, dimensions: { D: $.d } } }",
        &["a metric with dimensions has no default value"],
    ),
    ("metric-filters: { a: { pattern: x, namespace: n, metric: m, default: zero } }", &["expected a number, found"]),
    (
        "metric-filters: { a: { pattern: x, namespace: n, metric: m, dimensions: { A: a, B: b, C: c, D: d } } }",
        &["a metric filter may have 3 dimensions"],
    ),
    (
        "metric-filters: { a: { pattern: x, namespace: n, metric: m, transformed: true } }",
        &["the log group has no `transformer`"],
    ),
    ("transformer: [add-keys: { entries: [{ key: a, value: b }] }]", &["the first step of a transformation parses"]),
    ("transformer: [{ parse-json: {} }, { parse-vpc: {} }]", &["can only be the first step"]),
    ("transformer: [{ grok: { match: a } }, { grok: { match: b } }]", &["a transformation has one step of this kind"]),
    (
        "subscriptions: { a: { to: { function: compute/indexer }, distribution: random } }",
        &["only what goes to a Kinesis stream is spread over shards"],
    ),
    (
        "subscriptions: { a: { to: { stream: 'arn:aws:kinesis:eu-west-1:111122223333:table/x' } } }",
        &["is not the ARN of a Kinesis stream"],
    ),
    ("subscriptions: { a: { to: { function: logs/findings } } }", &["is an `EncryptedLogGroup`, not a function"]),
    ("data-protection: {}", &["nothing is protected here without `identifiers` or `patterns`"]),
    ("data-protection: { identifiers: [EmailAdress] }", &["did you mean `EmailAddress`?"]),
    ("data-protection: { identifiers: [BankAccountNumber] }", &["allowed here: `BankAccountNumber-DE`"]),
    ("data-protection: { patterns: { Name: a } }", &["is a kind of data that CloudWatch Logs knows itself"]),
    ("data-protection: { patterns: { Bad: '(a)' } }", &["a pattern cannot have `(` in it"]),
    ("index-fields: [a, a]", &["`a` is here twice"]),
    ("writers: [kinesis]", &["is not one of the allowed words"]),
];

#[test]
fn mistakes_are_found() {
    for (properties, expected) in MISTAKES {
        let text = found(properties);
        for expected in *expected {
            assert!(text.contains(expected), "`{expected}` is said of {properties}:\n{text}");
        }
    }
}

#[test]
fn there_are_limits() {
    let many = |count: usize, one: &dyn Fn(usize) -> String| (0..count).map(one).collect::<Vec<_>>().join(", ");
    let subscriptions = many(6, &|at| format!("s{at}: {{ to: {{ function: compute/indexer }} }}"));
    assert!(found(&format!("subscriptions: {{ {subscriptions} }}")).contains("a log group may have 2 subscriptions"));
    let fields = many(21, &|at| format!("field{at}"));
    assert!(found(&format!("index-fields: [{fields}]")).contains("a log group may have 20 indexed fields"));
    let patterns = many(11, &|at| format!("P{at}: a"));
    let text = found(&format!("data-protection: {{ patterns: {{ {patterns} }} }}"));
    assert!(text.contains("a log group may have 10 patterns of its own"), "{text}");
}

#[test]
fn route_53_writes_in_one_region() {
    let environments = "environments: { dev: { protection: open, regions: [eu-west-1] } }";
    let text = findings(environments, &stack("writers: [route53]"), "dev");
    assert!(text.contains("Route 53 writes to log groups in `us-east-1` only, and this is in `eu-west-1`"), "{text}");
    let environments = "environments: { dev: { protection: open, regions: [cn-north-1] } }";
    let text = findings(environments, &stack("writers: [route53]"), "dev");
    assert!(text.contains("does not write logs in the partition `aws-cn`"), "{text}");
}

#[test]
fn streams_are_in_the_group_s_own_account_and_region() {
    let environments = "environments: { dev: { protection: open, account: '111122223333', regions: [eu-west-1] } }";
    for arn in ["arn:aws:kinesis:us-east-1:111122223333:stream/x", "arn:aws:kinesis:eu-west-1:444455556666:stream/x"] {
        let stack = stack(&format!("subscriptions: {{ a: {{ to: {{ stream: '{arn}' }} }} }}"));
        let text = findings(environments, &stack, "dev");
        assert!(text.contains("streams and functions of the log group's own account and region only"), "{arn}: {text}");
    }
}

#[test]
fn findings_go_to_a_log_group_and_to_nothing_that_has_one() {
    let stack = "
constructs:
  security: { logs: { KmsKey: {} }, records: { KmsKey: {} } }
  audit: { trail: { AuditTrail: { key: security/records, logs-key: security/logs } } }
  logs:
    access:
      EncryptedLogGroup:
        key: security/logs
        data-protection: { identifiers: [EmailAddress], findings: audit/trail }
";
    let found = findings(ENVIRONMENTS, stack, "dev");
    assert!(found.contains("error[wrong-reference]: `audit/trail` is an `AuditTrail` with a log group"), "{found}");
    assert!(found.contains("findings go to an `EncryptedLogGroup`"), "{found}");
}
