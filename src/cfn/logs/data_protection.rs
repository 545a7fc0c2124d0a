//! The policy by which sensitive data in log events is found and masked.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch-logs-data-protection-policies.html>

use serde::Serialize;

use crate::cfn::Val;

/// A policy of two statements about the same data: one that finds it, one that masks it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DataProtectionPolicy {
    pub name: &'static str,
    pub version: &'static str,
    pub configuration: Option<Configuration>,
    pub statement: Vec<DataProtectionStatement>,
}

/// Data that the policy itself describes.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Configuration {
    pub custom_data_identifier: Vec<CustomDataIdentifier>,
}

/// Data that matches a regular expression.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CustomDataIdentifier {
    pub name: String,
    pub regex: String,
}

/// What happens to data.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DataProtectionStatement {
    pub sid: &'static str,
    pub data_identifier: Vec<Val<String>>,
    pub operation: Operation,
}

/// Findings are reported, or data is masked.
#[derive(Debug, Serialize)]
pub enum Operation {
    Audit(Audit),
    Deidentify(Deidentify),
}

/// Where findings are reported, besides the metric that counts them.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Audit {
    pub findings_destination: Findings,
}

/// The places to which findings go.
#[derive(Debug, Default, Serialize)]
pub struct Findings {
    #[serde(rename = "CloudWatchLogs")]
    pub cloud_watch_logs: Option<FindingsLogGroup>,
    #[serde(rename = "Firehose")]
    pub firehose: Option<FindingsStream>,
}

/// A log group, by its name.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct FindingsLogGroup {
    pub log_group: Val<String>,
}

/// A delivery stream, by its name.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct FindingsStream {
    pub delivery_stream: String,
}

/// Data is masked.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Deidentify {
    pub mask_config: MaskConfig,
}

/// It has to be there, and has to be empty.
#[derive(Debug, Default, Serialize)]
pub struct MaskConfig {}
