//! Amazon Simple Notification Service.
#![expect(missing_docs, reason = "fields are CloudFormation's properties, documented on the page that each type names")]

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::policy::PolicyDocument;
use super::resource::{AnyHandle, Arn, Named, Resource, Tag, regional_arn};
use super::value::Val;
use crate::name::{Name, NameRule, Scope};

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
    pub delivery_status_logging: Option<Vec<LoggingConfig>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
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

/// How messages get to a subscriber. Plain HTTP is not among them.
/// <https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// A mobile application, by the ARN of its endpoint.
    Application,
    /// E-mail.
    Email,
    /// E-mail with the message as JSON.
    EmailJson,
    /// A POST over TLS, by its URL.
    Https,
    /// A function, by its ARN.
    Lambda,
    /// A text message, by the phone number.
    Sms,
    /// A queue, by its ARN.
    Sqs,
}

impl Resource for Topic {
    const TYPE: &'static str = "AWS::SNS::Topic";
    type Ref = String;

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

/// `AWS::SNS::Subscription`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-subscription.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Subscription {
    pub topic_arn: Option<Val<String>>,
    pub protocol: Protocol,
    pub endpoint: Option<Val<String>>,
    pub raw_message_delivery: Option<bool>,
}

impl Resource for Subscription {
    const TYPE: &'static str = "AWS::SNS::Subscription";
    type Ref = String;
}
