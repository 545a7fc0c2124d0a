//! Resources of any type and overrides: written as they are, with references that are checked, and always named.

mod common;

use common::ENVIRONMENTS;
use serde_json::json;

const STACK: &str = "
constructs:
  security: { data: { KmsKey: {} } }
  storage:
    items:
      EncryptedTable: { key: security/data, partition-key: { id: S }, ttl: gone }
      overrides:
        StorageItems:
          OnDemandThroughput: { MaxReadRequestUnits: 100 }
          TimeToLiveSpecification: { Enabled: false }
          BillingMode: null
  watch:
    topic:
      Resource:
        type: AWS::SNS::Topic
        properties:
          DisplayName: { Fn::Sub: 'in ${AWS::Region}' }
          KmsMasterKeyId: { ref: security/data.arn }
          Tags: [{ Key: Table, Value: { ref: storage/items.name } }]
        holds: data
outputs: { Topic: watch/topic.id, Name: watch/topic.TopicName }
";

#[test]
fn properties_are_as_they_are_written_and_wait_for_what_they_use() {
    let template = common::template(ENVIRONMENTS, STACK, "staging");
    let topic = &template.resources["WatchTopic"];
    assert_eq!(topic.kind, "AWS::SNS::Topic");
    assert_eq!(common::json(&topic.properties["DisplayName"]), json!({ "Fn::Sub": "in ${AWS::Region}" }));
    assert_eq!(common::json(&topic.properties["KmsMasterKeyId"]), json!({ "Fn::GetAtt": ["SecurityData", "Arn"] }));
    assert_eq!(topic.depends_on, ["StorageItems"], "a name alone gives no order");
    assert_eq!(topic.deletion_policy.as_deref(), Some("RetainExceptOnCreate"), "it holds data");
    assert_eq!(common::json(&template.outputs["Topic"].value), json!({ "Ref": "WatchTopic" }));
    assert_eq!(common::json(&template.outputs["Name"].value), json!({ "Fn::GetAtt": ["WatchTopic", "TopicName"] }));
}

#[test]
fn overrides_merge_into_what_the_construct_makes() {
    let template = common::template(ENVIRONMENTS, STACK, "staging");
    let table = &template.resources["StorageItems"].properties;
    assert_eq!(common::json(&table["OnDemandThroughput"]), json!({ "MaxReadRequestUnits": 100 }));
    let expiry = common::json(&table["TimeToLiveSpecification"]);
    assert_eq!(expiry, json!({ "AttributeName": "gone", "Enabled": false }));
    assert!(!table.contains_key("BillingMode"), "nothing removes");
}

#[test]
fn both_are_named_on_every_run() {
    let found = common::findings(ENVIRONMENTS, STACK, "dev");
    assert!(found.contains("note[unchecked]: `watch/topic` is a resource as it is written, of type `AWS::SNS::Topic`"));
    let overridden = "`OnDemandThroughput`, `TimeToLiveSpecification`, `BillingMode`";
    assert!(found.contains(&format!("`StorageItems` has properties in place of its own: {overridden}")), "{found}");
}

#[test]
fn references_are_references_to_constructs() {
    for (written, message) in [
        ("{ Ref: SecurityData }", "`Ref: SecurityData` refers to a resource by its logical id"),
        ("{ Fn::GetAtt: [SecurityData, Arn] }", "`Fn::GetAtt` refers to a resource by its logical id"),
        ("{ Fn::Sub: '${SecurityData}' }", "`${SecurityData}` refers to a resource by its logical id"),
        ("{ ref: security/dat.arn }", "nothing is called `security/dat`"),
        ("{ ref: security/data.Arn }", "`security/data` is a `KmsKey` without `Arn`"),
    ] {
        let stack = STACK.replace("{ ref: security/data.arn }", written);
        let found = common::findings(ENVIRONMENTS, &stack, "dev");
        assert!(found.contains(message), "{written}: {found}");
    }
}

#[test]
fn a_key_of_any_type_is_asked_for_the_statements_that_its_users_need() {
    let stack = "
constructs:
  security:
    key: { Resource: { type: AWS::KMS::Key, properties: { EnableKeyRotation: true }, holds: data } }
  storage: { items: { EncryptedTable: { key: security/key, partition-key: { id: S } } } }
";
    let template = common::template(ENVIRONMENTS, stack, "dev");
    let encryption = common::json(&template.resources["StorageItems"].properties["SSESpecification"]);
    assert_eq!(encryption["KMSMasterKeyId"], json!({ "Fn::GetAtt": ["SecurityKey", "Arn"] }));
    let found = common::findings(ENVIRONMENTS, stack, "dev");
    assert!(found.contains("in the `KeyPolicy` of `security/key`"), "{found}");
    assert!(found.contains("\"Sid\":\"DynamoDbCreateGrant\""), "{found}");
}

#[test]
fn an_override_names_a_resource_of_its_construct() {
    let stack = STACK.replace("        StorageItems:", "        StorageItem:");
    let found = common::findings(ENVIRONMENTS, &stack, "dev");
    assert!(found.contains("`storage/items` makes no resource `StorageItem`"), "{found}");
    assert!(found.contains("did you mean `StorageItems`?"), "{found}");
}

#[test]
fn what_others_rely_on_cannot_be_overridden() {
    for (over, property, hint) in [
        (
            "SecurityData: { KeyPolicy: { Version: '2012-10-17' } }",
            "KeyPolicy",
            "`extra-statements` adds to the policy",
        ),
        (
            "SecurityDataAlias: { AliasName: alias/mine }",
            "AliasName",
            "`name: …` beside the kind says what it is called",
        ),
    ] {
        let stack = format!("constructs: {{ security: {{ data: {{ KmsKey: {{}}, overrides: {{ {over} }} }} }} }}");
        let found = common::findings(ENVIRONMENTS, &stack, "dev");
        assert!(found.contains(&format!("error[conflicting-properties]: `{property}` of `SecurityData")), "{found}");
        assert!(found.contains(hint), "{found}");
    }
    let stack = STACK.replace("OnDemandThroughput: {", "TableName: mine\n          OnDemandThroughput: {");
    let found = common::findings(ENVIRONMENTS, &stack, "dev");
    assert!(
        found.contains("error[conflicting-properties]: `TableName` of `StorageItems` is what others rely on"),
        "{found}"
    );
}

#[test]
fn what_protects_is_said_by_rules_and_constructs_alone() {
    let rule = |rule: &str| format!("`{rule}: …` beside the kind says it; less than the environment asks for takes");
    let key = "the construct's key, and the rule `encryption`, say how it is encrypted".to_owned();
    for (kind, over, hint) in [
        ("KmsKey: {}", "AB: { PendingWindowInDays: 7 }", rule("key-pending-window")),
        ("KmsKey: {}", "AB: { EnableKeyRotation: false }", "`rotation` of the key".to_owned()),
        ("EncryptedTable: { key: k/k, partition-key: { id: S } }", "AB: { SSESpecification: null }", key.clone()),
        (
            "EncryptedTable: { key: k/k, partition-key: { id: S } }",
            "AB: { DeletionProtectionEnabled: false }",
            rule("deletion-protection"),
        ),
        (
            "EncryptedTable: { key: k/k, partition-key: { id: S } }",
            "AB: { PointInTimeRecoverySpecification: null }",
            rule("point-in-time-recovery"),
        ),
        ("EncryptedBucket: { key: k/k }", "AB: { BucketEncryption: null }", key.clone()),
        ("EncryptedBucket: { key: k/k }", "AB: { VersioningConfiguration: { Status: Suspended } }", rule("versioning")),
        ("EncryptedBucket: { key: k/k }", "AB: { PublicAccessBlockConfiguration: null }", "private".to_owned()),
        ("EncryptedBucket: { key: k/k }", "ABPolicy: { PolicyDocument: { Statement: [] } }", "is granted".to_owned()),
        ("EncryptedTopic: { key: k/k }", "AB: { KmsMasterKeyId: null }", key),
        ("EncryptedLogGroup: { key: k/k }", "AB: { RetentionInDays: 1 }", rule("log-retention")),
    ] {
        let stack = format!(
            "constructs: {{ k: {{ k: {{ KmsKey: {{}} }} }}, a: {{ b: {{ {kind}, overrides: {{ {over} }} }} }} }}"
        );
        let found = common::findings(ENVIRONMENTS, &stack, "prod");
        assert!(found.contains("error[conflicting-properties]") && found.contains(&hint), "{over}: {found}");
        assert!(found.contains("so nothing can stand in its place"), "{over}: {found}");
    }
    let stack = "constructs: { a: { b: { EncryptedBucket: {}, encryption: aws-owned, unprotected: nothing is in it, \
                 overrides: { AB: { AccelerateConfiguration: { AccelerationStatus: Enabled } } } } } }";
    assert!(common::only_notes(&common::findings(ENVIRONMENTS, stack, "prod")), "what is harmless is a note");
}

#[test]
fn what_a_type_holds_is_known_unless_it_is_said() {
    let stack = |beside: &str| {
        format!(
            "
constructs:
  raw:
    items: {{ Resource: {{ type: AWS::DynamoDB::Table, properties: {{ KeySchema: [] }}{beside} }} }}
    key: {{ Resource: {{ type: AWS::KMS::Key{beside} }} }}
    queue: {{ Resource: {{ type: AWS::SQS::Queue }} }}
    network: {{ Resource: {{ type: AWS::EC2::VPC }} }}
"
        )
    };
    let policies = |beside: &str, environment: &str| {
        let template = common::template(ENVIRONMENTS, &stack(beside), environment);
        ["RawItems", "RawKey", "RawQueue", "RawNetwork"].map(|id| template.resources[id].deletion_policy.clone())
    };
    let [kept, early, gone] = ["Retain", "RetainExceptOnCreate", "Delete"].map(|policy| Some(policy.to_owned()));
    assert_eq!(policies("", "prod"), [kept.clone(), kept, gone.clone(), None]);
    assert_eq!(policies("", "staging"), [early.clone(), early, gone.clone(), None]);
    assert_eq!(policies(", holds: nothing", "prod"), [None, None, gone, None], "what is written stands");
}

#[test]
fn a_key_stays_as_long_as_what_names_it_and_holds_data() {
    let stack = "
constructs:
  security: { data: { KmsKey: {} }, raw: { Resource: { type: AWS::KMS::Key, holds: nothing } } }
  raw:
    items:
      Resource: { type: AWS::DynamoDB::Table, properties: { SSESpecification: { KMSMasterKeyId: { ref: security/data.arn } } } }
      deletion-policy: retain
  storage:
    items: { EncryptedTable: { key: security/raw, partition-key: { id: S } }, deletion-policy: retain }
";
    let template = common::template(ENVIRONMENTS, stack, "dev");
    for id in ["SecurityData", "SecurityDataAlias", "SecurityRaw"] {
        assert_eq!(template.resources[id].deletion_policy.as_deref(), Some("Retain"), "{id}");
    }
}
