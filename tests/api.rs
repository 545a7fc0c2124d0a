//! APIs: who may call which function by them, what is logged, and when they are deployed anew.

mod common;

use common::{ENVIRONMENTS, findings, folder, json, statements, synthesize_all, template, try_synthesize};
use serde_json::{Value as Json, json as expected};
use synth::template::Template;

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

/// A stack with an API of these properties, besides its log, and a function with grants.
fn stack(api: &str, grants: &str) -> String {
    format!(
        "
constructs:
  security: {{ logs: {{ KmsKey: {{}} }} }}
  compute:
    login: {{ EncryptedFunction: {{ code: {{ bucket: artifacts, key: login.zip }}, runtime: python3.13, logs-key: security/logs }} }}
    caller:
      EncryptedFunction: {{ code: {{ bucket: artifacts, key: c.zip }}, runtime: python3.13, logs-key: security/logs, grants: {{ {grants} }} }}
  api: {{ main: {{ RestApi: {{ {api} }} }} }}
"
    )
}

fn api(properties: &str) -> Template {
    template(ENVIRONMENTS, &stack(&format!("logs-key: security/logs, {properties}"), ""), "dev")
}

fn property(template: &Template, id: &str, property: &str) -> Json {
    template.resources[id].properties.get(property).map_or(Json::Null, json)
}

const LOGIN: &str = "routes: { POST auth/login: compute/login }";

/// The ids of the deployments of a template.
fn deployments(template: &Template) -> Vec<&String> {
    let all = template.resources.iter().filter(|(_, resource)| resource.kind == "AWS::ApiGateway::Deployment");
    all.map(|(id, _)| id).collect()
}

#[test]
fn a_route_is_a_path_and_a_method_that_calls_a_function() {
    let template = api("routes: { POST auth/login: compute/login, GET /: compute/login }");
    let main = expected!({ "Ref": "ApiMain" });
    let root = expected!({ "Fn::GetAtt": ["ApiMain", "RootResourceId"] });
    assert_eq!(property(&template, "ApiMainAuthPath", "ParentId"), root);
    assert_eq!(property(&template, "ApiMainAuthPath", "PathPart"), "auth");
    assert_eq!(property(&template, "ApiMainAuthLoginPath", "ParentId"), expected!({ "Ref": "ApiMainAuthPath" }));
    assert_eq!(property(&template, "ApiMainPostAuthLogin", "ResourceId"), expected!({ "Ref": "ApiMainAuthLoginPath" }));
    assert_eq!(property(&template, "ApiMainGet", "ResourceId"), root);
    for id in ["ApiMainAuthPath", "ApiMainPostAuthLogin", "ApiMainStage"] {
        assert_eq!(property(&template, id, "RestApiId"), main, "{id}");
    }
    let integration = property(&template, "ApiMainPostAuthLogin", "Integration");
    let uri = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:app-dev-compute-function-login/invocations";
    let whole = expected!({ "Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": { "Fn::Sub": uri } });
    assert_eq!(integration, whole);
}

#[test]
fn a_function_lets_exactly_its_routes_call_it() {
    let template = api(
        "stage: v1, routes: { POST auth/login: compute/login, ANY 'files/{path+}': compute/login, GET 'a/{id}/b': compute/login }"
            .replace("ANY 'files/{path+}'", "'ANY files/{path+}'")
            .replace("GET 'a/{id}/b'", "'GET a/{id}/b'")
            .as_str(),
    );
    for (id, route) in [
        ("ApiMainPostAuthLoginPermission", "POST/auth/login"),
        ("ApiMainAnyFilesRestPathPermission", "*/files/*"),
        ("ApiMainGetAAnyIdBPermission", "GET/a/*/b"),
    ] {
        assert_eq!(property(&template, id, "Principal"), "apigateway.amazonaws.com");
        let arn =
            format!("arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{ApiMain}}/v1/{route}");
        assert_eq!(property(&template, id, "SourceArn"), expected!({ "Fn::Sub": arn }));
    }
}

#[test]
fn requests_come_by_tls_to_the_region_and_nothing_is_cached() {
    let template = api(LOGIN);
    assert_eq!(property(&template, "ApiMain", "SecurityPolicy"), "SecurityPolicy_TLS13_1_2_2021_06");
    assert_eq!(property(&template, "ApiMain", "EndpointConfiguration")["Types"], expected!(["REGIONAL"]));
    let settings = property(&template, "ApiMainStage", "MethodSettings");
    assert_eq!(settings[0]["CachingEnabled"], false);
    assert_eq!(settings[0]["DataTraceEnabled"], false);
    assert_eq!(property(&template, "ApiMainStage", "StageName"), "dev", "the environment's name");
}

#[test]
fn requests_are_recorded_in_a_log_of_its_own_under_its_key() {
    let template = api(LOGIN);
    let group =
        "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/apigateway/app-dev-api-api-main";
    let setting = property(&template, "ApiMainStage", "AccessLogSetting");
    assert_eq!(setting["DestinationArn"], expected!({ "Fn::Sub": group }));
    let format: Json = serde_json::from_str(setting["Format"].as_str().expect("it is text")).expect("it is JSON");
    assert_eq!(format["requestId"], "$context.requestId");
    assert_eq!(property(&template, "ApiMainLogs", "KmsKeyId"), expected!({ "Fn::GetAtt": ["SecurityLogs", "Arn"] }));
    let in_key = statements(&template, "SecurityLogs", "KeyPolicy");
    let encrypt = &in_key.iter().find(|(id, _)| id == "LogsEncrypt").expect("logs are encrypted").1;
    assert!(encrypt.to_string().contains(group), "{encrypt}");
}

#[test]
fn another_deployment_is_made_when_a_method_changes_and_for_no_other_reason() {
    let first = api(LOGIN);
    let [id] = deployments(&first)[..] else { panic!("there is one deployment") };
    assert_eq!(property(&first, "ApiMainStage", "DeploymentId"), expected!({ "Ref": id }));
    let same = ["metrics: true,", "tags: { Owner: web },", "throttling: { rate: 1, burst: 1 },"];
    for properties in same {
        assert_eq!(deployments(&api(&format!("{properties} {LOGIN}"))), [id], "{properties}");
    }
    for routes in [
        "routes: { PUT auth/login: compute/login }",
        "routes: { POST auth/login: compute/caller }",
        "routes: { POST auth/login: { function: compute/login, authorization: iam } }",
        "routes: { POST auth/login: compute/login }, cors: { allow-origins: ['https://example.com'] }",
    ] {
        assert_ne!(deployments(&api(routes)), [id], "{routes}");
    }
    // What only the name of a function changes.
    let renamed = stack(&format!("logs-key: security/logs, {LOGIN}"), "");
    let renamed = renamed.replacen("logs-key: security/logs } }", "logs-key: security/logs }, generation: 2 }", 1);
    assert_ne!(deployments(&template(ENVIRONMENTS, &renamed, "dev")), [id]);
}

#[test]
fn a_deployment_waits_for_all_methods_and_for_what_lets_them_call() {
    let template =
        api("routes: { POST auth/login: compute/login, GET auth: compute/login }, cors: { allow-origins: ['*'] }");
    let [id] = deployments(&template)[..] else { panic!("there is one deployment") };
    let all = [
        "ApiMainGetAuth",
        "ApiMainGetAuthPermission",
        "ApiMainOptionsAuth",
        "ApiMainOptionsAuthLogin",
        "ApiMainPostAuthLogin",
        "ApiMainPostAuthLoginPermission",
    ];
    assert_eq!(template.resources[id].depends_on, all);
}

#[test]
fn an_api_waits_for_the_role_by_which_the_account_logs() {
    let api = stack(&format!("logs-key: security/logs, {LOGIN}"), "");
    let one = api.replace("  api:", "  account: { logging: { ApiGatewayAccount: {} } }\n  api:");
    let environments = "environments: { dev: { protection: open } }";
    let together = template(environments, &one, "dev");
    assert_eq!(together.resources["ApiMainStage"].depends_on, ["AccountLogging", "ApiMainLogs"]);
    let apart = synthesize_all(environments, &[("api.yaml", &api), ("zone.yaml", ACCOUNT)], "dev");
    let order: Vec<&str> = apart.stacks.iter().map(|stack| stack.stack.as_str()).collect();
    assert_eq!(order, ["zone", "api"], "the stack of the account is deployed before");
}

#[test]
fn browsers_are_answered_without_a_function() {
    let cors = "cors: { allow-origins: ['https://a.com', 'https://b.com'], allow-credentials: true, max-age: 60 }";
    let template = api(&format!("{LOGIN}, {cors}"));
    assert_eq!(property(&template, "ApiMainOptionsAuthLogin", "AuthorizationType"), "NONE");
    let integration = property(&template, "ApiMainOptionsAuthLogin", "Integration");
    assert_eq!(integration["Type"], "MOCK");
    let response = &integration["IntegrationResponses"][0];
    let header = |name: &str| response["ResponseParameters"][format!("method.response.header.{name}")].clone();
    assert_eq!(header("Access-Control-Allow-Origin"), "'https://a.com'");
    assert_eq!(header("Access-Control-Allow-Methods"), "'POST,OPTIONS'", "those of the path");
    assert_eq!(header("Access-Control-Allow-Credentials"), "'true'");
    assert_eq!(header("Access-Control-Max-Age"), "'60'");
    assert_eq!(header("Vary"), "'Origin'");
    let template_of_others = response["ResponseTemplates"]["application/json"].as_str().expect("there is one");
    assert!(template_of_others.contains(r#"#if($origin == "https://b.com")"#), "{template_of_others}");
    assert!(!template.resources.contains_key("ApiMainOptionsAuth"), "no route is there");
}

#[test]
fn a_route_says_by_itself_which_pages_may_call() {
    let template = api(
        "routes: { GET open: { function: compute/login, cors: { allow-origins: ['*'] } }, GET closed: compute/login }",
    );
    assert!(template.resources.contains_key("ApiMainOptionsOpen"));
    assert!(!template.resources.contains_key("ApiMainOptionsClosed"));
}

#[test]
fn roles_call_the_routes_that_ask_for_a_signature() {
    let routes = "logs-key: security/logs, routes: { GET open: compute/login, POST signed: { function: compute/login, authorization: iam } }";
    let template = template(ENVIRONMENTS, &stack(routes, "api/main: invoke"), "dev");
    assert_eq!(property(&template, "ApiMainPostSigned", "AuthorizationType"), "AWS_IAM");
    assert_eq!(property(&template, "ApiMainGetOpen", "AuthorizationType"), "NONE");
    let policy = statements(&template, "ComputeCallerRolePolicy", "PolicyDocument");
    let invoke = &policy.iter().find(|(id, _)| id == "InvokeApiMain").expect("it is granted").1;
    assert_eq!(invoke["Action"], "execute-api:Invoke");
    let arn = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${ApiMain}/dev/POST/signed";
    assert_eq!(invoke["Resource"], expected!({ "Fn::Sub": arn }));
}

#[test]
fn the_url_of_an_api_is_an_attribute() {
    let stack = format!(
        "{}outputs: {{ Url: api/main.url, Id: api/main.id }}",
        stack(&format!("logs-key: security/logs, {LOGIN}"), "")
    );
    let template = template(ENVIRONMENTS, &stack, "dev");
    let url = "https://${ApiMain}.execute-api.${AWS::Region}.${AWS::URLSuffix}/dev";
    assert_eq!(json(&template.outputs["Url"].value), expected!({ "Fn::Sub": url }));
    assert_eq!(json(&template.outputs["Id"].value), expected!({ "Ref": "ApiMain" }));
}

#[test]
fn what_api_gateway_refuses_is_refused() {
    for (properties, grants, message) in [
        ("routes: {}", "", "an API without routes cannot be deployed"),
        ("routes: { POST /auth: compute/login }", "", "`POST /auth` is not a method and a path"),
        ("routes: { 'GET {a+}/b': compute/login }", "", "is not a method and a path"),
        ("routes: { FETCH a: compute/login }", "", "is not a method and a path"),
        ("routes: { GET a: security/logs }", "", "`security/logs` is a `KmsKey`, not a function"),
        (
            "routes: { 'GET a/{id}': compute/login, 'GET a/{name}/b': compute/login }",
            "",
            "`{name}` in `GET a/{name}/b` is called `{id}` in another route",
        ),
        (
            "routes: { GET a: { function: compute/login, cors: { allow-origins: ['*'] } }, PUT a: { function: compute/login, cors: { allow-origins: ['*'] } } }",
            "",
            "browsers ask once for all methods of a path",
        ),
        (
            "routes: { GET a: { function: compute/login, cors: { allow-origins: ['*'] } }, OPTIONS a: compute/login }",
            "",
            "a function answers here what browsers ask",
        ),
        ("routes: { GET a: compute/login }, cors: { allow-origins: ['*', 'https://a.com'] }", "", "stands alone"),
        (
            "routes: { GET a: compute/login }, cors: { allow-origins: ['*'], allow-credentials: true }",
            "",
            "browsers send no cookies where `*` is allowed",
        ),
        ("routes: { GET a: compute/login }", "api/main: invoke", "no route of the API asks for a signature"),
        ("routes: { GET a-b: compute/login, GET a/b: compute/login }", "", "both make `ApiMainGetAB`"),
    ] {
        let found = findings(ENVIRONMENTS, &stack(&format!("logs-key: security/logs, {properties}"), grants), "dev");
        assert!(found.contains(message), "{message}: {found}");
    }
    let both = "logs-key: security/logs, access-logs: logs/requests, routes: { GET a: compute/login }";
    let both = stack(both, "")
        .replace("  api:", "  logs: { requests: { EncryptedLogGroup: { key: security/logs } } }\n  api:");
    let found = findings(ENVIRONMENTS, &both, "dev");
    assert!(
        found.contains("error[conflicting-properties]: the log of another construct is under its own key"),
        "{found}"
    );
}
