//! Amazon Simple Notification Service.
//!
//! A topic's key is used by whoever publishes: a role through SNS, or an AWS service by its own principal. SNS itself
//! needs nothing in the key's policy.
//!
//! Requests carry the topic's ARN as encryption context, `aws:sns:topicArn`. AWS's pages use the pair in no example;
//! it is known from the policies of published systems, and is the only way to tie EventBridge to one topic.

use super::s3::{self, BUCKETS};
use super::sender::{EVENT_BRIDGE, RULES, Sender};
use super::{Caller, ContextValue, KeyAccess, ServicePrincipal, Source, SourceHolds, cloudtrail, cloudwatch};
use crate::cfn::policy::Action;
use crate::name::{Partition, Region};

const SOURCE: &str = "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html";

const CONTEXT: &[(&str, ContextValue)] = &[("aws:sns:topicArn", ContextValue::Arn)];

/// SNS as a principal: it assumes the roles by which it logs deliveries, and calls functions.
pub const PRINCIPAL: ServicePrincipal = ServicePrincipal::new("sns");

/// The key that AWS manages for topics. Its policy lets the account's roles use it through SNS, and no service.
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services>
pub const AWS_MANAGED_KEY: &str = "alias/aws/sns";

/// By which SNS signs what it delivers: with SHA-256, instead of SHA-1 by default.
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html>
pub const SIGNATURE_VERSION: &str = "2";

/// What publishing takes of a role: a data key for the message.
pub const PUBLISH: KeyAccess = KeyAccess {
    id: "SnsPublish",
    caller: Caller::Through("sns"),
    actions: &["kms:Decrypt", "kms:GenerateDataKey"],
    context: CONTEXT,
    source: SOURCE,
};

/// What SNS does with the key of a topic whose archived messages it replays, by its own principal. AWS's sample has no
/// condition; the encryption context is that under which the messages were encrypted.
pub const REPLAY: KeyAccess = KeyAccess {
    id: "SnsReplayArchive",
    caller: Caller::Service(PRINCIPAL, None),
    actions: &["kms:Decrypt", "kms:GenerateDataKey"],
    context: CONTEXT,
    source: "https://docs.aws.amazon.com/sns/latest/dg/message-archiving-and-replay-topic-owner.html",
};

/// What a topic with active tracing takes of X-Ray, by SNS's own principal, in the account's policy there.
/// <https://docs.aws.amazon.com/xray/latest/devguide/xray-services-sns.html>
pub const TRACE: &[Action] = &["xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTraceSegments"];

/// What putting messages into a delivery stream takes, by the subscription's role.
/// <https://docs.aws.amazon.com/sns/latest/dg/prereqs-kinesis-data-firehose.html>
pub const PUT_RECORDS: &[Action] = &[
    "firehose:DescribeDeliveryStream",
    "firehose:ListDeliveryStreams",
    "firehose:ListTagsForDeliveryStream",
    "firehose:PutRecord",
    "firehose:PutRecordBatch",
];

/// The regions that every account has: those that opened before 20 March 2019, and Osaka.
/// <https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html>
const ENABLED_BY_DEFAULT: &[&str] = &[
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// Whether SNS delivers from one region to another by [its own principal](PRINCIPAL). To and from regions that an
/// account has to enable, it delivers by a principal of that region.
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-cross-region-delivery.html>
pub fn delivers_between(from: &Region, to: &Region) -> bool {
    from == to || [from, to].iter().all(|region| ENABLED_BY_DEFAULT.contains(&region.as_str()))
}

/// A service that names its source to KMS and to SNS alike, as all do but EventBridge.
const fn publisher(
    word: &'static str,
    id: &'static str,
    principal: ServicePrincipal,
    from: Source,
    page: &'static str,
) -> Sender {
    // "aws:SourceAccount, aws:SourceArn, and aws:SourceOrgID" can all be tested, says the page on keys of topics, but
    // for EventBridge.
    let from = Source { names_organization: true, ..from };
    let caller = Caller::Service(principal, Some(from));
    let key =
        KeyAccess { id, caller, actions: &["kms:Decrypt", "kms:GenerateDataKey*"], context: CONTEXT, source: page };
    Sender { word, key, source: from, fifo: false }
}

/// The services that can publish to encrypted topics and whose sources are documented.
///
/// Left out are those that publish by a role (EC2 Auto Scaling, CodePipeline, Config, `IoT` and others: give the role
/// `publish`), and those whose source ARN no page of AWS names (Directory Service, Redshift, S3 Glacier, Inspector
/// Classic, DynamoDB Accelerator, AWS Backup): a statement for them would let every customer's service in.
pub const PUBLISHERS: &[Sender] = &[
    publisher(
        "budgets",
        "SnsPublishByBudgets",
        ServicePrincipal::new("budgets").absent_from(&[Partition::GovCloud]),
        Source { service: "budgets", holds: SourceHolds::Account, resource: "*", names_organization: false },
        "https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html",
    ),
    publisher(
        "cloudtrail",
        "SnsPublishByCloudTrail",
        cloudtrail::PRINCIPAL,
        cloudtrail::TRAILS,
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-permissions-for-sns-notifications.html",
    ),
    publisher(
        "cloudwatch",
        "SnsPublishByCloudWatch",
        cloudwatch::PRINCIPAL,
        Source::regional("cloudwatch", "alarm:*"),
        "https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html",
    ),
    publisher(
        "codecommit",
        "SnsPublishByCodeCommit",
        ServicePrincipal::new("codecommit"),
        Source::regional("codecommit", "*"),
        "https://docs.aws.amazon.com/codecommit/latest/userguide/how-to-notify-sns.html",
    ),
    publisher(
        "dms",
        "SnsPublishByDms",
        ServicePrincipal::new("dms"),
        Source::regional("dms", "es:*"),
        "https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Events.html",
    ),
    Sender {
        word: "events",
        key: KeyAccess {
            id: "SnsPublishByEventBridge",
            caller: Caller::Service(EVENT_BRIDGE, None),
            actions: &["kms:Decrypt", "kms:GenerateDataKey*"],
            context: CONTEXT,
            source: SOURCE,
        },
        source: RULES,
        fifo: false,
    },
    publisher(
        "rds",
        "SnsPublishByRds",
        ServicePrincipal::new("events.rds"),
        Source::regional("rds", "*"),
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.GrantingPermissions.html",
    ),
    publisher(
        "s3",
        "SnsPublishByS3",
        s3::PRINCIPAL,
        BUCKETS,
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html",
    ),
    publisher(
        "ses",
        "SnsPublishBySes",
        ServicePrincipal::new("ses").absent_from(&[Partition::China]),
        Source::regional("ses", "*"),
        "https://docs.aws.amazon.com/ses/latest/dg/configure-sns-notifications.html",
    ),
    publisher(
        "sms-voice",
        "SnsPublishBySmsVoice",
        ServicePrincipal::new("sms-voice").absent_from(&[Partition::China]),
        Source::regional("sms-voice", "*"),
        "https://docs.aws.amazon.com/sms-voice/latest/userguide/two-way-sms-iam-policy-auto.html",
    ),
];
