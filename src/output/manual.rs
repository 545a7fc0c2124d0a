//! The manual of the constructs: what their doc comments say.

use std::fmt::Write;

use serde_json::Value;

use crate::constructs::{KINDS, Kind};

/// What stands above the kinds.
const INTRODUCTION: &str = "# Constructs\n\nProperties without which a construct is an error are in **bold**. What rules \
    such as `log-retention` mean, and where they stand,\nis in the [README](../README.md#environments).\n";

/// The manual of all kinds.
pub fn manual() -> String {
    let sections = KINDS.iter().map(|kind| format!("\n{}", section(kind)));
    std::iter::once(INTRODUCTION.to_owned()).chain(sections).collect()
}

/// What the manual says of one kind.
pub fn section(kind: &Kind) -> String {
    let schema = (kind.schema)().to_value();
    let mut text = format!("## {}\n\n{}\n\n", kind.name, schema["description"].as_str().unwrap_or_default());
    let words = (kind.grantable)();
    if !words.is_empty() && !text.contains("granted `") {
        let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
        writeln!(text, "Roles are granted {} on it.\n", words.join(", ")).expect("text can be written to");
    }
    text.push_str("| property | what it is |\n|---|---|\n");
    rows(&schema, &schema, 0, &mut text);
    text
}

/// A row for each property of a map, then for the properties of maps in it.
fn rows(root: &Value, schema: &Value, depth: usize, text: &mut String) {
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let indent = "` ` ".repeat(depth);
        let shown = if required.contains(&name.as_str()) { format!("**`{name}`**") } else { format!("`{name}`") };
        let inner = within(root, property);
        let mut says = prose(&property["description"]);
        for word in words(root, property) {
            write!(says, " {word}").expect("text can be written to");
        }
        writeln!(text, "| {indent}{shown} | {says} |").expect("text can be written to");
        if let Some(inner) = inner {
            rows(root, inner, depth + 1, text);
        }
    }
}

/// A doc comment as one line of a table.
fn prose(description: &Value) -> String {
    description.as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

/// The allowed words of a property, each with what it means where that is said.
fn words(root: &Value, property: &Value) -> Vec<String> {
    let schema = resolve(root, property);
    let schema = if schema["items"].is_object() { resolve(root, &schema["items"]) } else { schema };
    let plain = schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut words: Vec<String> = plain.map(|word| format!("`{word}`")).collect();
    for one in schema["oneOf"].as_array().into_iter().flatten() {
        let named = one["const"].as_str().map(str::to_owned);
        let single =
            one["properties"].as_object().and_then(|all| all.keys().next().cloned()).map(|key| format!("{key}: …"));
        words.extend(
            one["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).map(|word| format!("`{word}`")),
        );
        if let Some(word) = named.or(single) {
            let says = prose(&one["description"]);
            let says = says.trim_end_matches('.');
            words.push(if says.is_empty() { format!("`{word}`") } else { format!("`{word}` ({says})") });
        }
    }
    words
}

/// The map that a property holds: itself, in a list, or by name.
fn within<'s>(root: &'s Value, property: &'s Value) -> Option<&'s Value> {
    let schema = resolve(root, property);
    if schema["properties"].is_object() {
        return Some(schema);
    }
    let patterns = schema["patternProperties"].as_object().and_then(|all| all.values().next());
    let inner = [&schema["items"], &schema["additionalProperties"]].into_iter().find(|inner| inner.is_object());
    let inner = resolve(root, patterns.or(inner)?);
    inner["properties"].is_object().then_some(inner)
}

/// Follows `$ref`, and takes the alternative of an optional property that is not `null`, or the element of a list that
/// may be written as its only one.
fn resolve<'s>(root: &'s Value, schema: &'s Value) -> &'s Value {
    if let Some(target) = schema["$ref"].as_str() {
        return root.pointer(target.trim_start_matches('#')).map_or(schema, |schema| resolve(root, schema));
    }
    let mut something = schema["anyOf"].as_array().into_iter().flatten().filter(|schema| schema["type"] != "null");
    match (something.next(), something.next()) {
        (Some(only), None) => resolve(root, only),
        (Some(one), Some(many)) if many["items"] == *one => resolve(root, one),
        _ => schema,
    }
}
