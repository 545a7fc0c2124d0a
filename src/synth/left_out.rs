//! What the rule `encryption` leaves out of an environment.

use super::names::Named;
use crate::construct::Entry;
use crate::definition::Stack;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};

/// A note for each stack in which keys do not exist, with all that goes with them.
pub(super) fn report(named: &Named<'_>, found: &mut Diagnostics) {
    for stack in &named.definition.stacks {
        let own = named.constructs().filter(|(of, _)| of.name == stack.name).map(|(_, entry)| entry);
        let gone: Vec<&Entry> = own.filter(|entry| entry.left_out).collect();
        let Some(first) = gone.first() else { continue };
        let tier = first.house.encryption.word();
        let place = first.house.place_of("encryption").unwrap_or(stack.place);
        let environment = &named.definition.environment;
        let message =
            format!("`{}` has no keys of its own in `{environment}`, where `encryption` is `{tier}`", stack.name);
        let constructs = gone.iter().map(|entry| format!("left out: `{}`, the `{}`", entry.path, entry.kind));
        let outputs = outputs(stack, &gone).map(|name| format!("left out: the output `{name}`"));
        let note = Diagnostic::note(Code::AbsentKey, place, message);
        found.push(constructs.chain(outputs).fold(note, Diagnostic::note_line));
    }
}

/// The outputs that speak of what is gone.
fn outputs<'s>(stack: &'s Stack, gone: &[&Entry]) -> impl Iterator<Item = &'s str> {
    let outputs = stack.outputs.iter().filter(|(_, of)| {
        let of = &of.value.of;
        let own = of.stack.as_ref().is_none_or(|name| *name == stack.name);
        own && gone.iter().any(|entry| entry.path == of.path)
    });
    outputs.map(|(name, _)| name.as_str())
}
