//! Roles and users that exist outside of these stacks, as users write them.

use std::sync::Arc;

use crate::cfn::{Val, global_arn};
use crate::name::{Target, text_type};

/// A role outside of these stacks: its path and name (`security/BreakGlass`), or its ARN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleName(Arc<str>);

impl RoleName {
    /// The role, if the text is one; a `*` is never part of it.
    pub fn new(text: &str) -> Option<Self> {
        let name = match text.strip_prefix("arn:") {
            Some(arn) => arn.split_once(":role/").map(|(_, name)| name)?,
            None => text,
        };
        (!name.is_empty() && name.chars().all(in_name)).then(|| Self(text.into()))
    }

    /// The role's ARN.
    pub fn arn(&self, at: &Target) -> Val<String> {
        match self.0.starts_with("arn:") {
            true => (*self.0).into(),
            false => global_arn("iam", at, format!("role/{}", self.0)),
        }
    }
}

text_type!(RoleName, "a role's path and name, such as `security/BreakGlass`, or its ARN", r"^[\w+=,.@/:-]+$");

/// Roles or users outside of these stacks: the resource part of an ARN (`role/cdk-*`), or an ARN; a `*` stands for any
/// text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrincipalPattern(Arc<str>);

impl PrincipalPattern {
    /// The pattern, if the text is one. It names a role or user, so that it never stands for a whole account.
    pub fn new(text: &str) -> Option<Self> {
        let resource = match text.strip_prefix("arn:") {
            Some(arn) => arn.splitn(5, ':').nth(4)?,
            None => text,
        };
        let name = resource.strip_prefix("role/").or_else(|| resource.strip_prefix("user/"))?;
        let specific = name.chars().any(|c| c != '*' && c != '/');
        (specific && name.chars().all(|c| in_name(c) || c == '*')).then(|| Self(text.into()))
    }

    /// The pattern as an ARN.
    pub fn arn(&self, at: &Target) -> Val<String> {
        match self.0.starts_with("arn:") {
            true => (*self.0).into(),
            false => global_arn("iam", at, self.0.to_string()),
        }
    }
}

text_type!(
    PrincipalPattern,
    "`role/…` or `user/…` with path and name, or an ARN of one",
    r"^(arn:.*:)?(role|user)/.+$"
);

/// The path before the names of roles and policies: one `/`, or words between slashes.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-friendly-names>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RolePath(Arc<str>);

impl RolePath {
    /// The path, if the text is one.
    pub fn new(text: &str) -> Option<Self> {
        let slashes = text.starts_with('/') && text.ends_with('/') && !text.contains("//");
        (slashes && text.len() <= 512 && text.chars().all(in_name)).then(|| Self(text.into()))
    }

    /// The path as text.
    pub fn text(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }
}

impl Default for RolePath {
    fn default() -> Self {
        Self("/".into())
    }
}

text_type!(RolePath, "a path between slashes, such as `/app/`", r"^/([\w+=,.@-]+/)*$");

fn in_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_+=,.@-/".contains(c)
}
