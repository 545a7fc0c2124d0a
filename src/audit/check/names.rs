//! Resources that have the same name.

use std::collections::HashMap;

use super::super::deployment::Resource;
use super::super::finding::{Finding, Hazard, Severity};
use super::super::identity::name_property;
use super::super::world::World;

/// Each resource whose name another one has already, in any stack of the deployment.
pub(super) fn check(world: &World<'_>, found: &mut Vec<Finding>) {
    let mut first: HashMap<String, usize> = HashMap::new();
    for (at, resource) in world.deployment.resources.iter().enumerate() {
        let Some((property, name)) = name_property(resource.kind())
            .and_then(|property| Some((property, resource.text(&[property]).filter(|name| !name.is_empty())?)))
        else {
            continue;
        };
        let Some(scoped) = scoped(resource, name) else { continue };
        let other = *first.entry(scoped).or_insert(at);
        if other == at || may_be_alternatives(resource, world.resource(other)) {
            continue;
        }
        let other = world.resource(other);
        let whose = match other.stack == resource.stack {
            true => format!("`{}`", other.id),
            false => format!("`{}` of the stack `{}`", other.id, world.deployment.sources[other.stack].stack),
        };
        let message = format!("`{}` has the name of {whose}: `{name}`", resource.id);
        let hint = format!("give one of them another name in `{property}`");
        let place = world.at(at, format!("/Properties/{property}"));
        found.push(Finding::new(Hazard::DuplicateName, Severity::Error, place, message).hint(hint));
    }
}

/// The name with what it has to be unique in. An ARN says that: the partition for buckets, the region for most. Names of
/// IAM are unique in their account whatever the path is, and whatever the case.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names>
fn scoped(resource: &Resource<'_>, name: &str) -> Option<String> {
    let arn = resource.arn.as_deref()?;
    let Some((before, _)) = arn.split_once('/').filter(|(before, _)| before.contains(":iam:")) else {
        return Some(arn.to_owned());
    };
    Some(format!("{before}/{}", name.to_lowercase()))
}

/// Whether one resource may be there in place of another: by a condition, of which nobody knows whether it holds.
fn may_be_alternatives(one: &Resource<'_>, other: &Resource<'_>) -> bool {
    let condition = |resource: &Resource<'_>| resource.template.others.get("Condition").cloned();
    condition(one) != condition(other)
}
