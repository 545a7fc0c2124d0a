//! The attributes of a table's keys and indexes.

use super::EncryptedTable;
use super::key::KeyAttributes;
use crate::cfn::dynamodb;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::Spanned;

/// The keys of a table and of its indexes, and the attributes that they use.
#[derive(Debug)]
pub(super) struct Keys {
    pub(super) table: Vec<dynamodb::KeySchema>,
    /// Those of global indexes, in their order.
    pub(super) global: Vec<Vec<dynamodb::KeySchema>>,
    pub(super) local: Option<Vec<dynamodb::LocalSecondaryIndex>>,
    pub(super) attributes: Vec<dynamodb::AttributeDefinition>,
}

impl Keys {
    pub(super) fn of(table: &EncryptedTable, found: &mut Diagnostics) -> Self {
        let mut schema = Schema { attributes: Vec::new(), found };
        let own = schema.keys(&table.partition_key, table.sort_key.as_ref());
        let global = table.global_indexes.values();
        let global = global.map(|index| schema.keys(&index.partition_key, index.sort_key.as_ref())).collect();
        let local = table.local_indexes.iter().map(|(name, index)| dynamodb::LocalSecondaryIndex {
            index_name: name.value.clone(),
            key_schema: schema.keys(&table.partition_key, Some(&index.sort_key)),
            projection: index.projection.lower(),
        });
        let local: Vec<_> = local.collect();
        let local = (!local.is_empty()).then_some(local);
        Self { table: own, global, local, attributes: schema.attributes }
    }
}

/// The attributes that were used so far, each with one type.
struct Schema<'f> {
    attributes: Vec<dynamodb::AttributeDefinition>,
    found: &'f mut Diagnostics,
}

impl Schema<'_> {
    fn keys<const MOST: usize>(
        &mut self,
        partition: &Spanned<KeyAttributes<MOST>>,
        sort: Option<&Spanned<KeyAttributes<MOST>>>,
    ) -> Vec<dynamodb::KeySchema> {
        let mut keys = self.key(partition, dynamodb::KeyType::Hash);
        if let Some(sort) = sort {
            keys.extend(self.key(sort, dynamodb::KeyType::Range));
            if sort.value.shares(&partition.value) {
                let message = "the sort key is another attribute than the partition key";
                let diagnostic = Diagnostic::error(Code::ConflictingProperties, sort.span, message);
                self.found.push(diagnostic.related(partition.span, "the partition key"));
            }
        }
        keys
    }

    fn key<const MOST: usize>(
        &mut self,
        key: &Spanned<KeyAttributes<MOST>>,
        key_type: dynamodb::KeyType,
    ) -> Vec<dynamodb::KeySchema> {
        if key.value.0.is_empty() {
            let message = format!("a key is {}", KeyAttributes::<MOST>::expected());
            self.found.push(Diagnostic::error(Code::InvalidValue, key.span, message));
        }
        let attributes = key.value.0.iter().map(|(name, kind)| {
            match self.attributes.iter().find(|known| known.attribute_name == *name) {
                None => self
                    .attributes
                    .push(dynamodb::AttributeDefinition { attribute_name: name.clone(), attribute_type: *kind }),
                Some(known) if known.attribute_type == *kind => {}
                Some(_) => {
                    let message = format!("`{name}` has another type here than before");
                    self.found.push(Diagnostic::error(Code::ConflictingProperties, key.span, message));
                }
            }
            dynamodb::KeySchema { attribute_name: name.clone(), key_type }
        });
        attributes.collect()
    }
}
