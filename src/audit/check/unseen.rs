//! Uses of keys whose policies are not in the templates.

use indexmap::IndexMap;

use super::super::finding::{At, Finding, Hazard, Severity};
use super::super::flow::Unseen;
use super::super::key::KeyReference;
use super::super::world::{Who, World};
use super::shown::{shown, statements};
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
