//! Amazon Simple Notification Service.
//!
//! A topic's key is used by whoever publishes: a role through SNS, or an AWS service by its own principal. SNS itself
//! needs nothing in the key's policy.
//!
//! Requests carry the topic's ARN as encryption context, `aws:sns:topicArn`. AWS's pages use the pair in no example;
//! it is known from the policies of published systems, and is the only way to tie EventBridge to one topic.

use super::s3::{self, BUCKETS};
use super::sender::{EVENT_BRIDGE, RULES, Sender};
use super::{Caller, ContextValue, KeyAccess, ServicePrincipal, Source, SourceHolds};
use crate::name::Partition;

const SOURCE: &str = "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html";

const CONTEXT: &[(&str, ContextValue)] = &[("aws:sns:topicArn", ContextValue::Arn)];

/// SNS as a principal: it assumes the roles by which it logs deliveries, and calls functions.
pub const PRINCIPAL: ServicePrincipal = ServicePrincipal::new("sns");

/// The key that AWS manages for topics. Its policy lets the account's roles use it through SNS, and no service.
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services>
pub const AWS_MANAGED_KEY: &str = "alias/aws/sns";

/// What publishing takes of a role: a data key for the message.
pub const PUBLISH: KeyAccess = KeyAccess {
    id: "SnsPublish",
    caller: Caller::Through("sns"),
    actions: &["kms:Decrypt", "kms:GenerateDataKey"],
    context: CONTEXT,
    source: SOURCE,
};

/// A service that names its source to KMS and to SNS alike, as all do but EventBridge.
const fn publisher(
    word: &'static str,
    id: &'static str,
    principal: ServicePrincipal,
    from: Source,
    page: &'static str,
) -> Sender {
    // "aws:SourceAccount, aws:SourceArn, and aws:SourceOrgID" can all be tested, says the page on keys of topics, but for
    // EventBridge.
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
        "cloudwatch",
        "SnsPublishByCloudWatch",
        ServicePrincipal::new("cloudwatch"),
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
