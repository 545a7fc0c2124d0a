//! `ImportedKey`

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use super::direct;
use super::outside::{OutputOf, exactly_one, expect_arn};
use crate::cfn::{Handle, Outside, Part, Pseudo, Val, kms, regional_arn};
use crate::construct::{Attribute, Construct, Cx, Naming, Resources, Uses, key_statements};
use crate::diagnostic::{Diagnostics, Result};
use crate::document::Spanned;
use crate::name::{ResourceArn, Target, text_type};

/// A key that exists outside of these stacks. It is used like a `KmsKey`, and never changed.
///
/// What its policy has to say for that is asked of its owner: the statements are shown on every run, and written beside
/// the templates. A key of another account or region is named by its ARN.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ImportedKey {
    /// The key's ARN.
    pub arn: Option<Spanned<ResourceArn>>,
    /// One of its aliases, in the account and region of this stack. CloudWatch Logs and Lambda need the ARN instead.
    pub alias: Option<Spanned<AliasName>>,
    /// The name under which another stack of the account and region exports the key's ARN.
    pub export: Option<Spanned<String>>,
    /// The output of another stack that is the key's ARN.
    pub output: Option<Spanned<OutputOf>>,
}

/// The name of an alias: `alias/` and more.
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html>
#[derive(Clone, Debug)]
pub struct AliasName(Arc<str>);

impl AliasName {
    fn new(text: &str) -> Option<Self> {
        let name = text.strip_prefix("alias/")?;
        let form = name.chars().all(|c| c.is_ascii_alphanumeric() || "/_-".contains(c));
        (form && !name.is_empty() && text.len() <= 256).then(|| Self(text.into()))
    }
}

text_type!(AliasName, "the name of an alias, such as `alias/shared`", r"^alias/[\w/-]+$");

impl Construct for ImportedKey {
    type Main = kms::Key;
    type Parts = Handle<kms::Key>;

    const ADMITS_OTHER_ACCOUNTS: bool = true;

    fn grantable() -> Vec<&'static str> {
        direct::words()
    }

    fn name(&self, naming: &mut Naming<'_>) -> Self::Parts {
        naming.offer([Attribute::KeyId, Attribute::Id, Attribute::Arn]);
        let around = naming.variables.target.clone();
        let (outside, target) = self.outside(around);
        naming.outside("", target, outside)
    }

    fn uses(&self, key: &Self::Parts, cx: &Cx<'_>) -> Result<Uses> {
        Ok(direct::uses(key, cx, |_| true))
    }

    fn build(&self, key: &Self::Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        self.check(cx)?;
        let policy = format!("the key policy of `{}`", self.written());
        out.ask(cx, &policy, key_statements(cx.uses_of(key), key.target(), cx.house()));
        out.ask_deployers(key, None, cx);
        Ok(())
    }
}

impl ImportedKey {
    /// What is known of the key, and where it is.
    fn outside(&self, around: Target) -> (Outside, Target) {
        let same = |value: Val<String>| Outside { arn: value.clone(), reference: value };
        match (&self.arn, &self.alias, &self.export, &self.output) {
            (Some(arn), ..) => {
                let id = arn.value.resource().trim_start_matches("key/");
                (Outside { arn: arn.value.as_str().into(), reference: id.into() }, arn.value.target(&around))
            }
            (_, Some(alias), ..) => {
                let arn = regional_arn("kms", &around, &*alias.value.0);
                (Outside { arn, reference: (*alias.value.0).into() }, around)
            }
            (_, _, Some(export), _) => (same(Part::Import(export.value.clone()).into()), around),
            (.., Some(output)) => (same(output.value.value()), around),
            (None, None, None, None) => (same(Pseudo::Partition.into()), around), // a mistake, which `check` reports
        }
    }

    /// The key as users know it.
    fn written(&self) -> String {
        let arn = self.arn.as_ref().map(|arn| arn.value.as_str().to_owned());
        let alias = || self.alias.as_ref().map(|alias| alias.value.0.to_string());
        let export = || self.export.as_ref().map(|export| export.value.clone());
        arn.or_else(alias).or_else(export).or_else(|| Some(self.output.as_ref()?.value.to_string())).unwrap_or_default()
    }

    fn check(&self, cx: &Cx<'_>) -> Result<()> {
        let given = [
            ("arn", self.arn.as_ref().map(|it| it.span)),
            ("alias", self.alias.as_ref().map(|it| it.span)),
            ("export", self.export.as_ref().map(|it| it.span)),
            ("output", self.output.as_ref().map(|it| it.span)),
        ];
        let mut found: Diagnostics = exactly_one(&given, cx.entry().place);
        found.extend(self.arn.as_ref().and_then(|arn| expect_arn(arn, "kms", "key/")));
        found.or(())
    }
}
