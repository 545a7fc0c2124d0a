//! Amazon CloudWatch Logs.
#![expect(missing_docs, reason = "fields are CloudFormation's properties, documented on the page that each type names")]

mod data_protection;
mod metric_filter;
mod processor;
mod transformer;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::kms::KeyArn;
use super::policy::PolicyDocument;
use super::resource::{AnyHandle, Arn, Handle, Holds, Named, Resource, Tag, regional_arn};
use super::value::Val;
use crate::name::{Name, NameRule, Scope};

pub use data_protection::{
    Audit, Configuration, CustomDataIdentifier, DataProtectionPolicy, DataProtectionStatement, Deidentify, Findings,
    FindingsLogGroup, FindingsStream, MaskConfig, Operation,
};
pub use metric_filter::{Dimension, MetricFilter, MetricTransformation, Unit};
pub use transformer::{Processor, Transformer};

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
    pub data_protection_policy: Option<DataProtectionPolicy>,
    pub field_index_policies: Option<Vec<FieldIndexPolicy>>,
    pub resource_policy_document: Option<PolicyDocument>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// The fields of events that are indexed.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatchLogs-Field-Indexing-Syntax.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct FieldIndexPolicy {
    pub fields: Vec<String>,
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

impl Handle<LogGroup> {
    /// The ARN of all its streams, with the order that a reference implies: that of the group, and `:*`.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html#aws-resource-logs-loggroup-return-values>
    pub fn streams(&self) -> Arn {
        Arn::literal(self.attribute("Arn"))
    }
}

/// `AWS::Logs::SubscriptionFilter`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-subscriptionfilter.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct SubscriptionFilter {
    pub filter_name: Option<String>,
    pub filter_pattern: String,
    pub log_group_name: Val<String>,
    pub destination_arn: Arn,
    pub role_arn: Option<Arn>,
    pub distribution: Option<Distribution>,
    pub apply_on_transformed_logs: Option<bool>,
}

/// How events are spread over the shards of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(serialize = "PascalCase", deserialize = "kebab-case"))]
pub enum Distribution {
    /// Events of one log stream stay together.
    ByLogStream,
    /// Evenly.
    Random,
}

impl Resource for SubscriptionFilter {
    const TYPE: &'static str = "AWS::Logs::SubscriptionFilter";
    type Ref = String;
}
