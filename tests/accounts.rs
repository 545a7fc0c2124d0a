//! Who is of another account: for certain where both are named, and perhaps where one is not.

mod common;

use common::{ENVIRONMENTS, findings, only_notes, statements, try_synthesize};
use serde_json::Value as Json;
use synth::synth::SynthesizedStack;

/// An environment in a named account.
const NAMED: &str = "environments: { dev: { protection: open, account: '111122223333', regions: [eu-west-1] } }";

/// One of everything that a role can be granted, and a role of the account `444455556666` that is.
const STACK: &str = "
constructs:
  security:
    data: { KmsKey: {} }
  storage:
    orders: { EncryptedTable: { key: security/data, partition-key: { id: S }, stream: keys-only } }
    files: { EncryptedBucket: { key: security/data } }
  messaging:
    events: { EncryptedTopic: { key: security/data } }
    jobs: { EncryptedQueue: { key: security/data } }
  compute:
    worker:
      EncryptedFunction:
        code: { bucket: artifacts, key: worker.zip }
        runtime: python3.13
        logs-key: security/data
        callers: [outside/auditor]
  outside:
    auditor:
      ImportedRole:
        arn: arn:aws:iam::444455556666:role/Auditor
        grants:
          security/data: encrypt
          storage/orders: [read, read-stream]
          storage/files: read
          messaging/events: publish
          messaging/jobs: send
";

fn synthesize(environments: &str, stack: &str) -> (SynthesizedStack, String) {
    let (synthesis, found) = try_synthesize(common::folder(environments, &[("app.yaml", stack)]).path(), "dev");
    (synthesis.unwrap_or_else(|| panic!("{found}")).stacks.remove(0), found)
}

#[test]
fn what_lets_in_a_role_that_may_be_of_another_account_is_written_for_both_sides() {
    for environments in [NAMED, ENVIRONMENTS] {
        let (stack, found) = synthesize(environments, STACK);
        assert!(only_notes(&found), "{found}");
        let property = |id: &str, name: &str| common::json(&stack.template.resources[id].properties[name]);
        for (id, policy) in [
            ("SecurityData", "KeyPolicy"),
            ("StorageFilesPolicy", "PolicyDocument"),
            ("MessagingEventsPolicy", "PolicyDocument"),
            ("MessagingJobsPolicy", "PolicyDocument"),
        ] {
            let all = statements(&stack.template, id, policy);
            assert!(all.iter().any(|(sid, _)| sid.ends_with("ByOutsideAuditor")), "{id}: {all:?}");
        }
        let table = property("StorageOrders", "ResourcePolicy")["PolicyDocument"]["Statement"][0].clone();
        assert_eq!(table["Sid"], "ReadByOutsideAuditor");
        let stream = property("StorageOrders", "StreamSpecification")["ResourcePolicy"].clone();
        assert_eq!(stream["PolicyDocument"]["Statement"][0]["Sid"], "ReadByOutsideAuditor");
        let caller = property("ComputeWorkerOutsideAuditorPermission", "Principal");
        assert_eq!(caller, "arn:aws:iam::444455556666:role/Auditor");
        let [request] = stack.requests.as_slice() else { panic!("its owner is asked once: {:?}", stack.requests) };
        let asked: Vec<&str> = sids(&request.document);
        for sid in ["ReadStorageOrders", "ReadStorageFiles", "PublishToMessagingEvents", "SendMessagingJobs"] {
            assert!(asked.contains(&sid), "{sid}: {asked:?}");
        }
        assert!(asked.contains(&"InvokeComputeWorker"), "{asked:?}");
    }
}

fn sids(document: &Json) -> Vec<&str> {
    document["Statement"].as_array().into_iter().flatten().filter_map(|one| one["Sid"].as_str()).collect()
}

#[test]
fn a_role_of_the_account_needs_no_policy_of_what_it_reads() {
    for (environments, role) in [
        (NAMED, "arn: 'arn:aws:iam::111122223333:role/Auditor'"),
        (ENVIRONMENTS, "name: Auditor"), // of no named account, like what it reads
    ] {
        let stack = STACK.replace("arn: arn:aws:iam::444455556666:role/Auditor", role);
        let (stack, _) = synthesize(environments, &stack);
        assert!(!stack.template.resources["StorageOrders"].properties.contains_key("ResourcePolicy"));
        let bucket = statements(&stack.template, "StorageFilesPolicy", "PolicyDocument");
        assert!(bucket.iter().all(|(sid, _)| !sid.ends_with("ByOutsideAuditor")), "{bucket:?}");
    }
}

/// What no policy of a resource lets a role of another account do, with what is said about it.
const REFUSED: &[(&str, &str)] = &[
    ("storage/secret: read", "`read` on an `EncryptedSecret` cannot be granted to a role of another account"),
    ("storage/audit: write", "`write` on an `EncryptedLogGroup` cannot be granted to a role of another account"),
    ("compute/other: invoke", "`invoke` does not let in a role of another account"),
    ("messaging/plain: publish", "a role of another account cannot use the key that AWS manages for SNS"),
    ("storage/plain: read", "a role of another account cannot use the key that AWS manages for S3 in this one"),
];

#[test]
fn what_nothing_lets_in_is_an_error_where_accounts_differ_and_a_note_where_they_may() {
    for (grant, message) in REFUSED {
        let stack = format!(
            "
constructs:
  security: {{ data: {{ KmsKey: {{}} }} }}
  storage:
    secret: {{ EncryptedSecret: {{ key: security/data }} }}
    audit: {{ EncryptedLogGroup: {{ key: security/data }} }}
    plain: {{ EncryptedBucket: {{}}, encryption: aws-managed, unprotected: nothing is in it }}
  messaging: {{ plain: {{ EncryptedTopic: {{}}, encryption: aws-managed, unprotected: nothing is in it }} }}
  compute:
    other: {{ EncryptedFunction: {{ code: {{ bucket: b1c, key: o.zip }}, runtime: python3.13, logs-key: security/data }} }}
  outside:
    auditor: {{ ImportedRole: {{ arn: 'arn:aws:iam::444455556666:role/Auditor', grants: {{ {grant} }} }} }}
"
        );
        let found = findings(NAMED, &stack, "dev");
        assert!(found.lines().any(|line| line.starts_with("error[") && line.contains(message)), "{grant}: {found}");
        let found = findings(ENVIRONMENTS, &stack, "dev");
        assert!(only_notes(&found), "{grant}: {found}");
        assert!(found.lines().any(|line| line.starts_with("note[") && line.contains(message)), "{grant}: {found}");
        assert!(found.contains("is known only at deployment: `account` in environments.yaml names"), "{found}");
        let own = findings(NAMED, &stack.replace("444455556666", "111122223333"), "dev");
        assert!(!own.contains("another account"), "{grant}: {own}");
    }
}

#[test]
fn a_role_that_may_be_of_the_account_reaches_replicas() {
    let stack = "
constructs:
  security:
    near: { KmsKey: {} }
    far: { KmsKey: {}, region: eu-central-1 }
  storage:
    orders:
      EncryptedTable:
        key: security/near
        partition-key: { id: S }
        replicas: { eu-central-1: { key: security/far } }
  outside:
    auditor: { ImportedRole: { arn: 'arn:aws:iam::444455556666:role/Auditor', grants: { storage/orders: read } } }
";
    let environments = "environments: { dev: { protection: open, regions: [eu-west-1, eu-central-1] } }";
    let (synthesis, found) = try_synthesize(common::folder(environments, &[("app.yaml", stack)]).path(), "dev");
    let stacks = synthesis.unwrap_or_else(|| panic!("{found}")).stacks;
    let near = stacks.iter().find(|stack| stack.primary).expect("it has two regions");
    let asked = near.requests[0].document.to_string();
    assert!(asked.contains("eu-west-1") && asked.contains("eu-central-1"), "{asked}");
}

#[test]
fn a_bucket_asks_the_owner_of_a_function_that_may_be_of_another_account() {
    let stack = "
constructs:
  security: { data: { KmsKey: {} } }
  compute: { scan: { ImportedFunction: { arn: 'arn:aws:lambda:eu-west-1:444455556666:function:scan' } } }
  storage:
    files:
      EncryptedBucket:
        key: security/data
        notifications: { functions: { compute/scan: { events: ['s3:ObjectCreated:*'] } } }
";
    let (stack, found) = synthesize(ENVIRONMENTS, stack);
    assert!(only_notes(&found), "{found}");
    assert!(!stack.template.resources.contains_key("StorageFilesComputeScanPermission"));
    assert_eq!(stack.requests[0].document["Statement"][0]["Action"], "lambda:InvokeFunction");
}

#[test]
fn events_go_to_a_function_that_may_be_of_the_account() {
    let stack = "
constructs:
  security: { data: { KmsKey: {} } }
  compute: { scan: { ImportedFunction: { arn: 'arn:aws:lambda:eu-west-1:444455556666:function:scan' } } }
  logs:
    audit: { EncryptedLogGroup: { key: security/data, subscriptions: { scan: { to: { function: compute/scan } } } } }
";
    assert!(findings(NAMED, stack, "dev").contains("of the log group's own account and region only"));
    assert!(only_notes(&findings(ENVIRONMENTS, stack, "dev")), "{}", findings(ENVIRONMENTS, stack, "dev"));
}

#[test]
fn a_policy_in_a_named_account_speaks_of_named_accounts_only() {
    let keys = "
account: '999988887777'
constructs: { security: { data: { KmsKey: {} } } }
";
    let app = "
constructs:
  messaging: { events: { EncryptedTopic: { key: keys:security/data } } }
  outside: { publisher: { ImportedRole: { name: Publisher, grants: { messaging/events: publish } } } }
";
    let found = |account: &str| {
        let environments = format!(
            "environments: {{ dev: {{ protection: open, regions: [eu-west-1], stack-output-role: role/Read{account} }} }}"
        );
        try_synthesize(common::folder(&environments, &[("app.yaml", app), ("keys.yaml", keys)]).path(), "dev").1
    };
    let unnamed = found("");
    let message = "error[missing-property]: this is let in by a policy in the account `999988887777`";
    assert!(unnamed.contains(message) && unnamed.contains("app.yaml:3"), "{unnamed}");
    assert!(unnamed.contains("`account` in environments.yaml names it"), "{unnamed}");
    let named = found(", account: '111122223333'");
    assert!(only_notes(&named), "{named}");
}

#[test]
fn a_role_that_reads_outputs_is_needed_for_another_account() {
    let keys = "constructs: { security: { data: { KmsKey: {} } } }";
    let app = "constructs: { messaging: { events: { EncryptedTopic: { key: keys:security/data } } } }";
    let found = |account: &str, own: &str| {
        let environments = format!("environments: {{ dev: {{ protection: open, regions: [eu-west-1]{account} }} }}");
        let keys = format!("{own}{keys}");
        try_synthesize(common::folder(&environments, &[("app.yaml", app), ("keys.yaml", &keys)]).path(), "dev").1
    };
    let (here, there) = (", account: '111122223333'", "account: '999988887777'\n");
    let certain = found(here, there);
    let message =
        "error[missing-output-role]: this reads an output of `keys-dev`, which is in another account: `999988887777`";
    assert!(certain.contains(message), "{certain}");
    let perhaps = found("", there);
    let message = "note[missing-output-role]: this reads an output of `keys-dev`, which may be in another account";
    assert!(perhaps.contains(message), "{perhaps}");
    for (here, own) in [("", ""), (here, ""), (here, "account: '111122223333'\n")] {
        let found = found(here, own);
        assert!(!found.contains("missing-output-role"), "{found}");
    }
}

#[test]
fn a_name_that_holds_the_account_is_nobody_elses() {
    let stack = |beside: &str| {
        format!(
            "constructs: {{ storage: {{ files: {{ EncryptedBucket: {{ {beside} }}, name: '{{{{ account }}}}-data' }} }} }}"
        )
    };
    let rules = "encryption: aws-owned";
    let environments =
        |dev: &str, prod: &str| format!("environments: {{ dev: {{ {rules}{dev} }}, prod: {{ {rules}{prod} }} }}");
    for beside in ["namespace: account-regional", ""] {
        let found = findings(&environments("", ""), &stack(beside), "dev");
        assert!(found.contains("is also in `prod`, which may share an account"), "{found}");
        assert!(found.contains("`{{ env }}` in it, or an `account` for each environment"), "{found}");
        let [one, other] = ["111122223333", "444455556666"].map(|account| format!(", account: '{account}'"));
        assert!(only_notes(&findings(&environments(&one, &other), &stack(beside), "dev")));
    }
}
