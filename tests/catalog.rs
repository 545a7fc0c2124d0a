//! What must hold for every construct, every property struct and every file of the source.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use synth::cfn::{KNOWN_TYPES, KnownType};
use synth::constructs::KINDS;
use synth::template::{Map, Resource, Value};

/// `EncryptedLogGroup` as a file name: `encrypted-log-group`.
fn kebab(kind: &str) -> String {
    let mut name = String::new();
    for letter in kind.chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

#[test]
fn every_construct_and_property_is_documented() {
    for kind in KINDS {
        let schema = (kind.schema)().to_value();
        assert!(schema["description"].is_string(), "{} says what it is", kind.name);
        let properties = schema["properties"].as_object().expect("a construct has properties");
        for (property, schema) in properties {
            assert!(schema["description"].is_string(), "`{property}` of {} says what it is", kind.name);
        }
    }
}

#[test]
fn every_construct_has_an_example_that_synthesizes() {
    let (synthesis, found) = common::try_synthesize(Path::new("examples"), "dev");
    assert!(common::only_notes(&found), "nothing is wrong with the examples: {found}");
    let stacks: Vec<String> =
        synthesis.expect("nothing was found").stacks.into_iter().map(|stack| stack.stack).collect();
    for kind in KINDS {
        let name = kebab(kind.name);
        let text = fs::read_to_string(format!("examples/{name}.yaml")).expect("there is an example");
        assert!(text.contains(&format!("{}:", kind.name)), "examples/{name}.yaml shows {}", kind.name);
        assert!(stacks.contains(&name), "examples/{name}.yaml is the stack {name}");
    }
}

/// Every resource of the stacks and examples, in every environment.
fn resources() -> Vec<(String, Resource)> {
    let mut all = Vec::new();
    for folder in ["stacks", "examples", "tests/catalog"] {
        for environment in ["dev", "staging", "prod"] {
            let (synthesis, found) = common::try_synthesize(Path::new(folder), environment);
            assert!(common::only_notes(&found), "nothing is wrong in {folder}: {found}");
            // What users write as it is, is theirs.
            let stacks = synthesis.expect("nothing was wrong").stacks.into_iter();
            for stack in stacks.filter(|stack| stack.stack != "resource") {
                all.extend(stack.template.resources);
            }
        }
    }
    all
}

#[test]
fn every_resource_agrees_with_cloudformation() {
    let text = fs::read_to_string("tests/cloudformation/schemas.json").expect("there are schemas");
    let schemas: Json = serde_json::from_str(&text).expect("schemas are JSON");
    let mut seen = BTreeMap::new();
    for (id, resource) in resources() {
        let schema = &schemas["types"][&resource.kind];
        assert!(schema.is_object(), "the schemas have {}: see tests/cloudformation/README.md", resource.kind);
        check(&format!("{id} ({})", resource.kind), &Value::Map(resource.properties.clone()), schema);
        let read_only = schema["readOnlyProperties"].as_array().into_iter().flatten();
        for pointer in read_only.filter_map(Json::as_str) {
            let property = pointer.trim_start_matches("/properties/");
            assert!(!resource.properties.contains_key(property), "{id}: `{property}` cannot be set");
        }
        *seen.entry(resource.kind).or_insert(0) += 1;
    }
    for kind in [
        "AWS::ApplicationAutoScaling::ScalableTarget",
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        "AWS::DynamoDB::GlobalTable",
        "AWS::DynamoDB::Table",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Role",
        "AWS::KMS::Alias",
        "AWS::KMS::Key",
        "AWS::Lambda::Function",
        "AWS::Lambda::Permission",
        "AWS::Logs::LogGroup",
        "AWS::Logs::MetricFilter",
        "AWS::S3::Bucket",
        "AWS::S3::BucketPolicy",
        "AWS::SNS::Subscription",
        "AWS::SNS::Topic",
        "AWS::SNS::TopicPolicy",
        "AWS::SQS::Queue",
        "AWS::SQS::QueuePolicy",
    ] {
        assert!(seen.contains_key(kind), "{kind} was checked");
    }
}

#[test]
fn what_is_known_of_types_agrees_with_cloudformation() {
    let text = fs::read_to_string("tests/cloudformation/schemas.json").expect("there are schemas");
    let schemas: Json = serde_json::from_str(&text).expect("schemas are JSON");
    for known in KNOWN_TYPES {
        let properties = &schemas["types"][known.name]["properties"];
        assert!(properties.is_object(), "the schemas have {}", known.name);
        let tags = ["Tags", "UserPoolTags"].into_iter().find(|property| properties.get(property).is_some());
        assert_eq!(known.tags, tags, "{}", known.name);
    }
    let made: BTreeSet<String> = resources().into_iter().map(|(_, resource)| resource.kind).collect();
    let unknown: Vec<&String> = made.iter().filter(|kind| KnownType::find(kind).is_none()).collect();
    assert_eq!(unknown, ["AWS::Route53::HostedZone"], "only this one is written as it is, and made by no construct");
}

/// A value against a schema: known properties, required ones, words, bounds. Functions are computed elsewhere.
fn check(place: &str, value: &Value, schema: &Json) {
    let kinds: Vec<&str> = match &schema["type"] {
        Json::String(kind) => vec![kind],
        Json::Array(kinds) => kinds.iter().filter_map(Json::as_str).collect(),
        _ => return, // the schema does not say
    };
    let is = |kind: &str| assert!(kinds.contains(&kind), "{place} is of the type {kind}, not one of {kinds:?}");
    match value {
        Value::Map(entries) => {
            is("object");
            check_map(place, entries, schema);
        }
        Value::List(items) => {
            is("array");
            for (at, item) in items.iter().enumerate() {
                check(&format!("{place}[{at}]"), item, &schema["items"]);
            }
        }
        Value::Text(text) => {
            is("string");
            if let Some(words) = schema["enum"].as_array() {
                assert!(words.contains(&Json::String(text.clone())), "{place}: `{text}` is one of {words:?}");
            }
            let length = u64::try_from(text.chars().count()).expect("texts are short");
            assert!(schema["maxLength"].as_u64().is_none_or(|most| length <= most), "{place} is short enough");
            assert!(schema["minLength"].as_u64().is_none_or(|least| length >= least), "{place} is long enough");
        }
        Value::Number(number) => {
            assert!(
                kinds.contains(&"integer") || kinds.contains(&"number"),
                "{place} is a number, not one of {kinds:?}"
            );
            let number = number.as_f64().expect("numbers are finite");
            assert!(schema["minimum"].as_f64().is_none_or(|least| number >= least), "{place} is large enough");
            assert!(schema["maximum"].as_f64().is_none_or(|most| number <= most), "{place} is small enough");
            if let Some(numbers) = schema["enum"].as_array() {
                assert!(
                    numbers.iter().any(|one| one.as_f64() == Some(number)),
                    "{place}: {number} is one of {numbers:?}"
                );
            }
        }
        Value::Bool(_) => is("boolean"),
        Value::Null => panic!("{place} is nothing"),
        Value::Ref(_) | Value::GetAtt(..) | Value::Sub(..) | Value::Call(..) => {}
    }
}

fn check_map(place: &str, entries: &Map, schema: &Json) {
    let Some(properties) = schema["properties"].as_object() else { return }; // a policy, or a map of any keys
    for (key, value) in entries.iter() {
        let known = properties.get(key).unwrap_or_else(|| panic!("{place} has no property `{key}`"));
        check(&format!("{place}.{key}"), value, known);
    }
    for required in schema["required"].as_array().into_iter().flatten().filter_map(Json::as_str) {
        assert!(entries.contains_key(required), "{place} has `{required}`");
    }
}

/// The layers of the source, from the bottom up: each may use what stands before it.
const LAYERS: &[&str] = &[
    "parallel",
    "diagnostic",
    "document",
    "name",
    "cfn",
    "service",
    "template",
    "environment",
    "construct",
    "constructs",
    "definition",
    "program",
    "synth",
    "access",
    "audit",
    "output",
    "release",
    "cli",
];

#[test]
fn layers_only_use_what_stands_below_them() {
    let mut seen = Vec::new();
    for file in source_files(Path::new("src")) {
        let path = file.strip_prefix("src").expect("it is in src").to_string_lossy().into_owned();
        let layer = path.split(['/', '.']).next().expect("a path has a first word").to_owned();
        if ["lib", "main"].contains(&layer.as_str()) {
            continue;
        }
        let own = LAYERS.iter().position(|known| *known == layer).unwrap_or_else(|| panic!("`{layer}` is a layer"));
        let text = fs::read_to_string(&file).expect("the source can be read");
        for used in text.split("crate::").skip(1) {
            let name: String = used.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            let used =
                LAYERS.iter().position(|known| *known == name).unwrap_or_else(|| panic!("{path}: `{name}` is a layer"));
            assert!(used <= own, "{path} uses `{name}`, which stands above it");
        }
        seen.push(layer);
    }
    assert!(LAYERS.iter().all(|layer| seen.iter().any(|seen| seen == layer)), "every layer is there: {seen:?}");
}

#[test]
fn every_property_can_be_written_in_rust() {
    let files = source_files(Path::new("src/constructs"));
    let read = |file: &PathBuf| fs::read_to_string(file).expect("the source can be read");
    let texts: Vec<String> = files.iter().map(read).chain([read(&"src/constructs.rs".into())]).collect();
    let statements = texts.iter().flat_map(|text| text.split(';'));
    let exported: Vec<&str> =
        statements.filter_map(|statement| statement.split_once("\npub use ")).map(|it| it.1).collect();
    let word = |c: char| !c.is_ascii_alphanumeric();
    for (file, text) in files.iter().zip(&texts) {
        for derived in text.split("Deserialize, JsonSchema)]").skip(1) {
            let is_head = |line: &&str| ["struct ", "enum "].iter().any(|kind| line.contains(kind));
            let head = derived.lines().find(is_head).expect("a type is derived for");
            let name = head.split(word).skip_while(|it| !["struct", "enum"].contains(it)).nth(1).unwrap_or_default();
            let place = format!("{}: `{name}`", file.display());
            assert!(head.starts_with("pub struct ") || head.starts_with("pub enum "), "{place} is public");
            let own_module = file.parent() == Some(Path::new("src/constructs"));
            let named = || exported.iter().any(|uses| uses.split(word).any(|used| used == name));
            assert!(own_module || named(), "{place} is exported by the module of its construct");
            let body = derived.split_once(head).expect("it is in there").1.split("\n}").next().unwrap_or_default();
            let is_property = |line: &&str| line.starts_with("    ") && !line.trim_start().starts_with(['/', '#']);
            for line in body.lines().filter(is_property).filter(|_| head.contains("struct ") && head.ends_with('{')) {
                assert!(line.starts_with("    pub "), "{place}: `{}` is public", line.trim());
            }
        }
    }
}

#[test]
fn files_are_short() {
    let mut lines: Vec<usize> = Vec::new();
    for file in source_files(Path::new("src")) {
        let count = fs::read_to_string(&file).expect("the source can be read").lines().count();
        assert!(count <= 500, "{} has {count} lines: make two of it", file.display());
        lines.push(count);
    }
    lines.sort_unstable();
    assert!(lines[lines.len() / 2] < 200, "half of the files have less than 200 lines");
}

fn source_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("the source can be read") {
        let path = entry.expect("the source can be read").path();
        if path.is_dir() {
            files.extend(source_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
