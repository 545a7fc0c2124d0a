//! The order in which stacks have to be deployed.

use super::SynthesizedStack;
use super::build::Built;
use super::names::Named;
use crate::diagnostic::{Code, Diagnostic, Result};

/// The stacks, each after those that it needs, and otherwise in the order of the files.
///
/// # Errors
/// If stacks need each other in a circle.
pub(super) fn by_deployment(built: Vec<Built>, named: &Named<'_>) -> Result<Vec<SynthesizedStack>> {
    let mut ordered: Vec<usize> = Vec::with_capacity(built.len());
    let mut done = vec![false; built.len()];
    while ordered.len() < built.len() {
        let needs_nothing = |at: &usize| built[*at].needs.iter().all(|other| done[other.0 as usize]);
        let ready: Vec<usize> = (0..built.len()).filter(|at| !done[*at]).filter(needs_nothing).collect();
        if ready.is_empty() {
            return Err(circle(&built, &done, named).into());
        }
        for at in ready {
            done[at] = true;
            ordered.push(at);
        }
    }
    let mut stacks: Vec<Option<SynthesizedStack>> = built.into_iter().map(|built| Some(built.stack)).collect();
    Ok(ordered.into_iter().filter_map(|at| stacks[at].take()).collect())
}

/// The circle in which the first of the stacks that are not done is, or which it needs.
fn circle(built: &[Built], done: &[bool], named: &Named<'_>) -> Diagnostic {
    let mut path: Vec<usize> = Vec::new();
    let mut next = done.iter().position(|done| !done);
    let start = loop {
        let at = next.expect("a stack that is not done needs another that is not done");
        if let Some(start) = path.iter().position(|before| *before == at) {
            break start;
        }
        path.push(at);
        next = built[at].needs.iter().map(|other| other.0 as usize).find(|other| !done[*other]);
    };
    let circle = &path[start..];
    let name = |at: &usize| match &built[*at].stack {
        stack if stack.primary => stack.stack.clone(),
        stack => stack.at_region(),
    };
    let place = |at: usize| named.definition.stacks[named.stacks[at].0].place;
    let names: Vec<String> = circle.iter().chain(circle.first()).map(|at| format!("`{}`", name(at))).collect();
    let message = format!("these stacks need each other: {}", names.join(" → "));
    let diagnostic = Diagnostic::error(Code::DependencyCycle, place(circle[0]), message);
    let diagnostic = diagnostic.hint("put what they both need, such as keys, into a stack of its own");
    let others = circle.iter().filter(|at| place(**at) != place(circle[0]));
    others.fold(diagnostic, |diagnostic, at| diagnostic.related(place(*at), format!("`{}`", name(at))))
}
