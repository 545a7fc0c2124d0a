//! APIs: who may call which function by them, what is logged, and when they are deployed anew.

mod common;

use common::{ENVIRONMENTS, findings, folder, json, statements, try_synthesize};
use serde_json::json as expected;

const ACCOUNT: &str = "constructs: { account: { logging: { ApiGatewayAccount: {} } } }";

#[test]
fn the_role_by_which_an_account_logs_stays_and_has_no_name_that_could_be_taken() {
    for environment in ["dev", "prod"] {
        let folder = folder(ENVIRONMENTS, &[("app.yaml", ACCOUNT)]);
        let (synthesis, found) = try_synthesize(folder.path(), environment);
        let template = synthesis.unwrap_or_else(|| panic!("{found}")).stacks.remove(0).template;
        for id in ["AccountLogging", "AccountLoggingRole", "AccountLoggingRolePolicy"] {
            let resource = &template.resources[id];
            assert_eq!(resource.deletion_policy.as_deref(), Some("Retain"), "{id} in {environment}");
            assert_eq!(resource.update_replace_policy.as_deref(), Some("Retain"), "{id} in {environment}");
            assert!(!resource.properties.contains_key("RoleName"), "{id}");
            assert!(!resource.properties.contains_key("ManagedPolicyName"), "{id}");
        }
        let role = json(&template.resources["AccountLogging"].properties["CloudWatchRoleArn"]);
        assert_eq!(role, expected!({ "Fn::GetAtt": ["AccountLoggingRole", "Arn"] }));
        let trust = statements(&template, "AccountLoggingRole", "AssumeRolePolicyDocument");
        assert_eq!(trust[0].1["Principal"], expected!({ "Service": "apigateway.amazonaws.com" }));
        let log = statements(&template, "AccountLoggingRolePolicy", "PolicyDocument");
        let groups = expected!({ "Fn::Sub": "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:*" });
        assert_eq!(log[0].1["Resource"], groups);
    }
}

#[test]
fn an_account_logs_by_one_role_in_each_region() {
    let environments = "environments: { dev: { protection: open, regions: [eu-west-1, us-east-1] } }";
    let two = "constructs: { account: { one: { ApiGatewayAccount: {} }, two: { ApiGatewayAccount: {}REGION } } }";
    let found = findings(environments, &two.replace("REGION", ""), "dev");
    let message = "error[duplicate-name]: an account has a role by which API Gateway logs once in each region";
    assert!(found.contains(message), "{found}");
    assert!(found.contains("`account/one` is the first"), "both places are shown: {found}");
    assert_eq!(findings(environments, &two.replace("REGION", ", region: us-east-1"), "dev"), "");
}

#[test]
fn environments_that_share_an_account_have_one_role_together() {
    let environments = "
environments:
  dev: { protection: open, account: '111122223333' }
  staging: { protection: open, account: '111122223333' }
  prod: { protection: open, account: '444455556666' }
  other: { protection: open }
";
    let found = findings(environments, ACCOUNT, "dev");
    let shared = "error[duplicate-name]: an account has a role by which API Gateway logs once in each region, and it is also made in `staging`, in the same account";
    assert!(found.contains(shared), "{found}");
    let unknown = "note[duplicate-name]: an account has a role by which API Gateway logs once in each region, and it is also made in `other`";
    assert!(found.contains(unknown), "{found}");
    let only = ACCOUNT.replace("{} }", "{}, only: [dev, prod] }");
    assert_eq!(findings(environments, &only, "dev"), "", "accounts that differ share nothing");
}
