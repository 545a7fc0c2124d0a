//! The order of resources: every place that uses another resource waits for it and for what makes it usable, and nothing
//! printed as `DependsOn` could be left out.

mod common;

use common::{all_templates, real_templates};
use synth::template::{Graph, Template, Value, cycle};

/// Properties that only speak about a resource: whom a permission is for, which topics a policy is about.
const SPEAK_ONLY: &[(&str, &str)] = &[
    // What it records may read what it recorded.
    ("AWS::CloudTrail::Trail", "EventSelectors"),
    ("AWS::KMS::Key", "KeyPolicy"),
    ("AWS::Lambda::Permission", "SourceArn"),
    ("AWS::S3::BucketPolicy", "PolicyDocument"),
    ("AWS::SNS::TopicPolicy", "PolicyDocument"),
    ("AWS::SQS::Queue", "RedriveAllowPolicy"),
    ("AWS::SQS::QueuePolicy", "PolicyDocument"),
    ("AWS::IAM::Role", "AssumeRolePolicyDocument"),
    // Variables say what something is called; what the function may do with it, and so the order, is in its policy.
    ("AWS::Lambda::Function", "Environment"),
    ("AWS::SSM::Parameter", "Value"),
    // What a resource is called is no reference, even where another is called the same.
    ("AWS::KMS::Alias", "AliasName"),
    ("AWS::IAM::ManagedPolicy", "ManagedPolicyName"),
];

/// How the ARN of a named resource ends, by type: before the name, and the property that holds it.
const NAMED: &[(&str, &str, &str)] = &[
    ("AWS::DynamoDB::GlobalTable", ":table/", "TableName"),
    ("AWS::DynamoDB::Table", ":table/", "TableName"),
    ("AWS::IAM::Role", "/", "RoleName"),
    ("AWS::Lambda::Function", ":function:", "FunctionName"),
    ("AWS::Logs::LogGroup", ":log-group:", "LogGroupName"),
    ("AWS::S3::Bucket", ":s3:::", "BucketName"),
    ("AWS::SNS::Topic", ":", "TopicName"),
    ("AWS::SQS::Queue", ":", "QueueName"),
    ("AWS::SSM::Parameter", ":parameter/", "Name"),
    ("AWS::SecretsManager::Secret", ":secret:", "Name"),
];

/// A resource that others use by its name, or by its ARN.
struct Named {
    id: String,
    name: Value,
    /// How its ARN ends.
    ending: String,
    /// What makes it usable: for everybody, or for the resource that this name belongs to.
    gates: Vec<(String, Option<Value>)>,
}

/// The named resources of a template.
fn named(template: &Template) -> Vec<Named> {
    let mut all = Vec::new();
    for (id, resource) in &template.resources {
        let Some((_, before, property)) = NAMED.iter().find(|(kind, ..)| *kind == resource.kind) else { continue };
        let Some(name) = resource.properties.get(property) else { continue }; // CloudFormation names it
        let ending = match name {
            Value::Text(name) => format!("{before}{name}"),
            Value::Sub(name, None) => format!("{before}{name}"),
            _ => continue,
        }
        .replace(":parameter//", ":parameter/");
        // Secrets Manager puts six characters of its own behind a name.
        let numbered = if resource.kind == "AWS::SecretsManager::Secret" { "-??????" } else { "" };
        let ending = format!("{ending}{numbered}");
        let gates = template.resources.iter().filter_map(|(other, gate)| {
            let of = |property: &str| {
                refers(&gate.properties[property], id) || mentions(&gate.properties[property], &ending)
            };
            match gate.kind.as_str() {
                "AWS::SNS::TopicPolicy" if of("Topics") => Some((other.clone(), None)),
                "AWS::SQS::QueuePolicy" if of("Queues") => Some((other.clone(), None)),
                "AWS::S3::BucketPolicy" if of("Bucket") => Some((other.clone(), None)),
                // One without a source is for a role of another account, which no template waits for.
                "AWS::Lambda::Permission" if of("FunctionName") => {
                    gate.properties.get("SourceArn").map(|source| (other.clone(), Some(source.clone())))
                }
                _ => None,
            }
        });
        let gates = gates.collect();
        all.push(Named { id: id.clone(), name: name.clone(), ending, gates });
    }
    all
}

fn refers(value: &Value, id: &str) -> bool {
    let mut found = false;
    value.references(&mut |other| found |= other == id);
    found
}

/// Whether a value refers to the very resource that a source is, which may be by another attribute.
fn refers_to_source(value: &Value, source: &Value) -> bool {
    match source {
        Value::Ref(id) => refers(value, id),
        Value::GetAtt(id, _) => refers(value, id),
        _ => false,
    }
}

/// Whether a value is, or holds, what `is` says, in texts that nobody only tests against.
fn holds(value: &Value, is: &dyn Fn(&Value) -> bool) -> bool {
    let inner = match value {
        Value::Sub(_, variables) => variables.iter().flat_map(|all| all.values()).any(|value| holds(value, is)),
        Value::List(items) => items.iter().any(|item| holds(item, is)),
        Value::Map(entries) => entries.iter().any(|(key, value)| key != "Condition" && holds(value, is)),
        Value::Call(_, argument) => holds(argument, is),
        _ => false,
    };
    inner || is(value)
}

/// Whether a value holds an ARN with this ending, or one of what lies in the resource: `…:*`, `…/index/*`.
fn mentions(value: &Value, ending: &str) -> bool {
    holds(value, &|value| match value {
        Value::Text(text) => ends(text, ending),
        Value::Sub(text, _) => ends(text, ending),
        _ => false,
    })
}

fn ends(text: &str, ending: &str) -> bool {
    let mut after = text.match_indices(ending).map(|(at, _)| text[at + ending.len()..].chars().next());
    after.any(|next| next.is_none_or(|c| matches!(c, ':' | '/')))
}

/// Every order that a template needs: who uses a resource by name, and what it then has to wait for.
fn needed(template: &Template) -> Vec<(String, String)> {
    let names = named(template);
    let mut needed = Vec::new();
    for (id, resource) in &template.resources {
        let of_its_kind = |kind: &str, of: &str, property: &str| kind == resource.kind && of == property;
        let speaks_only = |property: &str| {
            SPEAK_ONLY.iter().any(|(kind, of)| of_its_kind(kind, of, property))
                || NAMED.iter().any(|(kind, _, of)| of_its_kind(kind, of, property))
        };
        let uses: Vec<&Value> =
            resource.properties.iter().filter(|(property, _)| !speaks_only(property)).map(|(_, value)| value).collect();
        // A permission is for one source, and so for the resource that is the source or passes its events on.
        let own = names.iter().find(|named| named.id == *id);
        let concerns = |source: &Value| {
            own.is_some_and(|own| mentions(source, &own.ending))
                || uses.iter().any(|value| *value == source || refers_to_source(value, source))
        };
        for Named { id: to, name, ending, gates } in &names {
            let by_name = uses.iter().any(|value| mentions(value, ending) || holds(value, &|value| value == name));
            if to == id || !(by_name || uses.iter().any(|value| refers(value, to))) {
                continue;
            }
            // A gate waits for what it opens, and for no other gate. Who refers to something has it called, at most.
            let is_gate = gates.iter().any(|(gate, _)| gate == id);
            let gates = gates.iter().filter(|(_, source)| !is_gate && source.as_ref().map_or(by_name, concerns));
            needed.extend(std::iter::once(to).chain(gates.map(|(gate, _)| gate)).map(|to| (id.clone(), to.clone())));
        }
    }
    needed.extend(needed_by_apis(template));
    needed
}

/// The order that APIs need: a deployment holds the methods that are there when it is made, whoever calls finds
/// functions that let them, and a stage logs by the role of the account.
fn needed_by_apis(template: &Template) -> Vec<(String, String)> {
    let mut needed = Vec::new();
    for (id, resource) in &template.resources {
        let of_api = |other: &synth::template::Resource| {
            other.properties.get("RestApiId") == resource.properties.get("RestApiId")
                || matches!((&other.properties.get("SourceArn"), &resource.properties.get("RestApiId")),
                    (Some(Value::Sub(source, _)), Some(Value::Ref(api))) if source.contains(&format!("${{{api}}}/")))
        };
        let others =
            template.resources.iter().filter(|(_, other)| match (resource.kind.as_str(), other.kind.as_str()) {
                ("AWS::ApiGateway::Deployment", "AWS::ApiGateway::Method" | "AWS::Lambda::Permission") => of_api(other),
                ("AWS::ApiGateway::Stage", "AWS::ApiGateway::Account") => true,
                _ => false,
            });
        needed.extend(others.map(|(other, _)| (id.clone(), other.clone())));
    }
    needed
}

/// The needed order that is not there, but for what waits for the very resource: it can only speak about that.
fn missing(template: &Template) -> Vec<(String, String)> {
    let graph = Graph::of(template);
    let needed = needed(template).into_iter();
    needed.filter(|(from, to)| !graph.reaches(from, to) && !graph.reaches(to, from)).collect()
}

#[test]
fn whoever_uses_a_resource_by_name_waits_for_it() {
    for (stack, environment, template) in all_templates() {
        assert_eq!(missing(&template), [], "{stack} in {environment}");
    }
    let has_function = |template: &Template| template.resources.values().any(|it| it.kind == "AWS::Lambda::Function");
    for (stack, environment, template) in real_templates().iter().filter(|(.., template)| has_function(template)) {
        assert!(!needed(template).is_empty(), "the functions of {stack} in {environment} use something by name");
    }
}

#[test]
fn no_printed_dependency_can_be_left_out() {
    let mut printed = 0;
    for (stack, environment, template) in all_templates() {
        for (id, resource) in &template.resources {
            for number in 0..resource.depends_on.len() {
                let mut without = template.clone();
                let gone = without.resources[id].depends_on.remove(number);
                assert_ne!(missing(&without), [], "{stack} in {environment}: {id} needs no DependsOn {gone}");
                printed += 1;
            }
        }
    }
    assert!(printed > 0, "templates print dependencies");
}

#[test]
fn nothing_waits_for_itself() {
    for (stack, environment, template) in all_templates() {
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
    for (stack, environment, template) in all_templates() {
        for (id, resource) in template.resources.iter().filter(|(_, resource)| resource.kind == "AWS::KMS::Key") {
            let mut references = Vec::new();
            for value in resource.properties.values() {
                value.references(&mut |id| references.push(id.to_owned()));
            }
            // A distribution refers to no key, nor to anything that is encrypted under one.
            let is_distribution =
                |id: &str| template.resources.get(id).is_some_and(|it| it.kind == "AWS::CloudFront::Distribution");
            references.retain(|id| !id.starts_with("AWS::") && !is_distribution(id));
            assert_eq!(references, Vec::<String>::new(), "{id} of {stack} in {environment}");
            assert_eq!(resource.depends_on, Vec::<String>::new(), "{id} of {stack} in {environment}");
        }
    }
}
