//! Statements that let too many in, or that do nothing: of policies of keys, and of roles and users so far as they are
//! about keys.

mod action;
mod condition;
mod deputy;
mod grant;
mod identity;
mod principal;
mod resource;
mod statement;
mod wildcard;

use std::collections::HashMap;

use super::super::finding::{Finding, Hazard, Severity};
use super::super::identity::name_property;
use super::super::key::Key;
use super::super::resolve::is_open;
use super::super::world::World;
use statement::Stated;

/// What is wrong with statements, one by one.
pub(super) fn check(world: &World<'_>, found: &mut Vec<Finding>) {
    let mut kinds = HashMap::new();
    for resource in &world.deployment.resources {
        let Some(property) = name_property(resource.kind()) else { continue };
        let is_known = resource.get(&[property]).is_none_or(|name| !is_open(name));
        *kinds.entry(resource.kind()).or_insert(true) &= is_known;
    }
    let mut report = Report { world, found, kinds };
    for key in 0..world.keys.all.len() {
        malformed(&mut report, key);
        for stated in Stated::of_key(world, key) {
            deputy::check(&mut report, key, &stated);
            wildcard::check(&mut report, key, &stated);
            grant::in_key_policy(&mut report, key, &stated);
            action::in_key_policy(&mut report, &stated);
            principal::check(&mut report, key, &stated);
            condition::check(&mut report, key, &stated);
            resource::in_key_policy(&mut report, key, &stated);
        }
    }
    for document in identity::documents(world) {
        for stated in Stated::of_document(&document) {
            grant::in_identity_policy(&mut report, &stated);
            action::in_identity_policy(&mut report, &stated);
            resource::in_identity_policy(&mut report, &stated);
        }
    }
}

/// What IAM refuses to read in the policy of a key.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
fn malformed(report: &mut Report<'_, '_>, key: usize) {
    let Key { resource, malformed, .. } = report.world.key(key);
    for wrong in malformed {
        let at = report.world.at(*resource, format!("/Properties/KeyPolicy{}", wrong.at));
        let message = format!("KMS refuses the policy of `{}`: {}", report.world.resource(*resource).id, wrong.message);
        report.found.push(Finding::new(Hazard::DeadStatement, Severity::Error, at, message));
    }
}

/// What is being found.
struct Report<'r, 'w> {
    world: &'r World<'w>,
    found: &'r mut Vec<Finding>,
    /// The types of the deployment that have names, each with whether all of these are known.
    kinds: HashMap<&'r str, bool>,
}
