//! Amazon `CloudFront`.
//!
//! It reads objects of a bucket by its own principal, for the distribution that it names as its source. S3 then uses
//! the key for it, with the encryption context that it has for everybody: the ARN of the bucket, where that has a
//! bucket key.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html#bucket-key-changes>

use super::{Caller, ContextValue, KeyAccess, ServicePrincipal, Source, SourceHolds};
use crate::cfn::policy::Action;
use crate::name::Partition;

/// `CloudFront` as a principal. In China its certificates are not those of ACM, and `GovCloud` does not have it.
/// <https://docs.amazonaws.cn/en_us/aws/latest/userguide/cloudfront.html>
/// <https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/setting-up-cloudfront.html>
pub const PRINCIPAL: ServicePrincipal =
    ServicePrincipal::new("cloudfront").absent_from(&[Partition::China, Partition::GovCloud]);

/// The distributions of an account.
const DISTRIBUTIONS: Source = Source {
    service: "cloudfront",
    holds: SourceHolds::Account,
    resource: "distribution/*",
    names_organization: false,
};

/// What reading objects takes of their key. AWS's sample also has what writing takes, and no context.
pub const READ: KeyAccess = KeyAccess {
    id: "CloudFrontRead",
    caller: Caller::Service(PRINCIPAL, Some(DISTRIBUTIONS)),
    actions: &["kms:Decrypt"],
    context: &[("aws:s3:arn", ContextValue::Arn)],
    source: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html",
};

/// What reading objects takes on them. Without `s3:ListBucket`, what is not there is answered with 403.
pub const READ_OBJECTS: &[Action] = &["s3:GetObject"];

/// The only region whose certificates it takes.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html>
pub const CERTIFICATES: &str = "us-east-1";

/// AWS's own policy for caching what a bucket has: a day, unless the objects say otherwise.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html#managed-cache-caching-optimized>
pub const CACHING_OPTIMIZED: &str = "658327ea-f89d-4fab-a63d-7e88639e58f6";

/// The zone of all distributions, for records that lead to one.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-route53-recordset-aliastarget.html>
pub const HOSTED_ZONE: &str = "Z2FDTNDATAQYW2";
