//! What IAM would decide if a key's policy were another one.

use super::super::administrator::Administrator;
use super::super::world::{Who, World};
use super::actions::Actions;
use crate::access::{
    Caller, Comparison, Effect, Identity, IdentityKind, Outcome, Policy, PrincipalKind, Principals, Request, Statement,
    Test, Text, Values, decide_by,
};

/// A part of a statement that is tried without the rest, or the rest without it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    /// The test of this number is not there.
    WithoutTest(usize),
    /// There are no tests.
    WithoutTests,
    /// The test of the first number has one value, that of the second.
    OnlyValue(usize, usize),
    /// The principal of this number is the only one.
    OnlyPrincipal(usize),
}

/// The policy of a key, on trial.
///
/// Statements that cannot be about a request are left out before anything is decided.
pub(super) struct Trial<'w, 't> {
    pub(super) world: &'w World<'t>,
    pub(super) key: usize,
    pub(super) policy: &'w Policy,
    /// What each statement is about.
    pub(super) about: Vec<Actions>,
    /// Whoever may be meant to manage the key: anybody, then those whom the policy names. The root user may what anybody
    /// may.
    pub(super) administrators: Vec<Administrator<'w>>,
}

impl<'w, 't> Trial<'w, 't> {
    pub(super) fn new(world: &'w World<'t>, key: usize) -> Self {
        let policy = &*world.key(key).policy;
        let about = policy.statements.iter().map(|statement| Actions::listed(&statement.action)).collect();
        let mut administrators: Vec<Administrator<'_>> = Vec::new();
        for one in Administrator::all(world, key).filter(|one| !one.arn.ends_with(":root")) {
            if administrators.iter().all(|other| other.arn != one.arn) {
                administrators.push(one);
            }
        }
        Self { world, key, policy, about, administrators }
    }

    pub(super) fn denies(&self, statement: usize) -> bool {
        self.policy.statements[statement].effect == Some(Effect::Deny)
    }

    /// The statements that are about one of these actions.
    pub(super) fn about(&self, actions: Actions) -> Vec<usize> {
        (0..self.about.len()).filter(|at| !self.about[*at].and(actions).is_empty()).collect()
    }

    /// The actions of a set, by the statements that are about them: of those that have the same, the same follows.
    pub(super) fn alike(&self, actions: Actions) -> Vec<(Vec<usize>, Actions)> {
        let mut groups: Vec<(Vec<usize>, Actions)> = Vec::new();
        for name in actions.names() {
            let one = Actions::one(name);
            let about = self.about(one);
            match groups.iter_mut().find(|(other, _)| *other == about) {
                Some((_, group)) => *group = group.or(one),
                None => groups.push((about, one)),
            }
        }
        groups
    }

    /// What is decided by these statements alone, of which one is changed.
    pub(super) fn decide(
        &mut self,
        who: Who,
        request: &Request,
        statements: &[usize],
        change: Option<(usize, Change)>,
    ) -> Outcome {
        let change_of = |at: usize| change.filter(|(changed, _)| *changed == at).map(|(_, change)| change);
        let own = &self.policy.statements;
        let changed = change.map(|(at, change)| changed(&own[at], change));
        let may_hold = |at: &usize| !fails(&own[*at], change_of(*at), request);
        let asked = statements.iter().copied().filter(may_hold);
        let asked = asked.map(|at| changed.as_ref().filter(|_| change_of(at).is_some()).unwrap_or(&own[at]));
        let asked: Vec<&Statement> = asked.collect();
        if asked.iter().all(|statement| statement.effect == Some(Effect::Deny)) {
            return Outcome::ImplicitlyDenied;
        }
        decide_by(request, &self.world.policies(self.key, who), self.policy.version, asked).outcome
    }
}

/// Whether a statement cannot be about a request, to be seen at a glance: it is about other services, or asks for other
/// texts than the request carries.
fn fails(statement: &Statement, change: Option<Change>, request: &Request) -> bool {
    let other_caller = match (&statement.principal, &request.principal) {
        (Some(Principals { except: false, all }), Caller::Outside(_, caller)) => {
            all.iter().all(|(_, name)| matches!(name, Text::Known(name) if name != caller && name != "*"))
        }
        (Some(Principals { except: false, all }), Caller::Identity(_)) => {
            all.iter().all(|(kind, _)| *kind == PrincipalKind::Service)
        }
        _ => false,
    };
    let stays = |at: usize| {
        !matches!(change, Some(Change::WithoutTests)) && !matches!(change, Some(Change::WithoutTest(out)) if out == at)
    };
    let mut tests = statement.condition.iter().enumerate().filter(|(at, _)| stays(*at));
    other_caller || tests.any(|(_, test)| asks_for_another(test, request))
}

/// Whether a test compares texts without wildcards, and that of the request is none of them.
fn asks_for_another(test: &Test, request: &Request) -> bool {
    let Test::Compare { operator, key, values } = test else { return false };
    let plain = !operator.negated && operator.set.is_none();
    if !plain || !matches!(operator.comparison, Comparison::String | Comparison::Arn) {
        return false;
    }
    let carried = match (request.context.get(key), &request.principal) {
        (Some(Values::One(Text::Known(carried))), _) => carried,
        (None, Caller::Identity(Identity { arn, kind: IdentityKind::Role | IdentityKind::User, .. }))
            if key.eq_ignore_ascii_case("aws:PrincipalArn") =>
        {
            arn
        }
        _ => return false,
    };
    let is_other = |value: &Text| match value {
        Text::Known(value) => value != carried && !value.contains(['*', '?', '$']),
        Text::Unknown => false,
    };
    values.iter().all(is_other)
}

fn changed(statement: &Statement, change: Change) -> Statement {
    let mut changed = statement.clone();
    match change {
        Change::WithoutTest(at) => drop(changed.condition.remove(at)),
        Change::WithoutTests => changed.condition.clear(),
        Change::OnlyValue(at, value) => {
            if let Test::Compare { values, .. } = &mut changed.condition[at] {
                *values = vec![values[value].clone()];
            }
        }
        Change::OnlyPrincipal(at) => {
            if let Some(principals) = &mut changed.principal {
                principals.all = vec![principals.all[at].clone()];
            }
        }
    }
    changed
}
