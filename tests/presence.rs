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
fn a_path_that_was_left_cannot_be_taken_by_another() {
    let stack = "
constructs:
  security:
    data: { KmsKey: {}, was: security/old }
    old: { KmsKey: {} }
";
    let found = common::findings(ENVIRONMENTS, stack, "dev");
    assert!(found.contains("`security/old` and `security/data` both make `SecurityOld`"), "{found}");
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
