//! Users of a key outside of these stacks, in the policy of the key.

mod common;

use common::{findings, only_notes, template};
use serde_json::{Value as Json, json};

const ENVIRONMENTS: &str = "
environments:
  dev: { protection: open, account: '111122223333' }
";

fn stack(key: &str, user: &str) -> String {
    format!("constructs: {{ security: {{ data: {{ KmsKey: {{ {key} used-by: [{{ {user} }}] }} }} }} }}")
}

/// The statement for a user.
fn statement(user: &str) -> Json {
    let template = template(ENVIRONMENTS, &stack("", user), "dev");
    let statements = common::statements(&template, "SecurityData", "KeyPolicy");
    let of_user = statements.into_iter().find(|(sid, _)| sid.starts_with("OutsideUseBy"));
    of_user.expect("it is let in").1
}

#[test]
fn roles_and_accounts_have_exact_actions() {
    let root = |account: &str| json!({ "AWS": { "Fn::Sub": format!("arn:${{AWS::Partition}}:iam::{account}:root") } });
    let reader = statement(
        "principal: 'arn:aws:iam::444455556666:role/team/reader', actions: ['kms:Decrypt', 'kms:DescribeKey']",
    );
    assert_eq!(reader["Sid"], "OutsideUseBy444455556666RoleTeamReader");
    assert_eq!(reader["Principal"], root("444455556666"));
    let caller = json!({ "ArnEquals": { "aws:PrincipalArn": "arn:aws:iam::444455556666:role/team/reader" } });
    assert_eq!(reader["Condition"], caller);
    assert_eq!(reader["Action"], json!(["kms:Decrypt", "kms:DescribeKey"]));
    let account = statement("principal: '777788889999', actions: ['kms:Encrypt']");
    assert_eq!((&account["Principal"], &account["Action"]), (&root("777788889999"), &json!("kms:Encrypt")));
}

#[test]
fn a_source_without_an_account_is_of_one_account() {
    let of = |properties: &str| {
        statement(&format!("service: s3, actions: [kms:GenerateDataKey], {properties}"))["Condition"].clone()
    };
    let test = |operator: &str, arn: &str, account: &str| json!({ "StringEquals": { "aws:SourceAccount": account }, operator: { "aws:SourceArn": arn } });
    let own = "111122223333";
    assert_eq!(of("source: 'arn:aws:s3:::a*'"), test("ArnLike", "arn:aws:s3:::a*", own));
    assert_eq!(of("source: 'arn:aws:s3:::lake'"), test("ArnEquals", "arn:aws:s3:::lake", own));
    let theirs = of("source: 'arn:aws:s3:::lake', account: '444455556666'");
    assert_eq!(theirs, test("ArnEquals", "arn:aws:s3:::lake", "444455556666"));
    let any = of("source: 'arn:aws:s3:*:*:accesspoint/a'");
    assert_eq!(any, test("ArnLike", "arn:aws:s3:*:*:accesspoint/a", own));
}

#[test]
fn cloudwatch_logs_is_the_service_of_its_region_and_known_by_its_context() {
    let group = "arn:aws:logs:eu-west-1:444455556666:log-group:app-*";
    let logs = statement(&format!(
        "service: logs, context: {{ 'aws:logs:arn': '{group}' }}, actions: [kms:Decrypt, kms:Encrypt]"
    ));
    assert_eq!(logs["Principal"], json!({ "Service": { "Fn::Sub": "logs.${AWS::Region}.${AWS::URLSuffix}" } }));
    assert_eq!(logs["Condition"], json!({ "StringLike": { "kms:EncryptionContext:aws:logs:arn": group } }));
    let topic = "arn:aws:sns:eu-west-1:444455556666:orders";
    let rules = format!("service: events, context: {{ 'aws:sns:topicArn': '{topic}' }}, actions: [kms:Decrypt]");
    let rules = statement(&rules);
    assert_eq!(rules["Principal"], json!({ "Service": "events.amazonaws.com" }));
    assert_eq!(rules["Condition"], json!({ "StringEquals": { "kms:EncryptionContext:aws:sns:topicArn": topic } }));
}

#[test]
fn users_are_checked() {
    for (user, message) in [
        (
            "principal: '444455556666', account: '444455556666', actions: [kms:Decrypt]",
            "only services act for a source, and an account",
        ),
        (
            "service: s3, source: 'arn:aws:s3:eu-west-1:444455556666:accesspoint/a', account: '444455556666', actions: [kms:Decrypt]",
            "the ARN of the source says already which account it is of",
        ),
        ("service: s3, actions: [kms:Decrypt]", "without an ARN in `source` or `context` for anybody"),
        (
            "service: events, context: { 'aws:sns:topicArn': '*' }, actions: [kms:Decrypt]",
            "without an ARN in `source` or `context` for anybody",
        ),
        (
            "service: logs, source: 'arn:aws:logs:eu-west-1:444455556666:log-group:a', actions: [kms:Decrypt]",
            "CloudWatch Logs names no source to KMS",
        ),
        (
            "principal: '444455556666', through: s3.eu-west-1, actions: [kms:Decrypt]",
            "`s3.eu-west-1` is not the name of a service before its region",
        ),
        (
            "principal: '444455556666', context: { a: b }, actions: [kms:Decrypt, kms:DescribeKey]",
            "requests of `kms:DescribeKey` carry no encryption context, so that this never allows it",
        ),
        ("principal: '444455556666', actions: [kms:Decrypt, kms:Decrypt]", "`kms:Decrypt` stands here twice"),
        (
            "service: cloudtrail, context: { nonsense: 'arn:aws:cloudtrail:eu-west-1:444455556666:trail/a' }, actions: [kms:Decrypt]",
            "without an ARN in `source` or `context` for anybody",
        ),
        (
            "service: logs.eu-west-1, source: 'arn:aws:logs:eu-west-1:444455556666:log-group:a', actions: [kms:Decrypt]",
            "`logs.eu-west-1` has a region",
        ),
        ("principal: '444455556666', context: { '': a }, actions: [kms:Decrypt]", "pairs, each with a key"),
        ("principal: 'arn:aws::iam::444455556666:role/a', actions: [kms:Decrypt]", "is not the ARN of a role or user"),
        (
            "principal: '444455556666', actions: [kms:GenerateMac]",
            "a key of `SYMMETRIC_DEFAULT` for `ENCRYPT_DECRYPT` does not perform `kms:GenerateMac`",
        ),
    ] {
        let found = findings(ENVIRONMENTS, &stack("", user), "dev");
        assert!(found.contains(message), "{user}: {found}");
        assert_eq!(found.matches("error[").count(), 1, "{user}: {found}");
    }
}

#[test]
fn a_key_is_used_for_what_keys_of_its_kind_do() {
    let user = |action: &str| format!("principal: '444455556666', actions: ['kms:{action}']");
    for (key, does, does_not) in [
        ("", "GenerateDataKey", "GetPublicKey"),
        ("spec: HMAC_256,", "GenerateMac", "Decrypt"),
        ("spec: RSA_2048, usage: ENCRYPT_DECRYPT,", "ReEncryptFrom", "GenerateDataKeyPair"),
        ("spec: ECC_NIST_P256, usage: SIGN_VERIFY,", "GetPublicKey", "DeriveSharedSecret"),
    ] {
        assert!(only_notes(&findings(ENVIRONMENTS, &stack(key, &user(does)), "dev")), "{key} {does}");
        let found = findings(ENVIRONMENTS, &stack(key, &user(does_not)), "dev");
        assert!(found.contains(&format!("does not perform `kms:{does_not}`")), "{key} {does_not}: {found}");
    }
}

#[test]
fn what_never_happens_is_not_allowed() {
    let china = "environments: { dev: { protection: open, account: '111122223333', regions: [cn-north-1] } }";
    let user = "principal: 'arn:aws:iam::444455556666:role/a', actions: [kms:Decrypt]";
    let found = findings(china, &stack("", user), "dev");
    assert!(found.contains("nobody of the partition `aws` calls what is deployed here"), "{found}");
    assert!(only_notes(&findings(china, &stack("", &user.replace("arn:aws:", "arn:aws-cn:")), "dev")));
    let rsa = "spec: RSA_2048, usage: ENCRYPT_DECRYPT,";
    let user = "principal: '444455556666', context: { a: b }, actions: [kms:Decrypt]";
    let found = findings(ENVIRONMENTS, &stack(rsa, user), "dev");
    assert!(found.contains("requests with a key of `RSA_2048` have no encryption context"), "{found}");
}
