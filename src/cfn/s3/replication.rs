//! Copies of objects in other buckets.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cfn::{Arn, Val};

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-replicationconfiguration.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ReplicationConfiguration {
    pub role: Arn,
    pub rules: Vec<ReplicationRule>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-replicationrule.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ReplicationRule {
    pub id: String,
    pub priority: usize,
    pub status: Switch,
    pub filter: ReplicationFilter,
    pub delete_marker_replication: ToSwitch,
    pub source_selection_criteria: Option<SourceSelection>,
    pub destination: Destination,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-replicationrulefilter.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ReplicationFilter {
    pub prefix: String,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-sourceselectioncriteria.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct SourceSelection {
    pub sse_kms_encrypted_objects: ToSwitch,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-replicationdestination.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Destination {
    pub bucket: Arn,
    pub encryption_configuration: Option<Replica>,
    pub storage_class: Option<StorageClass>,
    pub metrics: Option<Metrics>,
    pub replication_time: Option<ReplicationTime>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-encryptionconfiguration.html>
#[derive(Debug, Serialize)]
pub struct Replica {
    #[serde(rename = "ReplicaKmsKeyID")]
    pub replica_kms_key_id: Val<String>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-metrics.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Metrics {
    pub status: Switch,
    pub event_threshold: Threshold,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-replicationtime.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ReplicationTime {
    pub status: Switch,
    pub time: Threshold,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-replicationtimevalue.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Threshold {
    pub minutes: u32,
}

/// Something that is on or off by its status.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ToSwitch {
    pub status: Switch,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Switch {
    Enabled,
    Disabled,
}

impl From<bool> for Switch {
    fn from(on: bool) -> Self {
        if on { Self::Enabled } else { Self::Disabled }
    }
}

/// How replicas are stored.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(serialize = "SCREAMING_SNAKE_CASE", deserialize = "kebab-case"))]
pub enum StorageClass {
    /// For objects that are read.
    Standard,
    /// For objects that are seldom read.
    StandardIa,
    /// For objects of which nobody knows how often they are read.
    IntelligentTiering,
    /// For objects that are seldom read and could be made again.
    OnezoneIa,
    /// For objects that are read a few times a year, at once.
    GlacierIr,
    /// For archives that are there after minutes or hours.
    Glacier,
    /// For archives that are there after half a day.
    DeepArchive,
}
