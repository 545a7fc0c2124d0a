//! The command as users run it: results on standard output, talk on standard error, and the exit status.

mod common;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use common::{ENVIRONMENTS, folder};
use tempfile::TempDir;

const KEYS: &str = "constructs: { security: { data: { KmsKey: {} } } }";

struct Run {
    status: i32,
    result: String,
    talk: String,
}

fn synth(folder: &Path, arguments: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_synth"));
    let Output { status, stdout, stderr } =
        command.current_dir(folder).args(arguments).output().expect("the command can be run");
    let text = |bytes| String::from_utf8(bytes).expect("output is text");
    Run { status: status.code().expect("it ends by itself"), result: text(stdout), talk: text(stderr) }
}

/// A folder with `stacks/` in it.
fn project(stacks: &[(&str, &str)]) -> TempDir {
    let written = folder(ENVIRONMENTS, stacks);
    let root = tempfile::tempdir().expect("a folder can be made");
    fs::rename(written.path(), root.path().join("stacks")).expect("a folder can be moved");
    root
}

#[test]
fn an_environment_is_written_and_listed() {
    let root = project(&[("keys.yaml", KEYS)]);
    let run = synth(root.path(), &["dev"]);
    assert_eq!(run.status, 0, "{}", run.talk);
    let bytes = fs::metadata(root.path().join("out/dev/keys.template.json")).expect("it is there").len();
    let table = format!(
        "stack  resources  keys  key-policy statements  bytes\nkeys           2     1                      1   {bytes}\n"
    );
    assert_eq!(run.result, table);
    assert!(run.talk.starts_with("wrote out/dev in ") && run.talk.ends_with(" ms\n"), "{}", run.talk);
}

#[test]
fn one_template_can_be_printed() {
    let root = project(&[("keys.yaml", KEYS), ("more.yaml", KEYS)]);
    let run = synth(root.path(), &["dev", "--stdout", "--stack", "keys"]);
    assert_eq!((run.status, run.talk.as_str()), (0, ""));
    assert!(run.result.starts_with("{\n  \"AWSTemplateFormatVersion\": \"2010-09-09\""));
    assert!(!root.path().join("out").exists());
    let run = synth(root.path(), &["dev", "--stdout"]);
    assert_eq!((run.status, run.result.as_str()), (2, ""));
    assert!(run.talk.contains("`--stdout` prints exactly one template"), "{}", run.talk);
}

#[test]
fn folders_and_format_can_be_chosen() {
    let root = project(&[("keys.yaml", KEYS)]);
    fs::rename(root.path().join("stacks"), root.path().join("infra")).expect("a folder can be moved");
    let run = synth(root.path(), &["staging", "--stacks", "infra", "--out", "build", "--format", "yaml"]);
    assert_eq!(run.status, 0, "{}", run.talk);
    let text = fs::read_to_string(root.path().join("build/staging/keys.template.yaml")).expect("it is there");
    assert!(text.contains("!Sub arn:${AWS::Partition}:iam::${AWS::AccountId}:root"), "{text}");
}

#[test]
fn what_is_wrong_is_said_and_nothing_is_written() {
    let root = project(&[("keys.yaml", "constructs: { security: { data: { KmsKy: {} } } }")]);
    let run = synth(root.path(), &["dev"]);
    assert_eq!((run.status, run.result.as_str()), (2, ""));
    assert!(run.talk.contains("error[unknown-construct]: no construct is called `KmsKy`"), "{}", run.talk);
    assert!(run.talk.contains("stacks/keys.yaml:1:35"), "{}", run.talk);
    assert!(run.talk.contains("did you mean `KmsKey`?"), "{}", run.talk);
    assert!(!root.path().join("out").exists());
}

#[test]
fn an_unknown_environment_is_answered_with_those_that_are_there() {
    let root = project(&[("keys.yaml", KEYS)]);
    let run = synth(root.path(), &["porduction"]);
    assert_eq!(run.status, 2);
    assert!(run.talk.contains("no environment is called `porduction`"), "{}", run.talk);
    assert!(run.talk.contains("`dev`, `staging`, `prod`"), "{}", run.talk);
    let run = synth(root.path(), &["prd"]);
    assert!(run.talk.contains("did you mean `prod`?"), "{}", run.talk);
}

#[test]
fn an_unknown_stack_and_a_bad_option_cannot_run() {
    let root = project(&[("keys.yaml", KEYS)]);
    let run = synth(root.path(), &["dev", "--stack", "kezs"]);
    assert_eq!(run.status, 2);
    assert!(
        run.talk.contains("no stack is called `kezs`") && run.talk.contains("did you mean `keys`?"),
        "{}",
        run.talk
    );
    assert_eq!(synth(root.path(), &["dev", "--frmat", "yaml"]).status, 2);
    assert_eq!(synth(root.path(), &[]).status, 2);
}

#[test]
fn folders_without_stacks_are_said_so() {
    let root = tempfile::tempdir().expect("a folder can be made");
    let run = synth(root.path(), &["dev"]);
    assert_eq!(run.status, 2);
    assert!(run.talk.contains("error[unreadable-file]: cannot read `stacks`"), "{}", run.talk);
    let run = synth(project(&[]).path(), &["dev"]);
    assert_eq!(run.status, 2);
    assert!(run.talk.contains("error[no-stacks]"), "{}", run.talk);
}

#[test]
fn a_mistake_of_another_environment_is_a_warning() {
    let root =
        project(&[("keys.yaml", "constructs: { security: { data: { KmsKey: {}, in: { prod: { rotation: 1 } } } } }")]);
    let run = synth(root.path(), &["dev"]);
    assert_eq!(run.status, 0, "{}", run.talk);
    assert!(run.talk.contains("warning[out-of-range]"), "{}", run.talk);
    assert!(run.talk.contains("only in `prod`"), "{}", run.talk);
    let run = synth(root.path(), &["prod"]);
    assert_eq!(run.status, 2);
    assert!(run.talk.contains("error[out-of-range]"), "{}", run.talk);
}

#[test]
fn help_and_version_are_results() {
    let root = tempfile::tempdir().expect("a folder can be made");
    for option in ["--help", "--version"] {
        let run = synth(root.path(), &[option]);
        assert_eq!((run.status, run.talk.as_str()), (0, ""));
        assert!(!run.result.is_empty());
    }
}
