//! Other ways to find items.

use schemars::JsonSchema;
use serde::Deserialize;

use super::capacity::{Provision, Throughput};
use super::insights::Insights;
use super::key::{IndexKey, TableKey};
use crate::cfn::{Named, dynamodb};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::Spanned;
use crate::name::{NameFault, NameRule, Scope};

/// Another way to find items.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GlobalIndex {
    /// The attributes that distribute the items, up to four.
    pub partition_key: Spanned<IndexKey>,
    /// The attributes that order items of one partition, up to four, the first one first.
    pub sort_key: Option<Spanned<IndexKey>>,
    /// The attributes that the index holds, by default `all`.
    #[serde(default)]
    pub projection: Projection,
    /// Its own capacity, by default the table's.
    pub capacity: Option<Spanned<Provision>>,
    /// The most units a second that requests can use, by default the table's.
    pub max_throughput: Option<Spanned<Throughput>>,
    /// The units a second that it can serve at any moment without notice.
    pub warm_throughput: Option<Spanned<Throughput>>,
    /// Whether CloudWatch counts which items are used most, as for the table.
    #[serde(default)]
    pub contributor_insights: Insights,
}

/// Another order of the items of a partition.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LocalIndex {
    /// The attribute that orders the items.
    pub sort_key: Spanned<TableKey>,
    /// The attributes that the index holds, by default `all`.
    #[serde(default)]
    pub projection: Projection,
}

/// The attributes that an index holds.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Projection {
    /// All of them.
    #[default]
    All,
    /// The keys of the index and the table.
    KeysOnly,
    /// The keys, and these.
    Include(Vec<String>),
}

impl Projection {
    pub(super) fn lower(&self) -> dynamodb::Projection {
        let (projection_type, non_key_attributes) = match self {
            Self::All => (dynamodb::ProjectionType::All, None),
            Self::KeysOnly => (dynamodb::ProjectionType::KeysOnly, None),
            Self::Include(attributes) => (dynamodb::ProjectionType::Include, Some(attributes.clone())),
        };
        dynamodb::Projection { projection_type, non_key_attributes }
    }
}

/// What DynamoDB accepts as the name of an index.
const INDEX: NameRule = NameRule { of: "an index", scope: Scope::Table, ..<dynamodb::Table as Named>::NAME };

/// What is wrong with the name of an index.
pub(super) fn check_name(name: &Spanned<String>) -> Option<Diagnostic> {
    let (code, message) = match INDEX.check(&name.value).err()? {
        NameFault::TooLong(message) => (Code::NameTooLong, message),
        NameFault::Refused(message) => (Code::InvalidName, message),
    };
    Some(Diagnostic::error(code, name.span, message))
}
