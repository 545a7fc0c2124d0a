//! `ImportedFunction`

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Delivered, Import, Imported};
use crate::cfn::policy::Action;
use crate::cfn::{Arn, lambda};
use crate::construct::{Grant, ServiceGrantee};
use crate::document::Spanned;
use crate::name::ResourceArn;
use crate::service::{KeyAccess, s3};

/// A function that exists outside of these stacks. Roles are granted `invoke` on it, and buckets can notify it.
///
/// What its owner has to allow, for roles and buckets of other accounts, is shown on every run and written beside the
/// templates. In its own account the stacks that call it bring what lets them.
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

    fn delivered(service: &ServiceGrantee) -> Option<Delivered> {
        let of_buckets = service.principal == &s3::PRINCIPAL;
        let invoke = Delivered::new("Invoke", "lambda:InvokeFunction", &s3::BUCKETS, None);
        of_buckets.then_some(invoke)
    }
}
