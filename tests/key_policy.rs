//! Key policies, statement by statement, against cases written by hand from AWS's documentation.

mod common;

use common::{ENVIRONMENTS, findings, only_notes, real_templates, statements, template};
use serde_json::{Value, json};

const ACCOUNT: &str = "arn:${AWS::Partition}:iam::${AWS::AccountId}";

/// The policy of the only key of a stack file in an environment.
fn policy_of(properties: &str, environments: &str, environment: &str) -> Vec<(String, Value)> {
    let stack = format!("constructs: {{ security: {{ data: {{ KmsKey: {properties} }} }} }}");
    statements(&template(environments, &stack, environment), "SecurityData", "KeyPolicy")
}

fn ids(statements: &[(String, Value)]) -> Vec<&str> {
    statements.iter().map(|(id, _)| id.as_str()).collect()
}

fn one<'s>(statements: &'s [(String, Value)], id: &str) -> &'s Value {
    let found = statements.iter().find(|(other, _)| other == id);
    &found.unwrap_or_else(|| panic!("there is `{id}` among {:?}", ids(statements))).1
}

fn actions(statement: &Value) -> Vec<&str> {
    match &statement["Action"] {
        Value::String(one) => vec![one],
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        other => panic!("actions are text: {other}"),
    }
}

/// IAM's decision about a request of a role of the account that IAM allows everything, by hand: enough of the rules
/// for the statements that are made here (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>).
fn role_may(policy: &[(String, Value)], role: &str, action: &str) -> bool {
    let arn = format!("{ACCOUNT}:role/{role}");
    let matches = |pattern: &str, text: &str| match pattern.split_once('*') {
        Some((start, end)) => text.starts_with(start) && text.ends_with(end),
        None => pattern == text,
    };
    let texts = |value: &Value| match value {
        Value::Array(all) => all.clone(),
        one => vec![one.clone()],
    };
    let text = |value: &Value| value.as_str().or_else(|| value["Fn::Sub"].as_str()).unwrap_or_default().to_owned();
    let applies = |statement: &Value| {
        let principal = text(&statement["Principal"]["AWS"]);
        let about_account = principal == "*" || principal == format!("{ACCOUNT}:root");
        let about_action = actions(statement).iter().any(|pattern| matches(pattern, action));
        let none = serde_json::Map::new();
        let condition = statement["Condition"].as_object().unwrap_or(&none);
        let holds = condition.iter().all(|(operator, tests)| {
            tests.as_object().expect("tests are a map").iter().all(|(key, values)| {
                let any = texts(values).iter().any(|value| matches(&text(value), &arn));
                match (operator.as_str(), key.as_str()) {
                    ("ArnEquals" | "ArnLike", "aws:PrincipalArn") => any,
                    ("ArnNotEquals", "aws:PrincipalArn") => !any,
                    _ => false, // a direct request comes through no service and has no context
                }
            })
        });
        about_account && about_action && holds
    };
    let effect = |wanted: &str| policy.iter().any(|(_, statement)| statement["Effect"] == wanted && applies(statement));
    effect("Allow") && !effect("Deny")
}

#[test]
fn the_account_manages_a_key_and_cannot_use_it() {
    let policy = policy_of("{}", ENVIRONMENTS, "dev");
    assert_eq!(ids(&policy), ["AccountManagesKey"]);
    for action in
        ["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:TagResource", "kms:DescribeKey", "kms:CreateAlias"]
    {
        assert!(role_may(&policy, "any", action), "{action}");
    }
    for action in ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:CreateGrant", "kms:ReEncryptFrom"] {
        assert!(!role_may(&policy, "any", action), "{action}");
    }
}

#[test]
fn delegation_leaves_everything_to_iam() {
    let policy = policy_of("{ account-access: delegate }", ENVIRONMENTS, "dev");
    assert_eq!(ids(&policy), ["AccountDelegatesToIam"]);
    assert_eq!(actions(&policy[0].1), ["kms:*"]);
    assert!(role_may(&policy, "any", "kms:Decrypt"));
}

/// An environment whose stacks a role of CloudFormation deploys.
const DEPLOYED: &str = "
environments:
  dev: { protection: open, deployers: [role/cdk-exec-*] }
  prod: { protection: locked, break-glass-role: security/BreakGlass, deployers: [role/cdk-exec-*, user/ci] }
";

#[test]
fn administrators_manage_and_deployers_keep_what_creating_takes() {
    let properties = "{ account-access: administrators-only, administrators: [role/KeyAdmin] }";
    for environment in ["dev", "prod"] {
        let policy = policy_of(properties, DEPLOYED, environment);
        let deployer = "cdk-exec-111122223333-eu-west-1";
        // KMS refuses a key whose creator may not put its policy, and CloudFormation reads and completes what it made.
        for action in
            ["kms:PutKeyPolicy", "kms:GetKeyPolicy", "kms:DescribeKey", "kms:EnableKeyRotation", "kms:CreateAlias"]
        {
            assert!(role_may(&policy, deployer, action), "{action} in {environment}");
        }
        for action in ["kms:Decrypt", "kms:CreateGrant", "kms:DisableKey"] {
            assert!(!role_may(&policy, deployer, action), "{action} in {environment}");
        }
        // Where a stack takes its keys with it, deleting the stack or rolling back its creation deletes them.
        assert_eq!(role_may(&policy, deployer, "kms:ScheduleKeyDeletion"), environment == "dev");
        assert!(role_may(&policy, "KeyAdmin", "kms:PutKeyPolicy"));
        assert!(!role_may(&policy, "KeyAdmin", "kms:Decrypt"));
        assert!(!role_may(&policy, "somebody", "kms:PutKeyPolicy"));
        assert!(!role_may(&policy, "somebody", "kms:DescribeKey"));
    }
}

#[test]
fn the_deployer_of_every_key_keeps_its_policy() {
    for (stack, environment, template) in real_templates() {
        for (id, _) in template.resources.iter().filter(|(_, resource)| resource.kind == "AWS::KMS::Key") {
            let policy = statements(&template, id, "KeyPolicy");
            // One stack names this role; wherever nobody is named, it is as good as any.
            assert!(role_may(&policy, "eonpro-deployer", "kms:PutKeyPolicy"), "{id} of {stack} in {environment}");
        }
    }
}

#[test]
fn in_a_locked_environment_only_break_glass_destroys_a_key() {
    let policy = policy_of("{}", ENVIRONMENTS, "prod");
    let denial = one(&policy, "DenyDestructionToAllButBreakGlass");
    assert_eq!(actions(denial), ["kms:DeleteImportedKeyMaterial", "kms:DisableKey", "kms:ScheduleKeyDeletion"]);
    for action in ["kms:ScheduleKeyDeletion", "kms:DisableKey"] {
        assert!(!role_may(&policy, "any", action), "{action}");
        assert!(role_may(&policy, "security/BreakGlass", action), "{action}");
    }
    for action in ["kms:CancelKeyDeletion", "kms:EnableKey", "kms:PutKeyPolicy"] {
        assert!(role_may(&policy, "any", action), "{action} stays open");
    }
}

#[test]
fn break_glass_is_an_administrator_where_only_administrators_manage() {
    let properties = "{ account-access: administrators-only, administrators: [role/KeyAdmin] }";
    let policy = policy_of(properties, DEPLOYED, "prod");
    assert!(role_may(&policy, "security/BreakGlass", "kms:ScheduleKeyDeletion"));
    assert!(!role_may(&policy, "KeyAdmin", "kms:ScheduleKeyDeletion"));
    assert!(role_may(&policy, "KeyAdmin", "kms:CancelKeyDeletion"));
}

#[test]
fn only_administrators_need_deployers() {
    let stack = "constructs: { security: { data: { KmsKey: { account-access: administrators-only, administrators: [role/A] } } } }";
    assert!(findings(ENVIRONMENTS, stack, "dev").contains("error[missing-deployers]"));
}

/// A table, two log groups, a topic with every publisher, and a function that uses them.
const APP: &str = "
constructs:
  security:
    data: { KmsKey: {} }
  storage:
    orders: { EncryptedTable: { key: security/data, partition-key: { id: S } } }
    events: { EncryptedTable: { key: security/data, partition-key: { id: S } } }
  messaging:
    alerts: { EncryptedTopic: { key: security/data, publishers: [cloudwatch, events, s3] } }
    record: { EncryptedLogGroup: { key: security/data } }
  compute:
    worker:
      EncryptedFunction:
        code: { bucket: artifacts, key: worker.zip }
        runtime: java25
        handler: app.Main
        logs-key: security/data
        grants: { storage/orders: read, messaging/alerts: publish, security/data: [encrypt, decrypt] }
";

fn sub(text: &str) -> Value {
    json!({ "Fn::Sub": text })
}

#[test]
fn cloudwatch_logs_uses_a_key_for_each_of_its_groups() {
    let policy = statements(&template(ENVIRONMENTS, APP, "dev"), "SecurityData", "KeyPolicy");
    let group = |name: &str| {
        sub(&format!("arn:${{AWS::Partition}}:logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:{name}"))
    };
    let expected = json!({
        "Sid": "LogsEncrypt",
        "Effect": "Allow",
        "Principal": { "Service": sub("logs.${AWS::Region}.${AWS::URLSuffix}") },
        "Action": ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
        "Resource": "*",
        "Condition": { "ArnEquals": { "kms:EncryptionContext:aws:logs:arn": [
            group("app-dev-messaging-logs-record"), group("/aws/lambda/app-dev-compute-function-worker")
        ] } }
    });
    assert_eq!(*one(&policy, "LogsEncrypt"), expected);
}

#[test]
fn a_table_is_created_through_dynamodb_only() {
    let policy = statements(&template(DEPLOYED, APP, "dev"), "SecurityData", "KeyPolicy");
    let caller = json!({ "aws:PrincipalArn": sub(&format!("{ACCOUNT}:role/cdk-exec-*")) });
    let through = sub("dynamodb.${AWS::Region}.amazonaws.com");
    let context = json!({
        "kms:ViaService": through,
        "kms:EncryptionContext:aws:dynamodb:tableName": ["app-dev-storage-table-orders", "app-dev-storage-table-events"],
        "kms:EncryptionContext:aws:dynamodb:subscriberId": { "Ref": "AWS::AccountId" }
    });
    let create = one(&policy, "DynamoDbCreate");
    assert_eq!(actions(create), ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]);
    assert_eq!(create["Condition"], json!({ "ArnLike": caller, "StringEquals": context }));
    let grant = one(&policy, "DynamoDbCreateGrant");
    assert_eq!(actions(grant), ["kms:CreateGrant"]);
    let for_aws = json!({ "kms:GrantIsForAWSResource": "true" });
    assert_eq!(grant["Condition"], json!({ "ArnLike": caller, "StringEquals": context, "Bool": for_aws }));
    // kms:DescribeKey carries no encryption context, so a condition on one would never hold.
    let describe = one(&policy, "DynamoDbDescribe");
    assert_eq!(actions(describe), ["kms:DescribeKey"]);
    assert_eq!(describe["Condition"], json!({ "ArnLike": caller, "StringEquals": { "kms:ViaService": through } }));
}

#[test]
fn without_deployers_creation_is_open_to_the_account_through_the_service() {
    let policy = statements(&template(ENVIRONMENTS, APP, "dev"), "SecurityData", "KeyPolicy");
    let create = one(&policy, "DynamoDbCreate");
    assert_eq!(create["Principal"], json!({ "AWS": sub(&format!("{ACCOUNT}:root")) }));
    let operators: Vec<&String> = create["Condition"].as_object().expect("it has conditions").keys().collect();
    assert_eq!(operators, ["StringEquals"]);
}

#[test]
fn services_publish_for_their_own_sources_and_eventbridge_by_context() {
    let policy = statements(&template(ENVIRONMENTS, APP, "dev"), "SecurityData", "KeyPolicy");
    let topic = sub("arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:app-dev-messaging-topic-alerts");
    let context = json!({ "kms:EncryptionContext:aws:sns:topicArn": topic });
    let account = json!({ "aws:SourceAccount": { "Ref": "AWS::AccountId" } });
    let alarms = one(&policy, "SnsPublishByCloudWatch");
    assert_eq!(alarms["Principal"], json!({ "Service": "cloudwatch.amazonaws.com" }));
    let source =
        json!({ "aws:SourceArn": sub("arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:*") });
    assert_eq!(alarms["Condition"], json!({ "StringEquals": account, "ArnLike": source, "ArnEquals": context }));
    // EventBridge names its source to SNS, not to KMS.
    assert_eq!(one(&policy, "SnsPublishByEventBridge")["Condition"], json!({ "ArnEquals": context }));
    let topic_policy = statements(&template(ENVIRONMENTS, APP, "dev"), "MessagingAlertsPolicy", "PolicyDocument");
    let rules = json!({ "aws:SourceArn": sub("arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/*") });
    let by_rules = one(&topic_policy, "SnsPublishByEventBridge");
    assert_eq!(by_rules["Condition"], json!({ "StringEquals": account, "ArnLike": rules }));
    // The ARN of a bucket holds no account, so the account stands beside it.
    let buckets = json!({ "aws:SourceArn": sub("arn:${AWS::Partition}:s3:::*") });
    let by_s3 = one(&policy, "SnsPublishByS3");
    assert_eq!(by_s3["Condition"], json!({ "StringEquals": account, "ArnLike": buckets, "ArnEquals": context }));
}

#[test]
fn a_grant_stands_in_the_key_policy_and_in_the_role() {
    let template = template(ENVIRONMENTS, APP, "dev");
    let key = statements(&template, "SecurityData", "KeyPolicy");
    let role = statements(&template, "ComputeWorkerRolePolicy", "PolicyDocument");
    let caller = sub(&format!("{ACCOUNT}:role/app-dev-compute-role-worker"));
    for (in_key, in_role, expected) in [
        ("DynamoDbUseByComputeWorkerRole", "DynamoDbUseUnderSecurityData", vec!["kms:Decrypt"]),
        ("SnsPublishByComputeWorkerRole", "SnsPublishUnderSecurityData", vec!["kms:Decrypt", "kms:GenerateDataKey"]),
        ("UseByComputeWorkerRole", "UseUnderSecurityData", vec!["kms:Decrypt", "kms:Encrypt"]),
    ] {
        let (in_key, in_role) = (one(&key, in_key), one(&role, in_role));
        assert_eq!(actions(in_key), expected);
        assert_eq!(actions(in_role), expected);
        assert_eq!(in_role["Resource"], json!({ "Fn::GetAtt": ["SecurityData", "Arn"] }));
        assert_eq!(in_key["Condition"]["ArnEquals"]["aws:PrincipalArn"], caller);
        assert_eq!(in_key["Condition"]["StringEquals"], in_role["Condition"]["StringEquals"]);
    }
    // The table that was granted, and not the other one.
    let used = &one(&key, "DynamoDbUseByComputeWorkerRole")["Condition"]["StringEquals"];
    assert_eq!(used["kms:EncryptionContext:aws:dynamodb:tableName"], "app-dev-storage-table-orders");
}

#[test]
fn no_policy_names_a_role() {
    let text = template(ENVIRONMENTS, APP, "prod").print(synth::template::Format::Json);
    let principals: Vec<&str> =
        text.split("\"Principal\":").skip(1).map(|rest| rest.split('}').next().unwrap_or_default()).collect();
    assert!(!principals.is_empty());
    assert!(principals.iter().all(|principal| !principal.contains(":role/")), "{principals:?}");
}

#[test]
fn who_manages_a_multi_region_key_does_not_replicate_it() {
    let policy = policy_of("{ multi-region: true }", ENVIRONMENTS, "dev");
    assert!(role_may(&policy, "any", "kms:UpdatePrimaryRegion"));
    assert!(!role_may(&policy, "any", "kms:ReplicateKey"), "the copy would be under a policy of his own");
    assert!(!role_may(&policy_of("{}", ENVIRONMENTS, "dev"), "any", "kms:UpdatePrimaryRegion"));
}

#[test]
fn who_creates_what_keys_encrypt_is_said_where_nobody_says_who_deploys() {
    let note = |environment: &str| format!("note[missing-deployers]: `{environment}` names no `deployers`");
    for environment in ["staging", "prod"] {
        let found = findings(ENVIRONMENTS, APP, environment);
        assert_eq!(found.matches(&note(environment)).count(), 1, "once for all keys: {found}");
        assert!(found.contains("= note: `app:security/data`"), "{found}");
        assert!(found.contains("= hint: `deployers: [role/…]`"), "{found}");
        assert!(only_notes(&found), "{found}");
    }
    assert!(!findings(ENVIRONMENTS, APP, "dev").contains("deployers"), "all goes with its stack there");
    let named = ENVIRONMENTS.replace("break-glass", "deployers: [role/cfn], break-glass");
    assert!(!findings(&named, APP, "prod").contains("deployers"));
    let idle = "constructs: { security: { data: { KmsKey: {} } } }";
    assert_eq!(findings(ENVIRONMENTS, idle, "prod"), "", "nothing is created under it");
    let wrong = APP.replace("storage/orders: read,", "storage/orders: readwrite,");
    assert!(!findings(ENVIRONMENTS, &wrong, "prod").contains("deployers"), "mistakes come first");
}

#[test]
fn each_source_may_use_a_key_for_what_it_sends_to() {
    let stack = "
constructs:
  security: { data: { KmsKey: {} } }
  messaging:
    photos: { EncryptedTopic: { key: security/data } }
    films: { EncryptedTopic: { key: security/data } }
  storage:
    photo-files:
      EncryptedBucket:
        key: security/data
        notifications: { topics: { messaging/photos: { events: ['s3:ObjectCreated:*'] } } }
    film-files:
      EncryptedBucket:
        key: security/data
        notifications: { topics: { messaging/films: { events: ['s3:ObjectCreated:*'] } } }
";
    let policy = statements(&template(ENVIRONMENTS, stack, "dev"), "SecurityData", "KeyPolicy");
    for (topic, bucket, other) in [("Photos", "photo-files", "films"), ("Films", "film-files", "photos")] {
        let statement = one(&policy, &format!("SnsPublishByS3ToMessaging{topic}")).to_string();
        assert!(statement.contains(&format!("app-dev-storage-bucket-{bucket}\"")), "{statement}");
        assert!(!statement.contains(&format!("topic-{other}")), "{statement}");
    }
}

#[test]
fn a_topic_that_is_granted_and_takes_dead_letters_is_allowed_once() {
    let stack =
        APP.replace("logs-key: security/data\n", "logs-key: security/data\n        dead-letter: messaging/alerts\n");
    assert_ne!(stack, APP);
    let template = template(ENVIRONMENTS, &stack, "dev");
    for (id, property) in [
        ("ComputeWorkerRolePolicy", "PolicyDocument"),
        ("SecurityData", "KeyPolicy"),
        ("MessagingAlertsPolicy", "PolicyDocument"),
    ] {
        let policy = statements(&template, id, property);
        let mut ids = ids(&policy);
        ids.sort_unstable();
        let count = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), count, "statement ids of {id} are unique");
    }
}
