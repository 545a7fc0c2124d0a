//! The file of variables that a stack has for programs outside of AWS.

mod common;

use synth::output;

const STACK: &str = "
env-file:
  POOL_SIZE: { ref: security/wallets.size }
  PREFIX: { ref: security/wallets.alias-prefix }
  MODE: careful
constructs:
  security:
    wallets: { KeyPool: { size: 2 } }
    elsewhere: { KmsKey: {}, region: eu-central-1 }
";

const ENVIRONMENTS: &str = "
environments:
  dev: { protection: open, regions: [eu-west-1, eu-central-1] }
";

#[test]
fn it_has_the_region_and_what_constructs_are_called() {
    let synthesis = common::synthesize_all(ENVIRONMENTS, &[("app.yaml", STACK)], "dev");
    let files: Vec<_> = synthesis.stacks.iter().filter_map(output::env_file).collect();
    let [file] = files.as_slice() else { panic!("the primary region has the only one: {files:?}") };
    assert_eq!(file.name, "app.env");
    assert_eq!(file.text, "AWS_REGION=eu-west-1\nPOOL_SIZE=2\nPREFIX=app-dev-security-key-wallets\nMODE=careful\n");
}

#[test]
fn every_value_is_known_before_the_deployment_and_no_credential() {
    for (from, to, message) in [
        ("careful", "{ ref: security/wallets.arn }", "`security/wallets` is a pool, and one of its keys is meant"),
        ("careful", "{ ref: 'security/wallets[1].arn' }", "`MODE` is known only when the stack is deployed"),
        ("MODE", "AWS_SECRET_ACCESS_KEY", "`AWS_SECRET_ACCESS_KEY`"),
        ("careful", "\"a\\nb\"", "`MODE` has to be one line of text"),
    ] {
        let found = common::findings(ENVIRONMENTS, &STACK.replace(from, to), "dev");
        assert!(found.contains(message), "{to}: {found}");
    }
    let anywhere = "environments: { dev: { protection: open } }";
    let stack = STACK.replace(", region: eu-central-1", "");
    let found = common::findings(anywhere, &stack, "dev");
    assert!(found.contains("`AWS_REGION` is known only when the stack is deployed"), "{found}");
}
