//! Data that is protected against deletion: its stack must not delete it, and nobody its key.

use std::collections::BTreeMap;

use super::super::administrator::Administrator;
use super::super::deployment::Resource;
use super::super::finding::{Finding, Hazard, Severity};
use super::super::key::KeyReference;
use super::super::world::{Who, World};
use super::lifetime::{Leaving, Stays};
use super::shown::shown;
use super::some_of;
use crate::access::Outcome;

/// The properties by which resources refuse to be deleted. They have the same names for all services that know them:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html>,
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbinstance.html>,
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpool.html>,
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudtrail-eventdatastore.html>
const PROTECTIONS: [&str; 3] = ["DeletionProtectionEnabled", "DeletionProtection", "TerminationProtectionEnabled"];

/// Data whose stack cannot delete it, and protected data whose key anybody can destroy who manages it.
pub(super) fn check(world: &World<'_>, found: &mut Vec<Finding>) {
    contradictions(world, found);
    open_destructions(world, found);
}

/// The property by which a resource is protected, as the end of a JSON pointer.
fn protection(resource: &Resource<'_>) -> Option<String> {
    let is_on = |path: &[&str]| resource.text(path) == Some("ACTIVE") || resource.is_on(path) == Some(true);
    if resource.kind() == "AWS::DynamoDB::GlobalTable" {
        let replicas = (0..resource.list(&["Replicas"]).len()).map(|at| at.to_string());
        let mut protected = replicas.filter(|at| is_on(&["Replicas", at, PROTECTIONS[0]]));
        return protected.next().map(|at| format!("/Properties/Replicas/{at}/{}", PROTECTIONS[0]));
    }
    let property = PROTECTIONS.iter().find(|property| is_on(&[property]))?;
    Some(format!("/Properties/{property}"))
}

/// The lock of a bucket, in which nothing can be deleted before its time.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html>
fn lock(resource: &Resource<'_>) -> Option<String> {
    let locked = resource.kind() == "AWS::S3::Bucket" && resource.is_on(&["ObjectLockEnabled"]) == Some(true);
    locked.then(|| "/Properties/ObjectLockEnabled".to_owned())
}

fn contradictions(world: &World<'_>, found: &mut Vec<Finding>) {
    for (at, resource) in world.deployment.resources.iter().enumerate() {
        let (pointer, refuses) = match (protection(resource), lock(resource)) {
            (Some(pointer), _) => (pointer, "is protected against deletion"),
            (None, Some(pointer)) => (pointer, "keeps objects that nobody can delete"),
            (None, None) => continue,
        };
        if Leaving::Deleted.stays(resource) != Some(Stays::Never) {
            continue;
        }
        let how = match resource.template.deletion_policy {
            Some(_) => "`DeletionPolicy: Delete`",
            None => "without a `DeletionPolicy`",
        };
        let message = format!("`{}` {refuses} and is to be deleted with its stack ({how})", resource.id);
        let hint = format!("give `{}` the attribute `DeletionPolicy: Retain`", resource.id);
        let place = world.at(at, pointer);
        found.push(Finding::new(Hazard::ProtectionContradiction, Severity::Warning, place, message).hint(hint));
    }
}

/// Keys that stay, as their protected data does, and that whoever administers the account can destroy all the same.
fn open_destructions(world: &World<'_>, found: &mut Vec<Finding>) {
    let mut under: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for datum in &world.data {
        if let KeyReference::Own(key) = datum.key
            && protection(world.resource(datum.resource)).is_some()
        {
            under.entry(key).or_default().push(datum.resource);
        }
    }
    for (key, mut data) in under {
        data.dedup();
        let at = world.key(key).resource;
        if Leaving::Deleted.stays(world.resource(at)) == Some(Stays::Never) {
            continue;
        }
        let administrator = Administrator::of(world, key);
        let attempts = ["kms:ScheduleKeyDeletion", "kms:DisableKey"].map(|action| administrator.request(action));
        let decided = attempts.into_iter().map(|request| {
            let decision = world.decide(key, Who::Administrator, &request);
            (request, decision)
        });
        let allowed: Vec<_> = decided.filter(|(_, decision)| decision.outcome == Outcome::Allowed).collect();
        let Some((request, decision)) = allowed.first() else { continue };
        let actions: Vec<&str> = allowed.iter().map(|(request, _)| request.action.as_str()).collect();
        let data: Vec<&str> = data.iter().map(|data| world.resource(*data).id).collect();
        let message = format!(
            "whoever administers the account can destroy `{}` ({}), and with it {}, which {} protected against deletion",
            world.resource(at).id,
            crate::diagnostic::listed(actions.iter().copied()),
            some_of(&data),
            if data.len() == 1 { "is" } else { "are" },
        );
        let place = world.at(at, "/Properties/KeyPolicy");
        let denial = administrator.denial_to_all_but_one();
        found.push(Finding {
            request: Some(shown(request)),
            because: Some(decision.because.clone()),
            ..Finding::new(Hazard::DestructionOpen, Severity::Warning, place, message)
                .hint(format!("add to the policy of the key: {denial}"))
        });
    }
}
