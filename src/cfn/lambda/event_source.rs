//! What Lambda reads from streams and queues, and how.

use serde::Serialize;

use super::OnEvent;
use crate::cfn::kms::KeyArn;
use crate::cfn::{Resource, Tag, Val};

/// `AWS::Lambda::EventSourceMapping`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html>
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct EventSourceMapping {
    pub function_name: Option<Val<String>>,
    pub event_source_arn: Option<Val<String>>,
    pub enabled: Option<bool>,
    pub batch_size: Option<u32>,
    pub maximum_batching_window_in_seconds: Option<u32>,
    pub starting_position: Option<StartingPosition>,
    pub starting_position_timestamp: Option<u32>,
    pub filter_criteria: Option<FilterCriteria>,
    pub kms_key_arn: Option<Val<KeyArn>>,
    pub scaling_config: Option<ScalingConfig>,
    pub provisioned_poller_config: Option<ProvisionedPollerConfig>,
    pub bisect_batch_on_function_error: Option<bool>,
    pub maximum_retry_attempts: Option<u32>,
    pub maximum_record_age_in_seconds: Option<u32>,
    pub parallelization_factor: Option<u32>,
    pub tumbling_window_in_seconds: Option<u32>,
    pub destination_config: Option<OnFailureOnly>,
    pub function_response_types: Option<Vec<&'static str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

impl Resource for EventSourceMapping {
    const TYPE: &'static str = "AWS::Lambda::EventSourceMapping";
    type Ref = String;

    fn tags(&mut self) -> Option<&mut Vec<Tag>> {
        Some(&mut self.tags)
    }
}

/// Where reading a stream begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StartingPosition {
    TrimHorizon,
    Latest,
    AtTimestamp,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-eventsourcemapping-filtercriteria.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct FilterCriteria {
    pub filters: Vec<Filter>,
}

/// A pattern, as JSON.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Filter {
    pub pattern: String,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-eventsourcemapping-scalingconfig.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ScalingConfig {
    pub maximum_concurrency: u32,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-eventsourcemapping-provisionedpollerconfig.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ProvisionedPollerConfig {
    pub minimum_pollers: Option<u32>,
    pub maximum_pollers: Option<u32>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-eventsourcemapping-destinationconfig.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct OnFailureOnly {
    pub on_failure: OnEvent,
}
