//! What the rules of all levels together mean for a construct.

use indexmap::IndexMap;

use super::policy::PolicyName;
use super::principal::{PrincipalPattern, RoleName, RolePath};
use super::rules::{DeletionPolicy, Kept, Protection, ReplacementPolicy, Rules, Tier};
use crate::diagnostic::{Diagnostic, Span};
use crate::document::Spanned;
use crate::name::{OrganizationId, TagKey};

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
    /// How far to go to keep data and keys, where no rule says otherwise.
    pub protection: Protection,
    /// What decided each of the rules, by the rule's name; nothing did where it is the default.
    decisions: IndexMap<&'static str, Decision>,
}

/// What decided a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The rule that was set: itself, or `protection`, from which it follows.
    pub rule: &'static str,
    /// Who set it.
    pub level: Level,
    /// Where, if that is known.
    pub at: Option<Span>,
}

/// Who sets rules, from far to near.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The top of `environments.yaml`.
    Project,
    /// An environment.
    Environment,
    /// The top of a stack file.
    Stack,
    /// What stands beside a kind.
    Construct,
}

impl Level {
    /// What users call it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Project => "the project",
            Self::Environment => "the environment",
            Self::Stack => "the stack",
            Self::Construct => "the construct",
        }
    }

    const ALL: [Self; 4] = [Self::Project, Self::Environment, Self::Stack, Self::Construct];
}

/// A rule by which one protects less than another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weaker {
    /// The rule.
    pub rule: &'static str,
    /// Both values: `` `log-retention` is `7`, not `365` ``.
    pub difference: String,
}

impl Weaker {
    /// A diagnostic with what is less, and with where environments decide the rule.
    pub fn told<'e>(
        &self,
        mut diagnostic: Diagnostic,
        places: impl IntoIterator<Item = (&'e str, Option<Span>)>,
    ) -> Diagnostic {
        for (environment, place) in places {
            let related = place.map(|place| (place, format!("in `{environment}`")));
            // One place may decide several rules: a protection level does.
            let related = related.filter(|related| !diagnostic.related.contains(related));
            diagnostic.related.extend(related);
        }
        diagnostic.note_line(self.difference.as_str())
    }
}

impl House {
    /// What the levels mean, the nearest first. For each rule, the nearest level decides that sets the rule itself or
    /// a protection level, from which the rule then follows.
    pub fn resolve(levels: &[&Rules]) -> Self {
        let mut decisions = IndexMap::new();
        let decision = |rule, near: usize, at| Decision { rule, level: Level::ALL[levels.len() - 1 - near], at };
        macro_rules! rule {
            ($field:ident, $name:literal, $open:expr, $guarded:expr, $locked:expr) => {{
                let mut decides = levels.iter().enumerate().filter_map(|(near, rules)| {
                    let explicit = rules.$field.as_ref().map(|rule| (near, Some(rule), None));
                    explicit.or_else(|| rules.protection.as_ref().map(|level| (near, None, Some(level))))
                });
                match decides.next() {
                    Some((near, Some(explicit), _)) => {
                        decisions.insert($name, decision($name, near, Some(explicit.span)));
                        explicit.value.into()
                    }
                    Some((near, None, Some(level))) => {
                        decisions.insert($name, decision("protection", near, Some(level.span)));
                        match level.value {
                            Protection::Open => $open,
                            Protection::Guarded => $guarded,
                            Protection::Locked => $locked,
                        }
                    }
                    _ => $open,
                }
            }};
        }
        /// A rule that follows from no other; what is in `at` is where it was set.
        macro_rules! nearest {
            ($field:ident, $name:literal, $at:expr) => {{
                let mut set =
                    levels.iter().enumerate().filter_map(|(near, rules)| Some((near, rules.$field.as_ref()?)));
                set.next().map(|(near, rule)| {
                    decisions.insert($name, decision($name, near, $at(rule)));
                    rule.clone()
                })
            }};
        }
        let protection = nearest!(protection, "protection", |rule: &Spanned<_>| Some(rule.span));
        let protection = protection.map_or(Protection::Open, |rule| rule.value);
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
            break_glass_role: nearest!(break_glass_role, "break-glass-role", |rule: &Spanned<_>| Some(rule.span))
                .map(|role| role.value),
            deployers: nearest!(deployers, "deployers", |_| None).unwrap_or_default(),
            role_path: nearest!(role_path, "role-path", |_| None).unwrap_or_default(),
            permissions_boundary: nearest!(permissions_boundary, "permissions-boundary", |_| None),
            organization: nearest!(organization, "organization", |_| None),
            required_tags: nearest!(required_tags, "required-tags", |_| None).unwrap_or_default(),
            encryption: nearest!(encryption, "encryption", |rule: &Spanned<_>| Some(rule.span))
                .map_or(Tier::CustomerManaged, |tier| tier.value),
            protection,
            decisions,
        }
    }

    /// What decided a rule; nothing, if it is the default.
    pub fn decision(&self, rule: &str) -> Option<Decision> {
        self.decisions.get(rule).copied()
    }

    /// Every rule that has a value, as stack files write both.
    pub fn values(&self) -> Vec<(&'static str, String)> {
        fn list<T: ToString>(items: &[T]) -> Option<String> {
            let items: Vec<String> = items.iter().map(T::to_string).collect();
            (!items.is_empty()).then(|| format!("[{}]", items.join(", ")))
        }
        let values = [
            ("protection", Some(self.protection.word().to_owned())),
            ("deletion-policy", Some(self.deletion.word().to_owned())),
            ("replacement-policy", Some(self.replacement.word().to_owned())),
            ("deletion-protection", Some(self.deletion_protection.to_string())),
            ("point-in-time-recovery", Some(self.point_in_time_recovery.to_string())),
            ("versioning", Some(self.versioning.to_string())),
            ("key-pending-window", Some(self.key_pending_window.to_string())),
            ("log-retention", Some(self.log_retention.to_string())),
            ("termination-protection", Some(self.termination_protection.to_string())),
            ("break-glass-role", self.break_glass_role.as_ref().map(ToString::to_string)),
            ("deployers", list(&self.deployers)),
            ("role-path", Some(self.role_path.text().to_string())),
            ("permissions-boundary", self.permissions_boundary.as_ref().map(ToString::to_string)),
            ("organization", self.organization.as_ref().map(ToString::to_string)),
            ("required-tags", list(&self.required_tags)),
            ("encryption", Some(self.encryption.word().to_owned())),
        ];
        values.into_iter().filter_map(|(rule, value)| Some((rule, value?))).collect()
    }

    /// Where a rule on protection was decided; nowhere, if it is the default.
    pub fn place_of(&self, rule: &str) -> Option<Span> {
        self.decision(rule)?.at
    }

    /// How long data and keys stay.
    pub fn kept(&self) -> Kept {
        Kept { deletion: self.deletion, replacement: self.replacement }
    }

    /// Whether everything may go with its stack.
    pub fn is_open(&self) -> bool {
        self.deletion == DeletionPolicy::Delete && !self.deletion_protection
    }

    /// Whether nobody may destroy keys, since nobody says by which role.
    pub fn lacks_break_glass(&self) -> bool {
        self.deny_key_destruction && self.break_glass_role.is_none()
    }

    /// In which rules this protects less than `other`.
    pub fn weaker_than(&self, other: &House) -> Vec<Weaker> {
        let switch = |on: bool| on.to_string();
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
