//! Rules: what an environment, a stack or a construct asks for, and what follows for a construct.

use indexmap::IndexMap;
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

/// What all levels together mean for a construct.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct House {
    /// What happens to data and keys that are taken out of their template.
    pub deletion: DeletionPolicy,
    /// What happens to predecessors.
    pub replacement: ReplacementPolicy,
    /// Whether tables and log groups refuse to be deleted.
    pub deletion_protection: bool,
    /// Whether tables can be restored to any point in time.
    pub point_in_time_recovery: bool,
    /// Whether buckets keep older versions of their objects.
    pub versioning: bool,
    /// Days between the order to delete a key and its end.
    pub key_pending_window: u32,
    /// Days for which log events are kept.
    pub log_retention: u32,
    /// Whether the stack refuses to be deleted, and its data to be replaced.
    pub termination_protection: bool,
    /// Whether destroying keys is denied to all but the break-glass role.
    pub deny_key_destruction: bool,
    /// The role that may destroy keys where that is denied to others.
    pub break_glass_role: Option<RoleName>,
    /// Who creates and updates the stacks; empty where nobody said.
    pub deployers: Vec<PrincipalPattern>,
    /// The path of roles and policies.
    pub role_path: RolePath,
    /// The managed policy that bounds what roles can do.
    pub permissions_boundary: Option<PolicyName>,
    /// The organization that the accounts belong to.
    pub organization: Option<OrganizationId>,
    /// The tags that everything has to have.
    pub required_tags: Vec<TagKey>,
    /// Whose keys encrypt.
    pub encryption: Tier,
    /// Where each of the rules on protection was decided, by the rule's name; defaults have no place.
    places: IndexMap<&'static str, Span>,
}

/// A rule by which one protects less than another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weaker {
    /// The rule.
    pub rule: &'static str,
    /// Both values: `` `log-retention` is `7`, not `365` ``.
    pub difference: String,
}

impl House {
    /// What the levels mean, the nearest first. For each rule, the nearest level decides that sets the rule itself or
    /// a protection level, from which the rule then follows.
    pub fn resolve(levels: &[&Rules]) -> Self {
        let mut places = IndexMap::new();
        let level = |explicit: fn(&Rules) -> bool| {
            let decides = levels.iter().find(|rules| explicit(rules) || rules.protection.is_some());
            decides.map_or((None, Protection::Open), |rules| {
                (Some(*rules), rules.protection.as_ref().map_or(Protection::Open, |protection| protection.value))
            })
        };
        macro_rules! rule {
            ($field:ident, $name:literal, $open:expr, $guarded:expr, $locked:expr) => {{
                let (rules, protection) = level(|rules| rules.$field.is_some());
                let explicit = rules.and_then(|rules| rules.$field.as_ref());
                let at = explicit.map(|rule| rule.span);
                places.extend(at.or_else(|| Some(rules?.protection.as_ref()?.span)).map(|at| ($name, at)));
                match explicit {
                    Some(explicit) => explicit.value.into(),
                    None => match protection {
                        Protection::Open => $open,
                        Protection::Guarded => $guarded,
                        Protection::Locked => $locked,
                    },
                }
            }};
        }
        let (rules, protection) = level(|_| false);
        places.extend(rules.and_then(|rules| rules.protection.as_ref()).map(|rule| ("protection", rule.span)));
        let encryption = levels.iter().find_map(|rules| rules.encryption.as_ref());
        places.extend(encryption.map(|tier| ("encryption", tier.span)));
        Self {
            deletion: rule!(
                deletion_policy,
                "deletion-policy",
                DeletionPolicy::Delete,
                DeletionPolicy::RetainExceptOnCreate,
                DeletionPolicy::Retain
            ),
            replacement: rule!(
                replacement_policy,
                "replacement-policy",
                ReplacementPolicy::Delete,
                ReplacementPolicy::Retain,
                ReplacementPolicy::Retain
            ),
            deletion_protection: rule!(deletion_protection, "deletion-protection", false, false, true),
            point_in_time_recovery: rule!(point_in_time_recovery, "point-in-time-recovery", false, true, true),
            versioning: rule!(versioning, "versioning", false, true, true),
            key_pending_window: rule!(key_pending_window, "key-pending-window", 7, 14, 30),
            log_retention: rule!(log_retention, "log-retention", 7, 30, 365),
            termination_protection: rule!(termination_protection, "termination-protection", false, false, true),
            deny_key_destruction: protection == Protection::Locked,
            break_glass_role: levels
                .iter()
                .find_map(|rules| rules.break_glass_role.as_ref().map(|role| role.value.clone())),
            deployers: levels.iter().find_map(|rules| rules.deployers.clone()).unwrap_or_default(),
            role_path: levels.iter().find_map(|rules| rules.role_path.clone()).unwrap_or_default(),
            permissions_boundary: levels.iter().find_map(|rules| rules.permissions_boundary.clone()),
            organization: levels.iter().find_map(|rules| rules.organization.clone()),
            required_tags: levels.iter().find_map(|rules| rules.required_tags.clone()).unwrap_or_default(),
            encryption: encryption.map_or(Tier::CustomerManaged, |tier| tier.value),
            places,
        }
    }

    /// Where a rule on protection was decided; nowhere, if it is the default.
    pub fn place_of(&self, rule: &str) -> Option<Span> {
        self.places.get(rule).copied()
    }

    /// Whether everything may go with its stack.
    pub fn is_open(&self) -> bool {
        self.deletion == DeletionPolicy::Delete && !self.deletion_protection
    }

    /// In which rules this protects less than `other`.
    pub fn weaker_than(&self, other: &House) -> Vec<Weaker> {
        let switch = |on: bool| if on { "on" } else { "off" }.to_owned();
        let deletion = |policy: DeletionPolicy| policy.word().to_owned();
        let replacement = |policy: ReplacementPolicy| policy.word().to_owned();
        let days = |days: u32| days.to_string();
        let mut found = Vec::new();
        let mut compare = |weaker: bool, rule: &'static str, own: &str, others: &str| {
            if weaker {
                found.push(Weaker { rule, difference: format!("`{rule}` is `{own}`, not `{others}`") });
            }
        };
        macro_rules! ordered {
            ($field:ident, $rule:literal, $show:expr) => {
                compare(self.$field < other.$field, $rule, &$show(self.$field), &$show(other.$field))
            };
        }
        ordered!(deletion, "deletion-policy", deletion);
        ordered!(replacement, "replacement-policy", replacement);
        ordered!(deletion_protection, "deletion-protection", switch);
        ordered!(point_in_time_recovery, "point-in-time-recovery", switch);
        ordered!(versioning, "versioning", switch);
        ordered!(key_pending_window, "key-pending-window", days);
        ordered!(log_retention, "log-retention", days);
        ordered!(termination_protection, "termination-protection", switch);
        ordered!(encryption, "encryption", |tier: Tier| tier.word().to_owned());

        if other.deny_key_destruction && !self.deny_key_destruction {
            let difference = "the destruction of keys is not denied to all but the break-glass role".to_owned();
            found.push(Weaker { rule: "protection", difference });
        }
        found
    }
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
