//! Functions that compute.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>

use serde_json::{Map as Object, Value as Json};

use super::{Scope, is_open, open};
use crate::template::{Function, Map, Value};

impl Scope<'_, '_> {
    pub(super) fn compute(&self, function: Function, argument: &Value) -> Option<Json> {
        let left_open = || Some(open(&function.key()));
        match function.name() {
            "If" => return self.choose(argument),
            "FindInMap" => return self.find_in_map(argument).or_else(left_open),
            _ => {}
        }
        let given = self.value(argument)?;
        let computed = match function.name() {
            "Join" => join(&given),
            "Select" => select(&given),
            "Split" => split(&given),
            "ToJsonString" if !contains_open(&given) => Some(Json::String(given.to_string())),
            "Length" => given.as_array().map(|items| items.len().into()),
            _ => None,
        };
        computed.or_else(left_open)
    }

    /// Whether a condition of the template holds.
    pub(super) fn holds(&self, name: &str) -> Option<bool> {
        let Some(Value::Map(conditions)) = self.source.template.others.get("Conditions") else { return None };
        let mark = format!("Condition:{name}");
        if !self.open.borrow_mut().insert(mark.clone()) {
            return None;
        }
        let truth = conditions.get(name).and_then(|condition| self.truth(condition));
        self.open.borrow_mut().remove(&mark);
        truth
    }

    fn truth(&self, condition: &Value) -> Option<bool> {
        let Value::Call(function, argument) = condition else { return None };
        let all = || match &**argument {
            Value::List(items) => items.iter().map(|item| self.truth(item)).collect::<Vec<_>>(),
            other => vec![self.truth(other)],
        };
        match function.name() {
            "Condition" => match &**argument {
                Value::Text(name) => self.holds(name),
                _ => None,
            },
            "Not" => all().first().copied().flatten().map(|truth| !truth),
            "And" => match all() {
                truths if truths.contains(&Some(false)) => Some(false),
                truths => truths.into_iter().collect::<Option<Vec<_>>>().map(|_| true),
            },
            "Or" => match all() {
                truths if truths.contains(&Some(true)) => Some(true),
                truths => truths.into_iter().collect::<Option<Vec<_>>>().map(|_| false),
            },
            "Equals" => match self.value(argument)? {
                Json::Array(sides) if sides.len() == 2 && !sides.iter().any(contains_open) => {
                    Some(words(&sides[0]) == words(&sides[1]))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// `Fn::If`; open where its condition is, unless both ways come to the same.
    fn choose(&self, argument: &Value) -> Option<Json> {
        let Value::List(parts) = argument else { return Some(open("Fn::If")) };
        let [Value::Text(name), yes, no] = parts.as_slice() else { return Some(open("Fn::If")) };
        match self.holds(name) {
            Some(true) => self.value(yes),
            Some(false) => self.value(no),
            None => match (self.value(yes), self.value(no)) {
                (one, other) if one == other => one,
                _ => Some(open(name)),
            },
        }
    }

    /// What an element of a list comes to. Of statements that are there by a condition of the template, each is there,
    /// under a test that may hold or not.
    pub(super) fn items(&self, item: &Value) -> Vec<Json> {
        if let Value::Call(function, argument) = item
            && let ("If", Value::List(parts)) = (function.name(), &**argument)
            && let [Value::Text(name), yes, no] = parts.as_slice()
            && self.holds(name).is_none()
        {
            let is_statement = |json: &Json| json.get("Effect").is_some() && json.get("Action").is_some();
            let mut either: Vec<Json> = [yes, no].into_iter().filter_map(|value| self.value(value)).collect();
            if !either.is_empty() && either.iter().all(is_statement) {
                for statement in &mut either {
                    under(name, statement);
                }
                return either;
            }
        }
        self.value(item).into_iter().collect()
    }

    fn find_in_map(&self, argument: &Value) -> Option<Json> {
        let Json::Array(path) = self.value(argument)? else { return None };
        let Some(Value::Map(mappings)) = self.source.template.others.get("Mappings") else { return None };
        let [map, first, second] = path.get(..3)? else { return None };
        let inner = |map: &'_ Map, key: &Json| match map.get(key.as_str()?) {
            Some(Value::Map(inner)) => Some(inner.clone()),
            _ => None,
        };
        let found = inner(&inner(mappings, map)?, first)?;
        self.value(found.get(second.as_str()?)?)
    }

    /// `Fn::Sub`; open where one of its variables is.
    pub(super) fn substitute(&self, text: &str, variables: Option<&Map>) -> Json {
        let mut result = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            result.push_str(before);
            let Some((name, behind)) = after.split_once('}') else {
                result.push_str("${");
                rest = after;
                continue;
            };
            rest = behind;
            if let Some(literal) = name.strip_prefix('!') {
                result.extend(["${", literal, "}"]);
                continue;
            }
            let name = name.trim();
            let value = match (variables.and_then(|own| own.get(name)), name.split_once('.')) {
                (Some(value), _) => self.value(value),
                (None, Some((id, attribute))) => Some(self.attribute(id, attribute)),
                (None, None) => self.reference(name),
            };
            match value.as_ref().and_then(words) {
                Some(words) => result.push_str(&words),
                None => return value.filter(is_open).unwrap_or_else(|| open(name)),
            }
        }
        result.push_str(rest);
        Json::String(result)
    }
}

/// Adds a test to a statement that holds if a condition of the template does: whether a key is there may be asked of any
/// key, and what is wanted is open.
fn under(name: &str, statement: &mut Json) {
    let mut tests = match statement.get("Condition") {
        Some(tests) if !is_open(tests) => tests.as_object().cloned().unwrap_or_default(),
        _ => Object::new(),
    };
    if let Json::Object(keys) = tests.entry("Null").or_insert_with(|| Json::Object(Object::new())) {
        keys.insert(format!("cloudformation:{name}"), open(name));
    }
    statement["Condition"] = Json::Object(tests);
}

/// A scalar as text.
fn words(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(on) => Some(on.to_string()),
        _ => None,
    }
}

fn contains_open(value: &Json) -> bool {
    match value {
        Json::Array(items) => items.iter().any(contains_open),
        Json::Object(entries) => is_open(value) || entries.values().any(contains_open),
        _ => false,
    }
}

fn join(given: &Json) -> Option<Json> {
    let [separator, Json::Array(items)] = given.as_array()?.as_slice() else { return None };
    let texts: Option<Vec<String>> = items.iter().map(words).collect();
    Some(Json::String(texts?.join(separator.as_str()?)))
}

fn select(given: &Json) -> Option<Json> {
    let [at, Json::Array(items)] = given.as_array()?.as_slice() else { return None };
    items.get(words(at)?.parse::<usize>().ok()?).cloned()
}

fn split(given: &Json) -> Option<Json> {
    let [separator, text] = given.as_array()?.as_slice() else { return None };
    let pieces = text.as_str()?.split(separator.as_str()?);
    Some(Json::Array(pieces.map(|piece| Json::String(piece.to_owned())).collect()))
}
