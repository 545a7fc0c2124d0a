//! Roles and users that exist outside of these stacks, as users write them.

use std::fmt;
use std::sync::Arc;

use crate::cfn::{Val, global_arn};
use crate::name::{AccountId, Target, text_type};

/// A role outside of these stacks: its path and name (`security/BreakGlass`), or its ARN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleName(PrincipalPattern);

impl RoleName {
    /// The role, if the text is one; a `*` is never part of it.
    pub fn new(text: &str) -> Option<Self> {
        let written = text.starts_with("arn:") || text.starts_with("role/");
        let pattern = PrincipalPattern::new(&if written { text.to_owned() } else { format!("role/{text}") })?;
        (pattern.is_exact() && pattern.resource().starts_with("role/")).then_some(Self(pattern))
    }

    /// The role's ARN.
    pub fn arn(&self, at: &Target) -> Val<String> {
        self.0.arn(at)
    }

    /// The account that its ARN names.
    pub fn account(&self) -> Option<AccountId> {
        self.0.account()
    }

    /// The pattern that stands for it alone.
    pub fn pattern(&self) -> &PrincipalPattern {
        &self.0
    }
}

impl fmt::Display for RoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

text_type!(RoleName, "a role's path and name, such as `security/BreakGlass`, or its ARN", r"^[\w+=,.@/:-]+$");

/// Roles or users outside of these stacks: the resource part of an ARN (`role/cdk-*`), or an ARN; a `*` stands for any
/// text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PrincipalPattern(Arc<str>);

impl PrincipalPattern {
    /// The pattern, if the text is one. It names a role or user, so that it never stands for a whole account.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns>
    pub fn new(text: &str) -> Option<Self> {
        let pattern = Self(text.into());
        if let Some(arn) = text.strip_prefix("arn:") {
            let fields: Vec<&str> = arn.splitn(5, ':').collect();
            let [partition, "iam", "", account, _] = fields.as_slice() else { return None };
            AccountId::new(account).filter(|_| partition.starts_with("aws"))?;
        }
        let resource = pattern.resource();
        let name = resource.strip_prefix("role/").or_else(|| resource.strip_prefix("user/"))?;
        let words =
            name.split('/').all(|word| !word.is_empty() && word.chars().all(|c| in_name(c) && c != '/' || c == '*'));
        let specific = name.chars().any(|c| c != '*' && c != '/');
        (specific && words).then_some(pattern)
    }

    /// The role or user as its ARN ends.
    pub fn resource(&self) -> &str {
        match self.0.strip_prefix("arn:") {
            Some(arn) => arn.splitn(5, ':').nth(4).unwrap_or_default(),
            None => &self.0,
        }
    }

    /// Whether it stands for one role or user.
    pub fn is_exact(&self) -> bool {
        !self.0.contains('*')
    }

    /// The account that its ARN names.
    pub fn account(&self) -> Option<AccountId> {
        self.0.strip_prefix("arn:").and_then(|arn| AccountId::new(arn.split(':').nth(3)?))
    }

    /// The pattern as an ARN.
    pub fn arn(&self, at: &Target) -> Val<String> {
        match self.0.starts_with("arn:") {
            true => (*self.0).into(),
            false => global_arn("iam", at, self.0.to_string()),
        }
    }
}

impl fmt::Display for PrincipalPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
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

/// Whether a name or path in IAM may have this character.
pub(super) fn in_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_+=,.@-/".contains(c)
}
