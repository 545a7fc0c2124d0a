//! Tables: capacity that follows the load, indexes, and where changes go.

mod common;

use common::{
    ENVIRONMENTS, findings, property,
    tables::{REGIONS, properties, table},
    template,
};
use serde_json::json;

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
    assert!(found.contains("expected an ARN such as `arn:aws:kinesis:…:stream/…`, found"), "{found}");
}

#[test]
fn the_indexes_of_a_table_include_a_hundred_attributes() {
    let attributes: Vec<String> = (0..51).map(|number| format!("a{number}")).collect();
    let index = format!("{{ partition-key: {{ id: S }}, projection: {{ include: [{}] }} }}", attributes.join(", "));
    let found = findings(ENVIRONMENTS, &table(&format!("global-indexes: {{ one: {index}, two: {index} }}")), "dev");
    assert!(found.contains("error[limit-exceeded]: the indexes of a table may include 100 attributes"), "{found}");
}
