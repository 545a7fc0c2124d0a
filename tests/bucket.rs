//! Buckets: their policies and those of their keys, statement by statement, and what they hold.

mod common;

use common::buckets::{bucket, ids, sub, with};
use common::{ENVIRONMENTS, findings, one, property, statements, synthesize_all, template};
use serde_json::{Value, json};

const ACCOUNT: &str = "arn:${AWS::Partition}:iam::${AWS::AccountId}";

/// A function that is granted words on the bucket.
fn worker(words: &str) -> String {
    format!(
        "
  compute:
    worker:
      EncryptedFunction:
        code: {{ bucket: artifacts, key: worker.zip }}
        runtime: python3.13
        logs-key: security/data
        grants: {{ storage/files: {words} }}
"
    )
}

const FILES: &str = "app-dev-storage-bucket-files";

#[test]
fn a_bucket_lets_nothing_in_that_it_should_not() {
    let template = template(ENVIRONMENTS, &with("", ""), "dev");
    let policy = statements(&template, "StorageFilesPolicy", "PolicyDocument");
    let objects = bucket(&format!("{FILES}/*"));
    // By reference, which is how other tools know what a policy is about.
    let all = json!([{ "Fn::GetAtt": ["StorageFiles", "Arn"] }, { "Fn::Sub": "${StorageFiles.Arn}/*" }]);
    let deny = |sid: &str, action: &str, resource: Value, condition: Value| {
        let everyone = json!({ "AWS": "*" });
        json!({ "Sid": sid, "Effect": "Deny", "Principal": everyone, "Action": action, "Resource": resource, "Condition": condition })
    };
    let (algorithm, key) = ("s3:x-amz-server-side-encryption", "s3:x-amz-server-side-encryption-aws-kms-key-id");
    let arn = json!({ "Fn::GetAtt": ["SecurityData", "Arn"] });
    // Whoever names no encryption gets the bucket's.
    let other_algorithm = json!({ "Null": { algorithm: "false" }, "StringNotEquals": { algorithm: "aws:kms" } });
    let other_key = json!({ "Null": { key: "false" }, "StringNotEquals": { key: arn } });
    // KMS without a key would be the account's `aws/s3`.
    let no_key = json!({ "Null": { key: "true" }, "StringEquals": { algorithm: "aws:kms" } });
    let expected = [
        deny("DenyOtherAlgorithm", "s3:PutObject", objects.clone(), other_algorithm),
        deny("DenyOtherKey", "s3:PutObject", objects.clone(), other_key),
        deny("DenyKmsWithoutKey", "s3:PutObject", objects, no_key),
        deny("DenyWithoutTls", "s3:*", all.clone(), json!({ "Bool": { "aws:SecureTransport": "false" } })),
        deny("DenyOldTls", "s3:*", all, json!({ "NumericLessThan": { "s3:TlsVersion": "1.2" } })),
    ];
    let policy: Vec<Value> = policy.into_iter().map(|(_, statement)| statement).collect();
    assert_eq!(policy, expected);
    assert_eq!(
        property(&template, "StorageFiles", "PublicAccessBlockConfiguration"),
        json!({ "BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true })
    );
    assert_eq!(
        property(&template, "StorageFiles", "OwnershipControls"),
        json!({ "Rules": [{ "ObjectOwnership": "BucketOwnerEnforced" }] })
    );
    let rule = json!({
        "BucketKeyEnabled": true,
        "ServerSideEncryptionByDefault": { "SSEAlgorithm": "aws:kms", "KMSMasterKeyID": arn },
        "BlockedEncryptionTypes": { "EncryptionType": ["SSE-C"] }
    });
    let encryption = property(&template, "StorageFiles", "BucketEncryption");
    assert_eq!(encryption, json!({ "ServerSideEncryptionConfiguration": [rule] }));
}

#[test]
fn each_tier_has_its_encryption_and_refuses_others() {
    for (tier, rule, expected) in [
        (
            "aws-owned",
            json!({ "ServerSideEncryptionByDefault": { "SSEAlgorithm": "AES256" }, "BlockedEncryptionTypes": { "EncryptionType": ["SSE-C"] } }),
            vec!["DenyOtherAlgorithm", "DenyWithoutTls", "DenyOldTls"],
        ),
        (
            "aws-managed",
            json!({ "BucketKeyEnabled": true, "ServerSideEncryptionByDefault": { "SSEAlgorithm": "aws:kms" }, "BlockedEncryptionTypes": { "EncryptionType": ["SSE-C"] } }),
            vec!["DenyOtherAlgorithm", "DenyOtherKey", "DenyWithoutTls", "DenyOldTls"],
        ),
    ] {
        let environments = format!("environments: {{ dev: {{ protection: open, encryption: {tier} }} }}");
        let synthesis = synthesize_all(&environments, &[("app.yaml", &with("", &worker("read-write")))], "dev");
        let template = &synthesis.stacks[0].template;
        let encryption = property(template, "StorageFiles", "BucketEncryption");
        assert_eq!(encryption["ServerSideEncryptionConfiguration"][0], rule, "{tier}");
        let policy = statements(template, "StorageFilesPolicy", "PolicyDocument");
        assert_eq!(ids(&policy), expected, "{tier}");
        let algorithm = &rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"];
        let condition = &one(&policy, "DenyOtherAlgorithm")["Condition"];
        assert_eq!(condition["StringNotEquals"]["s3:x-amz-server-side-encryption"], *algorithm, "{tier}");
        let role = statements(template, "ComputeWorkerRolePolicy", "PolicyDocument");
        assert_eq!(
            ids(&role),
            ["WriteOwnLog", "ReadWriteStorageFiles", "ListStorageFiles"],
            "no key is used in {tier}"
        );
    }
}

#[test]
fn a_grant_gives_its_actions_and_its_use_of_the_key() {
    let (decrypt, write) = (json!("kms:Decrypt"), json!(["kms:Decrypt", "kms:GenerateDataKey"]));
    let put = json!(["s3:AbortMultipartUpload", "s3:PutObject"]);
    let both = json!(["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]);
    let list = Some(json!("s3:ListBucket"));
    for (words, objects, names, key) in [
        ("read", Some(("Read", json!("s3:GetObject"))), list.clone(), Some(("S3Read", decrypt))),
        ("write", Some(("Write", put)), None, Some(("S3Write", write.clone()))),
        ("read-write", Some(("ReadWrite", both.clone())), list.clone(), Some(("S3Write", write.clone()))),
        ("[read, write]", Some(("ReadWrite", both)), list.clone(), Some(("S3Write", write))),
        ("list", None, list, None),
        ("delete", Some(("Delete", json!("s3:DeleteObject"))), None, None),
    ] {
        let template = template(ENVIRONMENTS, &with("", &worker(words)), "dev");
        let role = statements(&template, "ComputeWorkerRolePolicy", "PolicyDocument");
        let policy = statements(&template, "SecurityData", "KeyPolicy");
        let mut expected = vec!["WriteOwnLog".to_owned()];
        if let Some((verb, actions)) = objects {
            expected.push(format!("{verb}StorageFiles"));
            let statement = one(&role, &expected[1]);
            assert_eq!(statement["Action"], actions, "{words}");
            assert_eq!(statement["Resource"], bucket(&format!("{FILES}/*")), "{words}");
        }
        if let Some(action) = names {
            expected.push("ListStorageFiles".to_owned());
            let statement = one(&role, "ListStorageFiles");
            assert_eq!((&statement["Action"], &statement["Resource"]), (&action, &bucket(FILES)), "{words}");
        }
        let (id, actions) = key.unwrap_or_default();
        // With a bucket key, the encryption context is the bucket.
        let context = json!({ "kms:EncryptionContext:aws:s3:arn": bucket(FILES) });
        let through = json!({ "kms:ViaService": sub("s3.${AWS::Region}.amazonaws.com") });
        if id.is_empty() {
            assert!(ids(&policy).iter().all(|id| !id.starts_with("S3")), "{words} takes no key");
        } else {
            let in_role = one(&role, &format!("{id}UnderSecurityData"));
            let in_key = one(&policy, &format!("{id}ByComputeWorkerRole"));
            expected.push(format!("{id}UnderSecurityData"));
            assert_eq!((&in_role["Action"], &in_key["Action"]), (&actions, &actions), "{words}");
            assert_eq!(in_role["Condition"], json!({ "StringEquals": through, "ArnEquals": context }), "{words}");
            let mut callers = context;
            callers["aws:PrincipalArn"] = sub(&format!("{ACCOUNT}:role/app-dev-compute-role-worker"));
            assert_eq!(in_key["Condition"], json!({ "ArnEquals": callers, "StringEquals": through }), "{words}");
        }
        assert_eq!(ids(&role), expected, "{words}");
    }
}

/// A role of another account that is granted something on the bucket.
const AUDITOR: &str = "
  outside:
    auditor:
      ImportedRole: { arn: 'arn:aws:iam::444455556666:role/Auditor', grants: { storage/files: [read, delete] } }
";

#[test]
fn a_role_of_another_account_is_let_in_by_the_bucket() {
    let folder = common::folder(ENVIRONMENTS, &[("app.yaml", &with("", AUDITOR))]);
    let (synthesis, _) = common::try_synthesize(folder.path(), "dev");
    let template = &synthesis.expect("there is no mistake").stacks[0].template;
    let policy = statements(template, "StorageFilesPolicy", "PolicyDocument");
    let caller = json!({ "ArnEquals": { "aws:PrincipalArn": "arn:aws:iam::444455556666:role/Auditor" } });
    let principal = json!({ "AWS": sub("arn:${AWS::Partition}:iam::444455556666:root") });
    for (id, actions, resource) in [
        ("ReadDeleteByOutsideAuditor", json!(["s3:DeleteObject", "s3:GetObject"]), bucket(&format!("{FILES}/*"))),
        ("ListByOutsideAuditor", json!("s3:ListBucket"), bucket(FILES)),
    ] {
        let statement = one(&policy, id);
        assert_eq!(statement["Principal"], principal);
        assert_eq!((&statement["Action"], &statement["Resource"]), (&actions, &resource));
        assert_eq!(statement["Condition"], caller);
    }
}

#[test]
fn the_key_that_aws_manages_is_for_nobody_else() {
    let environments = "environments: { dev: { protection: open, encryption: aws-managed, account: '111122223333' } }";
    let found = findings(environments, &with("", AUDITOR), "dev");
    assert!(found.contains("error[conflicting-properties]: a role of another account cannot use the key"), "{found}");
    assert!(
        !findings(environments, &with("", &AUDITOR.replace("[read, delete]", "[list, delete]")), "dev")
            .contains("error")
    );
    let listed = "    other: { EncryptedBucket: { inventory: { all: { to: storage/files } } } }";
    let found = findings(environments, &with("", listed), "dev");
    assert!(found.contains("error[wrong-reference]: S3 cannot deliver inventories under the key"), "{found}");
}

#[test]
fn older_versions_are_kept_by_the_rule_or_where_they_are_needed() {
    let on = json!({ "Status": "Enabled" });
    let versions = |stack: &str, environment: &str, id: &str| {
        property(&template(ENVIRONMENTS, stack, environment), id, "VersioningConfiguration")
    };
    for (environment, expected) in [("dev", &Value::Null), ("staging", &on), ("prod", &on)] {
        assert_eq!(versions(&with("", ""), environment, "StorageFiles"), *expected, "{environment}");
    }
    assert_eq!(versions(&with("object-lock: on-request", ""), "dev", "StorageFiles"), on);
    let copied =
        with("replication: { all: { to: storage/copies } }", "    copies: { EncryptedBucket: { key: security/data } }");
    for id in ["StorageFiles", "StorageCopies"] {
        assert_eq!(versions(&copied, "dev", id), on, "{id}");
    }
    let beside = with("", "").replace("key: security/data,  } }", "key: security/data }, versioning: false }");
    assert!(findings(ENVIRONMENTS, &beside, "prod").contains("`versioning` is `false`, not `true`"));
    let weaker = "
order: [dev, prod]
environments:
  dev: { protection: open, versioning: true }
  prod: { protection: open }
";
    assert!(findings(weaker, &with("", ""), "prod").contains("error[weaker-environment]"));
}

#[test]
fn locks_have_a_mode_and_a_time() {
    let locked = |lock: &str| {
        let template = template(ENVIRONMENTS, &with(&format!("object-lock: {lock}"), ""), "dev");
        assert_eq!(property(&template, "StorageFiles", "ObjectLockEnabled"), json!(true));
        property(&template, "StorageFiles", "ObjectLockConfiguration")
    };
    assert_eq!(locked("on-request"), Value::Null);
    let by_default =
        |retention: Value| json!({ "ObjectLockEnabled": "Enabled", "Rule": { "DefaultRetention": retention } });
    assert_eq!(locked("{ governance: { days: 30 } }"), by_default(json!({ "Mode": "GOVERNANCE", "Days": 30 })));
    assert_eq!(locked("{ compliance: { years: 6 } }"), by_default(json!({ "Mode": "COMPLIANCE", "Years": 6 })));
}

#[test]
fn uploads_that_are_never_completed_go() {
    for (properties, days) in [("", 7), ("abort-incomplete-uploads: 2", 2)] {
        let lifecycle =
            property(&template(ENVIRONMENTS, &with(properties, ""), "dev"), "StorageFiles", "LifecycleConfiguration");
        let abort = json!({ "DaysAfterInitiation": days });
        let rule =
            json!({ "Id": "AbortIncompleteUploads", "Status": "Enabled", "AbortIncompleteMultipartUpload": abort });
        assert_eq!(lifecycle["Rules"], json!([rule]));
    }
}

#[test]
fn a_bucket_of_the_accounts_own_has_account_and_region_in_its_name() {
    let stack = with("namespace: account-regional", "").replace("files: { ", "files: { name: 'files-{{ env }}', ");
    let bucket = |environments: &str| {
        let template = template(environments, &stack, "dev");
        assert_eq!(property(&template, "StorageFiles", "BucketNamespace"), "account-regional");
        property(&template, "StorageFiles", "BucketName")
    };
    assert_eq!(bucket(ENVIRONMENTS), sub("files-dev-${AWS::AccountId}-${AWS::Region}-an"));
    let known = "environments: { dev: { protection: open, account: '111122223333', regions: [eu-west-1] } }";
    assert_eq!(bucket(known), sub("files-dev-111122223333-${AWS::Region}-an"));
    let gulf = "environments: { dev: { protection: open, regions: [me-south-1] } }";
    let found = findings(gulf, &stack, "dev");
    assert!(
        found.contains("error[unavailable-service]: accounts have no namespaces of their own in `me-south-1`"),
        "{found}"
    );
    // 63 characters less account, region and three hyphens.
    let long = stack.replace("files-{{ env }}", "a-name-of-thirty-two-characters-");
    assert!(findings(ENVIRONMENTS, &long, "dev").contains("error[name-too-long]"));
}

#[test]
fn no_two_environments_of_a_partition_have_a_bucket_of_one_name() {
    let stack = with("", "").replace("files: { ", "files: { name: files, ");
    let found = |other: &str| {
        let environments = format!(
            "
environments:
  dev: {{ protection: open, account: '111122223333', regions: [eu-west-1] }}
  prod: {{ protection: open, account: '444455556666', regions: [{other}] }}
"
        );
        findings(&environments, &stack, "dev")
    };
    let collision = found("eu-central-1");
    assert!(
        collision.contains("a bucket called `files` is also in `prod`, and no two accounts can have one name"),
        "{collision}"
    );
    assert_eq!(found("cn-north-1"), "", "partitions share nothing");
}

#[test]
fn objects_move_and_go_as_it_is_written() {
    let rules = "lifecycle: {
      archive: { prefix: a/, tags: { class: old }, larger-than: 1, smaller-than: 5000000000, transitions: { standard-ia: 30, glacier: 60 }, expire: 61 },
      versions: { noncurrent: { transitions: { glacier-ir: 1 }, expire: 2, keep: 3 }, expired-delete-markers: true }
    }";
    let lifecycle =
        property(&template(ENVIRONMENTS, &with(rules, ""), "dev"), "StorageFiles", "LifecycleConfiguration");
    let archive = json!({
        "Id": "archive", "Status": "Enabled", "Prefix": "a/", "TagFilters": [{ "Key": "class", "Value": "old" }],
        "ObjectSizeGreaterThan": "1", "ObjectSizeLessThan": "5000000000",
        "Transitions": [
            { "StorageClass": "STANDARD_IA", "TransitionInDays": 30 },
            { "StorageClass": "GLACIER", "TransitionInDays": 60 }
        ],
        "ExpirationInDays": 61
    });
    let versions = json!({
        "Id": "versions", "Status": "Enabled", "ExpiredObjectDeleteMarker": true,
        "NoncurrentVersionTransitions": [
            { "StorageClass": "GLACIER_IR", "TransitionInDays": 1, "NewerNoncurrentVersions": 3 }
        ],
        "NoncurrentVersionExpiration": { "NoncurrentDays": 2, "NewerNoncurrentVersions": 3 }
    });
    assert_eq!((&lifecycle["Rules"][0], &lifecycle["Rules"][1]), (&archive, &versions));
}

#[test]
fn what_browsers_tiers_and_metrics_see_is_what_is_written() {
    let properties = "
      cors: [{ origins: ['https://a.example'], methods: [GET], headers: ['x-*'], expose-headers: [ETag], max-age: 60 }],
      intelligent-tiering: { cold: { prefix: a/, tags: { class: old }, archive-access: 90, deep-archive-access: 180 } },
      metrics: { all: {}, some: { prefix: a/, tags: { class: old } } }";
    let template = template(ENVIRONMENTS, &with(properties, ""), "dev");
    let cors = json!({
        "AllowedOrigins": ["https://a.example"], "AllowedMethods": ["GET"], "AllowedHeaders": ["x-*"],
        "ExposedHeaders": ["ETag"], "MaxAge": 60
    });
    assert_eq!(property(&template, "StorageFiles", "CorsConfiguration"), json!({ "CorsRules": [cors] }));
    let tags = json!([{ "Key": "class", "Value": "old" }]);
    let tiers = json!([
        { "AccessTier": "ARCHIVE_ACCESS", "Days": 90 }, { "AccessTier": "DEEP_ARCHIVE_ACCESS", "Days": 180 }
    ]);
    let tiering = json!([{ "Id": "cold", "Status": "Enabled", "Prefix": "a/", "TagFilters": tags, "Tierings": tiers }]);
    assert_eq!(property(&template, "StorageFiles", "IntelligentTieringConfigurations"), tiering);
    let metrics = json!([{ "Id": "all" }, { "Id": "some", "Prefix": "a/", "TagFilters": tags }]);
    assert_eq!(property(&template, "StorageFiles", "MetricsConfigurations"), metrics);
}

#[test]
fn the_policy_of_a_bucket_stays_with_it() {
    for (environment, deletion, replacement) in [
        ("dev", None, None),
        ("staging", Some("RetainExceptOnCreate"), Some("Retain")),
        ("prod", Some("Retain"), Some("Retain")),
    ] {
        let template = template(ENVIRONMENTS, &with("", ""), environment);
        let policy = &template.resources["StorageFilesPolicy"];
        assert_eq!(policy.deletion_policy.as_deref(), deletion, "{environment}");
        assert_eq!(policy.update_replace_policy.as_deref(), replacement, "{environment}");
        let bucket = &template.resources["StorageFiles"];
        assert_eq!(bucket.deletion_policy.as_deref(), deletion.or(Some("Delete")), "{environment}");
    }
}
