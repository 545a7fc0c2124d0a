//! Amazon Kinesis Data Streams, and Amazon Data Firehose.
//!
//! Kinesis calls KMS as whoever writes to a stream or reads from it. Firehose uses the key of a delivery stream by a
//! grant of its own: who writes to one needs nothing.

use super::{Caller, ContextValue, KeyAccess};
use crate::cfn::policy::Action;

const fn through(id: &'static str, actions: &'static [Action]) -> KeyAccess {
    KeyAccess {
        id,
        caller: Caller::Through("kinesis"),
        actions,
        context: &[("aws:kinesis:arn", ContextValue::Arn)],
        source: "https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html",
    }
}

/// What writing to a stream under a key takes.
pub const PRODUCE: KeyAccess = through("KinesisProduce", &["kms:GenerateDataKey"]);

/// What reading a stream under a key takes.
pub const CONSUME: KeyAccess = through("KinesisConsume", &["kms:Decrypt"]);

/// What sending log events to a stream takes.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html#DestinationKinesisExample>
pub const PUT: &[Action] = &["kinesis:PutRecord"];

/// What sending log events to a delivery stream takes.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html#FirehoseExample>
pub const DELIVER: &[Action] = &["firehose:PutRecord"];

/// What reading a stream takes of a function's role. AWS also lists `kinesis:SubscribeToShard`, which is about
/// consumers of a stream, and no consumer is read here.
/// <https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html#services-kinesis-eventsourcemapping>
pub const READ: &[Action] = &[
    "kinesis:DescribeStream",
    "kinesis:DescribeStreamSummary",
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:ListShards",
];
