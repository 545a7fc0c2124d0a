//! Keys whose policy nobody can change.
//!
//! KMS refuses a policy by which its author could not change it again. So what counts is not a role that the template
//! itself makes: whoever deploys the key is somebody else.
//! <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#prevent-unmanageable-key>

use super::super::administrator::Administrator;
use super::super::finding::{Finding, Hazard, Severity};
use super::super::world::{Who, World};
use super::shown::shown;
use crate::access::Outcome;

const ACTION: &str = "kms:PutKeyPolicy";

/// Each key whose policy nobody can change who may have deployed it.
pub(super) fn check(world: &World<'_>, found: &mut Vec<Finding>) {
    for (at, key) in world.keys.all.iter().enumerate() {
        let resource = world.resource(key.resource);
        // What IAM would refuse to read says nothing; and without a policy, the account manages the key.
        if !key.malformed.is_empty() || resource.get(&["KeyPolicy"]).is_none() {
            continue;
        }
        let (severity, message, hint) = match manageable(world, at) {
            Manageable::Yes => continue,
            Manageable::Unknown(account) => {
                let hint = match account {
                    Some(account) => format!("if the key is of that account: `--account {account}`"),
                    None => "say whom the policy lets manage the key: `--parameter NAME=VALUE`".to_owned(),
                };
                let message = format!("whether anybody can change the policy of `{}` is not known", resource.id);
                (Severity::Unknown, message, hint)
            }
            Manageable::No => {
                let message = format!("nobody can change the policy of `{}`: KMS refuses to create it", resource.id);
                (Severity::Error, message, remedy(world, at))
            }
        };
        let request = Administrator::of(world, at).request(ACTION);
        let because = Some(world.decide(at, Who::Administrator, &request).because);
        let place = world.at(key.resource, "/Properties/KeyPolicy");
        let finding = Finding::new(Hazard::LockOut, severity, place, message).hint(hint);
        found.push(Finding { request: Some(shown(&request)), because, ..finding });
    }
}

/// Whether somebody can change the policy of a key.
enum Manageable {
    Yes,
    /// It depends on what the template leaves open, or on whether the key is of this account.
    Unknown(Option<String>),
    No,
}

fn manageable(world: &World<'_>, at: usize) -> Manageable {
    let resource = world.resource(world.key(at).resource);
    let unchecked = resource.is_on(&["BypassPolicyLockoutSafetyCheck"]) == Some(true);
    let made_here = |who: &Administrator<'_>| {
        let made = world.deployment.by_arn(&who.arn).map(|at| world.resource(at).stack);
        made == Some(resource.stack) && !unchecked
    };
    let mut result = Manageable::No;
    for who in Administrator::all(world, at).filter(|who| !made_here(who)) {
        match (world.decide(at, Who::Administrator, &who.request(ACTION)).outcome, &result) {
            (Outcome::Allowed, _) if !who.is_guess() => return Manageable::Yes,
            (Outcome::Allowed, Manageable::No | Manageable::Unknown(None)) => {
                result = Manageable::Unknown(Some(who.account));
            }
            (Outcome::Unknown, Manageable::No) => result = Manageable::Unknown(None),
            _ => {}
        }
    }
    result
}

/// The smallest change by which the account could manage a key.
fn remedy(world: &World<'_>, at: usize) -> String {
    let administrator = Administrator::of(world, at);
    let decision = world.decide(at, Who::Administrator, &administrator.request(ACTION));
    match (decision.outcome, decision.because.statement) {
        (Outcome::ExplicitlyDenied, Some(statement)) => format!("take `{ACTION}` out of {statement}"),
        _ => format!("add to the policy of the key: {}", administrator.delegation()),
    }
}
