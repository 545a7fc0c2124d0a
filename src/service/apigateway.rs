//! Amazon API Gateway.

use super::ServicePrincipal;
use crate::cfn::policy::Action;

/// Who calls functions for an API, and assumes the role by which it logs.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html>
pub const PRINCIPAL: ServicePrincipal = ServicePrincipal::new("apigateway");

/// What API Gateway does with log groups by the role of the account: all that AWS's own policy for such roles lists,
/// since a role that lacks something is refused.
/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonAPIGatewayPushToCloudWatchLogs.html>
pub const LOG: &[Action] = &[
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:DescribeLogGroups",
    "logs:DescribeLogStreams",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "logs:PutLogEvents",
];

/// What calling a route takes that asks for a signature, on `{api}/{stage}/{method}/{path}`.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html>
pub const INVOKE: &[Action] = &["execute-api:Invoke"];

/// TLS 1.2 and 1.3 alone. An API in a region takes TLS 1.0 unless it says otherwise.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies-list.html>
pub const SECURITY_POLICY: &str = "SecurityPolicy_TLS13_1_2_2021_06";

/// Requests come by the API's own endpoint, and the name in TLS is that of the request: what AWS recommends.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies.html#apigateway-security-policies-endpoint-access-mode>
pub const ENDPOINT_ACCESS_MODE: &str = "STRICT";

/// What the log has of each request, as JSON: none of it is what was sent.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html>
pub const LOG_FORMAT: &str = concat!(
    r#"{"requestId":"$context.requestId","extendedRequestId":"$context.extendedRequestId","#,
    r#""requestTime":"$context.requestTime","ip":"$context.identity.sourceIp","caller":"$context.identity.caller","#,
    r#""user":"$context.identity.user","httpMethod":"$context.httpMethod","resourcePath":"$context.resourcePath","#,
    r#""status":"$context.status","protocol":"$context.protocol","tlsVersion":"$context.tlsVersion","#,
    r#""responseLength":"$context.responseLength","responseLatency":"$context.responseLatency","#,
    r#""error":"$context.error.responseType"}"#,
);

/// The headers that pages may send unless they say which: what signed requests and JSON take.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html>
pub const CORS_HEADERS: &[&str] = &["Authorization", "Content-Type", "X-Amz-Date", "X-Amz-Security-Token", "X-Api-Key"];
