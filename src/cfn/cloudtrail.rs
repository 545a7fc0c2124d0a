//! AWS CloudTrail.
#![expect(missing_docs, reason = "fields are CloudFormation's properties, documented on the page that each type names")]

use std::net::Ipv4Addr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::kms::KeyArn;
use super::resource::{AnyHandle, Arn, Named, Resource, Tag, regional_arn};
use super::value::Val;
use crate::name::{Name, NameRule, Scope};

/// `AWS::CloudTrail::Trail`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudtrail-trail.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Trail {
    pub trail_name: Option<Val<Name>>,
    pub s3_bucket_name: Val<String>,
    pub s3_key_prefix: Option<String>,
    #[serde(rename = "KMSKeyId")]
    pub kms_key_id: Option<Val<KeyArn>>,
    pub is_logging: bool,
    pub is_multi_region_trail: bool,
    pub is_organization_trail: Option<bool>,
    pub include_global_service_events: bool,
    pub enable_log_file_validation: bool,
    pub cloud_watch_logs_log_group_arn: Arn,
    pub cloud_watch_logs_role_arn: Arn,
    pub sns_topic_name: Option<Arn>,
    pub event_selectors: Option<Vec<EventSelector>>,
    pub insight_selectors: Option<Vec<InsightSelector>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudtrail-trail-eventselector.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct EventSelector {
    pub read_write_type: ReadWriteType,
    pub include_management_events: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub data_resources: Vec<DataResource>,
}

/// Which events are recorded.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(deserialize = "kebab-case"))]
#[schemars(rename_all = "kebab-case")]
pub enum ReadWriteType {
    /// Those that read and those that write.
    All,
    /// Those that read.
    #[serde(rename(deserialize = "read"))]
    #[schemars(rename = "read")]
    ReadOnly,
    /// Those that write.
    #[serde(rename(deserialize = "write"))]
    #[schemars(rename = "write")]
    WriteOnly,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudtrail-trail-dataresource.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DataResource {
    #[serde(rename = "Type")]
    pub kind: &'static str,
    pub values: Vec<Arn>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudtrail-trail-insightselector.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct InsightSelector {
    pub insight_type: InsightType,
}

/// What CloudTrail looks for in management events by itself.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-insights-events-with-cloudtrail.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub enum InsightType {
    /// Unusually many calls that write.
    #[serde(rename(serialize = "ApiCallRateInsight", deserialize = "api-call-rate"))]
    ApiCallRate,
    /// Unusually many calls that fail.
    #[serde(rename(serialize = "ApiErrorRateInsight", deserialize = "api-error-rate"))]
    ApiErrorRate,
}

impl InsightType {
    /// What stack files call it.
    pub fn word(self) -> &'static str {
        match self {
            Self::ApiCallRate => "api-call-rate",
            Self::ApiErrorRate => "api-error-rate",
        }
    }
}

impl Resource for Trail {
    const TYPE: &'static str = "AWS::CloudTrail::Trail";
    type Ref = String;

    fn tags(&mut self) -> Option<&mut Vec<Tag>> {
        Some(&mut self.tags)
    }
}

impl Named for Trail {
    /// A trail of all regions shows in each of them, so its name is one in the account.
    const NAME: NameRule = NameRule {
        of: "a trail",
        min: 3,
        max: 128,
        punctuation: "._-",
        ending: "",
        reserved: &[],
        refuses: Some(|name| {
            let fits = |c: char| c.is_ascii_alphanumeric();
            if !(name.starts_with(fits) && name.ends_with(fits)) {
                return Some("does not begin and end with a letter or digit, as the name of a trail must".to_owned());
            }
            let marks: Vec<char> = name.chars().collect();
            if marks.windows(2).any(|pair| pair.iter().all(|c| "._-".contains(*c))) {
                return Some("has two marks in a row, which the name of a trail cannot have".to_owned());
            }
            let address = name.parse::<Ipv4Addr>().is_ok();
            address.then(|| "has the form of an IP address, which the name of a trail cannot have".to_owned())
        }),
        scope: Scope::Account,
        source: "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html",
    };

    fn arn(of: &AnyHandle) -> Val<String> {
        regional_arn("cloudtrail", &of.target, Val::concat(["trail/".into(), of.name.clone().text()]))
    }
}
