//! `ImportedRole`

use schemars::JsonSchema;
use serde::Deserialize;

use super::grants::{self, Grants};
use super::outside::{exactly_one, expect_arn};
use crate::cfn::{Handle, Outside, Val, iam};
use crate::construct::{Attribute, Construct, Cx, Grant, Naming, Resources, role_statements};
use crate::diagnostic::{Diagnostics, Result};
use crate::document::Spanned;
use crate::environment::RoleName;
use crate::name::ResourceArn;

/// A role that exists outside of these stacks, in this account or another. It is granted things like a role of these
/// stacks, and never changed.
///
/// The policies of what it is granted let it in. The other half, which its own identity policy has to say, is asked of
/// its owner: the statements are shown on every run, and written beside the templates.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ImportedRole {
    /// The role's ARN.
    pub arn: Option<Spanned<ResourceArn>>,
    /// The path and name of a role of this account, such as `security/Auditor`.
    pub name: Option<Spanned<RoleName>>,
    /// What the role may do with constructs of these stacks.
    #[serde(default)]
    pub grants: Grants,
}

impl Construct for ImportedRole {
    type Main = iam::Role;
    type Parts = Handle<iam::Role>;

    fn name(&self, naming: &mut Naming<'_>) -> Self::Parts {
        naming.offer([Attribute::Name, Attribute::Arn]);
        let around = naming.variables.target.clone();
        let (arn, target) = match (&self.arn, &self.name) {
            (Some(arn), _) => (arn.value.as_str().into(), arn.value.target(&around)),
            (None, Some(name)) => (name.value.arn(&around), around),
            (None, None) => (Val::from(""), around), // a mistake, which `build` reports
        };
        let name = arn.symbolic().rsplit('/').next().unwrap_or_default().to_owned();
        naming.outside(&name, target, Outside { arn, reference: name.as_str().into() })
    }

    fn grants(&self, role: &Self::Parts, cx: &Cx<'_>, found: &mut Diagnostics) -> Vec<Grant> {
        grants::to_role(role, &self.grants, cx, found)
    }

    fn build(&self, role: &Self::Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        let given = [("arn", self.arn.as_ref().map(|it| it.span)), ("name", self.name.as_ref().map(|it| it.span))];
        let mut found: Diagnostics = exactly_one(&given, cx.entry().place);
        found.extend(self.arn.as_ref().and_then(|arn| {
            let mistake = expect_arn(arn, "iam", "role/")?;
            let user = arn.value.resource().starts_with("user/");
            Some(if user { mistake.hint("users are granted nothing: a role is, which they assume") } else { mistake })
        }));
        found.or(())?;
        let name = role.any().name.clone().text().symbolic();
        out.ask(cx, &format!("a policy of the role `{name}`"), role_statements(role, cx));
        Ok(())
    }
}
