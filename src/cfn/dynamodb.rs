//! Amazon DynamoDB: tables in one region. [`GlobalTable`] is a table with replicas.
#![expect(missing_docs, reason = "fields are CloudFormation's properties, documented on the page that each type names")]

mod global_table;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::kms::KeyArn;
use super::policy::PolicyDocument;
use super::resource::{AnyHandle, Holds, Named, Resource, Tag, regional_arn};
use super::value::Val;
use crate::name::{Name, NameRule, Scope};

pub use global_table::{
    CapacityAutoScalingSettings, GlobalIndex, GlobalTable, MultiRegionConsistency, ReadOnDemandThroughputSettings,
    ReadProvisionedThroughputSettings, Replica, ReplicaIndex, ReplicaSseSpecification, ReplicaStreamSpecification,
    TargetTracking, Witness, WriteOnDemandThroughputSettings, WriteProvisionedThroughputSettings,
};

/// `AWS::DynamoDB::Table`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html>
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Table {
    pub table_name: Option<Val<Name>>,
    pub key_schema: Vec<KeySchema>,
    pub attribute_definitions: Vec<AttributeDefinition>,
    pub global_secondary_indexes: Option<Vec<GlobalSecondaryIndex>>,
    pub local_secondary_indexes: Option<Vec<LocalSecondaryIndex>>,
    pub billing_mode: Option<BillingMode>,
    pub provisioned_throughput: Option<ProvisionedThroughput>,
    pub on_demand_throughput: Option<OnDemandThroughput>,
    pub warm_throughput: Option<WarmThroughput>,
    #[serde(rename = "SSESpecification")]
    pub sse_specification: Option<SseSpecification>,
    pub point_in_time_recovery_specification: Option<PointInTimeRecovery>,
    pub deletion_protection_enabled: Option<bool>,
    pub time_to_live_specification: Option<TimeToLive>,
    pub stream_specification: Option<StreamSpecification>,
    pub kinesis_stream_specification: Option<KinesisStream>,
    pub contributor_insights_specification: Option<ContributorInsights>,
    pub table_class: Option<TableClass>,
    pub resource_policy: Option<ResourcePolicy>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-table-keyschema.html>
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct KeySchema {
    pub attribute_name: String,
    pub key_type: KeyType,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-table-attributedefinition.html>
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AttributeDefinition {
    pub attribute_name: String,
    pub attribute_type: AttributeType,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-table-globalsecondaryindex.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GlobalSecondaryIndex {
    pub index_name: String,
    pub key_schema: Vec<KeySchema>,
    pub projection: Projection,
    pub provisioned_throughput: Option<ProvisionedThroughput>,
    pub on_demand_throughput: Option<OnDemandThroughput>,
    pub warm_throughput: Option<WarmThroughput>,
    pub contributor_insights_specification: Option<ContributorInsights>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-table-localsecondaryindex.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LocalSecondaryIndex {
    pub index_name: String,
    pub key_schema: Vec<KeySchema>,
    pub projection: Projection,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-table-projection.html>
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Projection {
    pub projection_type: ProjectionType,
    pub non_key_attributes: Option<Vec<String>>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-table-provisionedthroughput.html>
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ProvisionedThroughput {
    pub read_capacity_units: u32,
    pub write_capacity_units: u32,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-table-ondemandthroughput.html>
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct OnDemandThroughput {
    pub max_read_request_units: Option<u32>,
    pub max_write_request_units: Option<u32>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-table-warmthroughput.html>
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct WarmThroughput {
    pub read_units_per_second: Option<u32>,
    pub write_units_per_second: Option<u32>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-table-ssespecification.html>;
/// a global table has a key for each replica instead.
#[derive(Debug, Serialize)]
pub struct SseSpecification {
    #[serde(rename = "SSEEnabled")]
    pub sse_enabled: bool,
    #[serde(rename = "SSEType")]
    pub sse_type: &'static str,
    #[serde(rename = "KMSMasterKeyId")]
    pub kms_master_key_id: Option<Val<KeyArn>>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-table-pointintimerecoveryspecification.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PointInTimeRecovery {
    pub point_in_time_recovery_enabled: bool,
    pub recovery_period_in_days: Option<u32>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-table-timetolivespecification.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TimeToLive {
    pub attribute_name: String,
    pub enabled: bool,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-table-streamspecification.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct StreamSpecification {
    pub stream_view_type: StreamViewType,
    pub resource_policy: Option<ResourcePolicy>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-table-resourcepolicy.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ResourcePolicy {
    pub policy_document: PolicyDocument,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-table-kinesisstreamspecification.html>
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct KinesisStream {
    pub stream_arn: String,
    pub approximate_creation_date_time_precision: Option<TimePrecision>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-table-contributorinsightsspecification.html>
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ContributorInsights {
    pub enabled: bool,
    pub mode: Option<ContributorInsightsMode>,
}

/// Which requests CloudWatch counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(serialize = "SCREAMING_SNAKE_CASE", deserialize = "kebab-case"))]
pub enum ContributorInsightsMode {
    /// All of them.
    AccessedAndThrottledKeys,
    /// Those that were throttled.
    ThrottledKeys,
}

/// How exact the time of a change is in a Kinesis data stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(serialize = "SCREAMING_SNAKE_CASE", deserialize = "kebab-case"))]
pub enum TimePrecision {
    /// To the thousandth of a second.
    Millisecond,
    /// To the millionth of a second.
    Microsecond,
}

/// How reading and writing is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BillingMode {
    PayPerRequest,
    Provisioned,
}

/// What an attribute does in a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum KeyType {
    Hash,
    Range,
}

/// Which attributes an index holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ProjectionType {
    All,
    KeysOnly,
    Include,
}

/// The type of an attribute that is part of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum AttributeType {
    /// Text.
    S,
    /// A number.
    N,
    /// Bytes.
    B,
}

/// What a record of a table's stream holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(serialize = "SCREAMING_SNAKE_CASE", deserialize = "kebab-case"))]
pub enum StreamViewType {
    /// The keys of the item.
    KeysOnly,
    /// The item after the change.
    NewImage,
    /// The item before the change.
    OldImage,
    /// Both.
    NewAndOldImages,
}

/// How storage is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(serialize = "SCREAMING_SNAKE_CASE", deserialize = "kebab-case"))]
pub enum TableClass {
    /// For tables whose items are used.
    Standard,
    /// For tables whose items mostly lie.
    StandardInfrequentAccess,
}

impl Resource for Table {
    const TYPE: &'static str = "AWS::DynamoDB::Table";
    const ALSO: &'static [&'static str] = &[GlobalTable::TYPE];
    const HOLDS: Holds = Holds::Data;
    type Ref = String;

    fn tags(&mut self) -> Option<&mut Vec<Tag>> {
        Some(&mut self.tags)
    }
}

impl Named for Table {
    const NAME: NameRule = NameRule {
        of: "a table",
        min: 3,
        max: 255,
        punctuation: "_-.",
        ending: "",
        reserved: &[],
        refuses: None,
        scope: Scope::Region,
        source: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html",
    };

    fn arn(of: &AnyHandle) -> Val<String> {
        regional_arn("dynamodb", &of.target, Val::concat(["table/".into(), of.name.clone().text()]))
    }
}
