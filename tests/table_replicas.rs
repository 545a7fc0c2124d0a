//! Tables with replicas: a key in each region, and who uses them.

mod common;

use common::{
    ENVIRONMENTS, findings, one, property, statements, synthesize_all,
    tables::{FOREIGN, REGIONS, both, properties, replicated, table},
    template,
};
use serde_json::{Value, json};

#[test]
fn a_replica_has_a_key_of_its_region_and_is_protected_as_the_table_is() {
    let stack = replicated(
        "recovery-days: 7\n        tags: { Team: shop, Where: everywhere }",
        "table-class: standard-infrequent-access, contributor-insights: true, tags: { Where: far },
         kinesis-stream: { arn: 'arn:aws:kinesis:eu-central-1:111122223333:stream/changes' }",
    );
    let (near, far) = both(&stack, "prod");
    let table = &near.resources["StorageOrders"];
    assert_eq!(table.kind, "AWS::DynamoDB::GlobalTable");
    assert_eq!(table.deletion_policy.as_deref(), Some("Retain"));
    assert!(!far.resources.contains_key("StorageOrders"), "one resource makes all of them");
    let table = properties(&near, "StorageOrders");
    assert_eq!(table["SSESpecification"], json!({ "SSEEnabled": true, "SSEType": "KMS" }));
    assert_eq!(table["BillingMode"], "PAY_PER_REQUEST");
    assert_eq!(table["StreamSpecification"], json!({ "StreamViewType": "NEW_AND_OLD_IMAGES" }));
    let recovery = json!({ "PointInTimeRecoveryEnabled": true, "RecoveryPeriodInDays": 7 });
    let output = json!({ "StackName": "app-prod", "OutputName": "SecurityFarArn", "Region": "eu-central-1" });
    assert_eq!(
        table["Replicas"],
        json!([
            {
                "Region": { "Ref": "AWS::Region" },
                "SSESpecification": { "KMSMasterKeyId": { "Fn::GetAtt": ["SecurityNear", "Arn"] } },
                "PointInTimeRecoverySpecification": recovery,
                "DeletionProtectionEnabled": true,
                "Tags": [{ "Key": "Team", "Value": "shop" }, { "Key": "Where", "Value": "everywhere" }],
            },
            {
                "Region": "eu-central-1",
                "SSESpecification": { "KMSMasterKeyId": { "Fn::GetStackOutput": output } },
                "PointInTimeRecoverySpecification": recovery,
                "DeletionProtectionEnabled": true,
                "ContributorInsightsSpecification": { "Enabled": true },
                "KinesisStreamSpecification": { "StreamArn": "arn:aws:kinesis:eu-central-1:111122223333:stream/changes" },
                "TableClass": "STANDARD_INFREQUENT_ACCESS",
                "Tags": [{ "Key": "Team", "Value": "shop" }, { "Key": "Where", "Value": "far" }],
            },
        ])
    );
    assert!(far.outputs.contains_key("SecurityFarArn"), "the key's ARN is there to be read");
}

#[test]
fn a_table_with_replicas_is_created_from_any_of_its_regions_under_each_key() {
    let (near, far) = both(&replicated("restore-role: operations/Restore", ""), "dev");
    for (template, key, own, other) in
        [(&near, "SecurityNear", "eu-west-1", "eu-central-1"), (&far, "SecurityFar", "eu-central-1", "eu-west-1")]
    {
        let policy = statements(template, key, "KeyPolicy");
        let mut via = vec![
            json!({ "Fn::Sub": "dynamodb.${AWS::Region}.amazonaws.com" }),
            json!(format!("dynamodb.{other}.amazonaws.com")),
        ];
        if own == "eu-central-1" {
            via.reverse(); // the table's own region comes first
        }
        for id in ["DynamoDbCreate", "DynamoDbCreateGrant", "DynamoDbDescribe"] {
            assert_eq!(one(&policy, id)["Condition"]["StringEquals"]["kms:ViaService"], json!(via), "{id} of {key}");
        }
        let context = &one(&policy, "DynamoDbCreateGrant")["Condition"]["StringEquals"];
        assert_eq!(context["kms:EncryptionContext:aws:dynamodb:tableName"], "app-dev-storage-table-orders");
        let restore = &one(&policy, "DynamoDbRestoreGrant")["Condition"]["StringEquals"]["kms:ViaService"];
        assert_eq!(
            *restore,
            json!({ "Fn::Sub": "dynamodb.${AWS::Region}.amazonaws.com" }),
            "a restored table is alone"
        );
    }
}

#[test]
fn a_plain_table_under_the_same_key_is_created_from_its_own_region_only() {
    let stack = replicated("", "").replace(
        "  storage:",
        "  storage:\n    plain: { EncryptedTable: { key: security/near, partition-key: { id: S } } }",
    );
    let (near, _) = both(&stack, "dev");
    let policy = statements(&near, "SecurityNear", "KeyPolicy");
    let plain = &one(&policy, "DynamoDbCreateGrant")["Condition"]["StringEquals"];
    assert_eq!(plain["kms:ViaService"], json!({ "Fn::Sub": "dynamodb.${AWS::Region}.amazonaws.com" }));
    assert_eq!(plain["kms:EncryptionContext:aws:dynamodb:tableName"], "app-dev-storage-table-plain");
    let global = &one(&policy, "DynamoDbCreateGrantNumber2")["Condition"]["StringEquals"];
    assert_eq!(global["kms:EncryptionContext:aws:dynamodb:tableName"], "app-dev-storage-table-orders");
}

/// A function of the table's region that reads it.
const READER: &str = "
  compute:
    worker:
      EncryptedFunction:
        code: { bucket: artifacts, key: worker.zip }
        runtime: java25
        logs-key: security/near
        grants: { storage/orders: [read, read-stream] }
";

#[test]
fn a_grant_reaches_every_replica_through_dynamodb_of_its_region() {
    let stack = replicated("global-indexes: { by-day: { partition-key: { day: S } } }", "");
    let (near, far) = both(&format!("{}{READER}", stack.trim_end()), "dev");
    let role = statements(&near, "ComputeWorkerRolePolicy", "PolicyDocument");
    let arn = |region: &str, part: &str| {
        let name = "app-dev-storage-table-orders";
        json!({ "Fn::Sub": format!("arn:${{AWS::Partition}}:dynamodb:{region}:${{AWS::AccountId}}:table/{name}{part}") })
    };
    assert_eq!(
        one(&role, "ReadStorageOrders")["Resource"],
        json!([
            arn("${AWS::Region}", ""),
            arn("${AWS::Region}", "/index/*"),
            arn("eu-central-1", ""),
            arn("eu-central-1", "/index/*")
        ])
    );
    let streams = json!([arn("${AWS::Region}", "/stream/*"), arn("eu-central-1", "/stream/*")]);
    assert_eq!(one(&role, "ReadStreamStorageOrders")["Resource"], streams);
    let output = json!({ "StackName": "app-dev", "OutputName": "SecurityFarArn", "Region": "eu-central-1" });
    let under_far = one(&role, "DynamoDbUseUnderSecurityFar");
    assert_eq!(under_far["Resource"], json!({ "Fn::GetStackOutput": output }));
    assert_eq!(under_far["Condition"]["StringEquals"]["kms:ViaService"], "dynamodb.eu-central-1.amazonaws.com");
    let in_far = statements(&far, "SecurityFar", "KeyPolicy");
    let used = one(&in_far, "DynamoDbUseByComputeWorkerRole");
    let via = json!({ "Fn::Sub": "dynamodb.${AWS::Region}.amazonaws.com" });
    assert_eq!(used["Condition"]["StringEquals"]["kms:ViaService"], via);
    let depends = &near.resources["ComputeWorkerRolePolicy"].depends_on;
    assert!(depends.contains(&"StorageOrders".to_owned()), "the role is of use when the table is there: {depends:?}");
}

#[test]
fn keys_in_a_stack_of_their_own_let_functions_of_all_regions_use_a_table() {
    let keys = "
constructs:
  security:
    near: { KmsKey: {} }
    far: { KmsKey: {}, region: eu-central-1 }
";
    let app = replicated("", "").replace("security/", "keys:security/");
    let app = app[..app.find("  security:").expect("it is there")].to_owned()
        + &app[app.find("  storage:").expect("it is there")..];
    let reader = READER.replace("security/near", "keys:security/far");
    let app = format!("{}{}      region: eu-central-1\n", app.trim_end(), reader);
    let synthesis = synthesize_all(REGIONS, &[("keys.yaml", keys), ("app.yaml", &app)], "dev");
    let order: Vec<String> =
        synthesis.stacks.iter().map(|stack| format!("{} {}", stack.stack, stack.primary)).collect();
    assert_eq!(order, ["keys true", "keys false", "app true", "app false"]);
    let together =
        format!("{}{}      region: eu-central-1\n", replicated("", "").trim_end(), READER.replace("near", "far"));
    let found = findings(REGIONS, &together, "dev");
    assert!(
        found.contains("error[dependency-cycle]: these stacks need each other: `app` → `app@eu-central-1` → `app`"),
        "{found}"
    );
    assert!(found.contains("put its keys, with their replicas, into a stack of their own"), "{found}");
}

#[test]
fn writes_of_a_replicated_table_follow_the_load_and_reads_differ() {
    let stack = replicated(
        "billing: { provisioned: { read: 10, write: { min: 5, max: 50, start: 8 } } }
        global-indexes:
          by-day: { partition-key: { day: S }, contributor-insights: true }
          by-state: { partition-key: { state: S }, capacity: { read: 2, write: { min: 1, max: 4 } } }",
        "read: { min: 1, max: 9, target: 50 }, global-indexes: { by-state: { read: 3, contributor-insights: throttled-keys } }",
    );
    let (near, far) = both(&stack, "dev");
    let table = properties(&near, "StorageOrders");
    let scaled = |min: u32, max: u32, target: u32| {
        json!({ "MinCapacity": min, "MaxCapacity": max,
            "TargetTrackingScalingPolicyConfiguration": { "TargetValue": target } })
    };
    let mut writes = scaled(5, 50, 70);
    writes["SeedCapacity"] = json!(8);
    let writes = json!({ "WriteCapacityAutoScalingSettings": writes });
    assert_eq!(table["WriteProvisionedThroughputSettings"], writes);
    let indexes = &table["GlobalSecondaryIndexes"];
    assert_eq!(indexes[0]["WriteProvisionedThroughputSettings"], writes, "as the table's");
    let own = json!({ "WriteCapacityAutoScalingSettings": scaled(1, 4, 70) });
    assert_eq!(indexes[1]["WriteProvisionedThroughputSettings"], own);
    let [here, there] = [&table["Replicas"][0], &table["Replicas"][1]];
    let fixed = |units: u32| json!({ "ReadCapacityUnits": units });
    assert_eq!(here["ReadProvisionedThroughputSettings"], fixed(10));
    let own = json!({ "ReadCapacityAutoScalingSettings": scaled(1, 9, 50) });
    assert_eq!(there["ReadProvisionedThroughputSettings"], own);
    assert_eq!(
        there["GlobalSecondaryIndexes"],
        json!([
            { "IndexName": "by-day", "ContributorInsightsSpecification": { "Enabled": true },
              "ReadProvisionedThroughputSettings": fixed(10) },
            { "IndexName": "by-state",
              "ContributorInsightsSpecification": { "Enabled": true, "Mode": "THROTTLED_KEYS" },
              "ReadProvisionedThroughputSettings": fixed(3) },
        ])
    );
    assert_eq!(here["GlobalSecondaryIndexes"][1]["ReadProvisionedThroughputSettings"], fixed(2));
    for template in [&near, &far] {
        let kinds: Vec<&str> = template.resources.values().map(|resource| resource.kind.as_str()).collect();
        assert!(kinds.iter().all(|kind| !kind.contains("AutoScaling")), "CloudFormation scales these: {kinds:?}");
    }
    let found = findings(REGIONS, &replicated("billing: { provisioned: { read: 1, write: 6 } }", ""), "dev");
    assert!(
        found.contains("error[conflicting-properties]: the writes of a table with `replicas` follow the load"),
        "{found}"
    );
    assert!(found.contains("`{ min: 6, max: 6 }` keeps them at 6"), "{found}");
}

#[test]
fn requests_to_replicas_have_a_most() {
    let stack = replicated(
        "max-throughput: { read: 100, write: 50 }
        global-indexes: { by-day: { partition-key: { day: S }, max-throughput: { write: 5 } } }",
        "max-read: 70, global-indexes: { by-day: { max-read: 7 } }",
    );
    let (near, _) = both(&stack, "dev");
    let table = properties(&near, "StorageOrders");
    assert_eq!(table["WriteOnDemandThroughputSettings"], json!({ "MaxWriteRequestUnits": 50 }));
    let index = &table["GlobalSecondaryIndexes"][0];
    assert_eq!(index["WriteOnDemandThroughputSettings"], json!({ "MaxWriteRequestUnits": 5 }));
    let reads = |at: usize| table["Replicas"][at]["ReadOnDemandThroughputSettings"].clone();
    assert_eq!(reads(0), json!({ "MaxReadRequestUnits": 100 }));
    assert_eq!(reads(1), json!({ "MaxReadRequestUnits": 70 }));
    assert_eq!(table["Replicas"][0]["GlobalSecondaryIndexes"], Value::Null, "nothing is to be said of it there");
    let index = &table["Replicas"][1]["GlobalSecondaryIndexes"][0];
    assert_eq!(index["ReadOnDemandThroughputSettings"], json!({ "MaxReadRequestUnits": 7 }));
    let found = findings(REGIONS, &replicated("", "read: 5"), "dev");
    assert!(found.contains("capacity is for tables with `billing: { provisioned: … }`"), "{found}");
}

#[test]
fn a_table_can_begin_as_one_that_may_have_replicas() {
    let stack = table("replicas: {}, stream: keys-only");
    let template = template(ENVIRONMENTS, &stack, "dev");
    assert_eq!(template.resources["StorageOrders"].kind, "AWS::DynamoDB::GlobalTable");
    let replicas = property(&template, "StorageOrders", "Replicas");
    assert_eq!(replicas.as_array().map(Vec::len), Some(1));
    assert_eq!(replicas[0]["Region"], json!({ "Ref": "AWS::Region" }));
    let stream = property(&template, "StorageOrders", "StreamSpecification");
    assert_eq!(stream, json!({ "StreamViewType": "KEYS_ONLY" }));
    let policy = statements(&template, "SecurityData", "KeyPolicy");
    let via = &one(&policy, "DynamoDbCreate")["Condition"]["StringEquals"];
    assert_eq!(via["kms:ViaService"], json!({ "Fn::Sub": "dynamodb.${AWS::Region}.amazonaws.com" }));
}

#[test]
fn replicas_follow_the_tier() {
    let keyless = |tier: &str| {
        let table = "{ EncryptedTable: { partition-key: { id: S }, replicas: { eu-central-1: {} } } }";
        let stack =
            format!("encryption: {tier}\nunprotected: a test\nconstructs: {{ storage: {{ orders: {table} }} }}");
        let folder = common::folder(REGIONS, &[("app.yaml", &stack)]);
        let (synthesis, found) = common::try_synthesize(folder.path(), "dev");
        let mut stacks = synthesis.unwrap_or_else(|| panic!("{found}")).stacks;
        properties(&stacks.remove(0).template, "StorageOrders")
    };
    let managed = keyless("aws-managed");
    assert_eq!(managed["SSESpecification"], json!({ "SSEEnabled": true, "SSEType": "KMS" }));
    assert_eq!(managed["Replicas"][1]["SSESpecification"], Value::Null);
    assert_eq!(keyless("aws-owned")["SSESpecification"], Value::Null);
    let found = findings(REGIONS, &replicated("", "").replace("key: security/far@eu-central-1,", ""), "dev");
    assert!(found.contains("error[missing-key]"), "{found}");
}

#[test]
fn a_replica_is_elsewhere_and_its_key_with_it() {
    let of = |from: &str, to: &str| findings(REGIONS, &replicated("", "").replace(from, to), "dev");
    let found = of("replicas: { eu-central-1:", "replicas: { eu-west-2:");
    assert!(
        found.contains("error[wrong-reference]: the key is in `eu-central-1`, and what it encrypts in `eu-west-2`"),
        "{found}"
    );
    let found =
        of("replicas: { eu-central-1: { key: security/far@eu-central-1", "replicas: { eu-west-1: { key: security/near");
    assert!(
        found.contains("error[invalid-value]: the table itself is in `eu-west-1`, so it needs no replica there"),
        "{found}"
    );
    let found = of("replicas: { eu-central-1:", "replicas: { frankfurt:");
    assert!(found.contains("`frankfurt` is not a region, such as `eu-west-1`"), "{found}");
    let found = findings(REGIONS, &replicated("", "global-indexes: { by-night: { max-read: 1 } }"), "dev");
    assert!(found.contains("error[unknown-reference]: the table has no global index `by-night`"), "{found}");
    let stream = "kinesis-stream: { arn: 'arn:aws:kinesis:eu-west-1:111122223333:stream/changes' }";
    let found = findings(REGIONS, &replicated("", stream), "dev");
    assert!(found.contains("the stream is in `eu-west-1`, and the table in `eu-central-1`"), "{found}");
}

#[test]
fn a_replica_takes_its_name_in_its_region() {
    let stack = replicated("", "").replace(
        "  storage:",
        "  storage:
    other:
      EncryptedTable: { key: security/far, partition-key: { id: S } }
      region: eu-central-1
      name: app-{{ env }}-storage-table-orders",
    );
    let found = findings(REGIONS, &stack, "dev");
    assert!(
        found.contains("error[duplicate-name]: a table called `app-dev-storage-table-orders` is here twice"),
        "{found}"
    );
    let elsewhere = stack.replace("storage-table-orders", "storage-table-other");
    assert_eq!(findings(REGIONS, &elsewhere, "dev"), "");
}

#[test]
fn a_role_of_another_account_reaches_no_replica() {
    // CloudFormation cannot make a replica together with its policy.
    let stack = format!("{}{FOREIGN}", replicated("", "").trim_end());
    let folder = common::folder(REGIONS, &[("app.yaml", &stack)]);
    let (synthesis, found) = common::try_synthesize(folder.path(), "prod");
    let stacks = synthesis.unwrap_or_else(|| panic!("{found}")).stacks;
    let [far, near] = <[_; 2]>::try_from(stacks).expect("there are two templates");
    let replicas = property(&near.template, "StorageOrders", "Replicas");
    assert_eq!(replicas[0]["ResourcePolicy"]["PolicyDocument"]["Statement"][0]["Sid"], "ReadByOutsideAuditor");
    let stream = &replicas[0]["ReplicaStreamSpecification"]["ResourcePolicy"];
    assert_eq!(stream["PolicyDocument"]["Statement"][0]["Sid"], "ReadByOutsideAuditor");
    assert_eq!(replicas[1]["ResourcePolicy"], Value::Null);
    assert_eq!(replicas[1]["ReplicaStreamSpecification"], Value::Null);
    let key = statements(&far.template, "SecurityFar", "KeyPolicy");
    assert!(key.iter().all(|(id, _)| !id.contains("OutsideAuditor")), "nor its key");
    let asked = near.requests[0].document.to_string();
    assert!(!asked.contains("eu-central-1"), "nor is its owner asked for more: {asked}");
}
