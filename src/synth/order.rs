//! The order in which stacks have to be deployed.

use super::SynthesizedStack;
use super::build::Built;
use super::names::Named;
use crate::diagnostic::{Code, Diagnostic, Result, listed};
use crate::name::Region;

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
            let stuck: Vec<usize> = (0..built.len()).filter(|at| !done[*at]).collect();
            let name = |at: &usize| match &built[*at].stack {
                stack if stack.primary => stack.stack.clone(),
                stack => format!("{}@{}", stack.stack, stack.target.region.as_ref().map_or("?", Region::as_str)),
            };
            let names: Vec<String> = stuck.iter().map(name).collect();
            let names = listed(names.iter().map(String::as_str));
            let place = named.definition.stacks[named.stacks[stuck[0]].0].place;
            let message = format!("these stacks need each other: {names}");
            let hint = "put what they both need, such as keys, into a stack of its own";
            return Err(Diagnostic::error(Code::DependencyCycle, place, message).hint(hint).into());
        }
        for at in ready {
            done[at] = true;
            ordered.push(at);
        }
    }
    let mut stacks: Vec<Option<SynthesizedStack>> = built.into_iter().map(|built| Some(built.stack)).collect();
    Ok(ordered.into_iter().filter_map(|at| stacks[at].take()).collect())
}
