//! `ImportedFunction`

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Import, Imported};
use crate::cfn::policy::Action;
use crate::cfn::{Arn, lambda};
use crate::construct::Grant;
use crate::document::Spanned;
use crate::name::ResourceArn;
use crate::service::KeyAccess;

/// A function that exists outside of these stacks. Roles are granted `invoke` on it.
///
/// What its owner has to allow, for roles of other accounts, is shown on every run and written beside the templates.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ImportedFunction {
    /// The function's ARN, without a version.
    pub arn: Spanned<ResourceArn>,
}

impl Import for ImportedFunction {
    type Resource = lambda::Function;
    const WORDS: &'static [&'static str] = &["invoke"];

    fn arn(&self) -> &Spanned<ResourceArn> {
        &self.arn
    }
}

impl Imported for lambda::Function {
    const SERVICE: &'static str = "lambda";
    const BEFORE: &'static str = "function:";

    fn given(_: &Grant, of: Arn) -> Vec<(String, Vec<Action>, Vec<Arn>)> {
        vec![("Invoke".to_owned(), vec!["lambda:InvokeFunction"], vec![of])]
    }

    fn key_accesses(_: &Grant) -> Vec<&'static KeyAccess> {
        Vec::new()
    }
}
