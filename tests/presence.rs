//! Which environments have a construct, what it keeps when it moves, and that no environment loses protection.

mod common;

use common::ENVIRONMENTS;

#[test]
fn absent_and_only_leave_a_construct_out_of_an_environment() {
    let stack = "
constructs:
  security:
    data: { KmsKey: {} }
    audit: { KmsKey: {}, only: [staging, prod] }
    debug: { KmsKey: {}, in: { prod: absent } }
";
    let ids = |environment| {
        let template = common::template(ENVIRONMENTS, stack, environment);
        let keys = template.resources.into_iter().filter(|(_, resource)| resource.kind == "AWS::KMS::Key");
        keys.map(|(id, _)| id).collect::<Vec<_>>()
    };
    assert_eq!(ids("dev"), ["SecurityData", "SecurityDebug"]);
    assert_eq!(ids("staging"), ["SecurityData", "SecurityAudit", "SecurityDebug"]);
    assert_eq!(ids("prod"), ["SecurityData", "SecurityAudit"]);
}

#[test]
fn only_stands_beside_the_kind_and_not_in_a_refinement() {
    let stack = "
constructs: { security: { data: { KmsKey: {}, in: { staging: { only: [dev] } } } } }
";
    let found = common::findings(ENVIRONMENTS, stack, "staging");
    assert!(found.contains("error[unknown-property]: `only` cannot be refined for `staging`"), "{found}");
    assert!(found.contains("it stands beside `KmsKey`; here, `staging: absent` leaves the construct out"), "{found}");
    assert!(common::findings(ENVIRONMENTS, stack, "dev").contains("warning[unknown-property]"));
}

#[test]
fn what_was_elsewhere_keeps_its_logical_ids_and_names() {
    let before = "
stack: app
constructs:
  security:
    data: { KmsKey: {} }
  store:
    orders: { EncryptedTable: { key: security/data, partition-key: { id: S } } }
outputs: { Table: store/orders.arn }
";
    let after = "
stack: app
constructs:
  keys:
    data: { KmsKey: {}, was: security/data }
  storage:
    purchases: { EncryptedTable: { key: keys/data, partition-key: { id: S } }, was: store/orders }
outputs: { Table: storage/purchases.arn }
";
    for environment in ["dev", "prod"] {
        let [before, after] = [before, after].map(|stack| common::template(ENVIRONMENTS, stack, environment));
        assert_eq!(before, after);
    }
}

#[test]
fn a_path_that_was_left_is_that_of_one_construct() {
    let found = |constructs: &str| {
        let stack = format!("constructs:\n  security:\n    {}\n", constructs.replace("; ", "\n    "));
        common::findings(ENVIRONMENTS, &stack, "dev")
    };
    let twice = found(
        "a: { KmsKey: {}, was: security/old }; b: { KmsKey: {}, was: security/old }; c: { KmsKey: {}, was: security/old }",
    );
    assert_eq!(twice.matches("error[").count(), 1, "{twice}");
    assert!(
        twice.contains("error[duplicate-logical-id]: only one construct can be what `security/old` was"),
        "{twice}"
    );
    assert!(twice.contains("--> app.yaml:3:27") && twice.matches("so cannot this one").count() == 2, "{twice}");

    let there = found("data: { KmsKey: {}, was: security/old }; old: { KmsKey: {} }");
    assert_eq!(there.matches("error[").count(), 1, "{there}");
    assert!(there.contains("`security/old` still stands there, so it cannot be what `security/data` was"), "{there}");

    let here = found("data: { KmsKey: {}, was: security/data }");
    assert!(here.contains("error[invalid-value]: `security/data` is where this stands now"), "{here}");

    assert_eq!(
        found("a: { KmsKey: {}, was: security/b }; b: { KmsKey: {}, was: security/a }"),
        "",
        "they changed places"
    );
}

#[test]
fn what_follows_from_a_wrong_path_is_no_mistake_of_its_own() {
    let found = |constructs: &str| {
        let stack = format!("constructs:\n  a:\n    {}\n", constructs.replace("; ", "\n    "));
        common::findings(ENVIRONMENTS, &stack, "dev")
    };
    for (constructs, message) in [
        ("x: { KmsKey: {}, was: a/y }; y: { KmsKey: {}, was: a/z }; z: { KmsKey: {} }", "`a/z` still stands there"),
        (
            "w: { KmsKey: {}, was: a/x }; x: { KmsKey: {}, was: a/y }; y: { KmsKey: {}, was: a/z }; z: { KmsKey: {} }",
            "`a/z`",
        ),
        ("x: { KmsKey: {}, was: a/z }; y: { KmsKey: {}, was: a/z }; z: { KmsKey: {} }", "`a/z` still stands there"),
        ("x: { KmsKey: {}, was: a/o }; y: { KmsKey: {}, was: a/o }; z: { KmsKey: {}, was: a/y }", "only one construct"),
    ] {
        let found = found(constructs);
        let errors = if constructs.starts_with("x: { KmsKey: {}, was: a/z") { 2 } else { 1 };
        assert!(found.matches("error[").count() == errors && found.contains(message), "{constructs}:\n{found}");
    }
    let moved = "x: { KmsKey: {}, was: a/y }; y: { KmsKey: {}, was: a/z }; z: { KmsKey: {}, was: a/o }";
    assert_eq!(found(moved), "", "each of them moved");
}

#[test]
fn environments_beside_one_that_does_without_are_looked_at() {
    let stack =
        "constructs: { security: { data: { KmsKey: {}, in: { dev: absent, nope: absent } }, rest: { KmsKey: {} } } }";
    for environment in ["dev", "prod"] {
        let found = common::findings(ENVIRONMENTS, stack, environment);
        assert_eq!(found.matches("error[unknown-environment]: no environment is called `nope`").count(), 1, "{found}");
        assert_eq!(found.matches("error[").count(), 1, "{found}");
        assert!(!found.contains("only in"), "{found}");
    }
}

#[test]
fn a_refinement_without_effect_is_a_warning() {
    let stack = "
constructs:
  security:
    audit: { KmsKey: {}, only: [prod], in: { dev: { key-pending-window: 7 } } }
    debug: { KmsKey: {}, only: [dev, staging], in: { staging: absent } }
    data: { KmsKey: {}, only: [dev], in: { dev: { key-pending-window: 7 }, prod: absent } }
";
    let found = common::findings(ENVIRONMENTS, stack, "dev");
    let nothing = "this changes nothing: `only` leaves the construct out of";
    for (warning, place) in [
        (format!("{nothing} `dev`"), "app.yaml:4:46"),
        (format!("{nothing} `prod`"), "app.yaml:6:76"),
        ("`only` names `staging`, which does without this".to_owned(), "app.yaml:5:38"),
    ] {
        assert!(found.contains(&format!("warning[conflicting-properties]: {warning}\n --> {place}")), "{found}");
    }
    assert_eq!(found.matches("warning[").count(), 3, "{found}");
    assert!(!found.contains("error["), "{found}");
}

#[test]
fn a_construct_that_one_environment_protects_more_is_protected_as_much_in_the_next() {
    let environments = format!("order: [dev, staging, prod]\n{ENVIRONMENTS}");
    let stack = |prod: &str| {
        format!(
            "
constructs:
  security:
    data: {{ KmsKey: {{}} }}
  logs:
    audit:
      EncryptedLogGroup: {{ key: security/data }}
      in: {{ staging: {{ log-retention: 731 }}, prod: {{ {prod} }} }}
"
        )
    };
    let found = common::findings(&environments, &stack("deletion-protection: true"), "prod");
    assert!(found.contains("error[weaker-environment]: `logs/audit` is less protected in `prod` than in `staging`"));
    assert!(found.contains("`log-retention` is `365`, not `731`"), "{found}");
    assert!(found.contains("--- in `staging`"), "{found}");
    assert_eq!(common::findings(&environments, &stack("log-retention: 1096"), "prod"), "");
}

#[test]
fn a_construct_is_compared_with_the_last_environment_that_has_it() {
    let environments = format!("order: [dev, staging, prod]\n{ENVIRONMENTS}");
    let stack = "
constructs:
  security:
    data: { KmsKey: {} }
  logs:
    audit:
      EncryptedLogGroup: { key: security/data }
      in: { dev: { log-retention: 731 }, staging: absent, prod: { deletion-protection: true } }
";
    let found = common::findings(&environments, stack, "prod");
    assert!(
        found.contains("error[weaker-environment]: `logs/audit` is less protected in `prod` than in `dev`"),
        "{found}"
    );
}

#[test]
fn a_missing_break_glass_role_is_one_mistake() {
    let locked = "environments: { dev: { protection: locked } }";
    let open = "environments: { dev: { protection: open } }";
    let top = "protection: locked\n";
    for (environments, stack, place) in
        [(locked, "", "environments.yaml:1:36"), (locked, top, "environments.yaml:1:36"), (open, top, "app.yaml:1:13")]
    {
        let beside =
            "constructs: { a: { b: { KmsKey: {}, key-pending-window: 30 }, c: { KmsKey: {}, protection: locked } } }\n";
        let found = common::findings(environments, &format!("{stack}{beside}"), "dev");
        assert_eq!(found.matches("error[missing-break-glass]").count(), 1, "{environments} {stack}: {found}");
        assert!(found.contains(&format!("--> {place}\n")), "{found}");
    }
}
