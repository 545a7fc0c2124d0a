//! `ImportedLogGroup`

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Import, Imported};
use crate::cfn::policy::Action;
use crate::cfn::{Arn, logs};
use crate::construct::Grant;
use crate::constructs::encrypted_log_group::given::{WORDS, given};
use crate::document::Spanned;
use crate::name::ResourceArn;
use crate::service::KeyAccess;

/// A log group that exists outside of these stacks, in this account. Roles are granted `read`, `write` or `unmask` on
/// it, and need no key for that: CloudWatch Logs uses it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ImportedLogGroup {
    /// The group's ARN, without `:*` at its end.
    pub arn: Spanned<ResourceArn>,
}

impl Import for ImportedLogGroup {
    type Resource = logs::LogGroup;
    const WORDS: &'static [&'static str] = WORDS;

    fn arn(&self) -> &Spanned<ResourceArn> {
        &self.arn
    }
}

impl Imported for logs::LogGroup {
    const SERVICE: &'static str = "logs";
    const BEFORE: &'static str = "log-group:";

    fn given(grant: &Grant, of: Arn) -> Vec<(String, Vec<Action>, Vec<Arn>)> {
        given(grant, &of)
    }

    fn key_accesses(_: &Grant) -> Vec<&'static KeyAccess> {
        Vec::new()
    }
}
