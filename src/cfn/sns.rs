//! Amazon Simple Notification Service.
#![expect(missing_docs, reason = "fields are CloudFormation's properties, documented on the page that each type names")]

mod data_protection;
mod subscription;

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::policy::PolicyDocument;
use super::resource::{AnyHandle, Arn, Holds, Named, Referable, Resource, Tag, regional_arn};
use super::value::Val;
use crate::name::{Name, NameRule, Scope};

pub use data_protection::{
    DataAudit, DataDirection, DataOperation, DataProtectionPolicy, DataProtectionStatement, Deidentify, Mask, Nothing,
};
pub use subscription::{
    Backoff, ContentType, DeliveryPolicy, FilterScope, HealthyRetryPolicy, PointType, Protocol, RedrivePolicy,
    ReplayPolicy, RequestPolicy, Subscription, ThrottlePolicy,
};

/// `AWS::SNS::Topic`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html>
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Topic {
    pub topic_name: Option<Val<Name>>,
    pub display_name: Option<String>,
    pub kms_master_key_id: Option<Val<String>>,
    pub fifo_topic: Option<bool>,
    pub content_based_deduplication: Option<bool>,
    pub fifo_throughput_scope: Option<ThroughputScope>,
    pub archive_policy: Option<ArchivePolicy>,
    pub data_protection_policy: Option<DataProtectionPolicy>,
    pub maximum_message_size: Option<u32>,
    pub signature_version: Option<&'static str>,
    pub tracing_config: Option<Tracing>,
    pub delivery_status_logging: Option<Vec<LoggingConfig>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// What the throughput quota of a FIFO topic is for, and within what a message comes once.
/// <https://docs.aws.amazon.com/sns/latest/dg/fifo-high-throughput.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(deserialize = "kebab-case"))]
#[schemars(rename_all = "kebab-case")]
pub enum ThroughputScope {
    /// The whole topic.
    Topic,
    /// Each message group: high throughput.
    MessageGroup,
}

/// How long a FIFO topic keeps messages, in days.
/// <https://docs.aws.amazon.com/sns/latest/dg/message-archiving-and-replay-topic-owner.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ArchivePolicy {
    pub message_retention_period: u32,
}

/// What SNS does with the traces that publishers send.
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-active-tracing.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(deserialize = "kebab-case"))]
#[schemars(rename_all = "kebab-case")]
pub enum Tracing {
    /// It passes them on to subscribers.
    PassThrough,
    /// It adds to them itself, too.
    Active,
}

/// How deliveries over one protocol are logged.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-sns-topic-loggingconfig.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LoggingConfig {
    pub protocol: LoggedProtocol,
    pub success_feedback_role_arn: Arn,
    pub failure_feedback_role_arn: Arn,
    pub success_feedback_sample_rate: String,
}

/// A protocol whose deliveries SNS can record.
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-topic-attributes.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LoggedProtocol {
    /// Push notifications to mobile applications.
    Application,
    /// Amazon Data Firehose.
    Firehose,
    /// HTTP and HTTPS.
    #[serde(rename(serialize = "http/s", deserialize = "http"))]
    Http,
    /// AWS Lambda.
    Lambda,
    /// Amazon SQS.
    Sqs,
}

impl fmt::Display for LoggedProtocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

impl Resource for Topic {
    const TYPE: &'static str = "AWS::SNS::Topic";
    type Ref = String;

    /// An archive is data; messages on their way are not.
    fn holds(&self) -> Holds {
        self.archive_policy.as_ref().map_or(Self::HOLDS, |_| Holds::Data)
    }

    fn tags(&mut self) -> Option<&mut Vec<Tag>> {
        Some(&mut self.tags)
    }
}

/// How the names of FIFO topics end.
/// <https://docs.aws.amazon.com/sns/latest/dg/fifo-topic-message-ordering.html>
pub const FIFO: &str = ".fifo";

impl Named for Topic {
    const NAME: NameRule = NameRule {
        of: "an SNS topic",
        min: 1,
        max: 256,
        punctuation: "_-",
        ending: FIFO,
        reserved: &[],
        refuses: None,
        scope: Scope::Region,
        source: "https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html",
    };

    fn arn(of: &AnyHandle) -> Val<String> {
        regional_arn("sns", &of.target, of.name.clone().text())
    }
}

impl Referable for Topic {
    const BY_REF: bool = true;
}

/// `AWS::SNS::TopicPolicy`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topicpolicy.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TopicPolicy {
    pub policy_document: PolicyDocument,
    pub topics: Vec<Val<String>>,
}

impl Resource for TopicPolicy {
    const TYPE: &'static str = "AWS::SNS::TopicPolicy";
    type Ref = String;
}
