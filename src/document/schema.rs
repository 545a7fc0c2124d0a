//! JSON Schemas of maps that several types share, and of what refines them.

use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

/// What references to definitions begin with.
pub const DEFINITIONS: &str = "#/$defs/";

/// The properties that a map can have, with their documentation: those of one type or of several.
#[derive(Clone, Debug, Default)]
pub struct Members {
    properties: Map<String, Value>,
    required: Vec<String>,
}

impl Members {
    /// The properties of a type.
    pub fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Self {
        let schema = T::json_schema(generator).to_value();
        let properties = schema["properties"].as_object().cloned().unwrap_or_default();
        let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        Self { properties, required: required.map(str::to_owned).collect() }
    }

    /// The properties of a definition, each as a reference to it.
    pub fn in_definition(definition: &str, definitions: &Map<String, Value>) -> Self {
        let schema = &definitions[definition.trim_start_matches(DEFINITIONS)];
        let names = schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name);
        let reference = |name: &String| (name.clone(), json!({ "$ref": format!("{definition}/properties/{name}") }));
        Self { properties: names.map(reference).collect(), required: Vec::new() }
    }

    /// These, and others.
    #[must_use]
    pub fn and(mut self, others: &Self) -> Self {
        self.properties.extend(others.properties.clone());
        self.required.extend(others.required.iter().cloned());
        self
    }

    /// These, and one more.
    #[must_use]
    pub fn with(mut self, name: &str, schema: Value) -> Self {
        self.properties.insert(name.to_owned(), schema);
        self
    }

    /// These, of which one has to be there.
    #[must_use]
    pub fn require(mut self, name: &str) -> Self {
        self.required.push(name.to_owned());
        self
    }

    /// These without one.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.properties.shift_remove(name);
        self.required.retain(|required| required != name);
        self
    }

    /// The schema of a map that has these and no others.
    pub fn schema(self) -> Value {
        let mut schema = json!({ "type": "object", "properties": self.properties, "additionalProperties": false });
        if !self.required.is_empty() {
            schema["required"] = self.required.into();
        }
        schema
    }
}

/// The schema of what refines a value: nothing has to be there, since it is there already, and `null` takes away what
/// can be left out. The refinements of definitions are added to them.
pub fn refinement(schema: &Value, definitions: &mut Map<String, Value>) -> Value {
    let Some(keywords) = schema.as_object() else { return schema.clone() };
    let required: Vec<&str> =
        keywords.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let mut refined = keywords.clone();
    for (keyword, value) in &mut refined {
        match (keyword.as_str(), value) {
            ("$ref", Value::String(target)) => *target = refined_definition(target, definitions),
            ("properties" | "patternProperties", Value::Object(properties)) => {
                for (name, property) in properties {
                    let within = refinement(property, definitions);
                    *property = if required.contains(&name.as_str()) { within } else { or_null(within) };
                }
            }
            ("additionalProperties", values @ Value::Object(_)) => *values = or_null(refinement(values, definitions)),
            ("anyOf", Value::Array(alternatives)) => {
                for alternative in alternatives {
                    *alternative = refinement(alternative, definitions);
                }
            }
            ("oneOf", Value::Array(alternatives)) => {
                // What tells one alternative from the others stays required.
                for alternative in alternatives {
                    let mut within = refinement(alternative, definitions);
                    if let Some(required) = alternative.get("required") {
                        within["required"] = required.clone();
                    }
                    *alternative = within;
                }
            }
            _ => {}
        }
    }
    refined.shift_remove("required");
    Value::Object(refined)
}

/// The reference to the refinement of a definition, which is the definition itself where it holds no map.
fn refined_definition(target: &str, definitions: &mut Map<String, Value>) -> String {
    let refined = format!("{target}.refinement");
    let key = |reference: &str| reference.trim_start_matches(DEFINITIONS).to_owned();
    let Some(definition) = definitions.get(&key(target)).cloned() else { return target.to_owned() };
    if !definitions.contains_key(&key(&refined)) {
        definitions.insert(key(&refined), Value::Bool(true)); // found by a definition that holds itself
        let mut within = refinement(&definition, definitions);
        if within == definition {
            definitions.shift_remove(&key(&refined));
            return target.to_owned();
        }
        for (name, property) in within.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
            if *property == definition["properties"][name.as_str()] {
                *property = json!({ "$ref": format!("{target}/properties/{name}") }); // described once
            }
        }
        definitions.insert(key(&refined), within);
    }
    refined
}

/// A schema that accepts nothing as well.
pub fn or_null(mut schema: Value) -> Value {
    let plain = schema.get("enum").is_none() && schema.get("const").is_none();
    if let Some(kind) = schema.get("type").and_then(Value::as_str).filter(|_| plain) {
        schema["type"] = json!([kind, "null"]);
        return schema;
    }
    let alternatives = [&schema["type"], &schema["anyOf"]].into_iter().filter_map(Value::as_array).flatten();
    if alternatives.into_iter().any(|kind| kind == "null" || kind["type"] == "null") {
        return schema;
    }
    let description = schema.as_object_mut().and_then(|keywords| keywords.shift_remove("description"));
    let mut either = json!({ "anyOf": [schema, { "type": "null" }] });
    if let Some(description) = description {
        either["description"] = description;
    }
    either
}

/// The schema of a whole file, as editors read it. They know no keyword that is younger than draft 7, except `$defs`.
pub fn root(title: &str, schema: Value, definitions: Map<String, Value>) -> Value {
    let mut root = json!({ "$schema": "https://json-schema.org/draft/2020-12/schema", "title": title });
    if let (Value::Object(root), Value::Object(schema)) = (&mut root, schema) {
        root.extend(schema);
        root.insert("$defs".to_owned(), definitions.into());
    }
    let mut root = Schema::try_from(root).expect("a map can be a schema");
    ForEditors.transform(&mut root);
    root.to_value()
}

struct ForEditors;

impl Transform for ForEditors {
    fn transform(&mut self, schema: &mut Schema) {
        accept_any_scalar(schema);
        describe(schema);
        transform_subschemas(self, schema);
    }
}

/// Where text of any form is read, what YAML reads as a number or truth value is text as well.
fn accept_any_scalar(schema: &mut Schema) {
    if ["enum", "const", "pattern"].iter().any(|keyword| schema.get(*keyword).is_some()) {
        return;
    }
    let mut kinds = match schema.get("type") {
        Some(Value::String(kind)) if kind == "string" => vec!["string"],
        Some(Value::Array(kinds)) if kinds.iter().any(|kind| kind == "string") => vec!["string", "null"],
        _ => return,
    };
    kinds.extend(["number", "boolean"]);
    schema.insert("type".to_owned(), kinds.into());
}

/// Doc comments are wrapped, which editors would show; and they are Markdown, which editors show under another keyword.
/// <https://code.visualstudio.com/docs/languages/json#_use-rich-formatting-in-hovers>
fn describe(schema: &mut Schema) {
    let Some(comment) = schema.get("description").and_then(Value::as_str) else { return };
    let paragraphs = comment.split("\n\n").map(|lines| lines.split_whitespace().collect::<Vec<_>>().join(" "));
    let description = paragraphs.collect::<Vec<_>>().join("\n\n");
    if description.contains('`') {
        schema.insert("markdownDescription".to_owned(), description.clone().into());
    }
    schema.insert("description".to_owned(), description.into());
}
