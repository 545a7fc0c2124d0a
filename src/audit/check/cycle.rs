//! Resources that wait for each other.

use super::super::finding::{At, Finding, Hazard, Severity};
use super::super::world::World;
use crate::template::cycle;

/// A cycle of each template, if there is one: CloudFormation refuses it.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html>
pub(super) fn check(world: &World<'_>, found: &mut Vec<Finding>) {
    for (source, of) in world.deployment.sources.iter().enumerate() {
        let Some(mut path) = cycle(of.template) else { continue };
        path.extend(path.first().cloned());
        let id = path[0].clone();
        let shown: Vec<String> = path.iter().map(|id| format!("`{id}`")).collect();
        let message = format!("resources wait for each other: {}", shown.join(" -> "));
        let at = At { source, id, pointer: String::new() };
        let hint = "name one of them by the ARN that it will have (`Fn::Sub` and a physical name), not by a function";
        found.push(Finding::new(Hazard::DependencyCycle, Severity::Error, at, message).hint(hint));
    }
}
