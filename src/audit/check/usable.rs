//! Whether everybody can use a key who has to.

use serde_json::{Map, Value as Json, json};

use super::super::finding::{Finding, Hazard, Severity};
use super::super::flow::Flow;
use super::super::world::World;
use crate::access::{Because, Caller, Outcome, Request, StatementId, Text, Values};

/// Each flow whose requests are not all allowed.
pub(super) fn check(world: &World<'_>, flows: &[Flow], found: &mut Vec<Finding>) {
    for flow in flows {
        let decided = flow.requests.iter().map(|request| (request, world.decide(flow.key, flow.who, request)));
        let failing: Vec<_> = decided.filter(|(_, decision)| decision.outcome != Outcome::Allowed).collect();
        // The worst of them speaks for all.
        let rank = |outcome| match outcome {
            Outcome::ExplicitlyDenied => 0,
            Outcome::ImplicitlyDenied => 1,
            Outcome::Unknown => 2,
            Outcome::Allowed => 3,
        };
        let Some((request, decision)) = failing.iter().min_by_key(|(_, decision)| rank(decision.outcome)) else {
            continue;
        };
        let (hazard, severity) = match decision.outcome {
            Outcome::ExplicitlyDenied => (Hazard::SelfDenial, Severity::Error),
            Outcome::Unknown => (Hazard::KeyUnusable, Severity::Unknown),
            _ => (Hazard::KeyUnusable, Severity::Error),
        };
        let key = world.resource(world.key(flow.key).resource).id;
        let mut actions: Vec<&str> = failing.iter().map(|(request, _)| request.action.as_str()).collect();
        actions.dedup();
        let may_not = match decision.outcome {
            Outcome::Unknown => "whether the policies allow",
            Outcome::ExplicitlyDenied => "a statement denies",
            _ => "no policy allows",
        };
        let unknown = if decision.outcome == Outcome::Unknown { " is not known" } else { "" };
        let message = format!("{}, and {may_not} {} on `{key}`{unknown}", flow.what, listed(&actions));
        let hint = hint(request, &decision.because, &actions);
        found.push(Finding {
            request: Some(shown(request)),
            because: Some(decision.because.clone()),
            ..Finding::new(hazard, severity, flow.at.clone(), message).hint(hint)
        });
    }
}

fn listed(actions: &[&str]) -> String {
    crate::diagnostic::listed(actions.iter().copied())
}

/// A request as reports show it.
pub(in super::super) fn shown(request: &Request) -> Json {
    let principal = match &request.principal {
        Caller::Identity(identity) => identity.arn.clone(),
        Caller::Outside(_, name) => name.clone(),
        Caller::Anonymous => "anonymous".to_owned(),
    };
    let context: Map<String, Json> =
        request.context.entries().map(|(key, values)| (key.to_owned(), value(values))).collect();
    json!({"action": request.action, "resource": request.resource, "principal": principal, "context": context})
}

fn value(values: &Values) -> Json {
    let text = |text: &Text| match text {
        Text::Known(text) => Json::String(text.clone()),
        Text::Unknown => Json::Null,
    };
    match values {
        Values::One(one) => text(one),
        Values::Many(many) => Json::Array(many.iter().map(text).collect()),
    }
}

/// The smallest change that would allow a request.
fn hint(request: &Request, because: &Because, actions: &[&str]) -> String {
    let statement = because.statement.as_ref().map(|statement| match statement {
        StatementId::Sid(sid) => format!("`{sid}`"),
        StatementId::Index(at) => format!("number {at}"),
    });
    if let (Some(statement), Some(test)) = (&statement, &because.condition) {
        let carries = match request.context.get(&test.key) {
            Some(values) => format!("the request carries {}", value(values)),
            None => "the request does not carry it".to_owned(),
        };
        return format!(
            "statement {statement} of the {} comes nearest: its `{}` on `{}` fails, since {carries}",
            because.source, test.operator, test.key
        );
    }
    let missing = missing(request, actions);
    format!("add to the policy of the key: {missing}")
}

/// The statement that is missing.
fn missing(request: &Request, actions: &[&str]) -> Json {
    let principal = match &request.principal {
        Caller::Identity(identity) => json!({"AWS": identity.arn}),
        Caller::Outside(_, name) => json!({"Service": name}),
        Caller::Anonymous => json!("*"),
    };
    let tested = request.context.entries().filter(|(key, _)| {
        matches!(*key, "aws:SourceArn" | "aws:SourceAccount" | "kms:ViaService" | "kms:GrantIsForAWSResource")
            || key.starts_with("kms:EncryptionContext:")
    });
    let condition: Map<String, Json> = tested.map(|(key, values)| (key.to_owned(), value(values))).collect();
    json!({"Effect": "Allow", "Principal": principal, "Action": actions, "Resource": "*", "Condition": {"StringEquals": condition}})
}
