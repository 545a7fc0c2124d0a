//! What of a key's policy is needed, found by trying.
//!
//! Needed is what lets a flow, what manages the key, and what denies somebody something that they could do otherwise.
//! Each statement, and each action, principal and value in it, is left out in turn: if nothing that is needed is denied
//! then, it gives more than it has to. Of each condition, a request is looked for that it keeps out and that nothing
//! else keeps out: the requests that are needed, changed in what the condition tests. It counts as proven if there is
//! one, be it that IAM lets the caller do what it lets them today, be it that IAM lets them do everything.

mod actions;
mod counter;
mod need;
mod statement;
mod trial;

pub(super) use actions::Actions;

use serde::Serialize;

use super::flow::Flow;
use super::world::World;
use crate::access::{Effect, Outcome};
use need::{Need, is_meant, needs};
use trial::Trial;

/// What is needed of the policy of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Necessity {
    /// The key, by its number.
    pub key: usize,
    /// Its statements, in the order of the policy.
    pub statements: Vec<Judged>,
    /// The flows, by their numbers, each with what is decided on the request that fares worst.
    pub flows: Vec<(usize, Outcome)>,
}

/// What is needed of a statement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// Whether it is needed.
    pub verdict: Verdict,
    /// The numbers of the flows that it lets.
    pub flows: Vec<usize>,
    /// Whether somebody manages the key by it.
    pub manages: bool,
    /// Its actions that nothing needs, as they are written.
    pub actions: Vec<String>,
    /// Its principals that nothing needs.
    pub principals: Vec<String>,
    /// Values that its conditions allow and that nothing needs, each with the key of the context.
    pub values: Vec<(String, String)>,
    /// Each test of its condition.
    pub tests: Vec<Proof>,
}

/// Whether a statement is needed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing needs it; a denial denies nothing that is allowed.
    #[default]
    Unneeded,
    /// All that needs it is allowed by these, too.
    Covered(Vec<usize>),
    /// It was written for something that is needed, and does not let it. That is found by itself.
    Failing,
    /// Without it, something that is needed would be denied; without a denial, something would be allowed.
    Needed,
}

/// Whether a test of a condition is proven to keep something out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// There is a request that it keeps out.
    Proven,
    /// What it keeps out, these statements let in.
    LetIn(Vec<usize>),
    /// No request was found that it keeps out and the rest of its statement does not.
    Unproven,
}

/// How many statements and conditions there are, and how many are proven to be needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// The statements.
    pub statements: usize,
    /// Those that are needed.
    pub needed: usize,
    /// The tests of their conditions.
    pub conditions: usize,
    /// Those that keep something out.
    pub proven: usize,
}

impl Necessity {
    /// How much is proven.
    pub fn counts(&self) -> Counts {
        let tests = || self.statements.iter().flat_map(|judged| &judged.tests);
        Counts {
            statements: self.statements.len(),
            needed: self.statements.iter().filter(|judged| judged.verdict == Verdict::Needed).count(),
            conditions: tests().count(),
            proven: tests().filter(|proof| **proof == Proof::Proven).count(),
        }
    }
}

/// What is needed of the policy of each key.
pub fn necessity(world: &World<'_>, flows: &[Flow]) -> Vec<Necessity> {
    let mut of_keys: Vec<Vec<(usize, &Flow)>> = vec![Vec::new(); world.keys.all.len()];
    for (number, flow) in flows.iter().enumerate() {
        of_keys[flow.key].push((number, flow));
    }
    of_keys.into_iter().enumerate().map(|(key, flows)| of_key(world, key, &flows)).collect()
}

fn of_key(world: &World<'_>, key: usize, flows: &[(usize, &Flow)]) -> Necessity {
    let mut trial = Trial::new(world, key);
    let mut needs = needs(&mut trial, flows);
    let mut outcomes: Vec<(usize, Outcome)> = Vec::new();
    for need in &needs {
        match (need.flow, outcomes.last_mut()) {
            (Some(flow), Some((last, worst))) if *last == flow => {
                *worst = if need.outcome.rank() < worst.rank() { need.outcome } else { *worst };
            }
            (Some(flow), _) => outcomes.push((flow, need.outcome)),
            (None, _) => {}
        }
    }
    let denied = |need: &Need<'_>| need.flow.is_some() && need.outcome.is_denied();
    let denied: Vec<Need<'_>> = needs.extract_if(.., |need| need.outcome.is_denied()).filter(denied).collect();
    let mut verdicts = cover(&trial, &needs);
    let statements = verdicts.iter_mut().enumerate().map(|(at, verdict)| {
        let failing = denied.iter().filter(|denied| is_meant(&mut trial, at, denied));
        let failing = failing.fold(Actions::default(), |failing, denied| failing.or(denied.actions));
        if *verdict == Verdict::Unneeded && !failing.is_empty() {
            *verdict = Verdict::Failing;
        }
        statement::judge(&mut trial, at, verdict.clone(), &needs, failing)
    });
    let statements = statements.collect();
    Necessity { key, statements, flows: outcomes }
}

/// Which statements are needed: each that can go, the last first, goes for good. Denials are not judged yet.
fn cover(trial: &Trial<'_, '_>, needs: &[Need<'_>]) -> Vec<Verdict> {
    let mut verdicts = vec![Verdict::Needed; trial.policy.statements.len()];
    for at in (0..verdicts.len()).rev().filter(|at| trial.policy.statements[*at].effect != Some(Effect::Deny)) {
        let mine = || needs.iter().filter(|need| need.by.contains(&at));
        let stays = |other: &usize| *other != at && verdicts[*other] == Verdict::Needed;
        if mine().next().is_none() {
            verdicts[at] = Verdict::Unneeded;
        } else if mine().all(|need| need.by.iter().any(stays)) {
            let mut others: Vec<usize> = mine().filter_map(|need| need.by.iter().copied().find(stays)).collect();
            others.sort_unstable();
            others.dedup();
            verdicts[at] = Verdict::Covered(others);
        }
    }
    verdicts
}
