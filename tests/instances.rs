//! Stacks that use each other, in one region and in several.

mod common;

use std::fmt::Write;

use common::{findings, folder, json, synthesize_all, try_synthesize};
use serde_json::json;

const ENVIRONMENTS: &str = "
environments:
  dev: { protection: open, regions: [eu-west-1, eu-central-1] }
  prod: { protection: guarded, regions: [us-east-1, eu-central-1] }
";

const KEYS: &str = "constructs: { security: { data: { KmsKey: {} } } }";

const APP: &str = "
constructs:
  storage:
    near: { EncryptedTable: { key: keys:security/data, partition-key: { id: S } } }
  far:
    logs: { KmsKey: {}, region: eu-central-1 }
    worker:
      EncryptedFunction:
        code: { bucket: artifacts, key: worker.zip }
        runtime: java25
        logs-key: far/logs
        environment: { KEY: { ref: keys:security/data.arn }, TABLE: { ref: storage/near.arn } }
      region: eu-central-1
outputs: { KeyId: keys:security/data.key-id, Worker: far/worker.arn }
";

#[test]
fn a_stack_has_a_template_for_each_region_and_they_deploy_in_order() {
    let synthesis = synthesize_all(ENVIRONMENTS, &[("app.yaml", APP), ("keys.yaml", KEYS)], "dev");
    let stacks: Vec<(&str, &str, Option<&str>)> = synthesis
        .stacks
        .iter()
        .map(|stack| {
            (
                stack.stack.as_str(),
                stack.stack_name.as_str(),
                stack.target.region.as_ref().map(synth::name::Region::as_str),
            )
        })
        .collect();
    assert_eq!(
        stacks,
        [
            ("keys", "keys-dev", Some("eu-west-1")),
            ("app", "app-dev", Some("eu-west-1")),
            ("app", "app-dev", Some("eu-central-1")),
        ]
    );
}

#[test]
fn a_number_of_aws_is_imported_within_a_region_and_read_across() {
    let synthesis = synthesize_all(ENVIRONMENTS, &[("app.yaml", APP), ("keys.yaml", KEYS)], "dev");
    let [keys, near, far] = synthesis.stacks.as_slice() else { panic!("there are three") };
    let output = &keys.template.outputs["SecurityDataArn"];
    assert_eq!(json(&output.value), json!({ "Fn::GetAtt": ["SecurityData", "Arn"] }));
    assert_eq!(output.export.as_ref().map(json), Some(json!("keys-dev:SecurityData:Arn")));
    let key_of = |template: &synth::template::Template, id: &str| {
        json(&template.resources[id].properties["SSESpecification"])["KMSMasterKeyId"].clone()
    };
    assert_eq!(key_of(&near.template, "StorageNear"), json!({ "Fn::ImportValue": "keys-dev:SecurityData:Arn" }));
    let output = json!({ "StackName": "keys-dev", "OutputName": "SecurityDataArn", "Region": "eu-west-1" });
    let variables = &json(&far.template.resources["FarWorker"].properties["Environment"])["Variables"];
    assert_eq!(variables["KEY"], json!({ "Fn::GetStackOutput": output }));
    let table = "arn:${AWS::Partition}:dynamodb:eu-west-1:${AWS::AccountId}:table/app-dev-storage-table-near";
    assert_eq!(variables["TABLE"], json!({ "Fn::Sub": table }), "what has a name is known everywhere");
    // Each output is where the construct is that it speaks of; what speaks of another stack is in the first instance.
    assert_eq!(near.template.outputs.keys().collect::<Vec<_>>(), ["KeyId"]);
    assert_eq!(far.template.outputs.keys().collect::<Vec<_>>(), ["Worker"]);
}

#[test]
fn data_needs_a_key_of_its_own_region() {
    let stack = "
constructs:
  security: { data: { KmsKey: {} } }
  storage: { far: { FAR key: security/data }, region: eu-central-1 } }
";
    for far in
        ["EncryptedTable: { partition-key: { id: S },", "EncryptedBucket: {", "EncryptedTopic: {", "EncryptedQueue: {"]
    {
        let found = findings(ENVIRONMENTS, &stack.replace("FAR", far), "dev");
        assert!(
            found.contains("error[wrong-reference]: the key is in `eu-west-1`, and what it encrypts in `eu-central-1`"),
            "{far}: {found}"
        );
    }
}

#[test]
fn a_region_is_one_of_the_environment() {
    let stack = "constructs: { security: { data: { KmsKey: {}, region: ap-south-1 } } }";
    let found = findings(ENVIRONMENTS, stack, "dev");
    assert!(found.contains("error[invalid-value]: `ap-south-1` is not one of the regions of `dev`"), "{found}");
    assert!(found.contains("`regions` in environments.yaml names all") && !found.contains("did you mean"), "{found}");
    let found = findings(common::ENVIRONMENTS, stack, "dev");
    assert!(found.contains("error[invalid-value]: `dev` does not name its regions"), "{found}");
}

#[test]
fn an_output_does_not_read_another_region() {
    let stack = "
constructs:
  security: { data: { KmsKey: {} }, far: { KmsKey: {}, region: eu-central-1 } }
";
    let other = "constructs: { a: { key: { KmsKey: {} } } }\noutputs: { Far: 'app:security/far.arn' }";
    let folder = folder(ENVIRONMENTS, &[("app.yaml", stack), ("other.yaml", other)]);
    let (_, found) = try_synthesize(folder.path(), "dev");
    assert!(
        found.contains("error[wrong-reference]: an output cannot be what a stack in another region shows"),
        "{found}"
    );
}

#[test]
fn a_region_known_only_at_deployment_is_a_pseudo_parameter() {
    let folder = folder(
        common::ENVIRONMENTS,
        &[(
            "keys.yaml",
            "
constructs:
  security: { data: { KmsKey: {} } }
  messaging: { record: { EncryptedLogGroup: { key: security/data } } }
",
        )],
    );
    for environment in ["dev", "prod"] {
        let synthesis = try_synthesize(folder.path(), environment).0.expect("nothing is found");
        let statements = common::statements(&synthesis.stacks[0].template, "SecurityData", "KeyPolicy");
        let context = &statements.iter().find(|(id, _)| id == "LogsEncrypt").expect("it encrypts logs").1["Condition"]
            ["ArnEquals"];
        let arn = format!(
            "arn:${{AWS::Partition}}:logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:keys-{environment}-messaging-logs-record"
        );
        assert_eq!(context["kms:EncryptionContext:aws:logs:arn"], json!({ "Fn::Sub": arn }));
    }
}

#[test]
fn a_reference_can_say_which_region() {
    let stack = "
constructs:
  security:
    data: { KmsKey: {} }
    far: { KmsKey: {}, region: eu-central-1 }
  storage:
    table: { EncryptedTable: { key: security/far@eu-central-1, partition-key: { id: S } }, region: eu-central-1 }
";
    assert_eq!(findings(ENVIRONMENTS, stack, "dev"), "");
    let elsewhere = stack.replace("@eu-central-1", "@eu-west-1");
    assert!(findings(ENVIRONMENTS, &elsewhere, "dev").contains("error[unknown-reference]"));
}

#[test]
fn stacks_that_need_each_other_are_an_error() {
    let one = "constructs: { a: { key: { KmsKey: {} }, table: { EncryptedTable: { key: two:a/key, partition-key: { id: S } } } } }";
    let two = "constructs: { a: { key: { KmsKey: {} }, table: { EncryptedTable: { key: one:a/key, partition-key: { id: S } } } } }";
    let folder = folder(ENVIRONMENTS, &[("one.yaml", one), ("two.yaml", two)]);
    let (synthesis, found) = try_synthesize(folder.path(), "dev");
    assert!(synthesis.is_none());
    assert!(found.contains("error[dependency-cycle]: these stacks need each other: `one` → `two` → `one`"), "{found}");
}

#[test]
fn a_service_that_a_region_lacks_is_an_error_only_where_the_region_is_named() {
    let stack = "constructs: { a: { key: { KmsKey: {} }, topic: { EncryptedTopic: { key: a/key, publishers: [sms-voice] } } } }";
    let china = "environments: { cn: { protection: open, regions: [cn-north-1] }, any: { protection: open } }";
    assert!(
        findings(china, stack, "cn")
            .contains("error[unavailable-service]: `sms-voice` does not exist in the partition `aws-cn`")
    );
    let sm2 = "constructs: { a: { key: { KmsKey: { spec: SM2, usage: SIGN_VERIFY } } } }";
    assert_eq!(findings(china, sm2, "cn"), "");
    assert!(findings(ENVIRONMENTS, sm2, "dev").contains("error[unavailable-service]: keys of `SM2`"));
    assert_eq!(findings(china, stack, "any"), "", "what is looked for in one environment says nothing of others");
}

#[test]
fn an_output_does_not_take_the_name_of_an_import() {
    let keys = "
constructs: { security: { data: { KmsKey: {} }, other: { KmsKey: {} } } }
outputs: { SecurityDataArn: security/other.arn }
";
    let app = "constructs: { a: { table: { EncryptedTable: { key: keys:security/data, partition-key: { id: S } } } } }";
    let folder = folder(ENVIRONMENTS, &[("app.yaml", app), ("keys.yaml", keys)]);
    let (synthesis, found) = try_synthesize(folder.path(), "dev");
    assert!(synthesis.is_none());
    let message = "error[duplicate-name]: other stacks import something else under the name `SecurityDataArn`";
    assert!(found.contains(message), "{found}");
}

/// A function that uses a key and a topic of another stack.
fn user(stack: &str) -> String {
    format!(
        "
stack: {stack}
constructs:
  security: {{ logs: {{ KmsKey: {{}} }} }}
  compute:
    worker:
      EncryptedFunction:
        code: {{ bucket: artifacts, key: worker.zip }}
        runtime: java25
        logs-key: security/logs
        grants: {{ 'shared:security/data': decrypt, 'shared:messaging/alerts': publish }}
"
    )
}

#[test]
fn constructs_of_one_path_in_two_stacks_have_statements_of_their_own() {
    let shared = "
constructs:
  security: { data: { KmsKey: {} } }
  messaging: { alerts: { EncryptedTopic: { key: security/data } } }
";
    let (one, two) = (user("one"), user("two"));
    let synthesis =
        synthesize_all(ENVIRONMENTS, &[("shared.yaml", shared), ("one.yaml", &one), ("two.yaml", &two)], "dev");
    let shared = synthesis.stacks.iter().find(|stack| stack.stack == "shared").expect("it is there");
    for (id, property) in [("SecurityData", "KeyPolicy"), ("MessagingAlertsPolicy", "PolicyDocument")] {
        let statements = common::statements(&shared.template, id, property);
        let mut ids: Vec<&String> = statements.iter().map(|(id, _)| id).collect();
        ids.sort_unstable();
        let count = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), count, "statement ids of {id} are unique: {ids:?}");
        for role in ["one-dev-compute-role-worker", "two-dev-compute-role-worker"] {
            assert!(statements.iter().any(|(_, statement)| statement.to_string().contains(role)), "{role} is in {id}");
        }
    }
}

#[test]
fn the_deployers_of_a_table_create_it_whoever_deploys_its_key() {
    let keys = "deployers: [role/keys]\nconstructs: { security: { data: { KmsKey: {} } } }";
    let app = "deployers: [role/app]\nconstructs: { a: { table: { EncryptedTable: { key: keys:security/data, partition-key: { id: S } } } } }";
    let synthesis = synthesize_all(ENVIRONMENTS, &[("app.yaml", app), ("keys.yaml", keys)], "dev");
    let statements = common::statements(&synthesis.stacks[0].template, "SecurityData", "KeyPolicy");
    let create = &statements.iter().find(|(id, _)| id == "DynamoDbCreate").expect("tables are created").1;
    let caller = json!({ "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/app" });
    assert_eq!(create["Condition"]["ArnEquals"]["aws:PrincipalArn"], caller);
}

#[test]
fn the_name_of_a_stack_is_known() {
    let environments = "stack-name: '{{ stack }}-{{ region }}'\nenvironments: { dev: { protection: open } }";
    let found = findings(environments, KEYS, "dev");
    assert!(
        found.contains("error[invalid-naming]: the name of a stack cannot hold what is known only at deployment"),
        "{found}"
    );
}

#[test]
fn policies_that_are_too_long_are_found() {
    let mut stack = "constructs:\n  k:\n".to_owned();
    let mut grants = String::new();
    for number in 0..90 {
        writeln!(stack, "    key-{number}: {{ KmsKey: {{}} }}").expect("text can be written to");
        write!(grants, "k/key-{number}: decrypt, ").expect("text can be written to");
    }
    let properties =
        format!("code: {{ bucket: artifacts, key: k }}, runtime: java25, logs-key: k/key-0, grants: {{ {grants} }}");
    writeln!(stack, "    worker: {{ EncryptedFunction: {{ {properties} }} }}").expect("text can be written to");
    let found = findings(common::ENVIRONMENTS, &stack, "dev");
    assert!(found.contains("error[limit-exceeded]: `PolicyDocument` of `KWorkerRolePolicy`"), "{found}");
}

#[test]
fn termination_protection_is_for_stacks() {
    let stack = "constructs: { a: { key: { KmsKey: {}, termination-protection: true } } }";
    let found = findings(common::ENVIRONMENTS, stack, "dev");
    assert!(found.contains("error[unknown-property]: `termination-protection` is a rule for stacks"), "{found}");
}

#[test]
fn a_region_that_is_none_is_one_mistake() {
    let environments = "environments: { dev: { protection: open, regions: [eu-west-1, eu-central-1] } }";
    let replica = "
constructs:
  security:
    data: { KmsKey: { multi-region: true } }
    far: { ReplicaKey: { of: security/data }, region: eu-wset-1 }
  storage:
    items: { EncryptedTable: { key: security/far, partition-key: { id: S } }, region: eu-central-1 }
outputs: { Key: security/far.arn }
";
    let found = findings(environments, replica, "dev");
    assert_eq!(found.matches("error[").count(), 1, "{found}");
    assert!(found.contains("`eu-wset-1` is not one of the regions of `dev`"), "{found}");
    let table = "
constructs:
  security:
    data: { KmsKey: { multi-region: true } }
    far: { ReplicaKey: { of: security/data }, region: eu-central-1 }
  storage:
    items:
      EncryptedTable:
        { key: security/data, partition-key: { id: S }, replicas: { eu-west-1: { key: security/far } } }
";
    let found = findings(environments, table, "dev");
    assert_eq!(found.matches("error[").count(), 1, "{found}");
    assert!(found.contains("the table itself is in `eu-west-1`, so it needs no replica there"), "{found}");
}

#[test]
fn what_is_in_another_stack_is_pointed_to() {
    let environments = "environments: { dev: { protection: open } }";
    let keys = "constructs: { security: { logs: { KmsKey: {} } } }";
    let app = "constructs: { logs: { audit: { EncryptedLogGroup: { key: security/logs } } } }";
    let folder = folder(environments, &[("keys.yaml", keys), ("app.yaml", app)]);
    let (_, found) = try_synthesize(folder.path(), "dev");
    assert!(found.contains("hint: did you mean `keys:security/logs`, which is in another stack?"), "{found}");
}

#[test]
fn a_mistake_in_an_output_hides_no_other() {
    let stack = "
constructs: { logs: { audit: { EncryptedLogGroup: { key: security/logs } } } }
outputs: { Audit: logs/audit.uri }
";
    let found = findings("environments: { dev: { protection: open } }", stack, "dev");
    assert!(found.contains("nothing is called `security/logs`"), "{found}");
    assert!(found.contains("`logs/audit.uri` is not an attribute of a construct"), "{found}");
}

#[test]
fn a_table_and_the_key_of_its_replica_in_one_stack_need_each_other() {
    let environments = "environments: { dev: { protection: open, regions: [eu-west-1, eu-central-1] } }";
    let stack = "
constructs:
  security:
    data: { KmsKey: { multi-region: true } }
    far: { ReplicaKey: { of: security/data }, region: eu-central-1 }
  storage:
    items:
      EncryptedTable:
        { key: security/data, partition-key: { id: S }, replicas: { eu-central-1: { key: security/far } } }
";
    let found = findings(environments, stack, "dev");
    let line = |text: &str| found.lines().find(|line| line.contains(text)).unwrap_or_default().to_owned();
    assert!(
        found.contains("error[dependency-cycle]: these stacks need each other: `app` → `app@eu-central-1` → `app`")
    );
    assert!(found.contains("for this, `app` needs `app@eu-central-1`") && line("items:").starts_with("7 |"), "{found}");
    assert!(found.contains("for this, `app@eu-central-1` needs `app`") && line("far:").starts_with("5 |"), "{found}");
    assert!(found.contains("put its keys, with their replicas, into a stack of their own"), "{found}");
}

#[test]
fn a_region_that_is_not_known_is_a_warning() {
    let environments = "environments: { dev: { protection: open, regions: [eu-wset-1] } }";
    let stack = "
constructs:
  security: { data: { KmsKey: {} }, far: { ImportedKey: { arn: 'arn:aws:kms:us-esat-1:111122223333:key/1' } } }
  storage:
    items:
      EncryptedTable:
        { key: security/data, partition-key: { id: S }, replicas: { us-esat-1: { key: security/far } } }
";
    let found = findings(environments, stack, "dev");
    for (region, near, place) in
        [("eu-wset-1", "eu-west-1", "environments.yaml:1:52"), ("us-esat-1", "us-east-1", "app.yaml:7:69")]
    {
        let warning = format!("warning[invalid-value]: no region of AWS is known here as `{region}`");
        assert!(found.contains(&warning) && found.contains(place), "{found}");
        assert!(found.contains(&format!("did you mean `{near}`?")), "{found}");
    }
    assert!(!found.contains("error["), "{found}");
    for region in ["eusc-de-east-1", "us-isob-west-1"] {
        let elsewhere = environments.replace("eu-wset-1", region);
        let keys = "constructs: { security: { data: { KmsKey: {} } } }";
        assert_eq!(findings(&elsewhere, keys, "dev"), "");
    }
}

#[test]
fn lists_and_policies_are_as_long_as_aws_accepts() {
    let many = |count: usize, one: &dyn Fn(usize) -> String| (0..count).map(one).collect::<Vec<_>>().join(", ");
    let found = |construct: &str| {
        let stack = format!("constructs: {{ k: {{ k: {{ KmsKey: {{}} }}, it: {{ {construct} }} }} }}");
        findings(
            "environments: { dev: { regions: [eu-west-1, eu-central-1], account: '111122223333' } }",
            &stack,
            "dev",
        )
    };
    let tags = |count| many(count, &|number| format!("tag-{number}: x"));
    let topic = |count| found(&format!("EncryptedTopic: {{ key: k/k, tags: {{ {} }} }}", tags(count)));
    assert!(topic(51).contains("error[limit-exceeded]: `Tags` of `KIt` has 51 entries, AWS accepts 50"));
    assert!(common::only_notes(&topic(50)), "{}", topic(50));
    let replicas = "billing: on-demand, replicas: { eu-central-1: {} }";
    let table = |beside: &str| {
        found(&format!("EncryptedTable: {{ partition-key: {{ id: S }}, {beside} }}, encryption: aws-owned"))
    };
    let global = table(&format!("{replicas}, tags: {{ {} }}", tags(51)));
    assert!(global.contains("error[limit-exceeded]: `Replicas.Tags` of `KIt` has 51 entries"), "{global}");
    let rules = |count| {
        let rules = many(count, &|number| format!("rule-{number}: {{ expire: 1 }}"));
        found(&format!("EncryptedBucket: {{ key: k/k, lifecycle: {{ {rules} }} }}"))
    };
    // The house adds a rule for uploads that are not completed.
    assert!(rules(1000).contains("`LifecycleConfiguration.Rules` of `KIt` has 1001 entries, AWS accepts 1000"));
    assert!(common::only_notes(&rules(999)));
    let role = |count| {
        let one = |number| format!("{{ principal: 'arn:aws:iam::111122223333:role/somebody-with-a-name-{number}' }}");
        found(&format!("Role: {{ grants: {{ k/k: decrypt }}, assumed-by: [{}] }}", many(count, &one)))
    };
    assert!(common::only_notes(&role(2)), "{}", role(2));
    let (more, most) = (role(14), role(40));
    assert!(more.contains("warning[limit-exceeded]: `AssumeRolePolicyDocument` of `KIt` has"), "{more}");
    assert!(most.contains("error[limit-exceeded]: `AssumeRolePolicyDocument` of `KIt` has"), "{most}");
}
