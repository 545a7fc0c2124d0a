//! Keys that cannot encrypt what they are named for.

use super::super::finding::{Finding, Hazard, Severity};
use super::super::key::KeyReference;
use super::super::misfit::misfit;
use super::super::world::World;

pub(super) fn check(world: &World<'_>, found: &mut Vec<Finding>) {
    for datum in &world.data {
        let Some(misfit) = misfit(world, datum) else { continue };
        let key = match &datum.key {
            KeyReference::Own(key) => world.resource(world.key(*key).resource).id,
            KeyReference::AwsManaged(name) | KeyReference::Outside(name) | KeyReference::Open(name) => name,
        };
        let of = world.resource(datum.resource).id;
        let message = format!("`{of}` encrypts {} under `{key}`, {}", datum.place.what, misfit.words(datum));
        let at = world.at(datum.resource, &datum.pointer);
        found.push(Finding::new(Hazard::KeyUnusable, Severity::Error, at, message).hint(misfit.hint(datum)));
    }
}
