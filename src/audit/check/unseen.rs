//! Uses of keys whose policies are not in the templates.

use indexmap::IndexMap;

use super::super::finding::{At, Finding, Hazard, Severity};
use super::super::flow::Unseen;
use super::super::key::KeyReference;
use super::super::world::{Who, World};
use super::shown::{shown, statements, statements_on};
use crate::access::{Decision, Outcome, Request};
use crate::service::Caller;

/// One finding for each place that names such a key.
pub(super) fn check(world: &World<'_>, unseen: &[Unseen], found: &mut Vec<Finding>) {
    let mut places: IndexMap<(&At, Severity), Vec<&Unseen>> = IndexMap::new();
    for one in unseen {
        if let Some(severity) = severity(one) {
            places.entry((&one.at, severity)).or_default().push(one);
        }
    }
    for ((at, severity), all) in places {
        let mut uses: Vec<&str> = all.iter().map(|one| one.what.as_str()).collect();
        uses.dedup();
        let uses = uses.join(", ");
        let message = match &all[0].key {
            KeyReference::AwsManaged(name) => {
                format!("{uses}, and `{name}`, which AWS manages, is for roles and users through its own service alone")
            }
            KeyReference::Open(on) => format!("{uses}, and the key depends on `{on}`, which the templates leave open"),
            KeyReference::Outside(name) => format!("{uses}, and the policy of `{name}` is not in the templates"),
            KeyReference::Own(_) => continue,
        };
        let statements = needed(world, &all);
        let hint = match &all[0].key {
            KeyReference::AwsManaged(_) => format!("encrypt under a key of your own whose policy has {statements}"),
            _ => format!("ask whoever owns the key whether its policy has {statements}"),
        };
        let request = all.iter().find_map(|one| one.requests.first()).map(shown);
        let finding = Finding::new(Hazard::KeyUnusable, severity, at.clone(), message).hint(hint);
        found.push(Finding { request, ..finding });
    }
}

/// Roles and users need their own policies, too, for a key of another account; and may not be denied by them.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html>
pub(super) fn own_halves(world: &World<'_>, unseen: &[Unseen], found: &mut Vec<Finding>) {
    for one in unseen {
        let (KeyReference::Outside(key), Who::Principal(principal)) = (&one.key, one.who) else { continue };
        let decided = one.requests.iter().map(|request| (request, world.own_half(principal, request)));
        let denied: Vec<_> =
            decided.filter(|(request, decision)| is_denied(world, principal, request, decision)).collect();
        let Some((request, decision)) = denied.iter().min_by_key(|(_, decision)| decision.outcome.rank()) else {
            continue;
        };
        let at = world.principals[principal].resource;
        let requests: Vec<&Request> = denied.iter().map(|(request, _)| *request).collect();
        let actions = crate::diagnostic::listed(requests.iter().map(|request| request.action.as_str()));
        let (hazard, why) = match decision.outcome {
            Outcome::ExplicitlyDenied => (Hazard::SelfDenial, "a statement of its own denies"),
            _ => (Hazard::KeyUnusable, "no policy of its own allows"),
        };
        let message = format!("{}, and {why} {actions} on `{key}`", one.what);
        let hint = match hazard {
            Hazard::SelfDenial => {
                "narrow the statement, by `kms:ViaService` or by the keys that it is about".to_owned()
            }
            _ => format!(
                "the key is of another account: besides its policy, add to a policy of `{}`: {}",
                world.resource(at).id,
                statements_on(key, &requests)
            ),
        };
        found.push(Finding {
            request: Some(shown(request)),
            because: Some(decision.because.clone()),
            ..Finding::new(hazard, Severity::Error, world.at(at, ""), message).hint(hint)
        });
    }
}

fn is_denied(world: &World<'_>, principal: usize, request: &Request, decision: &Decision) -> bool {
    let own = &world.site(world.principals[principal].resource).account;
    match decision.outcome {
        Outcome::ExplicitlyDenied => true,
        // The policy of a key of the same account may let in by itself.
        Outcome::ImplicitlyDenied => *own != request.resource_account,
        _ => false,
    }
}

/// How bad it is. The policies of keys that AWS manages let the roles and users of the account use them through their
/// service, and nobody else.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key>
fn severity(one: &Unseen) -> Option<Severity> {
    let KeyReference::AwsManaged(name) = &one.key else { return Some(Severity::Unknown) };
    let through = match one.access.caller {
        Caller::Through(service) => name.rsplit('/').next() == Some(service),
        Caller::Service(..) | Caller::Directly => false,
    };
    (one.who == Who::Service || !through).then_some(Severity::Error)
}

/// What the policy of the key has to have.
fn needed(world: &World<'_>, all: &[&Unseen]) -> String {
    let mut seen: Vec<String> = Vec::new();
    for one in all {
        let statements = statements(world, &one.requests.iter().collect::<Vec<_>>());
        if !seen.contains(&statements) {
            seen.push(statements);
        }
    }
    seen.join(", ")
}
