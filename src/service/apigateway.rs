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
