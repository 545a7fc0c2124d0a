//! Amazon Simple Storage Service.
#![expect(missing_docs, reason = "fields are CloudFormation's properties, documented on the page that each type names")]

mod lifecycle;
mod notification;
mod protection;
mod replication;
mod reports;

use std::net::Ipv4Addr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::policy::PolicyDocument;
use super::resource::{AnyHandle, Handle, Holds, Named, Resource, Tag};
use super::value::{Pseudo, Val};
use crate::name::{Name, NameRule, Scope};

pub use lifecycle::{
    AbortIncompleteMultipartUpload, ArchiveClass, LifecycleConfiguration, NoncurrentVersionExpiration,
    NoncurrentVersionTransition, Rule, TagFilter, Transition,
};
pub use notification::{
    EventBridge, Filter, FilterName, FilterRule, LambdaNotification, NotificationConfiguration, QueueNotification,
    S3Key, TopicNotification,
};
pub use protection::{
    Algorithm, BlockedEncryptionTypes, BucketEncryption, DefaultEncryption, DefaultRetention, EncryptionRule,
    ObjectLockConfiguration, ObjectLockRule, OwnershipControls, OwnershipRule, PublicAccessBlock, RetentionMode,
    VersioningConfiguration,
};
pub use replication::{
    Destination, Metrics, Replica, ReplicationConfiguration, ReplicationFilter, ReplicationRule, ReplicationTime,
    SourceSelection, StorageClass, Switch, Threshold, ToSwitch,
};
pub use reports::{
    AccessTier, Frequency, IntelligentTiering, Inventory, InventoryDestination, InventoryField, InventoryFormat,
    MetricsConfiguration, Tiering, Versions,
};

/// `AWS::S3::Bucket`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html>
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Bucket {
    pub bucket_name: Option<Val<Name>>,
    pub bucket_namespace: Option<Namespace>,
    pub bucket_encryption: Option<BucketEncryption>,
    pub public_access_block_configuration: Option<PublicAccessBlock>,
    pub ownership_controls: Option<OwnershipControls>,
    pub versioning_configuration: Option<VersioningConfiguration>,
    pub object_lock_enabled: Option<bool>,
    pub object_lock_configuration: Option<ObjectLockConfiguration>,
    pub lifecycle_configuration: Option<LifecycleConfiguration>,
    pub cors_configuration: Option<CorsConfiguration>,
    pub logging_configuration: Option<LoggingConfiguration>,
    pub notification_configuration: Option<NotificationConfiguration>,
    pub replication_configuration: Option<ReplicationConfiguration>,
    pub intelligent_tiering_configurations: Option<Vec<IntelligentTiering>>,
    pub inventory_configurations: Option<Vec<Inventory>>,
    pub metrics_configurations: Option<Vec<MetricsConfiguration>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// Among which names a bucket's must be unique.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Namespace {
    /// All accounts of the partition.
    Global,
    /// The account's own in its region, which the end of the name tells.
    AccountRegional,
}

/// Which web pages may read what a bucket answers.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-corsconfiguration.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CorsConfiguration {
    pub cors_rules: Vec<CorsRule>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-corsrule.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CorsRule {
    pub allowed_origins: Vec<String>,
    pub allowed_methods: Vec<CorsMethod>,
    pub allowed_headers: Option<Vec<String>>,
    pub exposed_headers: Option<Vec<String>>,
    pub max_age: Option<u32>,
}

/// A method that a web page of another origin may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum CorsMethod {
    Delete,
    Get,
    Head,
    Post,
    Put,
}

/// Where server access logs go.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-loggingconfiguration.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LoggingConfiguration {
    pub destination_bucket_name: Val<String>,
    pub target_object_key_format: TargetObjectKeyFormat,
}

/// How the keys of log objects are made: by account, region, bucket and day.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-targetobjectkeyformat.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TargetObjectKeyFormat {
    pub partitioned_prefix: PartitionedPrefix,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-partitionedprefix.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PartitionedPrefix {
    pub partition_date_source: &'static str,
}

impl Resource for Bucket {
    const TYPE: &'static str = "AWS::S3::Bucket";
    const HOLDS: Holds = Holds::Data;
    type Ref = String;

    fn tags(&mut self) -> Option<&mut Vec<Tag>> {
        Some(&mut self.tags)
    }
}

/// Endings that S3 keeps for other things than general purpose buckets.
const RESERVED_ENDINGS: &[&str] = &["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

impl Named for Bucket {
    const NAME: NameRule = NameRule {
        of: "a bucket",
        min: 3,
        max: 63,
        punctuation: ".-",
        ending: "",
        reserved: &["xn--", "sthree-", "amzn-s3-demo-"],
        refuses: Some(|name| {
            let fits = |c: char| c.is_ascii_alphanumeric();
            if let Some(capital) = name.chars().find(char::is_ascii_uppercase) {
                return Some(format!("has `{capital}`, the name of a bucket has no capitals"));
            }
            if !(name.starts_with(fits) && name.ends_with(fits)) {
                return Some("does not begin and end with a letter or digit, as the name of a bucket must".to_owned());
            }
            if name.contains("..") {
                return Some("has two dots in a row, which the name of a bucket cannot have".to_owned());
            }
            if name.parse::<Ipv4Addr>().is_ok() {
                return Some("has the form of an IP address, which the name of a bucket cannot have".to_owned());
            }
            let ending = RESERVED_ENDINGS.iter().find(|ending| name.ends_with(**ending));
            ending.map(|ending| format!("ends with `{ending}`, which S3 reserves"))
        }),
        scope: Scope::Partition,
        source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html",
    };

    /// An ARN without region and account: names of buckets are unique without them.
    fn arn(of: &AnyHandle) -> Val<String> {
        Val::concat(["arn:".into(), Pseudo::Partition.into(), ":s3:::".into(), of.name.clone().text()])
    }
}

impl Handle<Bucket> {
    /// Its ARN, with the order that a reference implies.
    pub fn arn(&self) -> Val<String> {
        self.attribute("Arn")
    }
}

/// `AWS::S3::BucketPolicy`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucketpolicy.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct BucketPolicy {
    pub bucket: Val<String>,
    pub policy_document: PolicyDocument,
}

impl Resource for BucketPolicy {
    const TYPE: &'static str = "AWS::S3::BucketPolicy";
    type Ref = String;
}
