//! Projects that are written in Rust give what stack files give, and their mistakes are as well placed.

mod common;

use std::path::Path;

use annotate_snippets::Renderer;
use common::{ENVIRONMENTS, only_notes, real_environments, try_synthesize};
use insta::assert_snapshot;
use synth::cfn::dynamodb::AttributeType::S;
use synth::cfn::kms::KeySpec;
use synth::cfn::lambda::Runtime;
use synth::constructs::encrypted_function::Object;
use synth::constructs::{EncryptedFunction, EncryptedLogGroup, EncryptedTable, EncryptedTopic, Fifo, KmsKey};
use synth::definition::Beside;
use synth::diagnostic::{Result, Sources, render};
use synth::environment::{Environment, Environments, ProjectRules, Protection, RetentionDays, Rules};
use synth::name::{Bounded, tags};
use synth::program::{Program, Stack};
use synth::synth::{Synthesis, synthesize};
use synth::template::Format;

#[path = "../examples/smsbot.rs"]
#[expect(dead_code, reason = "its `main` is for the command line")]
mod smsbot;

/// The synthesis of a program in a folder, and its findings as text.
fn synthesize_program(program: &Program, folder: &Path, environment: &str) -> (Option<Synthesis>, String) {
    let mut sources = Sources::default();
    let (project, mut found) = program.load(folder, &mut sources);
    let synthesis = project.and_then(|project| {
        let (synthesis, mistakes) = synthesize(&project, environment);
        found.extend(mistakes);
        synthesis
    });
    (synthesis, render(&found, &sources, &Renderer::plain()))
}

/// The templates of a program in an environment, by stack.
fn templates(program: &Program, folder: &Path, environment: &str) -> Vec<(String, String)> {
    let (synthesis, found) = synthesize_program(program, folder, environment);
    assert!(only_notes(&found), "{found}");
    let stacks = synthesis.expect("nothing was found").stacks;
    stacks.into_iter().map(|stack| (stack.stack_name, stack.template.print(Format::Json))).collect()
}

/// What is found in the stacks of a program, in an environment of the usual three.
fn findings<S: IntoIterator<Item = Stack>>(
    describe: impl Fn(&str) -> Result<S> + 'static,
    environment: &str,
) -> String {
    let folder = common::folder(ENVIRONMENTS, &[]);
    synthesize_program(&Program::new(describe), folder.path(), environment).1
}

/// The template of the real `smsbot`, as its stack file gives it.
fn from_stack_file(environment: &str) -> Vec<(String, String)> {
    let synthesis = try_synthesize(Path::new("stacks"), environment).0.expect("nothing was found");
    let stack = synthesis.stacks.into_iter().find(|stack| stack.stack == "smsbot").expect("there is a smsbot");
    vec![(stack.stack_name, stack.template.print(Format::Json))]
}

#[test]
fn the_example_gives_the_bytes_of_its_stack_file() {
    for environment in real_environments() {
        let program = Program::new(smsbot::smsbot);
        assert_eq!(templates(&program, Path::new("stacks"), &environment), from_stack_file(&environment));
    }
}

#[test]
fn environments_can_be_written_in_rust_too() -> Result<()> {
    let role = Some("security/BreakGlass".parse()?);
    let prod = Rules { break_glass_role: role, ..Protection::Locked.into() };
    let environments = Environments {
        project: ProjectRules {
            order: ["dev", "staging", "prod"].map(Into::into).to_vec(),
            rules: Rules { role_path: Some("/app/".parse()?), ..Rules::default() },
            ..ProjectRules::default()
        },
        all: [
            ("dev".to_owned(), Protection::Open.into()),
            ("staging".to_owned(), Protection::Guarded.into()),
            ("prod".to_owned(), Environment { rules: prod, ..Environment::default() }),
        ]
        .into(),
    };
    let mut program = Program::new(smsbot::smsbot);
    program.environments = Some(environments);
    for environment in ["dev", "staging", "prod"] {
        assert_eq!(templates(&program, Path::new("stacks"), environment), from_stack_file(environment));
    }
    Ok(())
}

#[test]
fn stacks_refer_to_each_other() {
    let describe = |_: &str| {
        let mut keys = Stack::new("keys");
        let mut shop = Stack::new("shop");
        let items = keys.add("security/items", KmsKey::default());
        shop.add("storage/orders", EncryptedTable { key: Some(items), ..EncryptedTable::new("orderId", S) });
        Ok([shop, keys])
    };
    let folder = common::folder(ENVIRONMENTS, &[]);
    let templates = templates(&Program::new(describe), folder.path(), "dev");
    let names: Vec<&str> = templates.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["keys-dev", "shop-dev"], "in the order in which they have to be deployed");
    assert!(templates[1].1.contains("keys-dev:SecurityItems:Arn"), "the table's key is imported");
}

#[test]
fn what_stands_beside_a_kind_stands_beside_a_construct() {
    let describe = |_: &str| {
        let mut stack = Stack::new("shop");
        stack.top.tags = tags([("Team", "support")])?;
        stack.top.rules.log_retention = Some(RetentionDays::of::<731>().into());
        let logs = stack.add("security/logs", KmsKey::default());
        let beside = Beside {
            generation: Some(Bounded::of::<2>()),
            only: vec!["dev".into(), "staging".into()],
            rules: Rules { log_retention: Some(RetentionDays::of::<90>().into()), ..Rules::default() },
            ..Beside::default()
        };
        let group = || EncryptedLogGroup { key: Some(logs.clone()), ..EncryptedLogGroup::default() };
        stack.add_with("events/visits", group(), beside);
        stack.add("events/orders", group());
        Ok([stack])
    };
    let file = r"
stack: shop
tags: { Team: support }
log-retention: 731
constructs:
  security: { logs: { KmsKey: {} } }
  events:
    visits:
      EncryptedLogGroup: { key: security/logs }
      only: [dev, staging]
      generation: 2
      log-retention: 90
    orders: { EncryptedLogGroup: { key: security/logs } }
";
    for environment in ["dev", "prod"] {
        let folder = common::folder(ENVIRONMENTS, &[]);
        let in_rust = templates(&Program::new(describe), folder.path(), environment);
        let in_yaml = common::template(ENVIRONMENTS, file, environment).print(Format::Json);
        assert_eq!(in_rust, [(format!("shop-{environment}"), in_yaml)]);
    }
}

#[test]
fn a_mistake_names_stack_construct_and_line() {
    let line = line!() + 4;
    let describe = |_: &str| {
        let mut stack = Stack::new("shop");
        let rsa = KmsKey { spec: Some(KeySpec::RSA_2048.into()), usage: None, ..KmsKey::default() };
        let rsa = stack.add("security/rsa", rsa);
        stack.add("storage/orders", EncryptedTable { key: Some(rsa), ..EncryptedTable::new("orderId", S) });
        Ok([stack])
    };
    let expected = "
error[missing-property]: `usage` is missing here: keys of `RSA_2048` have more than one
   --> tests/rust_api.rs:LINE:1
    |
LINE | shop:security/rsa
    | ^^^^^^^^^^^^^^^^^
    |
    = hint: allowed here: `ENCRYPT_DECRYPT`, `SIGN_VERIFY`

error[conflicting-properties]: data can be encrypted under symmetric keys only, and this one is `RSA_2048` for `ENCRYPT_DECRYPT`
   --> tests/rust_api.rs:NEXT:1
    |
NEXT | shop:storage/orders
    | ^^^^^^^^^^^^^^^^^^^
    |
   ::: tests/rust_api.rs:LINE:1
    |
LINE | shop:security/rsa
    | ----------------- the key";
    let expected = expected.replace("LINE", &line.to_string()).replace("NEXT", &(line + 1).to_string());
    assert_eq!(findings(describe, "dev"), expected.trim_start());
}

#[test]
fn the_places_of_all_mistakes_are_lines_of_the_program() {
    let describe = |environment: &str| {
        let mut stack = Stack::new("shop");
        let items = stack.add("security/items", KmsKey::default());
        stack.add("security/items", KmsKey::default());
        let nowhere = stack.add("security", KmsKey::default());
        let orders = EncryptedTopic {
            key: Some(items.clone()),
            fifo: Some(Fifo::Content.into()),
            publishers: vec!["s3".parse()?],
            ..EncryptedTopic::default()
        };
        let orders = stack.add("messaging/orders", orders);
        if environment == "prod" {
            stack.add("messaging/visits", EncryptedTopic::default());
        }
        let beside = Beside { only: vec!["pord".into()], ..Beside::default() };
        stack.add_with("storage/visits", EncryptedTable::new("id", S), beside);
        stack.add("storage/orders", EncryptedTable { key: Some(nowhere), ..EncryptedTable::new("id", S) });
        stack.output("Items-Key", items.key_id());
        stack.output("Orders", orders.arn());
        stack.output("Orders", orders.name());
        Ok([stack, Stack::new("Shop"), Stack::new("shop")])
    };
    let found = findings(describe, "dev");
    // Without the numbers of lines, which change with every edit of this file.
    let lines = found.lines().map(|line| match line.split_once(".rs:") {
        Some((path, _)) => format!("{}.rs", path.trim_start()),
        None => line.trim_start_matches(|c: char| c == ' ' || c.is_ascii_digit()).to_owned(),
    });
    assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r"
    error[invalid-value]: `Items-Key` is not a name for an output: letters and digits
    --> tests/rust_api.rs
    |
    | shop: Items-Key
    | ^^^^^^^^^^^^^^^

    error[duplicate-key]: `Orders` is here twice
    --> tests/rust_api.rs
    |
    | shop: Orders
    | ^^^^^^^^^^^^
    |
    ::: tests/rust_api.rs
    |
    | shop: Orders
    | ------------ the first one

    error[duplicate-key]: `security/items` is here twice
    --> tests/rust_api.rs
    |
    | shop:security/items
    | ^^^^^^^^^^^^^^^^^^^
    |
    ::: tests/rust_api.rs
    |
    | shop:security/items
    | ------------------- the first one

    error[invalid-value]: `security` is not a path: `scope/id`
    --> tests/rust_api.rs
    |
    | shop:security
    | ^^^^^^^^^^^^^

    error[conflicting-properties]: `s3` can publish to standard topics only
    --> tests/rust_api.rs
    |
    | shop:messaging/orders
    | ^^^^^^^^^^^^^^^^^^^^^

    error[unknown-environment]: no environment is called `pord`
    --> tests/rust_api.rs
    |
    | shop:storage/visits
    | ^^^^^^^^^^^^^^^^^^^
    |
    = hint: did you mean `prod`?
    = hint: allowed here: `dev`, `staging`, `prod`

    error[invalid-value]: `Shop` is not a name of small letters, digits and `-` that begins with a letter
    --> tests/rust_api.rs
    |
    | Shop
    | ^^^^

    error[duplicate-stack]: another stack is called `shop` too
    --> tests/rust_api.rs
    |
    | shop
    | ^^^^
    |
    ::: tests/rust_api.rs
    |
    | shop
    | ---- the first one
    |
    = hint: give one of them another name
    ");
}

#[test]
fn what_a_value_refuses_is_found_at_its_line() {
    let line = line!() + 3;
    let describe = |environment: &str| {
        let team = if environment == "prod" { "aws:Team" } else { "Team" };
        let tags = tags([(team, "support")])?;
        let mut stack = Stack::new("shop");
        stack.add("security/items", KmsKey { tags, ..KmsKey::default() });
        Ok([stack])
    };
    let found = findings(describe, "prod");
    let head = "error[invalid-value]: `aws:Team` is not the key of a tag: 1 to 128 letters, digits, spaces or one of `_.:/=+-@`, not beginning with `aws:`";
    assert!(found.starts_with(&format!("{head}\n--> tests/rust_api.rs:{line}:")), "{found}");
    assert!(found.ends_with("= note: only in `prod`"), "{found}");
}

#[test]
fn words_are_found_with_the_nearest_that_is_allowed() {
    let word = |_: &str| {
        let mut stack = Stack::new("shop");
        let publishers = vec!["sms-voise".parse()?];
        stack.add("messaging/orders", EncryptedTopic { publishers, ..EncryptedTopic::default() });
        Ok([stack])
    };
    let found = findings(word, "dev");
    assert!(found.starts_with("error[invalid-value]: `sms-voise` is not one of the allowed words\n"), "{found}");
    assert!(found.ends_with("= hint: did you mean `sms-voice`?"), "{found}");

    let grant = |_: &str| {
        let mut stack = Stack::new("shop");
        let items = stack.add("security/items", KmsKey::default());
        let orders = EncryptedTable { key: Some(items.clone()), ..EncryptedTable::new("orderId", S) };
        let orders = stack.add("storage/orders", orders);
        let code = Object { bucket: "artifacts".parse()?, key: "report.zip".to_owned(), version: None };
        let report = EncryptedFunction {
            logs_key: Some(items),
            grants: [orders.grant(["reed"])].into(),
            ..EncryptedFunction::new(code, Runtime::Python313)
        };
        stack.add("compute/report", report);
        Ok([stack])
    };
    let found = findings(grant, "dev");
    assert!(found.starts_with("error[invalid-value]: `reed` cannot be granted on an `EncryptedTable`\n"), "{found}");
    assert!(found.contains("| shop:compute/report\n"), "it is said where it is granted: {found}");
    assert!(found.contains("| shop:storage/orders\n"), "and on what: {found}");
    assert!(found.contains("= hint: did you mean `read`?"), "{found}");
}
