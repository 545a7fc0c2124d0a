//! Amazon Simple Queue Service.
//!
//! A queue's key is used by whoever sends and receives: a role through SQS, or an AWS service by its own principal. SQS
//! itself needs nothing in the key's policy.
//!
//! Requests carry the queue's ARN as encryption context, `aws:sqs:arn`. AWS's pages use the pair in no example; it is
//! known from the policies of published systems.

use super::s3::{self, BUCKETS};
use super::sender::{EVENT_BRIDGE, RULES, Sender};
use super::{Caller, ContextValue, KeyAccess, ServicePrincipal, Source, sns};
use crate::cfn::policy::Action;

const SOURCE: &str =
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html";

const CONTEXT: &[(&str, ContextValue)] = &[("aws:sqs:arn", ContextValue::Arn)];

/// SQS as a principal: it moves messages from a queue to its dead-letter queue.
pub const PRINCIPAL: ServicePrincipal = ServicePrincipal::new("sqs");

/// The key that AWS manages for queues. Its policy lets the account's roles use it through SQS, and no service.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html#compatibility-with-aws-services>
pub const AWS_MANAGED_KEY: &str = "alias/aws/sqs";

const fn through(id: &'static str, actions: &'static [Action]) -> KeyAccess {
    KeyAccess { id, caller: Caller::Through("sqs"), actions, context: CONTEXT, source: SOURCE }
}

/// What sending takes of a role: a data key for the message, and a look at whether it is intact.
pub const PRODUCE: KeyAccess = through("SqsProduce", &["kms:Decrypt", "kms:GenerateDataKey"]);

/// What receiving takes of a role: the data key of the message. A dead letter still has that of its source queue, under
/// the key and the encryption context of that queue.
pub const CONSUME: KeyAccess = through("SqsConsume", &["kms:Decrypt"]);

/// Seconds for which a message is kept, and for which it is hidden once it was received, unless the queue says
/// otherwise.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html>
pub const RETENTION: u32 = 345_600;
/// See [`RETENTION`].
pub const VISIBILITY_TIMEOUT: u32 = 30;

/// What sending messages takes on a queue.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html>
pub const SEND: &[Action] = &["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"];

/// What receiving messages takes on a queue, until each is deleted.
pub const RECEIVE: &[Action] = &[
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    "sqs:ReceiveMessage",
];

/// What deleting all messages of a queue takes.
pub const PURGE: &[Action] = &["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:PurgeQueue"];

/// Every action on a queue: what is denied without TLS. A statement of a queue's policy can name seven, or all.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html>
pub const ALL: &[Action] = &["sqs:*"];

/// A service that names its source to KMS and to SQS alike.
const fn sender(
    word: &'static str,
    id: &'static str,
    principal: ServicePrincipal,
    source: Source,
    fifo: bool,
    page: &'static str,
) -> Sender {
    let caller = Caller::Service(principal, Some(source));
    let key =
        KeyAccess { id, caller, actions: &["kms:Decrypt", "kms:GenerateDataKey"], context: CONTEXT, source: page };
    Sender { word, key, source, fifo }
}

/// The services that send to encrypted queues by their own principals for sources that are documented, besides SNS. All
/// others send as a role: give the role `send`.
pub const SENDERS: &[Sender] = &[
    sender("events", "SqsSendByEventBridge", EVENT_BRIDGE, RULES, true, SOURCE),
    // "FIFO queues aren't supported as an Amazon S3 event notification destination":
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
    sender("s3", "SqsSendByS3", s3::PRINCIPAL, BUCKETS, false, SOURCE),
];

/// SNS, for the topic that a queue subscribes to. It is none of those that stack files list: a topic names its queues,
/// and no page says that SNS names the account besides the topic.
pub const SNS: Sender = sender(
    "sns",
    "SqsSendBySns",
    sns::PRINCIPAL,
    Source::regional("sns", "*"),
    true,
    "https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html",
);
