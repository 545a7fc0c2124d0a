//! User pools: who signs in, how, and who looks after them.

mod common;

use common::{ENVIRONMENTS, findings, json, statements};
use serde_json::{Value as Json, json as expected};
use synth::template::Template;

fn stack(properties: &str, grants: &str) -> String {
    format!(
        "
constructs:
  security:
    logs: {{ KmsKey: {{}} }}
  users:
    pool: {{ UserPool: {{ {properties} }} }}
    check: {{ EncryptedFunction: {{ code: {{ bucket: artifacts, key: a }}, runtime: python3.13, logs-key: security/logs }} }}
    desk:
      EncryptedFunction:
        code: {{ bucket: artifacts, key: b }}
        runtime: python3.13
        logs-key: security/logs
        grants: {{ {grants} }}
"
    )
}

fn template(properties: &str, environment: &str) -> Template {
    common::template(ENVIRONMENTS, &stack(properties, "users/pool: read"), environment)
}

fn property(template: &Template, id: &str, property: &str) -> Json {
    template.resources[id].properties.get(property).map_or(Json::Null, json)
}

#[test]
fn a_pool_is_closed_unless_it_says_otherwise() {
    let pool = template("", "dev");
    let get = |name: &str| property(&pool, "UsersPool", name);
    assert_eq!(get("AdminCreateUserConfig"), expected!({ "AllowAdminCreateUserOnly": true }));
    assert_eq!(get("MfaConfiguration"), "ON");
    assert_eq!(get("EnabledMfas"), expected!(["SOFTWARE_TOKEN_MFA"]));
    assert_eq!(get("UsernameAttributes"), expected!(["email"]));
    assert_eq!(get("AutoVerifiedAttributes"), expected!(["email"]));
    let email = expected!({ "RecoveryMechanisms": [{ "Name": "verified_email", "Priority": 1 }] });
    assert_eq!(get("AccountRecoverySetting"), email);
    let policy = expected!({ "PasswordPolicy": {
        "MinimumLength": 12,
        "RequireLowercase": true,
        "RequireUppercase": true,
        "RequireNumbers": true,
        "RequireSymbols": true,
        "TemporaryPasswordValidityDays": 1
    } });
    assert_eq!(get("Policies"), policy);
    assert_eq!(
        (get("UserPoolAddOns"), get("LambdaConfig"), get("KeyConfiguration")),
        (Json::Null, Json::Null, Json::Null)
    );

    let open = template("mfa: off, self-sign-up: true, threat-protection: enforced", "dev");
    assert_eq!(property(&open, "UsersPool", "MfaConfiguration"), "OFF");
    assert_eq!(property(&open, "UsersPool", "EnabledMfas"), Json::Null);
    assert_eq!(property(&open, "UsersPool", "AdminCreateUserConfig")["AllowAdminCreateUserOnly"], false);
    assert_eq!(property(&open, "UsersPool", "UserPoolAddOns")["AdvancedSecurityMode"], "ENFORCED");
    assert_eq!(property(&open, "UsersPool", "UserPoolTier"), "PLUS");
}

#[test]
fn users_are_data() {
    for (environment, deletion, protection) in
        [("dev", "Delete", "INACTIVE"), ("staging", "RetainExceptOnCreate", "INACTIVE"), ("prod", "Retain", "ACTIVE")]
    {
        let template = template("", environment);
        let pool = &template.resources["UsersPool"];
        assert_eq!(pool.deletion_policy.as_deref(), Some(deletion), "{environment}");
        assert_eq!(property(&template, "UsersPool", "DeletionProtection"), protection, "{environment}");
    }
}

#[test]
fn grants_are_on_this_pool() {
    let arn = expected!({ "Fn::GetAtt": ["UsersPool", "Arn"] });
    for (words, sid, first, count) in [
        ("read", "ReadUsersPool", "cognito-idp:AdminGetUser", 4),
        ("manage", "ManageUsersPool", "cognito-idp:AdminAddUserToGroup", 12),
        ("authenticate", "AuthenticateUsersPool", "cognito-idp:AdminInitiateAuth", 3),
        ("[read, authenticate]", "ReadAuthenticateUsersPool", "cognito-idp:AdminGetUser", 7),
    ] {
        let template = common::template(ENVIRONMENTS, &stack("", &format!("users/pool: {words}")), "dev");
        let policy = statements(&template, "UsersDeskRolePolicy", "PolicyDocument");
        let (_, statement) = policy.iter().find(|(id, _)| id == sid).unwrap_or_else(|| panic!("{sid}: {policy:?}"));
        let actions = statement["Action"].as_array().expect("there are several");
        assert_eq!((actions.len(), &actions[0]), (count, &expected!(first)));
        assert_eq!(statement["Resource"], arn);
    }
}

#[test]
fn cognito_calls_its_functions_for_this_pool() {
    let template = template("triggers: { pre-sign-up: users/check }", "dev");
    let function = expected!({
        "Fn::Sub": "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:app-dev-users-function-check"
    });
    assert_eq!(property(&template, "UsersPool", "LambdaConfig"), expected!({ "PreSignUp": function }));
    assert_eq!(template.resources["UsersPool"].depends_on, ["UsersCheck"]);
    let permission = "UsersPoolPreSignUpPermission";
    assert_eq!(property(&template, permission, "Principal"), "cognito-idp.amazonaws.com");
    assert_eq!(property(&template, permission, "SourceArn"), expected!({ "Fn::GetAtt": ["UsersPool", "Arn"] }));
    assert_eq!(property(&template, permission, "SourceAccount"), expected!({ "Ref": "AWS::AccountId" }));
}

#[test]
fn clients_do_not_tell_who_is_a_user() {
    let hosted = "hosted: { callback-urls: ['https://example.com/back'] }";
    let template = template(
        &format!("clients: {{ web: {{ {hosted} }}, server: {{ secret: true, flows: [admin-user-password] }} }}"),
        "dev",
    );
    let web = |name: &str| property(&template, "UsersPoolWebClient", name);
    assert_eq!(web("UserPoolId"), expected!({ "Ref": "UsersPool" }));
    assert_eq!(web("PreventUserExistenceErrors"), "ENABLED");
    assert_eq!(web("EnableTokenRevocation"), true);
    assert_eq!(web("ExplicitAuthFlows"), expected!(["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]));
    assert_eq!(
        (web("AllowedOAuthFlows"), web("AllowedOAuthScopes")),
        (expected!(["code"]), expected!(["openid", "email"]))
    );
    assert_eq!(web("CallbackURLs"), expected!(["https://example.com/back"]));
    let server = |name: &str| property(&template, "UsersPoolServerClient", name);
    assert_eq!((server("GenerateSecret"), server("AllowedOAuthFlows")), (expected!(true), Json::Null));
    assert_eq!(server("ExplicitAuthFlows"), expected!(["ALLOW_ADMIN_USER_PASSWORD_AUTH"]));
}

#[test]
fn ids_are_those_of_the_pool_and_its_first_client() {
    let stack = format!(
        "{}outputs: {{ Pool: users/pool.id, Client: users/pool.client-id }}\n",
        stack("clients: { web: {} }", "")
    );
    let template = common::template(ENVIRONMENTS, &stack, "dev");
    assert_eq!(json(&template.outputs["Pool"].value), expected!({ "Ref": "UsersPool" }));
    assert_eq!(json(&template.outputs["Client"].value), expected!({ "Ref": "UsersPoolWebClient" }));
    let found = findings(ENVIRONMENTS, &stack.replace("clients: { web: {} }", ""), "dev");
    assert!(found.contains("without `client-id`"), "{found}");
}

#[test]
fn mistakes_of_user_pools() {
    for (properties, message) in [
        ("sign-in: [email, email]", "`email` is here twice"),
        ("recovery: verified-phone-number", "users do not sign in with that"),
        ("clients: { web: { flows: [user-srp, user-srp] } }", "`user-srp` is here twice"),
        ("clients: { web: { hosted: { callback-urls: [] } } }", "`callback-urls` is empty"),
        ("clients: { web: { hosted: { callback-urls: ['http://example.com'] } } }", "is not over TLS"),
        ("triggers: { pre-sign-up: security/logs }", "`security/logs` is a `KmsKey`, not a function"),
    ] {
        let found = findings(ENVIRONMENTS, &stack(properties, ""), "dev");
        assert_eq!(found.matches(message).count(), 1, "{properties}: {found}");
        assert_eq!(found.matches("error[").count(), 1, "{properties}: {found}");
    }
    let circle = stack("triggers: { pre-sign-up: users/desk }", "users/pool: read");
    assert!(findings(ENVIRONMENTS, &circle, "dev").contains("these constructs wait for each other"));
}
