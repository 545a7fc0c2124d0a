//! Values that no template holds: whoever deploys puts them in, once.

use super::cx::Cx;
use super::reference::To;
use crate::cfn::{Handle, Named, kms};
use crate::diagnostic::{Code, Diagnostic, Result};

/// Something that has no value until whoever deploys gives it one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filling {
    /// Its name.
    pub name: String,
    /// What it is.
    pub what: Vessel,
    /// Where its value comes from.
    pub with: Content,
}

/// What can be filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Vessel {
    /// A secret, which CloudFormation makes without a value.
    Secret,
    /// An encrypted parameter, which CloudFormation does not make, with the key that encrypts it: an alias, an ARN, or
    /// none for the one that AWS manages.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html>
    Parameter(Option<String>),
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Whoever deploys knows it.
    Asked,
    /// A data key that nobody has seen in plain, encrypted under the key of an alias or ARN.
    DataKey(String),
}

/// The name of a resource, which the deploy script has to know.
///
/// # Errors
/// If part of it is known only at deployment.
pub fn fixed_name<R: Named>(handle: &Handle<R>, cx: &Cx<'_>) -> Result<String> {
    handle.name().known().map(|name| name.as_str().to_owned()).ok_or_else(|| {
        let message = format!("the deploy script fills this, so its name is known before: `{}`", symbolic(handle));
        let diagnostic = Diagnostic::error(Code::InvalidNaming, cx.entry().place, message);
        diagnostic.hint("`account` and `regions` in environments.yaml make it known").into()
    })
}

fn symbolic<R: Named>(handle: &Handle<R>) -> String {
    handle.name().text().symbolic()
}

/// How the deploy script names a key: by its alias, or by the ARN of one that exists.
///
/// # Errors
/// If there is no such key, or neither is known.
pub fn fixed_key(to: &To<kms::Key>, cx: &Cx<'_>) -> Result<String> {
    let key = cx.get(to)?;
    let entry = cx.construct_of(to)?;
    let alias = entry.alias_of(&key).filter(|_| key.target() == cx.target());
    let arn = || key.any().outside.as_ref().and_then(|outside| outside.arn.known().cloned());
    alias.or_else(arn).ok_or_else(|| {
        let message = format!("the deploy script uses `{to}`, and knows neither an alias here nor an ARN of it");
        Diagnostic::error(Code::WrongReference, to.span(), message).into()
    })
}
