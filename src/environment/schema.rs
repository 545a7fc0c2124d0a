//! What editors are told of `environments.yaml`.

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use super::{COMMANDS, Environment, ProjectRules, Rules};
use crate::document::schema::{Members, root};
use crate::name::Word;

/// The JSON Schema of `environments.yaml`, with the documentation of everything in it.
pub fn environments_schema() -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let rules = Members::of::<Rules>(&mut generator);
    let environment = Members::of::<Environment>(&mut generator).and(&rules).schema();
    let environments = json!({
        "description": "The environments, by name.",
        "type": "object",
        "minProperties": 1,
        "propertyNames": { "allOf": [generator.subschema_for::<Word>(), { "not": { "enum": COMMANDS } }] },
        "additionalProperties": environment,
    });
    let file = Members::of::<ProjectRules>(&mut generator).and(&rules);
    let file = file.with("environments", environments).require("environments");
    root("environments.yaml of synth", file.schema(), generator.take_definitions(true))
}
