//! Replicas of a table in other regions.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::EncryptedTable;
use super::capacity::{Capacity, Units};
use super::consistency;
use super::insights::Insights;
use super::kinesis::KinesisStream;
use crate::cfn::{dynamodb, kms};
use crate::construct::{Cx, To};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::Spanned;
use crate::name::{Region, Tags, Target};

/// A replica of a table in another region: the same items, under a key of that region.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Replica {
    /// The key in that region that encrypts the items, needed where `encryption` is `customer-managed`.
    pub key: Option<To<kms::Key>>,
    /// How storage is paid for there, by default as in the table's own region.
    pub table_class: Option<dynamodb::TableClass>,
    /// Its own reads, a number or bounds, by default the table's. Writes are the same everywhere.
    pub read: Option<Spanned<Capacity>>,
    /// The most reads a second that requests can use there, by default the table's.
    pub max_read: Option<Spanned<Units>>,
    /// Whether CloudWatch counts which items are used most there, by default as in the table's own region.
    pub contributor_insights: Option<Insights>,
    /// A Kinesis data stream in that region that gets its changes.
    pub kinesis_stream: Option<KinesisStream>,
    /// What is different there for global indexes, by name.
    #[serde(default)]
    pub global_indexes: IndexMap<Spanned<String>, ReplicaIndex>,
    /// Tags, besides the table's.
    #[serde(default)]
    pub tags: Tags,
}

/// What is different for a global index of a replica.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReplicaIndex {
    /// Its own reads, a number or bounds.
    pub read: Option<Spanned<Capacity>>,
    /// The most reads a second that requests can use.
    pub max_read: Option<Spanned<Units>>,
    /// Whether CloudWatch counts which items are used most.
    pub contributor_insights: Option<Insights>,
}

/// What DynamoDB asks of replicas.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html>
pub(super) fn check(table: &EncryptedTable, cx: &Cx<'_>, found: &mut Diagnostics) {
    found.extend(consistency::check(table, cx.target().region.as_ref()));
    let Some(replicas) = &table.replicas else { return };
    for (region, replica) in &replicas.value {
        if cx.target().region.as_ref() == Some(&region.value) {
            let message = format!("the table itself is in `{}`, so it needs no replica there", region.value);
            found.push(Diagnostic::error(Code::InvalidValue, region.span, message));
        }
        found.extend(region.value.doubt(region.span));
        replica.check(region, table, cx, found);
    }
    // Writes follow the load, the same in all regions: "you cannot directly specify a value for write capacity".
    let capacities = table.global_indexes.values().filter_map(|index| Some(&index.capacity.as_ref()?.value));
    for provision in table.billing().provision().into_iter().chain(capacities) {
        if let Capacity::Fixed(units) = provision.write.value {
            let (units, span) = (units.get(), provision.write.span);
            let message = "the writes of a table with `replicas` follow the load";
            let diagnostic = Diagnostic::error(Code::ConflictingProperties, span, message);
            let diagnostic = diagnostic.related(replicas.span, "the replicas");
            found.push(diagnostic.hint(format!("`{{ min: {units}, max: {units} }}` keeps them at {units}")));
        }
    }
}

impl Replica {
    fn check(&self, region: &Spanned<Region>, table: &EncryptedTable, cx: &Cx<'_>, found: &mut Diagnostics) {
        let reads = self.global_indexes.values().map(|index| (&index.read, &index.max_read));
        for (read, most) in std::iter::once((&self.read, &self.max_read)).chain(reads) {
            found.extend(read.as_ref().and_then(Capacity::check));
            let read = read.as_ref().map(|read| read.span);
            found.extend(table.check_billing(read, most.as_ref().map(|most| most.span)));
        }
        let known = || table.global_indexes.keys().map(|name| name.value.as_str());
        for name in self.global_indexes.keys().filter(|name| known().all(|known| known != name.value)) {
            let message = format!("the table has no global index `{}`", name.value);
            found.push(Diagnostic::error(Code::UnknownReference, name.span, message).nearest(&name.value, known()));
        }
        let target = Target { region: Some(region.value.clone()), ..cx.target().clone() };
        found.extend(self.kinesis_stream.as_ref().and_then(|stream| stream.check(&target)));
    }
}
