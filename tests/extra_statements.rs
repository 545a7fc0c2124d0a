//! Statements that users add to the policy of a key.

mod common;

use common::{ENVIRONMENTS, findings, only_notes, template};
use serde_json::json;

#[test]
fn extra_statements_are_written_after_the_derived_ones() {
    let stack = "
constructs:
  security:
    data:
      KmsKey:
        extra-statements:
          - sid: BackupUses
            effect: allow
            principals: ['arn:aws:iam::444455556666:role/Backup', 'arn:aws:iam::111122223333:role/Backup*']
            actions: [kms:CreateGrant]
            condition: { Bool: { kms:GrantIsForAWSResource: true }, StringLike: { kms:ViaService: ['ec2.*.amazonaws.com', 'rds.*.amazonaws.com'] } }
          - { sid: NoQuickEnd, effect: deny, actions: [kms:ScheduleKeyDeletion], condition: { NumericLessThanIfExists: { kms:ScheduleKeyDeletionPendingWindowInDays: 30 } } }
";
    let template = template(ENVIRONMENTS, stack, "dev");
    let statements = common::statements(&template, "SecurityData", "KeyPolicy");
    let sids: Vec<&str> = statements.iter().map(|(sid, _)| sid.as_str()).collect();
    assert_eq!(sids, ["AccountManagesKey", "BackupUses", "NoQuickEnd"]);
    let backup = &statements[1].1;
    let root = |account: &str| json!({ "Fn::Sub": format!("arn:${{AWS::Partition}}:iam::{account}:root") });
    assert_eq!(backup["Principal"]["AWS"], json!([root("444455556666"), root("111122223333")]));
    let callers = json!(["arn:aws:iam::444455556666:role/Backup", "arn:aws:iam::111122223333:role/Backup*"]);
    assert_eq!(backup["Condition"]["ArnLike"]["aws:PrincipalArn"], callers);
    assert_eq!(backup["Condition"]["Bool"]["kms:GrantIsForAWSResource"], "true");
    let quick = &statements[2].1;
    assert_eq!((&quick["Effect"], &quick["Principal"]["AWS"]), (&json!("Deny"), &json!("*")));
    let window = &quick["Condition"]["NumericLessThanIfExists"]["kms:ScheduleKeyDeletionPendingWindowInDays"];
    assert_eq!(*window, "30");
}

#[test]
fn extra_statements_are_checked() {
    let key = |statement: &str| {
        format!(
            "constructs: {{ security: {{ data: {{ KmsKey: {{ extra-statements: [{{ sid: X, {statement} }}] }} }} }} }}"
        )
    };
    for (statement, message) in [
        ("effect: allow, actions: [kms:Decrypt]", "a statement that allows says whom"),
        ("effect: deny, actions: []", "a statement needs at least one action"),
        ("effect: deny, actions: [kms:Decrpyt]", "did you mean `kms:Decrypt`?"),
        ("effect: deny, actions: [kms:*]", "`kms:*` is not one of the allowed words"),
        ("effect: deny, actions: [kms:PutKeyPolicy]", "this locks everybody out"),
        (
            "effect: deny, actions: [kms:Decrypt], condition: { ArnNotLike: { 'aws:PrincipalArm': 'arn:aws:iam::111122223333:role/A' } }",
            "did you mean `aws:PrincipalArn`?",
        ),
        (
            "effect: deny, actions: [kms:Decrypt], condition: { StringEquals: { 'aws:ResourceTag/a': b } }",
            "a key's policy cannot test `aws:ResourceTag/a`",
        ),
        (
            "effect: deny, actions: [kms:Decrypt], condition: { StringEquals: { kms:ViaService: [] } }",
            "`kms:ViaService` is tested against no value",
        ),
        (
            "effect: allow, principals: ['111122223333'], actions: [kms:CreateGrant], condition: { Bool: { kms:GrantIsForAWSResource: [] } }",
            "whoever may create grants",
        ),
        (
            "effect: deny, actions: [kms:Decrypt], condition: { StringEquals: { kms:ViaService: dynamodb } }",
            "compares with a service of a region",
        ),
        (
            "effect: deny, actions: [kms:Decrypt], condition: { NullIfExists: { kms:ViaService: true } }",
            "no condition operator is called `NullIfExists`",
        ),
        (
            "effect: deny, actions: [kms:Decrypt], condition: { DateGreaterThan: { 'aws:CurrentTime': tomorrow } }",
            "compares with a date",
        ),
        (
            "effect: deny, actions: [kms:Decrypt], condition: { StringEquals: { kms:ViaService: s3.eu-west-1.amazonaws.com, KMS:viaService: s3.eu-west-2.amazonaws.com } }",
            "this key is here twice",
        ),
        (
            "effect: allow, principals: ['111122223333'], actions: [kms:CreateGrant, kms:Decrypt], condition: { Bool: { kms:GrantIsForAWSResource: true } }",
            "requests of `kms:Decrypt` do not say whether a grant is for a service",
        ),
        (
            "effect: allow, principals: ['arn:aws:iam::111122223333:role/A'], actions: [kms:Decrypt], condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/B' } }",
            "`principals` says already who the caller is",
        ),
        (
            "effect: allow, principals: ['arn:foo:iam::111122223333:role/A'], actions: [kms:Decrypt]",
            "is not the ARN of a role or user",
        ),
        (
            "effect: allow, principals: ['arn:aws:iam::111122223333:role/?*'], actions: [kms:Decrypt]",
            "is not the ARN of a role or user",
        ),
        (
            "effect: allow, principals: ['111122223333'], actions: [kms:CreateGrant]",
            "whoever may create grants may give himself any use of the key",
        ),
        (
            "effect: deny, actions: [kms:Decrypt], condition: { StringEqual: { kms:ViaService: x } }",
            "no condition operator is called `StringEqual`",
        ),
        (
            "effect: deny, actions: [kms:Decrypt], condition: { StringEquals: { kms:ViaServices: x } }",
            "no condition key of KMS is called `kms:ViaServices`",
        ),
        (
            "effect: allow, principals: ['111122223333', 'arn:aws:iam::444455556666:role/A'], actions: [kms:Decrypt]",
            "accounts, and roles or users, are two statements",
        ),
        (
            "effect: deny, actions: [kms:PutKeyPolicy], condition: { StringEquals: { kms:CallerAccount: '111122223333' } }",
            "this locks everybody out",
        ),
        (
            "effect: deny, actions: [kms:PutKeyPolicy], condition: { ArnLike: { 'aws:PrincipalArn': '*' } }",
            "this locks everybody out",
        ),
        ("effect: deny, actions: [kms:PutKeyPolicy], principals: ['111122223333']", "this locks everybody out"),
        (
            "effect: allow, principals: ['111122223333'], actions: [kms:CreateGrant], condition: { Bool: { kms:GrantIsForAWSResource: false } }",
            "whoever may create grants",
        ),
        (
            "effect: allow, principals: ['111122223333'], actions: [kms:Decrypt], condition: { 'ForAnyValue:StringEquals': { kms:EncryptionContext:a: b } }",
            "a request has one value of `kms:EncryptionContext:a` at most",
        ),
        (
            "effect: deny, actions: [kms:CreateGrant], condition: { StringEquals: { kms:GrantOperations: Decrypt } }",
            "`ForAnyValue:StringEquals` holds if one of them fits",
        ),
        (
            "effect: deny, actions: [kms:Decrypt], condition: { StringEquals: { kms:ViaService: 's3.*' } }",
            "in `StringLike` it stands for any text",
        ),
        (
            "effect: deny, actions: [kms:Decrypt], condition: { StringNotEquals: { kms:ViaService: 's3.*' } }",
            "in `StringNotLike` it stands for any text",
        ),
        (
            "effect: deny, actions: [kms:Decrypt], condition: { Bool: { 'aws:SecureTransport': no } }",
            "`Bool` compares with `true` or `false`, not with `no`",
        ),
        (
            "effect: deny, actions: [kms:Decrypt], condition: { NotIpAddress: { 'aws:SourceIp': 10.0.0.0/33 } }",
            "`NotIpAddress` compares with an address or a range",
        ),
        (
            "effect: deny, actions: [kms:Decrypt], condition: { NumericLessThan: { kms:RotationPeriodInDays: soon } }",
            "`NumericLessThan` compares with a number",
        ),
        (
            "effect: deny, actions: [kms:Decrypt], condition: { ArnEquals: { 'aws:PrincipalArn': role/A } }",
            "`ArnEquals` compares with an ARN",
        ),
        ("effect: deny, actions: [kms:Decrypt, kms:Decrypt]", "`kms:Decrypt` stands here twice"),
        (
            "effect: deny, actions: [kms:Decrypt], condition: { StringEquals: { 'kms:EncryptionContext:': x } }",
            "no condition key of KMS is called `kms:EncryptionContext:`",
        ),
        (
            "effect: allow, principals: ['111122223333'], actions: [kms:Decrypt, kms:DescribeKey], condition: { StringEquals: { kms:EncryptionContext:a: b } }",
            "requests of `kms:DescribeKey` carry no encryption context",
        ),
        (
            "effect: allow, principals: ['111122223333'], actions: [kms:Sign]",
            "a key of `SYMMETRIC_DEFAULT` for `ENCRYPT_DECRYPT` does not perform `kms:Sign`",
        ),
    ] {
        let found = findings(ENVIRONMENTS, &key(statement), "dev");
        assert!(found.contains(message), "{statement}: {found}");
    }
}

#[test]
fn the_ids_of_extra_statements_are_free() {
    let deny = |sid: &str| format!("{{ sid: {sid}, effect: deny, actions: [kms:Decrypt] }}");
    let stack = |ids: [&str; 2]| {
        let statements = ids.map(deny).join(", ");
        format!("constructs: {{ security: {{ data: {{ KmsKey: {{ extra-statements: [{statements}] }} }} }} }}")
    };
    for (ids, environment, message) in [
        (["X", "X"], "dev", "`X` is the id of two statements"),
        (
            ["X", "AccountManagesKey"],
            "dev",
            "`AccountManagesKey` is the id of a statement that the policy has by itself",
        ),
        (["DenyDestructionToAllButBreakGlass", "Y"], "prod", "that the policy has by itself"),
    ] {
        let found = findings(ENVIRONMENTS, &stack(ids), environment);
        assert!(found.contains(message), "{ids:?}: {found}");
    }
    assert!(only_notes(&findings(ENVIRONMENTS, &stack(["X", "Y"]), "prod")));
}

/// A key with these properties and denials of its policy, each with the rest of its words.
fn denials(properties: &str, denials: &[&str]) -> String {
    let statements: Vec<String> = (1..)
        .zip(denials)
        .map(|(number, rest)| format!("{{ sid: X{number}, effect: deny, actions: [kms:PutKeyPolicy], {rest} }}"))
        .collect();
    let statements = statements.join(", ");
    format!("constructs: {{ security: {{ data: {{ KmsKey: {{ {properties} extra-statements: [{statements}] }} }} }} }}")
}

const OWNED: &str = "
environments: { dev: { protection: open, account: '111122223333', deployers: [role/Deployer] } }
";

#[test]
fn a_denial_of_the_policy_spares_somebody_for_certain() {
    for (condition, locked) in [
        ("ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/Admin*' }", false),
        ("StringNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:user/ann' }", false),
        ("StringNotEquals: { kms:CallerAccount: '111122223333' }", false),
        ("Bool: { 'kms:BypassPolicyLockoutSafetyCheck': true }", false),
        ("BoolIfExists: { 'aws:MultiFactorAuthPresent': false }", false),
        ("ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::444455556666:role/Admin*' }", true),
        ("ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:*' }", true),
        ("ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' }", true),
        ("StringNotEquals: { kms:CallerAccount: '444455556666' }", true),
        ("StringNotEquals: { kms:ViaService: ec2.eu-west-1.amazonaws.com }", true),
        ("StringEqualsIfExists: { kms:ViaService: ec2.eu-west-1.amazonaws.com }", true),
        ("StringEquals: { kms:KeySpec: SYMMETRIC_DEFAULT }", true),
        ("IpAddress: { 'aws:SourceIp': 0.0.0.0/0 }", true),
        ("'ForAllValues:StringEquals': { 'aws:TagKeys': x }", true),
        ("DateGreaterThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' }", true),
        ("'Null': { 'aws:PrincipalArn': false }", true),
        ("Bool: { 'aws:SecureTransport': true }", true),
    ] {
        let found = findings(OWNED, &denials("", &[&format!("condition: {{ {condition} }}")]), "dev");
        assert_eq!(found.contains("this locks everybody out"), locked, "{condition}: {found}");
        assert_eq!(only_notes(&found), !locked, "{condition}: {found}");
    }
}

#[test]
fn all_denials_of_the_policy_together_spare_somebody() {
    let sparing = |role: &str| {
        format!("condition: {{ ArnNotEquals: {{ 'aws:PrincipalArn': 'arn:aws:iam::111122223333:{role}' }} }}")
    };
    let [a, b, all] = ["role/A", "role/B", "role/*x"].map(sparing);
    let to = |who: &str| format!("principals: ['arn:aws:iam::111122223333:{who}']");
    let only = "account-access: administrators-only, administrators: [role/Admin],";
    for (properties, statements, locked) in [
        ("", vec![a.clone(), a.clone()], false),
        ("", vec![a.clone(), b.clone()], true),
        ("", vec![a.clone(), to("role/B")], false),
        ("", vec![a.clone(), to("role/A")], true),
        ("", vec![to("role/A"), to("role/B")], false),
        (only, vec![a], true),
        (only, vec![all], true),
        (only, vec![sparing("role/Adm*")], false),
        (only, vec![to("role/Admin")], false),
        (only, vec![to("role/Admin"), to("role/Deploy*")], true),
    ] {
        let statements: Vec<&str> = statements.iter().map(String::as_str).collect();
        let found = findings(OWNED, &denials(properties, &statements), "dev");
        assert_eq!(found.contains("this locks everybody out"), locked, "{properties} {statements:?}: {found}");
        assert_eq!(only_notes(&found), !locked, "{properties} {statements:?}: {found}");
    }
}

#[test]
fn who_is_named_stays_named_whatever_else_is_tested() {
    let stack = "
constructs:
  security:
    data:
      KmsKey:
        extra-statements:
          - sid: X
            effect: allow
            principals: ['arn:aws:iam::111122223333:role/reader', 'arn:aws:iam::111122223333:role/writer-*']
            actions: [kms:Decrypt]
            condition: { ArnEquals: { 'kms:EncryptionContext:aws:sns:topicArn': 'arn:aws:sns:eu-west-1:111122223333:t' }, ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:111122223333:*' } }
";
    let template = template(OWNED, stack, "dev");
    let statements = common::statements(&template, "SecurityData", "KeyPolicy");
    let (_, statement) = statements.iter().find(|(sid, _)| sid == "X").expect("it is there");
    let callers = json!(["arn:aws:iam::111122223333:role/reader", "arn:aws:iam::111122223333:role/writer-*"]);
    assert_eq!(statement["Condition"]["ArnLike"]["aws:PrincipalArn"], callers);
    assert_eq!(statement["Condition"]["ArnLike"]["aws:SourceArn"], "arn:aws:sns:*:111122223333:*");
    let topic = &statement["Condition"]["ArnEquals"]["kms:EncryptionContext:aws:sns:topicArn"];
    assert_eq!(*topic, "arn:aws:sns:eu-west-1:111122223333:t");
    let printed = template.print(synth::template::Format::Json);
    assert_eq!(printed.matches("\"ArnLike\"").count(), 1, "no operator stands there twice");
}

#[test]
fn other_accounts_get_their_half_and_belong_to_the_organization() {
    let environments = format!("organization: o-a1b2c3d4e5\n{OWNED}");
    let stack = "
constructs:
  security:
    data:
      KmsKey:
        extra-statements:
          - sid: Share
            effect: allow
            principals: ['444455556666', '777788889999', '444455556666']
            actions: [kms:Decrypt]
            condition: { StringEquals: { kms:ViaService: s3.eu-west-1.amazonaws.com } }
          - { sid: Own, effect: allow, principals: ['111122223333'], actions: [kms:Decrypt] }
";
    let synthesis = common::synthesize_all(&environments, &[("app.yaml", stack)], "dev");
    let app = &synthesis.stacks[0];
    let statements = common::statements(&app.template, "SecurityData", "KeyPolicy");
    let find = |id: &str| &statements.iter().find(|(sid, _)| sid == id).expect("it is there").1;
    let root = |account: &str| json!({ "Fn::Sub": format!("arn:${{AWS::Partition}}:iam::{account}:root") });
    assert_eq!(find("Share")["Principal"]["AWS"], json!([root("444455556666"), root("777788889999")]));
    assert_eq!(find("Share")["Condition"]["StringEquals"]["aws:PrincipalOrgID"], "o-a1b2c3d4e5");
    assert!(find("Own")["Condition"].is_null());
    let halves: Vec<_> = app.requests.iter().map(|request| &request.document["Statement"][0]).collect();
    assert_eq!(halves.len(), 2, "one for each account");
    assert_eq!(halves[0]["Action"], "kms:Decrypt");
    assert_eq!(halves[0]["Condition"]["StringEquals"]["kms:ViaService"], "s3.eu-west-1.amazonaws.com");
}

#[test]
fn a_denial_does_not_hit_what_the_policy_allows() {
    let stack = |statement: &str| {
        format!(
            "
constructs:
  security: {{ data: {{ KmsKey: {{ extra-statements: [{{ sid: X, effect: deny, {statement} }}] }} }} }}
  messaging: {{ record: {{ EncryptedLogGroup: {{ key: security/data }} }} }}
"
        )
    };
    for (statement, hit) in [
        ("actions: [kms:Decrypt]", Some("a condition says whom and when it is for")),
        (
            "actions: [kms:GenerateDataKey], condition: { Bool: { 'aws:SecureTransport': true } }",
            Some("a condition says"),
        ),
        (
            "actions: [kms:Decrypt], condition: { StringNotEquals: { 'aws:PrincipalOrgID': o-a1b2c3d4e5 } }",
            Some("leaves services out of it"),
        ),
        (
            "actions: [kms:Decrypt], condition: { StringNotEqualsIfExists: { 'aws:SourceVpce': vpce-1 } }",
            Some("leaves services out of it"),
        ),
        (
            "actions: [kms:Decrypt], condition: { StringNotEquals: { 'aws:PrincipalOrgID': o-a1b2c3d4e5 }, Bool: { 'aws:PrincipalIsAWSService': false } }",
            None,
        ),
        ("actions: [kms:Decrypt], condition: { StringEquals: { 'aws:PrincipalOrgID': o-a1b2c3d4e5 } }", None),
        ("actions: [kms:Decrypt], principals: ['111122223333']", None),
        ("actions: [kms:ScheduleKeyDeletion]", None),
    ] {
        let found = findings(ENVIRONMENTS, &stack(statement), "dev");
        assert_eq!(found.contains("this also denies what `LogsEncrypt` allows"), hit.is_some(), "{statement}: {found}");
        assert!(hit.is_none_or(|hint| found.contains(hint)), "{statement}: {found}");
        assert_eq!(only_notes(&found), hit.is_none(), "{statement}: {found}");
    }
}

#[test]
fn the_ids_of_a_pool_s_extra_statements_are_free_in_each_of_its_keys() {
    let found = |sids: &str| {
        let stack = format!(
            "
constructs:
  security:
    pool: {{ KeyPool: {{ size: 3, extra-statements: [{sids}] }} }}
  storage: {{ items: {{ EncryptedTable: {{ key: 'security/pool[2]', partition-key: {{ id: S }} }} }} }}
"
        );
        findings(ENVIRONMENTS, &stack, "dev")
    };
    for sid in ["DynamoDbDescribe", "AccountManagesKey"] {
        let found = found(&format!("{{ sid: {sid}, effect: deny, actions: [kms:Sign] }}"));
        let message = format!("`{sid}` is the id of a statement that the policy has by itself");
        assert!(found.contains(&message), "{found}");
        assert_eq!(found.matches("error[").count(), 1, "{found}");
    }
}
