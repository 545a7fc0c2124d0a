//! What has to be allowed on a key: what the templates use it for, and what managing it takes.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::super::flow::Flow;
use super::super::world::{Who, World};
use super::actions::Actions;
use super::trial::{Change, Trial};
use crate::access::{Caller, Outcome, PrincipalKind, Request, Statement, Test, Text, Values};
use crate::service::ssm;

/// A request that has to be allowed.
#[derive(Debug)]
pub(super) struct Need<'f> {
    /// The number of the flow that makes it; nothing where it manages the key.
    pub(super) flow: Option<usize>,
    /// Whose policies are asked.
    pub(super) who: Who,
    /// The request.
    pub(super) request: Cow<'f, Request>,
    /// All actions that the same is true of.
    pub(super) actions: Actions,
    /// The statements that allow it, each by itself: those that name the caller, if there are any.
    pub(super) by: Vec<usize>,
    /// What is decided.
    pub(super) outcome: Outcome,
}

/// All that has to be allowed on a key.
pub(super) fn needs<'f>(trial: &mut Trial<'_, '_>, flows: &[(usize, &'f Flow)]) -> Vec<Need<'f>> {
    let mut all = Vec::new();
    for (number, flow) in flows {
        for (request, actions) in alike(trial, &flow.requests) {
            all.push(need(trial, Some(*number), flow.who, Cow::Borrowed(request), actions));
        }
    }
    manage(trial, flows, &mut all);
    put_parameters(trial, flows, &mut all);
    all
}

/// The requests of a flow, but of those that differ in actions alone of which the same follows, the first only.
fn alike<'f>(trial: &Trial<'_, '_>, requests: &'f [Request]) -> Vec<(&'f Request, Actions)> {
    let mut groups: Vec<(Vec<usize>, &Request, Actions)> = Vec::new();
    for request in requests {
        let action = Actions::one(&request.action);
        let about = trial.about(action);
        let same = |(other, first, _): &&mut (Vec<usize>, &Request, Actions)| {
            *other == about && first.principal == request.principal && first.context == request.context
        };
        match groups.iter_mut().find(same) {
            Some((_, _, actions)) => *actions = actions.or(action),
            None => groups.push((about, request, action)),
        }
    }
    groups.into_iter().map(|(_, request, actions)| (request, actions)).collect()
}

/// What allows a request. What is said of the caller by name counts before what is said of all.
fn need<'f>(
    trial: &mut Trial<'_, '_>,
    flow: Option<usize>,
    who: Who,
    request: Cow<'f, Request>,
    actions: Actions,
) -> Need<'f> {
    let about = trial.about(actions);
    let mut outcome = Outcome::ImplicitlyDenied;
    let mut by = Vec::new();
    for at in about.iter().copied().filter(|at| !trial.denies(*at)).collect::<Vec<_>>() {
        match trial.decide(who, &request, &[at], None) {
            Outcome::Allowed => outcome = Outcome::Allowed,
            Outcome::Unknown if outcome != Outcome::Allowed => outcome = Outcome::Unknown,
            Outcome::Unknown => {}
            Outcome::ExplicitlyDenied | Outcome::ImplicitlyDenied => continue,
        }
        by.push(at);
    }
    if !by.is_empty() && about.iter().any(|at| trial.denies(*at)) {
        outcome = trial.decide(who, &request, &about, None);
    }
    let named = |at: &usize| names(&trial.policy.statements[*at], &request.principal);
    if outcome.is_denied() {
        by.clear();
    } else if by.iter().any(named) {
        by.retain(named);
    }
    Need { flow, who, request, actions, by, outcome }
}

/// Managing a key, by whoever may be meant to: any administrator, and all whom its policy names; those who use it only
/// where nobody else may put its policy.
fn manage(trial: &mut Trial<'_, '_>, flows: &[(usize, &Flow)], all: &mut Vec<Need<'_>>) {
    let users: BTreeSet<&str> = flows.iter().filter_map(|(_, flow)| arn(trial.world, flow.who)).collect();
    let administrators = 0..trial.administrators.len();
    let (users, others): (Vec<usize>, Vec<usize>) =
        administrators.partition(|at| users.contains(trial.administrators[*at].arn.as_str()));
    let before = all.len();
    managed_by(trial, &others, all);
    let put = Actions::one("kms:PutKeyPolicy");
    let puts = |need: &Need<'_>| !need.outcome.is_denied() && !need.actions.and(put).is_empty();
    if !all[before..].iter().any(puts) {
        managed_by(trial, &users, all);
    }
}

fn managed_by(trial: &mut Trial<'_, '_>, administrators: &[usize], all: &mut Vec<Need<'_>>) {
    let groups = trial.alike(Actions::managing());
    for number in administrators {
        let arn = trial.administrators[*number].arn.clone();
        for (about, actions) in &groups {
            // Of whom a policy says nothing by name, the same follows as of anybody.
            let counts = *number == 0 || about.iter().any(|at| speaks_of(&trial.policy.statements[*at], &arn));
            let Some(action) = actions.names().next().filter(|_| counts) else { continue };
            let request = Cow::Owned(trial.administrators[*number].request(action));
            all.push(need(trial, None, Who::Administrator, request, *actions));
        }
    }
}

/// Parameters that somebody reads, somebody has put: CloudFormation makes none that are encrypted.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html>
fn put_parameters(trial: &mut Trial<'_, '_>, flows: &[(usize, &Flow)], all: &mut Vec<Need<'_>>) {
    let mut put: Vec<&Values> = Vec::new();
    for request in flows.iter().flat_map(|(_, flow)| &flow.requests) {
        let Some(parameter) = request.context.get("kms:EncryptionContext:PARAMETER_ARN") else { continue };
        if put.contains(&parameter) {
            continue;
        }
        put.push(parameter);
        for action in ssm::CREATE.actions {
            for number in 0..trial.administrators.len() {
                let Request { principal, .. } = trial.administrators[number].request(action);
                let mut context = request.context.clone();
                context.remove("aws:PrincipalArn");
                let request = Request { action: (*action).to_owned(), principal, context, ..request.clone() };
                let actions = Actions::one(action);
                all.push(need(trial, None, Who::Administrator, Cow::Owned(request), actions));
            }
        }
    }
}

/// Whether a statement that allows was written for somebody whom it does not let, or for the same service.
pub(super) fn is_meant(trial: &mut Trial<'_, '_>, at: usize, denied: &Need<'_>) -> bool {
    let statement = &trial.policy.statements[at];
    let label = |name: &str| name.split('.').next().unwrap_or_default().to_owned();
    let same_service = |caller: &String| {
        let mut principals = statement.principal.iter().flat_map(|principals| &principals.all);
        principals.any(|(kind, name)| match name {
            Text::Known(name) => *kind == PrincipalKind::Service && label(name) == label(caller),
            Text::Unknown => false,
        })
    };
    match &denied.request.principal {
        Caller::Outside(PrincipalKind::Service, caller) if same_service(caller) => true,
        _ if trial.about[at].and(denied.actions).is_empty() => false,
        _ => !trial.decide(denied.who, &denied.request, &[at], Some((at, Change::WithoutTests))).is_denied(),
    }
}

fn arn<'w>(world: &'w World<'_>, who: Who) -> Option<&'w str> {
    match who {
        Who::Principal(at) => Some(&world.principals[at].arn),
        Who::Service | Who::Administrator => None,
    }
}

/// Whether a statement is about somebody by name, or by a pattern.
fn speaks_of(statement: &Statement, arn: &str) -> bool {
    let is = |text: &Text| matches!(text, Text::Known(known) if known == arn || known.contains(['*', '?']));
    let mut principals = statement.principal.iter().flat_map(|principals| &principals.all);
    principals.any(|(_, name)| matches!(name, Text::Known(name) if name == arn))
        || statement.condition.iter().any(|test| match test {
            Test::Compare { key, values, .. } => key.eq_ignore_ascii_case("aws:PrincipalArn") && values.iter().any(is),
            Test::Unknown => false,
        })
}

/// Whether a statement names somebody, or tests who it is.
fn names(statement: &Statement, caller: &Caller) -> bool {
    let named = match caller {
        Caller::Identity(identity) => &identity.arn,
        Caller::Outside(_, name) => name,
        Caller::Anonymous => return false,
    };
    let mut principals = statement.principal.iter().flat_map(|principals| &principals.all);
    let tests = |test: &Test| matches!(test, Test::Compare { key, .. } if key.eq_ignore_ascii_case("aws:PrincipalArn"));
    principals.any(|(_, text)| matches!(text, Text::Known(known) if known == named))
        || statement.condition.iter().any(tests)
}
