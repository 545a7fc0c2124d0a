//! Who creates what keys encrypt, where nobody says who that is.

use std::collections::HashSet;

use super::names::Named;
use super::uses::Collected;
use crate::cfn::ResourceId;
use crate::diagnostic::{Code, Diagnostic, listed};
use crate::environment::{House, Protection};

/// As many constructs as are named.
const NAMED: usize = 8;

/// A note where an environment that keeps its data leaves open who creates what its keys encrypt: the statements for
/// that hold for whoever IAM lets.
pub(super) fn report(named: &Named<'_>, uses: &Collected, house: &House) -> Option<Diagnostic> {
    let place = house.place_of("protection").filter(|_| house.protection != Protection::Open)?;
    let open: HashSet<&ResourceId> = uses.open_to_creators().collect();
    let keys = named.constructs().filter(|(_, key)| key.handles.iter().any(|handle| open.contains(&handle.id)));
    let keys: Vec<String> = keys.map(|(stack, key)| format!("{}:{}", stack.name, key.path)).collect();
    if keys.is_empty() {
        return None;
    }
    let environment = &named.definition.environment;
    let message = format!("`{environment}` names no `deployers`: whoever IAM lets may create what these keys encrypt");
    let shown = listed(keys.iter().take(NAMED).map(String::as_str));
    let more = match keys.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let note = Diagnostic::note(Code::MissingDeployers, place, message).note_line(format!("{shown}{more}"));
    Some(note.hint("`deployers: [role/…]` in environments.yaml names who creates and updates the stacks"))
}
