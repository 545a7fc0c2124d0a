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
        let needs_nothing = |at: &usize| built[*at].needs.keys().all(|other| done[other.0 as usize]);
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
        next = built[at].needs.keys().map(|other| other.0 as usize).find(|other| !done[*other]);
    };
    let circle = &path[start..];
    let name = |at: &usize| match &built[*at].stack {
        stack if stack.primary => stack.stack.clone(),
        stack => stack.at_region(),
    };
    let edges: Vec<(usize, usize)> = circle.iter().copied().zip(circle.iter().copied().cycle().skip(1)).collect();
    let names: Vec<String> = circle.iter().chain(circle.first()).map(|at| format!("`{}`", name(at))).collect();
    let message = format!("these stacks need each other: {}", names.join(" → "));
    let place = |(from, to): &(usize, usize)| {
        let mut needs = built[*from].needs.iter().filter(|(other, _)| other.0 as usize == *to).map(|(_, place)| *place);
        needs.next().unwrap_or(named.definition.stacks[named.stacks[*from].0].place)
    };
    let diagnostic = Diagnostic::error(Code::DependencyCycle, place(&edges[0]), message);
    let one = circle.iter().all(|at| built[*at].stack.stack == built[circle[0]].stack.stack);
    let diagnostic = diagnostic.hint(match one {
        true => "each region of a stack is deployed as a whole: put its keys, with their replicas, into a stack of their own",
        false => "put what they both need, such as keys, into a stack of its own",
    });
    let needs = |edge: &(usize, usize)| format!("for this, `{}` needs `{}`", name(&edge.0), name(&edge.1));
    edges.iter().fold(diagnostic, |diagnostic, edge| diagnostic.related(place(edge), needs(edge)))
}
