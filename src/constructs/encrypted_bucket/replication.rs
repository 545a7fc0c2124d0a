//! Copies of objects in other buckets.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::cfn::policy::{Condition, Statement};
use crate::cfn::{Arn, Handle, Val, regional_arn, s3};
use crate::construct::{Cx, Encryption, Grant, Grantee, Resources, To};
use crate::constructs::private_bucket::{PrivateBucket, algorithm};
use crate::constructs::service_role::ServiceRole;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result};
use crate::name::Word;
use crate::service::s3::{
    AWS_MANAGED_KEY, PRINCIPAL, REPLICATE, REPLICATE_FROM, REPLICATE_LOCKS_FROM, REPLICATE_OBJECTS_FROM,
};

/// Copies of objects in another bucket, under that bucket's key.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Replication {
    /// The bucket that holds the copies, in any region. It keeps versions too, and needs a lock where this one has one.
    pub to: To<s3::Bucket>,
    /// How the keys of the objects begin, by default any.
    #[serde(default)]
    pub prefix: String,
    /// How the copies are stored, by default as their objects are.
    pub storage_class: Option<s3::StorageClass>,
    /// Whether deleting an object without naming a version hides its copy too.
    #[serde(default)]
    pub delete_markers: bool,
    /// Whether copies are there within 15 minutes, at a price, and metrics tell how late they are.
    #[serde(default)]
    pub time_control: bool,
}

impl Replication {
    /// S3 writes the copies as the bucket's role.
    pub(super) fn grant(&self, role: &ServiceRole, cx: &Cx<'_>, found: &mut Diagnostics) -> Option<Grant> {
        let on = found.take(cx.entry_of(&self.to))?;
        Some(Grant::of("replicate", Grantee::Role(role.role().clone()), on, self.to.span()))
    }

    fn lower(
        &self,
        id: &Word,
        priority: usize,
        role: &ServiceRole,
        source: &Source<'_>,
        cx: &Cx<'_>,
    ) -> Result<s3::ReplicationRule> {
        let bucket = cx.get(&self.to)?;
        let key = replica_key(&bucket, role, source.encryption, cx);
        if let Some(mistake) = key.as_ref().and_then(|key| self.check_key(key, &bucket, role)) {
            return Err(mistake.into());
        }
        // Fifteen minutes are the only time that S3 promises.
        // https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html
        let threshold = || s3::Threshold { minutes: 15 };
        let on = s3::Switch::Enabled;
        Ok(s3::ReplicationRule {
            id: id.as_str().to_owned(),
            priority,
            status: on,
            filter: s3::ReplicationFilter { prefix: self.prefix.clone() },
            delete_marker_replication: s3::ToSwitch { status: self.delete_markers.into() },
            source_selection_criteria: key
                .is_some()
                .then_some(s3::SourceSelection { sse_kms_encrypted_objects: s3::ToSwitch { status: on } }),
            destination: s3::Destination {
                encryption_configuration: key.map(|key| s3::Replica { replica_kms_key_id: key }),
                bucket: Arn::of(&bucket),
                storage_class: self.storage_class,
                metrics: self.time_control.then(|| s3::Metrics { status: on, event_threshold: threshold() }),
                replication_time: self.time_control.then(|| s3::ReplicationTime { status: on, time: threshold() }),
            },
        })
    }
}

impl Replication {
    /// Copies of objects under KMS, in a bucket of another account whose key nobody names: what AWS manages there, no
    /// role from here can use.
    fn check_key(&self, key: &Val<String>, bucket: &Handle<s3::Bucket>, role: &ServiceRole) -> Option<Diagnostic> {
        if !bucket.is_outside() || *key != managed_key(bucket) || !bucket.target().is_foreign(role.role().target()) {
            return None;
        }
        let message = "a bucket of another account takes copies under a key that this account may use, and names none";
        Some(
            Diagnostic::error(Code::MissingKey, self.to.span(), message).hint("`key` of the `ImportedBucket` names it"),
        )
    }
}

/// The bucket that is replicated.
#[derive(Debug)]
pub(super) struct Source<'b> {
    pub(super) bucket: &'b PrivateBucket,
    pub(super) encryption: &'b Encryption,
    /// Whether its objects can be locked.
    pub(super) locked: bool,
}

/// The key that copies of objects under KMS are written under: that of their bucket, which has let the role use it, or
/// the one that AWS manages there. Copies of other objects are encrypted as their bucket says.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html>
fn replica_key(
    bucket: &Handle<s3::Bucket>,
    role: &ServiceRole,
    source: &Encryption,
    cx: &Cx<'_>,
) -> Option<Val<String>> {
    if algorithm(source) != s3::Algorithm::Kms {
        return None;
    }
    let uses = cx.role_uses.get(role.role().id()).into_iter().flatten();
    let replica = uses.filter(|used| *used.access == REPLICATE);
    let mut keys = replica.filter(|used| used.subject.as_ref().is_some_and(|subject| subject.id() == bucket.id()));
    Some(keys.next().map_or_else(|| managed_key(bucket), |used| used.key.arn().text()))
}

/// The key that AWS manages for S3 where a bucket is.
fn managed_key(bucket: &Handle<s3::Bucket>) -> Val<String> {
    regional_arn("kms", bucket.target(), AWS_MANAGED_KEY)
}

/// Makes the role; the result goes into the bucket. The role's policy only speaks of the bucket, which waits for it.
pub(super) fn build<'r>(
    rules: impl Iterator<Item = (&'r Word, &'r Replication)>,
    role: &ServiceRole,
    source: &Source<'_>,
    cx: &Cx<'_>,
    out: &mut Resources<'_>,
) -> Result<s3::ReplicationConfiguration> {
    let mut found = Diagnostics::default();
    let rules =
        rules.zip(1..).filter_map(|((id, rule), priority)| found.take(rule.lower(id, priority, role, source, cx)));
    let rules = rules.collect();
    let mut objects = REPLICATE_OBJECTS_FROM.to_vec();
    if source.locked {
        objects.extend(REPLICATE_LOCKS_FROM);
        objects.sort_unstable();
    }
    let own = vec![
        Statement::allow("ReadReplication", REPLICATE_FROM.to_vec(), vec![Arn::naming(source.bucket.bucket())]),
        Statement::allow("ReadObjects", objects, vec![source.bucket.objects()]),
    ];
    let path = &cx.entry().path;
    role.build(cx, out, &format!("lets S3 replicate {path}"), &PRINCIPAL, Condition::default(), own);
    found.or(s3::ReplicationConfiguration { role: Arn::of(role.role()), rules })
}
