//! What roles may do with secrets and parameters: read them, or give them a new value.

use crate::cfn::policy::{Action, Condition};
use crate::cfn::{Arn, Handle, Named};
use crate::construct::{Access, By, Cx, Data, Uses};
use crate::service::KeyAccess;

/// The words that can be granted on them.
pub(super) const WORDS: [&str; 3] = ["read", "write", "read-write"];

/// What reading and writing takes: on the thing itself, and of the key that encrypts it.
pub(super) struct Facts {
    pub(super) read: &'static [Action],
    pub(super) write: &'static [Action],
    pub(super) read_key: &'static KeyAccess,
    pub(super) write_key: &'static KeyAccess,
}

/// What follows from grants on something that is stored.
pub(super) fn uses<R: Named>(handle: &Handle<R>, data: Option<&Data>, facts: &Facts, cx: &Cx<'_>) -> Uses {
    let mut uses = Uses::default();
    uses.stored.extend(data.and_then(|data| data.stored(cx.house().kept())));
    for (grant, role) in cx.granted_to_roles() {
        let accesses = [(grant.reads(), facts.read_key), (grant.writes(), facts.write_key)];
        for (_, access) in accesses.into_iter().filter(|(given, _)| *given) {
            uses.keys.extend(data.and_then(|data| data.used(By::Role(role.clone()), access)));
        }
        uses.accesses.push(Access {
            role: role.clone(),
            sid: format!("{}{}", grant.verb(), handle.id().logical),
            actions: grant.actions(facts.read, facts.write),
            resources: vec![Arn::of(handle)],
            condition: Condition::default(),
        });
    }
    uses
}
