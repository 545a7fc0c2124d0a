//! Rules: what a project, an environment, a stack or a construct asks for.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Deserialize, Deserializer, Error, Unexpected};

use super::policy::PolicyName;
use super::principal::{PrincipalPattern, RoleName, RolePath};
use crate::diagnostic::Span;
use crate::document::Spanned;
use crate::name::{Bounded, OrganizationId, Refused, TagKey};
use crate::service::logs::RETENTION_DAYS;

/// How far an environment goes to keep data and keys. Each level sets the defaults of the rules beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Protection {
    /// Everything goes with its stack.
    Open,
    /// Data and keys stay when a stack is deleted, but not when its creation fails.
    Guarded,
    /// Data and keys always stay, deletion protection is on, and only the break-glass role may destroy a key.
    Locked,
}

/// What happens to a resource that is taken out of its template, or whose stack is deleted.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DeletionPolicy {
    /// It is deleted.
    Delete,
    /// It stays, unless it was made in the very operation that failed.
    RetainExceptOnCreate,
    /// It stays.
    Retain,
}

impl Protection {
    /// The level as stack files write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Guarded => "guarded",
            Self::Locked => "locked",
        }
    }
}

impl DeletionPolicy {
    /// The policy as stack files write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Delete => "delete",
            Self::RetainExceptOnCreate => "retain-except-on-create",
            Self::Retain => "retain",
        }
    }
}

/// What happens to a resource that leaves its template, and to the predecessor of one that is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// What happens to it.
    pub deletion: DeletionPolicy,
    /// What happens to its predecessor.
    pub replacement: ReplacementPolicy,
}

impl Kept {
    /// Neither stays.
    pub const NOT: Self = Self { deletion: DeletionPolicy::Delete, replacement: ReplacementPolicy::Delete };
    /// Both stay, whatever happens.
    pub const ALWAYS: Self = Self { deletion: DeletionPolicy::Retain, replacement: ReplacementPolicy::Retain };

    /// As long as the longer of two.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self { deletion: self.deletion.max(other.deletion), replacement: self.replacement.max(other.replacement) }
    }
}

/// What happens to the predecessor of a resource that is replaced.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatereplacepolicy.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReplacementPolicy {
    /// It is deleted.
    Delete,
    /// It stays.
    Retain,
}

impl ReplacementPolicy {
    /// The policy as stack files write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Delete => "delete",
            Self::Retain => "retain",
        }
    }
}

/// Whose keys encrypt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    /// Keys that AWS owns and nobody sees: the services' own encryption.
    AwsOwned,
    /// The keys that AWS manages in the account for each service. Their policies cannot be changed.
    AwsManaged,
    /// Keys of these stacks, with key policies of their own.
    CustomerManaged,
}

impl Tier {
    /// The tier as stack files write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::AwsOwned => "aws-owned",
            Self::AwsManaged => "aws-managed",
            Self::CustomerManaged => "customer-managed",
        }
    }
}

/// Days for which CloudWatch Logs can keep events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RetentionDays(u32);

impl RetentionDays {
    /// A number of the program, which does not compile where it is not one of them.
    ///
    /// ```
    /// # use synth::environment::RetentionDays;
    /// let days = RetentionDays::of::<90>();
    /// ```
    ///
    /// ```compile_fail,E0080
    /// # use synth::environment::RetentionDays;
    /// let days = RetentionDays::of::<100>();
    /// ```
    pub const fn of<const DAYS: u32>() -> Self {
        const {
            let mut at = 0;
            while RETENTION_DAYS[at] != DAYS {
                at += 1;
                assert!(at < RETENTION_DAYS.len(), "logs cannot be kept for this number of days");
            }
        };
        Self(DAYS)
    }

    fn expected() -> String {
        let allowed: Vec<String> = RETENTION_DAYS.iter().map(u32::to_string).collect();
        format!("one of the numbers of days for which logs can be kept ({})", allowed.join(", "))
    }
}

impl TryFrom<u32> for RetentionDays {
    type Error = Refused;

    fn try_from(number: u32) -> Result<Self, Refused> {
        let known = RETENTION_DAYS.contains(&number).then_some(Self(number));
        known.ok_or_else(|| Refused::number(number, &Self::expected()))
    }
}

impl<'de> Deserialize<'de> for RetentionDays {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = i64::deserialize(deserializer)?;
        let days = u32::try_from(number).ok().and_then(|number| Self::try_from(number).ok());
        days.ok_or_else(|| D::Error::invalid_value(Unexpected::Signed(number), &Self::expected().as_str()))
    }
}

impl JsonSchema for RetentionDays {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "RetentionDays".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({ "enum": RETENTION_DAYS })
    }
}

/// What one level says: a project, an environment, a stack or a construct.
#[derive(Clone, Debug, Default, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rules {
    /// How far to go to keep data and keys: the defaults of the rules below.
    pub protection: Option<Spanned<Protection>>,
    /// What happens to data and keys that are taken out of their template, or whose stack is deleted.
    pub deletion_policy: Option<Spanned<DeletionPolicy>>,
    /// What happens to the predecessor of a table, log group or key that is replaced.
    pub replacement_policy: Option<Spanned<ReplacementPolicy>>,
    /// Whether tables and log groups refuse to be deleted.
    pub deletion_protection: Option<Spanned<bool>>,
    /// Whether tables can be restored to any second of the last 35 days.
    pub point_in_time_recovery: Option<Spanned<bool>>,
    /// Whether buckets keep the versions of objects that were overwritten or deleted.
    pub versioning: Option<Spanned<bool>>,
    /// Days between the order to delete a key and its end.
    pub key_pending_window: Option<Spanned<Bounded<7, 30>>>,
    /// Days for which log events are kept.
    pub log_retention: Option<Spanned<RetentionDays>>,
    /// Whether the CloudFormation stack refuses to be deleted; for projects, environments and stacks.
    pub termination_protection: Option<Spanned<bool>>,
    /// The only role that may destroy keys of a locked environment.
    pub break_glass_role: Option<Spanned<RoleName>>,
    /// Who creates and updates the stacks: CloudFormation service roles, CDK execution roles, SSO roles.
    pub deployers: Option<Vec<PrincipalPattern>>,
    /// The path of the roles and policies that are made.
    pub role_path: Option<RolePath>,
    /// The managed policy that bounds what the roles that are made can ever do: path and name, or an ARN.
    pub permissions_boundary: Option<PolicyName>,
    /// The organization that the accounts belong to. Whoever uses something from another account has to belong to it.
    pub organization: Option<OrganizationId>,
    /// The tags without which no resource is made.
    pub required_tags: Option<Vec<TagKey>>,
    /// Whose keys encrypt, by default `customer-managed`.
    pub encryption: Option<Spanned<Tier>>,
}

impl Rules {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        let roles = self.break_glass_role.is_some() || self.deployers.is_some() || self.role_path.is_some();
        let organization = self.permissions_boundary.is_some() || self.organization.is_some();
        self.place().is_none() && !roles && !organization && self.required_tags.is_none()
    }

    /// Where the first of these rules stands that bears on protection.
    pub fn place(&self) -> Option<Span> {
        let places = [
            self.protection.as_ref().map(|rule| rule.span),
            self.deletion_policy.as_ref().map(|rule| rule.span),
            self.replacement_policy.as_ref().map(|rule| rule.span),
            self.deletion_protection.as_ref().map(|rule| rule.span),
            self.point_in_time_recovery.as_ref().map(|rule| rule.span),
            self.versioning.as_ref().map(|rule| rule.span),
            self.key_pending_window.as_ref().map(|rule| rule.span),
            self.log_retention.as_ref().map(|rule| rule.span),
            self.termination_protection.as_ref().map(|rule| rule.span),
            self.encryption.as_ref().map(|rule| rule.span),
        ];
        places.into_iter().flatten().min()
    }
}

impl From<Bounded<7, 30>> for u32 {
    fn from(days: Bounded<7, 30>) -> Self {
        days.get()
    }
}

impl From<RetentionDays> for u32 {
    fn from(days: RetentionDays) -> Self {
        days.0
    }
}
