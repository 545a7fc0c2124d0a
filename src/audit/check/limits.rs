//! Policies that are longer than AWS accepts.

use super::super::finding::{At, Finding, Hazard, Severity};
use super::super::world::World;
use crate::template::{Counted, TooLarge};

/// Each policy that is too long, or may be.
pub(super) fn check(world: &World<'_>, found: &mut Vec<Finding>) {
    for (source, of) in world.deployment.sources.iter().enumerate() {
        let policies = of.template.too_large().into_iter().filter(|large| large.counted == Counted::Bytes);
        for TooLarge { id, property, size: most, most: limit, .. } in policies {
            let resources = &world.deployment.resources;
            let Some(resource) = resources.iter().find(|it| it.stack == source && it.id == id) else { continue };
            let path: Vec<&str> = property.split('.').collect();
            let bytes = resource.get(&path).map_or(0, |policy| policy.to_string().len());
            let (severity, message) = if bytes > limit {
                (Severity::Error, format!("the policy of `{id}` has {bytes} bytes; AWS accepts {limit}"))
            } else {
                (Severity::Unknown, format!("the policy of `{id}` can come to {most} bytes; AWS accepts {limit}"))
            };
            let at = At { source, id, pointer: format!("/Properties/{}", path.join("/")) };
            let hint = "write one statement with a list of values in place of several that differ in one value";
            found.push(Finding::new(Hazard::PolicyTooLarge, severity, at, message).hint(hint));
        }
    }
}
