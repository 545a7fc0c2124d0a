//! Amazon Simple Queue Service.
#![expect(missing_docs, reason = "fields are CloudFormation's properties, documented on the page that each type names")]

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::policy::PolicyDocument;
use super::resource::{AnyHandle, Arn, Holds, Named, Referable, Resource, Tag, regional_arn};
use super::value::Val;
use crate::name::{Name, NameRule, Scope};

/// `AWS::SQS::Queue`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html>
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Queue {
    pub queue_name: Option<Val<Name>>,
    pub kms_master_key_id: Option<Val<String>>,
    pub kms_data_key_reuse_period_seconds: Option<u32>,
    pub sqs_managed_sse_enabled: Option<bool>,
    pub fifo_queue: Option<bool>,
    pub content_based_deduplication: Option<bool>,
    pub deduplication_scope: Option<DeduplicationScope>,
    pub fifo_throughput_limit: Option<ThroughputLimit>,
    pub visibility_timeout: Option<u32>,
    pub delay_seconds: Option<u32>,
    pub message_retention_period: Option<u32>,
    pub maximum_message_size: Option<u32>,
    pub receive_message_wait_time_seconds: Option<u32>,
    pub redrive_policy: Option<RedrivePolicy>,
    pub redrive_allow_policy: Option<RedriveAllowPolicy>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// Where a FIFO queue looks for a message that it has already.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(serialize = "camelCase", deserialize = "kebab-case"))]
#[schemars(rename_all = "kebab-case")]
pub enum DeduplicationScope {
    /// In the whole queue.
    Queue,
    /// In the message group.
    MessageGroup,
}

/// What the throughput quota of a FIFO queue is for.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(serialize = "camelCase", deserialize = "kebab-case"))]
#[schemars(rename_all = "kebab-case")]
pub enum ThroughputLimit {
    /// The whole queue.
    PerQueue,
    /// Each message group: high throughput.
    PerMessageGroupId,
}

/// Where messages go that nobody could process.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RedrivePolicy {
    pub dead_letter_target_arn: Arn,
    pub max_receive_count: u32,
}

/// Which queues may name this one as their dead-letter queue.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RedriveAllowPolicy {
    pub redrive_permission: RedrivePermission,
    pub source_queue_arns: Vec<Val<String>>,
}

/// Whether only queues that are listed may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum RedrivePermission {
    ByQueue,
}

impl Resource for Queue {
    const TYPE: &'static str = "AWS::SQS::Queue";
    const HOLDS: Holds = Holds::Messages;
    type Ref = String;

    fn tags(&mut self) -> Option<&mut Vec<Tag>> {
        Some(&mut self.tags)
    }
}

/// How the names of FIFO queues end.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues.html>
pub const FIFO: &str = ".fifo";

impl Named for Queue {
    const NAME: NameRule = NameRule {
        of: "an SQS queue",
        min: 1,
        max: 80,
        punctuation: "_-",
        ending: FIFO,
        reserved: &[],
        refuses: None,
        scope: Scope::Region,
        source: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html",
    };

    fn arn(of: &AnyHandle) -> Val<String> {
        regional_arn("sqs", &of.target, of.name.clone().text())
    }
}

impl Referable for Queue {
    const BY_REF: bool = false;
}

/// `AWS::SQS::QueuePolicy`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queuepolicy.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct QueuePolicy {
    pub policy_document: PolicyDocument,
    pub queues: Vec<Val<String>>,
}

impl Resource for QueuePolicy {
    const TYPE: &'static str = "AWS::SQS::QueuePolicy";
    type Ref = String;
}
