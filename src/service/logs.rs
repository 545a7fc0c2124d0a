//! Amazon CloudWatch Logs.

use super::{Caller, ContextValue, KeyAccess, ServicePrincipal};
use crate::cfn::policy::Action;

/// What CloudWatch Logs does with the key of a log group, as the principal of its region and for the group that the
/// encryption context names. AWS's sample also lists `kms:Describe*` under the context, where it can never match.
/// The wildcards that cover one action only are written as that action.
pub const ENCRYPT: KeyAccess = KeyAccess {
    id: "LogsEncrypt",
    caller: Caller::Service(ServicePrincipal { name: "logs", regional: true, absent_from: &[] }, None),
    actions: &["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
    context: &[("aws:logs:arn", ContextValue::Arn)],
    source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
};

/// What writing log events takes, on the streams of a group: `{group arn}:*`.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html>
pub const WRITE: &[Action] = &["logs:CreateLogStream", "logs:PutLogEvents"];

/// What reading log events takes, on the group and its streams.
pub const READ: &[Action] = &["logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents"];

/// The days for which a group can keep its events.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html>
pub const RETENTION_DAYS: &[u32] =
    &[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];
