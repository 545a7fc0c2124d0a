//! `EncryptedBucket`

mod cors;
mod lifecycle;
mod notification;
mod object_lock;
mod replication;
mod reports;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

pub use self::cors::Cors;
pub use self::lifecycle::{LifecycleRule, Noncurrent, Transitions};
pub use self::notification::{Event, Notification, Notifications};
pub use self::object_lock::{ObjectLock, Period};
pub use self::replication::Replication;
use self::replication::Source;
pub use self::reports::{Inventory, Metrics, Tiering};
use super::private_bucket::{
    Days, PrivateBucket, abort_incomplete_uploads, access_logs, default_encryption, has, only_this_encryption, refused,
    versioning,
};
use super::service_role::ServiceRole;
use crate::cfn::{Handle, kms, lambda, s3};
use crate::construct::{By, Construct, Cx, Grant, Naming, Resources, To, Uses};
use crate::diagnostic::{Diagnostics, Result};
use crate::document::Spanned;
use crate::name::{Tags, Word};
use crate::service::Subject;
use crate::service::s3::{PERMISSIONS, READ};

/// An S3 bucket encrypted under a key of these stacks, private and over TLS 1.2 or later only.
///
/// Roles are granted `read`, `write`, `read-write`, `list`, `delete` or `replicate` on it; `write` does not delete.
/// Public access is blocked, ACLs are off, a bucket key keeps requests to KMS few, and an upload that names another
/// key or algorithm is refused. Whether versions are kept is the rule `versioning`; a bucket with a lock, or that is
/// replicated, keeps them always.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EncryptedBucket {
    /// The key that encrypts the objects, needed where `encryption` is `customer-managed`.
    pub key: Option<To<kms::Key>>,
    /// Among which names the bucket's must be unique, by default `global`. It cannot be changed later.
    pub namespace: Option<Spanned<s3::Namespace>>,
    /// What becomes of objects with time, by the names of the rules.
    #[serde(default)]
    pub lifecycle: IndexMap<Spanned<Word>, LifecycleRule>,
    /// Days after which the pieces of an upload go that was not completed, by default 7.
    pub abort_incomplete_uploads: Option<Days>,
    /// Whether versions of objects can be locked against deletion. It cannot be taken back.
    pub object_lock: Option<ObjectLock>,
    /// Copies of objects in other buckets, each under the other bucket's key, by the names of the rules. The first rule
    /// counts where two are about one object and bucket.
    #[serde(default)]
    pub replication: IndexMap<Spanned<Word>, Replication>,
    /// Whom the bucket tells of what happens in it.
    #[serde(default)]
    pub notifications: Notifications,
    /// The `LogBucket` that gets a record of each request, in the same region.
    pub access_logs: Option<To<s3::Bucket>>,
    /// Web pages of other origins that may use the bucket.
    #[serde(default)]
    pub cors: Vec<Cors>,
    /// Where objects of the class `intelligent-tiering` go that nobody reads, by the names of the rules.
    #[serde(default)]
    pub intelligent_tiering: IndexMap<Spanned<Word>, Tiering>,
    /// Lists of the bucket's objects, by their names.
    #[serde(default)]
    pub inventory: IndexMap<Spanned<Word>, Inventory>,
    /// Objects whose requests CloudWatch counts, by the names of the metrics.
    #[serde(default)]
    pub metrics: IndexMap<Spanned<Word>, Metrics>,
    /// Tags, besides the stack's.
    #[serde(default)]
    pub tags: Tags,
}

/// The resources of a bucket.
#[derive(Debug)]
pub struct Parts {
    bucket: PrivateBucket,
    /// The role by which S3 replicates.
    role: Option<ServiceRole>,
    /// What lets S3 call functions.
    permissions: Vec<Handle<lambda::Permission>>,
}

impl Construct for EncryptedBucket {
    type Main = s3::Bucket;
    type Parts = Parts;

    const ADMITS_OTHER_ACCOUNTS: bool = true;

    fn grantable() -> Vec<&'static str> {
        PERMISSIONS.iter().map(|permission| permission.word).collect()
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn name(&self, naming: &mut Naming<'_>) -> Parts {
        Parts {
            bucket: PrivateBucket::name(self.namespace.as_ref(), naming),
            role: (!self.replication.is_empty()).then(|| ServiceRole::name(naming)),
            permissions: self.notifications.name(naming),
        }
    }

    fn grants(&self, parts: &Parts, cx: &Cx<'_>, found: &mut Diagnostics) -> Vec<Grant> {
        let bucket = parts.bucket.bucket();
        let mut grants = self.notifications.grants(bucket, cx, found);
        if let Some(role) = &parts.role {
            grants.extend(self.replication.values().filter_map(|rule| rule.grant(role, cx, found)));
        }
        grants.extend(self.inventory.values().filter_map(|inventory| inventory.grant(bucket, cx, found)));
        grants.extend(self.access_logs.as_ref().and_then(|to| access_logs::grant(to, bucket, cx, found)));
        grants
    }

    fn uses(&self, parts: &Parts, cx: &Cx<'_>) -> Result<Uses> {
        let objects = cx.data(self.key.as_ref(), Subject::of(parts.bucket.bucket()))?;
        let mut uses = parts.bucket.uses(Some(&objects), cx);
        if let Some(role) = &parts.role {
            uses.keys.extend(objects.used(By::Role(role.role().clone()), &READ));
        }
        Ok(uses)
    }

    fn build(&self, parts: &Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        let Parts { bucket, role, permissions } = parts;
        let encryption = cx.encryption(self.key.as_ref())?;
        let mut found = Diagnostics::default();
        self.check(&mut found);
        found.extend(refused(&encryption, cx));
        let replication = role.as_ref().and_then(|role| {
            let rules = self.replication.iter().map(|(id, rule)| (&id.value, rule));
            let source = Source { bucket, encryption: &encryption, locked: self.object_lock.is_some() };
            found.take(replication::build(rules, role, &source, cx, out))
        });
        let notifications = found.take(self.notifications.build(bucket.bucket(), permissions, cx, out)).flatten();
        let logs = self.access_logs.as_ref().and_then(|to| found.take(access_logs::lower(to, cx)));
        let inventory = self.inventory.iter().filter_map(|(id, it)| found.take(it.lower(&id.value, cx)));
        let inventory: Vec<_> = inventory.collect();
        let tiering = self.intelligent_tiering.iter().filter_map(|(id, it)| found.take(it.lower(id)));
        let tiering: Vec<_> = tiering.collect();
        let metrics: Vec<_> = self.metrics.iter().map(|(id, metrics)| metrics.lower(&id.value)).collect();
        let mut rules: Vec<s3::Rule> = self.lifecycle.iter().map(|(id, rule)| rule.lower(&id.value)).collect();
        rules.push(abort_incomplete_uploads(self.abort_incomplete_uploads));
        let cors: Vec<_> = self.cors.iter().map(Cors::lower).collect();
        let properties = s3::Bucket {
            bucket_encryption: Some(default_encryption(&encryption)),
            versioning_configuration: versioning(self.keeps_versions(cx)),
            object_lock_enabled: self.object_lock.map(|_| true),
            object_lock_configuration: self.object_lock.and_then(ObjectLock::lower),
            lifecycle_configuration: Some(s3::LifecycleConfiguration { rules }),
            cors_configuration: (!cors.is_empty()).then_some(s3::CorsConfiguration { cors_rules: cors }),
            logging_configuration: logs,
            notification_configuration: notifications,
            replication_configuration: replication,
            intelligent_tiering_configurations: (!tiering.is_empty()).then_some(tiering),
            inventory_configurations: (!inventory.is_empty()).then_some(inventory),
            metrics_configurations: (!metrics.is_empty()).then_some(metrics),
            ..s3::Bucket::default()
        };
        found.take(bucket.build(properties, only_this_encryption(bucket, &encryption), cx, out));
        out.report(found)
    }
}

impl EncryptedBucket {
    /// Whether older versions are kept: by the rule, or because something needs them.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html>,
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html>
    fn keeps_versions(&self, cx: &Cx<'_>) -> bool {
        let holds_replicas = cx.granted().iter().any(|grant| has(grant, "replicate"));
        cx.house().versioning || self.object_lock.is_some() || !self.replication.is_empty() || holds_replicas
    }

    /// What serde cannot check.
    fn check(&self, found: &mut Diagnostics) {
        for (id, rule) in &self.lifecycle {
            rule.check(id.span, found);
        }
        found.extend(self.cors.iter().flat_map(Cors::check));
    }
}
