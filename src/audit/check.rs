//! What is wrong with a deployment, each kind by its own.

mod usable;

use super::finding::Finding;
use super::flow::Flow;
use super::world::World;

/// All that is wrong.
pub(super) fn all(world: &World<'_>, flows: &[Flow]) -> Vec<Finding> {
    let mut found = Vec::new();
    usable::check(world, flows, &mut found);
    found
}
