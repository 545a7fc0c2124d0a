//! Metrics that count events.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::cfn::{Handle, logs};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::document::Spanned;
use crate::name::{Text, Word};

/// A metric that counts events.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MetricFilter {
    /// Which events count, as a filter pattern of CloudWatch Logs. An empty one matches every event.
    pub pattern: Text<1024>,
    /// The namespace of the metric.
    pub namespace: Text<255>,
    /// The name of the metric.
    pub metric: Text<255>,
    /// What an event adds: a number, or a field of the event such as `$.latency`. By default 1.
    pub value: Option<Text<100>>,
    /// The value of a period in which events came and none of them counted. By default there is no value then.
    pub default: Option<Spanned<f64>>,
    /// What the value is measured in, by CloudWatch's names: `Milliseconds`, `Bytes`.
    pub unit: Option<logs::Unit>,
    /// Up to three dimensions of the metric, each with the field that gives its value: `{ Service: $.service }`.
    #[serde(default)]
    pub dimensions: IndexMap<Spanned<String>, Text<255>>,
    /// Whether the pattern is about events as the transformer leaves them.
    pub transformed: Option<Spanned<bool>>,
}

/// The most dimensions of a metric.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-logs-metricfilter-metrictransformation.html>
const DIMENSIONS: usize = 3;

impl MetricFilter {
    pub(super) fn lower(&self, name: &Word, group: &Handle<logs::LogGroup>) -> logs::MetricFilter {
        let dimension = |(key, value): (&Spanned<String>, &Text<255>)| logs::Dimension {
            key: key.value.clone(),
            value: value.as_str().to_owned(),
        };
        let transformation = logs::MetricTransformation {
            metric_namespace: self.namespace.as_str().into(),
            metric_name: self.metric.as_str().to_owned(),
            metric_value: self.value.as_ref().map_or("1", Text::as_str).to_owned(),
            default_value: self.default.as_ref().map(|default| default.value),
            unit: self.unit,
            dimensions: self.dimensions.iter().map(dimension).collect(),
        };
        logs::MetricFilter {
            filter_name: name.as_str().to_owned(),
            filter_pattern: self.pattern.as_str().into(),
            log_group_name: group.reference(),
            metric_transformations: vec![transformation],
            apply_on_transformed_logs: self.transformed().map(|_| true),
        }
    }

    /// Where it asks for transformed events.
    pub(super) fn transformed(&self) -> Option<Span> {
        self.transformed.as_ref().filter(|transformed| transformed.value).map(|transformed| transformed.span)
    }

    pub(super) fn check(&self) -> Option<Diagnostic> {
        if let Some((key, _)) = self.dimensions.get_index(DIMENSIONS) {
            let message = format!("a metric filter may have {DIMENSIONS} dimensions");
            return Some(Diagnostic::error(Code::LimitExceeded, key.span, message));
        }
        // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html#search-filter-concepts
        let (default, (key, _)) = (self.default.as_ref()?, self.dimensions.first()?);
        let message = "a metric with dimensions has no default value";
        Some(Diagnostic::error(Code::ConflictingProperties, default.span, message).related(key.span, "a dimension"))
    }
}
