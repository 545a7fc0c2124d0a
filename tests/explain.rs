//! `synth explain <ENV> <construct>`: what a construct makes, and where each of its rules comes from.

mod common;

use std::path::Path;
use std::process::{Command, Output};

use common::folder;
use synth::environment::Rules;

fn explain(stacks: &Path, environment: &str, construct: &str) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_synth"));
    command.current_dir(stacks).args(["explain", environment, construct, "--stacks", "."]);
    let Output { status, stdout, stderr } = command.output().expect("the command can be run");
    let text = |bytes| String::from_utf8(bytes).expect("output is text");
    (status.code(), text(stdout), text(stderr))
}

/// The value of a rule, and where it comes from.
fn rule<'t>(text: &'t str, name: &str) -> (&'t str, &'t str) {
    let line =
        text.lines().find_map(|line| line.strip_prefix(&format!("  {name} "))).unwrap_or_else(|| panic!("{text}"));
    line.trim().split_once("  ").map(|(value, from)| (value, from.trim())).expect("a rule has a value and an origin")
}

const ENVIRONMENTS: &str = "\
role-path: /app/
environments:
  dev: { protection: open }
  prod:
    protection: locked
    break-glass-role: security/BreakGlass
    regions: [eu-west-1, us-east-1]
";

const STACK: &str = "\
naming: '{{ stack }}-{{ env }}-{{ id }}'
log-retention: 400
constructs:
  security:
    data: { KmsKey: {} }
  storage:
    orders:
      EncryptedTable: { key: security/data, partition-key: { id: S } }
      protection: locked
      break-glass-role: security/Other
      in:
        prod: { point-in-time-recovery: true }
  messaging:
    placed: { EncryptedTopic: { key: security/data }, only: [dev] }
    moved: { EncryptedQueue: { key: security/data } }
  logs:
    record: { EncryptedLogGroup: { key: security/data } }
    audit: { EncryptedLogGroup: { key: security/data }, protection: locked, break-glass-role: security/Other }
  compute:
    job: { Role: { assumed-by: [{ service: ec2 }], grants: { storage/orders: read } } }
";

#[test]
fn rules_come_from_where_they_are_set() {
    let folder = folder(ENVIRONMENTS, &[("shop.yaml", STACK)]);
    let (status, text, talk) = explain(folder.path(), "prod", "shop:storage/orders");
    assert_eq!((status, talk.as_str()), (Some(0), ""));
    assert!(text.starts_with("shop:storage/orders is an `EncryptedTable`, ./shop.yaml:7:5.\n"), "{text}");
    assert!(text.contains("\n  StorageOrders  AWS::DynamoDB::Table  shop-prod-orders\n"), "{text}");
    assert_eq!(rule(&text, "naming"), ("{{ stack }}-{{ env }}-{{ id }}", "the stack, ./shop.yaml:1:9"));
    assert_eq!(rule(&text, "protection"), ("locked", "the construct, ./shop.yaml:9:19"));
    // The nearest level decides that sets the rule itself or a protection level.
    assert_eq!(rule(&text, "deletion-protection"), ("true", "`protection` of the construct, ./shop.yaml:9:19"));
    assert_eq!(rule(&text, "point-in-time-recovery"), ("true", "the construct, ./shop.yaml:12:41"));
    assert_eq!(rule(&text, "encryption"), ("customer-managed", "by default"));
    let (_, text, _) = explain(folder.path(), "prod", "logs/audit");
    assert_eq!(rule(&text, "log-retention"), ("365", "`protection` of the construct, ./shop.yaml:18:69"));
    let (_, text, _) = explain(folder.path(), "prod", "logs/record");
    assert_eq!(rule(&text, "log-retention"), ("400", "the stack, ./shop.yaml:2:16"));
    let (_, text, _) = explain(folder.path(), "prod", "security/data");
    assert_eq!(
        rule(&text, "break-glass-role"),
        ("role/security/BreakGlass", "the environment, ./environments.yaml:6:23")
    );
    assert_eq!(rule(&text, "deletion-policy"), ("retain", "`protection` of the environment, ./environments.yaml:5:17"));
    let (_, text, _) = explain(folder.path(), "prod", "compute/job");
    assert_eq!(rule(&text, "role-path"), ("/app/", "the project"));
}

#[test]
fn rules_that_mean_nothing_for_a_construct_are_left_out() {
    let folder = folder(ENVIRONMENTS, &[("shop.yaml", STACK)]);
    let rules = |construct: &str| {
        let (_, text, _) = explain(folder.path(), "prod", construct);
        let rules = text.split_once("Its rules:\n").expect("there are rules").1.lines();
        let rules = rules.take_while(|line| line.starts_with("  ")).filter_map(|line| line.split_whitespace().next());
        rules.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(rules("messaging/moved"), ["naming", "encryption"], "a queue goes with its stack");
    assert_eq!(rules("compute/job"), ["naming", "role-path"]);
    let table = ["naming", "protection", "deletion-policy", "replacement-policy", "deletion-protection"];
    assert_eq!(rules("storage/orders"), [&table[..], &["point-in-time-recovery", "encryption"]].concat());
    let key = ["naming", "protection", "deletion-policy", "replacement-policy", "key-pending-window"];
    assert_eq!(rules("security/data"), [&key[..], &["break-glass-role", "encryption"]].concat());
}

#[test]
fn a_kind_and_an_environment_are_explained() {
    let folder = folder(ENVIRONMENTS, &[("shop.yaml", STACK)]);
    let explain = |word: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_synth"));
        command.current_dir(folder.path()).args(["explain", word, "--stacks", "."]);
        let Output { status, stdout, stderr } = command.output().expect("the command can be run");
        let text = |bytes| String::from_utf8(bytes).expect("output is text");
        (status.code(), text(stdout), text(stderr))
    };
    let (status, text, talk) = explain("EncryptedTable");
    assert_eq!((status, talk.as_str()), (Some(0), ""));
    let manual = std::fs::read_to_string("docs/constructs.md").expect("there is a manual");
    assert!(text.starts_with("## EncryptedTable\n") && manual.contains(&text), "{text}");

    let (status, text, talk) = explain("prod");
    assert_eq!((status, talk.as_str()), (Some(0), ""));
    let first = "prod is an environment for any account, in eu-west-1, us-east-1, with the stacks `shop`.\n";
    assert!(text.starts_with(first), "{text}");
    assert_eq!(rule(&text, "log-retention"), ("365", "`protection` of the environment, ./environments.yaml:5:17"));
    assert_eq!(rule(&text, "role-path"), ("/app/", "the project"));

    for (word, near) in
        [("prd", "prod"), ("EncryptedTabel", "EncryptedTable"), ("weaker-protecton", "weaker-protection")]
    {
        let (status, text, talk) = explain(word);
        assert_eq!((status, text.as_str()), (Some(2), ""));
        assert!(talk.contains(&format!("did you mean `{near}`?")), "{talk}");
    }
}

#[test]
fn every_rule_is_explained() {
    let environments =
        "environments: { dev: { protection: guarded, deletion-policy: retain, replacement-policy: retain,
        deletion-protection: true, point-in-time-recovery: true, versioning: true, key-pending-window: 20,
        log-retention: 90, termination-protection: true, break-glass-role: a/B, deployers: [role/c], role-path: /d/,
        permissions-boundary: e, organization: o-a1b2c3d4e5, required-tags: [F], encryption: customer-managed } }";
    let stack = "constructs: { a: { k: { KmsKey: {} }, t: { EncryptedTable: { key: a/k, partition-key: { i: S } } },
        l: { EncryptedLogGroup: { key: a/k } }, b: { EncryptedBucket: { key: a/k } },
        r: { Role: { assumed-by: [{ service: ec2 }], grants: { a/t: read } } } } }\ntags: { F: g }";
    let folder = folder(environments, &[("app.yaml", stack)]);
    let texts = ["a/k", "a/t", "a/l", "a/b", "a/r"].map(|construct| {
        let (status, text, talk) = explain(folder.path(), "dev", construct);
        assert_eq!((status, talk.as_str()), (Some(0), ""));
        text
    });
    let schema = schemars::schema_for!(Rules);
    let rules = schema.get("properties").and_then(|all| all.as_object()).expect("there are rules");
    for name in rules.keys().filter(|name| *name != "termination-protection") {
        let shown = texts.iter().find(|text| text.contains(&format!("\n  {name} ")));
        let (_, from) = rule(shown.unwrap_or_else(|| panic!("`{name}` is shown of something")), name);
        assert!(from.starts_with("the environment"), "{name}: {from}");
    }
}

#[test]
fn what_is_not_there_is_said_so() {
    let folder = folder(ENVIRONMENTS, &[("shop.yaml", STACK)]);
    let (status, text, talk) = explain(folder.path(), "prod", "shop:messaging/placed");
    assert_eq!((status, text.as_str()), (Some(2), ""));
    assert!(talk.contains("error[absent-construct]: `prod` does without `shop:messaging/placed`"), "{talk}");
    for (environment, construct, message, hint) in [
        (
            "prod",
            "shop:storage/order",
            "no construct is called `shop:storage/order` in `prod`",
            "`shop:storage/orders`",
        ),
        ("prod", "storage/order", "no construct is called `storage/order` in `prod`", "`storage/orders`"),
        ("prod", "orders", "`orders` is not a construct: `stack:scope/id`, or `scope/id`", ""),
        ("prd", "storage/orders", "no environment is called `prd`", "`prod`"),
    ] {
        let (status, text, talk) = explain(folder.path(), environment, construct);
        assert_eq!((status, text.as_str()), (Some(2), ""));
        assert!(talk.contains(message) && talk.contains(hint), "{talk}");
    }
}

#[test]
fn each_region_is_explained() {
    let stack = "constructs: { a: { k: { KmsKey: {} }, l: { KmsKey: {}, region: us-east-1 } } }";
    let folder = folder(ENVIRONMENTS, &[("one.yaml", stack), ("two.yaml", stack)]);
    let environments = ENVIRONMENTS.replace("  dev: { protection: open }\n", "");
    std::fs::write(folder.path().join("environments.yaml"), environments).expect("it can be written");
    let count = |construct: &str| {
        let (status, text, talk) = explain(folder.path(), "prod", construct);
        assert!(status == Some(0) || text.is_empty(), "{talk}");
        text.matches(" is a `KmsKey`").count()
    };
    assert_eq!(count("a/l"), 0, "one in each stack");
    let (_, _, talk) = explain(folder.path(), "prod", "a/l");
    assert!(talk.contains("several stacks have a `a/l`") && talk.contains("say which: `one:a/l`, `two:a/l`"), "{talk}");
    assert_eq!(count("one:a/l"), 1);
    assert_eq!(count("one:a/l@us-east-1"), 1);
    assert_eq!(count("one:a/l@eu-west-1"), 0);
}

#[test]
fn a_key_shows_the_statements_of_its_policy() {
    let folder = folder(ENVIRONMENTS, &[("shop.yaml", STACK)]);
    let (status, text, talk) = explain(folder.path(), "prod", "shop:security/data");
    assert_eq!((status, talk.as_str()), (Some(0), ""));
    let whole = "The policy of SecurityData, whose conditions `synth prod --stdout --stack shop@eu-west-1` shows:";
    let (_, policy) = text.split_once(whole).unwrap_or_else(|| panic!("{text}"));
    let line = |id: &str| {
        let line = policy.lines().find(|line| line.trim_start().starts_with(&format!("{id} ")));
        line.unwrap_or_else(|| panic!("{policy}")).to_owned()
    };
    let account = "arn:${AWS::Partition}:iam::${AWS::AccountId}";
    assert!(line("AccountManagesKey").contains(&format!("  Allow  {account}:root ")), "{policy}");
    let denied = line("DenyDestructionToAllButBreakGlass");
    assert!(denied.contains(&format!("  Deny   all but {account}:role/security/BreakGlass ")), "{policy}");
    assert!(denied.contains("kms:DisableKey, kms:ScheduleKeyDeletion"), "{policy}");
    let (_, table, _) = explain(folder.path(), "prod", "shop:storage/orders");
    assert!(!table.contains("The policy of"), "{table}");
}

#[test]
fn the_policy_of_a_key_waits_for_mistakes_to_be_mended() {
    let broken = STACK.replace("key: security/data }, only", "key: security/date }, only");
    let folder = folder(ENVIRONMENTS, &[("shop.yaml", &broken)]);
    let (status, text, talk) = explain(folder.path(), "dev", "shop:security/data");
    assert_eq!(status, Some(2));
    assert!(text.contains("Its rules:") && !text.contains("The policy of"), "{text}");
    assert!(talk.contains("error[unknown-reference]: nothing is called `security/date`"), "{talk}");
}
