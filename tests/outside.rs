//! What exists outside of these stacks: it is used and never written, and its owners are asked for what it takes.

mod common;

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use synth::output::{self, File};
use synth::synth::SynthesizedStack;

const ENVIRONMENTS: &str = "
organization: o-a1b2c3d4e5
environments:
  dev:
    protection: open
    account: '111122223333'
    regions: [eu-west-1]
    stack-output-role: role/ReadOutputs
    variables: { security: '999988887777' }
";

const KEY: &str = "arn:aws:kms:eu-west-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/// The stacks, by name, and what was said about them.
fn synthesize(stacks: &[(&str, &str)]) -> (BTreeMap<String, SynthesizedStack>, String) {
    let (synthesis, found) = common::try_synthesize(common::folder(ENVIRONMENTS, stacks).path(), "dev");
    let stacks = synthesis.unwrap_or_else(|| panic!("{found}")).stacks;
    (stacks.into_iter().map(|stack| (stack.stack.clone(), stack)).collect(), found)
}

fn property(stack: &SynthesizedStack, id: &str, property: &str) -> Json {
    common::json(&stack.template.resources[id].properties[property])
}

fn sids(document: &Json) -> Vec<&str> {
    document["Statement"].as_array().into_iter().flatten().filter_map(|one| one["Sid"].as_str()).collect()
}

#[test]
fn a_key_of_others_is_used_by_its_arn_and_its_statements_are_asked_for() {
    let stack = format!(
        "
constructs:
  shared: {{ key: {{ ImportedKey: {{ arn: '{KEY}' }} }} }}
  messaging: {{ events: {{ EncryptedTopic: {{ key: shared/key, publishers: [cloudwatch] }} }} }}
  compute:
    worker:
      EncryptedFunction:
        code: {{ bucket: artifacts, key: worker.zip }}
        runtime: python3.13
        logs-key: shared/key
        grants: {{ messaging/events: publish, shared/key: decrypt }}
"
    );
    let (stacks, found) = synthesize(&[("app.yaml", &stack)]);
    let app = &stacks["app"];
    assert!(app.template.resources.values().all(|resource| resource.kind != "AWS::KMS::Key"), "it is never written");
    assert_eq!(property(app, "MessagingEvents", "KmsMasterKeyId"), KEY);
    assert_eq!(property(app, "ComputeWorkerLogs", "KmsKeyId"), KEY);
    let [request] = app.requests.as_slice() else { panic!("there is one request: {:?}", app.requests) };
    assert_eq!(
        sids(&request.document),
        ["DecryptByComputeWorkerRole", "SnsPublishByCloudWatch", "SnsPublishByComputeWorkerRole", "LogsEncrypt"]
    );
    assert!(found.contains(&format!("takes statements that are not ours to add, in the key policy of `{KEY}`")));
    assert!(found.contains("\"Sid\":\"LogsEncrypt\""), "{found}");
    assert!(!found.contains("AWS::Region"), "what is known is filled in: {found}");
    let own = sids(&property(app, "ComputeWorkerRolePolicy", "PolicyDocument")).len();
    assert_eq!(own, 4, "its own log, the topic, and both uses of the key");
}

#[test]
fn a_key_known_by_its_alias_is_whatever_has_the_alias() {
    let stack = "
constructs:
  shared: { key: { ImportedKey: { alias: alias/shared } } }
  security: { logs: { KmsKey: {} } }
  messaging: { events: { EncryptedTopic: { key: shared/key } } }
  compute:
    worker:
      EncryptedFunction:
        code: { bucket: artifacts, key: worker.zip }
        runtime: python3.13
        logs-key: security/logs
        grants: { messaging/events: publish }
";
    let (stacks, _) = synthesize(&[("app.yaml", stack)]);
    let alias = json!({ "Fn::Sub": "arn:${AWS::Partition}:kms:${AWS::Region}:111122223333:alias/shared" });
    assert_eq!(property(&stacks["app"], "MessagingEvents", "KmsMasterKeyId"), alias);
    let statements = common::statements(&stacks["app"].template, "ComputeWorkerRolePolicy", "PolicyDocument");
    let (_, using) = statements.iter().find(|(sid, _)| sid == "SnsPublishUnderSharedKey").expect("it may use the key");
    assert_eq!(using["Condition"]["ForAnyValue:StringEquals"]["kms:ResourceAliases"], "alias/shared");
    let any = json!({ "Fn::Sub": "arn:${AWS::Partition}:kms:${AWS::Region}:111122223333:key/*" });
    assert_eq!(using["Resource"], any);
}

#[test]
fn cloudwatch_logs_takes_no_alias() {
    let stack = "
constructs:
  shared: { key: { ImportedKey: { alias: alias/shared } } }
  logs: { audit: { EncryptedLogGroup: { key: shared/key } } }
";
    let found = common::findings(ENVIRONMENTS, stack, "dev");
    assert!(found.contains("CloudWatch Logs takes a key by its ARN"), "{found}");
    assert!(found.contains("aws kms describe-key --key-id alias/shared"), "{found}");
}

#[test]
fn a_key_comes_from_the_export_or_output_of_another_stack() {
    let stack = "
constructs:
  shared:
    exported: { ImportedKey: { export: shared-key-arn } }
    shown: { ImportedKey: { output: { stack: shared, name: KeyArn, region: eu-west-1 } } }
  messaging:
    one: { EncryptedTopic: { key: shared/exported } }
    other: { EncryptedTopic: { key: shared/shown } }
";
    let (stacks, _) = synthesize(&[("app.yaml", stack)]);
    let key = |id| property(&stacks["app"], id, "KmsMasterKeyId");
    assert_eq!(key("MessagingOne"), json!({ "Fn::ImportValue": "shared-key-arn" }));
    let output = json!({ "StackName": "shared", "OutputName": "KeyArn", "Region": "eu-west-1" });
    assert_eq!(key("MessagingOther"), json!({ "Fn::GetStackOutput": output }));
}

#[test]
fn a_role_of_another_account_is_let_in_and_its_other_half_is_asked_for() {
    let stack = "
constructs:
  security: { data: { KmsKey: {} } }
  messaging: { events: { EncryptedTopic: { key: security/data } } }
  shared:
    auditor:
      ImportedRole:
        arn: arn:aws:iam::444455556666:role/audit/Reader
        grants: { messaging/events: publish }
";
    let (stacks, _) = synthesize(&[("app.yaml", stack)]);
    let app = &stacks["app"];
    for (id, policy) in [("SecurityData", "KeyPolicy"), ("MessagingEventsPolicy", "PolicyDocument")] {
        let statements = common::statements(&app.template, id, policy);
        let (_, one) = statements.iter().find(|(sid, _)| sid.ends_with("BySharedAuditor")).expect("the role is let in");
        assert_eq!(one["Principal"]["AWS"]["Fn::Sub"], "arn:${AWS::Partition}:iam::444455556666:root");
        let caller = &one["Condition"]["ArnEquals"]["aws:PrincipalArn"];
        assert_eq!(*caller, "arn:aws:iam::444455556666:role/audit/Reader");
        assert_eq!(one["Condition"]["StringEquals"]["aws:PrincipalOrgID"], "o-a1b2c3d4e5");
    }
    let [request] = app.requests.as_slice() else { panic!("there is one request") };
    assert_eq!(sids(&request.document), ["PublishToMessagingEvents", "SnsPublishUnderSecurityData"]);
    assert_eq!(request.policy, "a policy of the role `Reader`");
}

#[test]
fn users_of_a_key_outside_are_named_and_get_the_other_half() {
    let stack = "
constructs:
  security:
    data:
      KmsKey:
        used-by:
          - principal: arn:aws:iam::444455556666:role/analytics-*
            through: dynamodb
            context: { 'aws:dynamodb:tableName': orders }
            actions: [kms:Decrypt]
          - { service: cloudtrail, source: 'arn:aws:cloudtrail:*:444455556666:trail/main', actions: [kms:GenerateDataKey] }
          - { principal: '111122223333', actions: [kms:Encrypt] }
";
    let (stacks, _) = synthesize(&[("app.yaml", stack)]);
    let app = &stacks["app"];
    let statements: BTreeMap<String, Json> =
        common::statements(&app.template, "SecurityData", "KeyPolicy").into_iter().collect();
    let analytics = &statements["OutsideUseBy444455556666RoleAnalytics"]["Condition"];
    assert_eq!(analytics["ArnLike"]["aws:PrincipalArn"], "arn:aws:iam::444455556666:role/analytics-*");
    assert_eq!(analytics["StringEquals"]["kms:ViaService"]["Fn::Sub"], "dynamodb.${AWS::Region}.amazonaws.com");
    assert_eq!(analytics["StringEquals"]["kms:EncryptionContext:aws:dynamodb:tableName"], "orders");
    let trail = &statements["OutsideUseByCloudtrail"];
    assert_eq!(trail["Principal"]["Service"], "cloudtrail.amazonaws.com");
    assert_eq!(trail["Condition"]["ArnLike"]["aws:SourceArn"], "arn:aws:cloudtrail:*:444455556666:trail/main");
    assert!(statements["OutsideUseBy111122223333"]["Condition"].is_null(), "its own account is let in as a whole");
    let [request] = app.requests.as_slice() else { panic!("there is one request: {:?}", app.requests) };
    assert_eq!(request.policy, "a policy of whoever uses it in account `444455556666`");
    assert_eq!(request.document["Statement"][0]["Resource"], "${app-dev:SecurityDataArn}");
}

#[test]
fn every_account_is_asked_for_every_key() {
    let used_by = "[{ principal: '444455556666', actions: [kms:Decrypt] }, { principal: '999988887777', actions: [kms:Encrypt] }]";
    let stack = format!(
        "constructs: {{ security: {{ data: {{ KmsKey: {{ used-by: {used_by} }} }}, pool: {{ KeyPool: {{ size: 2, used-by: {used_by} }} }} }} }}"
    );
    let (stacks, found) = synthesize(&[("app.yaml", &stack)]);
    let files: Vec<File> = output::requests(&stacks["app"]).collect();
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    let expected = [
        "app.security-data.444455556666.policy.json",
        "app.security-data.999988887777.policy.json",
        "app.security-pool.1.444455556666.policy.json",
        "app.security-pool.1.999988887777.policy.json",
        "app.security-pool.2.444455556666.policy.json",
        "app.security-pool.2.999988887777.policy.json",
    ];
    assert_eq!(names, expected);
    assert!(files[4].text.contains("${app-dev:SecurityPoolKey2Arn}") && files[4].text.contains("kms:Decrypt"));
    for account in ["444455556666", "999988887777"] {
        for used in ["it", "its key 1", "its key 2"] {
            let policy = format!("in a policy of whoever uses {used} in account `{account}`");
            assert!(found.contains(&policy), "{policy}: {found}");
        }
    }
}

#[test]
fn a_construct_that_asks_once_has_a_file_of_its_name() {
    let stack = "
constructs:
  security: { data: { KmsKey: { used-by: [{ principal: '444455556666', actions: [kms:Decrypt] }] } } }
";
    let (stacks, _) = synthesize(&[("app.yaml", stack)]);
    let names: Vec<String> = output::requests(&stacks["app"]).map(|file| file.name).collect();
    assert_eq!(names, ["app.security-data.policy.json"]);
}

#[test]
fn keys_can_be_in_an_account_of_their_own() {
    let keys = "
account: '{{ security }}'
constructs: { security: { data: { KmsKey: {} } } }
";
    let app = "
constructs:
  messaging: { events: { EncryptedTopic: { key: keys:security/data, publishers: [cloudwatch] } } }
  store: { login: { EncryptedSecret: { key: keys:security/data } } }
  compute:
    worker:
      EncryptedFunction:
        code: { bucket: artifacts, key: worker.zip }
        runtime: python3.13
        logs-key: keys:security/data
        grants: { messaging/events: publish }
";
    let (stacks, found) = synthesize(&[("app.yaml", app), ("keys.yaml", keys)]);
    let deploying = "a policy of whoever creates what is encrypted under it, in account `111122223333`";
    assert!(common::only_notes(&found) && found.contains(deploying), "{found}");
    let [request] = stacks["keys"].requests.as_slice() else { panic!("all else is in these stacks") };
    let sids = sids(&request.document);
    assert_eq!(sids, ["SecretsManagerCreateUnderSecurityData"]);
    assert_eq!(request.document["Statement"][0]["Resource"], "${keys-dev:SecurityDataArn}");
    let output = json!({
        "StackName": "keys-dev",
        "OutputName": "SecurityDataArn",
        "Region": "eu-west-1",
        "RoleArn": { "Fn::Sub": "arn:${AWS::Partition}:iam::999988887777:role/ReadOutputs" },
    });
    assert_eq!(property(&stacks["app"], "MessagingEvents", "KmsMasterKeyId"), json!({ "Fn::GetStackOutput": output }));
    assert!(stacks["keys"].template.outputs["SecurityDataArn"].export.is_none(), "exports end with the account");
    let statements: BTreeMap<String, Json> =
        common::statements(&stacks["keys"].template, "SecurityData", "KeyPolicy").into_iter().collect();
    let service = &statements["SnsPublishByCloudWatch"]["Condition"];
    assert_eq!(service["StringEquals"]["aws:SourceAccount"], "111122223333", "the source is where the topic is");
    let role = &statements["SnsPublishByComputeWorkerRole"];
    assert_eq!(role["Principal"]["AWS"]["Fn::Sub"], "arn:${AWS::Partition}:iam::111122223333:root");
    assert_eq!(role["Condition"]["StringEquals"]["aws:PrincipalOrgID"], "o-a1b2c3d4e5");
    let deployers = &statements["SecretsManagerCreate"]["Condition"]["StringEquals"];
    assert_eq!(deployers["aws:PrincipalOrgID"], "o-a1b2c3d4e5", "whoever deploys is in another account, too");
}

#[test]
fn what_others_store_is_granted_like_our_own_and_their_half_is_asked_for() {
    let stack = format!(
        "
constructs:
  shared:
    key: {{ ImportedKey: {{ arn: '{KEY}' }} }}
    table: {{ ImportedTable: {{ arn: 'arn:aws:dynamodb:eu-west-1:444455556666:table/customers', key: shared/key }} }}
    queue: {{ ImportedQueue: {{ arn: 'arn:aws:sqs:eu-west-1:444455556666:orders', key: shared/key }} }}
    topic: {{ ImportedTopic: {{ arn: 'arn:aws:sns:eu-west-1:444455556666:alerts', key: shared/key }} }}
    bucket: {{ ImportedBucket: {{ arn: 'arn:aws:s3:::lake', key: shared/key }} }}
    group: {{ ImportedLogGroup: {{ arn: 'arn:aws:logs:eu-west-1:111122223333:log-group:record' }} }}
    rates: {{ ImportedFunction: {{ arn: 'arn:aws:lambda:eu-west-1:444455556666:function:rates' }} }}
  security: {{ logs: {{ KmsKey: {{}} }} }}
  compute:
    worker:
      EncryptedFunction:
        code: {{ bucket: artifacts, key: worker.zip }}
        runtime: python3.13
        logs-key: security/logs
        grants:
          shared/table: read
          shared/queue: send
          shared/topic: publish
          shared/bucket: read
          shared/group: write
          shared/rates: invoke
"
    );
    let (stacks, _) = synthesize(&[("app.yaml", &stack)]);
    let app = &stacks["app"];
    let role: BTreeMap<String, Json> =
        common::statements(&app.template, "ComputeWorkerRolePolicy", "PolicyDocument").into_iter().collect();
    let table = "arn:aws:dynamodb:eu-west-1:444455556666:table/customers";
    for (sid, resource) in [
        ("ReadSharedTable", json!([table, format!("{table}/index/*")])),
        ("SendSharedQueue", json!("arn:aws:sqs:eu-west-1:444455556666:orders")),
        ("PublishToSharedTopic", json!("arn:aws:sns:eu-west-1:444455556666:alerts")),
        ("ReadSharedBucket", json!("arn:aws:s3:::lake/*")),
        ("ListSharedBucket", json!("arn:aws:s3:::lake")),
        ("WriteSharedGroup", json!("arn:aws:logs:eu-west-1:111122223333:log-group:record:*")),
        ("InvokeSharedRates", json!("arn:aws:lambda:eu-west-1:444455556666:function:rates")),
    ] {
        assert_eq!(role[sid]["Resource"], resource, "{sid}");
    }
    for sid in
        ["DynamoDbUseUnderSharedKey", "SqsProduceUnderSharedKey", "SnsPublishUnderSharedKey", "S3ReadUnderSharedKey"]
    {
        assert_eq!(role[sid]["Resource"], KEY, "{sid}");
    }
    let asked: Vec<String> = app.requests.iter().map(|request| request.path.to_string()).collect();
    // The group is ours by account, and the ARN of a bucket does not say whose it is.
    let expected = ["shared/key", "shared/table", "shared/queue", "shared/topic", "shared/bucket", "shared/rates"];
    assert_eq!(asked, expected);
    let topic =
        app.requests.iter().find(|request| request.path.to_string() == "shared/topic").expect("it is asked for");
    assert_eq!(sids(&topic.document), ["PublishToByComputeWorkerRole"]);
}

/// A function that writes to a bucket of others, and buckets of ours that deliver there.
fn to_others_bucket(bucket: &str) -> String {
    format!(
        "
constructs:
  shared:
    key: {{ ImportedKey: {{ arn: '{KEY}' }} }}
    lake: {{ ImportedBucket: {{ arn: 'arn:aws:s3:::lake'{bucket} }} }}
  security: {{ logs: {{ KmsKey: {{}} }} }}
  storage:
    files:
      EncryptedBucket:
        key: security/logs
        access-logs: shared/lake
        inventory: {{ weekly: {{ to: shared/lake }} }}
        replication: {{ all: {{ to: shared/lake }} }}
  compute:
    worker:
      EncryptedFunction:
        code: {{ bucket: artifacts, key: worker.zip }}
        runtime: python3.13
        logs-key: security/logs
        grants: {{ shared/lake: write }}
"
    )
}

fn asked_of_lake(bucket: &str) -> BTreeMap<String, Json> {
    let (mut stacks, _) = synthesize(&[("app.yaml", &to_others_bucket(bucket))]);
    let requests = stacks.remove("app").expect("it is there").requests;
    let of_lake = requests.into_iter().filter(|request| request.path.to_string() == "shared/lake");
    let statements =
        of_lake.flat_map(|mut request| request.document["Statement"].take().as_array().cloned().unwrap_or_default());
    statements.map(|one| (one["Sid"].as_str().unwrap_or_default().to_owned(), one)).collect()
}

#[test]
fn services_put_objects_into_buckets_of_others_as_into_our_own() {
    let asked = asked_of_lake("");
    for (sid, service) in [
        ("AccessLogDeliveryForStorageFiles", "logging.s3.amazonaws.com"),
        ("InventoryDeliveryForStorageFiles", "s3.amazonaws.com"),
    ] {
        let statement = &asked[sid];
        assert_eq!(statement["Action"], "s3:PutObject");
        assert_eq!(statement["Resource"], "arn:aws:s3:::lake/*", "objects, not the bucket: {sid}");
        assert_eq!(statement["Principal"]["Service"], service);
        assert_eq!(statement["Condition"]["ArnEquals"]["aws:SourceArn"], "arn:aws:s3:::app-dev-storage-bucket-files");
    }
    let acl = |sid: &str| asked[sid]["Condition"]["StringEquals"]["s3:x-amz-acl"].clone();
    assert_eq!(acl("InventoryDeliveryForStorageFiles"), "bucket-owner-full-control");
    assert_eq!(acl("AccessLogDeliveryForStorageFiles"), Json::Null);
}

#[test]
fn a_bucket_is_anybodys_until_its_account_is_said() {
    let roles = ["ReplicateByStorageFilesRole", "WriteByComputeWorkerRole"];
    let of_roles = |bucket: &str| {
        let asked = asked_of_lake(bucket);
        roles.map(|sid| asked.contains_key(sid))
    };
    assert_eq!(of_roles(""), [true; 2], "its ARN does not say whose it is");
    assert_eq!(of_roles(", account: '444455556666', key: shared/key"), [true; 2]);
    assert_eq!(of_roles(", account: '111122223333'"), [false; 2], "it is ours, and our roles' own policies suffice");
}

#[test]
fn copies_in_another_account_take_a_key_that_can_be_used_from_here() {
    let found = common::findings(ENVIRONMENTS, &to_others_bucket(", account: '444455556666'"), "dev");
    assert!(found.contains("error[missing-key]: a bucket of another account takes copies under a key"), "{found}");
    assert_eq!(found.matches("error[").count(), 1, "{found}");
}

#[test]
fn the_key_of_others_data_is_used_whoever_has_the_keys_here() {
    let stack =
        to_others_bucket(", key: shared/key").replace("        inventory: { weekly: { to: shared/lake } }\n", "");
    let environments = ENVIRONMENTS.replace("protection: open", "encryption: aws-managed");
    let folder = common::folder(&environments, &[("app.yaml", &stack)]);
    let (synthesis, found) = common::try_synthesize(folder.path(), "dev");
    let app = &synthesis.unwrap_or_else(|| panic!("{found}")).stacks[0].template;
    let own = common::statement(app, "ComputeWorkerRolePolicy", "PolicyDocument", "S3WriteUnderSharedKey");
    assert_eq!(own["Resource"], KEY);
}

#[test]
fn services_that_act_for_us_are_let_in_by_whoever_owns_what_they_use() {
    let stack = "
constructs:
  shared:
    queue: { ImportedQueue: { arn: 'arn:aws:sqs:eu-west-1:111122223333:orders' } }
  security: { data: { KmsKey: {} } }
  messaging: { placed: { EncryptedTopic: { key: security/data, subscriptions: [{ queue: shared/queue }] } } }
";
    let (stacks, _) = synthesize(&[("app.yaml", stack)]);
    let [request] = stacks["app"].requests.as_slice() else { panic!("there is one request") };
    let statement = &request.document["Statement"][0];
    assert_eq!(statement["Principal"]["Service"], "sns.amazonaws.com");
    assert_eq!(statement["Resource"], "arn:aws:sqs:eu-west-1:111122223333:orders");
    let topic = "arn:aws:sns:eu-west-1:111122223333:app-dev-messaging-topic-placed";
    assert_eq!(statement["Condition"]["ArnEquals"]["aws:SourceArn"], topic);
}

#[test]
fn a_function_of_another_account_is_called_by_the_bucket_once_its_owner_lets_it() {
    let stack = "
constructs:
  compute:
    scan: { ImportedFunction: { arn: 'arn:aws:lambda:eu-west-1:444455556666:function:scan' } }
  security: { data: { KmsKey: {} } }
  storage:
    files:
      EncryptedBucket:
        key: security/data
        notifications: { functions: { compute/scan: { events: ['s3:ObjectCreated:*'] } } }
";
    let permission = "StorageFilesComputeScanPermission";
    let (stacks, _) = synthesize(&[("app.yaml", stack)]);
    assert!(!stacks["app"].template.resources.contains_key(permission), "no template can change others' functions");
    let [request] = stacks["app"].requests.as_slice() else { panic!("there is one request") };
    let statement = &request.document["Statement"][0];
    assert_eq!(statement["Action"], "lambda:InvokeFunction");
    assert_eq!(statement["Condition"]["StringEquals"]["aws:SourceAccount"], "111122223333");
    assert_eq!(statement["Condition"]["ArnEquals"]["aws:SourceArn"], "arn:aws:s3:::app-dev-storage-bucket-files");
    let (stacks, _) = synthesize(&[("app.yaml", &stack.replace("444455556666", "111122223333"))]);
    assert!(stacks["app"].template.resources.contains_key(permission), "in our account we can");
    assert!(stacks["app"].requests.is_empty());
}

#[test]
fn an_arn_is_one_of_its_service() {
    let stack = "
constructs:
  shared: { table: { ImportedTable: { arn: 'arn:aws:sns:eu-west-1:444455556666:alerts' } } }
";
    let found = common::findings(ENVIRONMENTS, stack, "dev");
    assert!(found.contains("expected an ARN such as `arn:aws:dynamodb:…:table/…`, found"), "{found}");
}

#[test]
fn roles_of_other_accounts_are_granted_only_what_a_policy_lets_them_into() {
    let stack = |account: &str| {
        format!(
            "
constructs:
  security: {{ data: {{ KmsKey: {{}} }} }}
  store:
    login: {{ EncryptedSecret: {{ key: security/data }} }}
    token: {{ SecureParameter: {{ key: security/data }} }}
    level: {{ Parameter: {{ value: info }} }}
    audit: {{ EncryptedLogGroup: {{ key: security/data }} }}
    orders: {{ EncryptedQueue: {{ key: security/data }} }}
  outside:
    other:
      ImportedRole:
        arn: 'arn:aws:iam::{account}:role/other'
        grants:
          store/login: read
          store/token: read-write
          store/level: read
          store/audit: write
          store/orders: send
          security/data: encrypt
"
        )
    };
    let found = common::findings(ENVIRONMENTS, &stack("444455556666"), "dev");
    for (words, kind) in [
        ("`read`", "an `EncryptedSecret`"),
        ("`read-write`", "a `SecureParameter`"),
        ("`read`", "a `Parameter`"),
        ("`write`", "an `EncryptedLogGroup`"),
    ] {
        let message = format!("{words} on {kind} cannot be granted to a role of another account");
        assert!(found.contains(&message), "{message}: {found}");
    }
    assert_eq!(found.matches("error[wrong-reference]").count(), 4, "keys and queues let it in: {found}");
    assert!(found.contains("grant it to a role of `111122223333` that the other role assumes"), "{found}");
    let found = common::findings(ENVIRONMENTS, &stack("111122223333"), "dev");
    assert!(common::only_notes(&found), "{found}");
}
