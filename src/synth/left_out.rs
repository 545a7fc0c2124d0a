//! What the rule `encryption` leaves out of an environment.

use super::names::Named;
use crate::construct::{AttributeOf, Entry, a};
use crate::constructs::OrReference;
use crate::definition::Stack;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};

/// A note for each stack in which keys do not exist, with all that goes with them. Pools and replicas are there for
/// what AWS's keys cannot do, so that one does not exist is a mistake.
pub(super) fn report(named: &Named<'_>, found: &mut Diagnostics) {
    for stack in &named.definition.stacks {
        let own = named.constructs().filter(|(of, _)| of.name == stack.name).map(|(_, entry)| entry);
        let (missing, gone): (Vec<&Entry>, Vec<&Entry>) =
            own.filter(|entry| entry.left_out).partition(|entry| entry.required);
        found.extend(missing.into_iter().map(|entry| mistake(entry, &named.definition.environment)));
        let Some(first) = gone.first() else { continue };
        let tier = first.house.encryption.word();
        let place = first.house.place_of("encryption").unwrap_or(stack.place);
        let environment = &named.definition.environment;
        let message =
            format!("`{}` has no keys of its own in `{environment}`, where `encryption` is `{tier}`", stack.name);
        let constructs = gone.iter().map(|entry| format!("left out: `{}`, the `{}`", entry.path, entry.kind));
        let outputs = outputs(stack, &gone).map(|name| format!("left out: the output `{name}`"));
        let variables = variables(stack, &gone).map(|name| format!("left out: the variable `{name}` of the env file"));
        let note = Diagnostic::note(Code::AbsentKey, place, message);
        found.push(constructs.chain(outputs).chain(variables).fold(note, Diagnostic::note_line));
    }
}

/// That something cannot be left out.
fn mistake(entry: &Entry, environment: &str) -> Diagnostic {
    let tier = entry.house.encryption.word();
    let message = format!("`{}` is {}, which does not exist where `encryption` is `{tier}`", entry.path, a(entry.kind));
    let diagnostic = Diagnostic::error(Code::AbsentKey, entry.place, message).hint(format!(
        "`in: {{ {environment}: absent }}` beside its kind leaves it out, or `only` with the environments that have it"
    ));
    entry.house.place_of("encryption").into_iter().fold(diagnostic, |all, rule| all.related(rule, "the rule"))
}

/// The outputs that speak of what is gone.
fn outputs<'s>(stack: &'s Stack, gone: &[&Entry]) -> impl Iterator<Item = &'s str> {
    let outputs = stack.outputs.iter().filter(|(_, of)| speaks(&of.value, stack, gone));
    outputs.map(|(name, _)| name.as_str())
}

/// The variables for programs outside of AWS that speak of it.
fn variables<'s>(stack: &'s Stack, gone: &[&Entry]) -> impl Iterator<Item = &'s str> {
    let variables = stack.env_file.iter().filter(|(_, variable)| match variable {
        OrReference::Reference(of) => speaks(&of.value, stack, gone),
        OrReference::Written(_) => false,
    });
    variables.map(|(name, _)| name.as_str())
}

/// Whether an attribute is one of what is gone.
fn speaks(AttributeOf { of, .. }: &AttributeOf, stack: &Stack, gone: &[&Entry]) -> bool {
    let own = of.stack.as_ref().is_none_or(|name| *name == stack.name);
    own && gone.iter().any(|entry| entry.path == of.path)
}
