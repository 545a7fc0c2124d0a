//! Which resources a role or user may do something with.

use std::collections::{BTreeMap, BTreeSet};

use super::super::sample;
use super::super::world::World;
use super::finder::Finder;
use crate::access::{Context, Effect, Outcome, PrincipalKind, Statement, Text, Truth, means_action};

/// What whoever does something with data needs of its key.
pub(super) struct Operation {
    /// The actions of the service, of which one is enough.
    pub(super) actions: &'static [&'static str],
    /// What follows the ARN of the resource in that of what the action is about: `/object`.
    pub(super) below: &'static str,
    /// What it is, in words.
    pub(super) verb: &'static str,
}

/// A role or user that may do something with a resource.
#[derive(Debug)]
pub(super) struct Reached {
    /// The role or user, by its number.
    pub(super) principal: usize,
    /// The resource.
    pub(super) resource: usize,
    /// The ARN of what exactly: of an object, of a table's index.
    pub(super) arn: String,
}

/// What may be allowed, with a context in which it is.
type Candidates = BTreeMap<(usize, usize, String), Context>;

/// The roles and users that may do something with some resources, each with the resource: by their own policies, or by
/// the resource's.
pub(super) fn reach(finder: &Finder<'_, '_>, resources: &[usize], operation: &Operation) -> Vec<Reached> {
    let world = finder.world;
    let wanted: BTreeSet<usize> = resources.iter().copied().collect();
    let mut candidates = Candidates::new();
    if wanted.is_empty() {
        return Vec::new();
    }
    for principal in 0..world.principals.len() {
        let policies = world.principals[principal].policies.iter();
        for statement in policies.flat_map(|named| &named.policy.statements) {
            by_identity(world, principal, statement, &wanted, operation, &mut candidates);
        }
    }
    for resource in resources {
        for (_, statement) in finder.policies.statements(*resource) {
            by_resource(world, *resource, statement, operation, &mut candidates);
        }
    }
    let may = |((principal, resource, arn), context): ((usize, usize, String), Context)| {
        let policy = finder.policies.policy(resource);
        let allowed = |action: &&str| world.may(principal, action, &arn, policy, &context) == Outcome::Allowed;
        operation.actions.iter().any(allowed).then_some(Reached { principal, resource, arn })
    };
    candidates.into_iter().filter_map(may).collect()
}

/// Whether a statement allows an action of an operation, on something and on conditions.
fn allows(statement: &Statement, operation: &Operation) -> bool {
    let listed = &statement.action;
    let means = |action: &&str| {
        let any = Truth::any(listed.texts.iter().map(|text| means_action(text, action)));
        if listed.except { any != Truth::True } else { any == Truth::True }
    };
    statement.effect == Some(Effect::Allow) && operation.actions.iter().any(means)
}

fn below(world: &World<'_>, resource: usize, operation: &Operation) -> String {
    format!("{}{}", world.resource(resource).arn.as_deref().unwrap_or_default(), operation.below)
}

/// What a statement of a role or user may be about: what it names, or all where it names a pattern.
fn by_identity(
    world: &World<'_>,
    principal: usize,
    statement: &Statement,
    wanted: &BTreeSet<usize>,
    operation: &Operation,
    candidates: &mut Candidates,
) {
    let Some(listed) = statement.resource.as_ref().filter(|_| allows(statement, operation)) else { return };
    let context = sample::context(&statement.condition, 0);
    let mut add = |resource: usize, arn: String| {
        candidates.entry((principal, resource, arn)).or_insert_with(|| context.clone());
    };
    let everything = if listed.except { &[Text::Known("*".to_owned())][..] } else { &listed.texts };
    for text in everything {
        let Text::Known(text) = text else { continue };
        match resource_of(world, text) {
            Some(resource) if wanted.contains(&resource) => {
                let named = sample::filled(text);
                let exact = world.resource(resource).arn.as_deref() == Some(&named);
                add(resource, if exact { below(world, resource, operation) } else { named });
            }
            None if sample::is_pattern(text) => {
                for resource in wanted {
                    add(*resource, below(world, *resource, operation));
                }
            }
            _ => {}
        }
    }
}

/// Whom a statement of a resource's own policy may let in.
fn by_resource(
    world: &World<'_>,
    resource: usize,
    statement: &Statement,
    operation: &Operation,
    candidates: &mut Candidates,
) {
    let Some(principals) = statement.principal.as_ref().filter(|_| allows(statement, operation)) else { return };
    let mut who = BTreeSet::new();
    for (kind, name) in &principals.all {
        match (kind, name) {
            (PrincipalKind::Aws, Text::Known(name)) if is_many(name) => who.extend(0..world.principals.len()),
            (PrincipalKind::Aws, Text::Known(name)) => who.extend(world.principal_by_arn(name)),
            _ => {}
        }
    }
    let listed = statement.resource.iter().flat_map(|listed| &listed.texts);
    let named = listed.filter_map(|text| match text {
        Text::Known(text) if resource_of(world, text) == Some(resource) => Some(sample::filled(text)),
        _ => None,
    });
    let mut arns: Vec<String> = named.collect();
    arns.push(below(world, resource, operation));
    let context = sample::context(&statement.condition, 0);
    for (principal, arn) in who.into_iter().flat_map(|principal| arns.iter().map(move |arn| (principal, arn))) {
        candidates.entry((principal, resource, arn.clone())).or_insert_with(|| context.clone());
    }
}

/// Whether a principal is an account, or everybody.
fn is_many(name: &str) -> bool {
    name == "*" || name.ends_with(":root") || name.bytes().all(|byte| byte.is_ascii_digit())
}

/// The resource that an ARN is of, or of something in it: an object, an index.
fn resource_of(world: &World<'_>, arn: &str) -> Option<usize> {
    let end = arn.find(['*', '?', '$']).unwrap_or(arn.len());
    let fits = |arn: &str| world.deployment.by_arn(arn);
    let cut = |end: usize| fits(&arn[..end]);
    fits(arn).or_else(|| arn[..end].match_indices(['/', ':']).map(|(end, _)| end).rev().find_map(cut))
}
