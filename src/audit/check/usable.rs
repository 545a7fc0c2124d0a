//! Whether everybody can use a key who has to.

use std::collections::HashSet;

use super::super::finding::{Finding, Hazard, Severity};
use super::super::flow::Flow;
use super::super::world::{Who, World};
use super::remedy::Remedy;
use super::shown::shown;
use crate::access::{Decision, Outcome, Request};

/// A request that is not allowed.
type Failing<'f> = (&'f Request, Decision);

/// Each flow whose requests are not all allowed.
pub(super) fn check(world: &World<'_>, flows: &[Flow], found: &mut Vec<Finding>) {
    let mut reported: HashSet<(usize, Who, &str)> = HashSet::new();
    // What a policy declares is said already where something that the templates show fails by the same.
    let (shown, declared): (Vec<&Flow>, Vec<&Flow>) = flows.iter().partition(|flow| flow.access.is_some());
    for uses in shown.chunk_by(|one, next| is_one(one, next)) {
        let failing: Vec<Failing<'_>> = uses.iter().flat_map(|flow| failing(world, flow)).collect();
        reported.extend(failing.iter().map(|(request, _)| (uses[0].key, uses[0].who, request.action.as_str())));
        found.extend(finding(world, uses[0], &failing));
    }
    for flow in declared {
        let mut failing = failing(world, flow);
        failing.retain(|(request, _)| !reported.contains(&(flow.key, flow.who, request.action.as_str())));
        found.extend(finding(world, flow, &failing));
    }
}

/// Whether two flows are parts of one.
fn is_one(one: &Flow, next: &Flow) -> bool {
    (&one.what, &one.at, one.key, one.who) == (&next.what, &next.at, next.key, next.who)
}

fn failing<'f>(world: &World<'_>, flow: &'f Flow) -> Vec<Failing<'f>> {
    let decided = flow.requests.iter().map(|request| (request, world.decide(flow.key, flow.who, request)));
    decided.filter(|(_, decision)| decision.outcome != Outcome::Allowed).collect()
}

/// What is wrong with a flow, by the worst of its requests.
fn finding(world: &World<'_>, flow: &Flow, failing: &[Failing<'_>]) -> Option<Finding> {
    let (request, decision) = failing.iter().min_by_key(|(_, decision)| decision.outcome.rank())?;
    let (hazard, severity) = match decision.outcome {
        Outcome::ExplicitlyDenied => (Hazard::SelfDenial, Severity::Error),
        Outcome::Unknown => (Hazard::KeyUnusable, Severity::Unknown),
        _ => (Hazard::KeyUnusable, Severity::Error),
    };
    let alike = failing.iter().filter(|(_, other)| other.outcome == decision.outcome);
    let requests: Vec<&Request> = alike.map(|(request, _)| *request).collect();
    let remedy = Remedy { world, flow, request, decision, requests: &requests };
    let (what, actions) = (&flow.what, crate::diagnostic::listed(remedy.actions()));
    let key = world.resource(world.key(flow.key).resource).id;
    let message = match decision.outcome {
        Outcome::Unknown => format!("{what}, and whether the policies allow {actions} on `{key}` is not known"),
        Outcome::ExplicitlyDenied => format!("{what}, and a statement denies {actions} on `{key}`"),
        _ if flow.access.is_none() => format!("{what}, and the policy of the key does not allow {actions}"),
        _ => format!("{what}, and no policy allows {actions} on `{key}`"),
    };
    Some(Finding {
        request: Some(shown(request)),
        because: Some(decision.because.clone()),
        ..Finding::new(hazard, severity, flow.at.clone(), message).hint(remedy.words())
    })
}
