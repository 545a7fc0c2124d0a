//! Copies of objects in other buckets: what S3 may do as the bucket's role, and under whose key.

mod common;

use common::{ENVIRONMENTS, json, statements, synthesize_all, template};
use serde_json::{Value, json};
use synth::template::{Graph, Template};

fn sub(text: &str) -> Value {
    json!({ "Fn::Sub": text })
}

fn bucket(name: &str) -> Value {
    sub(&format!("arn:${{AWS::Partition}}:s3:::{name}"))
}

fn rules(template: &Template, id: &str) -> Value {
    json(&template.resources[id].properties["ReplicationConfiguration"])["Rules"].clone()
}

const STACK: &str = "
constructs:
  security:
    data: { KmsKey: {} }
    copies: { KmsKey: {} }
  storage:
    files:
      EncryptedBucket:
        key: security/data
        replication:
          invoices: { to: storage/copies, prefix: invoices/, storage-class: glacier-ir, delete-markers: true, time-control: true }
          all: { to: storage/copies }
    copies: { EncryptedBucket: { key: security/copies } }
";

#[test]
fn s3_replicates_as_a_role_that_may_do_just_that() {
    let template = template(ENVIRONMENTS, STACK, "dev");
    let (source, copies) = ("app-dev-storage-bucket-files", "app-dev-storage-bucket-copies");
    let trust = statements(&template, "StorageFilesRole", "AssumeRolePolicyDocument");
    assert_eq!(trust[0].1["Principal"], json!({ "Service": "s3.amazonaws.com" }));
    let allow = |sid: &str, action: Value, resource: Value| json!({ "Sid": sid, "Effect": "Allow", "Action": action, "Resource": resource });
    let under = |sid: &str, action: Value, key: &str, of: &str| {
        let mut statement = allow(sid, action, json!({ "Fn::GetAtt": [key, "Arn"] }));
        statement["Condition"] = json!({
            "StringEquals": { "kms:ViaService": sub("s3.${AWS::Region}.amazonaws.com") },
            "ArnEquals": { "kms:EncryptionContext:aws:s3:arn": bucket(of) }
        });
        statement
    };
    let read = json!(["s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"]);
    let replicate = json!(["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"]);
    let expected = [
        allow("ReadReplication", json!(["s3:GetReplicationConfiguration", "s3:ListBucket"]), bucket(source)),
        allow("ReadObjects", read, bucket(&format!("{source}/*"))),
        allow("ReplicateStorageCopies", replicate, bucket(&format!("{copies}/*"))),
        under("S3ReadUnderSecurityData", json!("kms:Decrypt"), "SecurityData", source),
        under(
            "S3ReplicateUnderSecurityCopies",
            json!(["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"]),
            "SecurityCopies",
            copies,
        ),
    ];
    let policy = statements(&template, "StorageFilesRolePolicy", "PolicyDocument");
    assert_eq!(policy.into_iter().map(|(_, statement)| statement).collect::<Vec<_>>(), expected);
    for (key, id) in [("SecurityData", "S3ReadByStorageFilesRole"), ("SecurityCopies", "S3ReplicateByStorageFilesRole")]
    {
        let policy = statements(&template, key, "KeyPolicy");
        assert!(policy.iter().any(|(sid, _)| sid == id), "{id} is in the policy of {key}");
    }
}

#[test]
fn each_rule_names_the_key_of_its_destination() {
    let template = template(ENVIRONMENTS, STACK, "dev");
    let on = json!({ "Status": "Enabled" });
    let quarter = json!({ "Minutes": 15 });
    let kms = json!({ "SseKmsEncryptedObjects": on });
    let mut all = json!({
        "Bucket": bucket("app-dev-storage-bucket-copies"),
        "EncryptionConfiguration": { "ReplicaKmsKeyID": { "Fn::GetAtt": ["SecurityCopies", "Arn"] } }
    });
    let plain = all.clone();
    all["StorageClass"] = json!("GLACIER_IR");
    all["Metrics"] = json!({ "Status": "Enabled", "EventThreshold": quarter });
    all["ReplicationTime"] = json!({ "Status": "Enabled", "Time": quarter });
    let expected = json!([
        {
            "Id": "invoices", "Priority": 1, "Status": "Enabled", "Filter": { "Prefix": "invoices/" },
            "DeleteMarkerReplication": on, "SourceSelectionCriteria": kms, "Destination": all
        },
        {
            "Id": "all", "Priority": 2, "Status": "Enabled", "Filter": { "Prefix": "" },
            "DeleteMarkerReplication": { "Status": "Disabled" }, "SourceSelectionCriteria": kms, "Destination": plain
        }
    ]);
    assert_eq!(rules(&template, "StorageFiles"), expected);
    let graph = Graph::of(&template);
    for needed in ["StorageFilesRole", "StorageFilesRolePolicy", "StorageCopies", "StorageCopiesPolicy"] {
        assert!(graph.reaches("StorageFiles", needed), "{needed}");
    }
}

#[test]
fn without_keys_of_these_stacks_copies_are_under_the_keys_of_aws() {
    let in_tier = |tier: &str| {
        let environments = format!("environments: {{ dev: {{ protection: open, encryption: {tier} }} }}");
        let synthesis = synthesize_all(&environments, &[("app.yaml", STACK)], "dev");
        rules(&synthesis.stacks[0].template, "StorageFiles")[1].clone()
    };
    let owned = in_tier("aws-owned");
    assert_eq!(
        (&owned["SourceSelectionCriteria"], &owned["Destination"]["EncryptionConfiguration"]),
        (&Value::Null, &Value::Null)
    );
    let managed = in_tier("aws-managed");
    assert_eq!(managed["SourceSelectionCriteria"]["SseKmsEncryptedObjects"]["Status"], "Enabled");
    let key = sub("arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:alias/aws/s3");
    assert_eq!(managed["Destination"]["EncryptionConfiguration"]["ReplicaKmsKeyID"], key);
}

#[test]
fn locks_are_copied_too() {
    let stack = STACK.replace("key: security/data\n", "key: security/data\n        object-lock: on-request\n");
    let policy = statements(&template(ENVIRONMENTS, &stack, "dev"), "StorageFilesRolePolicy", "PolicyDocument");
    let (_, read) = policy.iter().find(|(sid, _)| sid == "ReadObjects").expect("it reads objects");
    let actions = read["Action"].as_array().expect("several actions");
    assert!(actions.contains(&json!("s3:GetObjectLegalHold")) && actions.contains(&json!("s3:GetObjectRetention")));
}

#[test]
fn copies_in_another_region_are_under_a_key_there() {
    let environments =
        "environments: { dev: { protection: open, account: '111122223333', regions: [eu-west-1, eu-central-1] } }";
    let stack = "
constructs:
  security:
    data: { KmsKey: {} }
    copies: { KmsKey: {}, region: eu-central-1 }
  storage:
    files: { EncryptedBucket: { key: security/data, replication: { all: { to: storage/copies } } } }
    copies: { EncryptedBucket: { key: security/copies }, region: eu-central-1 }
";
    let synthesis = synthesize_all(environments, &[("app.yaml", stack)], "dev");
    let regions: Vec<_> =
        synthesis.stacks.iter().map(|stack| stack.target.region.clone().map(|it| it.to_string())).collect();
    assert_eq!(
        regions,
        [Some("eu-central-1".to_owned()), Some("eu-west-1".to_owned())],
        "the copies' bucket comes first"
    );
    let (there, here) = (&synthesis.stacks[0].template, &synthesis.stacks[1].template);
    let through = |region: &str| json!({ "kms:ViaService": region });
    let policy = statements(here, "StorageFilesRolePolicy", "PolicyDocument");
    let under =
        |id: &str| policy.iter().find(|(sid, _)| sid == id).map(|(_, statement)| statement).expect("it is there");
    assert_eq!(
        under("S3ReplicateUnderSecurityCopies")["Condition"]["StringEquals"],
        through("s3.eu-central-1.amazonaws.com")
    );
    let key = under("S3ReplicateUnderSecurityCopies")["Resource"].clone();
    assert_eq!(key["Fn::GetStackOutput"]["Region"], "eu-central-1");
    let replica = &rules(here, "StorageFiles")[0]["Destination"]["EncryptionConfiguration"]["ReplicaKmsKeyID"];
    assert_eq!(*replica, key);
    let there = statements(there, "SecurityCopies", "KeyPolicy");
    let (_, use_of_key) = there.iter().find(|(sid, _)| sid == "S3ReplicateByStorageFilesRole").expect("it is there");
    assert_eq!(use_of_key["Condition"]["StringEquals"]["kms:ViaService"], sub("s3.${AWS::Region}.amazonaws.com"));
}
