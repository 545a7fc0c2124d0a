//! What of one statement is needed.

use super::super::world::Who;
use super::counter::counters;
use super::need::Need;
use super::trial::{Change, Trial};
use super::{Actions, Judged, Proof, Verdict};
use crate::access::{Comparison, Outcome, Request, Statement, Test, Text, Values};

/// From how many needs, each of which other statements have a say in, requests are made that a condition may keep out.
const TRIED: usize = 3;

/// Judges the parts of a statement by all that is needed, and by the actions that it was written for and does not allow.
pub(super) fn judge(
    trial: &mut Trial<'_, '_>,
    at: usize,
    verdict: Verdict,
    needs: &[Need<'_>],
    failing: Actions,
) -> Judged {
    let statement = &trial.policy.statements[at];
    if trial.denies(at) {
        let tests = (0..statement.condition.len()).map(|test| spares(trial, at, test, needs)).collect();
        let verdict = if protects(trial, at) { Verdict::Needed } else { Verdict::Unneeded };
        return Judged { verdict, tests, ..Judged::default() };
    }
    let mine: Vec<&Need<'_>> = needs.iter().filter(|need| need.by.contains(&at)).collect();
    let mut flows: Vec<usize> = mine.iter().filter_map(|need| need.flow).collect();
    flows.dedup();
    let manages = mine.iter().any(|need| need.flow.is_none());
    if verdict != Verdict::Needed {
        let tests = vec![Proof::Unproven; statement.condition.len()];
        return Judged { verdict, flows, manages, tests, ..Judged::default() };
    }
    Judged {
        verdict,
        flows,
        manages,
        actions: actions(statement, &mine, failing),
        principals: principals(trial, at, &mine),
        values: (0..statement.condition.len()).flat_map(|test| values(trial, at, test, &mine)).collect(),
        tests: (0..statement.condition.len()).map(|test| keeps_out(trial, at, test, &mine)).collect(),
    }
}

/// The actions that nothing needs.
fn actions(statement: &Statement, mine: &[&Need<'_>], failing: Actions) -> Vec<String> {
    if statement.action.except {
        return Vec::new();
    }
    let used = mine.iter().fold(failing, |used, need| used.or(need.actions));
    let unneeded = statement.action.texts.iter().filter_map(|text| match text {
        Text::Known(known) => {
            let meant = Actions::meant(text);
            (!meant.is_empty() && meant.and(used).is_empty()).then(|| known.clone())
        }
        Text::Unknown => None,
    });
    unneeded.collect()
}

/// The principals that nothing needs, of several.
fn principals(trial: &mut Trial<'_, '_>, at: usize, mine: &[&Need<'_>]) -> Vec<String> {
    let Some(principals) = &trial.policy.statements[at].principal else { return Vec::new() };
    if principals.except || principals.all.len() < 2 {
        return Vec::new();
    }
    let mut unneeded = Vec::new();
    for (number, (_, name)) in principals.all.iter().enumerate() {
        let Text::Known(name) = name else { continue };
        let only = Some((at, Change::OnlyPrincipal(number)));
        if !mine.iter().any(|need| allows(trial, need, at, only)) {
            unneeded.push(name.clone());
        }
    }
    unneeded
}

/// The values of a test that nothing needs, of several of which one has to match.
fn values(trial: &mut Trial<'_, '_>, at: usize, test: usize, mine: &[&Need<'_>]) -> Vec<(String, String)> {
    let Test::Compare { operator, key, values } = &trial.policy.statements[at].condition[test] else {
        return Vec::new();
    };
    if operator.negated || operator.comparison == Comparison::Null || values.len() < 2 {
        return Vec::new();
    }
    // What requests carry is most often one of the values itself.
    let given: Vec<&Text> =
        mine.iter().filter_map(|need| need.request.context.get(key)).flat_map(Values::all).collect();
    let mut unneeded = Vec::new();
    for (number, value) in values.iter().enumerate().filter(|(_, value)| !given.contains(value)) {
        let Text::Known(known) = value else { continue };
        let only = Some((at, Change::OnlyValue(test, number)));
        if !mine.iter().any(|need| allows(trial, need, at, only)) {
            unneeded.push((key.clone(), known.clone()));
        }
    }
    unneeded
}

fn allows(trial: &mut Trial<'_, '_>, need: &Need<'_>, at: usize, change: Option<(usize, Change)>) -> bool {
    !trial.decide(need.who, &need.request, &[at], change).is_denied()
}

/// Whether a test of a statement that allows keeps out a request that nothing else keeps out.
fn keeps_out(trial: &mut Trial<'_, '_>, at: usize, test: usize, mine: &[&Need<'_>]) -> Proof {
    let tested = &trial.policy.statements[at].condition[test];
    let without = Some((at, Change::WithoutTest(test)));
    let mut let_in = Vec::new();
    for (need, about) in unlike(trial, mine) {
        for request in counters(tested, &need.request) {
            // What somebody else may do by IAM is not known.
            let same = (request.principal == need.request.principal).then_some(need.who);
            let everything = (need.who != Who::Service).then_some(Who::Administrator);
            for who in same.into_iter().chain(everything) {
                if trial.decide(who, &request, &[at], without).is_denied() {
                    continue;
                }
                if !trial.decide(who, &request, &about, None).is_denied() {
                    let_in.extend(about.iter().filter(|by| !trial.decide(who, &request, &[**by], None).is_denied()));
                } else if !trial.decide(who, &request, &about, without).is_denied() {
                    return Proof::Proven;
                }
            }
        }
    }
    let_in.sort_unstable();
    let_in.dedup();
    if let_in.is_empty() { Proof::Unproven } else { Proof::LetIn(let_in) }
}

/// Some needs, each of which other statements may have a say in, with these statements.
fn unlike<'n, 'f>(trial: &Trial<'_, '_>, mine: &[&'n Need<'f>]) -> Vec<(&'n Need<'f>, Vec<usize>)> {
    let mut found: Vec<(&Need<'_>, Vec<usize>)> = Vec::new();
    for need in mine {
        let about = trial.about(need.actions);
        if found.iter().all(|(_, other)| *other != about) {
            found.push((need, about));
        }
        if found.len() == TRIED {
            break;
        }
    }
    found
}

/// Whether a test of a denial spares something that is needed.
fn spares(trial: &mut Trial<'_, '_>, at: usize, test: usize, needs: &[Need<'_>]) -> Proof {
    let about = trial.about[at];
    let spares = needs.iter().filter(|need| !need.actions.and(about).is_empty()).any(|need| {
        let about = trial.about(need.actions);
        trial.decide(need.who, &need.request, &about, Some((at, Change::WithoutTest(test)))).is_denied()
    });
    if spares { Proof::Proven } else { Proof::Unproven }
}

/// Whether a denial denies something that is allowed without it.
fn protects(trial: &mut Trial<'_, '_>, at: usize) -> bool {
    let groups = trial.alike(trial.about[at]);
    let denied = |trial: &mut Trial<'_, '_>, request: &Request, about: &[usize]| {
        let others: Vec<usize> = about.iter().copied().filter(|other| *other != at).collect();
        let decide =
            |trial: &mut Trial<'_, '_>, about: &[usize]| trial.decide(Who::Administrator, request, about, None);
        decide(trial, about) == Outcome::ExplicitlyDenied && decide(trial, &others) == Outcome::Allowed
    };
    (0..trial.administrators.len()).any(|number| {
        groups.iter().any(|(about, actions)| {
            let action = actions.names().next().unwrap_or_default();
            let request = trial.administrators[number].request(action);
            denied(trial, &request, about)
        })
    })
}
