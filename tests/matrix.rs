//! Who may do what with which key: the access matrix of a template, and what of its policies is needed.

mod common;

use insta::{assert_snapshot, with_settings};
use serde_json::Value as Json;
use synth::audit::deployment::{SOME_ACCOUNT, SOME_REGION};
use synth::audit::matrix::{Matrix, Needed};
use synth::audit::{Audit, Hazard, Severity, Site, World, matrix};
use synth::output::matrix::{json, markdown};

/// What comes of a template that is deployed to eu-west-1, in an account that nobody named.
fn audited<T>(text: &str, with: impl FnOnce(&World<'_>, &Audit) -> T) -> T {
    common::audit::audited(&Site::new("eu-west-1", SOME_ACCOUNT), &[("orders.yaml", "orders", text)], with)
}

fn made(text: &str) -> Matrix {
    audited(text, matrix)
}

/// The findings of a kind, each in a line.
fn found(text: &str, hazard: Hazard) -> Vec<String> {
    audited(text, |_, audit| {
        let findings = audit.findings.iter().filter(|finding| finding.hazard == hazard);
        assert!(findings.clone().all(|finding| finding.severity == Severity::Note));
        findings.map(|finding| finding.message.clone()).collect()
    })
}

/// A log group and a table under one key, a role that reads the table, and these statements besides those by which the
/// account manages the key and a role makes the table.
fn orders(statements: &[&str]) -> String {
    let statements = statements.concat();
    format!(
        "
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: 2012-10-17
        Statement:
          - Sid: Manage
            Effect: Allow
            Principal: {{ AWS: !Sub 'arn:aws:iam::${{AWS::AccountId}}:root' }}
            Action: [kms:DescribeKey, kms:DisableKey, kms:PutKeyPolicy, kms:ScheduleKeyDeletion]
            Resource: '*'
          - Sid: Create
            Effect: Allow
            Principal: {{ AWS: !Sub 'arn:aws:iam::${{AWS::AccountId}}:root' }}
            Action: [kms:CreateGrant, kms:Decrypt, kms:Encrypt, kms:GenerateDataKey*, kms:ReEncrypt*]
            Resource: '*'
            Condition:
              ArnEquals: {{ aws:PrincipalArn: !Sub 'arn:aws:iam::${{AWS::AccountId}}:role/deployer' }}
              StringEquals: {{ kms:ViaService: !Sub 'dynamodb.${{AWS::Region}}.amazonaws.com' }}
{statements}
  Alias:
    Type: AWS::KMS::Alias
    Properties: {{ AliasName: alias/orders, TargetKeyId: !Ref Key }}
  Events:
    Type: AWS::Logs::LogGroup
    Properties: {{ LogGroupName: orders, KmsKeyId: !GetAtt Key.Arn }}
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: orders
      SSESpecification: {{ SSEEnabled: true, SSEType: KMS, KMSMasterKeyId: !Ref Key }}
  Reader:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {{}}
      Policies:
        - PolicyName: read
          PolicyDocument:
            Version: 2012-10-17
            Statement:
              - {{ Effect: Allow, Action: dynamodb:GetItem, Resource: !GetAtt Orders.Arn }}
"
    )
}

const READ: &str = "
          - Sid: Read
            Effect: Allow
            Principal: { AWS: !GetAtt Reader.Arn }
            Action: kms:Decrypt
            Resource: '*'
            Condition:
              StringEquals:
                kms:ViaService: !Sub dynamodb.${AWS::Region}.amazonaws.com
                kms:EncryptionContext:aws:dynamodb:tableName: orders
";

const LOGS: &str = "
          - Sid: Logs
            Effect: Allow
            Principal: { Service: !Sub 'logs.${AWS::Region}.amazonaws.com' }
            Action: [kms:Decrypt, kms:Encrypt, kms:GenerateDataKey*, kms:ReEncrypt*]
            Resource: '*'
            Condition:
              ArnEquals:
                kms:EncryptionContext:aws:logs:arn: !Sub 'arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:orders'
";

const DENY: &str = "
          - Sid: Keep
            Effect: Deny
            Principal: '*'
            Action: [kms:DisableKey, kms:ScheduleKeyDeletion]
            Resource: '*'
            Condition:
              ArnNotEquals: { aws:PrincipalArn: !Sub 'arn:aws:iam::${AWS::AccountId}:role/security/BreakGlass' }
";

/// The key's policy with a part of a statement in place of another.
fn with(statement: &str, old: &str, new: &str) -> String {
    let changed = statement.replace(old, new);
    assert_ne!(changed, statement, "`{old}` is there");
    orders(&[READ, LOGS, DENY]).replace(statement, &changed)
}

#[test]
fn the_matrix_says_who_may_do_what_and_why() {
    let matrix = made(&orders(&[READ, LOGS, DENY]));
    with_settings!({
        snapshot_path => "../snapshots/audit", prepend_module_to_snapshot => false, omit_expression => true
    }, {
        assert_snapshot!("access-matrix", markdown(&matrix));
    });
    let json: Json = serde_json::from_str(&json(&matrix)).expect("it is JSON");
    let read = &json["keys"][0]["access"][2];
    assert_eq!(read["principal"], "role `orders/Reader`");
    assert_eq!(read["operations"][0], "Decrypt");
    assert_eq!(read["needed"], "yes");
}

#[test]
fn an_exact_policy_is_proven_through_and_through() {
    let exact = orders(&[READ, LOGS, DENY]);
    assert_eq!(found(&exact, Hazard::OverPermission), [""; 0]);
    assert_eq!(found(&exact, Hazard::UnprovenCondition), [""; 0]);
    let proof = made(&exact).keys[0].proof;
    assert_eq!((proof.needed, proof.proven), (proof.statements, proof.conditions));
    assert_eq!((proof.statements, proof.conditions), (5, 6));
}

#[test]
fn what_nothing_needs_is_found_part_by_part() {
    let service = "
          - { Sid: Table, Effect: Allow, Principal: { Service: dynamodb.amazonaws.com }, Action: kms:Decrypt, Resource: '*' }
";
    let all = [
        (orders(&[READ, LOGS, DENY, service]), "statement `Table` of `Key`: nothing in these templates needs it"),
        (
            with(READ, "kms:Decrypt", "[kms:Decrypt, kms:Encrypt]"),
            "statement `Read` of `Key`: nothing in these templates needs `kms:Encrypt`",
        ),
        (
            with(
                LOGS,
                "{ Service: !Sub 'logs.${AWS::Region}.amazonaws.com' }",
                "
              Service: [lambda.amazonaws.com, !Sub 'logs.${AWS::Region}.amazonaws.com']",
            ),
            "statement `Logs` of `Key`: nothing in these templates needs `lambda.amazonaws.com`",
        ),
        (
            with(READ, "tableName: orders", "tableName: [orders, invoices]"),
            "statement `Read` of `Key`: nothing in these templates needs `invoices` for \
             `kms:EncryptionContext:aws:dynamodb:tableName`",
        ),
        (
            orders(&[READ, LOGS, DENY, &READ.replace("Sid: Read", "Sid: Again")]),
            "statement `Again` of `Key`: all that needs it is allowed by statement `Read`, too",
        ),
    ];
    for (template, message) in all {
        assert_eq!(found(&template, Hazard::OverPermission), [message], "{template}");
    }
}

#[test]
fn a_condition_that_keeps_nobody_out_is_found() {
    let table = "                kms:EncryptionContext:aws:dynamodb:tableName: orders\n";
    let wide = READ.replace("Sid: Read", "Sid: Wide").replace(table, "");
    let all = [
        (
            with(
                READ,
                "                kms:ViaService",
                "                kms:CallerAccount: !Ref AWS::AccountId\n                kms:ViaService",
            ),
            "statement `Read` of `Key`, `StringEquals` on `kms:CallerAccount`: it keeps out nobody whom the rest of the \
             statement lets in",
        ),
        (
            with(
                READ,
                "                kms:ViaService",
                "                kms:KeySpec: SYMMETRIC_DEFAULT\n                kms:ViaService",
            ),
            "statement `Read` of `Key`, `StringEquals` on `kms:KeySpec`: it keeps out nobody whom the rest of the \
             statement lets in",
        ),
        (
            orders(&[READ, LOGS, DENY, &wide]),
            "statement `Read` of `Key`, `StringEquals` on `kms:EncryptionContext:aws:dynamodb:tableName`: those whom \
             it keeps out are let in by statement `Wide`",
        ),
    ];
    for (template, message) in all {
        let found = found(&template, Hazard::UnprovenCondition);
        assert!(found.iter().any(|found| found == message), "{found:#?}\n{template}");
    }
}

#[test]
fn a_statement_that_fails_is_no_over_permission() {
    let failing = with(LOGS, "log-group:orders", "log-group:orders:*");
    assert_eq!(found(&failing, Hazard::OverPermission), [""; 0]);
    let matrix = made(&failing);
    let logs = matrix.keys[0].flows.iter().find(|flow| flow.what.contains("CloudWatch Logs")).expect("it is there");
    assert_eq!(logs.allowed, Some(false));
}

#[test]
fn a_denial_of_what_nobody_may_is_not_needed() {
    let idle = orders(&[
        READ,
        LOGS,
        DENY,
        &DENY
            .replace("Keep", "Idle")
            .replace("DisableKey", "DeleteImportedKeyMaterial")
            .replace(", kms:ScheduleKeyDeletion", ""),
    ]);
    let matrix = made(&idle);
    let needed =
        |statement: &str| matrix.keys[0].access.iter().find(|row| row.statement == statement).map(|row| row.needed);
    assert_eq!((needed("Keep"), needed("Idle")), (Some(Needed::Yes), Some(Needed::No)));
}

#[test]
fn those_whom_the_templates_do_not_make_are_listed() {
    let outside = "
          - Sid: Outside
            Effect: Allow
            Principal: { AWS: ['111122223333', !Sub 'arn:aws:iam::${AWS::AccountId}:user/ann'] }
            Action: kms:Decrypt
            Resource: '*'
          - Sid: Pattern
            Effect: Allow
            Principal: { AWS: !Ref AWS::AccountId }
            Action: kms:Decrypt
            Resource: '*'
            Condition: { ArnLike: { aws:PrincipalArn: !Sub 'arn:aws:iam::${AWS::AccountId}:role/batch-*' } }
";
    let matrix = made(&orders(&[READ, LOGS, DENY, outside]));
    let beyond: Vec<String> =
        matrix.keys[0].beyond.iter().map(|beyond| format!("{}: {}", beyond.who, beyond.why)).collect();
    assert_eq!(
        beyond,
        [
            "whoever IAM lets: policies of roles and users alone decide",
            "`role/deployer`: known by name alone: these templates do not make it",
            "account `111122223333`: that account decides who",
            "`user/ann`: known by name alone: these templates do not make it",
            "`role/batch-*`: whoever has a name like this",
        ]
    );
}

#[test]
fn a_region_that_nobody_named_is_open() {
    let nowhere = Site::new(SOME_REGION, SOME_ACCOUNT).anywhere();
    let text = common::audit::audited(&nowhere, &[("orders.yaml", "orders", &orders(&[]))], |world, audit| {
        markdown(&matrix(world, audit))
    });
    assert!(text.contains("through `dynamodb` in `{region}`"), "{text}");
    assert!(!text.contains(SOME_REGION) && !text.contains(SOME_ACCOUNT), "{text}");
}

#[test]
fn what_may_be_needed_is_not_to_be_taken_out() {
    let statement = "
          - Sid: Logs
            Effect: Allow
            Principal: { Service: !Sub 'logs.${AWS::Region}.amazonaws.com' }
            Action: [kms:Decrypt, kms:Encrypt, kms:GenerateDataKey*, kms:ReEncrypt*]
            Resource: '*'
";
    let text = |key: &str| {
        format!(
            "
Parameters: {{ Wanted: {{ Type: String }}, Account: {{ Type: String }} }}
Conditions: {{ Own: !Equals [!Ref Wanted, own] }}
{}",
            orders(&[statement]).replace("KmsKeyId: !GetAtt Key.Arn", key)
        )
    };
    let outside = text("KmsKeyId: arn:aws:kms:eu-west-1:000000000000:key/other");
    let unneeded = "statement `Logs` of `Key`: nothing in these templates needs it".to_owned();
    assert!(found(&outside, Hazard::OverPermission).contains(&unneeded), "another key is used");
    let open = text("KmsKeyId: !If [Own, !GetAtt Key.Arn, !Ref Wanted]");
    assert!(!found(&open, Hazard::OverPermission).contains(&unneeded), "it may be this key");
}

#[test]
fn what_a_template_leaves_open_is_not_unproven() {
    let statement = "
          - Sid: Logs
            Effect: Allow
            Principal: { Service: !Sub 'logs.${AWS::Region}.amazonaws.com' }
            Action: [kms:Decrypt, kms:Encrypt, kms:GenerateDataKey*, kms:ReEncrypt*]
            Resource: '*'
            Condition: { ArnEquals: { kms:EncryptionContext:aws:logs:arn: !Ref Group } }
";
    let text = format!("Parameters: {{ Group: {{ Type: String }} }}\n{}", orders(&[statement]));
    assert_eq!(found(&text, Hazard::UnprovenCondition), Vec::<String>::new());
}
