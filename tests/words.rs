//! What users probably mean is said where they write something else: a kind by another name, an ARN in place of a
//! reference, a line that is not indented.

mod common;

use common::{ENVIRONMENTS, findings, folder, try_synthesize};

/// A stack file with a key, a table and these constructs.
fn stack(constructs: &str) -> String {
    format!(
        "stack: shop
constructs:
  security:
    data: {{ KmsKey: {{}} }}
  storage:
    orders: {{ EncryptedTable: {{ key: security/data, partition-key: {{ id: S }} }} }}
{constructs}
"
    )
}

/// Exactly one mistake, with its message and its hint.
fn is_told(stack: &str, message: &str, hint: &str) {
    let found = findings(ENVIRONMENTS, stack, "dev");
    assert_eq!(found.matches("error[").count() + found.matches("warning[").count(), 1, "{stack}\n{found}");
    assert!(found.contains(&format!("]: {message}")), "{stack}\n{found}");
    assert!(found.contains(&format!("= hint: {hint}")), "{stack}\n{found}");
}

#[test]
fn kinds_by_other_names() {
    for (written, meant) in [
        ("Bucket", "EncryptedBucket"),
        ("S3Bucket", "EncryptedBucket"),
        ("Table", "EncryptedTable"),
        ("DynamoDBTable", "EncryptedTable"),
        ("Topic", "EncryptedTopic"),
        ("Queue", "EncryptedQueue"),
        ("Function", "EncryptedFunction"),
        ("Lambda", "EncryptedFunction"),
        ("LambdaFunction", "EncryptedFunction"),
        ("LogGroup", "EncryptedLogGroup"),
        ("Secret", "EncryptedSecret"),
        ("IAMRole", "Role"),
        ("KMSKey", "KmsKey"),
        ("LogBuckt", "LogBucket"),
        ("ImportdBucket", "ImportedBucket"),
    ] {
        let stack = stack(&format!("  other:\n    one: {{ {written}: {{}} }}"));
        is_told(&stack, &format!("no construct is called `{written}`"), &format!("did you mean `{meant}`?"));
    }
    let of_a_type = stack("  other:\n    one: { AWS::KMS::Key: {} }");
    is_told(&of_a_type, "no construct is called `AWS::KMS::Key`", "did you mean `KmsKey`?");
    let hint = "`Resource: { type: AWS::EC2::VPC }` makes a resource of that type, as it is";
    is_told(&stack("  other:\n    one: { AWS::EC2::VPC: {} }"), "no construct is called `AWS::EC2::VPC`", hint);
}

#[test]
fn a_kind_that_is_not_indented() {
    let message = "`EncryptedBucket` is a kind, not a name for a construct";
    let hint = "indent it by two more blanks: it belongs to `files`";
    is_told(&stack("  other:\n    files:\n    EncryptedBucket: { key: security/data }"), message, hint);
    let hint = "it stands under a scope and an id: `<scope>: { <id>: { EncryptedBucket: … } }`";
    is_told(&stack("  other:\n    EncryptedBucket: { key: security/data }"), message, hint);
    // What refers to it is right.
    let referred = "  other:\n    more:\n    KmsKey: {}\n    files: { EncryptedBucket: { key: other/more } }";
    is_told(&stack(referred), "`KmsKey` is a kind", "indent it by two more blanks: it belongs to `more`");
}

#[test]
fn texts_that_are_no_references() {
    for (key, message, hint) in [
        ("data", "`data` is not a reference", "its scope stands before it: `<scope>/data`"),
        (
            "security/data.arn",
            "`security/data.arn` is not a reference",
            "the construct is meant, not one of its attributes: `security/data`",
        ),
        ("{ ref: security/data }", "expected text, found a map", "without `ref` here: `security/data`"),
        (
            "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            "`arn:aws:kms:",
            "a key outside of these stacks is an `ImportedKey: { arn: arn:aws:kms:",
        ),
        (
            "alias/Foo",
            "`alias/Foo` is not a reference",
            "a key outside of these stacks is an `ImportedKey: { alias: alias/Foo }`",
        ),
        (
            "alias/foo",
            "nothing is called `alias/foo`",
            "a key outside of these stacks is an `ImportedKey: { alias: alias/foo }`",
        ),
        ("other:security/d", "no stack is called `other`", "the stacks are `shop`"),
    ] {
        is_told(
            &stack(
                &format!("  other:\n    files: {{ EncryptedBucket: {{ key: \"{key}\" }} }}")
                    .replace("\"{", "{")
                    .replace("}\" }", "} }"),
            ),
            message,
            hint,
        );
    }
}

#[test]
fn texts_that_are_no_attributes() {
    for (value, message, hint) in [
        ("storage/orders.arnn", "`storage/orders.arnn` is not an attribute", "did you mean `storage/orders.arn`?"),
        ("storage/orders.arm", "`storage/orders.arm` is not an attribute", "did you mean `storage/orders.arn`?"),
        ("storage/orders", "`storage/orders` is not an attribute", "did you mean `storage/orders.arn`?"),
        ("{ ref: storage/orders.arn }", "expected text, found a map", "without `ref` here: `storage/orders.arn`"),
    ] {
        is_told(&stack(&format!("outputs: {{ Orders: {value} }}")), message, hint);
    }
}

#[test]
fn values_of_another_form() {
    let function = "runtime: python3.13, logs-key: security/data, code: { bucket: artifacts, key: k.zip }";
    for (constructs, message, hint) in [
        (
            "    pool: { KeyPool: { size: \"3\" } }".to_owned(),
            "expected a whole number, found `3`",
            "in quotes it is text: `3` without them",
        ),
        (
            "    files: { EncryptedBucket: { key: security/data, notifications: { topics: [s/t] } } }".to_owned(),
            "expected a map, found a list",
            "a map says something of each: `{ s/t: … }`",
        ),
        (
            format!("    one: {{ EncryptedFunction: {{ {function}, sources: {{ y: {{ from: s/q }} }} }} }}"),
            "`s/q` is not one of the allowed words",
            "a word says what a reference is to, such as `{ queue: s/q }`",
        ),
    ] {
        is_told(&stack(&format!("  other:\n{constructs}")), message, hint);
    }
}

#[test]
fn texts_that_are_no_yaml() {
    for (constructs, hint) in [
        (
            "    b: { EncryptedBucket: { key: wallets/pool[3] } }",
            "each `{` and `[` needs its end, and text with one of `{}[],` in it quotes",
        ),
        (
            "    b:\n      EncryptedBucket:\n        key: security/data\n   c:\n",
            "the keys of a map begin in one column, and this line in another",
        ),
        (
            "    b:\n      EncryptedBucket:\n        key: security/data\n         cors: []\n",
            "this line is indented deeper than the one above, so it goes on with its value",
        ),
        (
            "    b:\n      EncryptedBucket:\n        key:security/data\n        cors: []\n",
            "in the line above, a blank is missing behind the `:`",
        ),
        ("    b: { EncryptedBucket: { key: security/data }\n", "each `{` and `[` needs its end"),
        (
            "    b: { EncryptedBucket: { key: security/data } } }\n",
            "there are more `}` or `]` here than `{` or `[` before",
        ),
    ] {
        let found = findings(ENVIRONMENTS, &stack(&format!("  other:\n{constructs}")), "dev");
        assert!(found.contains("error[invalid-yaml]") && found.contains(hint), "{found}");
    }
}

#[test]
fn what_is_no_yaml_is_shown_where_it_begins() {
    for (constructs, place) in [
        ("    b:\n      EncryptedBucket:\n        key: security/data\n         cors: []\n", "app.yaml:11:10"),
        ("    b:\n      EncryptedBucket:\n\t\tkey: security/data\n", "app.yaml:10:1"),
        ("    b:\n    \tEncryptedBucket: {}\n", "app.yaml:9:5"),
    ] {
        let found = findings(ENVIRONMENTS, &stack(&format!("  other:\n{constructs}")), "dev");
        assert!(found.contains(&format!("--> {place}\n")), "{found}");
    }
}

#[test]
fn the_stack_of_a_file_that_is_no_yaml_is_still_there() {
    let keys = "stack: shared-keys # for all\nconstructs:\n  security:\n    data: { KmsKey: {} }\n   more: {}\n";
    let shop = "constructs: { a: { b: { EncryptedBucket: { key: shared-keys:security/data } } } }";
    let folder = folder(ENVIRONMENTS, &[("keys.yaml", keys), ("shop.yaml", shop)]);
    let (_, found) = try_synthesize(folder.path(), "dev");
    assert_eq!(found.matches("error[").count(), 1, "{found}");
    assert!(found.contains("error[invalid-yaml]"), "{found}");
}

#[test]
fn the_nearest_word_is_meant_not_the_first_that_begins_like_it() {
    let role = |words: &str| {
        stack(&format!(
            "  other:\n    job: {{ Role: {{ assumed-by: [{{ service: ec2 }}], grants: {{ storage/orders: {words} }} }} }}"
        ))
    };
    for words in ["readwrite", "readwite", "read_write", "read-writ"] {
        let message = format!("`{words}` cannot be granted on an `EncryptedTable`");
        is_told(&role(words), &message, "did you mean `read-write`?");
        let all = "allowed here: `read`, `write`, `read-write`, `read-stream`";
        is_told(&role(words), &message, all);
    }
    for words in ["\"read, write\"", "read write"] {
        let message = format!("`{}` cannot be granted on an `EncryptedTable`", words.trim_matches('"'));
        is_told(&role(words), &message, "several words are a list: `[read, write]`");
    }
    for (given, meant) in [("data-farr", "data-far"), ("dataa", "data"), ("data-fa", "data-far")] {
        let other = format!(
            "  other:\n    b: {{ EncryptedBucket: {{ key: security/{given} }} }}\n  security: {{ data: {{ KmsKey: {{}} }}, data-far: {{ KmsKey: {{}} }} }}"
        );
        let text = stack(&other).replacen("  security:\n    data: { KmsKey: {} }\n", "", 1);
        is_told(&text, &format!("nothing is called `security/{given}`"), &format!("did you mean `security/{meant}`?"));
    }
}

#[test]
fn several_words_that_are_equally_near_are_all_named() {
    let function = "logs-key: security/data, code: { bucket: artifacts, key: k.zip }, handler: a.b";
    let stack = stack(&format!("  other:\n    one: {{ EncryptedFunction: {{ {function}, runtime: python3.99 }} }}"));
    let found = findings(ENVIRONMENTS, &stack, "dev");
    assert!(found.contains("hint: did you mean one of `python3.") && found.contains("`python3.13`"), "{found}");
}

#[test]
fn a_kind_that_is_misspelt_is_pointed_at() {
    let found =
        findings(ENVIRONMENTS, &stack("  other:\n    one:\n      encryptedBucket: { key: security/data }"), "dev");
    assert!(found.contains("--> app.yaml:9:7\n") && found.contains("did you mean `EncryptedBucket`?"), "{found}");
}

#[test]
fn a_key_that_is_missing_is_one_that_is_there() {
    for (construct, place, key) in [
        ("EncryptedSecret: {}", "app.yaml:8:12", "`key: security/data`"),
        (
            "EncryptedFunction: { runtime: python3.13, code: { bucket: artifacts, key: k.zip }, handler: a.b }",
            "app.yaml:8:12",
            "`logs-key: security/data`",
        ),
    ] {
        let found = findings(ENVIRONMENTS, &stack(&format!("  other:\n    one: {{ {construct} }}")), "dev");
        assert_eq!(found.matches("error[").count(), 1, "{found}");
        assert!(found.contains(&format!("--> {place}\n")), "{found}");
        assert!(found.contains(&format!("hint: name one, such as {key}, or set another `encryption`")), "{found}");
    }
    let environments = "environments: { dev: { regions: [eu-west-1, eu-central-1] } }";
    let keys = "stack: keys\nconstructs: { a: { far: { KmsKey: {}, region: eu-central-1 }, near: { KmsKey: {} } } }";
    let table = "constructs:\n  a:\n    t: { EncryptedTable: { key: keys:a/near, partition-key: { i: S }, replicas: { eu-central-1: {} } } }";
    let folder = folder(environments, &[("keys.yaml", keys), ("app.yaml", table)]);
    let (_, found) = try_synthesize(folder.path(), "dev");
    assert_eq!(found.matches("error[").count(), 1, "{found}");
    assert!(found.contains("--> app.yaml:3:83\n") && found.contains("`key: keys:a/far`"), "{found}");
}

#[test]
fn lines_that_belong_elsewhere() {
    let hint = "what belongs to it stands below it, indented by two more blanks";
    let found = findings(ENVIRONMENTS, &stack("  other:\n  one:\n    k: { KmsKey: {} }"), "dev");
    assert!(found.contains(hint), "{found}");
    let list = stack("  other:\n    b:\n      EncryptedBucket:\n        - key: security/data");
    is_told(&list, "expected a map, found a list", "no `-` and no `[` stands before the keys of a map");
    let topic = stack("  other:\n    t: { EncryptedTopic: { key: security/data, subscriptions: [other/q] } }");
    is_told(&topic, "expected a map, found `other/q`", "its keys are `queue`, `function`, `endpoint`");
    let table =
        "  other:\n    t:\n      EncryptedTable:\n        key: security/data\n        partition-key:\n        id: S";
    let found = findings(ENVIRONMENTS, &stack(table), "dev");
    assert!(found.contains("hint: indent it by two more blanks, if it belongs to `partition-key`"), "{found}");
}

#[test]
fn rules_and_environments_in_refinements() {
    let refined = "  other:\n    files: { EncryptedTable: { key: security/data, partition-key: { id: S } }, in: { dev: { point-in-time-recovry: true } } }";
    is_told(
        &stack(refined),
        "no property is called `point-in-time-recovry` here",
        "did you mean `point-in-time-recovery`?",
    );

    let elsewhere = stack("  other:\n    more: { KmsKey: {}, only: [dev], in: { prd: { key-pending-window: 7 } } }");
    is_told(&elsewhere, "no environment is called `prd`", "did you mean `prod`?");
    assert!(!findings(ENVIRONMENTS, &elsewhere, "dev").contains("only in"));

    let only = stack("  other:\n    more: { KmsKey: {}, only: [devel], in: { dev: { key-pending-window: 7 } } }");
    is_told(&only, "no environment is called `devel`", "did you mean `dev`?");
}

#[test]
fn an_environment_with_a_mistake_of_its_own_is_still_one() {
    let environments = "order: [dev, prd]\nenvironments: { dev: { protection: open }, prod: { protecton: open } }";
    let found = findings(environments, &stack(""), "dev");
    assert!(found.contains("no environment is called `prd`") && found.contains("did you mean `prod`?"), "{found}");
}

#[test]
fn what_is_granted_wrongly_is_not_missing_too() {
    let role = "  other:\n    job: { Role: { assumed-by: [{ service: ec2 }], grants: { storage/orders: reed } } }";
    is_told(&stack(role), "`reed` cannot be granted on an `EncryptedTable`", "did you mean `read`?");
}

#[test]
fn environments_in_one_account_share_it() {
    let environments = "environments:\n  dev: { account: \"111122223333\" }\n  test: { account: \"111122223333\" }\n";
    let stack =
        "constructs: { security: { data: { KmsKey: {} }, q: { EncryptedQueue: { key: security/data }, name: my-q } } }";
    let found = findings(environments, stack, "dev");
    assert!(found.contains("is also in `test`, which is in the same account"), "{found}");
    assert!(found.contains("or another `account` for one of the environments"), "{found}");
    let apart = findings(&environments.replacen("111122223333", "444455556666", 1), stack, "dev");
    assert_eq!(apart, "");
    let unknown = findings("environments: { dev: {}, test: {} }", stack, "dev");
    assert!(
        unknown.contains("which may share an account, or") || unknown.contains("which may share an account"),
        "{unknown}"
    );
}

#[test]
fn two_constructs_with_one_logical_id_are_one_mistake() {
    let stack = stack(
        "  m:\n    a-b: { Role: { assumed-by: [{ service: ec2 }], grants: { storage/orders: read } } }\n    ab: { Role: { assumed-by: [{ service: ec2 }], grants: { storage/orders: read } } }\n  m-a:\n    b: { Role: { assumed-by: [{ service: ec2 }], grants: { storage/orders: read } } }",
    );
    let found = findings(ENVIRONMENTS, &stack, "dev");
    assert_eq!(found.matches("error[duplicate-logical-id]").count(), 1, "{found}");
    assert!(found.contains("rename one of the two"), "{found}");
}

#[test]
fn whoever_is_outside() {
    let key = |used_by: &str| {
        stack(&format!("  other:\n    k: {{ KmsKey: {{ used-by: [{{ {used_by}, actions: [kms:Decrypt] }}] }} }}"))
    };
    for (used_by, message, hint) in [
        (
            "principal: \"arn:aws:iam::222222222222:role/*\"",
            "`arn:aws:iam::222222222222:role/*` is not the ARN of a role or user",
            "a `*` needs something beside it, such as `role/app-*`; `222222222222` is the whole account",
        ),
        (
            "service: sns, source: \"arn:aws:sns:*:${AWS::AccountId}:alerts\"",
            "`arn:aws:sns:*:${AWS::AccountId}:alerts` is not the ARN of what the service acts for",
            "the account's number stands in it; where environments have other ones, `in:` says another source for each",
        ),
        (
            "service: s3.amazonaws.com, source: \"arn:aws:s3:::shop\"",
            "`s3.amazonaws.com` is not the name of an AWS service",
            "its name alone: `s3`",
        ),
        (
            "service: cloudtrial, source: \"arn:aws:cloudtrail:*:111122223333:trail/main\"",
            "no AWS service is known here as `cloudtrial`, so it is new or misspelt",
            "did you mean `cloudtrail`?",
        ),
    ] {
        is_told(&key(used_by), message, hint);
    }
    let new = key("service: quantum-frobnicator, source: \"arn:aws:sns:*:111122223333:alerts\"");
    assert_eq!(findings(ENVIRONMENTS, &new, "dev"), "", "new services are none of our business");
    let role = "  other:\n    job: { Role: { assumed-by: [{ service: ecs-task }], grants: { storage/orders: read } } }";
    is_told(&stack(role), "no AWS service is known here as `ecs-task`", "did you mean `ecs-tasks`?");
}

#[test]
fn imported_roles() {
    let role = |arn: &str| stack(&format!("  other:\n    joe: {{ ImportedRole: {{ arn: \"{arn}\" }} }}"));
    let user = role("arn:aws:iam::222222222222:user/joe");
    is_told(
        &user,
        "expected an ARN such as `arn:aws:iam::…:role/…`",
        "users are granted nothing: a role is, which they assume",
    );
    let pattern = role("arn:aws:iam::222222222222:role/app-*");
    is_told(&pattern, "`arn:aws:iam::222222222222:role/app-*` is not the ARN", "`*` and `?` are not possible here");
}

#[test]
fn tags_and_descriptions_that_aws_refuses() {
    let tags = |tags: &str| stack(&format!("tags: {tags}"));
    for (written, message) in [
        (
            "{ Team: \"🔑\" }",
            "`🔑` is not the value of a tag: at most 256 letters, digits, spaces or one of `_.:/=+-@`",
        ),
        ("{ \"a,b\": c }", "`a,b` is not the key of a tag: 1 to 128 letters, digits, spaces or one of `_.:/=+-@`"),
    ] {
        let found = findings(ENVIRONMENTS, &tags(written), "dev");
        assert!(found.contains(&format!("error[invalid-value]: {message}")), "{found}");
    }
    assert_eq!(findings(ENVIRONMENTS, &tags("{ \"Équipe 1\": \"チーム a_b.c:d/e=f+g-h@i\" }"), "dev"), "");
    let role = |text: &str| {
        let role = "assumed-by: [{ service: ec2 }], grants: { storage/orders: read }";
        stack(&format!("  other:\n    job: {{ Role: {{ description: \"{text}\", {role} }} }}"))
    };
    let found = findings(ENVIRONMENTS, &role("nightly – 🔑"), "dev");
    assert!(
        found.contains("is not the description of a role: at most 1000 letters, digits and signs of Latin-1"),
        "{found}"
    );
    assert_eq!(findings(ENVIRONMENTS, &role("nächtlich (2 × täglich)"), "dev"), "");
}

#[test]
fn regions_of_one_environment() {
    let with = |regions: &str| {
        let environments = format!("environments: {{ dev: {{ regions: [{regions}] }} }}");
        findings(&environments, &stack(""), "dev")
    };
    assert!(with("eu-west-1, eu-west-1").contains("error[invalid-value]: `eu-west-1` is here twice"));
    let found = with("eu-west-1, cn-north-1");
    assert!(found.contains("`cn-north-1` is in the partition `aws-cn`"), "{found}");
    assert_eq!(with("cn-north-1, cn-northwest-1"), "");
}

#[test]
fn a_stack_without_constructs() {
    let found = findings(ENVIRONMENTS, "constructs: {}", "dev");
    assert!(found.contains("warning[missing-property]: there is no construct here"), "{found}");
}

#[test]
fn a_key_that_is_protected_less_is_told_of_keys_alone() {
    let stack = stack("  other:\n    k: { KmsKey: {}, protection: open }");
    let found = findings(ENVIRONMENTS, &stack, "staging");
    assert!(found.contains("`key-pending-window` is `7`, not `14`"), "{found}");
    for rule in
        ["versioning", "log-retention", "point-in-time-recovery", "deletion-protection", "termination-protection"]
    {
        assert!(!found.contains(&format!("`{rule}`")), "{found}");
    }
}

#[test]
fn what_is_protected_less_is_told_of_the_rules_that_it_follows() {
    let less = |construct: &str| {
        let stack =
            stack(&format!("  other:\n    one: {{ {construct}, protection: open, unprotected: restored nightly }}"));
        findings(ENVIRONMENTS, &stack, "prod")
    };
    let bucket = less("EncryptedBucket: { key: security/data }");
    for rule in ["deletion-policy", "replacement-policy", "versioning"] {
        assert!(bucket.contains(&format!("`{rule}` is ")), "{bucket}");
    }
    for rule in ["key-pending-window", "log-retention", "deletion-protection", "destruction of keys"] {
        assert!(!bucket.contains(rule), "{bucket}");
    }
    assert!(!less("EncryptedQueue: { key: security/data }").contains("weaker-protection"), "it goes with its stack");
    assert!(
        less("EncryptedTopic: { key: security/data, fifo: content, archive-days: 30 }").contains("deletion-policy")
    );
}
