//! AWS CloudTrail.
//!
//! A trail encrypts its log files by its own principal, for the trail that it names as its source and as encryption
//! context. Whoever reads them does so through S3, under the same context. Digest files are never under a key: they are
//! encrypted with keys that S3 owns.
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/encrypting-cloudtrail-log-files-with-aws-kms.html>
//!
//! With a bucket key, S3 would ask KMS in the name of the bucket alone, and neither statement would hold.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html#bucket-key-changes>

use super::{Caller, ContextValue, KeyAccess, ServicePrincipal, Source};
use crate::cfn::policy::Action;

/// CloudTrail as a principal: it delivers log files, writes to log groups by a role, and publishes that it delivered.
pub const PRINCIPAL: ServicePrincipal = ServicePrincipal::new("cloudtrail");

/// The trails that it acts for.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html>
pub const TRAILS: Source = Source::regional("cloudtrail", "trail/*");

const PAGE: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html";

/// The trail, and the log file, which nobody knows before.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/how-kms-works-with-cloudtrail.html>
const CONTEXT: &[(&str, ContextValue)] =
    &[("aws:cloudtrail:arn", ContextValue::Arn), ("aws:s3:arn", ContextValue::Numbered)];

/// What CloudTrail does with the key of a trail: a data key for each log file.
pub const ENCRYPT: KeyAccess = KeyAccess {
    id: "CloudTrailEncrypt",
    caller: Caller::Service(PRINCIPAL, Some(TRAILS)),
    actions: &["kms:GenerateDataKey*"],
    context: CONTEXT,
    source: PAGE,
};

/// And a look at it, which carries no encryption context.
pub const DESCRIBE: KeyAccess = KeyAccess {
    id: "CloudTrailDescribe",
    caller: Caller::Service(PRINCIPAL, Some(TRAILS)),
    actions: &["kms:DescribeKey"],
    context: &[],
    source: PAGE,
};

/// What CloudTrail does besides where the bucket has a bucket key. AWS's sample has no condition.
pub const DECRYPT: KeyAccess = KeyAccess {
    id: "CloudTrailDecrypt",
    caller: Caller::Service(PRINCIPAL, Some(TRAILS)),
    actions: &["kms:Decrypt"],
    context: &[],
    source: PAGE,
};

/// What reading log files takes.
pub const READ: KeyAccess = KeyAccess {
    id: "CloudTrailRead",
    caller: Caller::Through("s3"),
    actions: &["kms:Decrypt"],
    context: CONTEXT,
    source: PAGE,
};

/// What delivering log files takes on the bucket, besides a look at its ACL.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html>
pub const DELIVER: &[Action] = &["s3:PutObject"];

/// That look.
pub const LOOK: &[Action] = &["s3:GetBucketAcl"];
