//! What exists outside of these stacks: it is used and never written, and its owners are asked for what it takes.

mod common;

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
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
    assert_eq!(request.document["Statement"][0]["Resource"], "${SecurityData.Arn}");
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
  compute:
    worker:
      EncryptedFunction:
        code: { bucket: artifacts, key: worker.zip }
        runtime: python3.13
        logs-key: keys:security/data
        grants: { messaging/events: publish }
";
    let (stacks, found) = synthesize(&[("app.yaml", app), ("keys.yaml", keys)]);
    assert_eq!(found, "", "both halves are in these stacks");
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
}
