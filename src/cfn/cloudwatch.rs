//! Amazon CloudWatch: alarms.
#![expect(missing_docs, reason = "fields are CloudFormation's properties, documented on the page that each type names")]

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::resource::{AnyHandle, Arn, Named, Resource, Tag, regional_arn};
use super::value::Val;
use crate::name::{Name, NameRule, Scope};

/// `AWS::CloudWatch::Alarm`, over metrics and expressions of them.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Alarm {
    pub alarm_name: Option<Val<Name>>,
    pub alarm_description: Option<String>,
    pub metrics: Vec<MetricDataQuery>,
    pub comparison_operator: ComparisonOperator,
    pub threshold: Option<u32>,
    pub threshold_metric_id: Option<&'static str>,
    pub evaluation_periods: u32,
    pub treat_missing_data: MissingData,
    pub alarm_actions: Vec<Arn>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// A metric, or an expression of others.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudwatch-alarm-metricdataquery.html>
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct MetricDataQuery {
    pub id: &'static str,
    pub label: Option<&'static str>,
    pub expression: Option<&'static str>,
    pub metric_stat: Option<MetricStat>,
    pub return_data: bool,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudwatch-alarm-metricstat.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct MetricStat {
    pub metric: Metric,
    pub period: u32,
    pub stat: &'static str,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudwatch-alarm-metric.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Metric {
    pub namespace: Val<String>,
    pub metric_name: &'static str,
}

/// How a metric is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ComparisonOperator {
    GreaterThanOrEqualToThreshold,
    GreaterThanUpperThreshold,
}

/// What a period counts as of which there is no value.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(serialize = "camelCase", deserialize = "kebab-case"))]
#[schemars(rename_all = "kebab-case")]
pub enum MissingData {
    /// As too much.
    Breaching,
    /// As the period before.
    Ignore,
    /// As nothing that anything could be said of.
    Missing,
    /// As nothing out of the ordinary.
    #[default]
    NotBreaching,
}

impl Resource for Alarm {
    const TYPE: &'static str = "AWS::CloudWatch::Alarm";
    type Ref = String;

    fn tags(&mut self) -> Option<&mut Vec<Tag>> {
        Some(&mut self.tags)
    }
}

impl Named for Alarm {
    const NAME: NameRule = NameRule {
        of: "an alarm",
        min: 1,
        max: 255,
        punctuation: "_.-/#+=@() ",
        ending: "",
        reserved: &[],
        refuses: None,
        scope: Scope::Region,
        source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html",
    };

    fn arn(of: &AnyHandle) -> Val<String> {
        regional_arn("cloudwatch", &of.target, Val::concat(["alarm:".into(), of.name.clone().text()]))
    }
}
