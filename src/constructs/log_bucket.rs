//! `LogBucket`

use schemars::JsonSchema;
use serde::Deserialize;

use super::private_bucket::{PrivateBucket, abort_incomplete_uploads, default_encryption, expiry, versioning};
use crate::cfn::s3;
use crate::construct::{Construct, Cx, Encryption, Naming, Resources, Uses};
use crate::diagnostic::Result;
use crate::document::Spanned;
use crate::name::Tags;
use crate::service::s3::PERMISSIONS;

/// A bucket for logs that AWS delivers: the server access logs of the buckets that name it in `access-logs`.
///
/// S3's logging service may put objects into it for exactly these buckets. It is encrypted under keys that S3 owns
/// (SSE-S3), since S3 cannot deliver access logs to a bucket whose default encryption is SSE-KMS. Logs go after the
/// days of the rule `log-retention`. With the rule `versioning`, what is deleted stays for another day.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LogBucket {
    /// Among which names the bucket's must be unique, by default `global`. It cannot be changed later.
    pub namespace: Option<Spanned<s3::Namespace>>,
    /// Tags, besides the stack's.
    #[serde(default)]
    pub tags: Tags,
}

impl Construct for LogBucket {
    type Main = s3::Bucket;
    type Parts = PrivateBucket;

    const ADMITS_OTHER_ACCOUNTS: bool = true;

    fn grantable() -> Vec<&'static str> {
        PERMISSIONS.iter().map(|permission| permission.word).filter(|word| *word != "replicate").collect()
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn name(&self, naming: &mut Naming<'_>) -> PrivateBucket {
        PrivateBucket::name(self.namespace.as_ref(), naming)
    }

    fn uses(&self, bucket: &PrivateBucket, cx: &Cx<'_>) -> Result<Uses> {
        Ok(bucket.uses(None, cx))
    }

    fn build(&self, bucket: &PrivateBucket, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        let house = cx.house();
        let rules = vec![expiry(house.log_retention, house.versioning), abort_incomplete_uploads(None)];
        let properties = s3::Bucket {
            bucket_encryption: Some(default_encryption(&Encryption::AwsOwned)),
            versioning_configuration: versioning(house.versioning),
            lifecycle_configuration: Some(s3::LifecycleConfiguration { rules }),
            ..s3::Bucket::default()
        };
        bucket.build(properties, Vec::new(), cx, out)
    }
}
