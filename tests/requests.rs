//! What others have to add to their policies: as it is reported, written, and filled in by the deployment.

mod common;

use std::fmt::Write;
use std::process::{Command, Output};

use insta::Settings;
use insta::internals::SettingsBindDropGuard;
use synth::output;
use synth::synth::Synthesis;
use synth::template::Format;
use tempfile::TempDir;

fn snapshots() -> SettingsBindDropGuard {
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path("../snapshots/requests");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind_to_scope()
}

fn synthesize(environments: &str, stacks: &[(&str, &str)]) -> (Synthesis, String) {
    let (synthesis, found) = common::try_synthesize(common::folder(environments, stacks).path(), "dev");
    (synthesis.unwrap_or_else(|| panic!("{found}")), found)
}

/// A role of another account that uses two keys, each in its region.
const TWO_REGIONS: &str = "
constructs:
  security:
    near: { KmsKey: { used-by: [{ principal: 'arn:aws:iam::444455556666:role/Reader', actions: [kms:Decrypt] }] } }
    far:
      KmsKey:
        used-by:
          - { principal: 'arn:aws:iam::444455556666:role/Reader', actions: [kms:Decrypt] }
          - { principal: '999988887777', actions: [kms:Encrypt] }
      region: eu-central-1
";

#[test]
fn requests_of_two_regions_are_all_shown_and_written() {
    let environments = "environments: { dev: { protection: open, regions: [eu-west-1, eu-central-1] } }";
    let (synthesis, found) = synthesize(environments, &[("app.yaml", TWO_REGIONS)]);
    let files = synthesis.stacks.iter().flat_map(output::requests);
    let text = files.fold(found, |mut text, file| {
        write!(text, "\n--- {}\n{}", file.name, file.text).expect("text can be written to");
        text
    });
    let _settings = snapshots();
    insta::assert_snapshot!("two-regions", text);
}

#[test]
fn one_request_of_a_construct_in_two_regions_is_shown_for_each() {
    let environments = "environments: { dev: { protection: open, regions: [eu-west-1, eu-central-1] } }";
    let far = TWO_REGIONS.replace("near:", "other:").replace("region: eu-central-1", "region: eu-west-1");
    let (_, found) = synthesize(environments, &[("app.yaml", TWO_REGIONS), ("b.yaml", &far)]);
    assert_eq!(found.matches("`security/far` in `eu-central-1` takes statements").count(), 2, "{found}");
    assert_eq!(found.matches("`security/far` takes statements").count(), 2, "{found}");
}

#[test]
fn what_a_request_speaks_of_is_an_output_of_the_stack() {
    let (synthesis, _) =
        synthesize(common::ENVIRONMENTS, &[("app.yaml", &TWO_REGIONS.replace("region: eu-central-1", ""))]);
    let outputs = &synthesis.stacks[0].template.outputs;
    let names: Vec<&str> = outputs.keys().map(String::as_str).collect();
    assert_eq!(names, ["SecurityNearArn", "SecurityFarArn"]);
    assert!(outputs.values().all(|output| output.export.is_none()), "no stack imports them");
}

#[test]
fn a_named_account_stands_in_a_request_as_its_number() {
    let stack = "
constructs:
  messaging: { events: { EncryptedTopic: {}, encryption: aws-owned, unprotected: nothing is in it } }
  outside: { publisher: { ImportedRole: { name: Publisher, grants: { messaging/events: publish } } } }
";
    let environments = "environments: { dev: { protection: open, account: '111122223333', regions: [cn-north-1] } }";
    let (synthesis, _) = synthesize(environments, &[("app.yaml", stack)]);
    let [request] = synthesis.stacks[0].requests.as_slice() else { panic!("there is one request") };
    let topic = "arn:aws-cn:sns:cn-north-1:111122223333:app-dev-messaging-topic-events";
    assert_eq!(request.document["Statement"][0]["Resource"], topic);
    assert!(!request.is_open(), "nothing is left to fill in");
    let scripts = output::scripts(&synthesis, Format::Json);
    assert!(!scripts[0].text.contains("policy.deployed.json"), "so the deployment does not");
}

/// The AWS CLI, as far as the deployment looks at what it has made.
const AWS: &str = r#"#!/usr/bin/env bash
case "$*" in
  *--stack-name\ shared*Outputs*) printf 'Other\tx\nKeyArn\tarn:aws-cn:kms:cn-north-1:111122223333:key/shown\n' ;;
  *list-exports*) printf 'other\tx\nshared:key\tarn:aws-cn:kms:cn-north-1:111122223333:key/exported\n' ;;
  *assume-role*role/ReadOutputs*) printf 'AKIA\tnone\ttoken\n' ;;
  *StackId*) echo arn:aws-cn:cloudformation:cn-north-1:111122223333:stack/app-dev/1234 ;;
  *--stack-name\ keys-dev*Outputs*) printf 'SecurityDataArn\tarn:aws-cn:kms:cn-north-1:111122223333:key/1&2\n' ;;
  *Outputs*) echo None ;;
esac
"#;

const KEYS: &str = "constructs: { security: { data: { KmsKey: {} } } }";

/// A role outside of these stacks that publishes to a topic under a key of ours.
const PUBLISHER: &str = "
constructs:
  messaging: { events: { EncryptedTopic: { key: keys:security/data } } }
  outside: { publisher: { ImportedRole: { name: Publisher, grants: { messaging/events: publish } } } }
";

/// What is deployed, and a folder in which a script stands for the AWS CLI.
#[cfg(unix)]
fn deploy(aws: &str, stacks: &[(&str, &str)]) -> (Output, TempDir) {
    use std::os::unix::fs::PermissionsExt;
    let (synthesis, _) = synthesize(common::ENVIRONMENTS, stacks);
    let folder = tempfile::tempdir().expect("a folder can be made");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("the folder can be written to");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("a file can be run");
    };
    let templates = synthesis.stacks.iter().map(|stack| output::template(stack, Format::Json));
    let scripts = output::scripts(&synthesis, Format::Json);
    for file in scripts.into_iter().chain(templates).chain(synthesis.stacks.iter().flat_map(output::requests)) {
        write(&file.name, &file.text);
    }
    write("aws", aws);
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap_or_default());
    let done = Command::new(folder.path().join("deploy.sh")).env("PATH", path).output().expect("the script can be run");
    (done, folder)
}

/// The file that the deployment has filled in.
const TOLD: &str = "app.outside-publisher.policy.deployed.json";

#[test]
#[cfg(unix)]
fn the_deployment_fills_in_what_is_known_only_then() {
    let (done, folder) = deploy(AWS, &[("app.yaml", PUBLISHER), ("keys.yaml", KEYS)]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let told = std::fs::read_to_string(folder.path().join(TOLD)).expect("it is written");
    let document: serde_json::Value = serde_json::from_str(&told).expect("it is a policy");
    assert!(!told.contains("${"), "nothing is left to fill in: {told}");
    let topic = "arn:aws-cn:sns:cn-north-1:111122223333:app-dev-messaging-topic-events";
    assert_eq!(document["Statement"][0]["Resource"], topic);
    assert_eq!(document["Statement"][1]["Resource"], "arn:aws-cn:kms:cn-north-1:111122223333:key/1&2");
}

/// A role that publishes to topics whose keys stacks outside of these show, each in its way.
const SHOWN: &str = "
constructs:
  shared:
    exported: { ImportedKey: { export: 'shared:key' } }
    shown: { ImportedKey: { output: { stack: shared, name: KeyArn, role: 'arn:aws:iam::444455556666:role/ReadOutputs' } } }
  messaging:
    one: { EncryptedTopic: { key: shared/exported } }
    other: { EncryptedTopic: { key: shared/shown } }
  outside: { publisher: { ImportedRole: { name: Publisher, grants: { messaging/one: publish, messaging/other: publish } } } }
";

#[test]
#[cfg(unix)]
fn the_deployment_looks_up_what_other_stacks_show() {
    let (done, folder) = deploy(AWS, &[("app.yaml", SHOWN)]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let told = std::fs::read_to_string(folder.path().join(TOLD)).expect("it is written");
    for key in ["exported", "shown"] {
        assert!(told.contains(&format!("arn:aws-cn:kms:cn-north-1:111122223333:key/{key}\"")), "{told}");
    }
    for (from, to, name) in [
        ("shared:key", "shared:other", "export:shared:key"),
        ("KeyArn", "KeyId", "shared:KeyArn"),
        ("role/ReadOutputs", "role/Another", "shared:KeyArn"),
    ] {
        let aws = AWS.replace(from, to);
        let (done, folder) =
            deploy(&aws.replace("*StackId*", "*assume-role*) exit 254 ;;\n  *StackId*"), &[("app.yaml", SHOWN)]);
        let talk = String::from_utf8_lossy(&done.stderr);
        assert!(!done.status.success() && talk.contains(&format!("names {name}, which nothing shows")), "{talk}");
        assert!(!folder.path().join(TOLD).exists());
    }
}

#[test]
#[cfg(unix)]
fn what_is_asked_by_a_stack_that_is_not_deployed_is_filled_in_too() {
    let shared = "constructs: { outside: { lake: { ImportedBucket: { arn: 'arn:aws:s3:::lake' } } } }";
    let app = "
constructs:
  storage: { files: { EncryptedBucket: { key: keys:security/data, access-logs: 'a-shared:outside/lake' } } }
";
    let (done, folder) = deploy(AWS, &[("a-shared.yaml", shared), ("app.yaml", app), ("keys.yaml", KEYS)]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let told = folder.path().join("a-shared.outside-lake.policy.deployed.json");
    let told = std::fs::read_to_string(told).expect("it is written");
    assert!(told.contains("\"aws:SourceAccount\": \"111122223333\""), "{told}");
}

#[test]
#[cfg(unix)]
fn the_deployment_fails_where_something_is_left_to_fill_in() {
    let refused = "echo AccessDenied >&2; exit 254";
    let outputs = "printf 'SecurityDataArn\\tarn:aws-cn:kms:cn-north-1:111122223333:key/1&2\\n'";
    let id = "echo arn:aws-cn:cloudformation:cn-north-1:111122223333:stack/app-dev/1234";
    for (from, to, told) in [
        (outputs, refused, "AccessDenied"),
        (id, refused, "AccessDenied"),
        (outputs, "echo None", "app.outside-publisher.policy.json names keys-dev:SecurityDataArn, which nothing shows"),
    ] {
        assert!(AWS.contains(from), "{from}");
        let (done, folder) = deploy(&AWS.replace(from, to), &[("app.yaml", PUBLISHER), ("keys.yaml", KEYS)]);
        let talk = String::from_utf8_lossy(&done.stderr);
        assert!(!done.status.success() && talk.contains(told), "{to}: {talk}");
        assert!(!folder.path().join(TOLD).exists(), "{to}");
    }
}

#[test]
fn whoever_creates_what_a_key_of_another_account_encrypts_is_asked_for_the_other_half() {
    let keys = "
account: '999988887777'
constructs: { security: { pool: { KeyPool: { size: 2 } } } }
";
    let app = "constructs: { store: { login: { EncryptedSecret: { key: 'keys:security/pool[2]' } } } }";
    let asked = |deployers: &str| {
        let environments = format!(
            "environments: {{ dev: {{ protection: open, account: '111122223333', regions: [eu-west-1], stack-output-role: role/R, deployers: {deployers} }} }}"
        );
        let (synthesis, _) = synthesize(&environments, &[("app.yaml", app), ("keys.yaml", keys)]);
        let keys = synthesis.stacks.iter().find(|stack| stack.stack == "keys").expect("it is there");
        keys.requests.iter().map(|request| request.part.clone()).collect::<Vec<_>>()
    };
    assert_eq!(asked("[]"), ["2.deployers.111122223333"], "whoever it is");
    assert_eq!(asked("[role/deploy]"), ["2.deployers.111122223333"], "a role of the stack's account");
    let two = asked("['arn:aws:iam::444455556666:role/deploy', 'arn:aws:iam::999988887777:role/own', role/deploy]");
    assert_eq!(two, ["2.deployers.111122223333", "2.deployers.444455556666"], "not those of the key's own account");
}
