//! What keys cost, as the systems' documents have it where they are right.

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

/// What `synth cost` says.
fn cost(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_synth"));
    let done = command.current_dir(folder).arg("cost").args(arguments).output().expect("the command can be run");
    let text = |bytes| String::from_utf8(bytes).expect("output is text");
    (done.status.code(), text(done.stdout), text(done.stderr))
}

/// The numbers in a table's row.
fn row(table: &str, of: &str) -> String {
    let rows: Vec<&str> = table.lines().filter(|line| line.trim_start().starts_with(&format!("{of}  "))).collect();
    let [row] = rows.as_slice() else { panic!("one row is of `{of}`:\n{table}") };
    row.trim_start().trim_start_matches(of).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The table of the systems' keys, or of so many.
fn table(arguments: &[&str]) -> String {
    let (status, table, talk) = cost(Path::new(env!("CARGO_MANIFEST_DIR")), arguments);
    assert_eq!(status, Some(0), "{talk}");
    table
}

#[test]
fn keys_cost_more_after_the_first_and_the_second_rotation() {
    let table = table(&["prod"]);
    assert_eq!(row(&table, "prod, USD a month"), "keys year 1 year 2 year 3+");
    assert_eq!(row(&table, "smsbot"), "4 4.00 8.00 12.00");
    assert_eq!(row(&table, "wallets/keys"), "10 10.00 20.00 30.00");
    assert_eq!(row(&table, "empressa-wallets"), "12 12.00 24.00 36.00");
    assert_eq!(row(&table, "security/phi-key"), "1 1.00 2.00 3.00");
    assert_eq!(row(&table, "security/phi-key-copy"), "1 1.00 2.00 3.00", "a replica is a key");
    assert_eq!(row(&table, "eonpro-phi"), "3 3.00 6.00 9.00", "in both its regions");
    assert_eq!(row(&table, "eonpro-app"), "0 0.00 0.00 0.00");
    assert_eq!(row(&table, "all"), "24 24.00 48.00 72.00");
}

#[test]
fn keys_of_aws_cost_nothing() {
    assert_eq!(row(&table(&["dev"]), "ai-career"), "0 0.00 0.00 0.00");
    assert_eq!(row(&table(&["prod"]), "ai-career"), "1 1.00 2.00 3.00");
}

#[test]
fn requests_are_counted_with_the_free_ones_and_without() {
    for (keys, requests, free, none) in [
        ("1", "50000", "1.09", "1.15"),
        ("1", "500000", "2.44", "2.50"),
        ("2", "5000000", "16.94", "17.00"),
        ("2", "100000", "2.24", "2.30"),
        ("10", "20000", "10.00", "10.06"),
        ("1", "1", "1.00", "1.00"),
    ] {
        let table = table(&["--keys", keys, "--requests", requests]);
        let year = |row: String| row.split(' ').nth(1).expect("a price follows the keys").to_owned();
        assert_eq!(year(row(&table, &format!("with {requests} requests, 20000 free"))), free);
        assert_eq!(year(row(&table, &format!("with {requests} requests, none free"))), none);
    }
    let table = table(&["prod", "--requests", "120000"]);
    assert_eq!(row(&table, "with 120000 requests, 20000 free"), "24 24.30 48.30 72.30");
}

#[test]
fn so_many_keys_can_be_asked_for_beside_an_environment() {
    let table = table(&["prod", "--keys", "2", "--requests", "100000"]);
    assert_eq!(row(&table, "all"), "24 24.00 48.00 72.00");
    assert_eq!(row(&table, "with 100000 requests, 20000 free"), "2 2.24 4.24 6.24");
}

#[test]
fn rotation_is_that_of_each_key_and_of_a_replicas_primary() {
    let stack = "
constructs:
  security:
    never: { KmsKey: { rotation: false } }
    signs: { KmsKey: { spec: ECC_NIST_P256, usage: SIGN_VERIFY } }
    often: { KmsKey: { rotation: 90, multi-region: true } }
    rarely: { KmsKey: { rotation: 800 } }
    often-copy: { ReplicaKey: { of: security/often }, region: eu-central-1 }
    outside: { ImportedKey: { arn: 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab' } }
    own: { Resource: { type: 'AWS::KMS::Key', properties: { EnableKeyRotation: true } } }
";
    let environments = "environments: { dev: { protection: open, regions: [eu-west-1, eu-central-1] } }";
    let folder = common::folder(environments, &[("app.yaml", stack)]);
    let (status, table, talk) = cost(folder.path(), &["dev", "--stacks", "."]);
    assert_eq!(status, Some(0), "{talk}");
    assert_eq!(row(&table, "security/never"), "1 1.00 1.00 1.00");
    assert_eq!(row(&table, "security/signs"), "1 1.00 1.00 1.00");
    assert_eq!(row(&table, "security/often"), "1 3.00 3.00 3.00");
    assert_eq!(row(&table, "security/often-copy"), "1 3.00 3.00 3.00");
    assert_eq!(row(&table, "security/rarely"), "1 1.00 1.00 3.00");
    assert_eq!(row(&table, "security/own"), "1 1.00 2.00 3.00");
    assert!(!table.contains("outside"), "it is on another bill: {table}");
}

#[test]
fn mistakes_are_told_and_cost_nothing() {
    let folder = common::folder(common::ENVIRONMENTS, &[("keys.yaml", "constructs: { security: { data: {} } }")]);
    for (arguments, message) in [
        (&["prd", "--stacks", "."][..], "error[unknown-environment]: no environment is called `prd`"),
        (&["prod", "--stacks", "."], "error["),
        (&["prod", "--stacks", ".", "--keys", "1"], "error["),
        (&[], "the following required arguments were not provided"),
        (&["--keys", "-1"], "-1"),
        (&["--keys", "1", "--requests", "1000000000000000000000"], "1000000000000000000000"),
    ] {
        let (status, table, talk) = cost(folder.path(), arguments);
        assert_eq!((status, table.as_str()), (Some(2), ""), "{arguments:?}: {talk}");
        assert!(talk.contains(message), "{arguments:?}: {talk}");
    }
    fs::write(folder.path().join("keys.yaml"), "constructs: { security: { data: { KmsKey: {} } } }")
        .expect("it can be written");
    assert_eq!(cost(folder.path(), &["prod", "--stacks", "."]).0, Some(0));
}
