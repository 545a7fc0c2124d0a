//! Keys that are more than one: pools and replicas.

mod common;

use std::collections::BTreeMap;
use std::path::Path;

use annotate_snippets::Renderer;
use common::{ENVIRONMENTS, json, statements, template};
use serde_json::{Value as Json, json};
use synth::definition::Project;
use synth::diagnostic::{Sources, render};
use synth::release::Release;
use synth::template::Format;

const POOL: &str = "
constructs:
  security:
    wallets: { KeyPool: { size: 3, retired: [2] } }
    logs: { KmsKey: {} }
  storage: { items: { EncryptedTable: { key: 'security/wallets[3]', partition-key: { id: S } } } }
  compute:
    service:
      EncryptedFunction:
        code: { bucket: artifacts, key: worker.zip }
        runtime: python3.13
        logs-key: security/logs
        grants: { security/wallets: [encrypt, decrypt, describe] }
outputs: { Second: 'security/wallets[2].alias-name' }
";

fn policy(template: &synth::template::Template, id: &str, property: &str) -> BTreeMap<String, Json> {
    statements(template, id, property).into_iter().collect()
}

#[test]
fn a_pool_is_granted_as_a_whole_and_retired_keys_only_decrypt() {
    let template = template(ENVIRONMENTS, POOL, "dev");
    let aliases: Vec<Json> = (1..=3)
        .map(|n| json(&template.resources[&format!("SecurityWalletsKey{n}Alias")].properties["AliasName"]))
        .collect();
    assert_eq!(aliases[0], "alias/app-dev-security-key-wallets-1");
    assert_eq!(json(&template.outputs["Second"].value), aliases[1]);
    for (number, encrypts) in [(1, true), (2, false), (3, true)] {
        let policy = policy(&template, &format!("SecurityWalletsKey{number}"), "KeyPolicy");
        let (sid, actions) = match encrypts {
            true => ("UseByComputeServiceRole", json!(["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt"])),
            false => ("DecryptByComputeServiceRole", json!("kms:Decrypt")),
        };
        assert_eq!(policy[sid]["Action"], actions, "key {number}");
        assert_eq!(policy.contains_key("DynamoDbCreate"), number == 3);
    }
    let arn = |number: u32| json!({ "Fn::GetAtt": [format!("SecurityWalletsKey{number}"), "Arn"] });
    let role = policy(&template, "ComputeServiceRolePolicy", "PolicyDocument");
    assert_eq!(role["UseUnderSeveralKeys"]["Resource"], json!([arn(1), arn(3)]));
    assert_eq!(role["DecryptUnderSecurityWalletsKey2"]["Resource"], arn(2));
    let table = json(&template.resources["StorageItems"].properties["SSESpecification"]);
    assert_eq!(table["KMSMasterKeyId"], arn(3));
}

#[test]
fn growing_a_pool_leaves_its_keys_as_they_are() {
    let before = template(ENVIRONMENTS, POOL, "prod");
    let after = template(ENVIRONMENTS, &POOL.replace("size: 3", "size: 5"), "prod");
    for (id, resource) in &before.resources {
        if id != "ComputeServiceRolePolicy" {
            assert_eq!(after.resources[id], *resource, "{id}");
        }
    }
    assert_eq!(after.resources.len(), before.resources.len() + 4);
}

#[test]
fn members_are_named_where_one_is_meant() {
    for (from, to, message) in [
        ("'security/wallets[3]'", "security/wallets", "`security/wallets` is a pool, and one of its keys is meant"),
        ("'security/wallets[3]'", "'security/wallets[4]'", "`security/wallets` has 3 keys, and so no key 4"),
        ("'security/wallets[3]'", "'security/wallets[2]'", "key 2 of the pool is retired"),
        ("'security/wallets[3]'", "'security/logs[1]'", "`security/logs` is a `KmsKey`, not a pool with members"),
        ("security/wallets: [encrypt", "'security/wallets[1]': [encrypt", "granted on all of its keys"),
        ("retired: [2]", "retired: [4]", "the pool has 3 keys, and so no key 4"),
        ("retired: [2]", "retired: [1, 2, 3]", "every key of the pool is retired"),
    ] {
        let found = common::findings(ENVIRONMENTS, &POOL.replace(from, to), "dev");
        assert!(found.contains(message), "{to}: {found}");
    }
}

const REGIONS: &str = "
environments:
  dev: { protection: open, regions: [eu-west-1, eu-central-1] }
";

const REPLICA: &str = "
constructs:
  security:
    phi: { KmsKey: { multi-region: true } }
    copy:
      ReplicaKey: { of: security/phi }
      region: eu-central-1
  storage:
    items:
      EncryptedTable: { key: security/copy, partition-key: { id: S } }
      region: eu-central-1
";

#[test]
fn a_replica_is_a_key_of_its_region_with_a_policy_of_its_own() {
    let synthesis = common::synthesize_all(REGIONS, &[("app.yaml", REPLICA)], "dev");
    let [primary, other] = synthesis.stacks.as_slice() else { panic!("a stack for each region") };
    let replica = &other.template.resources["SecurityCopy"];
    assert_eq!(replica.kind, "AWS::KMS::ReplicaKey");
    assert!(replica.is_key() && replica.key_policy().len() > 1, "runs count it, and its statements");
    let output = json!({ "StackName": "app-dev", "OutputName": "SecurityPhiArn", "Region": "eu-west-1" });
    assert_eq!(json(&replica.properties["PrimaryKeyArn"]), json!({ "Fn::GetStackOutput": output }));
    assert!(policy(&other.template, "SecurityCopy", "KeyPolicy").contains_key("DynamoDbCreate"));
    assert!(!policy(&primary.template, "SecurityPhi", "KeyPolicy").contains_key("DynamoDbCreate"));
    let table = json(&other.template.resources["StorageItems"].properties["SSESpecification"]);
    assert_eq!(table["KMSMasterKeyId"], json!({ "Fn::GetAtt": ["SecurityCopy", "Arn"] }));
}

#[test]
fn deployers_replicate_a_key_into_the_regions_of_its_replicas() {
    let environments = REGIONS.replace("eu-central-1]", "eu-central-1, eu-north-1], deployers: [role/deploy]");
    let other = "    north: { ReplicaKey: { of: security/phi }, region: eu-north-1 }\n    copy:";
    let synthesis = common::synthesize_all(&environments, &[("app.yaml", &REPLICA.replace("    copy:", other))], "dev");
    let statement = &policy(&synthesis.stacks[0].template, "SecurityPhi", "KeyPolicy")["Replicate"];
    assert_eq!(statement["Action"], "kms:ReplicateKey");
    let deployer = json!({ "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/deploy" });
    let condition = json!({
        "ArnEquals": { "aws:PrincipalArn": deployer },
        "StringEquals": { "kms:ReplicaRegion": ["eu-north-1", "eu-central-1"] },
    });
    assert_eq!(statement["Condition"], condition);
}

#[test]
fn a_replica_is_elsewhere_and_its_primary_can_have_one() {
    let other = "    other: { ReplicaKey: { of: security/phi }, region: eu-central-1 }\n    copy:";
    for (changes, message) in [
        (vec![("multi-region: true", "multi-region: false")], "`security/phi` is no multi-Region key"),
        (
            vec![
                ("KmsKey: { multi-region: true }", "KeyPool: { size: 1 }"),
                ("of: security/phi", "of: 'security/phi[1]'"),
            ],
            "`security/phi[1]` is no multi-Region key",
        ),
        (
            vec![("of: security/phi", "of: security/other"), ("    copy:", other)],
            "`security/other` is a replica itself",
        ),
        (
            vec![("of: security/phi }\n      region: eu-central-1", "of: security/phi }")],
            "a replica is in another region",
        ),
    ] {
        let stack = changes.iter().fold(REPLICA.to_owned(), |stack, (from, to)| stack.replace(from, to));
        let found = common::findings(REGIONS, &stack, "dev");
        assert!(found.contains(message), "{stack}: {found}");
    }
}

/// A function beside a replica, which is granted a word on it.
const WORKER: &str = "
    logs: { KmsKey: {}, region: eu-central-1 }
  compute:
    worker:
      EncryptedFunction:
        code: { bucket: artifacts, key: worker.zip }
        runtime: python3.13
        logs-key: security/logs
        grants: { security/copy: WORD }
      region: eu-central-1
";

#[test]
fn a_replica_does_what_its_primary_does() {
    let (symmetric, signs) = ("multi-region: true", "multi-region: true, spec: ECC_NIST_P256, usage: SIGN_VERIFY");
    let encrypts = "multi-region: true, spec: RSA_2048";
    let by = |action: &str| format!("used-by: [{{ principal: '444455556666', actions: ['kms:{action}'] }}]");
    let allows = |action: &str| {
        let to = "effect: allow, principals: ['444455556666']";
        format!("extra-statements: [{{ sid: Uses, {to}, actions: ['kms:{action}'] }}]")
    };
    let (keys, _) = REPLICA.split_once("\n  storage:").expect("the table comes last");
    let of = |primary: &str, copy: &str| {
        keys.replace(symmetric, primary).replace("of: security/phi", &format!("of: security/phi, {copy}"))
    };
    let granted = |primary: &str, word: &str| of(primary, "") + &WORKER.replace("WORD", word);
    let context = "used-by: [{ principal: '444455556666', context: { a: b }, actions: [kms:Decrypt] }]";
    for (stack, mistake) in [
        (of(symmetric, &allows("Sign")), Some("does not perform `kms:Sign`")),
        (of(symmetric, &by("GenerateMac")), Some("does not perform `kms:GenerateMac`")),
        (granted(symmetric, "sign"), Some("a key of `SYMMETRIC_DEFAULT` for `ENCRYPT_DECRYPT` does not sign")),
        (granted(symmetric, "decrypt"), None),
        (of(signs, &allows("Decrypt")), Some("a key of `ECC_NIST_P256` for `SIGN_VERIFY` does not perform")),
        (granted(signs, "decrypt"), Some("a key of `ECC_NIST_P256` for `SIGN_VERIFY` does not decrypt")),
        (granted(signs, "sign"), None),
        (of(signs, &by("Sign")), None),
        (of(encrypts, context), Some("requests with a key of `RSA_2048` have no encryption context")),
        (REPLICA.replace(symmetric, signs), Some("data can be encrypted under symmetric keys only")),
    ] {
        let found = common::findings(REGIONS, &stack, "dev");
        match mistake {
            Some(message) => assert!(found.contains(message) && found.contains("its primary"), "{stack}: {found}"),
            None => assert!(common::only_notes(&found), "{stack}: {found}"),
        }
    }
}

#[test]
fn where_awss_keys_encrypt_pools_and_replicas_are_a_mistake_unless_left_out() {
    let environments = "environments:
  dev: { protection: open, encryption: aws-managed, regions: [eu-west-1, eu-central-1] }
  prod: { protection: open, regions: [eu-west-1, eu-central-1] }
";
    let pool = POOL
        .replace("grants: { security/wallets: [encrypt, decrypt, describe] }", "")
        .replace("outputs: { Second: 'security/wallets[2].alias-name' }", "");
    for (stack, message) in [
        (&*pool, "error[absent-key]: `security/wallets` is a `KeyPool`, which does not exist where `encryption` is"),
        (REPLICA, "error[absent-key]: `security/copy` is a `ReplicaKey`, which does not exist where `encryption` is"),
    ] {
        let found = common::findings(environments, stack, "dev");
        assert!(found.contains(message) && found.contains("the rule"), "{found}");
        assert!(found.contains("`in: { dev: absent }` beside its kind leaves it out"), "{found}");
        assert_eq!(found.matches("error[").count(), 1, "{found}");
    }
    let kind = "KeyPool: { size: 3, retired: [2] }";
    for out in ["in: { dev: absent }", "only: [prod]"] {
        let stack = pool.replace(kind, &format!("{kind}, {out}"));
        let found = common::findings(environments, &stack, "dev");
        assert!(common::only_notes(&found), "a table needs no key here: {found}");
        let found = common::findings(environments, &stack, "prod");
        assert!(common::only_notes(&found), "{found}");
    }
    let stack = pool.replace(kind, &format!("{kind}, only: [dev]"));
    let found = common::findings(environments, &stack, "prod");
    assert!(found.contains("`security/wallets[3]` is absent in this environment"), "a table needs it: {found}");
}

#[test]
fn a_pool_says_what_its_keys_have_in_common() {
    let value = |value: &str, name: &str| {
        let stack = POOL.replace(
            "  compute:",
            &format!(
                "  lookup: {{ pool: {{ Parameter: {{ value: {{ ref: security/wallets.{value} }} }} }} }}\n  compute:"
            ),
        );
        let stack = stack.replace("retired: [2] } }", &format!("retired: [2] }}{name} }}"));
        json(&template(ENVIRONMENTS, &stack, "dev").resources["LookupPool"].properties["Value"])
    };
    assert_eq!(value("size", ""), "3");
    assert_eq!(value("alias-prefix", ""), "app-dev-security-key-wallets");
    assert_eq!(value("alias-prefix", ", name: \"alias/{{ env }}-wallet-key\""), "dev-wallet-key");
    assert_eq!(value("aliases", ", name: \"{{ env }}-wallet-key\""), "alias/dev-wallet-key-1,alias/dev-wallet-key-3");
    let stack = POOL.replace("security/wallets[2].alias-name", "security/wallets.arn");
    let found = common::findings(ENVIRONMENTS, &stack, "dev");
    assert!(found.contains("`security/wallets` is a pool, and one of its keys is meant"), "{found}");
}

/// What is found when a stack is written to a folder, in which its project is.
fn write(stack: &str, environment: &str, format: Format, out: &Path) -> String {
    let folder = out.join("stacks");
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    std::fs::write(folder.join("environments.yaml"), ENVIRONMENTS).expect("it can be written");
    std::fs::write(folder.join("app.yaml"), stack).expect("it can be written");
    let mut sources = Sources::default();
    let project = Project::load(&folder, &mut sources).0.expect("it can be read");
    let release = Release::prepare(&project, environment, &[], format).0.expect("nothing is wrong");
    let found = render(&release.write(out).1, &sources, &Renderer::plain());
    found.replace(&format!("{}/", out.display()), "")
}

#[test]
fn a_pool_of_a_protected_environment_loses_no_key() {
    let smaller = POOL.replace("size: 3", "size: 2").replace("wallets[3]", "wallets[1]");
    for (environment, kept) in [("dev", false), ("staging", true), ("prod", true)] {
        for format in [Format::Json, Format::Yaml] {
            let out = tempfile::tempdir().expect("a folder can be made");
            assert_eq!(write(POOL, environment, Format::Json, out.path()), "");
            let template = || std::fs::read_to_string(out.path().join("app.template.json")).ok();
            let before = template();
            let found = write(&smaller, environment, format, out.path());
            let message =
                "error[lost-key]: `security/wallets` had more keys before: `SecurityWalletsKey3` is in the template";
            assert_eq!(found.contains(message), kept, "{environment}: {found}");
            assert_eq!(found.matches("[lost-key]").count(), usize::from(kept), "{environment}: {found}");
            assert_eq!(template() == before, kept, "{environment}");
            assert_eq!(write(&POOL.replace("size: 3", "size: 4"), environment, format, out.path()), "");
        }
    }
}

#[test]
fn a_pool_is_not_taken_for_another_construct_nor_for_words() {
    let out = tempfile::tempdir().expect("a folder can be made");
    let stack = "
constructs:
  a:
    key: { KeyPool: { size: 1, description: instead of AKeyKey3 } }
    key-key2: { KmsKey: {} }
";
    for format in [Format::Json, Format::Json, Format::Yaml] {
        assert_eq!(write(stack, "staging", format, out.path()), "");
    }
}

#[test]
fn a_key_that_stays_when_it_leaves_is_a_warning() {
    let keys =
        "constructs: { security: { wallets: { KeyPool: { size: 3 } }, data: { KmsKey: {} }, rest: { KmsKey: {} } } }";
    let rest = "constructs: { security: { rest: { KmsKey: {} } } }";
    let moved = "constructs: { security: { all: { KeyPool: { size: 3 }, was: security/wallets }, rest: { KmsKey: {}, was: security/data } } }";
    for (environment, kept) in [("dev", false), ("staging", true)] {
        let out = tempfile::tempdir().expect("a folder can be made");
        assert_eq!(write(keys, environment, Format::Json, out.path()), "");
        let found = write(moved, environment, Format::Json, out.path());
        assert_eq!(found.contains("= note: `SecurityRest`\n"), kept, "one key took the place of another: {found}");
        assert!(!found.contains("SecurityWallets"), "{found}");
        assert_eq!(write(keys, environment, Format::Json, out.path()), "");
        let found = write(rest, environment, Format::Yaml, out.path());
        if kept {
            let message = "warning[lost-key]: keys leave `app-staging`: they stay in the account, and no stack manages them\n--> app.template.json";
            assert!(found.contains(message), "{found}");
            for id in ["SecurityWalletsKey1", "SecurityWalletsKey3", "SecurityData"] {
                assert!(found.contains(&format!("= note: `{id}`\n")), "{id}: {found}");
            }
            assert!(!found.contains("SecurityRest"), "{found}");
        } else {
            assert_eq!(found, "", "they go with the template");
        }
        assert_eq!(write(rest, environment, Format::Json, out.path()), "", "it is said once");
    }
}

#[test]
fn a_key_outlives_what_is_under_it() {
    let stack = "
constructs:
  security:
    data: { KmsKey: {} }
    other: { Alias: { key: security/data } }
    pool: { KeyPool: { size: 2 } }
    messages: { KmsKey: {} }
  storage:
    items:
      EncryptedTable: { key: security/data, partition-key: { id: S } }
      deletion-policy: retain
      replacement-policy: retain
    files: { EncryptedBucket: { key: 'security/pool[2]' }, deletion-policy: retain-except-on-create }
  messaging: { events: { EncryptedTopic: { key: security/messages } } }
";
    let template = template("environments: { dev: { protection: open } }", stack, "dev");
    let policies = |id: &str| {
        let resource = &template.resources[id];
        [&resource.deletion_policy, &resource.update_replace_policy].map(|policy| policy.clone().unwrap_or_default())
    };
    for id in ["SecurityData", "SecurityDataAlias", "SecurityOther"] {
        assert_eq!(policies(id), ["Retain", "Retain"], "{id}");
    }
    for id in ["SecurityPoolKey2", "SecurityPoolKey2Alias"] {
        assert_eq!(policies(id), ["RetainExceptOnCreate", "Delete"], "{id}");
    }
    for id in ["SecurityPoolKey1", "SecurityMessages"] {
        assert_eq!(policies(id), ["Delete", "Delete"], "{id}");
    }
}

#[test]
fn a_key_in_another_stack_outlives_what_is_under_it_too() {
    let keys = "
protection: open
unprotected: restored nightly
constructs: { security: { data: { KmsKey: {} } } }
";
    let app = "constructs: { storage: { items: { EncryptedTable: { key: 'keys:security/data', partition-key: { id: S } } } } }";
    let stacks = common::synthesize_all(ENVIRONMENTS, &[("app.yaml", app), ("keys.yaml", keys)], "prod").stacks;
    let keys = &stacks.iter().find(|stack| stack.stack == "keys").expect("it is there").template;
    assert_eq!(keys.resources["SecurityData"].deletion_policy.as_deref(), Some("Retain"));
}

#[test]
fn a_key_that_is_said_to_go_before_what_is_under_it_is_a_mistake() {
    let stack = |rule: &str| {
        format!(
            "
constructs:
  security: {{ data: {{ KmsKey: {{}}, {rule}, unprotected: restored nightly }} }}
  storage: {{ items: {{ EncryptedTable: {{ key: security/data, partition-key: {{ id: S }} }} }} }}
"
        )
    };
    for rule in ["deletion-policy", "replacement-policy"] {
        let found = common::findings(ENVIRONMENTS, &stack(&format!("{rule}: delete")), "prod");
        let message = format!("`{rule}` of `security/data` is `delete`, and what is encrypted under it stays");
        assert!(found.contains(&format!("error[conflicting-properties]: {message}")), "{found}");
        assert!(found.contains("this stays"), "both places are shown: {found}");
        assert!(common::only_notes(&common::findings(ENVIRONMENTS, &stack(&format!("{rule}: retain")), "prod")));
    }
}

#[test]
fn nothing_is_put_under_a_key_that_cannot_encrypt_it() {
    let stack = |key: &str| {
        format!(
            "
constructs:
  security:
    signing: {{ KmsKey: {{ spec: RSA_2048, usage: SIGN_VERIFY }} }}
    pool: {{ KeyPool: {{ size: 2, retired: [1] }} }}
  storage:
    files: {{ EncryptedBucket: {{ key: '{key}' }} }}
    items: {{ EncryptedTable: {{ key: '{key}', partition-key: {{ id: S }} }} }}
  messaging:
    events: {{ EncryptedTopic: {{ key: '{key}' }} }}
    orders: {{ EncryptedQueue: {{ key: '{key}' }} }}
  store: {{ login: {{ EncryptedSecret: {{ key: '{key}' }} }}, token: {{ SecureParameter: {{ key: '{key}' }} }} }}
  logs: {{ audit: {{ EncryptedLogGroup: {{ key: '{key}' }} }} }}
"
        )
    };
    for (key, message) in [
        ("security/signing", "error[conflicting-properties]: data can be encrypted under symmetric keys only"),
        ("security/pool[1]", "error[conflicting-properties]: key 1 of the pool is retired, and cannot encrypt"),
    ] {
        let found = common::findings(ENVIRONMENTS, &stack(key), "dev");
        assert_eq!(found.matches(message).count(), 7, "{key}: {found}");
    }
    assert!(common::only_notes(&common::findings(ENVIRONMENTS, &stack("security/pool[2]"), "dev")));
}
