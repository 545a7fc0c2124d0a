//! The policies of roles, users and groups that speak of KMS.

use serde_json::Value as Json;

use super::super::super::deployment::Resource;
use super::super::super::world::World;
use super::statement::is_of_kms;
use crate::access::{Attached, Policy};

/// A policy of a role, user or group.
#[derive(Debug)]
pub(super) struct Document<'w> {
    pub(super) resource: usize,
    pub(super) pointer: String,
    pub(super) json: &'w Json,
    pub(super) policy: Policy,
}

/// The policies that name actions of KMS; what IAM would refuse to read says nothing.
pub(super) fn documents<'w>(world: &'w World<'_>) -> impl Iterator<Item = Document<'w>> {
    world.deployment.resources.iter().enumerate().flat_map(|(resource, found)| {
        written(found).into_iter().filter(|(_, json)| speaks_of_kms(json)).filter_map(move |(pointer, json)| {
            let policy = Policy::parse(json, Attached::Identity).ok()?;
            Some(Document { resource, pointer, json, policy })
        })
    })
}

/// The policies that stand in a resource, each with its pointer.
fn written<'r>(resource: &'r Resource<'_>) -> Vec<(String, &'r Json)> {
    let own = || resource.get(&["PolicyDocument"]).map(|json| ("/Properties/PolicyDocument".to_owned(), json));
    match resource.kind() {
        "AWS::IAM::Policy"
        | "AWS::IAM::ManagedPolicy"
        | "AWS::IAM::RolePolicy"
        | "AWS::IAM::UserPolicy"
        | "AWS::IAM::GroupPolicy" => own().into_iter().collect(),
        "AWS::IAM::Role" | "AWS::IAM::User" | "AWS::IAM::Group" => {
            let inline = resource.list(&["Policies"]).iter().enumerate();
            let documents = inline.filter_map(|(at, policy)| {
                Some((format!("/Properties/Policies/{at}/PolicyDocument"), policy.get("PolicyDocument")?))
            });
            documents.collect()
        }
        _ => Vec::new(),
    }
}

/// A glance, before anything is read.
fn speaks_of_kms(document: &Json) -> bool {
    fn several(json: &Json) -> &[Json] {
        json.as_array().map_or(std::slice::from_ref(json), Vec::as_slice)
    }
    let mut actions = several(&document["Statement"]).iter().flat_map(|statement| several(&statement["Action"]));
    actions.any(|action| action.as_str().is_some_and(is_of_kms))
}
