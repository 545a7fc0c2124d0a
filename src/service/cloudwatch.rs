//! Amazon CloudWatch.

use super::ServicePrincipal;

/// CloudWatch as a principal: its alarms publish.
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html#sns-cloudwatch-alarms>
pub const PRINCIPAL: ServicePrincipal = ServicePrincipal::new("cloudwatch");

/// Seconds of an hour, a day and a week. An alarm looks back over a day, and over a week with periods of an hour or
/// more.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html>
pub const HOUR: u32 = 3_600;
/// See [`HOUR`].
pub const DAY: u32 = 24 * HOUR;
/// See [`HOUR`].
pub const WEEK: u32 = 7 * DAY;
