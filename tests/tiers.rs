//! Whose keys encrypt: what each service gets where the keys are AWS's, and what goes with a key that is not there.

mod common;

use serde_json::{Value as Json, json};
use synth::template::Template;

const ENVIRONMENTS: &str = "
environments:
  dev: { protection: open, encryption: aws-owned }
  staging: { protection: open, encryption: aws-managed }
  prod: { protection: open }
";

const STACK: &str = "
constructs:
  security:
    data: { KmsKey: {} }
    other: { Alias: { key: security/data } }
  storage:
    orders: { EncryptedTable: { key: security/data, partition-key: { id: S } } }
  messaging:
    events: { EncryptedTopic: { key: security/data } }
  logs:
    audit: { EncryptedLogGroup: { key: security/data } }
  compute:
    worker:
      EncryptedFunction:
        code: { bucket: artifacts, key: worker.zip }
        runtime: python3.13
        logs-key: security/data
        grants: { storage/orders: read, messaging/events: publish }
outputs:
  KeyId: security/data.key-id
  OtherAlias: security/other.alias-name
  Table: storage/orders.name
";

/// The template of the stack in an environment; where keys are left out, that is all there is to report.
fn template(environment: &str) -> Template {
    let folder = common::folder(ENVIRONMENTS, &[("app.yaml", STACK)]);
    let (synthesis, found) = common::try_synthesize(folder.path(), environment);
    assert_eq!(found.contains("left out"), environment != "prod", "{found}");
    synthesis.expect("notes do not keep templates from being made").stacks.remove(0).template
}

fn property(template: &Template, id: &str, property: &str) -> Json {
    template.resources[id].properties.get(property).map_or(Json::Null, common::json)
}

#[test]
fn aws_owned_keys_are_what_services_use_unless_told_otherwise() {
    let template = template("dev");
    assert_eq!(property(&template, "StorageOrders", "SSESpecification"), Json::Null);
    assert_eq!(property(&template, "MessagingEvents", "KmsMasterKeyId"), Json::Null);
    assert_eq!(property(&template, "LogsAudit", "KmsKeyId"), Json::Null);
    assert_eq!(property(&template, "ComputeWorkerLogs", "KmsKeyId"), Json::Null);
}

#[test]
fn aws_managed_keys_have_no_id_of_ours() {
    let template = template("staging");
    let expected = json!({ "SSEEnabled": true, "SSEType": "KMS" });
    assert_eq!(property(&template, "StorageOrders", "SSESpecification"), expected);
    assert_eq!(property(&template, "MessagingEvents", "KmsMasterKeyId"), "alias/aws/sns");
    assert_eq!(property(&template, "LogsAudit", "KmsKeyId"), Json::Null);
}

#[test]
fn with_a_key_go_its_aliases_its_outputs_and_all_statements_on_it() {
    for environment in ["dev", "staging"] {
        let template = template(environment);
        assert!(template.resources.values().all(|resource| !resource.kind.starts_with("AWS::KMS::")));
        assert_eq!(template.outputs.keys().collect::<Vec<_>>(), ["Table"]);
        assert!(!template.print(synth::template::Format::Json).contains("kms:"), "nobody is let use a key");
    }
    let template = template("prod");
    assert_eq!(template.outputs.keys().collect::<Vec<_>>(), ["KeyId", "OtherAlias", "Table"]);
}

#[test]
fn what_is_left_out_is_listed() {
    let stack = format!(
        "env-file: {{ KEY: {{ ref: security/other.alias-name }}, TABLE: {{ ref: storage/orders.name }} }}\n{STACK}"
    );
    let folder = common::folder(ENVIRONMENTS, &[("app.yaml", &stack)]);
    let (_, found) = common::try_synthesize(folder.path(), "dev");
    for line in [
        "`app` has no keys of its own in `dev`, where `encryption` is `aws-owned`",
        "left out: `security/data`, the `KmsKey`",
        "left out: `security/other`, the `Alias`",
        "left out: the output `KeyId`",
        "left out: the output `OtherAlias`",
        "left out: the variable `KEY` of the env file",
    ] {
        assert!(found.contains(line), "{line}:\n{found}");
    }
}

#[test]
fn what_is_left_out_of_another_stack_is_listed_where_it_was_to_be_shown() {
    let keys = "constructs: { security: { data: { KmsKey: {} } } }";
    let app = "
constructs: { messaging: { events: { EncryptedTopic: { key: 'keys:security/data' } } } }
outputs: { KeyArn: 'keys:security/data.arn', Topic: messaging/events.name }
env-file: { KEY: { ref: 'keys:security/data.alias-name' }, MODE: careful }
";
    let environments = ENVIRONMENTS.replace("dev: { ", "dev: { regions: [eu-west-1], ");
    let folder = common::folder(&environments, &[("app.yaml", app), ("keys.yaml", keys)]);
    let (_, found) = common::try_synthesize(folder.path(), "dev");
    for line in [
        "`app` shows keys that do not exist in `dev`, where `encryption` is `aws-owned`",
        "left out: the output `KeyArn`",
        "left out: the variable `KEY` of the env file",
        "`keys` has no keys of its own in `dev`",
    ] {
        assert!(found.contains(line), "{line}:\n{found}");
    }
    assert!(!found.contains("`Topic`") && !found.contains("`MODE`"), "{found}");
}

#[test]
fn roles_of_other_accounts_reach_nothing_under_a_key_that_aws_manages() {
    let stack = |account: &str, granted: &str| {
        format!(
            "
constructs:
  security: {{ data: {{ KmsKey: {{}} }} }}
  storage:
    orders: {{ EncryptedTable: {{ key: security/data, partition-key: {{ id: S }} }} }}
    files: {{ EncryptedBucket: {{ key: security/data }} }}
  outside: {{ reader: {{ ImportedRole: {{ arn: 'arn:aws:iam::{account}:role/Reader', grants: {granted} }} }} }}
"
        )
    };
    let environments =
        "environments: { dev: { encryption: aws-managed, account: '111122223333', regions: [eu-west-1] } }";
    for (granted, service) in [("{ storage/orders: read-write }", "DynamoDB"), ("{ storage/files: read }", "S3")] {
        let found = common::findings(environments, &stack("444455556666", granted), "dev");
        let message = format!(
            "error[conflicting-properties]: a role of another account cannot use the key that AWS manages for {service}"
        );
        assert!(found.contains(&message), "{found}");
        assert!(common::only_notes(&common::findings(environments, &stack("111122223333", granted), "dev")));
    }
    assert!(common::only_notes(&common::findings(
        environments,
        &stack("444455556666", "{ storage/files: list }"),
        "dev"
    )));
}

#[test]
fn services_cannot_publish_under_the_key_that_aws_manages() {
    let stack = STACK.replace("{ EncryptedTopic: { key: security/data } }", "{ EncryptedTopic: { publishers: [s3] } }");
    let folder = common::folder(ENVIRONMENTS, &[("app.yaml", &stack)]);
    let (synthesis, found) = common::try_synthesize(folder.path(), "staging");
    assert!(synthesis.is_none());
    assert!(found.contains("`s3` cannot publish under the key that AWS manages for SNS"), "{found}");
}

#[test]
fn what_is_remarked_of_one_environment_is_not_said_of_another() {
    let stack = "
in: { dev: { encryption: aws-owned, unprotected: nobody's data is here } }
constructs: { security: { data: { KmsKey: {} } } }
";
    let found = |environment| common::findings(common::ENVIRONMENTS, stack, environment);
    assert!(found("dev").contains("note[weaker-protection]"));
    assert_eq!(found("prod"), "");
}
