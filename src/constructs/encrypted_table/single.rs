//! A table in one region.

use super::EncryptedTable;
use super::capacity::{Provision, Throughput};
use super::kinesis::KinesisStream;
use super::schema::Keys;
use crate::cfn::{Handle, dynamodb};
use crate::construct::{Cx, Encryption};

impl EncryptedTable {
    /// The table as CloudFormation takes it, where it has no replicas.
    pub(super) fn single(
        &self,
        table: &Handle<dynamodb::Table>,
        keys: Keys,
        encryption: &Encryption,
        cx: &Cx<'_>,
    ) -> dynamodb::Table {
        let (resource_policy, of_stream) = self.policies(table, cx);
        let global = self.global_indexes.iter().zip(keys.global);
        let global = global.map(|((name, index), key_schema)| dynamodb::GlobalSecondaryIndex {
            index_name: name.value.clone(),
            key_schema,
            projection: index.projection.lower(),
            provisioned_throughput: self.provision(index).map(Provision::lower),
            on_demand_throughput: self.most(index).map(Throughput::most),
            warm_throughput: index.warm_throughput.as_ref().map(|units| units.value.warm()),
            contributor_insights_specification: index.contributor_insights.lower(),
        });
        let global: Vec<_> = global.collect();
        dynamodb::Table {
            table_name: Some(table.name()),
            key_schema: keys.table,
            attribute_definitions: keys.attributes,
            global_secondary_indexes: (!global.is_empty()).then_some(global),
            local_secondary_indexes: keys.local,
            billing_mode: Some(self.billing().mode()),
            provisioned_throughput: self.billing().provision().map(Provision::lower),
            on_demand_throughput: self.max_throughput.as_ref().map(|units| units.value.most()),
            warm_throughput: self.warm_throughput.as_ref().map(|units| units.value.warm()),
            sse_specification: match encryption {
                Encryption::AwsOwned => None,
                Encryption::AwsManaged | Encryption::Customer(_) => Some(dynamodb::SseSpecification {
                    sse_enabled: true,
                    sse_type: "KMS",
                    kms_master_key_id: encryption.key_arn(),
                }),
            },
            point_in_time_recovery_specification: Some(self.recovery(cx)),
            deletion_protection_enabled: Some(cx.house().deletion_protection),
            time_to_live_specification: self.time_to_live(),
            stream_specification: self
                .stream
                .map(|stream_view_type| dynamodb::StreamSpecification { stream_view_type, resource_policy: of_stream }),
            kinesis_stream_specification: self.kinesis_stream.as_ref().map(KinesisStream::lower),
            contributor_insights_specification: self.contributor_insights.lower(),
            table_class: self.table_class,
            resource_policy,
            tags: Vec::new(),
        }
    }
}
