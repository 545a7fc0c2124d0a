//! Who gets the messages of a topic, and how.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cfn::{Arn, Resource, Val};

/// `AWS::SNS::Subscription`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-subscription.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Subscription {
    pub topic_arn: Option<Val<String>>,
    pub protocol: Protocol,
    pub endpoint: Option<Val<String>>,
    pub raw_message_delivery: Option<bool>,
    pub filter_policy: Option<serde_json::Value>,
    pub filter_policy_scope: Option<FilterScope>,
    pub delivery_policy: Option<DeliveryPolicy>,
    pub redrive_policy: Option<RedrivePolicy>,
    pub replay_policy: Option<ReplayPolicy>,
    pub subscription_role_arn: Option<Arn>,
}

impl Subscription {
    /// A subscription of an endpoint that gets every message.
    pub fn new(topic: Val<String>, protocol: Protocol, endpoint: Val<String>) -> Self {
        Self {
            topic_arn: Some(topic),
            protocol,
            endpoint: Some(endpoint),
            raw_message_delivery: None,
            filter_policy: None,
            filter_policy_scope: None,
            delivery_policy: None,
            redrive_policy: None,
            replay_policy: None,
            subscription_role_arn: None,
        }
    }
}

impl Resource for Subscription {
    const TYPE: &'static str = "AWS::SNS::Subscription";
    type Ref = String;
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
    /// A delivery stream of Amazon Data Firehose, by its ARN.
    Firehose,
    /// A POST over TLS, by its URL.
    Https,
    /// A function, by its ARN.
    Lambda,
    /// A text message, by the phone number.
    Sms,
    /// A queue, by its ARN.
    Sqs,
}

/// What a filter looks at.
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering-scope.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(deserialize = "kebab-case"))]
#[schemars(rename_all = "kebab-case")]
pub enum FilterScope {
    /// The attributes of a message.
    #[serde(rename(serialize = "MessageAttributes"))]
    Attributes,
    /// The message itself, which is JSON.
    #[serde(rename(serialize = "MessageBody"))]
    Body,
}

/// How deliveries over HTTPS are tried again, and how many there are at most.
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryPolicy {
    pub healthy_retry_policy: Option<HealthyRetryPolicy>,
    pub throttle_policy: Option<ThrottlePolicy>,
    pub request_policy: Option<RequestPolicy>,
}

/// The phases of retries, with delays in seconds.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HealthyRetryPolicy {
    pub min_delay_target: u32,
    pub max_delay_target: u32,
    pub num_retries: u32,
    pub num_no_delay_retries: Option<u32>,
    pub num_min_delay_retries: Option<u32>,
    pub num_max_delay_retries: Option<u32>,
    pub backoff_function: Option<Backoff>,
}

/// How the delay between two retries grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names of functions say it")]
pub enum Backoff {
    Arithmetic,
    Exponential,
    Geometric,
    Linear,
}

/// How many deliveries there are in a second.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ThrottlePolicy {
    pub max_receives_per_second: u32,
}

/// What a request says of its content.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestPolicy {
    pub header_content_type: ContentType,
}

/// The content types that SNS sends. The first two can be had with the envelope that SNS puts around messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[expect(missing_docs, reason = "the registered names say it")]
pub enum ContentType {
    #[serde(rename = "text/plain")]
    PlainText,
    #[serde(rename = "application/json")]
    Json,
    #[serde(rename = "application/atom+xml")]
    Atom,
    #[serde(rename = "application/octet-stream")]
    Bytes,
    #[serde(rename = "application/soap+xml")]
    Soap,
    #[serde(rename = "application/x-www-form-urlencoded")]
    Form,
    #[serde(rename = "application/xhtml+xml")]
    Xhtml,
    #[serde(rename = "application/xml")]
    Xml,
    #[serde(rename = "text/css")]
    Css,
    #[serde(rename = "text/csv")]
    Csv,
    #[serde(rename = "text/html")]
    Html,
    #[serde(rename = "text/xml")]
    XmlText,
}

/// Where messages go that could not be delivered.
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RedrivePolicy {
    pub dead_letter_target_arn: Arn,
}

/// Which archived messages of a FIFO topic come again.
/// <https://docs.aws.amazon.com/sns/latest/dg/message-archiving-and-replay-subscriber.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ReplayPolicy {
    pub point_type: PointType,
    pub starting_point: String,
    pub ending_point: Option<String>,
}

/// How the points of a replay are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the name says it")]
pub enum PointType {
    Timestamp,
}
