//! `synth list`: what is listed is what templates have.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use common::{ENVIRONMENTS, folder, try_synthesize};
use serde_json::Value;

fn list(arguments: &[&str], stacks: &Path) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_synth"));
    let command = command.arg("list").args(arguments).arg("--stacks").arg(stacks);
    let Output { status, stdout, stderr } = command.output().expect("the command can be run");
    let text = |bytes| String::from_utf8(bytes).expect("output is text");
    (status.code(), text(stdout), text(stderr))
}

fn json(arguments: &[&str], stacks: &Path) -> Value {
    let (status, listing, talk) = list(&[&["--format", "json"], arguments].concat(), stacks);
    assert!(status == Some(0) && common::only_notes(&talk), "{talk}");
    serde_json::from_str(&listing).expect("a listing is JSON")
}

#[test]
fn every_resource_is_listed_with_its_type() {
    for stacks in ["stacks", "examples", "tests/catalog"] {
        let listing = json(&[], Path::new(stacks));
        for environment in listing["environments"].as_array().expect("there are environments") {
            let name = environment["environment"].as_str().expect("an environment has a name");
            let (synthesis, found) = try_synthesize(Path::new(stacks), name);
            let synthesized = synthesis.unwrap_or_else(|| panic!("{found}")).stacks;
            let in_templates: BTreeSet<String> = synthesized
                .iter()
                .flat_map(|stack| {
                    // The id of a deployment follows from what it holds, which is known when that is built.
                    let resources = stack.template.resources.iter();
                    let resources = resources.filter(|(_, it)| it.kind != "AWS::ApiGateway::Deployment");
                    resources.map(move |(id, resource)| format!("{} {id} {}", stack.stack_name, resource.kind))
                })
                .collect();
            let listed: BTreeSet<String> = environment["stacks"]
                .as_array()
                .expect("there are stacks")
                .iter()
                .flat_map(|stack| {
                    let constructs = stack["constructs"].as_array().expect("there are constructs").iter();
                    let resources = constructs.filter_map(|construct| construct["resources"].as_array()).flatten();
                    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                    let made = resources.filter(|resource| resource["logical_id"].is_string());
                    made.map(move |it| {
                        format!("{} {} {}", text(&stack["stack_name"]), text(&it["logical_id"]), text(&it["type"]))
                    })
                })
                .collect();
            assert_eq!(listed, in_templates, "{stacks} in {name}");
        }
    }
}

#[test]
fn names_that_deployment_completes_are_symbolic() {
    let stack = "naming: '{{ region }}-{{ id }}'\nconstructs: { a: { orders: { KmsKey: {} } } }";
    let environments = "environments: { dev: {}, prod: { regions: [eu-west-1], account: '111122223333' } }";
    let folder = folder(environments, &[("app.yaml", stack)]);
    let (status, text, _) = list(&[], folder.path());
    assert_eq!(status, Some(0));
    let expected = "\
dev
  app: app-dev
    a/orders (KmsKey)
      AOrders       AWS::KMS::Key
      AOrdersAlias  AWS::KMS::Alias  alias/${AWS::Region}-orders
prod
  app: app-prod in 111122223333, eu-west-1
    a/orders (KmsKey)
      AOrders       AWS::KMS::Key
      AOrdersAlias  AWS::KMS::Alias  alias/eu-west-1-orders
";
    assert_eq!(text, expected);
    let listing = json(&["prod"], folder.path());
    assert_eq!(listing["environments"].as_array().map(Vec::len), Some(1));
    let resources = &listing["environments"][0]["stacks"][0]["constructs"][0]["resources"];
    assert_eq!(resources[0]["name"], Value::Null);
    assert_eq!(resources[1]["name"], "alias/eu-west-1-orders");
}

#[test]
fn what_others_own_has_an_arn_and_what_a_tier_leaves_out_makes_nothing() {
    let stack = "constructs: { a: { own: { KmsKey: {} },
        theirs: { ImportedKey: { arn: 'arn:aws:kms:eu-west-1:111122223333:key/0' } } } }";
    let folder = folder("environments: { dev: { encryption: aws-managed } }", &[("app.yaml", stack)]);
    let (status, text, _) = list(&[], folder.path());
    assert_eq!(status, Some(0));
    assert!(text.contains("    a/own (KmsKey) makes nothing here\n"), "{text}");
    let listing = json(&[], folder.path());
    let constructs = &listing["environments"][0]["stacks"][0]["constructs"];
    assert_eq!(constructs[0]["resources"], Value::Array(Vec::new()));
    let theirs = &constructs[1]["resources"][0];
    assert_eq!(theirs["logical_id"], Value::Null);
    assert_eq!(theirs["arn"], "arn:aws:kms:eu-west-1:111122223333:key/0");
}

#[test]
fn replicas_are_listed_and_arns_where_they_are_known() {
    let environments = "environments: { dev: { regions: [eu-west-1, eu-central-1] } }";
    let keys = "stack: keys\nconstructs: { a: { near: { KmsKey: {} }, far: { KmsKey: {}, region: eu-central-1 } } }";
    let table = "constructs: { a: { t: { EncryptedTable: { key: keys:a/near, partition-key: { i: S },
        replicas: { eu-central-1: { key: keys:a/far } } } } } }";
    let folder = folder(environments, &[("keys.yaml", keys), ("app.yaml", table)]);
    let (_, text, _) = list(&[], folder.path());
    let named = "AWS::DynamoDB::GlobalTable  app-dev-a-table-t\n";
    assert!(text.contains(&format!("      AT                 {named}      (in eu-central-1)  {named}")), "{text}");
    let listing = json(&[], folder.path());
    let stacks = listing["environments"][0]["stacks"].as_array().expect("there are stacks");
    let of =
        |stack: &str| stacks.iter().find(|it| it["stack"] == stack).expect("it is listed")["constructs"][0].clone();
    let (table, replica) = (&of("app")["resources"][0], &of("app")["resources"][1]);
    let arn =
        |region: &str| format!("arn:${{AWS::Partition}}:dynamodb:{region}:${{AWS::AccountId}}:table/app-dev-a-table-t");
    assert_eq!((&table["arn"], table.get("region")), (&arn("eu-west-1").into(), None));
    assert_eq!((&replica["arn"], &replica["region"]), (&arn("eu-central-1").into(), &"eu-central-1".into()));
    assert_eq!(replica["logical_id"], Value::Null);
    assert_eq!(of("keys")["resources"][0]["arn"], Value::Null, "AWS numbers it");
}

#[test]
fn what_has_mistakes_is_left_out_and_reported() {
    let stack = "constructs: { a: { good: { KmsKey: {} }, bad: { KmsKey: {}, in: { prod: { rotation: 1 } } } } }";
    let folder = folder(ENVIRONMENTS, &[("app.yaml", stack)]);
    let (status, text, talk) = list(&[], folder.path());
    assert_eq!(status, Some(2), "it is a mistake of one of the environments that were asked for");
    assert_eq!(text.matches("a/bad (KmsKey)").count(), 2, "{text}");
    assert_eq!(text.matches("a/good (KmsKey)").count(), 3, "{text}");
    assert!(talk.contains("error[out-of-range]") && talk.contains("only in `prod`"), "{talk}");
    let (status, _, talk) = list(&["dev", "staging"], folder.path());
    assert_eq!(status, Some(0), "it is a mistake of another environment");
    assert!(talk.contains("warning[out-of-range]"), "{talk}");
}

#[test]
fn an_unknown_environment_is_a_mistake() {
    let folder = folder(ENVIRONMENTS, &[("app.yaml", "constructs: {}")]);
    let (status, text, talk) = list(&["dev", "prd"], folder.path());
    assert_eq!((status, text.as_str()), (Some(2), ""));
    assert!(talk.contains("no environment is called `prd`") && talk.contains("did you mean `prod`?"), "{talk}");
    fs::remove_file(folder.path().join("app.yaml")).expect("it can be removed");
    let (status, _, talk) = list(&[], folder.path());
    assert_eq!(status, Some(2));
    assert!(talk.contains("error[no-stacks]"), "{talk}");
}
