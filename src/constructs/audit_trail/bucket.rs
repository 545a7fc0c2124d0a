//! The bucket of a trail.

use super::{AuditTrail, Parts};
use crate::cfn::policy::{Action, Condition, Operator, Principal, Statement};
use crate::cfn::s3::RetentionMode;
use crate::cfn::{Arn, Val, account, s3};
use crate::construct::{Cx, Encryption, Resources};
use crate::constructs::private_bucket::{
    abort_incomplete_uploads, access_logs, default_encryption, expiry, versioning, without_bucket_key,
};
use crate::diagnostic::{Diagnostics, Result};
use crate::environment::{DeletionPolicy, Kept, Protection};
use crate::service::cloudtrail::{DELIVER, LOOK, PRINCIPAL};

impl AuditTrail {
    /// Makes the bucket. Log files that are locked are never deleted by a rule; all others are. Nothing says which
    /// encryption uploads may name: digest files are always under keys that S3 owns.
    pub(super) fn build_bucket(
        &self,
        parts: &Parts,
        encryption: &Encryption,
        cx: &Cx<'_>,
        out: &mut Resources<'_>,
    ) -> Result<()> {
        let mut found = Diagnostics::default();
        let house = cx.house();
        let lock = self.retention.filter(|_| house.protection == Protection::Locked);
        let versions = house.versioning || lock.is_some();
        let mut rules = vec![abort_incomplete_uploads(None)];
        if lock.is_none() {
            rules.insert(0, expiry(house.log_retention, versions));
        }
        let logs = self.access_logs.as_ref().and_then(|to| found.take(access_logs::lower(to, cx)));
        let properties = s3::Bucket {
            bucket_encryption: Some(files_encryption(encryption)),
            versioning_configuration: versioning(versions),
            object_lock_enabled: lock.map(|_| true),
            object_lock_configuration: lock.map(|period| period.lock(RetentionMode::Compliance)),
            lifecycle_configuration: Some(s3::LifecycleConfiguration { rules }),
            logging_configuration: logs,
            ..s3::Bucket::default()
        };
        found.take(parts.bucket.build(properties, self.deliver(parts, cx), cx, out));
        out.keep(parts.bucket.bucket().any(), Self::kept(cx));
        found.or(())
    }

    /// How long the files stay. As soon as the trail is there the bucket is not empty, and cannot be deleted where the
    /// rest of its stack fails.
    pub(super) fn kept(cx: &Cx<'_>) -> Kept {
        match cx.house().deletion {
            DeletionPolicy::Delete => cx.house().kept(),
            DeletionPolicy::RetainExceptOnCreate | DeletionPolicy::Retain => Kept::ALWAYS,
        }
    }

    /// The trail looks at the bucket's ACL, and puts its files where those of its account and of its organization
    /// belong.
    /// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html>,
    /// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-organization-s3-bucket-policy.html>
    fn deliver(&self, Parts { trail, bucket, .. }: &Parts, cx: &Cx<'_>) -> Vec<Statement> {
        let at = cx.target();
        let source = Condition::default().and(Operator::ArnEquals, "aws:SourceArn", [Arn::naming(trail).text()]);
        let allow = |sid: &str, actions: &[Action], resources| {
            let principal = Principal::Service(vec![PRINCIPAL.at(at)]);
            Statement::allow(sid, actions.to_vec(), resources).to(principal).when(source.clone())
        };
        let prefix = self.prefix.as_ref().map_or(String::new(), |prefix| format!("{}/", prefix.as_str()));
        let organization: Option<Val<String>> = self.organization(cx).map(Into::into);
        let files = std::iter::once(account(at)).chain(organization).map(|of| {
            let bucket = Arn::naming(bucket.bucket()).text();
            Arn::literal(Val::concat([bucket, format!("/{prefix}AWSLogs/").into(), of, "/*".into()]))
        });
        let owned = source.clone().and(Operator::StringEquals, "s3:x-amz-acl", ["bucket-owner-full-control".into()]);
        vec![
            allow("CloudTrailLooksAtAcl", LOOK, vec![Arn::naming(bucket.bucket())]),
            allow("CloudTrailDelivers", DELIVER, files.collect()).when(owned),
        ]
    }
}

/// How log files are encrypted. Under the key that AWS manages for S3, CloudTrail could not deliver any: its policy
/// lets in the account's own identities only.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#aws-managed-customer-managed-keys>
fn files_encryption(encryption: &Encryption) -> s3::BucketEncryption {
    match encryption {
        Encryption::Customer(_) => without_bucket_key(default_encryption(encryption)),
        Encryption::AwsManaged | Encryption::AwsOwned => default_encryption(&Encryption::AwsOwned),
    }
}
