//! Which resources a role or user may do something with.

use std::collections::BTreeSet;

use super::super::world::World;
use crate::access::{Effect, Outcome, Policy, Text};

/// What whoever does something with data needs of its key.
pub(super) struct Operation {
    /// The actions of the service, of which one is enough.
    pub(super) actions: &'static [&'static str],
    /// What follows the ARN of the resource in that of what the action is about: `/object`.
    pub(super) below: &'static str,
    /// What it is, in words.
    pub(super) verb: &'static str,
}

/// The roles and users that may do something with resources of a type, each with the resource. A resource's own policy
/// can let them in, too: `policy` gives it.
pub(super) fn reach(
    world: &World<'_>,
    resources: &[usize],
    operation: &Operation,
    policy: &dyn Fn(usize) -> Option<Policy>,
) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let with_policy: Vec<(usize, Option<Policy>)> = resources.iter().map(|at| (*at, policy(*at))).collect();
    for principal in 0..world.principals.len() {
        let named = mentioned(world, principal, operation, resources);
        for (resource, policy) in &with_policy {
            if policy.is_none() && !named.contains(resource) {
                continue;
            }
            let arn = world.resource(*resource).arn.as_deref().unwrap_or_default();
            let arn = format!("{arn}{}", operation.below);
            let may = |action: &&str| world.may(principal, action, &arn, policy.as_ref()) == Outcome::Allowed;
            if operation.actions.iter().any(may) {
                found.push((principal, *resource));
            }
        }
    }
    found
}

/// The resources that the policies of a role or user may be about: those that they name, or all where they name a
/// pattern. A glance, before anything is decided.
fn mentioned(world: &World<'_>, principal: usize, operation: &Operation, resources: &[usize]) -> BTreeSet<usize> {
    let service = operation.actions[0].split(':').next().unwrap_or_default();
    let mut found = BTreeSet::new();
    let policies = world.principals[principal].policies.iter();
    let statements = policies.flat_map(|named| &named.policy.statements);
    for statement in statements.filter(|statement| statement.effect == Some(Effect::Allow)) {
        let about = statement.action.except
            || statement.action.texts.iter().any(|action| match action {
                Text::Known(action) => {
                    action.starts_with('*')
                        || action.split(':').next().is_some_and(|it| it.eq_ignore_ascii_case(service))
                }
                Text::Unknown => false,
            });
        let Some(listed) = statement.resource.as_ref().filter(|_| about) else { continue };
        if listed.except {
            return resources.iter().copied().collect();
        }
        for text in &listed.texts {
            let Text::Known(text) = text else { continue };
            match resource_of(world, text) {
                Some(resource) => drop(found.insert(resource)),
                None if text.contains(['*', '?', '$']) => return resources.iter().copied().collect(),
                None => {}
            }
        }
    }
    found
}

/// The resource that an ARN is of, or of something in it: an object, an index.
fn resource_of(world: &World<'_>, arn: &str) -> Option<usize> {
    let fits = |arn: &str| world.deployment.by_arn(arn);
    let cut = |end: usize| fits(&arn[..end]);
    fits(arn).or_else(|| arn.match_indices(['/', ':']).map(|(end, _)| end).rev().find_map(cut))
}
