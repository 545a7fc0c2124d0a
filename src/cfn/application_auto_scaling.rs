//! Application Auto Scaling.
#![expect(missing_docs, reason = "fields are CloudFormation's properties, documented on the page that each type names")]

use serde::Serialize;

use super::resource::{Resource, Tag};
use super::value::Val;

/// `AWS::ApplicationAutoScaling::ScalableTarget`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-applicationautoscaling-scalabletarget.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ScalableTarget {
    pub service_namespace: &'static str,
    pub scalable_dimension: &'static str,
    pub resource_id: Val<String>,
    pub min_capacity: u32,
    pub max_capacity: u32,
    #[serde(rename = "RoleARN")]
    pub role_arn: Option<Val<String>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// `AWS::ApplicationAutoScaling::ScalingPolicy`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-applicationautoscaling-scalingpolicy.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ScalingPolicy {
    pub policy_name: &'static str,
    pub policy_type: &'static str,
    pub scaling_target_id: Val<String>,
    pub target_tracking_scaling_policy_configuration: TargetTracking,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-applicationautoscaling-scalingpolicy-targettrackingscalingpolicyconfiguration.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TargetTracking {
    pub target_value: u32,
    pub predefined_metric_specification: PredefinedMetric,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-applicationautoscaling-scalingpolicy-predefinedmetricspecification.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PredefinedMetric {
    pub predefined_metric_type: &'static str,
}

impl Resource for ScalableTarget {
    const TYPE: &'static str = "AWS::ApplicationAutoScaling::ScalableTarget";
    type Ref = String;

    fn tags(&mut self) -> Option<&mut Vec<Tag>> {
        Some(&mut self.tags)
    }
}

impl Resource for ScalingPolicy {
    const TYPE: &'static str = "AWS::ApplicationAutoScaling::ScalingPolicy";
    type Ref = String;
}
