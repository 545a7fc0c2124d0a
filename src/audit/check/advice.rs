//! What is wrong with a test that keeps a statement from allowing.

use serde_json::Value as Json;

use super::super::flow::Flow;
use super::super::world::{Who, World};
use super::shown::value;
use crate::access::{Because, Request, Statement, StatementId, Test, Text};

/// How the test fails that decided, and what is wrong with it where that is a mistake that many make.
pub(super) fn on_test(world: &World<'_>, flow: &Flow, request: &Request, because: &Because) -> Option<String> {
    let test = because.condition.as_ref()?;
    let carried = request.carried().get(&test.key).map(value);
    let mut words = match &carried {
        Some(Json::Null) => "depends on what nobody knows before".to_owned(),
        Some(Json::String(text)) => format!("fails, since the request carries `{text}`"),
        Some(several) => format!("fails, since the request carries {several}"),
        None => "fails, since the request does not carry it".to_owned(),
    };
    let carried = carried.as_ref().and_then(Json::as_str);
    if let Some(advice) = advice(request, &test.operator, &test.key, carried, &tested(world, flow, because)) {
        words.push_str(": ");
        words.push_str(advice);
    }
    Some(words)
}

fn advice(
    request: &Request,
    operator: &str,
    key: &str,
    carried: Option<&str>,
    wanted: &[String],
) -> Option<&'static str> {
    let key = key.to_ascii_lowercase();
    let begins = |with: char| {
        let goes_on = |text: &String| carried?.strip_prefix(text.as_str())?.chars().next();
        wanted.iter().any(|text| goes_on(text) == Some(with))
    };
    let ends = |with: &str| wanted.iter().any(|text| text.strip_suffix(with).is_some_and(|text| Some(text) == carried));
    let literal = operator.eq_ignore_ascii_case("StringEquals") && wanted.iter().any(|text| text.contains(['*', '?']));
    let to_topic = request.context.get("kms:EncryptionContext:aws:sns:topicArn").is_some();
    match carried {
        Some(_) if literal => Some("it takes wildcards literally, which `StringLike` does not"),
        Some(_) if ends(":*") => Some("the ARN is without the `:*` of the attribute"),
        Some(_) if ends("/*") => Some("with a bucket key it is the ARN of the bucket"),
        Some(_) if begins('-') => Some("the ARN ends with six characters that nobody knows before, `-??????`"),
        Some(_) if begins('/') => Some("without a bucket key it is the ARN of the object"),
        None if key.starts_with("aws:source") && to_topic => {
            Some("test `kms:EncryptionContext:aws:sns:topicArn` instead")
        }
        None if key.starts_with("kms:encryptioncontext") => {
            Some("give the action a statement of its own, without that")
        }
        _ => None,
    }
}

/// The tests of the statement that denies, in words; nothing where it has none.
pub(super) fn on_denial(world: &World<'_>, flow: &Flow, request: &Request, because: &Because) -> Option<String> {
    let context = request.carried();
    let tests = statements(world, flow, because).into_iter().flat_map(|statement| &statement.condition);
    let words = tests.filter_map(|test| match test {
        Test::Compare { operator, key, .. } => {
            let carries = if context.get(key).is_some() { "" } else { ", which the request does not carry" };
            Some(format!("`{}` on `{key}`{carries}", operator.word))
        }
        Test::Unknown => None,
    });
    let words: Vec<String> = words.collect();
    (!words.is_empty()).then(|| words.join(" and "))
}

/// The values that the test compares with.
fn tested(world: &World<'_>, flow: &Flow, because: &Because) -> Vec<String> {
    let Some(condition) = &because.condition else { return Vec::new() };
    let tests = statements(world, flow, because).into_iter().flat_map(|statement| &statement.condition);
    let values = tests.filter_map(|test| match test {
        Test::Compare { key, values, .. } if *key == condition.key => Some(values),
        _ => None,
    });
    let known = values.flatten().filter_map(|value| match value {
        Text::Known(text) => Some(text.clone()),
        Text::Unknown => None,
    });
    known.collect()
}

/// The statement that decided; several policies may have the same name.
fn statements<'w>(world: &'w World<'_>, flow: &Flow, because: &'w Because) -> Vec<&'w Statement> {
    let Some(id) = &because.statement else { return Vec::new() };
    match (because.source.strip_prefix("identity policy "), flow.who) {
        (Some(name), Who::Principal(at)) => {
            let policies = world.principals[at].policies.iter().filter(|policy| policy.name == name);
            policies.flat_map(|policy| identified(&policy.policy.statements, id)).collect()
        }
        _ => identified(&world.key(flow.key).policy.statements, id).collect(),
    }
}

fn identified<'s>(statements: &'s [Statement], id: &'s StatementId) -> impl Iterator<Item = &'s Statement> {
    let same = move |at: usize, statement: &Statement| match id {
        StatementId::Sid(sid) => statement.sid.as_ref() == Some(sid),
        StatementId::Index(index) => at == *index,
    };
    statements.iter().enumerate().filter(move |(at, statement)| same(*at, statement)).map(|(_, statement)| statement)
}
