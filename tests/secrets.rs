//! Secrets and parameters: who may read them, and that no value ever stands in what is written.

mod common;

use std::collections::BTreeMap;

use common::{ENVIRONMENTS, json, statements, synthesize_all, template};
use serde_json::{Value as Json, json};
use synth::construct::{Content, Filling, Vessel};

const STACK: &str = "
constructs:
  security:
    data: { KmsKey: {} }
    jwt: { SecureParameter: { key: security/data }, name: '/shop/{{ env }}/jwt' }
    asked: { EncryptedSecret: { key: security/data } }
    record: { EncryptedSecret: { key: security/data, value: { data-key: security/data } } }
    made: { EncryptedSecret: { key: security/data, value: { generated: { length: 40, field: password } } } }
  lookup: { key: { Parameter: { value: { ref: security/data.alias-name } } } }
  compute:
    worker:
      EncryptedFunction:
        code: { bucket: artifacts, key: worker.zip }
        runtime: python3.13
        logs-key: security/data
        grants: { security/jwt: read, security/asked: read-write, lookup/key: read }
";

fn policy(id: &str, property: &str) -> BTreeMap<String, Json> {
    statements(&template(ENVIRONMENTS, STACK, "dev"), id, property).into_iter().collect()
}

fn sub(text: &str) -> Json {
    json!({ "Fn::Sub": format!("arn:${{AWS::Partition}}:{text}") })
}

#[test]
fn a_secret_is_read_through_its_service_and_under_its_exact_name() {
    let arn = sub("secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:app-dev-security-secret-asked-??????");
    let role = policy("ComputeWorkerRolePolicy", "PolicyDocument");
    assert_eq!(role["ReadWriteSecurityAsked"]["Resource"], arn);
    let key = policy("SecurityData", "KeyPolicy");
    for (sid, actions) in [
        ("SecretsManagerReadByComputeWorkerRole", json!("kms:Decrypt")),
        ("SecretsManagerWriteByComputeWorkerRole", json!(["kms:Decrypt", "kms:GenerateDataKey"])),
    ] {
        let statement = &key[sid];
        assert_eq!(statement["Action"], actions);
        let condition = &statement["Condition"];
        assert_eq!(condition["ArnEquals"]["kms:EncryptionContext:SecretARN"], arn);
        assert_eq!(
            condition["StringEquals"]["kms:ViaService"]["Fn::Sub"],
            "secretsmanager.${AWS::Region}.amazonaws.com"
        );
    }
    let all = &key["SecretsManagerCreate"]["Condition"]["ArnEquals"]["kms:EncryptionContext:SecretARN"];
    assert_eq!(all.as_array().map(Vec::len), Some(3), "whoever makes the secrets uses the key for them");
}

#[test]
fn an_encrypted_parameter_is_no_resource_and_its_arn_has_one_slash() {
    let template = template(ENVIRONMENTS, STACK, "dev");
    assert!(!template.resources.contains_key("SecurityJwt"));
    let arn = sub("ssm:${AWS::Region}:${AWS::AccountId}:parameter/shop/dev/jwt");
    let role = policy("ComputeWorkerRolePolicy", "PolicyDocument");
    assert_eq!(role["ReadSecurityJwt"]["Resource"], arn);
    assert_eq!(role["ReadSecurityJwt"]["Action"], json!(["ssm:GetParameter", "ssm:GetParameters"]));
    let key = policy("SecurityData", "KeyPolicy");
    let read = &key["ParameterStoreReadByComputeWorkerRole"];
    assert_eq!(read["Action"], "kms:Decrypt");
    assert_eq!(read["Condition"]["ArnEquals"]["kms:EncryptionContext:PARAMETER_ARN"], arn);
    assert_eq!(key["ParameterStoreCreate"]["Action"], "kms:Encrypt");
}

#[test]
fn a_parameter_that_is_no_secret_takes_no_key() {
    let role = policy("ComputeWorkerRolePolicy", "PolicyDocument");
    let arn = sub("ssm:${AWS::Region}:${AWS::AccountId}:parameter/app-dev-lookup-parameter-key");
    assert_eq!(role["ReadLookupKey"]["Resource"], arn);
    let template = template(ENVIRONMENTS, STACK, "dev");
    assert_eq!(json(&template.resources["LookupKey"].properties["Value"]), "alias/app-dev-security-key-data");
}

#[test]
fn whoever_deploys_fills_what_has_no_value() {
    let synthesis = synthesize_all(ENVIRONMENTS, &[("app.yaml", STACK)], "dev");
    let alias = || "alias/app-dev-security-key-data".to_owned();
    let filling = |name: &str, what, with| Filling { name: name.to_owned(), what, with };
    let expected = [
        filling("/shop/dev/jwt", Vessel::Parameter(Some(alias())), Content::Asked),
        filling("app-dev-security-secret-asked", Vessel::Secret, Content::Asked),
        filling("app-dev-security-secret-record", Vessel::Secret, Content::DataKey(alias())),
    ];
    assert_eq!(synthesis.stacks[0].fillings, expected, "what is generated needs nobody");
}

#[test]
fn awss_keys_encrypt_both_where_no_others_do() {
    let environments = "environments: { dev: { protection: open, encryption: aws-managed } }";
    let stack =
        STACK.replace("{ ref: security/data.alias-name }", "none").replace(", value: { data-key: security/data }", "");
    let synthesis = synthesize_all(environments, &[("app.yaml", &stack)], "dev");
    let secret = &synthesis.stacks[0].template.resources["SecurityAsked"];
    assert!(!secret.properties.contains_key("KmsKeyId"));
    assert_eq!(synthesis.stacks[0].fillings[0].what, Vessel::Parameter(None));
}

#[test]
fn what_a_script_fills_has_a_name_that_is_known() {
    let stack = STACK.replace("'/shop/{{ env }}/jwt'", "'/shop/{{ account }}/jwt'");
    let found = common::findings(ENVIRONMENTS, &stack, "dev");
    assert!(found.contains("so its name is known before: `/shop/${AWS::AccountId}/jwt`"), "{found}");
}

#[test]
fn whoever_deploys_may_make_the_data_key_that_fills_a_secret() {
    let fill = |environments: &str| {
        let key = statements(&template(environments, STACK, "dev"), "SecurityData", "KeyPolicy");
        key.into_iter().find(|(sid, _)| sid == "FillWithDataKey").expect("the script makes a data key").1
    };
    assert_eq!(fill(ENVIRONMENTS)["Action"], "kms:GenerateDataKeyWithoutPlaintext");
    assert!(fill(ENVIRONMENTS)["Condition"].is_null(), "whoever IAM lets");
    let deployers = ENVIRONMENTS.replace("open }", "open, deployers: [role/deploy/Release] }");
    assert_eq!(
        fill(&deployers)["Condition"]["ArnEquals"]["aws:PrincipalArn"],
        sub("iam::${AWS::AccountId}:role/deploy/Release")
    );
}

#[test]
fn the_arn_of_a_secret_is_what_aws_made_of_it() {
    let stack = STACK.replace("security/data.alias-name", "security/asked.arn");
    let stack = format!("{stack}outputs: {{ Secret: security/asked.arn }}\n");
    let template = template(ENVIRONMENTS, &stack, "dev");
    let reference = json!({ "Ref": "SecurityAsked" });
    assert_eq!(json(&template.resources["LookupKey"].properties["Value"]), reference);
    assert_eq!(json(&template.outputs["Secret"].value), reference);
}
