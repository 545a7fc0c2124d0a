//! What an environment is.

use super::{columns, rules};
use crate::definition::Project;
use crate::diagnostic::{Sources, listed};
use crate::environment::Environment;
use crate::name::Region;

/// Where an environment is, what its rules mean where no stack says otherwise, and which stacks it has.
pub(super) fn explain(name: &str, project: &Project, sources: &Sources) -> String {
    let Environment { account, regions, .. } = &project.environments.all[name];
    let account = account.as_ref().map_or("any account".to_owned(), |account| format!("the account {account}"));
    let regions = match regions.as_slice() {
        [] => "any region".to_owned(),
        some => some.iter().map(Region::as_str).collect::<Vec<_>>().join(", "),
    };
    let rules = columns("  ", &rules::rows(&project.environments.house(name), |_| true, sources));
    let stacks = project.definition(name).0.stacks;
    let stacks = listed(stacks.iter().map(|stack| &*stack.name));
    format!(
        "{name} is an environment for {account}, in {regions}, with the stacks {stacks}.\n\nIts rules, where no stack and \
         no construct says otherwise:\n{rules}\n`synth list {name}` shows what it makes.\n"
    )
}
