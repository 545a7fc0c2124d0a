//! How users say which resource outside of these stacks they mean.

use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::cfn::{Part, StackOutput, Val};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::document::Spanned;
use crate::name::{Region, ResourceArn};

/// An output of a CloudFormation stack outside of these.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OutputOf {
    /// The name of the CloudFormation stack.
    pub stack: String,
    /// The name of the output.
    pub name: String,
    /// The stack's region, if that is another.
    pub region: Option<Region>,
    /// The role that may look at the stack, by its ARN, if that is in another account.
    pub role: Option<ResourceArn>,
}

impl fmt::Display for OutputOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the output {} of {}", self.name, self.stack)
    }
}

impl OutputOf {
    /// The output's value.
    pub(super) fn value(&self) -> Val<String> {
        Part::Output(StackOutput {
            stack: self.stack.clone(),
            output: self.name.clone(),
            region: self.region.clone(),
            role: self.role.as_ref().map(|role| role.as_str().to_owned()),
        })
        .into()
    }
}

/// That exactly one of several properties is given; each comes with its place, if it is there.
pub(super) fn exactly_one(given: &[(&str, Option<Span>)], at: Span) -> Diagnostics {
    let names = || given.iter().map(|(name, _)| *name);
    let mut there = given.iter().filter_map(|(name, place)| Some((name, (*place)?)));
    let Some((first, place)) = there.next() else {
        let message = "this does not say what it stands for";
        return Diagnostic::error(Code::MissingProperty, at, message).allowed(names()).into();
    };
    let twice = |(other, span): (&&str, Span)| {
        let message = format!("`{first}` says already what this stands for, so `{other}` cannot be here");
        Diagnostic::error(Code::ConflictingProperties, span, message).related(place, "the first one")
    };
    there.map(twice).collect()
}

/// That an ARN is one of a service's, for a kind of resource: `` `kms`, `key/` ``.
pub(super) fn expect_arn(arn: &Spanned<ResourceArn>, service: &str, kind: &str) -> Option<Diagnostic> {
    let fits = arn.value.service() == service && arn.value.resource().starts_with(kind);
    let place = if service == "iam" { ":…" } else { "…" }; // IAM has no regions
    let message =
        || format!("expected an ARN such as `arn:aws:{service}:{place}:{kind}…`, found `{}`", arn.value.as_str());
    (!fits).then(|| Diagnostic::error(Code::InvalidValue, arn.span, message()))
}
