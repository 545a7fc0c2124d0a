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
        (
            "MODE",
            "AWS_SECRET_ACCESS_KEY",
            "`AWS_SECRET_ACCESS_KEY` is not a name for a variable: letters, digits and `_`",
        ),
        ("MODE", "AWS_REGION", "and neither `AWS_REGION`, which the file has by itself, nor a credential"),
        ("MODE", "\"Q:\"", "`Q:` is not a name for a variable: letters, digits and `_`, no digit first"),
        ("MODE", "1ST", "`1ST` is not a name for a variable"),
    ] {
        let found = common::findings(ENVIRONMENTS, &STACK.replace(from, to), "dev");
        assert!(found.contains(message), "{to}: {found}");
    }
    let anywhere = "environments: { dev: { protection: open } }";
    let stack = STACK.replace(", region: eu-central-1", "");
    let found = common::findings(anywhere, &stack, "dev");
    assert!(found.contains("`AWS_REGION` is known only when the stack is deployed"), "{found}");
}

#[test]
fn names_are_those_of_shells_and_not_of_lambda() {
    for name in ["Q", "_X_AMZN_TRACE_ID", "Ref", "AWS_DEFAULT_REGION"] {
        let stack = STACK.replace("MODE", name);
        let synthesis = common::synthesize_all(ENVIRONMENTS, &[("app.yaml", &stack)], "dev");
        let file = synthesis.stacks.iter().find_map(output::env_file).expect("there is one");
        assert!(file.text.ends_with(&format!("\n{name}=careful\n")), "{}", file.text);
    }
}

#[test]
fn what_a_shell_would_not_take_as_it_is_is_refused() {
    for value in ["x; touch /tmp/pwned", "a\\nb", "$HOME", "`id`", "~", "a b", "'", "#", "ä", "!"] {
        let found = common::findings(ENVIRONMENTS, &STACK.replace("careful", &format!("\"{value}\"")), "dev");
        let message = "error[invalid-value]: the value of `MODE` has more than letters, digits and `_-.,:/@+%`\n --> app.yaml:5:9";
        assert!(found.contains(message), "{value}: {found}");
    }
    let role = STACK.replace("careful", "{ ref: outside/reader.name }");
    let role = role + "  outside: { reader: { ImportedRole: { name: 'Reader=1' } } }\n";
    let found = common::findings(ENVIRONMENTS, &role, "dev");
    assert!(found.contains("the value of `MODE` has more than"), "what others chose, too: {found}");
}

#[test]
fn a_stack_that_is_in_a_secondary_region_has_it_there() {
    let stack = STACK.replace("size: 2 }", "size: 2 }, region: eu-central-1");
    let synthesis = common::synthesize_all(ENVIRONMENTS, &[("app.yaml", &stack)], "dev");
    let files: Vec<_> = synthesis.stacks.iter().filter_map(output::env_file).collect();
    let [file] = files.as_slice() else { panic!("there is one: {files:?}") };
    assert!(file.text.starts_with("AWS_REGION=eu-central-1\nPOOL_SIZE=2\n"), "{}", file.text);
}

#[test]
fn the_primary_region_has_it_wherever_the_first_construct_is() {
    let stack = STACK
        .replace("size: 2 }", "size: 2 }, region: eu-central-1")
        .replace("elsewhere: { KmsKey: {}, region: eu-central-1 }", "elsewhere: { KmsKey: {} }");
    let synthesis = common::synthesize_all(ENVIRONMENTS, &[("app.yaml", &stack)], "dev");
    let [file] = &*synthesis.stacks.iter().filter_map(output::env_file).collect::<Vec<_>>() else {
        panic!("there is one")
    };
    assert!(file.text.starts_with("AWS_REGION=eu-west-1\n"), "{}", file.text);
}
