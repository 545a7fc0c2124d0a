//! Amazon CloudWatch Logs.
#![expect(missing_docs, reason = "fields are CloudFormation's properties, documented on the page that each type names")]

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::kms::KeyArn;
use super::resource::{AnyHandle, Holds, Named, Resource, Tag, regional_arn};
use super::value::Val;
use crate::name::{Name, NameRule, Scope};

/// `AWS::Logs::LogGroup`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html>
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LogGroup {
    pub log_group_name: Option<Val<Name>>,
    pub kms_key_id: Option<Val<KeyArn>>,
    pub retention_in_days: Option<u32>,
    pub log_group_class: Option<LogGroupClass>,
    pub deletion_protection_enabled: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// What a log group is made for. Groups that only deliver to other services are not among them: they keep nothing
/// that a key could encrypt for longer than a day.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(serialize = "SCREAMING_SNAKE_CASE", deserialize = "kebab-case"))]
pub enum LogGroupClass {
    /// For logs that are watched: metric filters, live tail, alarms.
    Standard,
    /// For logs that are mostly kept: cheaper to write, without metric filters.
    InfrequentAccess,
}

impl Resource for LogGroup {
    const TYPE: &'static str = "AWS::Logs::LogGroup";
    const HOLDS: Holds = Holds::Data;
    type Ref = String;

    fn tags(&mut self) -> Option<&mut Vec<Tag>> {
        Some(&mut self.tags)
    }
}

impl Named for LogGroup {
    const NAME: NameRule = NameRule {
        of: "a log group",
        min: 1,
        max: 512,
        punctuation: "_-/.#",
        ending: "",
        reserved: &["aws/"],
        refuses: None,
        scope: Scope::Region,
        source: "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html",
    };

    fn arn(of: &AnyHandle) -> Val<String> {
        regional_arn("logs", &of.target, Val::concat(["log-group:".into(), of.name.clone().text()]))
    }
}

/// `AWS::Logs::MetricFilter`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-metricfilter.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct MetricFilter {
    pub filter_name: String,
    pub filter_pattern: String,
    pub log_group_name: Val<String>,
    pub metric_transformations: Vec<MetricTransformation>,
}

/// What a metric filter counts.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-logs-metricfilter-metrictransformation.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct MetricTransformation {
    pub metric_namespace: String,
    pub metric_name: String,
    pub metric_value: String,
}

impl Resource for MetricFilter {
    const TYPE: &'static str = "AWS::Logs::MetricFilter";
    type Ref = String;
}
