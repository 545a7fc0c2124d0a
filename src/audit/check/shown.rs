//! Requests and statements as reports show them.

use serde_json::{Map, Value as Json, json};

use super::super::world::World;
use crate::access::{Caller, Context, PrincipalKind, Request, Text, Values};

/// A request, with what services tell KMS in particular.
pub(super) fn shown(request: &Request) -> Json {
    let principal = match &request.principal {
        Caller::Identity(identity) => identity.arn.clone(),
        Caller::Outside(_, name) => name.clone(),
        Caller::Anonymous => "anonymous".to_owned(),
    };
    let context: Map<String, Json> = told(&request.context).map(|(key, text)| (key.to_owned(), text)).collect();
    json!({"action": request.action, "resource": request.resource, "principal": principal, "context": context})
}

/// What a service tells KMS of a use.
fn told(context: &Context) -> impl Iterator<Item = (&str, Json)> {
    let is_told = |key: &str| {
        matches!(key, "aws:SourceArn" | "aws:SourceAccount" | "kms:ViaService" | "kms:GrantIsForAWSResource")
            || key.starts_with("kms:EncryptionContext:")
    };
    context.entries().filter(move |(key, _)| is_told(key)).map(|(key, values)| (key, value(values)))
}

/// What a key of a context holds; null where nobody knows.
pub(super) fn value(values: &Values) -> Json {
    let text = |text: &Text| match text {
        Text::Known(text) => Json::String(text.clone()),
        Text::Unknown => Json::Null,
    };
    match values {
        Values::One(one) => text(one),
        Values::Many(many) => Json::Array(many.iter().map(text).collect()),
    }
}

/// Statements of a key policy that allow requests of one caller, as CloudFormation has them.
pub(super) fn statements(world: &World<'_>, requests: &[&Request]) -> String {
    let Some(first) = requests.first() else { return String::new() };
    let principal = match &first.principal {
        Caller::Identity(identity) => match world.deployment.by_arn(&identity.arn) {
            Some(role) => json!({"AWS": {"Fn::GetAtt": [world.resource(role).id, "Arn"]}}),
            None => json!({"AWS": identity.arn}),
        },
        Caller::Outside(PrincipalKind::Service, name) => json!({"Service": name}),
        Caller::Outside(..) | Caller::Anonymous => json!("*"),
    };
    written(requests, Some(&principal), &json!("*"))
}

/// Statements of a role's or user's policy that allow its requests.
pub(super) fn own_statements(world: &World<'_>, key: usize, requests: &[&Request]) -> String {
    let key = world.resource(world.key(key).resource).id;
    written(requests, None, &json!({"Fn::GetAtt": [key, "Arn"]}))
}

/// The same, for a key that is known by its ARN alone.
pub(super) fn statements_on(key: &str, requests: &[&Request]) -> String {
    written(requests, None, &json!(key))
}

/// One statement for all requests that carry the same.
fn written(requests: &[&Request], principal: Option<&Json>, resource: &Json) -> String {
    let mut groups: Vec<(Map<String, Json>, Vec<&str>)> = Vec::new();
    for request in requests {
        let condition = condition(request);
        match groups.iter_mut().find(|(known, _)| *known == condition) {
            Some((_, actions)) => actions.push(&request.action),
            None => groups.push((condition, vec![&request.action])),
        }
    }
    let statements = groups.into_iter().map(|(condition, mut actions)| {
        actions.sort_unstable();
        actions.dedup();
        let mut statement = Map::from_iter([("Effect".to_owned(), json!("Allow"))]);
        statement.extend(principal.map(|principal| ("Principal".to_owned(), principal.clone())));
        let actions = if let [one] = actions.as_slice() { json!(one) } else { json!(actions) };
        statement.extend([("Action".to_owned(), actions), ("Resource".to_owned(), resource.clone())]);
        if !condition.is_empty() {
            statement.insert("Condition".to_owned(), Json::Object(condition));
        }
        Json::Object(statement).to_string()
    });
    statements.collect::<Vec<_>>().join(", ")
}

/// Tests for what a request tells, where it is known: ARNs as ARNs.
fn condition(request: &Request) -> Map<String, Json> {
    let mut condition = Map::new();
    for (key, value) in told(&request.context) {
        let Json::String(text) = &value else { continue };
        let operator = match text.as_str() {
            "true" => "Bool",
            text if text.starts_with("arn:") => "ArnEquals",
            _ => "StringEquals",
        };
        condition.entry(operator).or_insert_with(|| json!({}))[key] = value;
    }
    condition
}
