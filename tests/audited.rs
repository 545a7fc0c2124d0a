//! The audit inside `synth <ENV>`: what it finds keeps the templates from being written.

mod common;

use std::process::{Command, Output};

use tempfile::TempDir;

/// A topic to which an alarm publishes that no construct knows of, so that nothing lets it use the key.
fn stack(allow: &str) -> String {
    format!(
        "constructs:
  security:
    messages: {{ KmsKey: {{}} }}
  messaging:
    alerts: {{ EncryptedTopic: {{ key: security/messages }} }}
    failed:
      Resource:
        type: AWS::CloudWatch::Alarm
        properties:
          AlarmActions: [{{ ref: messaging/alerts.arn }}]
          ComparisonOperator: GreaterThanThreshold
          EvaluationPeriods: 1
          Threshold: 1
{allow}"
    )
}

fn synth(stack: &str) -> (TempDir, Output) {
    let folder = common::folder(common::ENVIRONMENTS, &[("app.yaml", stack)]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_synth"));
    let command = command.current_dir(folder.path()).args(["dev", "--stacks", ".", "--out", "out"]);
    let output = command.output().expect("the command can be run");
    (folder, output)
}

fn talk(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn what_would_not_work_is_not_written() {
    let (folder, output) = synth(&stack(""));
    let talk = talk(&output);
    assert_eq!(output.status.code(), Some(1), "{talk}");
    assert!(output.stdout.is_empty(), "nothing is a result");
    assert!(!folder.path().join("out").exists(), "nothing is written");
    assert!(talk.contains("error[key-unusable]: CloudWatch publishes to `MessagingAlerts`"), "{talk}");
    assert!(talk.contains("--> ./app.yaml:6:5 /Resources/MessagingFailed/Properties/AlarmActions/0"), "{talk}");
}

#[test]
fn where_no_region_is_named_a_key_of_any_region_may_be_the_right_one() {
    let (_folder, output) = synth(
        "constructs:
  shared:
    messages:
      ImportedKey: { arn: \"arn:aws:kms:eu-west-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab\" }
  messaging:
    orders: { EncryptedTopic: { key: shared/messages } }
",
    );
    assert_eq!(output.status.code(), Some(0), "{}", talk(&output));
}

#[test]
fn what_is_allowed_beside_the_kind_is_written_and_named() {
    let (folder, output) = synth(&stack("      allow: { key-unusable: \"nobody reads these alarms\" }\n"));
    let talk = talk(&output);
    assert_eq!(output.status.code(), Some(0), "{talk}");
    assert!(folder.path().join("out/dev/app.template.json").exists(), "it is written");
    assert!(talk.contains("acknowledged[key-unusable]"), "{talk}");
    assert!(talk.contains("reason: nobody reads these alarms"), "{talk}");
}

#[test]
fn what_is_allowed_and_not_found_is_found() {
    let (_folder, output) =
        synth(&stack("      allow: { key-unusable: \"for now\", lock-out: \"nobody knows why\" }\n"));
    let talk = talk(&output);
    assert_eq!(output.status.code(), Some(0), "{talk}");
    assert!(talk.contains("`lock-out` is allowed for `messaging/failed`, and is not found there"), "{talk}");
}

#[test]
fn a_misspelt_code_has_its_nearest() {
    let (_folder, output) = synth(&stack("      allow: { key-unusabel: \"for now\" }\n"));
    let talk = talk(&output);
    assert_eq!(output.status.code(), Some(2), "{talk}");
    assert!(talk.contains("did you mean `key-unusable`?"), "{talk}");
}
