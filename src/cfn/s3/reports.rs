//! What S3 watches and counts in a bucket: access for tiering, lists of objects, metrics.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::TagFilter;
use crate::cfn::Arn;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-intelligenttieringconfiguration.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct IntelligentTiering {
    pub id: String,
    pub status: &'static str,
    pub prefix: Option<String>,
    pub tag_filters: Option<Vec<TagFilter>>,
    pub tierings: Vec<Tiering>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-tiering.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Tiering {
    pub access_tier: AccessTier,
    pub days: u32,
}

/// Where objects go that nobody reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AccessTier {
    ArchiveAccess,
    DeepArchiveAccess,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-inventoryconfiguration.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Inventory {
    pub id: String,
    pub enabled: bool,
    pub destination: InventoryDestination,
    pub included_object_versions: Versions,
    pub schedule_frequency: Frequency,
    pub prefix: Option<String>,
    pub optional_fields: Option<Vec<InventoryField>>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-destination.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct InventoryDestination {
    pub bucket_arn: Arn,
    pub format: InventoryFormat,
    pub prefix: Option<String>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-metricsconfiguration.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct MetricsConfiguration {
    pub id: String,
    pub prefix: Option<String>,
    pub tag_filters: Option<Vec<TagFilter>>,
}

/// How a list of objects is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(deserialize = "kebab-case"))]
pub enum InventoryFormat {
    /// Comma-separated values.
    #[default]
    #[serde(rename(serialize = "CSV"))]
    Csv,
    /// Apache ORC.
    #[serde(rename(serialize = "ORC"))]
    Orc,
    /// Apache Parquet.
    Parquet,
}

/// How often a list of objects is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(deserialize = "kebab-case"))]
pub enum Frequency {
    /// Every day.
    Daily,
    /// Every Sunday.
    #[default]
    Weekly,
}

/// Which versions of the objects are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(deserialize = "kebab-case"))]
pub enum Versions {
    /// All of them.
    All,
    /// Those that a read gives.
    #[default]
    Current,
}

/// What a list says of each object, besides bucket and key.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(deserialize = "kebab-case"))]
#[expect(missing_docs, reason = "the names say it")]
pub enum InventoryField {
    BucketKeyStatus,
    ChecksumAlgorithm,
    #[serde(rename(serialize = "ETag", deserialize = "etag"))]
    Etag,
    EncryptionStatus,
    IntelligentTieringAccessTier,
    IsMultipartUploaded,
    LastModifiedDate,
    LifecycleExpirationDate,
    ObjectAccessControlList,
    ObjectLockLegalHoldStatus,
    ObjectLockMode,
    ObjectLockRetainUntilDate,
    ObjectOwner,
    ReplicationStatus,
    Size,
    StorageClass,
}
