//! What is wrong with a deployment, each kind by its own.

mod advice;
mod misfit;
mod remedy;
mod shown;
mod unseen;
mod usable;

use super::finding::Finding;
use super::flow::{Flow, Unseen};
use super::world::World;

/// All that is wrong.
pub(super) fn all(world: &World<'_>, flows: &[Flow], unseen: &[Unseen]) -> Vec<Finding> {
    let mut found = Vec::new();
    usable::check(world, flows, &mut found);
    unseen::check(world, unseen, &mut found);
    misfit::check(world, &mut found);
    found
}
