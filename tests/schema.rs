//! The JSON Schemas that editors read: everything is in them, with its documentation. Whether they accept what synth
//! accepts is tested with a validator, in tests/e2e.

use serde_json::Value;
use synth::construct::{Attribute, AttributeOf};
use synth::constructs::KINDS;
use synth::definition::stack_file_schema;
use synth::environment::environments_schema;

/// Every schema in a schema, with its JSON pointer.
fn walk(schema: &Value, pointer: &str, visit: &mut dyn FnMut(&str, &Value)) {
    visit(pointer, schema);
    for (keyword, value) in schema.as_object().into_iter().flatten() {
        let at = format!("{pointer}/{keyword}");
        match (keyword.as_str(), value) {
            ("properties" | "patternProperties" | "$defs", Value::Object(named)) => {
                for (name, inner) in named {
                    walk(inner, &format!("{at}/{name}"), visit);
                }
            }
            ("anyOf" | "oneOf" | "allOf", Value::Array(items)) => {
                for (number, inner) in items.iter().enumerate() {
                    walk(inner, &format!("{at}/{number}"), visit);
                }
            }
            ("items" | "additionalProperties" | "if" | "then" | "not" | "propertyNames", inner) => {
                walk(inner, &at, visit);
            }
            _ => {}
        }
    }
}

#[test]
fn references_lead_somewhere() {
    for root in [stack_file_schema(), environments_schema()] {
        walk(&root, "", &mut |pointer, schema| {
            if let Some(target) = schema["$ref"].as_str() {
                assert!(root.pointer(target.trim_start_matches('#')).is_some(), "{pointer} refers to {target}");
            }
        });
    }
}

#[test]
fn every_property_is_documented() {
    for root in [stack_file_schema(), environments_schema()] {
        let says = |schema: &Value| {
            let target = schema["$ref"].as_str().and_then(|target| root.pointer(target.trim_start_matches('#')));
            schema["description"].is_string() || target.is_some_and(|target| target["description"].is_string())
        };
        walk(&root, "", &mut |pointer, schema| {
            // Refinements repeat what is documented where it is described; alternatives are documented as such.
            if pointer.contains("/if") || pointer.contains("/then") || pointer.contains("/oneOf/") {
                return;
            }
            for (name, property) in schema["properties"].as_object().into_iter().flatten() {
                assert!(says(property), "{pointer}/{name} says what it is");
            }
        });
    }
}

#[test]
fn every_kind_is_a_key_of_constructs() {
    let schema = stack_file_schema();
    let construct = &schema["$defs"]["Construct"];
    for kind in KINDS {
        assert!(construct["properties"][kind.name].is_object(), "{} is there", kind.name);
    }
    let capitals = construct["properties"].as_object().expect("a construct has properties").keys();
    let capitals = capitals.filter(|key| key.starts_with(|first: char| first.is_ascii_uppercase()));
    assert_eq!(capitals.count(), KINDS.len());
    assert_eq!(construct["oneOf"].as_array().map(Vec::len), Some(KINDS.len()));
    for key in ["in", "name", "generation", "log-retention", "deployers"] {
        assert!(construct["properties"][key].is_object(), "`{key}` stands beside a kind");
    }
}

#[test]
fn references_offer_every_attribute() {
    let mut patterns: Vec<String> = Vec::new();
    walk(&stack_file_schema(), "", &mut |_, schema| {
        let pattern = schema["pattern"].as_str().filter(|pattern| pattern.contains("|key-id|"));
        patterns.extend(pattern.map(str::to_owned));
    });
    assert!(!patterns.is_empty(), "outputs and variables are references");
    let message = "a".parse::<AttributeOf>().expect_err("it is none").to_string();
    for word in ["arn", "name", "id", "key-id", "alias-name", "stream-arn", "url", "size", "alias-prefix", "aliases"] {
        assert!(Attribute::find(word).is_some(), "{word}");
        let offers =
            |pattern: &String| [format!("|{word}|"), format!("({word}|")].iter().any(|it| pattern.contains(it));
        assert!(patterns.iter().all(offers), "{word}: {patterns:?}");
        assert!(message.contains(&format!("`.{word}`")), "{word}: {message}");
    }
}
