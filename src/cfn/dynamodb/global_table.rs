//! Tables with replicas in other regions.
#![expect(missing_docs, reason = "fields are CloudFormation's properties, documented on the page that each type names")]

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    AttributeDefinition, BillingMode, ContributorInsights, KeySchema, KinesisStream, LocalSecondaryIndex,
    PointInTimeRecovery, Projection, ResourcePolicy, SseSpecification, StreamSpecification, Table, TableClass,
    TimeToLive, WarmThroughput,
};
use crate::cfn::kms::KeyArn;
use crate::cfn::resource::{AnyHandle, Holds, Named, Resource, Tag};
use crate::cfn::value::Val;
use crate::name::{Name, NameRule};

/// `AWS::DynamoDB::GlobalTable`, version 2019.11.21.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html>
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GlobalTable {
    pub table_name: Option<Val<Name>>,
    pub key_schema: Vec<KeySchema>,
    pub attribute_definitions: Vec<AttributeDefinition>,
    pub global_secondary_indexes: Option<Vec<GlobalIndex>>,
    pub local_secondary_indexes: Option<Vec<LocalSecondaryIndex>>,
    pub billing_mode: Option<BillingMode>,
    pub write_provisioned_throughput_settings: Option<WriteProvisionedThroughputSettings>,
    pub write_on_demand_throughput_settings: Option<WriteOnDemandThroughputSettings>,
    pub warm_throughput: Option<WarmThroughput>,
    #[serde(rename = "SSESpecification")]
    pub sse_specification: Option<SseSpecification>,
    pub time_to_live_specification: Option<TimeToLive>,
    pub stream_specification: Option<StreamSpecification>,
    pub multi_region_consistency: Option<MultiRegionConsistency>,
    pub global_table_witnesses: Option<Vec<Witness>>,
    pub replicas: Vec<Replica>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-globaltable-globalsecondaryindex.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GlobalIndex {
    pub index_name: String,
    pub key_schema: Vec<KeySchema>,
    pub projection: Projection,
    pub write_provisioned_throughput_settings: Option<WriteProvisionedThroughputSettings>,
    pub write_on_demand_throughput_settings: Option<WriteOnDemandThroughputSettings>,
    pub warm_throughput: Option<WarmThroughput>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-globaltable-replicaspecification.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Replica {
    pub region: Val<String>,
    #[serde(rename = "SSESpecification")]
    pub sse_specification: Option<ReplicaSseSpecification>,
    pub point_in_time_recovery_specification: Option<PointInTimeRecovery>,
    pub deletion_protection_enabled: Option<bool>,
    pub contributor_insights_specification: Option<ContributorInsights>,
    pub kinesis_stream_specification: Option<KinesisStream>,
    pub table_class: Option<TableClass>,
    pub read_provisioned_throughput_settings: Option<ReadProvisionedThroughputSettings>,
    pub read_on_demand_throughput_settings: Option<ReadOnDemandThroughputSettings>,
    pub global_secondary_indexes: Option<Vec<ReplicaIndex>>,
    pub resource_policy: Option<ResourcePolicy>,
    pub replica_stream_specification: Option<ReplicaStreamSpecification>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-globaltable-replicaglobalsecondaryindexspecification.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ReplicaIndex {
    pub index_name: String,
    pub contributor_insights_specification: Option<ContributorInsights>,
    pub read_provisioned_throughput_settings: Option<ReadProvisionedThroughputSettings>,
    pub read_on_demand_throughput_settings: Option<ReadOnDemandThroughputSettings>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-globaltable-replicassespecification.html>
#[derive(Debug, Serialize)]
pub struct ReplicaSseSpecification {
    #[serde(rename = "KMSMasterKeyId")]
    pub kms_master_key_id: Val<KeyArn>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-globaltable-replicastreamspecification.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ReplicaStreamSpecification {
    pub resource_policy: ResourcePolicy,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-globaltable-readprovisionedthroughputsettings.html>
#[derive(Clone, Debug, Serialize)]
pub enum ReadProvisionedThroughputSettings {
    ReadCapacityUnits(u32),
    ReadCapacityAutoScalingSettings(CapacityAutoScalingSettings),
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-globaltable-writeprovisionedthroughputsettings.html>
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct WriteProvisionedThroughputSettings {
    pub write_capacity_auto_scaling_settings: CapacityAutoScalingSettings,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-globaltable-capacityautoscalingsettings.html>
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CapacityAutoScalingSettings {
    pub min_capacity: u32,
    pub max_capacity: u32,
    pub seed_capacity: Option<u32>,
    pub target_tracking_scaling_policy_configuration: TargetTracking,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-globaltable-targettrackingscalingpolicyconfiguration.html>
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TargetTracking {
    pub target_value: u32,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-globaltable-readondemandthroughputsettings.html>
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ReadOnDemandThroughputSettings {
    pub max_read_request_units: u32,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-globaltable-writeondemandthroughputsettings.html>
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct WriteOnDemandThroughputSettings {
    pub max_write_request_units: u32,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-globaltable-globaltablewitness.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Witness {
    pub region: String,
}

/// When a write is in the other regions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(serialize = "SCREAMING_SNAKE_CASE", deserialize = "kebab-case"))]
pub enum MultiRegionConsistency {
    /// Soon after it has succeeded; of two at once the later one counts.
    Eventual,
    /// Before it has succeeded, at least in one of them: strongly consistent reads see it in all.
    Strong,
}

impl Resource for GlobalTable {
    const TYPE: &'static str = "AWS::DynamoDB::GlobalTable";
    const HOLDS: Holds = Holds::Data;
    type Ref = String;

    fn tag_lists(&mut self) -> Vec<&mut Vec<Tag>> {
        self.replicas.iter_mut().map(|replica| &mut replica.tags).collect()
    }
}

/// Its replicas are tables, so it has a table's names.
impl Named for GlobalTable {
    const NAME: NameRule = Table::NAME;

    fn arn(of: &AnyHandle) -> Val<String> {
        Table::arn(of)
    }
}
