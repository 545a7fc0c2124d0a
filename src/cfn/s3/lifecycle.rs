//! What becomes of objects with time.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-lifecycleconfiguration.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LifecycleConfiguration {
    pub rules: Vec<Rule>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-rule.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Rule {
    pub id: String,
    pub status: &'static str,
    pub prefix: Option<String>,
    pub tag_filters: Option<Vec<TagFilter>>,
    pub object_size_greater_than: Option<String>,
    pub object_size_less_than: Option<String>,
    pub abort_incomplete_multipart_upload: Option<AbortIncompleteMultipartUpload>,
    pub transitions: Option<Vec<Transition>>,
    pub expiration_in_days: Option<u32>,
    pub expired_object_delete_marker: Option<bool>,
    pub noncurrent_version_transitions: Option<Vec<NoncurrentVersionTransition>>,
    pub noncurrent_version_expiration: Option<NoncurrentVersionExpiration>,
}

impl Default for Rule {
    /// A rule that holds, and does nothing yet.
    fn default() -> Self {
        Self {
            id: String::new(),
            status: "Enabled",
            prefix: None,
            tag_filters: None,
            object_size_greater_than: None,
            object_size_less_than: None,
            abort_incomplete_multipart_upload: None,
            transitions: None,
            expiration_in_days: None,
            expired_object_delete_marker: None,
            noncurrent_version_transitions: None,
            noncurrent_version_expiration: None,
        }
    }
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-tagfilter.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TagFilter {
    pub key: String,
    pub value: String,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-abortincompletemultipartupload.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AbortIncompleteMultipartUpload {
    pub days_after_initiation: u32,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-transition.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Transition {
    pub storage_class: ArchiveClass,
    pub transition_in_days: u32,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-noncurrentversiontransition.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct NoncurrentVersionTransition {
    pub storage_class: ArchiveClass,
    pub transition_in_days: u32,
    pub newer_noncurrent_versions: Option<u32>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-noncurrentversionexpiration.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct NoncurrentVersionExpiration {
    pub noncurrent_days: u32,
    pub newer_noncurrent_versions: Option<u32>,
}

/// A storage class that objects can move to with time, from the nearest to the farthest.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(serialize = "SCREAMING_SNAKE_CASE", deserialize = "kebab-case"))]
pub enum ArchiveClass {
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
