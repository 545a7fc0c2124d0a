//! The policy by which SNS looks for sensitive data in messages.
//! <https://docs.aws.amazon.com/sns/latest/dg/sns-message-data-protection-policies.html>

use serde::Serialize;

use crate::cfn::Val;
use crate::cfn::logs::Findings;

/// What SNS looks for, and what it does then.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DataProtectionPolicy {
    pub name: &'static str,
    pub version: &'static str,
    pub statement: Vec<DataProtectionStatement>,
}

/// What happens to messages with some data.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DataProtectionStatement {
    pub sid: &'static str,
    pub data_direction: DataDirection,
    pub principal: [&'static str; 1],
    pub data_identifier: Vec<Val<String>>,
    pub operation: DataOperation,
}

/// Whether messages are published or delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the policy's own two words")]
pub enum DataDirection {
    Inbound,
    Outbound,
}

/// What SNS does.
#[derive(Debug, Serialize)]
pub enum DataOperation {
    Audit(DataAudit),
    Deidentify(Deidentify),
    Deny(Nothing),
}

/// Some messages are looked at, and findings reported.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DataAudit {
    pub sample_rate: String,
    pub findings_destination: Findings,
}

/// The data is masked, or taken out.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Deidentify {
    pub mask_config: Option<Mask>,
    pub redact_config: Option<Nothing>,
}

/// The character that stands in place of each of the data's.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Mask {
    pub mask_with_character: &'static str,
}

/// What has to be there, and has to be empty.
#[derive(Debug, Default, Serialize)]
pub struct Nothing {}
