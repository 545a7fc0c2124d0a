//! `EncryptedTable`

mod key;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use self::key::KeyAttribute;
use super::twice;
use crate::cfn::policy::Condition;
use crate::cfn::{Arn, Handle, Named, dynamodb, kms};
use crate::construct::{Access, Attribute, By, Construct, Cx, Encryption, Naming, Resources, To, Uses};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result};
use crate::document::Spanned;
use crate::name::{Bounded, NameFault, NameRule, Scope, Tags};
use crate::service::{Subject, dynamodb as facts};

/// A DynamoDB table encrypted under a key of these stacks.
///
/// Roles are granted `read`, `write` or `read-write` on it. Whether it refuses to be deleted and can be restored to
/// any point in time are the rules `deletion-protection` and `point-in-time-recovery`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EncryptedTable {
    /// The key that encrypts the items, needed where `encryption` is `customer-managed`.
    key: Option<To<kms::Key>>,
    /// The attribute that distributes the items, with its type: `{ customerId: S }`.
    partition_key: Spanned<KeyAttribute>,
    /// The attribute that orders items of one partition, with its type.
    sort_key: Option<Spanned<KeyAttribute>>,
    /// Other ways to find items, by name.
    #[serde(default)]
    global_indexes: IndexMap<Spanned<String>, GlobalIndex>,
    /// Other orders of the items of a partition, by name. They can be made only with the table.
    #[serde(default)]
    local_indexes: IndexMap<Spanned<String>, LocalIndex>,
    /// How reading and writing is paid for, by default `on-demand`.
    #[serde(default)]
    billing: Billing,
    /// The attribute that holds the time, in seconds since 1970, at which an item goes.
    ttl: Option<String>,
    /// What a stream of the table's changes holds; without it there is no stream.
    stream: Option<dynamodb::StreamViewType>,
    /// Days that the table can be restored to, where `point-in-time-recovery` is on: 1 to 35, by default 35.
    recovery_days: Option<Bounded<1, 35>>,
    /// How storage is paid for, by default `standard`.
    table_class: Option<dynamodb::TableClass>,
    /// Whether CloudWatch counts which items are used most.
    #[serde(default)]
    contributor_insights: bool,
    /// Tags, besides the stack's.
    #[serde(default)]
    tags: Tags,
}

/// Another way to find items.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct GlobalIndex {
    /// The attribute that distributes the items.
    partition_key: Spanned<KeyAttribute>,
    /// The attribute that orders items of one partition.
    sort_key: Option<Spanned<KeyAttribute>>,
    /// The attributes that the index holds, by default `all`.
    #[serde(default)]
    projection: Projection,
}

/// Another order of the items of a partition.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct LocalIndex {
    /// The attribute that orders the items.
    sort_key: Spanned<KeyAttribute>,
    /// The attributes that the index holds, by default `all`.
    #[serde(default)]
    projection: Projection,
}

/// The attributes that an index holds.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Projection {
    /// All of them.
    #[default]
    All,
    /// The keys of the index and the table.
    KeysOnly,
    /// The keys, and these.
    Include(Vec<String>),
}

/// How reading and writing is paid for.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Billing {
    /// By request.
    #[default]
    OnDemand,
    /// By capacity, for the table and each of its global indexes.
    Provisioned(Capacity),
}

/// Capacity, in units of one read (4 KB) or write (1 KB) a second.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Capacity {
    /// Reads.
    read: Bounded<1, 40_000>,
    /// Writes.
    write: Bounded<1, 40_000>,
}

impl Construct for EncryptedTable {
    type Parts = Handle<dynamodb::Table>;

    fn grantable() -> Vec<&'static str> {
        vec!["read", "write", "read-write"]
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn name(&self, naming: &mut Naming<'_>) -> Self::Parts {
        naming.offer(self.stream.map(|_| Attribute::StreamArn));
        naming.main("table")
    }

    fn uses(&self, table: &Self::Parts, cx: &Cx<'_>) -> Result<Uses> {
        let items = cx.data(self.key.as_ref(), Subject::of(table))?;
        let creator = || By::Creator(cx.house().deployers.clone());
        let mut uses = Uses::default();
        uses.keys.extend(facts::CREATOR.iter().filter_map(|access| items.used(creator(), access)));
        for (grant, role) in cx.granted_to_roles() {
            uses.keys.extend(items.used(By::Role(role.clone()), &facts::USE));
            let actions = grant.actions(facts::READ, facts::WRITE);
            let mut resources = vec![Arn::of(table)];
            if grant.reads() && !(self.global_indexes.is_empty() && self.local_indexes.is_empty()) {
                resources.push(Arn::of(table).join("/index/*"));
            }
            let sid = format!("{}{}", grant.verb(), table.id().logical);
            let (role, condition) = (role.clone(), Condition::default());
            uses.accesses.push(Access { role, sid, actions, resources, condition });
        }
        Ok(uses)
    }

    fn build(&self, table: &Self::Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        let encryption = cx.encryption(self.key.as_ref())?;
        let mut schema = Schema::default();
        let key_schema = schema.keys(&self.partition_key, self.sort_key.as_ref());
        let throughput = match self.billing {
            Billing::OnDemand => None,
            Billing::Provisioned(Capacity { read, write }) => Some(dynamodb::ProvisionedThroughput {
                read_capacity_units: read.get(),
                write_capacity_units: write.get(),
            }),
        };
        let global = self.global_indexes.iter().map(|(name, index)| dynamodb::GlobalSecondaryIndex {
            index_name: name.value.clone(),
            key_schema: schema.keys(&index.partition_key, index.sort_key.as_ref()),
            projection: index.projection.lower(),
            provisioned_throughput: throughput.clone(),
        });
        let global: Vec<_> = global.collect();
        let local = self.local_indexes.iter().map(|(name, index)| dynamodb::LocalSecondaryIndex {
            index_name: name.value.clone(),
            key_schema: schema.keys(&self.partition_key, Some(&index.sort_key)),
            projection: index.projection.lower(),
        });
        let local: Vec<_> = local.collect();
        let house = cx.house();
        let recovery = house.point_in_time_recovery;
        let properties = dynamodb::Table {
            table_name: Some(table.name()),
            key_schema,
            attribute_definitions: schema.attributes,
            global_secondary_indexes: (!global.is_empty()).then_some(global),
            local_secondary_indexes: (!local.is_empty()).then_some(local),
            billing_mode: Some(if throughput.is_some() {
                dynamodb::BillingMode::Provisioned
            } else {
                dynamodb::BillingMode::PayPerRequest
            }),
            provisioned_throughput: throughput,
            sse_specification: match encryption {
                Encryption::AwsOwned => None,
                Encryption::AwsManaged | Encryption::Customer(_) => Some(dynamodb::SseSpecification {
                    sse_enabled: true,
                    sse_type: "KMS",
                    kms_master_key_id: encryption.key_arn(),
                }),
            },
            point_in_time_recovery_specification: Some(dynamodb::PointInTimeRecovery {
                point_in_time_recovery_enabled: recovery,
                recovery_period_in_days: self.recovery_days.filter(|_| recovery).map(Bounded::get),
            }),
            deletion_protection_enabled: Some(house.deletion_protection),
            time_to_live_specification: self
                .ttl
                .clone()
                .map(|attribute_name| dynamodb::TimeToLive { attribute_name, enabled: true }),
            stream_specification: self.stream.map(|view| dynamodb::StreamSpecification { stream_view_type: view }),
            contributor_insights_specification: self
                .contributor_insights
                .then_some(dynamodb::ContributorInsights { enabled: true }),
            table_class: self.table_class,
            tags: Vec::new(),
        };
        self.check(cx, &mut schema.found);
        schema.found.or(())?;
        out.add(table, properties);
        Ok(())
    }
}

impl EncryptedTable {
    /// What DynamoDB asks of keys and indexes.
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html>
    fn check(&self, cx: &Cx<'_>, found: &mut Diagnostics) {
        if let Some(sort) = self.sort_key.as_ref().filter(|sort| sort.value.name == self.partition_key.value.name) {
            let message = "the sort key is another attribute than the partition key";
            found.push(Diagnostic::error(Code::ConflictingProperties, sort.span, message));
        }
        if let (None, Some(name)) = (&self.sort_key, self.local_indexes.keys().next()) {
            let message = "local indexes need a `sort-key` of the table";
            found.push(
                Diagnostic::error(Code::ConflictingProperties, name.span, message)
                    .related(cx.entry().place, "the table"),
            );
        }
        for (name, index) in &self.global_indexes {
            if index.sort_key.as_ref().is_some_and(|sort| sort.value.name == index.partition_key.value.name) {
                let message = "the sort key is another attribute than the partition key";
                found.push(Diagnostic::error(Code::ConflictingProperties, name.span, message));
            }
        }
        // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html#limits-secondary-indexes
        if let Some((name, _)) = self.local_indexes.get_index(LOCAL_INDEXES) {
            let message = format!("a table may have {LOCAL_INDEXES} local indexes");
            found.push(Diagnostic::error(Code::LimitExceeded, name.span, message));
        }
        let names = || self.global_indexes.keys().chain(self.local_indexes.keys());
        found.extend(twice(names().map(|name| (name.value.clone(), name.span))));
        for name in names() {
            match INDEX.check(&name.value) {
                Ok(()) => {}
                Err(NameFault::TooLong(message)) => {
                    found.push(Diagnostic::error(Code::NameTooLong, name.span, message));
                }
                Err(NameFault::Refused(message)) => {
                    found.push(Diagnostic::error(Code::InvalidName, name.span, message));
                }
            }
        }
    }
}

/// The most local indexes of a table.
const LOCAL_INDEXES: usize = 5;

/// What DynamoDB accepts as the name of an index.
const INDEX: NameRule = NameRule { of: "an index", scope: Scope::Table, ..<dynamodb::Table as Named>::NAME };

/// The attributes that a table's keys and indexes use, each with one type.
#[derive(Default)]
struct Schema {
    attributes: Vec<dynamodb::AttributeDefinition>,
    found: Diagnostics,
}

impl Schema {
    fn keys(
        &mut self,
        partition: &Spanned<KeyAttribute>,
        sort: Option<&Spanned<KeyAttribute>>,
    ) -> Vec<dynamodb::KeySchema> {
        let mut keys = vec![self.key(partition, dynamodb::KeyType::Hash)];
        keys.extend(sort.map(|sort| self.key(sort, dynamodb::KeyType::Range)));
        keys
    }

    fn key(&mut self, attribute: &Spanned<KeyAttribute>, key_type: dynamodb::KeyType) -> dynamodb::KeySchema {
        let KeyAttribute { name, kind } = &attribute.value;
        if name.is_empty() {
            let message = "a key is one attribute with its type, such as `{ customerId: S }`";
            self.found.push(Diagnostic::error(Code::InvalidValue, attribute.span, message));
        }
        match self.attributes.iter().find(|known| known.attribute_name == *name) {
            None => self
                .attributes
                .push(dynamodb::AttributeDefinition { attribute_name: name.clone(), attribute_type: *kind }),
            Some(known) if known.attribute_type == *kind => {}
            Some(_) => {
                let message = format!("`{name}` has another type here than before");
                self.found.push(Diagnostic::error(Code::ConflictingProperties, attribute.span, message));
            }
        }
        dynamodb::KeySchema { attribute_name: name.clone(), key_type }
    }
}

impl Projection {
    fn lower(&self) -> dynamodb::Projection {
        let (projection_type, non_key_attributes) = match self {
            Self::All => (dynamodb::ProjectionType::All, None),
            Self::KeysOnly => (dynamodb::ProjectionType::KeysOnly, None),
            Self::Include(attributes) => (dynamodb::ProjectionType::Include, Some(attributes.clone())),
        };
        dynamodb::Projection { projection_type, non_key_attributes }
    }
}
