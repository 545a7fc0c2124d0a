//! Whom buckets tell, and what is delivered to them: notifications, access logs and inventories.

mod common;

use common::buckets::{bucket, ids, sub, with};
use common::{ENVIRONMENTS, findings, json, one, property, statements, template};
use serde_json::{Value, json};
use synth::template::{Graph, cycle};

const FILES: &str = "app-dev-storage-bucket-files";

const LOGGED: &str = "
constructs:
  security:
    data: { KmsKey: {} }
  storage:
    one: { EncryptedBucket: { key: security/data, access-logs: storage/logs } }
    other: { EncryptedBucket: { key: security/data, access-logs: storage/logs } }
    unlogged: { EncryptedBucket: { key: security/data } }
    logs: { LogBucket: {} }
    unused: { LogBucket: {} }
";

#[test]
fn access_logs_come_from_exactly_the_buckets_that_say_so() {
    let template = template(ENVIRONMENTS, LOGGED, "dev");
    let policy = statements(&template, "StorageLogsPolicy", "PolicyDocument");
    assert_eq!(ids(&policy), ["AccessLogDelivery", "DenyWithoutTls", "DenyOldTls"]);
    let expected = json!({
        "Sid": "AccessLogDelivery",
        "Effect": "Allow",
        "Principal": { "Service": "logging.s3.amazonaws.com" },
        "Action": "s3:PutObject",
        "Resource": bucket("app-dev-storage-bucket-logs/*"),
        "Condition": {
            "StringEquals": { "aws:SourceAccount": { "Ref": "AWS::AccountId" } },
            "ArnEquals": { "aws:SourceArn": [bucket("app-dev-storage-bucket-one"), bucket("app-dev-storage-bucket-other")] }
        }
    });
    assert_eq!(policy[0].1, expected);
    let unused = statements(&template, "StorageUnusedPolicy", "PolicyDocument");
    assert_eq!(ids(&unused), ["DenyWithoutTls", "DenyOldTls"], "nobody delivers where nobody logs");
    let logging = property(&template, "StorageOne", "LoggingConfiguration");
    let format = json!({ "PartitionedPrefix": { "PartitionDateSource": "EventTime" } });
    let to = "app-dev-storage-bucket-logs";
    assert_eq!(logging, json!({ "DestinationBucketName": to, "TargetObjectKeyFormat": format }));
    assert!(Graph::of(&template).reaches("StorageOne", "StorageLogsPolicy"), "S3 tries whether it may log");
}

#[test]
fn a_log_bucket_is_encrypted_by_s3_and_keeps_logs_as_long_as_the_rule_says() {
    for (environment, days, versions) in [("dev", 7, Value::Null), ("prod", 365, json!({ "Status": "Enabled" }))] {
        let template = template(ENVIRONMENTS, LOGGED, environment);
        let encryption = property(&template, "StorageLogs", "BucketEncryption");
        let default = &encryption["ServerSideEncryptionConfiguration"][0]["ServerSideEncryptionByDefault"];
        assert_eq!(*default, json!({ "SSEAlgorithm": "AES256" }));
        let stays = if environment == "prod" { "Retain" } else { "Delete" };
        assert_eq!(template.resources["StorageLogs"].deletion_policy.as_deref(), Some(stays));
        assert_eq!(property(&template, "StorageLogs", "VersioningConfiguration"), versions);
        assert_eq!(property(&template, "StorageLogs", "ObjectLockEnabled"), Value::Null, "S3 could not deliver");
        let lifecycle = property(&template, "StorageLogs", "LifecycleConfiguration");
        let mut expire = json!({ "Id": "Expire", "Status": "Enabled", "ExpirationInDays": days });
        if !versions.is_null() {
            expire["NoncurrentVersionExpiration"] = json!({ "NoncurrentDays": 1 });
        }
        assert_eq!(lifecycle["Rules"][0], expire);
    }
}

#[test]
fn without_kms_any_bucket_takes_access_logs() {
    let environments = "environments: { dev: { protection: open, encryption: aws-owned } }";
    let stack = "
constructs:
  storage:
    one: { EncryptedBucket: { access-logs: storage/other } }
    other: { EncryptedBucket: {} }
";
    let policy = statements(&template(environments, stack, "dev"), "StorageOtherPolicy", "PolicyDocument");
    assert!(ids(&policy).contains(&"AccessLogDelivery"));
    assert!(findings(ENVIRONMENTS, &stack.replace("{}", "{ key: security/data }"), "dev").contains("error"));
}

/// A bucket, a topic, a queue and a function under one key, where the bucket tells all and the function works on the
/// bucket.
const TOLD: &str = "
constructs:
  security:
    data: { KmsKey: {} }
  storage:
    files:
      EncryptedBucket:
        key: security/data
        notifications:
          topics: { messaging/told: { events: ['s3:ObjectRemoved:*'] } }
          queues: { messaging/queued: { events: ['s3:ObjectTagging:*'] } }
          functions: { compute/worker: { events: ['s3:ObjectCreated:*'], prefix: in/, suffix: .jpg } }
          event-bridge: true
  messaging:
    told: { EncryptedTopic: { key: security/data } }
    queued: { EncryptedQueue: { key: security/data } }
  compute:
    worker:
      EncryptedFunction:
        code: { bucket: artifacts, key: worker.zip }
        runtime: python3.13
        logs-key: security/data
        triggers: [messaging/told]
        grants: { storage/files: [read, write, delete], messaging/told: publish }
";

#[test]
fn a_bucket_tells_topics_queues_and_functions_for_itself_only() {
    let template = template(ENVIRONMENTS, TOLD, "dev");
    let source = json!({
        "StringEquals": { "aws:SourceAccount": { "Ref": "AWS::AccountId" } },
        "ArnEquals": { "aws:SourceArn": bucket(FILES) }
    });
    let topic = statements(&template, "MessagingToldPolicy", "PolicyDocument");
    let publish = one(&topic, "SnsPublishByS3ForStorageFiles");
    assert_eq!(publish["Principal"], json!({ "Service": "s3.amazonaws.com" }));
    assert_eq!((&publish["Action"], &publish["Condition"]), (&json!("sns:Publish"), &source));
    let key = statements(&template, "SecurityData", "KeyPolicy");
    let under_key = one(&key, "SnsPublishByS3ToMessagingTold");
    assert_eq!(under_key["Action"], json!(["kms:Decrypt", "kms:GenerateDataKey*"]));
    assert_eq!(under_key["Condition"]["ArnEquals"]["aws:SourceArn"], bucket(FILES));
    let queue = statements(&template, "MessagingQueuedPolicy", "PolicyDocument");
    let send = one(&queue, "SqsSendByS3ForStorageFiles");
    assert_eq!(send["Principal"], json!({ "Service": "s3.amazonaws.com" }));
    assert_eq!((&send["Action"], &send["Condition"]), (&json!("sqs:SendMessage"), &source));
    let under_key = one(&key, "SqsSendByS3ToMessagingQueued");
    assert_eq!(under_key["Action"], json!(["kms:Decrypt", "kms:GenerateDataKey"]));
    assert_eq!(under_key["Condition"]["ArnEquals"]["aws:SourceArn"], bucket(FILES));
    let arn = |rest: &str| sub(&format!("arn:${{AWS::Partition}}:{rest}"));
    let function = arn("lambda:${AWS::Region}:${AWS::AccountId}:function:app-dev-compute-function-worker");
    let permission = json(&synth::template::Value::Map(
        template.resources["StorageFilesComputeWorkerPermission"].properties.clone(),
    ));
    let expected = json!({
        "FunctionName": function,
        "Action": "lambda:InvokeFunction",
        "Principal": "s3.amazonaws.com",
        "SourceAccount": { "Ref": "AWS::AccountId" },
        "SourceArn": bucket(FILES)
    });
    assert_eq!(permission, expected);
    let told = property(&template, "StorageFiles", "NotificationConfiguration");
    let rules = json!([{ "Name": "prefix", "Value": "in/" }, { "Name": "suffix", "Value": ".jpg" }]);
    let topic = arn("sns:${AWS::Region}:${AWS::AccountId}:app-dev-messaging-topic-told");
    let queue = arn("sqs:${AWS::Region}:${AWS::AccountId}:app-dev-messaging-queue-queued");
    let expected = json!({
        "EventBridgeConfiguration": { "EventBridgeEnabled": true },
        "TopicConfigurations": [{ "Event": "s3:ObjectRemoved:*", "Topic": topic }],
        "QueueConfigurations": [{ "Event": "s3:ObjectTagging:*", "Queue": queue }],
        "LambdaConfigurations": [{
            "Event": "s3:ObjectCreated:*", "Function": function, "Filter": { "S3Key": { "Rules": rules } }
        }]
    });
    assert_eq!(told, expected);
}

#[test]
fn a_bucket_waits_for_whom_it_tells_and_nothing_waits_for_itself() {
    for environment in ["dev", "prod"] {
        let template = template(ENVIRONMENTS, TOLD, environment);
        assert_eq!(cycle(&template), None);
        let graph = Graph::of(&template);
        // S3 tries each destination when it is told of it.
        for needed in [
            "MessagingToldPolicy",
            "MessagingQueuedPolicy",
            "ComputeWorker",
            "StorageFilesComputeWorkerPermission",
            "SecurityData",
        ] {
            assert!(graph.reaches("StorageFiles", needed), "{needed}");
        }
        // The function is there before the bucket that it works on, so its policy cannot wait for that.
        assert!(!graph.reaches("ComputeWorkerRolePolicy", "StorageFiles"));
        assert!(graph.reaches("ComputeWorkerRolePolicy", "MessagingToldPolicy"), "other order stays");
    }
}

#[test]
fn two_functions_may_call_each_other() {
    let function = |name: &str, other: &str| {
        format!(
            "    {name}: {{ EncryptedFunction: {{ code: {{ bucket: artifacts, key: a.zip }}, runtime: python3.13, logs-key: security/data, grants: {{ compute/{other}: invoke }} }} }}\n"
        )
    };
    let functions = format!("  compute:\n{}{}", function("ping", "pong"), function("pong", "ping"));
    let template = template(ENVIRONMENTS, &with("", &functions), "dev");
    assert_eq!(cycle(&template), None);
    let graph = Graph::of(&template);
    let waits = [("Ping", "Pong"), ("Pong", "Ping")]
        .map(|(one, other)| graph.reaches(&format!("Compute{one}RolePolicy"), &format!("Compute{other}")));
    assert_eq!(waits, [true, false], "one of them comes first");
}

#[test]
fn an_inventory_is_delivered_for_its_bucket_under_the_key_of_the_other() {
    let lists = "
    reports: { EncryptedBucket: { key: security/reports } }
    logs: { LogBucket: {} }
  security:
    data: { KmsKey: {} }
    reports: { KmsKey: {} }
";
    let stack = format!(
        "
constructs:
  storage:
    files:
      EncryptedBucket:
        key: security/data
        inventory: {{ daily: {{ to: storage/reports, frequency: daily }}, weekly: {{ to: storage/logs }} }}{lists}"
    );
    let template = template(ENVIRONMENTS, &stack, "dev");
    for destination in ["Reports", "Logs"] {
        let policy = statements(&template, &format!("Storage{destination}Policy"), "PolicyDocument");
        let expected = json!({
            "Sid": "InventoryDelivery",
            "Effect": "Allow",
            "Principal": { "Service": "s3.amazonaws.com" },
            "Action": "s3:PutObject",
            "Resource": bucket(&format!("app-dev-storage-bucket-{}/*", destination.to_lowercase())),
            "Condition": {
                "StringEquals": {
                    "aws:SourceAccount": { "Ref": "AWS::AccountId" }, "s3:x-amz-acl": "bucket-owner-full-control"
                },
                "ArnEquals": { "aws:SourceArn": bucket(FILES) }
            }
        });
        assert_eq!(*one(&policy, "InventoryDelivery"), expected);
        assert!(Graph::of(&template).reaches("StorageFiles", &format!("Storage{destination}Policy")));
    }
    let key = statements(&template, "SecurityReports", "KeyPolicy");
    let delivery = one(&key, "S3InventoryDelivery");
    assert_eq!(
        (&delivery["Action"], &delivery["Principal"]["Service"]),
        (&json!("kms:GenerateDataKey"), &json!("s3.amazonaws.com"))
    );
    assert_eq!(delivery["Condition"]["ArnEquals"], json!({ "aws:SourceArn": bucket(FILES) }));
    assert!(!ids(&statements(&template, "SecurityData", "KeyPolicy")).contains(&"S3InventoryDelivery"));
}

#[test]
fn notifications_overlap_where_an_event_can_be_told_of_twice() {
    let found = |one: &str, other: &str| {
        let notifications = format!("notifications: {{ topics: {{ messaging/told: [{{ {one} }}, {{ {other} }}] }} }}");
        let topic = "  messaging: { told: { EncryptedTopic: { key: security/data } } }";
        findings(ENVIRONMENTS, &with(&notifications, topic), "dev").contains("it would tell twice")
    };
    let (any, put, copy) =
        ("events: ['s3:ObjectCreated:*']", "events: ['s3:ObjectCreated:Put']", "events: ['s3:ObjectCreated:Copy']");
    assert!(found(any, put), "a group holds its events");
    assert!(!found(put, copy), "two events are two");
    assert!(found(put, &format!("{put}, prefix: in/")), "no prefix is every prefix");
    assert!(!found(&format!("{put}, prefix: in/"), &format!("{put}, prefix: out/")));
    assert!(found(&format!("{put}, suffix: jpg"), &format!("{put}, suffix: .jpg")), "one key ends with both");
    assert!(!found(&format!("{put}, prefix: in/, suffix: .jpg"), &format!("{put}, prefix: in/, suffix: .png")));
}
