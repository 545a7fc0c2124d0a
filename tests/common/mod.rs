//! What the tests share: small projects, written where they are used.
#![allow(dead_code, clippy::allow_attributes, reason = "each test file uses some of it")]

pub(crate) mod audit;
pub(crate) mod buckets;
pub(crate) mod tables;

use std::fs;
use std::path::Path;

use annotate_snippets::Renderer;
use synth::definition::Project;
use synth::diagnostic::{Diagnostics, Sources, render};
use synth::synth::{Synthesis, synthesize};
use synth::template::{Template, Value};
use tempfile::TempDir;

/// Three environments, one of each protection level.
pub(crate) const ENVIRONMENTS: &str = "
environments:
  dev: { protection: open }
  staging: { protection: guarded }
  prod: { protection: locked, break-glass-role: security/BreakGlass }
";

/// A folder with these stack files, by name, and `environments.yaml`.
pub(crate) fn folder(environments: &str, stacks: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder can be made");
    fs::write(folder.path().join("environments.yaml"), environments).expect("the folder can be written to");
    for (name, text) in stacks {
        fs::write(folder.path().join(name), text).expect("the folder can be written to");
    }
    folder
}

/// The synthesis of a folder, and its findings as text, with paths from the folder.
pub(crate) fn try_synthesize(folder: &Path, environment: &str) -> (Option<Synthesis>, String) {
    let mut sources = Sources::default();
    let (project, mut found) = Project::load(folder, &mut sources);
    let synthesis = project.and_then(|project| {
        let (synthesis, mistakes) = synthesize(&project, environment);
        found.extend(mistakes);
        synthesis
    });
    let text = render(&found, &sources, &Renderer::plain());
    (synthesis.filter(|_| !found.has_errors()), text.replace(&format!("{}/", folder.display()), ""))
}

/// Whether nothing but notes was found.
pub(crate) fn only_notes(found: &str) -> bool {
    !found.contains("error[") && !found.contains("warning[")
}

/// The synthesis of stack files in an environment.
///
/// # Panics
/// If there is anything to report but notes.
pub(crate) fn synthesize_all(environments: &str, stacks: &[(&str, &str)], environment: &str) -> Synthesis {
    let folder = folder(environments, stacks);
    let (synthesis, found) = try_synthesize(folder.path(), environment);
    assert!(only_notes(&found), "{found}");
    synthesis.expect("nothing was wrong")
}

/// The template of one stack file in an environment.
///
/// # Panics
/// If there is anything to report, or not exactly one template.
pub(crate) fn template(environments: &str, stack: &str, environment: &str) -> Template {
    let mut synthesis = synthesize_all(environments, &[("app.yaml", stack)], environment);
    assert_eq!(synthesis.stacks.len(), 1, "there is one template");
    synthesis.stacks.remove(0).template
}

/// What is found in one stack file, as text.
pub(crate) fn findings(environments: &str, stack: &str, environment: &str) -> String {
    try_synthesize(folder(environments, &[("app.yaml", stack)]).path(), environment).1
}

/// The environments of the real stacks.
pub(crate) fn real_environments() -> Vec<String> {
    let project = Project::load(Path::new("stacks"), &mut Sources::default()).0.expect("the stacks can be read");
    project.environments.all.into_keys().collect()
}

/// All templates of the real stacks, with their environments.
///
/// # Panics
/// If there is anything to report.
pub(crate) fn real_templates() -> Vec<(String, String, Template)> {
    real_environments().iter().flat_map(|environment| templates_of(Path::new("stacks"), environment)).collect()
}

/// All templates of the real stacks, the examples and the catalogue, with their environments.
///
/// # Panics
/// If there is an error.
pub(crate) fn all_templates() -> Vec<(String, String, Template)> {
    let folders = ["examples", "tests/catalog"].into_iter().map(Path::new);
    let pairs = folders.flat_map(|folder| ["dev", "staging", "prod"].map(|environment| (folder, environment)));
    let shown = pairs.flat_map(|(folder, environment)| templates_of(folder, environment));
    real_templates().into_iter().chain(shown).collect()
}

fn templates_of(folder: &Path, environment: &str) -> Vec<(String, String, Template)> {
    let (synthesis, found) = try_synthesize(folder, environment);
    let stacks = synthesis.unwrap_or_else(|| panic!("{found}")).stacks;
    stacks.into_iter().map(|stack| (stack.stack, environment.to_owned(), stack.template)).collect()
}

/// A value as JSON, as the template prints it.
pub(crate) fn json(value: &Value) -> serde_json::Value {
    let mut template = Template::default();
    let mut resource = synth::template::Resource::default();
    resource.properties.insert("it", value.clone());
    template.resources.insert("it".to_owned(), resource);
    let text = template.print(synth::template::Format::Json);
    let json: serde_json::Value = serde_json::from_str(&text).expect("templates are JSON");
    json["Resources"]["it"]["Properties"]["it"].clone()
}

/// The statements of a policy property, by their id.
///
/// # Panics
/// If the resource has no such policy.
pub(crate) fn statements(template: &Template, id: &str, property: &str) -> Vec<(String, serde_json::Value)> {
    let policy = json(&template.resources[id].properties[property]);
    let statements = policy["Statement"].as_array().expect("a policy has statements").clone();
    statements.into_iter().map(|one| (one["Sid"].as_str().unwrap_or_default().to_owned(), one)).collect()
}

/// The statement of an id.
///
/// # Panics
/// If there is none.
pub(crate) fn one<'s>(statements: &'s [(String, serde_json::Value)], id: &str) -> &'s serde_json::Value {
    let ids: Vec<&str> = statements.iter().map(|(id, _)| id.as_str()).collect();
    &statements.iter().find(|(other, _)| other == id).unwrap_or_else(|| panic!("there is `{id}` among {ids:?}")).1
}

/// The statement of an id in a policy property.
///
/// # Panics
/// If there is no such policy or statement.
pub(crate) fn statement(template: &Template, resource: &str, property: &str, id: &str) -> serde_json::Value {
    one(&statements(template, resource, property), id).clone()
}

/// A property of a resource, `null` where it has none of the name.
pub(crate) fn property(template: &Template, id: &str, name: &str) -> serde_json::Value {
    template.resources[id].properties.get(name).map_or(serde_json::Value::Null, json)
}

/// The findings of a step as text, for messages of failed tests.
pub(crate) fn text(found: &Diagnostics, sources: &Sources) -> String {
    render(found, sources, &Renderer::plain())
}
