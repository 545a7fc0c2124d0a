//! Whom a bucket tells of what happens in it.

use serde::Serialize;

use crate::cfn::Arn;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-notificationconfiguration.html>
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct NotificationConfiguration {
    pub event_bridge_configuration: Option<EventBridge>,
    pub topic_configurations: Option<Vec<TopicNotification>>,
    pub queue_configurations: Option<Vec<QueueNotification>>,
    pub lambda_configurations: Option<Vec<LambdaNotification>>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-eventbridgeconfiguration.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct EventBridge {
    pub event_bridge_enabled: bool,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-topicconfiguration.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TopicNotification {
    pub event: &'static str,
    pub topic: Arn,
    pub filter: Option<Filter>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-queueconfiguration.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct QueueNotification {
    pub event: &'static str,
    pub queue: Arn,
    pub filter: Option<Filter>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-lambdaconfiguration.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LambdaNotification {
    pub event: &'static str,
    pub function: Arn,
    pub filter: Option<Filter>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-notificationfilter.html>
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Filter {
    pub s3_key: S3Key,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-s3keyfilter.html>
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct S3Key {
    pub rules: Vec<FilterRule>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-filterrule.html>
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct FilterRule {
    pub name: FilterName,
    pub value: String,
}

/// Which end of a key a filter is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FilterName {
    Prefix,
    Suffix,
}
