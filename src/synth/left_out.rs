//! What the rule `encryption` leaves out of an environment.

use super::names::Named;
use crate::construct::{AttributeOf, Entry, a};
use crate::constructs::OrReference;
use crate::definition::Stack;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::Spanned;

/// A note for each stack in which keys do not exist, or what it shows of those of others, with all that goes with them.
/// Pools and replicas are there for what AWS's keys cannot do, so that one does not exist is a mistake.
pub(super) fn report(named: &Named<'_>, found: &mut Diagnostics) {
    for stack in &named.definition.stacks {
        let own = named.constructs().filter(|(of, _)| of.name == stack.name).map(|(_, entry)| entry);
        let (missing, gone): (Vec<&Entry>, Vec<&Entry>) =
            own.filter(|entry| entry.left_out).partition(|entry| entry.required);
        found.extend(missing.into_iter().map(|entry| mistake(entry, &named.definition.environment)));
        let outputs = outputs(stack, named);
        let variables = variables(stack, named);
        let mut shown = outputs.iter().chain(&variables).map(|(_, of)| *of);
        let Some(first) = gone.first().copied().or_else(|| shown.next()) else { continue };
        let tier = first.house.encryption.word();
        let place = first.house.place_of("encryption").unwrap_or(stack.place);
        let environment = &named.definition.environment;
        let lack = if gone.is_empty() { "shows keys that do not exist" } else { "has no keys of its own" };
        let message = format!("`{}` {lack} in `{environment}`, where `encryption` is `{tier}`", stack.name);
        let constructs = gone.iter().map(|entry| format!("left out: `{}`, the `{}`", entry.path, entry.kind));
        let outputs = outputs.iter().map(|(name, _)| format!("left out: the output `{name}`"));
        let variables = variables.iter().map(|(name, _)| format!("left out: the variable `{name}` of the env file"));
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

/// The outputs of a stack that speak of what is gone, here or in another stack, each with what it speaks of.
fn outputs<'n>(stack: &'n Stack, named: &'n Named<'_>) -> Vec<(&'n str, &'n Entry)> {
    let outputs = stack.outputs.iter();
    outputs.filter_map(|(name, of)| Some((name.as_str(), gone(of, stack, named)?))).collect()
}

/// The variables for programs outside of AWS that speak of it.
fn variables<'n>(stack: &'n Stack, named: &'n Named<'_>) -> Vec<(&'n str, &'n Entry)> {
    let variables = stack.env_file.iter().filter_map(|(name, variable)| match variable {
        OrReference::Reference(of) => Some((name.as_str(), gone(of, stack, named)?)),
        OrReference::Written(_) => None,
    });
    variables.collect()
}

/// What an attribute is of, where that is gone. A reference that leads nowhere is reported where it is read.
fn gone<'n>(of: &Spanned<AttributeOf>, stack: &Stack, named: &'n Named<'_>) -> Option<&'n Entry> {
    let id = named.model.resolve(&of.value.of, of.span, named.home(stack)?).ok()?;
    Some(&named.model.entries()[id]).filter(|entry| entry.left_out)
}
