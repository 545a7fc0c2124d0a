//! Tables: capacity that follows the load, replicas with a key in each region, restores and streams.

mod common;

use common::{ENVIRONMENTS, findings, json, statements, synthesize_all, template};
use serde_json::{Value, json};
use synth::template::Template;

/// Environments in two or more regions.
const REGIONS: &str = "
environments:
  dev: { protection: open, regions: [eu-west-1, eu-central-1, eu-west-2], deployers: [role/deploy] }
  prod:
    protection: locked
    regions: [eu-west-1, eu-central-1]
    break-glass-role: security/BreakGlass
    account: '111122223333'
";

fn one<'s>(statements: &'s [(String, Value)], id: &str) -> &'s Value {
    let ids: Vec<&str> = statements.iter().map(|(id, _)| id.as_str()).collect();
    &statements.iter().find(|(other, _)| other == id).unwrap_or_else(|| panic!("there is `{id}` among {ids:?}")).1
}

fn property(template: &Template, id: &str, property: &str) -> Value {
    json(&template.resources[id].properties[property])
}

fn properties(template: &Template, id: &str) -> Value {
    json(&synth::template::Value::Map(template.resources[id].properties.clone()))
}

/// A table with these properties, and its key.
fn table(properties: &str) -> String {
    format!(
        "
constructs:
  security: {{ data: {{ KmsKey: {{}} }} }}
  storage: {{ orders: {{ EncryptedTable: {{ key: security/data, partition-key: {{ id: S }}, {properties} }} }} }}
"
    )
}

#[test]
fn capacity_follows_the_load_of_the_table_and_of_each_index() {
    let stack = table(
        "billing: { provisioned: { read: { min: 5, max: 100, target: 60, start: 20 }, write: 3 } },
         global-indexes: {
           by-state: { partition-key: { state: S } },
           by-day: { partition-key: { day: S }, capacity: { read: 7, write: { min: 1, max: 9 } } } }",
    );
    let template = template(ENVIRONMENTS, &stack, "dev");
    let throughput = |read: u32, write: u32| json!({ "ReadCapacityUnits": read, "WriteCapacityUnits": write });
    assert_eq!(property(&template, "StorageOrders", "ProvisionedThroughput"), throughput(20, 3));
    let indexes = property(&template, "StorageOrders", "GlobalSecondaryIndexes");
    assert_eq!(indexes[0]["ProvisionedThroughput"], throughput(20, 3), "an index is provisioned as the table is");
    assert_eq!(indexes[1]["ProvisionedThroughput"], throughput(7, 1));
    let role = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/aws-service-role/\
        dynamodb.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_DynamoDBTable";
    assert_eq!(
        properties(&template, "StorageOrdersReadCapacity"),
        json!({
            "ServiceNamespace": "dynamodb",
            "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
            "ResourceId": { "Fn::Sub": "table/${StorageOrders}" },
            "MinCapacity": 5,
            "MaxCapacity": 100,
            "RoleARN": { "Fn::Sub": role },
        })
    );
    assert_eq!(
        properties(&template, "StorageOrdersReadCapacityPolicy"),
        json!({
            "PolicyName": "ReadUtilization",
            "PolicyType": "TargetTrackingScaling",
            "ScalingTargetId": { "Ref": "StorageOrdersReadCapacity" },
            "TargetTrackingScalingPolicyConfiguration": {
                "TargetValue": 60,
                "PredefinedMetricSpecification": { "PredefinedMetricType": "DynamoDBReadCapacityUtilization" },
            },
        })
    );
    let by_day = properties(&template, "StorageOrdersByDayWriteCapacity");
    assert_eq!(by_day["ResourceId"], json!({ "Fn::Sub": "table/${StorageOrders}/index/by-day" }));
    assert_eq!(by_day["ScalableDimension"], "dynamodb:index:WriteCapacityUnits");
    let policy =
        property(&template, "StorageOrdersByDayWriteCapacityPolicy", "TargetTrackingScalingPolicyConfiguration");
    assert_eq!(policy["TargetValue"], 70, "seventy of a hundred, unless something else is said");
    let scaled: Vec<&String> = template.resources.keys().filter(|id| id.ends_with("Capacity")).collect();
    let expected = ["StorageOrdersReadCapacity", "StorageOrdersByStateReadCapacity", "StorageOrdersByDayWriteCapacity"];
    assert_eq!(scaled, expected, "and nothing else moves");
}

#[test]
fn bounds_bound_something() {
    let of = |properties: &str| findings(ENVIRONMENTS, &table(properties), "dev");
    let found = of("billing: { provisioned: { read: { min: 9, max: 3 }, write: { min: 2, max: 4, start: 5 } } }");
    assert!(found.contains("error[out-of-range]: `min` is 9, more than `max`, which is 3"), "{found}");
    assert!(found.contains("error[out-of-range]: `start` is 5, not between `min` and `max`: 2 to 4"), "{found}");
    let found = of("billing: { provisioned: { read: { min: 1, max: 3, target: 95 }, write: 0 } }");
    assert!(found.contains("expected a whole number from 20 to 90, found `95`"), "{found}");
    assert!(found.contains("expected a whole number of at least 1, found `0`"), "{found}");
    let found = of("billing: { provisioned: { read: many, write: 1 } }");
    assert!(found.contains("a whole number, or `{ min: …, max: … }`"), "{found}");
}

#[test]
fn requests_have_a_most_and_a_table_is_warm() {
    let stack = table(
        "max-throughput: { read: 100, write: 50 }, warm-throughput: { read: 15000 },
         global-indexes: {
           by-state: { partition-key: { state: S }, warm-throughput: { write: 5000 } },
           by-day: { partition-key: { day: S }, max-throughput: { read: 10 } } }",
    );
    let template = template(ENVIRONMENTS, &stack, "dev");
    let most = json!({ "MaxReadRequestUnits": 100, "MaxWriteRequestUnits": 50 });
    assert_eq!(property(&template, "StorageOrders", "OnDemandThroughput"), most);
    assert_eq!(property(&template, "StorageOrders", "WarmThroughput"), json!({ "ReadUnitsPerSecond": 15000 }));
    let indexes = property(&template, "StorageOrders", "GlobalSecondaryIndexes");
    assert_eq!(indexes[0]["OnDemandThroughput"], most, "as the table's");
    assert_eq!(indexes[0]["WarmThroughput"], json!({ "WriteUnitsPerSecond": 5000 }));
    assert_eq!(indexes[1]["OnDemandThroughput"], json!({ "MaxReadRequestUnits": 10 }));
}

#[test]
fn capacity_and_a_most_of_requests_exclude_each_other() {
    let provisioned = "billing: { provisioned: { read: 1, write: 1 } }";
    let found = findings(ENVIRONMENTS, &table(&format!("{provisioned}, max-throughput: {{ read: 9 }}")), "dev");
    assert!(found.contains("error[conflicting-properties]: capacity bounds itself"), "{found}");
    assert!(found.contains("the billing"), "{found}");
    let index = "global-indexes: { by-day: { partition-key: { day: S }, capacity: { read: 1, write: 1 } } }";
    let found = findings(ENVIRONMENTS, &table(index), "dev");
    assert!(
        found.contains("error[conflicting-properties]: capacity is for tables with `billing: { provisioned"),
        "{found}"
    );
    let found = findings(ENVIRONMENTS, &table("warm-throughput: {}"), "dev");
    assert!(found.contains("error[missing-property]: `read`, `write` or both are missing here"), "{found}");
}

#[test]
fn insights_have_a_mode_for_the_table_and_for_each_index() {
    let stack = table(
        "contributor-insights: throttled-keys,
         global-indexes: { by-day: { partition-key: { day: S }, contributor-insights: true } }",
    );
    let template = template(ENVIRONMENTS, &stack, "dev");
    let mode = json!({ "Enabled": true, "Mode": "THROTTLED_KEYS" });
    assert_eq!(property(&template, "StorageOrders", "ContributorInsightsSpecification"), mode);
    let indexes = property(&template, "StorageOrders", "GlobalSecondaryIndexes");
    assert_eq!(indexes[0]["ContributorInsightsSpecification"], json!({ "Enabled": true }));
    let found = findings(ENVIRONMENTS, &table("contributor-insights: throttled"), "dev");
    assert!(found.contains("did you mean `throttled-keys`?"), "{found}");
}

#[test]
fn a_key_of_a_global_index_has_up_to_four_attributes() {
    let stack = table(
        "global-indexes: { by-place: { partition-key: { country: S, city: S }, sort-key: { year: N, month: N, id: S } } }",
    );
    let template = template(ENVIRONMENTS, &stack, "dev");
    let keys = property(&template, "StorageOrders", "GlobalSecondaryIndexes")[0]["KeySchema"].clone();
    let keys: Vec<String> = keys.as_array().expect("it is a list").iter().map(ToString::to_string).collect();
    let names = ["country", "city", "year", "month", "id"];
    assert!(keys.iter().zip(names).all(|(key, name)| key.contains(name)), "in the order of the file: {keys:?}");
    let of = |properties: &str| findings(ENVIRONMENTS, &table(properties), "dev");
    let found = of("sort-key: { a: S, b: S }");
    assert!(found.contains("a key is one attribute with its type"), "{found}");
    let found = of("global-indexes: { x: { partition-key: { a: S, b: S, c: S, d: S, e: S } } }");
    assert!(found.contains("a key is one to 4 attributes with their types"), "{found}");
    let found = of("global-indexes: { x: { partition-key: { a: S, b: S }, sort-key: { c: S, b: S } } }");
    assert!(found.contains("error[conflicting-properties]: the sort key is another attribute"), "{found}");
}

#[test]
fn changes_go_to_a_data_stream_of_the_same_place() {
    let stream = "arn:aws:kinesis:eu-west-1:111122223333:stream/changes";
    let stack = table(&format!("kinesis-stream: {{ arn: '{stream}', precision: microsecond }}"));
    let specification = json!({ "StreamArn": stream, "ApproximateCreationDateTimePrecision": "MICROSECOND" });
    let made = template(ENVIRONMENTS, &stack, "dev");
    assert_eq!(property(&made, "StorageOrders", "KinesisStreamSpecification"), specification);
    let elsewhere = |from: &str, to: &str| findings(REGIONS, &stack.replace(from, to), "prod");
    let found = elsewhere("eu-west-1", "us-east-1");
    assert!(
        found.contains("error[wrong-reference]: the stream is in `us-east-1`, and the table in `eu-west-1`"),
        "{found}"
    );
    let found = elsewhere("111122223333", "444455556666");
    assert!(found.contains("the stream is in the account `444455556666`, and the table in `111122223333`"), "{found}");
    let found = elsewhere("kinesis:", "firehose:");
    assert!(found.contains("expected an ARN of `kinesis` with `stream/…` at its end"), "{found}");
}

#[test]
fn the_indexes_of_a_table_include_a_hundred_attributes() {
    let attributes: Vec<String> = (0..51).map(|number| format!("a{number}")).collect();
    let index = format!("{{ partition-key: {{ id: S }}, projection: {{ include: [{}] }} }}", attributes.join(", "));
    let found = findings(ENVIRONMENTS, &table(&format!("global-indexes: {{ one: {index}, two: {index} }}")), "dev");
    assert!(found.contains("error[limit-exceeded]: the indexes of a table may include 100 attributes"), "{found}");
}

/// A function that is granted a word on the table.
fn granted(properties: &str, word: &str) -> String {
    let function = "
  compute:
    worker:
      EncryptedFunction:
        code: { bucket: artifacts, key: worker.zip }
        runtime: java25
        logs-key: security/data
        grants: { storage/orders: WORD }
";
    format!("{}{}", table(properties).trim_end(), function.replace("WORD", word))
}

#[test]
fn a_reader_of_a_stream_gets_the_stream_and_the_key() {
    let stack = granted("stream: keys-only", "read-stream");
    let template = template(ENVIRONMENTS, &stack, "dev");
    let role = statements(&template, "ComputeWorkerRolePolicy", "PolicyDocument");
    let read = one(&role, "ReadStreamStorageOrders");
    let stream =
        "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/app-dev-storage-table-orders/stream/*";
    assert_eq!(read["Resource"], json!({ "Fn::Sub": stream }));
    let actions = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"];
    assert_eq!(read["Action"], json!(actions));
    assert_eq!(one(&role, "ListStreamsForStorageOrders")["Resource"], "*");
    assert!(role.iter().all(|(_, statement)| !statement.to_string().contains("dynamodb:GetItem")), "and no items");
    let key = statements(&template, "SecurityData", "KeyPolicy");
    assert_eq!(one(&key, "DynamoDbUseByComputeWorkerRole")["Action"], "kms:Decrypt");
    let found = findings(ENVIRONMENTS, &granted("ttl: gone", "[read, read-stream]"), "dev");
    assert!(found.contains("error[conflicting-properties]: `storage/orders` has no stream to read"), "{found}");
}

#[test]
fn a_restore_role_uses_the_key_for_restored_tables_only() {
    let stack = table("restore-role: operations/Restore");
    let made = template(ENVIRONMENTS, &stack, "dev");
    let key = statements(&made, "SecurityData", "KeyPolicy");
    let caller = json!({ "aws:PrincipalArn": { "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/operations/Restore" } });
    let via = json!({ "Fn::Sub": "dynamodb.${AWS::Region}.amazonaws.com" });
    let account = json!({ "Ref": "AWS::AccountId" });
    for (id, actions) in [
        ("DynamoDbRestore", json!(["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"])),
        ("DynamoDbRestoreGrant", json!("kms:CreateGrant")),
    ] {
        let statement = one(&key, id);
        assert_eq!(statement["Action"], actions);
        assert_eq!(statement["Condition"]["ArnEquals"], caller);
        assert_eq!(
            statement["Condition"]["StringLike"],
            json!({ "kms:EncryptionContext:aws:dynamodb:tableName": "app-dev-storage-table-orders-restore*" })
        );
        assert_eq!(
            statement["Condition"]["StringEquals"],
            json!({ "kms:ViaService": via, "kms:EncryptionContext:aws:dynamodb:subscriberId": account })
        );
    }
    assert_eq!(one(&key, "DynamoDbRestoreGrant")["Condition"]["Bool"], json!({ "kms:GrantIsForAWSResource": "true" }));
    // A condition on a context would deny what carries none.
    assert_eq!(
        one(&key, "DynamoDbRestoreDescribe")["Condition"],
        json!({ "ArnEquals": caller, "StringEquals": { "kms:ViaService": via } })
    );
    let source = one(&key, "DynamoDbRestoreSource");
    assert_eq!(source["Action"], "kms:Decrypt");
    assert_eq!(
        source["Condition"]["StringEquals"]["kms:EncryptionContext:aws:dynamodb:tableName"],
        "app-dev-storage-table-orders"
    );
    let without = statements(&template(ENVIRONMENTS, &table("ttl: gone"), "dev"), "SecurityData", "KeyPolicy");
    assert!(without.iter().all(|(id, _)| !id.contains("Restore")), "and nobody else restores");
}

/// A table with a replica, and its keys; `here` and `there` go into the table and the replica.
fn replicated(here: &str, there: &str) -> String {
    format!(
        "
constructs:
  security:
    near: {{ KmsKey: {{}} }}
    far: {{ KmsKey: {{}}, region: eu-central-1 }}
  storage:
    orders:
      EncryptedTable:
        key: security/near
        partition-key: {{ id: S }}
        replicas: {{ eu-central-1: {{ key: security/far@eu-central-1, {there} }} }}
        {here}
"
    )
}

/// The templates of a stack file in the table's region and in the replica's.
fn both(stack: &str, environment: &str) -> (Template, Template) {
    let synthesis = synthesize_all(REGIONS, &[("app.yaml", stack)], environment);
    let [far, near] = <[_; 2]>::try_from(synthesis.stacks).expect("there are two templates");
    assert!(near.primary && !far.primary, "the key of the replica comes first");
    (near.template, far.template)
}

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
    assert!(found.contains("put what they both need, such as keys, into a stack of its own"), "{found}");
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

/// A table of dev's three regions.
fn strong(more: &str) -> String {
    replicated(&format!("consistency: strong\n        {more}"), "")
}

#[test]
fn strong_consistency_takes_three_regions_of_one_set() {
    let (near, _) = both(&strong("witness: eu-west-2"), "dev");
    let table = properties(&near, "StorageOrders");
    assert_eq!(table["MultiRegionConsistency"], "STRONG");
    assert_eq!(table["GlobalTableWitnesses"], json!([{ "Region": "eu-west-2" }]));
    assert_eq!(table["StreamSpecification"], Value::Null, "such replicas do not live from a stream");
    let of = |more: &str| findings(REGIONS, &strong(more), "dev");
    let found = of("");
    assert!(
        found.contains("error[conflicting-properties]: strong consistency takes three regions, and the table has 2"),
        "{found}"
    );
    let found = of("witness: us-east-1");
    assert!(
        found.contains(
            "error[unavailable-service]: a strongly consistent table in `eu-west-1` cannot reach `us-east-1`"
        ),
        "{found}"
    );
    let found = of("witness: eu-central-1");
    assert!(found.contains("the table is in `eu-central-1` already, so a witness there decides nothing"), "{found}");
    let found = of("witness: eu-west-2\n        ttl: gone");
    assert!(found.contains("a strongly consistent table has no `ttl`"), "{found}");
    let found =
        of("witness: eu-west-2\n        sort-key: { at: N }\n        local-indexes: { x: { sort-key: { y: N } } }");
    assert!(found.contains("a strongly consistent table has no local indexes"), "{found}");
    let elsewhere = REGIONS.replace("eu-west-1", "ap-south-1");
    let found = findings(&elsewhere, &strong("witness: eu-west-2"), "dev");
    assert!(found.contains("there are no strongly consistent tables in `ap-south-1`"), "{found}");
}

#[test]
fn consistency_is_for_tables_with_replicas() {
    let found = findings(REGIONS, &table("consistency: eventual, witness: eu-west-2"), "dev");
    assert!(found.contains("error[conflicting-properties]: `consistency` is for tables with `replicas`"), "{found}");
    assert!(found.contains("error[conflicting-properties]: `witness` is for tables with `replicas`"), "{found}");
    let found = findings(REGIONS, &replicated("witness: eu-west-2", ""), "dev");
    assert!(found.contains("a witness is for tables with `consistency: strong`"), "{found}");
}

/// A role of another account that reads the table and follows its stream.
const FOREIGN: &str = "
  outside:
    auditor:
      ImportedRole:
        arn: arn:aws:iam::444455556666:role/audit/Reader
        grants: { storage/orders: [read, read-stream] }
";

#[test]
fn a_role_of_another_account_is_let_in_by_the_table_and_its_stream() {
    let organization = format!("organization: o-a1b2c3d4e5\n{REGIONS}");
    let indexes = "global-indexes: { by-day: { partition-key: { day: S } } }";
    let stack = format!("{}{FOREIGN}", table(&format!("stream: keys-only, {indexes}")).trim_end());
    let folder = common::folder(&organization, &[("app.yaml", &stack)]);
    let (synthesis, found) = common::try_synthesize(folder.path(), "prod");
    let stack = synthesis.unwrap_or_else(|| panic!("{found}")).stacks.remove(0);
    let policy = property(&stack.template, "StorageOrders", "ResourcePolicy")["PolicyDocument"].clone();
    let arn = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:111122223333:table/app-prod-storage-table-orders";
    let statement = &policy["Statement"][0];
    assert_eq!(statement["Sid"], "ReadByOutsideAuditor");
    assert_eq!(statement["Principal"], json!({ "AWS": { "Fn::Sub": "arn:${AWS::Partition}:iam::444455556666:root" } }));
    assert_eq!(statement["Resource"], json!([{ "Fn::Sub": arn }, { "Fn::Sub": format!("{arn}/index/*") }]));
    let condition = json!({
        "ArnEquals": { "aws:PrincipalArn": "arn:aws:iam::444455556666:role/audit/Reader" },
        "StringEquals": { "aws:PrincipalOrgID": "o-a1b2c3d4e5" },
    });
    assert_eq!(statement["Condition"], condition);
    let stream = property(&stack.template, "StorageOrders", "StreamSpecification")["ResourcePolicy"].clone();
    let statement = &stream["PolicyDocument"]["Statement"][0];
    assert_eq!(
        statement["Action"],
        json!(["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"])
    );
    assert_eq!(statement["Resource"], "*", "the stream that has the policy");
    assert_eq!(statement["Condition"], condition);
    let key = statements(&stack.template, "SecurityData", "KeyPolicy");
    let used = &one(&key, "DynamoDbUseByOutsideAuditor")["Condition"];
    assert_eq!(
        used["StringEquals"]["kms:EncryptionContext:aws:dynamodb:subscriberId"], "111122223333",
        "the table's account"
    );
    let [request] = stack.requests.as_slice() else { panic!("its owner is asked once: {:?}", stack.requests) };
    let asked = request.document.to_string();
    assert!(asked.contains("dynamodb:GetItem") && asked.contains("/stream/*"), "{asked}");
}

#[test]
fn a_role_of_the_same_account_needs_no_policy_of_the_table() {
    let template = template(ENVIRONMENTS, &granted("stream: keys-only", "[read, read-stream]"), "dev");
    let table = properties(&template, "StorageOrders");
    assert_eq!(table["ResourcePolicy"], Value::Null);
    assert_eq!(table["StreamSpecification"]["ResourcePolicy"], Value::Null);
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

#[test]
fn the_key_of_a_table_is_in_its_account() {
    let stack = table("ttl: gone").replace(
        "data: { KmsKey: {} }",
        "data: { ImportedKey: { arn: 'arn:aws:kms:eu-west-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab' } }",
    );
    let found = findings(REGIONS, &stack, "prod");
    let message = "error[wrong-reference]: the key is in the account `444455556666`, and a table takes one of its own, \
        which is `111122223333`";
    assert!(found.contains(message), "{found}");
    let own = stack.replace("444455556666", "111122223333");
    assert!(!findings(REGIONS, &own, "prod").contains("error"), "{}", findings(REGIONS, &own, "prod"));
}
