//! A table with replicas.

use indexmap::IndexMap;

use super::EncryptedTable;
use super::capacity::{Capacity, Provision, Scaling, Throughput, Units};
use super::insights::Insights;
use super::kinesis::KinesisStream;
use super::replica::{Replica, ReplicaIndex};
use super::schema::Keys;
use crate::cfn::{Handle, Tag, Val, dynamodb, region};
use crate::construct::{Cx, Encryption};
use crate::diagnostic::Result;
use crate::document::Spanned;
use crate::name::{Bounded, Region, Tags, Target};

/// What a table looks like in one of its regions.
struct Place<'t> {
    region: Val<String>,
    encryption: Encryption,
    table_class: Option<dynamodb::TableClass>,
    read: Option<Capacity>,
    max_read: Option<Units>,
    insights: Insights,
    kinesis: Option<&'t KinesisStream>,
    indexes: Option<&'t IndexMap<Spanned<String>, ReplicaIndex>>,
    tags: Option<&'t Tags>,
    policies: (Option<dynamodb::ResourcePolicy>, Option<dynamodb::ResourcePolicy>),
}

impl EncryptedTable {
    /// The table as CloudFormation takes it, where it has replicas, or may have some later.
    pub(super) fn global(
        &self,
        table: &Handle<dynamodb::GlobalTable>,
        keys: Keys,
        encryption: Encryption,
        cx: &Cx<'_>,
    ) -> Result<dynamodb::GlobalTable> {
        let global = self.global_indexes.iter().zip(keys.global);
        let global = global.map(|((name, index), key_schema)| dynamodb::GlobalIndex {
            index_name: name.value.clone(),
            key_schema,
            projection: index.projection.lower(),
            write_provisioned_throughput_settings: self.provision(index).and_then(writes),
            write_on_demand_throughput_settings: self.most(index).and_then(max_writes),
            warm_throughput: index.warm_throughput.as_ref().map(|units| units.value.warm()),
        });
        let global: Vec<_> = global.collect();
        let sse = !matches!(encryption, Encryption::AwsOwned);
        let mut places = vec![self.own_place(table, encryption, cx)];
        for (region, replica) in self.replicas(cx.target()) {
            places.push(self.place_of(region, replica, cx)?);
        }
        Ok(dynamodb::GlobalTable {
            table_name: Some(table.name()),
            key_schema: keys.table,
            attribute_definitions: keys.attributes,
            global_secondary_indexes: (!global.is_empty()).then_some(global),
            local_secondary_indexes: keys.local,
            billing_mode: Some(self.billing().mode()),
            write_provisioned_throughput_settings: self.billing().provision().and_then(writes),
            write_on_demand_throughput_settings: self.max_throughput.as_ref().and_then(|most| max_writes(most.value)),
            warm_throughput: self.warm_throughput.as_ref().map(|units| units.value.warm()),
            sse_specification: sse.then_some(dynamodb::SseSpecification {
                sse_enabled: true,
                sse_type: "KMS",
                kms_master_key_id: None,
            }),
            time_to_live_specification: self.time_to_live(),
            stream_specification: self
                .stream_view()
                .map(|view| dynamodb::StreamSpecification { stream_view_type: view, resource_policy: None }),
            multi_region_consistency: self.consistency.as_ref().map(|consistency| consistency.value),
            global_table_witnesses: self
                .witness
                .as_ref()
                .map(|witness| vec![dynamodb::Witness { region: witness.value.to_string() }]),
            replicas: places.into_iter().map(|place| self.replica(place, cx)).collect(),
        })
    }

    /// The table in its own region.
    fn own_place(&self, table: &Handle<dynamodb::GlobalTable>, encryption: Encryption, cx: &Cx<'_>) -> Place<'_> {
        Place {
            region: region(cx.target()),
            encryption,
            table_class: self.table_class,
            read: None,
            max_read: None,
            insights: self.contributor_insights,
            kinesis: self.kinesis_stream.as_ref(),
            indexes: None,
            tags: None,
            policies: self.policies(table, cx),
        }
    }

    /// The table in the region of a replica.
    fn place_of<'t>(&self, region: &Spanned<Region>, replica: &'t Replica, cx: &Cx<'_>) -> Result<Place<'t>> {
        Ok(Place {
            region: region.value.as_str().into(),
            encryption: cx.encryption_at(
                region.span,
                replica.key.as_ref(),
                &Target { region: Some(region.value.clone()), ..cx.target().clone() },
            )?,
            table_class: replica.table_class.or(self.table_class),
            read: replica.read.as_ref().map(|read| read.value),
            max_read: replica.max_read.as_ref().map(|most| most.value),
            insights: replica.contributor_insights.unwrap_or(self.contributor_insights),
            kinesis: replica.kinesis_stream.as_ref(),
            indexes: Some(&replica.global_indexes),
            tags: Some(&replica.tags),
            policies: (None, None),
        })
    }

    fn replica(&self, place: Place<'_>, cx: &Cx<'_>) -> dynamodb::Replica {
        let indexes = self.global_indexes.iter().filter_map(|(name, index)| {
            let own = place.indexes.and_then(|indexes| indexes.iter().find(|(own, _)| own.value == name.value));
            let own = own.map(|(_, own)| own);
            let provision = self.provision(index);
            let read = own.and_then(|own| own.read.as_ref()).map(|read| read.value);
            let most = own.and_then(|own| own.max_read.as_ref()).map(|most| most.value);
            let insights = own.and_then(|own| own.contributor_insights).unwrap_or(index.contributor_insights);
            let replica = dynamodb::ReplicaIndex {
                index_name: name.value.clone(),
                contributor_insights_specification: insights.lower(),
                read_provisioned_throughput_settings: provision.map(|it| reads(read.unwrap_or(it.read.value))),
                read_on_demand_throughput_settings: max_reads(most, self.most(index)),
            };
            let says_nothing = replica.contributor_insights_specification.is_none()
                && replica.read_provisioned_throughput_settings.is_none()
                && replica.read_on_demand_throughput_settings.is_none();
            (!says_nothing).then_some(replica)
        });
        let indexes: Vec<_> = indexes.collect();
        let tags = place.tags.into_iter().flatten();
        let (resource_policy, of_stream) = place.policies;
        dynamodb::Replica {
            region: place.region,
            sse_specification: place
                .encryption
                .key_arn()
                .map(|arn| dynamodb::ReplicaSseSpecification { kms_master_key_id: arn }),
            point_in_time_recovery_specification: Some(self.recovery(cx)),
            deletion_protection_enabled: Some(cx.house().deletion_protection),
            contributor_insights_specification: place.insights.lower(),
            kinesis_stream_specification: place.kinesis.map(KinesisStream::lower),
            table_class: place.table_class,
            read_provisioned_throughput_settings: self
                .billing()
                .provision()
                .map(|provision| reads(place.read.unwrap_or(provision.read.value))),
            read_on_demand_throughput_settings: max_reads(
                place.max_read,
                self.max_throughput.as_ref().map(|most| most.value),
            ),
            global_secondary_indexes: (!indexes.is_empty()).then_some(indexes),
            resource_policy,
            replica_stream_specification: of_stream
                .map(|resource_policy| dynamodb::ReplicaStreamSpecification { resource_policy }),
            tags: tags.map(|(key, value)| Tag { key: key.as_str().into(), value: value.as_str().into() }).collect(),
        }
    }
}

fn settings(scaling: Scaling) -> dynamodb::CapacityAutoScalingSettings {
    dynamodb::CapacityAutoScalingSettings {
        min_capacity: scaling.min.get(),
        max_capacity: scaling.max.get(),
        seed_capacity: scaling.start.map(Bounded::get),
        target_tracking_scaling_policy_configuration: dynamodb::TargetTracking { target_value: scaling.target() },
    }
}

fn reads(capacity: Capacity) -> dynamodb::ReadProvisionedThroughputSettings {
    match capacity {
        Capacity::Fixed(units) => dynamodb::ReadProvisionedThroughputSettings::ReadCapacityUnits(units.get()),
        Capacity::Scaled(scaling) => {
            dynamodb::ReadProvisionedThroughputSettings::ReadCapacityAutoScalingSettings(settings(scaling))
        }
    }
}

/// Writes, which always follow the load here.
fn writes(provision: &Provision) -> Option<dynamodb::WriteProvisionedThroughputSettings> {
    let write_capacity_auto_scaling_settings = settings(provision.write.value.scaling()?);
    Some(dynamodb::WriteProvisionedThroughputSettings { write_capacity_auto_scaling_settings })
}

fn max_reads(own: Option<Units>, tables: Option<Throughput>) -> Option<dynamodb::ReadOnDemandThroughputSettings> {
    let max_read_request_units = own.or(tables.and_then(|tables| tables.read))?.get();
    Some(dynamodb::ReadOnDemandThroughputSettings { max_read_request_units })
}

fn max_writes(most: Throughput) -> Option<dynamodb::WriteOnDemandThroughputSettings> {
    Some(dynamodb::WriteOnDemandThroughputSettings { max_write_request_units: most.write?.get() })
}
