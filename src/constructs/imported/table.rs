//! `ImportedTable`

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Import, Imported};
use crate::cfn::policy::Action;
use crate::cfn::{Arn, dynamodb, kms};
use crate::construct::{Grant, To};
use crate::document::Spanned;
use crate::name::ResourceArn;
use crate::service::KeyAccess;
use crate::service::dynamodb::{READ, USE, WRITE};

/// A table that exists outside of these stacks. Roles are granted `read`, `write` or `read-write` on it and its
/// indexes.
///
/// What its owner has to allow, for roles of other accounts, is shown on every run and written beside the templates.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ImportedTable {
    /// The table's ARN.
    pub arn: Spanned<ResourceArn>,
    /// The key that encrypts its items, if whoever is granted something has to be let use it.
    pub key: Option<To<kms::Key>>,
}

impl Import for ImportedTable {
    type Resource = dynamodb::Table;
    const WORDS: &'static [&'static str] = &["read", "write", "read-write"];

    fn arn(&self) -> &Spanned<ResourceArn> {
        &self.arn
    }

    fn key(&self) -> Option<&To<kms::Key>> {
        self.key.as_ref()
    }
}

impl Imported for dynamodb::Table {
    const SERVICE: &'static str = "dynamodb";
    const BEFORE: &'static str = "table/";

    fn given(grant: &Grant, of: Arn) -> Vec<(String, Vec<Action>, Vec<Arn>)> {
        let mut resources = vec![of.clone()];
        resources.extend(grant.reads().then(|| of.join("/index/*")));
        vec![(grant.verb().to_owned(), grant.actions(READ, WRITE), resources)]
    }

    fn key_accesses(_: &Grant) -> Vec<&'static KeyAccess> {
        vec![&USE]
    }
}
