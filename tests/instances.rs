//! Stacks that use each other, in one region and in several.

mod common;

use common::{findings, folder, json, synthesize_all, try_synthesize};
use serde_json::json;

const ENVIRONMENTS: &str = "
environments:
  dev: { protection: open, regions: [eu-west-1, eu-central-1] }
  prod: { protection: guarded }
";

const KEYS: &str = "constructs: { security: { data: { KmsKey: {} } } }";

const APP: &str = "
constructs:
  storage:
    near: { EncryptedTable: { key: keys:security/data, partition-key: { id: S } } }
    far: { EncryptedTable: { key: keys:security/data, partition-key: { id: S } }, region: eu-central-1 }
outputs: { KeyId: keys:security/data.key-id, Far: storage/far.arn }
";

#[test]
fn a_stack_has_a_template_for_each_region_and_they_deploy_in_order() {
    let synthesis = synthesize_all(ENVIRONMENTS, &[("app.yaml", APP), ("keys.yaml", KEYS)], "dev");
    let stacks: Vec<(&str, &str, Option<&str>)> = synthesis
        .stacks
        .iter()
        .map(|stack| {
            (
                stack.stack.as_str(),
                stack.stack_name.as_str(),
                stack.target.region.as_ref().map(synth::name::Region::as_str),
            )
        })
        .collect();
    assert_eq!(
        stacks,
        [
            ("keys", "keys-dev", Some("eu-west-1")),
            ("app", "app-dev", Some("eu-west-1")),
            ("app", "app-dev", Some("eu-central-1")),
        ]
    );
}

#[test]
fn a_number_of_aws_is_imported_within_a_region_and_read_across() {
    let synthesis = synthesize_all(ENVIRONMENTS, &[("app.yaml", APP), ("keys.yaml", KEYS)], "dev");
    let [keys, near, far] = synthesis.stacks.as_slice() else { panic!("there are three") };
    let output = &keys.template.outputs["SecurityDataArn"];
    assert_eq!(json(&output.value), json!({ "Fn::GetAtt": ["SecurityData", "Arn"] }));
    assert_eq!(output.export.as_ref().map(json), Some(json!("keys-dev:SecurityData:Arn")));
    let key_of = |template: &synth::template::Template, id: &str| {
        json(&template.resources[id].properties["SSESpecification"])["KMSMasterKeyId"].clone()
    };
    assert_eq!(key_of(&near.template, "StorageNear"), json!({ "Fn::ImportValue": "keys-dev:SecurityData:Arn" }));
    let output = json!({ "StackName": "keys-dev", "OutputName": "SecurityDataArn", "Region": "eu-west-1" });
    assert_eq!(key_of(&far.template, "StorageFar"), json!({ "Fn::GetStackOutput": output }));
    // Each output is where the construct is that it speaks of; what speaks of another stack is in the first instance.
    assert_eq!(near.template.outputs.keys().collect::<Vec<_>>(), ["KeyId"]);
    assert_eq!(far.template.outputs.keys().collect::<Vec<_>>(), ["Far"]);
}

#[test]
fn a_key_names_what_it_encrypts_in_its_own_region_and_elsewhere() {
    let synthesis = synthesize_all(ENVIRONMENTS, &[("app.yaml", APP), ("keys.yaml", KEYS)], "dev");
    let keys = &synthesis.stacks[0].template;
    let statements = common::statements(keys, "SecurityData", "KeyPolicy");
    let create = &statements.iter().find(|(id, _)| id == "DynamoDbCreate").expect("tables are created").1;
    let tables = &create["Condition"]["StringEquals"]["kms:EncryptionContext:aws:dynamodb:tableName"];
    assert_eq!(*tables, json!(["app-dev-storage-table-near", "app-dev-storage-table-far"]));
}

#[test]
fn a_region_known_only_at_deployment_is_a_pseudo_parameter() {
    let folder = folder(
        ENVIRONMENTS,
        &[(
            "keys.yaml",
            "
constructs:
  security: { data: { KmsKey: {} } }
  messaging: { record: { EncryptedLogGroup: { key: security/data } } }
",
        )],
    );
    for environment in ["dev", "prod"] {
        let synthesis = try_synthesize(folder.path(), environment).0.expect("nothing is found");
        let statements = common::statements(&synthesis.stacks[0].template, "SecurityData", "KeyPolicy");
        let context = &statements.last().expect("it has statements").1["Condition"]["ArnEquals"];
        let arn = format!(
            "arn:${{AWS::Partition}}:logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:keys-{environment}-messaging-logs-record"
        );
        assert_eq!(context["kms:EncryptionContext:aws:logs:arn"], json!({ "Fn::Sub": arn }));
    }
}

#[test]
fn a_reference_can_say_which_region() {
    let stack = "
constructs:
  security:
    data: { KmsKey: {} }
    far: { KmsKey: {}, region: eu-central-1 }
  storage:
    table: { EncryptedTable: { key: security/far@eu-central-1, partition-key: { id: S } }, region: eu-central-1 }
";
    assert_eq!(findings(ENVIRONMENTS, stack, "dev"), "");
    let elsewhere = stack.replace("@eu-central-1", "@eu-west-1");
    assert!(findings(ENVIRONMENTS, &elsewhere, "dev").contains("error[unknown-reference]"));
}

#[test]
fn stacks_that_need_each_other_are_an_error() {
    let one = "constructs: { a: { key: { KmsKey: {} }, table: { EncryptedTable: { key: two:a/key, partition-key: { id: S } } } } }";
    let two = "constructs: { a: { key: { KmsKey: {} }, table: { EncryptedTable: { key: one:a/key, partition-key: { id: S } } } } }";
    let folder = folder(ENVIRONMENTS, &[("one.yaml", one), ("two.yaml", two)]);
    let (synthesis, found) = try_synthesize(folder.path(), "dev");
    assert!(synthesis.is_none());
    assert!(found.contains("error[dependency-cycle]: these stacks need each other: `one`, `two`"), "{found}");
}

#[test]
fn a_service_that_a_region_lacks_is_an_error_only_where_the_region_is_named() {
    let stack = "constructs: { a: { key: { KmsKey: {} }, topic: { EncryptedTopic: { key: a/key, publishers: [sms-voice] } } } }";
    let china = "environments: { cn: { protection: open, regions: [cn-north-1] }, any: { protection: open } }";
    assert!(
        findings(china, stack, "cn")
            .contains("error[unavailable-service]: `sms-voice` does not exist in the partition `aws-cn`")
    );
    assert!(
        findings(china, stack, "any").contains("warning[unavailable-service]")
            || findings(china, stack, "any").is_empty()
    );
}
