//! Audit trails: what the trail may do, who reads it, and how long it is kept.

mod common;

use common::{ENVIRONMENTS, findings, json, statements};
use serde_json::{Value as Json, json as expected};
use synth::template::Template;

fn stack(properties: &str, grants: &str) -> String {
    format!(
        "
constructs:
  security:
    records: {{ KmsKey: {{}} }}
    logs: {{ KmsKey: {{}} }}
  storage:
    letters: {{ EncryptedBucket: {{ key: security/logs }} }}
    items: {{ EncryptedTable: {{ key: security/logs, partition-key: {{ id: S }} }} }}
  messaging:
    delivered: {{ EncryptedTopic: {{ key: security/logs }} }}
  audit:
    trail:
      AuditTrail: {{ key: security/records, logs-key: security/logs, bucket-name: 'records-{{{{ env }}}}', {properties} }}
      name: 'trail-{{{{ env }}}}'
  compute:
    report:
      EncryptedFunction:
        code: {{ bucket: artifacts, key: report.zip }}
        runtime: python3.13
        logs-key: security/logs
        grants: {{ {grants} }}
"
    )
}

fn template(properties: &str, environment: &str) -> Template {
    common::template(ENVIRONMENTS, &stack(properties, "audit/trail: read"), environment)
}

fn sub(text: &str) -> Json {
    expected!({ "Fn::Sub": text })
}

fn trail(environment: &str) -> Json {
    sub(&format!("arn:${{AWS::Partition}}:cloudtrail:${{AWS::Region}}:${{AWS::AccountId}}:trail/trail-{environment}"))
}

fn one(template: &Template, resource: &str, property: &str, id: &str) -> Json {
    let found = statements(template, resource, property);
    let ids: Vec<&String> = found.iter().map(|(id, _)| id).collect();
    let statement = found.iter().find(|(other, _)| other == id).unwrap_or_else(|| panic!("`{id}` is among {ids:?}"));
    statement.1.clone()
}

fn property(template: &Template, id: &str, property: &str) -> Json {
    template.resources[id].properties.get(property).map_or(Json::Null, json)
}

#[test]
fn everything_is_recorded_and_validated() {
    let template = template("", "dev");
    for name in ["IsLogging", "IsMultiRegionTrail", "IncludeGlobalServiceEvents", "EnableLogFileValidation"] {
        assert_eq!(property(&template, "AuditTrail", name), true, "{name}");
    }
    assert_eq!(property(&template, "AuditTrail", "TrailName"), "trail-dev");
    assert_eq!(property(&template, "AuditTrail", "S3BucketName"), "records-dev");
    let key = expected!({ "Fn::GetAtt": ["SecurityRecords", "Arn"] });
    assert_eq!(property(&template, "AuditTrail", "KMSKeyId"), key);
    assert_eq!(property(&template, "AuditTrail", "EventSelectors"), Json::Null);
    let waits = &template.resources["AuditTrail"].depends_on;
    assert!(waits.contains(&"AuditTrailBucketPolicy".to_owned()), "it waits for the bucket's policy: {waits:?}");
}

#[test]
fn the_trail_alone_uses_its_key() {
    let template = template("", "dev");
    let cloudtrail = expected!({ "Service": "cloudtrail.amazonaws.com" });
    let encrypt = one(&template, "SecurityRecords", "KeyPolicy", "CloudTrailEncryptToAuditTrail");
    assert_eq!((&encrypt["Principal"], &encrypt["Action"]), (&cloudtrail, &expected!("kms:GenerateDataKey*")));
    let exactly = expected!({ "ArnEquals": {
        "aws:SourceArn": trail("dev"),
        "kms:EncryptionContext:aws:cloudtrail:arn": trail("dev")
    } });
    assert_eq!(encrypt["Condition"], exactly);
    let describe = one(&template, "SecurityRecords", "KeyPolicy", "CloudTrailDescribe");
    assert_eq!((&describe["Principal"], &describe["Action"]), (&cloudtrail, &expected!("kms:DescribeKey")));
    assert_eq!(describe["Condition"], expected!({ "ArnEquals": { "aws:SourceArn": trail("dev") } }));
    let logs: Vec<String> = statements(&template, "SecurityLogs", "KeyPolicy").into_iter().map(|(id, _)| id).collect();
    assert!(logs.contains(&"LogsEncrypt".to_owned()), "the log group is under its own key: {logs:?}");
}

#[test]
fn who_reads_decrypts_what_this_trail_encrypted() {
    let template = template("", "dev");
    let read = one(&template, "SecurityRecords", "KeyPolicy", "CloudTrailReadByComputeReportRole");
    assert_eq!(read["Action"], "kms:Decrypt");
    assert_eq!(read["Condition"]["ArnEquals"]["kms:EncryptionContext:aws:cloudtrail:arn"], trail("dev"));
    assert_eq!(read["Condition"]["StringEquals"]["kms:ViaService"], sub("s3.${AWS::Region}.amazonaws.com"));
    let objects = one(&template, "ComputeReportRolePolicy", "PolicyDocument", "ReadAuditTrailBucket");
    assert_eq!(objects["Action"], "s3:GetObject");
    assert_eq!(objects["Resource"], sub("arn:${AWS::Partition}:s3:::records-dev/*"));
    // A bucket key would put the bucket's context in place of the trail's.
    let encryption = property(&template, "AuditTrailBucket", "BucketEncryption");
    let rule = &encryption["ServerSideEncryptionConfiguration"][0];
    assert_eq!(rule["BucketKeyEnabled"], Json::Null);
    assert_eq!(rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"], "aws:kms");
}

#[test]
fn the_bucket_lets_this_trail_deliver_for_its_account() {
    let template = template("prefix: account", "dev");
    let look = one(&template, "AuditTrailBucketPolicy", "PolicyDocument", "CloudTrailLooksAtAcl");
    assert_eq!(
        (&look["Action"], &look["Resource"]),
        (&expected!("s3:GetBucketAcl"), &sub("arn:${AWS::Partition}:s3:::records-dev"))
    );
    assert_eq!(look["Condition"], expected!({ "ArnEquals": { "aws:SourceArn": trail("dev") } }));
    let deliver = one(&template, "AuditTrailBucketPolicy", "PolicyDocument", "CloudTrailDelivers");
    assert_eq!(deliver["Action"], "s3:PutObject");
    let files = sub("arn:${AWS::Partition}:s3:::records-dev/account/AWSLogs/${AWS::AccountId}/*");
    assert_eq!(deliver["Resource"], files);
    let condition = expected!({
        "ArnEquals": { "aws:SourceArn": trail("dev") },
        "StringEquals": { "s3:x-amz-acl": "bucket-owner-full-control" }
    });
    assert_eq!(deliver["Condition"], condition);
    let ids: Vec<String> =
        statements(&template, "AuditTrailBucketPolicy", "PolicyDocument").into_iter().map(|(id, _)| id).collect();
    assert_eq!(
        ids,
        ["CloudTrailLooksAtAcl", "CloudTrailDelivers", "DenyWithoutTls", "DenyOldTls"],
        "digests are not denied"
    );
}

#[test]
fn log_files_are_locked_where_the_environment_is() {
    let retention = "retention: { years: 6 }";
    for (environment, days, versions) in [("dev", 7, false), ("staging", 30, true)] {
        let template = template(retention, environment);
        assert_eq!(property(&template, "AuditTrailBucket", "ObjectLockEnabled"), Json::Null, "{environment}");
        let lifecycle = property(&template, "AuditTrailBucket", "LifecycleConfiguration");
        assert_eq!(lifecycle["Rules"][0]["ExpirationInDays"], days, "{environment}");
        let status = property(&template, "AuditTrailBucket", "VersioningConfiguration");
        assert_eq!(status.is_object(), versions, "{environment}");
    }
    let template = template(retention, "prod");
    assert_eq!(property(&template, "AuditTrailBucket", "ObjectLockEnabled"), true);
    let lock = property(&template, "AuditTrailBucket", "ObjectLockConfiguration");
    assert_eq!(lock["Rule"]["DefaultRetention"], expected!({ "Mode": "COMPLIANCE", "Years": 6 }));
    let lifecycle = property(&template, "AuditTrailBucket", "LifecycleConfiguration");
    let rules: Vec<&Json> = lifecycle["Rules"].as_array().into_iter().flatten().map(|rule| &rule["Id"]).collect();
    assert_eq!(rules, ["AbortIncompleteUploads"], "what is locked is not deleted by a rule");
}

#[test]
fn a_bucket_that_is_never_empty_stays_even_where_its_creation_fails() {
    for (environment, bucket, log) in
        [("dev", "Delete", "Delete"), ("staging", "Retain", "RetainExceptOnCreate"), ("prod", "Retain", "Retain")]
    {
        let template = template("", environment);
        let policy = |id: &str| template.resources[id].deletion_policy.clone().unwrap_or_default();
        assert_eq!(
            (policy("AuditTrailBucket").as_str(), policy("AuditTrailLogs").as_str()),
            (bucket, log),
            "{environment}"
        );
        assert_eq!(template.resources["AuditTrail"].deletion_policy, None);
        assert_eq!(policy("SecurityRecords"), bucket, "its key stays as long: {environment}");
    }
}

#[test]
fn cloudtrail_writes_to_its_own_streams() {
    let template = template("", "dev");
    let write = one(&template, "AuditTrailRolePolicy", "PolicyDocument", "WriteEvents");
    assert_eq!(write["Action"], expected!(["logs:CreateLogStream", "logs:PutLogEvents"]));
    let stream = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:app-dev-audit-logs-trail:log-stream:\
                  ${AWS::AccountId}_CloudTrail_${AWS::Region}*";
    assert_eq!(write["Resource"], sub(stream));
    let trust = one(&template, "AuditTrailRole", "AssumeRolePolicyDocument", "Assume");
    assert_eq!(trust["Principal"], expected!({ "Service": "cloudtrail.amazonaws.com" }));
}

#[test]
fn data_events_are_those_of_what_is_named() {
    let template =
        template("data-events: { storage/letters: all, storage/items: write, compute/report: write }", "dev");
    let arn = |text: &str| sub(&format!("arn:${{AWS::Partition}}:{text}"));
    let letters = expected!([{ "Type": "AWS::S3::Object", "Values": [arn("s3:::app-dev-storage-bucket-letters/")] }]);
    let place = "${AWS::Region}:${AWS::AccountId}";
    let written = expected!([
        { "Type": "AWS::DynamoDB::Table", "Values": [arn(&format!("dynamodb:{place}:table/app-dev-storage-table-items"))] },
        { "Type": "AWS::Lambda::Function", "Values": [arn(&format!("lambda:{place}:function:app-dev-compute-function-report"))] }
    ]);
    let selectors = expected!([
        { "ReadWriteType": "All", "IncludeManagementEvents": true, "DataResources": letters },
        { "ReadWriteType": "WriteOnly", "IncludeManagementEvents": false, "DataResources": written }
    ]);
    assert_eq!(property(&template, "AuditTrail", "EventSelectors"), selectors);
}

#[test]
fn the_topic_lets_the_trail_publish() {
    let template = template("topic: messaging/delivered", "dev");
    let publish = one(&template, "MessagingDeliveredPolicy", "PolicyDocument", "SnsPublishByCloudTrailForAuditTrail");
    assert_eq!(publish["Condition"], expected!({ "ArnEquals": { "aws:SourceArn": trail("dev") } }));
    let key = one(&template, "SecurityLogs", "KeyPolicy", "SnsPublishByCloudTrailToMessagingDelivered");
    assert_eq!(key["Condition"]["ArnEquals"]["aws:SourceArn"], trail("dev"));
}

#[test]
fn an_organization_has_its_own_place_in_the_bucket() {
    let environments = "organization: o-a1b2c3d4e5\nenvironments: { dev: { protection: open } }";
    let template = common::template(environments, &stack("organization-wide: true", ""), "dev");
    assert_eq!(property(&template, "AuditTrail", "IsOrganizationTrail"), true);
    let deliver = one(&template, "AuditTrailBucketPolicy", "PolicyDocument", "CloudTrailDelivers");
    let files = |of: &str| sub(&format!("arn:${{AWS::Partition}}:s3:::records-dev/AWSLogs/{of}/*"));
    assert_eq!(deliver["Resource"], expected!([files("${AWS::AccountId}"), files("o-a1b2c3d4e5")]));
    let write = one(&template, "AuditTrailRolePolicy", "PolicyDocument", "WriteEvents");
    assert!(write["Resource"][1]["Fn::Sub"].as_str().is_some_and(|it| it.ends_with(":log-stream:o-a1b2c3d4e5_*")));
}

#[test]
fn without_keys_of_the_stacks_there_is_no_property() {
    let environments = "
environments:
  dev: { protection: open, encryption: aws-owned }
  staging: { protection: open, encryption: aws-managed }
";
    let folder = common::folder(environments, &[("app.yaml", &stack("", "audit/trail: read"))]);
    for environment in ["dev", "staging"] {
        let (synthesis, found) = common::try_synthesize(folder.path(), environment);
        let template = synthesis.unwrap_or_else(|| panic!("{found}")).stacks.remove(0).template;
        assert_eq!(property(&template, "AuditTrail", "KMSKeyId"), Json::Null);
        assert_eq!(property(&template, "AuditTrailLogs", "KmsKeyId"), Json::Null);
        let encryption = property(&template, "AuditTrailBucket", "BucketEncryption");
        let rule = &encryption["ServerSideEncryptionConfiguration"][0]["ServerSideEncryptionByDefault"];
        assert_eq!(rule["SSEAlgorithm"], "AES256", "CloudTrail cannot use the key that AWS manages for S3");
    }
}

#[test]
fn a_trail_stops_before_its_bucket_is_emptied() {
    let synthesis = common::synthesize_all(ENVIRONMENTS, &[("app.yaml", &stack("", ""))], "dev");
    let scripts = synth::output::scripts(&synthesis, synth::template::Format::Json);
    let destroy = scripts.iter().find(|file| file.name == "destroy.sh").expect("dev is open");
    let stop = destroy.text.find("aws cloudtrail stop-logging --name").expect("it stops the trail");
    assert!(stop < destroy.text.rfind("empty \"$bucket\"").expect("it empties the bucket"));
}

#[test]
fn mistakes_of_trails() {
    for (properties, message) in [
        ("data-events: { audit/trail: all }", "a trail that recorded its own bucket would record every record"),
        ("data-events: { messaging/delivered: all }", "`messaging/delivered` has no data events"),
        ("insights: [api-call-rate, api-call-rate]", "is here twice"),
        ("organization-wide: true", "the trail of an organization names it"),
        ("access-logs: security/logs", "`security/logs` is a `KmsKey`, not a bucket"),
    ] {
        let found = findings(ENVIRONMENTS, &stack(properties, ""), "dev");
        assert_eq!(found.matches(message).count(), 1, "{properties}: {found}");
        assert_eq!(found.matches("error[").count(), 1, "{properties}: {found}");
    }
    let found = findings(ENVIRONMENTS, &stack("", "audit/trail: write"), "dev");
    assert!(found.contains("`write` cannot be granted on an `AuditTrail`"), "{found}");
    let named = stack("", "").replace("name: 'trail-", "name: 'trail..");
    assert!(findings(ENVIRONMENTS, &named, "dev").contains("has two marks in a row"));
}
