//! Every property that is missing, where serde would name only the first of each map.

use schemars::JsonSchema;
use serde_json::Value;

use super::{Kind, Node, fault::missing};
use crate::diagnostic::{Diagnostic, Span};

/// The required properties that `node` and the maps in it lack, by the schema of `T`; `at` is the place of `node`'s
/// own key.
pub(super) fn missing_properties<T: JsonSchema>(node: &Node, at: Span) -> Vec<Diagnostic> {
    let root = schemars::schema_for!(T).to_value();
    let mut found = Vec::new();
    walk(&root, &root, node, at, &mut found);
    found
}

fn walk(root: &Value, schema: &Value, node: &Node, at: Span, found: &mut Vec<Diagnostic>) {
    let schema = resolve(root, schema);
    match &node.kind {
        Kind::Scalar { .. } => {}
        Kind::Seq(items) => {
            if let Some(schema) = schema.get("items") {
                for item in items {
                    walk(root, schema, item, item.span, found);
                }
            }
        }
        Kind::Map(entries) => {
            let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
            let absent = required.filter_map(Value::as_str).filter(|key| !entries.contains_key(*key));
            found.extend(absent.map(|key| match meaning(schema, key) {
                Some(meaning) => missing(key, at).hint(format!("`{key}`: {meaning}")),
                None => missing(key, at),
            }));
            for (key, entry) in entries {
                let named = schema.get("properties").and_then(|all| all.get(&**key));
                if let Some(schema) = named.or_else(|| schema.get("additionalProperties")) {
                    walk(root, schema, &entry.value, entry.key_span, found);
                }
            }
        }
    }
}

/// What a property is, by the first sentence of its documentation.
fn meaning(schema: &Value, property: &str) -> Option<String> {
    let description = schema["properties"][property]["description"].as_str()?;
    let sentence = description.split("\n\n").next()?.replace('\n', " ");
    let sentence = sentence.split_once(". ").map_or(sentence.as_str(), |(first, _)| first).trim_end_matches('.');
    let (first, second) = (sentence.chars().next()?, sentence.chars().nth(1)?);
    // Names such as DNS stay as they are.
    let name = second.is_uppercase();
    Some(if name { sentence.to_owned() } else { first.to_lowercase().chain(sentence.chars().skip(1)).collect() })
}

/// Follows `$ref`, and takes the one alternative of an optional property that is not `null`.
fn resolve<'s>(root: &'s Value, schema: &'s Value) -> &'s Value {
    if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        let pointed = root.pointer(target.trim_start_matches('#'));
        return pointed.map_or(schema, |schema| resolve(root, schema));
    }
    let alternatives = schema.get("anyOf").and_then(Value::as_array).into_iter().flatten();
    let mut something = alternatives.filter(|schema| schema.get("type").and_then(Value::as_str) != Some("null"));
    match (something.next(), something.next()) {
        (Some(only), None) => resolve(root, only),
        _ => schema,
    }
}
