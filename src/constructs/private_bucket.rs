//! What every bucket is: private and over TLS only, with a policy of its own.

pub(super) mod access_logs;
mod encryption;
mod granted;

pub(super) use encryption::only_this_encryption;
use granted::takes_acls;
pub(super) use granted::{given, has, key_accesses, refused};

use crate::cfn::policy::{Condition, Operator, PolicyDocument, Principal, Statement};
use crate::cfn::{Arn, Handle, Val, account, region, s3};
use crate::construct::{Cx, Encryption, Naming, Resources};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::document::Spanned;
use crate::name::{Bounded, Region};
use crate::service::s3::WITHOUT_ACCOUNT_NAMESPACES;

/// How the names of buckets of an account's own namespace end.
const ACCOUNT_REGIONAL: &str = "-an";

/// A number of days, as S3 counts them.
pub(super) type Days = Bounded<1, 2_147_483_647>;

/// A bucket that lets nobody in from outside and nothing without TLS, and its policy.
#[derive(Clone, Debug)]
pub struct PrivateBucket {
    bucket: Handle<s3::Bucket>,
    policy: Handle<s3::BucketPolicy>,
    namespace: Option<Spanned<s3::Namespace>>,
}

impl PrivateBucket {
    /// Names a bucket that is the construct's main resource.
    pub(super) fn name(namespace: Option<&Spanned<s3::Namespace>>, naming: &mut Naming<'_>) -> Self {
        let own = namespace.is_some_and(|namespace| namespace.value == s3::Namespace::AccountRegional);
        let at = &naming.variables.target;
        let ending = match own {
            false => Val::from(""),
            true => Val::concat(["-".into(), account(at), "-".into(), region(at), ACCOUNT_REGIONAL.into()]),
        };
        let bucket = naming.main_with_suffix("bucket", ending);
        if !own {
            refuse_ending(&bucket, naming);
        }
        Self { policy: naming.unnamed("Policy"), bucket, namespace: namespace.cloned() }
    }

    /// Names a bucket that is another resource of the construct, which may have a name of its own.
    pub(super) fn part(role: &str, name: Option<&Spanned<String>>, naming: &mut Naming<'_>) -> Self {
        let bucket = naming.part_called(role, "bucket", name);
        refuse_ending(&bucket, naming);
        Self { policy: naming.unnamed(&format!("{role}Policy")), bucket, namespace: None }
    }

    /// The bucket.
    pub(super) fn bucket(&self) -> &Handle<s3::Bucket> {
        &self.bucket
    }

    /// All of its objects, for its own policy.
    pub(super) fn objects(&self) -> Arn {
        Arn::naming(&self.bucket).join("/*")
    }

    /// Makes the bucket, and its policy, which begins with `statements`.
    ///
    /// # Errors
    /// If the region does not have the namespace.
    pub(super) fn build(
        &self,
        properties: s3::Bucket,
        mut statements: Vec<Statement>,
        cx: &Cx<'_>,
        out: &mut Resources<'_>,
    ) -> Result<()> {
        let Self { bucket, policy, namespace } = self;
        let properties = s3::Bucket {
            bucket_name: Some(bucket.name()),
            bucket_namespace: namespace.as_ref().map(|namespace| namespace.value),
            public_access_block_configuration: Some(s3::PublicAccessBlock {
                block_public_acls: true,
                block_public_policy: true,
                ignore_public_acls: true,
                restrict_public_buckets: true,
            }),
            // Without ACLs, policies alone say who may do what.
            // https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
            ownership_controls: Some(s3::OwnershipControls {
                rules: [s3::OwnershipRule {
                    object_ownership: if takes_acls(cx) { "BucketOwnerPreferred" } else { "BucketOwnerEnforced" },
                }],
            }),
            ..properties
        };
        out.add(bucket, properties);
        statements.extend(self.foreign_roles(cx));
        statements.extend(self.deliveries(cx));
        statements.extend(self.tls_only());
        let policy_document = PolicyDocument::new(statements);
        out.add(policy, s3::BucketPolicy { bucket: bucket.reference(), policy_document });
        out.gate(bucket, policy);
        self.check_namespace(cx)
    }

    /// Not every region has namespaces of accounts.
    fn check_namespace(&self, cx: &Cx<'_>) -> Result<()> {
        let own = self.namespace.as_ref().filter(|namespace| namespace.value == s3::Namespace::AccountRegional);
        let region = cx.target().region.as_ref().map_or("", Region::as_str);
        match own.filter(|_| WITHOUT_ACCOUNT_NAMESPACES.contains(&region)) {
            None => Ok(()),
            Some(namespace) => {
                let message = format!("accounts have no namespaces of their own in `{region}`");
                Err(Diagnostic::error(Code::UnavailableService, namespace.span, message).into())
            }
        }
    }

    /// Nothing comes or goes without TLS, or with a version of it before 1.2.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html#example-object-tls-version>
    fn tls_only(&self) -> [Statement; 2] {
        let deny = |sid: &str, condition| {
            let all = ["", "/*"].map(|part| Arn::literal(self.bucket.arn()).join(part));
            Statement::allow(sid, vec!["s3:*"], all.to_vec()).deny().to(Principal::Everyone).when(condition)
        };
        let plain = Condition::default().and(Operator::Bool, "aws:SecureTransport", ["false".into()]);
        let old = Condition::default().and(Operator::NumericLessThan, "s3:TlsVersion", ["1.2".into()]);
        [deny("DenyWithoutTls", plain), deny("DenyOldTls", old)]
    }
}

/// The ending of an account's own namespace, on a name that is not in it.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
fn refuse_ending(bucket: &Handle<s3::Bucket>, naming: &mut Naming<'_>) {
    let name = bucket.name().text();
    if name.longest().ends_with(ACCOUNT_REGIONAL) {
        let shown = name.symbolic();
        let message = format!("`{shown}` ends with `{ACCOUNT_REGIONAL}`, which takes `namespace: account-regional`");
        naming.refuse(Code::InvalidName, message, &name);
    }
}

/// How objects are encrypted.
pub(super) fn algorithm(encryption: &Encryption) -> s3::Algorithm {
    match encryption {
        Encryption::AwsOwned => s3::Algorithm::Aes256,
        Encryption::AwsManaged | Encryption::Customer(_) => s3::Algorithm::Kms,
    }
}

/// Encryption of whatever comes without an encryption of its own, and no keys that only the caller has (SSE-C).
///
/// A bucket key saves nearly all requests to KMS.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html>
pub(super) fn default_encryption(encryption: &Encryption) -> s3::BucketEncryption {
    let (sse_algorithm, kms_master_key_id) = (algorithm(encryption), encryption.key_arn());
    let rule = s3::EncryptionRule {
        bucket_key_enabled: (sse_algorithm == s3::Algorithm::Kms).then_some(true),
        server_side_encryption_by_default: s3::DefaultEncryption { sse_algorithm, kms_master_key_id },
        blocked_encryption_types: s3::BlockedEncryptionTypes { encryption_type: &["SSE-C"] },
    };
    s3::BucketEncryption { server_side_encryption_configuration: [rule] }
}

/// The same with a request to KMS for each object, in whose name the request then is.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html#bucket-key-changes>
pub(super) fn without_bucket_key(encryption: s3::BucketEncryption) -> s3::BucketEncryption {
    let s3::BucketEncryption { server_side_encryption_configuration: [rule] } = encryption;
    let rule = s3::EncryptionRule { bucket_key_enabled: None, ..rule };
    s3::BucketEncryption { server_side_encryption_configuration: [rule] }
}

/// Objects go after these days; what is deleted stays for another day where versions are kept.
pub(super) fn expiry(days: u32, versions: bool) -> s3::Rule {
    s3::Rule {
        id: "Expire".to_owned(),
        expiration_in_days: Some(days),
        noncurrent_version_expiration: versions
            .then_some(s3::NoncurrentVersionExpiration { noncurrent_days: 1, newer_noncurrent_versions: None }),
        ..s3::Rule::default()
    }
}

/// Versions of objects, where they are kept.
pub(super) fn versioning(on: bool) -> Option<s3::VersioningConfiguration> {
    on.then_some(s3::VersioningConfiguration { status: "Enabled" })
}

/// Uploads in pieces that are not completed cost like objects, and nobody sees them: they go after a week, or these
/// days.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html>
pub(super) fn abort_incomplete_uploads(days: Option<Days>) -> s3::Rule {
    let days_after_initiation = days.map_or(7, Bounded::get);
    s3::Rule {
        id: "AbortIncompleteUploads".to_owned(),
        abort_incomplete_multipart_upload: Some(s3::AbortIncompleteMultipartUpload { days_after_initiation }),
        ..s3::Rule::default()
    }
}
