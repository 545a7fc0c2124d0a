//! The order of resources: every place that uses another resource by its literal name waits for it, and nothing
//! printed as `DependsOn` could be left out.

mod common;

use common::real_templates;
use synth::template::{Graph, Template, Value, cycle};

/// Properties that only speak about a resource: whom a permission is for, which topics a policy is about.
const SPEAK_ONLY: &[(&str, &str)] = &[
    ("AWS::KMS::Key", "KeyPolicy"),
    ("AWS::Lambda::Permission", "SourceArn"),
    ("AWS::SNS::TopicPolicy", "PolicyDocument"),
    ("AWS::SQS::Queue", "RedriveAllowPolicy"),
    ("AWS::SQS::QueuePolicy", "PolicyDocument"),
    ("AWS::IAM::Role", "AssumeRolePolicyDocument"),
    // Variables say what something is called; what the function may do with it, and so the order, is in its policy.
    ("AWS::Lambda::Function", "Environment"),
];

/// How the ARN of a named resource ends, by type: before the name, and the property that holds it.
const NAMED: &[(&str, &str, &str)] = &[
    ("AWS::DynamoDB::Table", ":table/", "TableName"),
    ("AWS::IAM::Role", "/", "RoleName"),
    ("AWS::Lambda::Function", ":function:", "FunctionName"),
    ("AWS::Logs::LogGroup", ":log-group:", "LogGroupName"),
    ("AWS::SNS::Topic", "${AWS::AccountId}:", "TopicName"),
    ("AWS::SQS::Queue", "${AWS::AccountId}:", "QueueName"),
];

/// How the ARNs of a template's resources end, each with the resources that make it usable.
fn named(template: &Template) -> Vec<(String, Vec<String>)> {
    let mut names = Vec::new();
    for (id, resource) in &template.resources {
        let Some((_, before, property)) = NAMED.iter().find(|(kind, ..)| *kind == resource.kind) else { continue };
        let Some(Value::Text(name)) = resource.properties.get(property) else { continue };
        let gates = template.resources.iter().filter(|(_, gate)| match gate.kind.as_str() {
            "AWS::SNS::TopicPolicy" => refers(&gate.properties["Topics"], id),
            "AWS::SQS::QueuePolicy" => refers(&gate.properties["Queues"], id),
            "AWS::Lambda::Permission" => refers(&gate.properties["FunctionName"], id),
            _ => false,
        });
        let usable = std::iter::once(id.clone()).chain(gates.map(|(id, _)| id.clone())).collect();
        names.push((format!("{before}{name}"), usable));
    }
    names
}

fn refers(value: &Value, id: &str) -> bool {
    let mut found = false;
    value.references(&mut |other| found |= other == id);
    found
}

/// Whether a value holds an ARN with this ending, or one of what lies in the resource: `…:*`, `…/index/*`.
fn mentions(value: &Value, name: &str) -> bool {
    let in_text = |text: &str| {
        let mut ends = text.match_indices(name).map(|(at, _)| text[at + name.len()..].chars().next());
        ends.any(|end| end.is_none_or(|c| matches!(c, ':' | '/')))
    };
    match value {
        Value::Text(text) => in_text(text),
        Value::Sub(text, variables) => {
            in_text(text)
                || variables.iter().flat_map(|variables| variables.values()).any(|value| mentions(value, name))
        }
        Value::List(items) => items.iter().any(|item| mentions(item, name)),
        Value::Map(entries) => entries.iter().any(|(key, value)| key != "Condition" && mentions(value, name)),
        Value::Call(_, argument) => mentions(argument, name),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Ref(_) | Value::GetAtt(..) => false,
    }
}

/// Every order that a template needs: who uses a resource by name, and what it then has to wait for.
fn needed(template: &Template) -> Vec<(String, String)> {
    let names = named(template);
    let mut needed = Vec::new();
    for (id, resource) in &template.resources {
        let speaks_only = |property: &str| SPEAK_ONLY.contains(&(resource.kind.as_str(), property));
        let uses: Vec<&Value> =
            resource.properties.iter().filter(|(property, _)| !speaks_only(property)).map(|(_, value)| value).collect();
        for (name, usable) in &names {
            if !usable.contains(id) && uses.iter().any(|value| mentions(value, name)) {
                needed.extend(usable.iter().map(|other| (id.clone(), other.clone())));
            }
        }
    }
    needed
}

fn missing(template: &Template) -> Vec<(String, String)> {
    let graph = Graph::of(template);
    needed(template).into_iter().filter(|(from, to)| !graph.reaches(from, to)).collect()
}

#[test]
fn whoever_uses_a_resource_by_name_waits_for_it() {
    for (stack, environment, template) in real_templates() {
        assert_eq!(missing(&template), [], "{stack} in {environment}");
        assert!(!needed(&template).is_empty(), "{stack} in {environment} uses something by name");
    }
}

#[test]
fn no_printed_dependency_can_be_left_out() {
    for (stack, environment, template) in real_templates() {
        let mut printed = 0;
        for (id, resource) in &template.resources {
            for number in 0..resource.depends_on.len() {
                let mut without = template.clone();
                let gone = without.resources[id].depends_on.remove(number);
                assert_ne!(missing(&without), [], "{stack} in {environment}: {id} needs no DependsOn {gone}");
                printed += 1;
            }
        }
        assert!(printed > 0, "{stack} in {environment} prints dependencies");
    }
}

#[test]
fn nothing_waits_for_itself() {
    for (stack, environment, template) in real_templates() {
        assert_eq!(cycle(&template), None, "{stack} in {environment}");
    }
}

#[test]
fn a_cycle_is_found() {
    let text = r#"{"Resources": {
        "A": {"Type": "T", "Properties": {"B": {"Ref": "B"}}},
        "B": {"Type": "T", "DependsOn": "C"},
        "C": {"Type": "T", "Properties": {"A": {"Fn::Sub": "x-${A.Arn}"}}}}}"#;
    let mut sources = synth::diagnostic::Sources::default();
    let template = Template::parse(sources.add("cycle.json", text), text).expect("it is a template");
    assert_eq!(cycle(&template), Some(vec!["A".to_owned(), "B".to_owned(), "C".to_owned()]));
}

#[test]
fn no_key_refers_to_anything() {
    for (stack, environment, template) in real_templates() {
        for (id, resource) in template.resources.iter().filter(|(_, resource)| resource.kind == "AWS::KMS::Key") {
            let mut references = Vec::new();
            for value in resource.properties.values() {
                value.references(&mut |id| references.push(id.to_owned()));
            }
            references.retain(|id| !id.starts_with("AWS::"));
            assert_eq!(references, Vec::<String>::new(), "{id} of {stack} in {environment}");
            assert_eq!(resource.depends_on, Vec::<String>::new(), "{id} of {stack} in {environment}");
        }
    }
}
