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
            actions: [kms:CreateGrant, kms:Decrypt]
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

#[test]
fn a_denial_of_the_policy_may_spare_somebody() {
    let environments = ENVIRONMENTS.replace("open }", "open, account: '111122223333' }");
    for (condition, locked) in [
        ("ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/Admin*' }", false),
        ("ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::444455556666:role/Admin*' }", true),
        ("StringNotEquals: { kms:CallerAccount: '111122223333' }", false),
        ("StringNotEquals: { kms:CallerAccount: '444455556666' }", true),
        ("Bool: { 'kms:BypassPolicyLockoutSafetyCheck': true }", false),
        ("BoolIfExists: { 'aws:MultiFactorAuthPresent': false }", false),
    ] {
        let statement =
            format!("{{ sid: X, effect: deny, actions: [kms:PutKeyPolicy], condition: {{ {condition} }} }}");
        let stack =
            format!("constructs: {{ security: {{ data: {{ KmsKey: {{ extra-statements: [{statement}] }} }} }} }}");
        let found = findings(&environments, &stack, "dev");
        assert_eq!(found.contains("this locks everybody out"), locked, "{condition}: {found}");
        assert_eq!(only_notes(&found), !locked, "{condition}: {found}");
    }
}
