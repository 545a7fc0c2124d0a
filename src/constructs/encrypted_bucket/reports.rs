//! Lists of the objects of a bucket, tiers for those that nobody reads, and metrics.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::lifecycle::tag_filters;
use crate::cfn::{Arn, Handle, s3};
use crate::construct::{Cx, Grant, Grantee, ServiceGrantee, To};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result};
use crate::document::Spanned;
use crate::name::{Bounded, Word};
use crate::service::Subject;
use crate::service::s3::INVENTORY;

/// A list of the bucket's objects, made again and again.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Inventory {
    /// The bucket that the lists are put into, in the same region.
    pub to: To<s3::Bucket>,
    /// How the keys of the lists begin, before the names of the bucket and of the list.
    pub to_prefix: Option<String>,
    /// How the keys of the listed objects begin, by default any.
    pub prefix: Option<String>,
    /// How the lists are written, by default `csv`.
    #[serde(default)]
    pub format: s3::InventoryFormat,
    /// How often they are made, by default `weekly`.
    #[serde(default)]
    pub frequency: s3::Frequency,
    /// Which versions are listed, by default `current`.
    #[serde(default)]
    pub versions: s3::Versions,
    /// What the lists say of each object, besides bucket and key.
    #[serde(default)]
    pub fields: Vec<s3::InventoryField>,
}

impl Inventory {
    /// S3 delivers the lists for the bucket.
    pub(super) fn grant(&self, bucket: &Handle<s3::Bucket>, cx: &Cx<'_>, found: &mut Diagnostics) -> Option<Grant> {
        let to = Grantee::Service(ServiceGrantee { principal: &INVENTORY.principal, source: Subject::of(bucket) });
        Some(Grant::of("write", to, found.take(cx.entry_of(&self.to))?, self.to.span()))
    }

    pub(super) fn lower(&self, id: &Word, cx: &Cx<'_>) -> Result<s3::Inventory> {
        let to = cx.get_here(&self.to)?;
        Ok(s3::Inventory {
            id: id.as_str().to_owned(),
            enabled: true,
            destination: s3::InventoryDestination {
                bucket_arn: Arn::of(&to),
                format: self.format,
                prefix: self.to_prefix.clone(),
            },
            included_object_versions: self.versions,
            schedule_frequency: self.frequency,
            prefix: self.prefix.clone(),
            optional_fields: (!self.fields.is_empty()).then(|| self.fields.clone()),
        })
    }
}

/// Where objects of the class `intelligent-tiering` go that nobody reads. Reading them takes hours then.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Tiering {
    /// How the keys of the objects begin, by default any.
    pub prefix: Option<String>,
    /// Tags that the objects have.
    #[serde(default)]
    pub tags: IndexMap<String, String>,
    /// Days without a read after which they go to archives, 90 to 730.
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/intelligent-tiering-overview.html
    pub archive_access: Option<Bounded<90, 730>>,
    /// Days without a read after which they go to deep archives, 180 to 730.
    pub deep_archive_access: Option<Spanned<Bounded<180, 730>>>,
}

impl Tiering {
    pub(super) fn lower(&self, id: &Spanned<Word>) -> Result<s3::IntelligentTiering> {
        let archive = self.archive_access.map(Bounded::get);
        let deep = self.deep_archive_access.as_ref().map(|days| days.value.get());
        let tiering = |access_tier, days: Option<u32>| days.map(|days| s3::Tiering { access_tier, days });
        let tierings =
            [tiering(s3::AccessTier::ArchiveAccess, archive), tiering(s3::AccessTier::DeepArchiveAccess, deep)];
        let tierings: Vec<_> = tierings.into_iter().flatten().collect();
        if tierings.is_empty() {
            let message = "`archive-access` or `deep-archive-access` is missing here";
            return Err(Diagnostic::error(Code::MissingProperty, id.span, message).into());
        }
        if let (Some(archive), Some(days)) = (archive, &self.deep_archive_access)
            && days.value.get() <= archive
        {
            let message = "objects go to deep archives after they went to archives";
            return Err(Diagnostic::error(Code::ConflictingProperties, days.span, message).into());
        }
        Ok(s3::IntelligentTiering {
            id: id.value.as_str().to_owned(),
            status: "Enabled",
            prefix: self.prefix.clone(),
            tag_filters: tag_filters(&self.tags),
            tierings,
        })
    }
}

/// Objects whose requests CloudWatch counts.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Metrics {
    /// How the keys of the objects begin, by default any.
    pub prefix: Option<String>,
    /// Tags that the objects have.
    #[serde(default)]
    pub tags: IndexMap<String, String>,
}

impl Metrics {
    pub(super) fn lower(&self, id: &Word) -> s3::MetricsConfiguration {
        let id = id.as_str().to_owned();
        s3::MetricsConfiguration { id, prefix: self.prefix.clone(), tag_filters: tag_filters(&self.tags) }
    }
}
