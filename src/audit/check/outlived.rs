//! Keys that go while what is encrypted under them stays.
//!
//! That a deleted key waits for some days changes nothing: what stays cannot be read meanwhile, nor ever after.
//! <https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html>

use std::collections::BTreeMap;

use super::super::finding::{Finding, Hazard, Severity};
use super::super::key::KeyReference;
use super::super::world::World;
use super::lifetime::{Leaving, Stays};
use super::some_of;

/// Each key that goes before what is encrypted under it, in whatever stack of the deployment.
pub(super) fn check(world: &World<'_>, found: &mut Vec<Finding>) {
    let mut under: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for datum in world.data.iter().filter(|datum| datum.place.keeps) {
        if let KeyReference::Own(key) = datum.key {
            under.entry(key).or_default().push(datum.resource);
        }
    }
    for (key, mut data) in under {
        data.dedup();
        let at = world.key(key).resource;
        let key = world.resource(at);
        let mut weak: Vec<(Leaving, Stays, Vec<&str>)> = Vec::new();
        for leaving in [Leaving::Deleted, Leaving::Replaced] {
            let Some(own) = leaving.stays(key) else { continue };
            let outlives = |data: &&usize| leaving.stays(world.resource(**data)).is_some_and(|stays| stays > own);
            let outliving: Vec<&str> = data.iter().filter(outlives).map(|data| world.resource(*data).id).collect();
            if !outliving.is_empty() {
                weak.push((leaving, own, outliving));
            }
        }
        // Whoever forgot the one attribute forgot the other.
        let both = matches!(weak.as_slice(), [(_, Stays::Never, one), (_, Stays::Never, other)] if one == other);
        for (leaving, own, outliving) in weak.into_iter().take(if both { 1 } else { 2 }) {
            let when = match (leaving, own) {
                (_, Stays::OnceCreated) => "is deleted where its stack cannot be created",
                (Leaving::Deleted, _) if both => "is deleted with its stack and when it is replaced",
                (Leaving::Deleted, _) => "is deleted with its stack",
                (Leaving::Replaced, _) => "is deleted when it is replaced",
            };
            // What a stack that never came to be leaves behind has hardly any data.
            let severity = if own == Stays::OnceCreated { Severity::Note } else { Severity::Error };
            let stay = if outliving.len() == 1 { "stays" } else { "stay" };
            let message = format!("`{}` {when}, and {}, encrypted under it, {stay}", key.id, some_of(&outliving));
            let attribute = leaving.attribute();
            let hint = match both {
                true => format!("give `{}` the attributes `DeletionPolicy` and `UpdateReplacePolicy: Retain`", key.id),
                false => format!("give `{}` the attribute `{attribute}: Retain`", key.id),
            };
            let place = world.at(at, format!("/{attribute}"));
            found.push(Finding::new(Hazard::KeyOutlived, severity, place, message).hint(hint));
        }
    }
}
