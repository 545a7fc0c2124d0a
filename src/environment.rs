//! Environments, and what their rules mean for a construct: protection, retention, who deploys, names.
//!
//! `environments.yaml` lists the environments. Every rule in it can be set again for a stack and for a construct; the
//! nearest wins. Everything here is a pure function of what was read.

mod house;
mod in_rust;
mod naming;
mod policy;
mod principal;
mod rules;
mod schema;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result, Span};
use crate::document::{Keys, Kind as NodeKind, Node, Spanned, read};
use crate::name::{AccountId, Region, Tags};

pub use house::{Decision, House, Level, Weaker};
pub use naming::{NamingRules, Variables};
pub use policy::PolicyName;
pub use principal::{PrincipalPattern, RoleName, RolePath};
pub use rules::{DeletionPolicy, Kept, Protection, ReplacementPolicy, RetentionDays, Rules, Tier};
pub use schema::environments_schema;

/// The environments of a project, as `environments.yaml` describes them.
#[derive(Clone, Debug, Default)]
pub struct Environments {
    /// What applies to all of them.
    pub project: ProjectRules,
    /// The environments, in the order of the file.
    pub all: IndexMap<String, Environment>,
}

/// What the top of `environments.yaml` says for all environments and stacks.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ProjectRules {
    /// The name of a stack's CloudFormation stack: a template over `project`, `stack`, `env`, `region` and variables.
    /// By default `{{ stack }}-{{ env }}`.
    pub stack_name: Option<Spanned<String>>,
    /// The physical names of resources: a template over `project`, `stack`, `env`, `scope`, `kind`, `id`, `account`,
    /// `region` and variables. By default `{{ project }}-{{ env }}-{{ scope }}-{{ kind }}-{{ id }}`.
    pub naming: Option<Spanned<String>>,
    /// Tags for every resource that can have tags.
    #[serde(default)]
    pub tags: Tags,
    /// Environments in the order of their protection, each at least as protected as the one before.
    #[serde(default)]
    pub order: Vec<Spanned<String>>,
    /// The rules for all of them.
    #[serde(skip)]
    #[schemars(skip)]
    pub rules: Rules,
}

/// An environment.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Environment {
    /// The account that it is deployed to. Without one, templates work in any account, and names must not collide
    /// with those of other environments that might share it.
    pub account: Option<AccountId>,
    /// The regions that it is deployed to; the first is the primary. Without any, templates work in any region.
    #[serde(default)]
    pub regions: Vec<Region>,
    /// The role by which stacks in other accounts read this environment's outputs.
    pub stack_output_role: Option<RoleName>,
    /// Values for naming templates.
    #[serde(default)]
    pub variables: IndexMap<String, String>,
    /// Tags for every resource of the environment that can have tags.
    #[serde(default)]
    pub tags: Tags,
    /// Its rules.
    #[serde(skip)]
    #[schemars(skip)]
    pub rules: Rules,
}

impl Environments {
    /// Reads `environments.yaml`. There is nothing where it has no environments that can be read; what is wrong with
    /// their order or protection does not keep stack files from being read.
    pub fn read(node: &Node) -> (Option<Self>, Diagnostics) {
        let mut found = Diagnostics::default();
        let keys = Keys::of::<ProjectRules>(&["environments"]);
        let rules = Keys::of::<Rules>(&[]);
        let (mut own, shared) = keys.split(node, &rules, &mut found);
        let listed = own.shift_remove("environments");
        let mut project: ProjectRules = found.take(read(&Node::map(node.span, own), node.span)).unwrap_or_default();
        project.rules = found.take(read(&Node::map(node.span, shared), node.span)).unwrap_or_default();

        let mut all = IndexMap::new();
        let entries = match listed.as_ref().map(|entry| (entry, entry.value.as_map())) {
            Some((_, Some(entries))) => entries,
            Some((entry, None)) => {
                let message = format!("expected a map of environments, found {}", entry.value.describe());
                found.push(Diagnostic::error(Code::WrongType, entry.value.span, message));
                return (None, found);
            }
            None if found.has_errors() => return (None, found),
            None => {
                let message = "`environments` is missing here";
                found.push(Diagnostic::error(Code::MissingProperty, node.span, message));
                return (None, found);
            }
        };
        if let (true, Some(listed)) = (entries.is_empty(), &listed) {
            found.push(no_environment(listed.key_span));
        }
        let mut broken = Vec::new();
        for (name, entry) in entries {
            check_name(name, entry.key_span, &mut found);
            check_regions(&entry.value, &mut found);
            match found.take(Environment::read(&entry.value, entry.key_span, &rules)) {
                Some(environment) => drop(all.insert(name.to_string(), environment)),
                None => broken.push(&**name),
            }
        }
        let environments = Self { project, all };
        let readable = broken.is_empty() && !environments.all.is_empty();
        environments.check(&broken, &mut found);
        (readable.then_some(environments), found)
    }

    /// What the environments, of which some are broken, have to be like together.
    fn check(&self, broken: &[&str], found: &mut Diagnostics) {
        self.check_break_glass(found);
        self.check_order(broken, found);
    }

    /// What the rules of an environment mean where no stack or construct says otherwise.
    ///
    /// # Panics
    /// If there is no such environment.
    pub fn house(&self, environment: &str) -> House {
        House::resolve(&[&self.all[environment].rules, &self.project.rules])
    }

    /// A locked environment names the role that may destroy its keys.
    fn check_break_glass(&self, found: &mut Diagnostics) {
        for (name, environment) in &self.all {
            let house = self.house(name);
            let role = environment.rules.break_glass_role.as_ref().or(self.project.rules.break_glass_role.as_ref());
            if let (Some(role), Some(account)) = (role, &environment.account)
                && role.value.account().is_some_and(|other| other != *account)
            {
                let message = format!("the break-glass role is in another account than `{name}`, which is `{account}`");
                found.push(Diagnostic::error(Code::ConflictingProperties, role.span, message));
            }
            if house.lacks_break_glass() {
                let rules = [&environment.rules, &self.project.rules];
                let at = rules.into_iter().find_map(|rules| rules.protection.as_ref());
                found.extend(at.map(|protection| missing_break_glass(protection.span)));
            }
        }
    }

    /// Each environment of `order` is at least as protected as the one before.
    fn check_order(&self, broken: &[&str], found: &mut Diagnostics) {
        let mut before: Option<(&str, House)> = None;
        for name in self.project.order.iter().filter(|name| !broken.contains(&name.value.as_str())) {
            let Some(environment) = self.all.get(&name.value) else {
                let known = self.all.keys().map(String::as_str).chain(broken.iter().copied());
                found.push(unknown_environment(&name.value, name.span, known));
                continue;
            };
            let house = House::resolve(&[&environment.rules, &self.project.rules]);
            if let Some((weaker, less)) = &before {
                let differences = house.weaker_than(less);
                if !differences.is_empty() {
                    let message = format!("`{}` is less protected than `{weaker}`, which comes before it", name.value);
                    let diagnostic = Diagnostic::error(Code::WeakerEnvironment, name.span, message);
                    found.push(differences.iter().fold(diagnostic, |diagnostic, rule| {
                        let place = |house: &House| house.place_of(rule.rule);
                        rule.told(diagnostic, [(name.value.as_str(), place(&house)), (*weaker, place(less))])
                    }));
                }
            }
            before = Some((&name.value, house));
        }
    }
}

/// Regions of an environment that AWS may not have, that are here twice, or in another partition than the first: an
/// account is in one.
/// <https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html>
fn check_regions(environment: &Node, found: &mut Diagnostics) {
    let Some(NodeKind::Seq(regions)) = environment.get("regions").map(|regions| &regions.value.kind) else { return };
    let known = |node: &Node| Some((Region::new(node.as_text()?)?, node.span));
    let regions: Vec<(Region, Span)> = regions.iter().filter_map(known).collect();
    for (at, (region, span)) in regions.iter().enumerate() {
        found.extend(region.doubt(*span));
        if let Some((_, first)) = regions[..at].iter().find(|(other, _)| other == region) {
            let diagnostic = Diagnostic::error(Code::InvalidValue, *span, format!("`{region}` is here twice"));
            found.push(diagnostic.related(*first, "the first one"));
        } else if regions[0].0.partition() != region.partition() {
            let message = format!(
                "`{region}` is in the partition `{}`, where no account of the others is",
                region.partition().name()
            );
            let diagnostic = Diagnostic::error(Code::ConflictingProperties, *span, message);
            let first = format!("the first is in `{}`", regions[0].0.partition().name());
            found.push(diagnostic.related(regions[0].1, first).hint("each partition takes an environment of its own"));
        }
    }
}

impl Environment {
    fn read(node: &Node, at: Span, rule_keys: &Keys) -> Result<Self> {
        let mut found = Diagnostics::default();
        let (own, rules) = Keys::of::<Self>(&[]).split(node, rule_keys, &mut found);
        let environment = found.take(read::<Self>(&Node::map(node.span, own), at));
        let rules = found.take(read::<Rules>(&Node::map(node.span, rules), at));
        match (environment, rules) {
            (Some(environment), Some(rules)) => found.or(Self { rules, ..environment }),
            _ => Err(found),
        }
    }

    /// The first of its regions.
    pub fn primary_region(&self) -> Option<&Region> {
        self.regions.first()
    }
}

/// The words of the command line, which no environment may have as its name.
pub const COMMANDS: &[&str] = &[
    "audit",
    "check",
    "completions",
    "cost",
    "decide",
    "diff",
    "explain",
    "graph",
    "guide",
    "help",
    "init",
    "list",
    "schema",
    "snapshot",
];

fn check_name(name: &str, at: Span, found: &mut Diagnostics) {
    if COMMANDS.contains(&name) {
        let message = format!("`{name}` is a command of synth, an environment needs another name");
        found.push(Diagnostic::error(Code::InvalidValue, at, message));
    } else if !crate::name::Path::accepts(name) {
        let message =
            format!("`{name}` is not a name for an environment: small letters, digits and `-`, a letter first");
        found.push(Diagnostic::error(Code::InvalidValue, at, message));
    }
}

/// Environments of which there is none.
fn no_environment(at: Span) -> Diagnostic {
    let message = "there is no environment here: name at least one, such as `dev: { protection: open }`";
    Diagnostic::error(Code::MissingProperty, at, message)
}

/// A name that `environments.yaml` does not have.
pub fn unknown_environment<'a>(
    name: &str,
    at: impl Into<crate::diagnostic::Place>,
    known: impl IntoIterator<Item = &'a str>,
) -> Diagnostic {
    Diagnostic::error(Code::UnknownEnvironment, at, format!("no environment is called `{name}`")).nearest(name, known)
}

/// A locked environment, stack or construct without a role that may destroy keys.
pub fn missing_break_glass(at: Span) -> Diagnostic {
    let message = "`locked` needs `break-glass-role`: the only role that may then destroy a key";
    Diagnostic::error(Code::MissingBreakGlass, at, message).hint("for example `break-glass-role: security/BreakGlass`")
}
