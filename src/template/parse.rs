//! Templates from text: JSON, or YAML with long or short functions.

use serde_json::Number;

use super::{Function, Map as Entries, Output, Resource, Template, Value};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, FileId, Result};
use crate::document::{self, Kind, Map, Node, Tags};

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// If the text is no YAML or JSON, or its resources and outputs do not have the form that CloudFormation asks for.
    pub fn parse(file: FileId, text: &str) -> Result<Template> {
        let (node, mut found) = document::parse(file, text, Tags::Kept);
        let mut template = Template::default();
        for (key, value) in entries(node.as_ref(), &mut found) {
            match key {
                "Description" => template.description = value.as_text().map(str::to_owned),
                "AWSTemplateFormatVersion" => {}
                "Resources" => {
                    let resources = entries(Some(value), &mut found);
                    template.resources =
                        resources.into_iter().map(|(id, value)| (id.to_owned(), resource(value, &mut found))).collect();
                }
                "Outputs" => {
                    let outputs = entries(Some(value), &mut found);
                    template.outputs =
                        outputs.into_iter().map(|(name, value)| (name.to_owned(), output(value, &mut found))).collect();
                }
                other => template.others.insert(other.to_owned(), Value::from(value)),
            }
        }
        found.or(template)
    }
}

fn entries<'n>(node: Option<&'n Node>, found: &mut Diagnostics) -> Vec<(&'n str, &'n Node)> {
    let Some(node) = node else { return Vec::new() };
    if let Some(entries) = node.as_map() {
        entries.iter().map(|(key, entry)| (&**key, &entry.value)).collect()
    } else {
        let message = format!("expected a map, found {}", node.describe());
        found.push(Diagnostic::error(Code::WrongType, node.span, message));
        Vec::new()
    }
}

fn resource(node: &Node, found: &mut Diagnostics) -> Resource {
    let mut resource = Resource::default();
    let text = |node: &Node| node.as_text().map(str::to_owned);
    for (key, value) in entries(Some(node), found) {
        match key {
            "Type" => resource.kind = text(value).unwrap_or_default(),
            "DependsOn" => {
                resource.depends_on = match &value.kind {
                    Kind::Seq(items) => items.iter().filter_map(text).collect(),
                    _ => text(value).into_iter().collect(),
                }
            }
            "DeletionPolicy" => resource.deletion_policy = text(value),
            "UpdateReplacePolicy" => resource.update_replace_policy = text(value),
            "Properties" => {
                let properties = entries(Some(value), found);
                resource.properties =
                    properties.into_iter().map(|(key, value)| (key.to_owned(), Value::from(value))).collect();
            }
            other => resource.others.insert(other.to_owned(), Value::from(value)),
        }
    }
    resource
}

fn output(node: &Node, found: &mut Diagnostics) -> Output {
    let mut output = Output { description: None, value: Value::Null, export: None, others: Entries::default() };
    for (key, value) in entries(Some(node), found) {
        match key {
            "Description" => output.description = value.as_text().map(str::to_owned),
            "Value" => output.value = Value::from(value),
            "Export" => output.export = value.get("Name").map(|name| Value::from(&name.value)),
            other => output.others.insert(other.to_owned(), Value::from(value)),
        }
    }
    output
}

impl From<&Node> for Value {
    fn from(node: &Node) -> Self {
        if let Some(tag) = &node.tag {
            let bare = Node { tag: None, ..node.clone() };
            return function(tag, &bare).unwrap_or_else(|| Value::from(&bare));
        }
        match &node.kind {
            Kind::Map(entries) => map(entries),
            Kind::Seq(items) => Value::List(items.iter().map(Value::from).collect()),
            Kind::Scalar { .. } if node.is_null() => Value::Null,
            Kind::Scalar { text, plain: true } => plain(text),
            Kind::Scalar { text, .. } => Value::Text(text.to_string()),
        }
    }
}

/// A map; one whose only key is a function's name is the function.
fn map(entries: &Map) -> Value {
    if let Some((key, entry)) = entries.first()
        && entries.len() == 1
    {
        let name = key.strip_prefix("Fn::").or_else(|| (&**key == "Ref").then_some("Ref"));
        if let Some(call) = name.and_then(|name| function(name, &entry.value)) {
            return call;
        }
    }
    Value::Map(entries.iter().map(|(key, entry)| (key.to_string(), Value::from(&entry.value))).collect())
}

fn function(name: &str, argument: &Node) -> Option<Value> {
    let texts = |node: &Node| match Value::from(node) {
        Value::List(items) => {
            items.into_iter().map(|item| if let Value::Text(text) = item { Some(text) } else { None }).collect()
        }
        _ => None,
    };
    match name {
        "Ref" => argument.as_text().map(|id| Value::Ref(id.to_owned())),
        "Condition" => {
            argument.as_text().map(|name| Value::Call(Function::CONDITION, Box::new(Value::Text(name.to_owned()))))
        }
        "GetAtt" => {
            let parts: Option<Vec<String>> = match argument.as_text() {
                Some(text) => text.split_once('.').map(|(id, attribute)| vec![id.to_owned(), attribute.to_owned()]),
                None => texts(argument),
            };
            match parts?.as_slice() {
                [id, attribute @ ..] if !attribute.is_empty() => {
                    Some(Value::GetAtt(id.as_str().into(), attribute.join(".").into()))
                }
                _ => None,
            }
        }
        "Sub" => match (Value::from(argument), &argument.kind) {
            (Value::Text(text), _) => Some(Value::Sub(text.into(), None)),
            (Value::List(mut items), _) if items.len() == 2 => match (items.pop(), items.pop()) {
                (Some(Value::Map(variables)), Some(Value::Text(text))) => {
                    Some(Value::Sub(text.into(), Some(Box::new(variables))))
                }
                _ => None,
            },
            _ => None,
        },
        name => Function::find(name).map(|function| Value::Call(function, Box::new(Value::from(argument)))),
    }
}

/// An unquoted scalar, by the core schema of YAML 1.2; what JSON calls a number, with its digits as they are.
fn plain(text: &str) -> Value {
    match text {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        text => {
            let number: Option<Number> = serde_json::from_str(text).ok();
            number.map_or_else(|| Value::Text(text.to_owned()), Value::Number)
        }
    }
}
