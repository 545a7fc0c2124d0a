//! What requests to KMS carry of the key and of the caller, beside who they are.

use serde_json::Value as Json;

use super::deployment::Resource;
use super::world::World;
use crate::access::{Context, Text, Values};

/// What every request carries about a key.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html>
pub(super) fn of_key(world: &World<'_>, key: usize) -> Context {
    let key = world.key(key);
    let resource = world.resource(key.resource);
    let mut context = Context::default();
    let replica = resource.kind() == "AWS::KMS::ReplicaKey";
    let property = |name: &str, default: &str| match resource.get(&[name]) {
        // What a replica shares with its primary stands there.
        None if replica => Text::Unknown,
        None => Text::Known(default.to_owned()),
        Some(value) => text(value),
    };
    context.insert("kms:KeySpec", Values::One(property("KeySpec", "SYMMETRIC_DEFAULT")));
    context.insert("kms:KeyUsage", Values::One(property("KeyUsage", "ENCRYPT_DECRYPT")));
    context.insert("kms:KeyOrigin", Values::One(property("Origin", "AWS_KMS")));
    let several = if replica { Text::Known("true".to_owned()) } else { property("MultiRegion", "false") };
    if several != Text::Known("false".to_owned()) {
        context.insert("kms:MultiRegionKeyType", Values::one(if replica { "REPLICA" } else { "PRIMARY" }));
    }
    context.insert("kms:MultiRegion", Values::One(several));
    if !key.aliases.is_empty() {
        let aliases = key.aliases.iter().map(|alias| Text::Known(alias.clone()));
        context.insert("kms:ResourceAliases", Values::Many(aliases.collect()));
    }
    tags(resource, "aws:ResourceTag/", &mut context);
    context
}

/// What every request of a role or user carries about it.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principaltag>
pub(super) fn of_principal(resource: &Resource<'_>) -> Context {
    let mut context = Context::default();
    tags(resource, "aws:PrincipalTag/", &mut context);
    context
}

fn tags(resource: &Resource<'_>, prefix: &str, context: &mut Context) {
    for tag in resource.list(&["Tags"]) {
        if let (Some(key), Some(value)) = (tag["Key"].as_str(), tag.get("Value")) {
            context.insert(&format!("{prefix}{key}"), Values::One(text(value)));
        }
    }
}

fn text(value: &Json) -> Text {
    match value {
        Json::String(text) => Text::Known(text.clone()),
        Json::Bool(on) => Text::Known(on.to_string()),
        Json::Number(number) => Text::Known(number.to_string()),
        _ => Text::Unknown,
    }
}
