//! The command as users run it: results on standard output, talk on standard error, and the exit status.

mod common;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use clap::ValueEnum;
use common::{ENVIRONMENTS, folder};
use synth::diagnostic::Code;
use synth::environment::COMMANDS;
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
fn a_stack_can_be_chosen_in_one_of_its_regions() {
    let keys = "constructs: { security: { data: { KmsKey: {} }, far: { KmsKey: {}, region: eu-central-1 } } }";
    let root = project(&[("keys.yaml", keys)]);
    let environments = "environments: { dev: { protection: open, regions: [eu-west-1, eu-central-1] } }";
    fs::write(root.path().join("stacks/environments.yaml"), environments).expect("it can be written");
    let run = synth(root.path(), &["dev", "--stdout", "--stack", "keys"]);
    assert_eq!(run.status, 2);
    assert!(run.talk.contains("choose one by `--stack`: `keys@eu-west-1`, `keys@eu-central-1`"), "{}", run.talk);
    let run = synth(root.path(), &["dev", "--stdout", "--stack", "keys@eu-west-1"]);
    assert_eq!((run.status, run.talk.as_str()), (0, ""));
    assert_eq!(synth(root.path(), &["dev", "--stack", "keys@eu-central-1"]).status, 0);
    assert!(root.path().join("out/dev/keys.eu-central-1.template.json").exists());
    assert!(!root.path().join("out/dev/keys.template.json").exists());
    let run = synth(root.path(), &["dev", "--stack", "keys@eu-centrl-1"]);
    assert_eq!(run.status, 2);
    assert!(run.talk.contains("did you mean `keys@eu-central-1`?"), "{}", run.talk);
}

#[test]
fn a_command_behind_its_options_is_told_where_it_stands() {
    let root = project(&[("keys.yaml", KEYS)]);
    for folder in ["stacks", "nowhere"] {
        let run = synth(root.path(), &["--stacks", folder, "list"]);
        assert_eq!((run.status, run.result.as_str()), (2, ""));
        assert!(run.talk.contains("`list` is a command, and a command comes before every option"), "{}", run.talk);
        assert!(run.talk.contains("write `synth list` first") && !run.talk.contains("did you mean"), "{}", run.talk);
    }
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
fn files_that_went_are_named() {
    let root = project(&[("keys.yaml", KEYS)]);
    assert_eq!(synth(root.path(), &["dev"]).status, 0);
    let stacks = root.path().join("stacks");
    fs::rename(stacks.join("keys.yaml"), stacks.join("locks.yaml")).expect("it can be renamed");
    let run = synth(root.path(), &["dev"]);
    assert_eq!(run.status, 0, "{}", run.talk);
    assert!(run.talk.starts_with("removed out/dev/keys.template.json, which is no longer made\n"), "{}", run.talk);
}

#[test]
fn a_bad_command_line_is_all_that_is_told() {
    let roles = "constructs: { security: { data: { KmsKey: {}, overrides: { SecurityData: { Enabled: true } } } } }";
    let root = project(&[("keys.yaml", roles)]);
    assert!(synth(root.path(), &["dev"]).talk.contains("note["));
    let run = synth(root.path(), &["dev", "--stack", "kezs"]);
    assert!(run.talk.contains("error[unknown-reference]") && !run.talk.contains("note["), "{}", run.talk);
    fs::write(root.path().join("taken"), "").expect("it can be written");
    let run = synth(root.path(), &["dev", "--out", "taken"]);
    assert!(run.talk.contains("error[unwritable-output]") && !run.talk.contains("note["), "{}", run.talk);
}

#[test]
fn a_folder_of_projects_is_told_so() {
    let root = project(&[("keys.yaml", KEYS)]);
    let stacks = root.path().join("stacks");
    for name in ["one", "two"] {
        fs::create_dir(stacks.join(name)).expect("a folder can be made");
        for file in ["keys.yaml", "environments.yaml"] {
            fs::copy(stacks.join(file), stacks.join(name).join(file)).expect("it can be copied");
        }
    }
    for file in ["keys.yaml", "environments.yaml"] {
        fs::remove_file(stacks.join(file)).expect("it can be removed");
    }
    let run = synth(root.path(), &["dev"]);
    assert_eq!(run.status, 2);
    let hint = "projects in there: `stacks/one`, `stacks/two`; each by itself, such as `--stacks stacks/one --out stacks/one/out`";
    assert!(run.talk.contains(hint), "{}", run.talk);
}

#[test]
fn an_unknown_environment_is_answered_with_those_that_are_there() {
    let root = project(&[("keys.yaml", KEYS)]);
    let run = synth(root.path(), &["porduction"]);
    assert_eq!(run.status, 2);
    assert!(run.talk.contains("`porduction` is neither an environment nor a command"), "{}", run.talk);
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

#[test]
fn help_names_the_manual_and_each_exit_status() {
    let root = tempfile::tempdir().expect("a folder can be made");
    let help = synth(root.path(), &["--help"]).result;
    assert!(help.contains("docs/constructs.md"));
    assert!(help.contains("1 an audit found something; 2 could not run"), "{help}");
}

#[test]
fn an_environment_is_synthesized_by_itself() {
    let root = project(&[("keys.yaml", KEYS)]);
    for (word, hint) in
        [("prod", "`synth dev`, then `synth prod`"), ("keys", "`--stack <NAME>` writes one of its stacks")]
    {
        let run = synth(root.path(), &["dev", word]);
        assert_eq!((run.status, run.result.as_str()), (2, ""));
        assert!(run.talk.contains(&format!("error[unknown-command]: `{word}` is one word too many")), "{}", run.talk);
        assert!(run.talk.contains(hint), "{}", run.talk);
    }
    let run = synth(root.path(), &["lsit", "prod"]);
    assert!(run.talk.contains("`lsit` is neither an environment nor a command"), "{}", run.talk);
}

#[test]
fn a_word_that_is_neither_is_answered_with_environments_and_commands() {
    let root = project(&[("keys.yaml", KEYS)]);
    let run = synth(root.path(), &["lsit"]);
    assert_eq!((run.status, run.result.as_str()), (2, ""));
    assert!(
        run.talk.contains("error[unknown-command]: `lsit` is neither an environment nor a command"),
        "{}",
        run.talk
    );
    assert!(run.talk.contains("did you mean `list`?"), "{}", run.talk);
    assert!(run.talk.contains("the environments are `dev`, `staging`, `prod`"), "{}", run.talk);
    assert!(run.talk.contains("the commands are `init`, `list`"), "{}", run.talk);
    // Outside of a project there are no environments to be near to.
    let run = synth(tempfile::tempdir().expect("a folder can be made").path(), &["lsit"]);
    assert!(run.talk.contains("cannot read `stacks`") && run.talk.contains("did you mean `list`?"), "{}", run.talk);
}

#[test]
fn a_command_of_a_later_version_is_said_so() {
    let root = project(&[("keys.yaml", KEYS)]);
    let help = synth(root.path(), &["--help"]).result;
    let there = |command: &str| help.contains(&format!("\n  {command} "));
    let (now, later): (Vec<&str>, Vec<&str>) = COMMANDS.iter().partition(|command| there(command));
    assert!(["init", "list", "help"].iter().all(|command| now.contains(command)), "{now:?}");
    for command in later {
        let run = synth(root.path(), &[command, "template.yaml", "--format", "json"]);
        assert_eq!((run.status, run.result.as_str()), (2, ""));
        assert!(run.talk.contains(&format!("error[unknown-command]: `{command}` is not there yet")), "{}", run.talk);
        let run = synth(root.path(), &["--stacks", "stacks", command]);
        assert!(run.talk.contains(&format!("`{command}` is not there yet")), "{}", run.talk);
    }
}

#[test]
fn the_commands_that_are_there_have_reserved_names() {
    let root = tempfile::tempdir().expect("a folder can be made");
    let help = synth(root.path(), &["help"]).result;
    let listed = help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("help lists them");
    for command in listed.lines().filter_map(|line| line.split_whitespace().next()) {
        assert!(COMMANDS.contains(&command), "no environment may be called `{command}`");
    }
}

#[test]
fn codes_are_explained() {
    let root = tempfile::tempdir().expect("a folder can be made");
    let run = synth(root.path(), &["explain", "name-too-long"]);
    assert_eq!((run.status, run.talk.as_str()), (0, ""));
    assert!(run.result.starts_with("name-too-long\n\nA name that the naming rule gives is longer"), "{}", run.result);
    assert!(run.result.contains("\n\nShorten the id"), "with what mends it: {}", run.result);
    let all = synth(root.path(), &["explain"]).result;
    assert!(Code::value_variants().iter().all(|code| all.contains(&format!("{} ", code.name()))), "{all}");
    let run = synth(root.path(), &["explain", "name-to-long"]);
    assert_eq!((run.status, run.result.as_str()), (2, ""));
    assert!(run.talk.contains("did you mean `name-too-long`?"), "{}", run.talk);
}

#[test]
fn every_explanation_says_what_to_do() {
    for code in Code::value_variants() {
        assert_eq!(code.explanation().split("\n\n").count(), 2, "{}", code.name());
    }
}

#[test]
fn schemas_and_completions_are_results() {
    let root = tempfile::tempdir().expect("a folder can be made");
    for (arguments, title) in [(&["schema"][..], "A stack file"), (&["schema", "environments"], "environments.yaml")] {
        let run = synth(root.path(), arguments);
        assert_eq!((run.status, run.talk.as_str()), (0, ""));
        let schema: serde_json::Value = serde_json::from_str(&run.result).expect("a schema is JSON");
        assert!(schema["title"].as_str().is_some_and(|it| it.starts_with(title)));
    }
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = synth(root.path(), &["completions", shell]);
        assert_eq!((run.status, run.talk.as_str()), (0, ""));
        assert!(run.result.contains("stacks") && run.result.contains("completions"), "{shell}");
    }
}
