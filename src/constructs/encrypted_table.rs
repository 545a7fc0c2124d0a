//! `EncryptedTable`

mod access;
mod capacity;
mod check;
mod consistency;
mod global;
mod index;
mod insights;
mod key;
mod kinesis;
mod policy;
mod replica;
mod scaling;
mod schema;
mod single;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

pub use self::capacity::{Billing, Capacity, Provision, Scaling, Throughput};
pub use self::index::{GlobalIndex, LocalIndex, Projection};
pub use self::insights::Insights;
pub use self::key::KeyAttributes;
use self::key::TableKey;
pub use self::kinesis::KinesisStream;
pub use self::replica::{Replica, ReplicaIndex};
use self::schema::Keys;
use crate::cfn::dynamodb::AttributeType;
use crate::cfn::{Handle, dynamodb, kms};
use crate::construct::{Attribute, Construct, Cx, Naming, Resources, To, Uses};
use crate::diagnostic::{Diagnostics, Result};
use crate::document::Spanned;
use crate::environment::RoleName;
use crate::name::{Bounded, Region, Tags, Target};

/// A DynamoDB table encrypted under a key of these stacks.
///
/// Roles are granted `read`, `write`, `read-write` or `read-stream` on it. Whether it refuses to be deleted and can be
/// restored to any point in time are the rules `deletion-protection` and `point-in-time-recovery`, for its replicas
/// too.
///
/// With `replicas`, it is a global table: one resource, in the stack of its own region, which makes the tables of the
/// other regions with it. Roles are granted the same on all of them. Replicas come and go one at a time, each in an
/// update of its own.
///
/// CloudFormation cannot turn a table without `replicas` into one with them; [trying may delete
/// it](decisions.md#tables-with-replicas). A table that may have replicas some day begins with `replicas: {}`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EncryptedTable {
    /// The key that encrypts the items, needed where `encryption` is `customer-managed`. It is in the table's account.
    pub key: Option<To<kms::Key>>,
    /// The attribute that distributes the items, with its type: `{ customerId: S }`.
    pub partition_key: Spanned<TableKey>,
    /// The attribute that orders items of one partition, with its type.
    pub sort_key: Option<Spanned<TableKey>>,
    /// Other ways to find items, by name.
    #[serde(default)]
    pub global_indexes: IndexMap<Spanned<String>, GlobalIndex>,
    /// Other orders of the items of a partition, by name. They can be made only with the table.
    #[serde(default)]
    pub local_indexes: IndexMap<Spanned<String>, LocalIndex>,
    /// How reading and writing is paid for, by default `on-demand`. With `provisioned`, reads and writes are each a
    /// number, or bounds between which they follow the load, such as `{ min: 5, max: 100 }`. Beside these can stand
    /// `target`, how many of a hundred units should be in use (20 to 90, by default 70), and `start`, the units to
    /// begin with (by default the least).
    pub billing: Option<Spanned<Billing>>,
    /// The most units a second that requests can use, where they are paid for one by one.
    pub max_throughput: Option<Spanned<Throughput>>,
    /// The units a second that the table can serve at any moment without notice. They never become less.
    pub warm_throughput: Option<Spanned<Throughput>>,
    /// The attribute that holds the time, in seconds since 1970, at which an item goes.
    pub ttl: Option<Spanned<String>>,
    /// What a stream of the table's changes holds; without it there is no stream. A table with replicas has one of
    /// `new-and-old-images`, unless it is strongly consistent.
    pub stream: Option<dynamodb::StreamViewType>,
    /// A Kinesis data stream that gets the table's changes.
    pub kinesis_stream: Option<KinesisStream>,
    /// Days that the table can be restored to, where `point-in-time-recovery` is on: 1 to 35, by default 35.
    pub recovery_days: Option<Bounded<1, 35>>,
    /// A role outside of these stacks that may use the keys to restore the table, through DynamoDB, and only to tables
    /// whose names are this one's, then `-restore`, then any text. What it may do with DynamoDB is in its own policies.
    pub restore_role: Option<RoleName>,
    /// How storage is paid for, by default `standard`.
    pub table_class: Option<dynamodb::TableClass>,
    /// Whether CloudWatch counts which items are used most: `true`, or of which requests,
    /// `accessed-and-throttled-keys` or `throttled-keys`.
    #[serde(default)]
    pub contributor_insights: Insights,
    /// Tables with the same items in other regions, by region. Where a key is a `ReplicaKey`, or functions of several
    /// regions use the table, the keys belong in a stack of their own.
    pub replicas: Option<Spanned<IndexMap<Spanned<Region>, Replica>>>,
    /// When a write is in the other regions, by default `eventual`. It cannot be changed later.
    pub consistency: Option<Spanned<dynamodb::MultiRegionConsistency>>,
    /// A region that only helps to decide what is written, in place of one of the two replicas of a strongly consistent
    /// table.
    pub witness: Option<Spanned<Region>>,
    /// Tags, besides the stack's.
    #[serde(default)]
    pub tags: Tags,
}

/// The resources of a table.
#[derive(Debug)]
pub enum Parts {
    /// In one region, with what moves its capacity.
    Single(Handle<dynamodb::Table>, Vec<scaling::Parts>),
    /// With replicas.
    Global(Handle<dynamodb::GlobalTable>),
}

impl Construct for EncryptedTable {
    type Main = dynamodb::Table;
    type Parts = Parts;

    const ADMITS_OTHER_ACCOUNTS: bool = true;

    fn grantable() -> Vec<&'static str> {
        vec!["read", "write", "read-write", access::READ_STREAM]
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn name(&self, naming: &mut Naming<'_>) -> Parts {
        naming.offer(self.stream_view().map(|_| Attribute::StreamArn));
        if self.replicas.is_none() {
            return Parts::Single(naming.main("table"), scaling::name(self, naming));
        }
        let table = naming.main("table");
        for (region, _) in self.replicas(table.target()) {
            naming.replica(&table, &region.value);
        }
        Parts::Global(table)
    }

    fn uses(&self, parts: &Parts, cx: &Cx<'_>) -> Result<Uses> {
        match parts {
            Parts::Single(table, _) => self.uses_of(table, cx),
            Parts::Global(table) => self.uses_of(table, cx),
        }
    }

    fn build(&self, parts: &Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        let mut found = Diagnostics::default();
        let keys = Keys::of(self, &mut found);
        self.check(cx, &mut found);
        let encryption = found.take(cx.encryption(self.key.as_ref()));
        match (parts, encryption) {
            (Parts::Single(table, scaling), Some(encryption)) => {
                out.add(table, self.single(table, keys, &encryption, cx));
                scaling::build(self, table, scaling, cx, out);
            }
            (Parts::Global(table), Some(encryption)) => {
                if let Some(properties) = found.take(self.global(table, keys, encryption, cx)) {
                    out.add(table, properties);
                }
            }
            (_, None) => {}
        }
        out.report(found)
    }
}

impl EncryptedTable {
    /// A table with this partition key, and every other property at its default.
    ///
    /// ```
    /// use synth::cfn::dynamodb::AttributeType::S;
    /// use synth::constructs::EncryptedTable;
    ///
    /// let table = EncryptedTable { sort_key: Some([("day", S)].into()), ..EncryptedTable::new("metricId", S) };
    /// ```
    pub fn new(partition_key: &str, kind: AttributeType) -> Self {
        Self {
            key: None,
            partition_key: [(partition_key, kind)].into(),
            sort_key: None,
            global_indexes: IndexMap::new(),
            local_indexes: IndexMap::new(),
            billing: None,
            max_throughput: None,
            warm_throughput: None,
            ttl: None,
            stream: None,
            kinesis_stream: None,
            recovery_days: None,
            restore_role: None,
            table_class: None,
            contributor_insights: Insights::default(),
            replicas: None,
            consistency: None,
            witness: None,
            tags: Tags::new(),
        }
    }

    fn billing(&self) -> &Billing {
        self.billing.as_ref().map_or(&Billing::OnDemand, |billing| &billing.value)
    }

    /// The capacity of a global index, where capacity is paid for.
    fn provision<'t>(&'t self, index: &'t GlobalIndex) -> Option<&'t Provision> {
        let tables = self.billing().provision()?;
        Some(index.capacity.as_ref().map_or(tables, |own| &own.value))
    }

    /// The most that requests to a global index can use.
    fn most(&self, index: &GlobalIndex) -> Option<Throughput> {
        index.max_throughput.as_ref().or(self.max_throughput.as_ref()).map(|most| most.value)
    }

    /// The replicas of a table that is here. One in the table's own region is a mistake, and followed no further.
    fn replicas(&self, here: &Target) -> impl Iterator<Item = (&Spanned<Region>, &Replica)> {
        let all = self.replicas.iter().flat_map(|replicas| &replicas.value);
        all.filter(|(region, _)| here.region.as_ref() != Some(&region.value))
    }

    /// What the stream holds, if there is one. Eventually consistent replicas live from it, and it "must" be there.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-globaltable-streamspecification.html>
    fn stream_view(&self) -> Option<dynamodb::StreamViewType> {
        let strong = self.consistency.as_ref().map(|it| it.value) == Some(dynamodb::MultiRegionConsistency::Strong);
        let replicated = self.replicas.as_ref().is_some_and(|replicas| !replicas.value.is_empty()) && !strong;
        self.stream.or(replicated.then_some(dynamodb::StreamViewType::NewAndOldImages))
    }

    fn recovery(&self, cx: &Cx<'_>) -> dynamodb::PointInTimeRecovery {
        let enabled = cx.house().point_in_time_recovery;
        dynamodb::PointInTimeRecovery {
            point_in_time_recovery_enabled: enabled,
            recovery_period_in_days: self.recovery_days.filter(|_| enabled).map(Bounded::get),
        }
    }

    fn time_to_live(&self) -> Option<dynamodb::TimeToLive> {
        let attribute = self.ttl.as_ref()?;
        Some(dynamodb::TimeToLive { attribute_name: attribute.value.clone(), enabled: true })
    }
}
