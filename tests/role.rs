//! Roles: who may assume them, and what they may do.

mod common;

use common::{ENVIRONMENTS, findings, json, statements};
use serde_json::{Value as Json, json as expected};
use synth::template::Template;

/// A stack of roles, with something to be granted.
fn stack(roles: &str) -> String {
    format!(
        "
constructs:
  security:
    data: {{ KmsKey: {{}} }}
  storage:
    orders: {{ EncryptedTable: {{ key: security/data, partition-key: {{ id: S }} }} }}
  app:
    {roles}
"
    )
}

fn role(properties: &str) -> Template {
    common::template(ENVIRONMENTS, &stack(&format!("service: {{ Role: {{ {properties} }} }}")), "dev")
}

fn sub(text: &str) -> Json {
    expected!({ "Fn::Sub": text })
}

/// The only statement of the trust policy.
fn trust(assumed_by: &str) -> Json {
    let template = role(&format!("assumed-by: [{{ {assumed_by} }}], grants: {{ security/data: describe }}"));
    let mut found = statements(&template, "AppService", "AssumeRolePolicyDocument");
    assert_eq!(found.len(), 1);
    found.remove(0).1
}

fn property(template: &Template, id: &str, property: &str) -> Json {
    template.resources[id].properties.get(property).map_or(Json::Null, json)
}

#[test]
fn a_service_assumes_a_role_for_this_account_only() {
    let whole = expected!({
        "Sid": "AssumeByEcsTasks",
        "Effect": "Allow",
        "Principal": { "Service": "ecs-tasks.amazonaws.com" },
        "Action": "sts:AssumeRole",
        "Condition": {
            "StringEquals": { "aws:SourceAccount": { "Ref": "AWS::AccountId" } },
            "ArnLike": { "aws:SourceArn": sub("arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:*") }
        }
    });
    assert_eq!(trust("service: ecs-tasks"), whole);
    assert_eq!(trust("service: lambda")["Condition"], Json::Null, "Lambda names no source");
    let machine = "arn:aws:states:eu-west-1:111122223333:stateMachine:orders";
    let source = expected!({ "ArnEquals": { "aws:SourceArn": machine } });
    assert_eq!(trust(&format!("service: states, source: '{machine}'"))["Condition"], source);
}

#[test]
fn roles_and_users_outside_are_named_by_a_condition() {
    let operator = trust("principal: role/deploy/Operator, mfa: true");
    assert_eq!(operator["Principal"], expected!({ "AWS": sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root") }));
    let arn = sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/deploy/Operator");
    let condition = expected!({
        "ArnEquals": { "aws:PrincipalArn": arn },
        "Bool": { "aws:MultiFactorAuthPresent": "true" }
    });
    assert_eq!(operator["Condition"], condition);

    let account = trust("account: '444455556666', external-id: orders-1");
    assert_eq!(account["Sid"], "AssumeByAccount444455556666");
    assert_eq!(account["Principal"], expected!({ "AWS": sub("arn:${AWS::Partition}:iam::444455556666:root") }));
    assert_eq!(account["Condition"], expected!({ "StringEquals": { "sts:ExternalId": "orders-1" } }));
}

#[test]
fn another_account_has_to_belong_to_the_organization() {
    let environments = "organization: o-a1b2c3d4e5\nenvironments: { dev: { protection: open, account: '111122223333', regions: [eu-west-1] } }";
    let roles = "service: { Role: { assumed-by: [{ account: '444455556666' }, { account: '111122223333' }], grants: { security/data: decrypt } } }";
    let template = common::template(environments, &stack(roles), "dev");
    let trust = statements(&template, "AppService", "AssumeRolePolicyDocument");
    assert_eq!(trust[0].1["Condition"]["StringEquals"]["aws:PrincipalOrgID"], "o-a1b2c3d4e5");
    assert_eq!(trust[1].1["Condition"], Json::Null);
}

#[test]
fn tokens_count_for_one_audience_and_these_subjects() {
    let github =
        "oidc: { provider: token.actions.githubusercontent.com, subject: 'repo:acme/shop:ref:refs/heads/main' }";
    let provider = "arn:${AWS::Partition}:iam::${AWS::AccountId}:oidc-provider/token.actions.githubusercontent.com";
    let whole = expected!({
        "Sid": "AssumeByTokenActionsGithubusercontentCom",
        "Effect": "Allow",
        "Principal": { "Federated": sub(provider) },
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": { "StringEquals": {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": "repo:acme/shop:ref:refs/heads/main"
        } }
    });
    assert_eq!(trust(github), whole);
    let pattern = trust(&github.replace("ref:refs/heads/main", "*"));
    assert_eq!(pattern["Condition"]["StringLike"]["token.actions.githubusercontent.com:sub"], "repo:acme/shop:*");
}

#[test]
fn what_is_granted_is_one_policy_with_a_name_of_its_own() {
    let template = role(
        "assumed-by: [{ service: ec2 }], policy-name: 'OrdersAccess-{{ env }}', \
         grants: { security/data: [decrypt, generate-data-key, describe], storage/orders: read }, \
         managed-policies: ['aws:ReadOnlyAccess', security/Baseline], max-session-duration: 7200",
    );
    assert_eq!(property(&template, "AppServicePolicy", "ManagedPolicyName"), "OrdersAccess-dev");
    let policy = statements(&template, "AppServicePolicy", "PolicyDocument");
    let key = expected!({ "Fn::GetAtt": ["SecurityData", "Arn"] });
    let actions = expected!(["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]);
    let (sid, own) = policy.iter().find(|(_, it)| it["Action"] == actions).unwrap_or_else(|| panic!("{policy:?}"));
    assert_eq!((&own["Resource"], &own["Condition"]), (&key, &Json::Null), "{sid}");
    let in_key = statements(&template, "SecurityData", "KeyPolicy");
    let (_, decrypt) = in_key.iter().find(|(_, it)| it["Action"] == actions).expect("the key knows the role");
    let arn = sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/app-dev-app-role-service");
    assert_eq!(decrypt["Condition"]["ArnEquals"]["aws:PrincipalArn"], arn);
    let attached = expected!([
        { "Ref": "AppServicePolicy" },
        sub("arn:${AWS::Partition}:iam::aws:policy/ReadOnlyAccess"),
        sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/security/Baseline")
    ]);
    assert_eq!(property(&template, "AppService", "ManagedPolicyArns"), attached);
    assert_eq!(property(&template, "AppService", "MaxSessionDuration"), 7200);
}

#[test]
fn path_and_boundary_are_those_of_the_house() {
    let environments =
        "role-path: /app/\npermissions-boundary: security/Boundary\nenvironments: { dev: { protection: open } }";
    let roles = "service: { Role: { assumed-by: [{ service: ec2 }], grants: { security/data: decrypt } } }";
    let template = common::template(environments, &stack(roles), "dev");
    assert_eq!(property(&template, "AppService", "Path"), "/app/");
    assert_eq!(property(&template, "AppServicePolicy", "Path"), "/app/");
    let boundary = sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/security/Boundary");
    assert_eq!(property(&template, "AppService", "PermissionsBoundary"), boundary);
}

#[test]
fn a_role_without_grants_has_no_policy() {
    let template = role("assumed-by: [{ service: ec2 }], managed-policies: ['aws:SecurityAudit']");
    assert!(!template.resources.contains_key("AppServicePolicy"));
    let attached = expected!([sub("arn:${AWS::Partition}:iam::aws:policy/SecurityAudit")]);
    assert_eq!(property(&template, "AppService", "ManagedPolicyArns"), attached);
}

#[test]
fn what_others_let_a_role_do_needs_a_policy() {
    let stack = |more: &str| {
        let called = "worker: { EncryptedFunction: { code: { bucket: artifacts, key: b }, runtime: python3.13, logs-key: security/data, \
                      callers: [app/service] } }";
        stack(&format!("service: {{ Role: {{ assumed-by: [{{ service: ec2 }}]{more} }} }}\n    {called}"))
    };
    let template = common::template(ENVIRONMENTS, &stack(""), "dev");
    assert!(!statements(&template, "AppServicePolicy", "PolicyDocument").is_empty());
    let managed = ", managed-policies: ['aws:SecurityAudit']";
    let found = findings(ENVIRONMENTS, &stack(managed), "dev");
    assert!(found.contains("it has no policy to say so"), "{found}");
    assert_eq!(findings(ENVIRONMENTS, &stack(&format!("{managed}, policy-name: 'Own-{{{{ env }}}}'")), "dev"), "");
}

#[test]
fn whoever_is_granted_assume_is_in_both_policies() {
    let roles = "
    service: { Role: { grants: { security/data: decrypt } } }
    caller: { Role: { assumed-by: [{ service: ec2 }], grants: { app/service: assume } } }";
    let template = common::template(ENVIRONMENTS, &stack(roles), "dev");
    let trust = statements(&template, "AppService", "AssumeRolePolicyDocument");
    assert_eq!(trust[0].0, "AssumeByAppCaller");
    let arn =
        |name: &str| sub(&format!("arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/app-dev-app-role-{name}"));
    assert_eq!(trust[0].1["Condition"]["ArnEquals"]["aws:PrincipalArn"], arn("caller"));
    let policy = statements(&template, "AppCallerPolicy", "PolicyDocument");
    assert_eq!((&policy[0].1["Action"], &policy[0].1["Resource"]), (&expected!("sts:AssumeRole"), &arn("service")));
    assert_eq!(template.resources["AppCallerPolicy"].depends_on, ["AppService"]);
}

#[test]
fn statements_say_what_no_grant_can() {
    let template = role(
        "assumed-by: [{ service: ec2 }], statements: [\
         { sid: SendMail, effect: allow, actions: [ses:SendEmail], resources: [{ ref: storage/orders.arn }], \
           condition: { StringEquals: { 'ses:FromAddress': a@example.com } } }, \
         { sid: NeverLeave, effect: deny, actions: ['organizations:*'], resources: '*' }]",
    );
    let policy = statements(&template, "AppServicePolicy", "PolicyDocument");
    let mail = expected!({
        "Sid": "SendMail",
        "Effect": "Allow",
        "Action": "ses:SendEmail",
        "Resource": sub("arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/app-dev-storage-table-orders"),
        "Condition": { "StringEquals": { "ses:FromAddress": "a@example.com" } }
    });
    assert_eq!(policy[0].1, mail);
    let never = expected!({ "Sid": "NeverLeave", "Effect": "Deny", "Action": "organizations:*", "Resource": "*" });
    assert_eq!(policy[1].1, never);
    assert_eq!(template.resources["AppServicePolicy"].depends_on, ["StorageOrders"]);
}

#[test]
fn mistakes_of_roles() {
    let assumed = "assumed-by: [{ service: ec2 }]";
    for (properties, message) in [
        ("grants: { security/data: decrypt }".to_owned(), "nobody may assume this role: `assumed-by` is missing here"),
        ("assumed-by: [{ service: ec2 }]".to_owned(), "this role may do nothing"),
        ("assumed-by: [{ mfa: true }]".to_owned(), "this does not say what it stands for"),
        (
            "assumed-by: [{ service: ec2, account: '444455556666' }]".to_owned(),
            "`service` says already what this stands for",
        ),
        (
            "assumed-by: [{ account: '444455556666', source: 'arn:aws:s3:::artifacts' }]".to_owned(),
            "only services act for a source",
        ),
        (
            "assumed-by: [{ service: ec2, mfa: true }]".to_owned(),
            "only roles and users outside of these stacks send that",
        ),
        ("assumed-by: [{ principal: 'role/deploy-*' }]".to_owned(), "`*` stands in `deployers` only"),
        (
            "assumed-by: [{ oidc: { provider: example.com, subject: '*' } }]".to_owned(),
            "`*` is not the subject of tokens",
        ),
        (
            "assumed-by: [{ oidc: { provider: example.com, subject: [] } }]".to_owned(),
            "tokens of no subject count here",
        ),
        (
            format!("{assumed}, statements: [{{ sid: A, effect: allow, actions: [kms:Decrypt], resources: '*' }}]"),
            "`kms:Decrypt` is granted on the key",
        ),
        (
            format!("{assumed}, statements: [{{ sid: A, effect: allow, actions: ['s3:*'], resources: '*' }}]"),
            "`s3:*` allows everything that the service can do",
        ),
        (
            format!("{assumed}, statements: [{{ sid: A, effect: allow, actions: [], resources: '*' }}]"),
            "a statement needs at least one action",
        ),
        (
            format!("{assumed}, statements: [{{ sid: A, effect: allow, actions: [ses:SendEmail], resources: [] }}]"),
            "a statement needs at least one resource",
        ),
        (
            format!(
                "{assumed}, statements: [{{ sid: A, effect: deny, actions: [ses:SendEmail], resources: '*', \
                 condition: {{ StringEqual: {{ 'aws:x': y }} }} }}]"
            ),
            "no condition operator is called `StringEqual`",
        ),
        (
            format!(
                "{assumed}, statements: [{{ sid: A, effect: deny, actions: ['ses:*'], resources: '*' }}, \
                 {{ sid: A, effect: deny, actions: ['sns:*'], resources: '*' }}]"
            ),
            "`A` is here twice",
        ),
        (format!("{assumed}, managed-policies: ['aws:ReadOnlyAccess', 'aws:ReadOnlyAccess']"), "is here twice"),
        (
            format!("{assumed}, policy-name: 'Orders {{{{ env }}}}'"),
            "has a blank, the name of a managed policy may have",
        ),
    ] {
        let does_something = ["grants", "statements", "managed-policies", "may do nothing"];
        let all = format!("{properties} {message}");
        let grants =
            if does_something.iter().any(|it| all.contains(it)) { "" } else { ", grants: { security/data: describe }" };
        let found = findings(ENVIRONMENTS, &stack(&format!("service: {{ Role: {{ {properties}{grants} }} }}")), "dev");
        assert_eq!(found.matches(message).count(), 1, "{properties}: {found}");
        assert_eq!(found.matches("error[").count(), 1, "{properties}: {found}");
    }
}

#[test]
fn a_policy_name_is_a_template_with_its_own_mistakes() {
    let roles = "service: { Role: { assumed-by: [{ service: ec2 }], policy-name: 'Orders-{{ envv }}' } }";
    let found = findings(ENVIRONMENTS, &stack(roles), "dev");
    assert!(found.contains("no variable is called `envv`"), "{found}");
}
