//! What editors are told of stack files.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::{ABSENT, Beside, Top};
use crate::constructs::KINDS;
use crate::document::schema::{DEFINITIONS, Members, or_null, refinement, root};
use crate::environment::Rules;
use crate::name::Word;

/// What `in` is for, in a file and beside a kind.
const IN: &str = "What is different in an environment, by its name: maps merge, lists and single values replace, \
    `null` removes.";

/// The JSON Schema of stack files, with the documentation of everything in them.
pub fn stack_file_schema() -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let rules = Members::of::<Rules>(&mut generator);
    let top = Members::of::<Top>(&mut generator).and(&rules);
    let beside = Members::of::<Beside>(&mut generator).and(&rules).without("termination-protection");
    let word = generator.subschema_for::<Word>().to_value();
    let kinds: Vec<(&str, Value)> =
        KINDS.iter().map(|kind| (kind.name, (kind.subschema)(&mut generator).to_value())).collect();
    let mut definitions = generator.take_definitions(true);

    let refined = refinement(&top.clone().without("stack").schema(), &mut definitions);
    let construct = construct(&kinds, &beside, &word, &mut definitions);
    definitions.insert("Construct".to_owned(), construct);
    let by_name = |values: Value| json!({ "type": "object", "propertyNames": word, "additionalProperties": values });
    let mut constructs = by_name(by_name(json!({ "$ref": "#/$defs/Construct" })));
    constructs["description"] = "Constructs by scope, then by id, each a map with the construct's kind.".into();
    let mut refinements = by_name(refined);
    refinements["description"] = IN.into();
    let file = top.with("in", refinements).with("constructs", constructs).require("constructs");
    root("A stack file of synth", file.schema(), definitions)
}

/// A map with exactly one kind, what stands beside it, and refinements of both.
fn construct(kinds: &[(&str, Value)], beside: &Members, word: &Value, definitions: &mut Map<String, Value>) -> Value {
    let refined = refinement(&beside.clone().schema(), definitions);
    definitions.insert("Beside.refinement".to_owned(), refined);
    let beside_refined = Members::in_definition("#/$defs/Beside.refinement", definitions);
    let mut members = beside.clone().with("in", json!({ "description": IN, "type": "object", "propertyNames": word }));
    let (mut one_kind, mut refinements) = (Vec::new(), Vec::new());
    for (name, kind) in kinds {
        let definition = kind["$ref"].as_str().expect("kinds are definitions");
        let properties = &mut definitions[definition.trim_start_matches(DEFINITIONS)];
        if properties.get("required").is_none() {
            *properties = or_null(properties.take());
        }
        let kind_refined = refinement(kind, definitions);
        let definition = kind_refined["$ref"].as_str().expect("refinements of definitions are definitions");
        let refined =
            Members::in_definition(definition, definitions).and(&beside_refined).with(name, kind_refined.clone());
        members = members.with(name, kind.clone());
        one_kind.push(json!({ "required": [name] }));
        let refined = json!({ "anyOf": [refined.schema(), { "const": ABSENT, "description": "The environment does without it." }] });
        refinements.push(json!({
            "if": { "required": [name] },
            "then": { "properties": { "in": { "additionalProperties": refined } } },
        }));
    }
    let mut schema = members.schema();
    schema["oneOf"] = one_kind.into();
    schema["allOf"] = refinements.into();
    schema
}
