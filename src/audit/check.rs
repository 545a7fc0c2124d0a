//! What is wrong with a deployment, each kind by its own.

mod advice;
mod cycle;
mod lifetime;
mod limits;
mod lock_out;
mod misfit;
mod names;
mod order_race;
mod origin_identity;
mod outlived;
mod over_permission;
mod policy;
mod protection;
mod remedy;
mod shown;
mod unseen;
mod usable;

use super::deployment::SOME_ACCOUNT;
use super::finding::Finding;
use super::flow::{Flow, Unseen};
use super::necessity::Necessity;
use super::world::World;

/// All that is wrong.
pub(super) fn all(world: &World<'_>, flows: &[Flow], unseen: &[Unseen], necessity: &[Necessity]) -> Vec<Finding> {
    let mut found = Vec::new();
    usable::check(world, flows, &mut found);
    unseen::check(world, unseen, &mut found);
    unseen::own_halves(world, unseen, &mut found);
    misfit::check(world, &mut found);
    origin_identity::check(world, &mut found);
    lock_out::check(world, &mut found);
    outlived::check(world, &mut found);
    protection::check(world, &mut found);
    policy::check(world, &mut found);
    order_race::check(world, &mut found);
    limits::check(world, &mut found);
    names::check(world, &mut found);
    cycle::check(world, &mut found);
    over_permission::check(world, necessity, unseen, &mut found);
    // What is to be written into a template does not name an account that nobody has given.
    for hint in found.iter_mut().filter_map(|finding| finding.hint.as_mut()) {
        *hint = hint.replace(SOME_ACCOUNT, "${AWS::AccountId}");
    }
    found
}

/// Some of several resources by name: enough to know what is meant.
fn some_of(ids: &[&str]) -> String {
    const SHOWN: usize = 3;
    let shown = crate::diagnostic::listed(ids.iter().copied().take(SHOWN));
    match ids.len().checked_sub(SHOWN) {
        None | Some(0) => shown,
        Some(more) => format!("{shown} and {more} more"),
    }
}
