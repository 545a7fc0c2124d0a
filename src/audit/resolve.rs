//! What CloudFormation's functions come to, as far as a template tells.
//!
//! A function that cannot be filled in stays one: a map of one entry whose key is `Ref` or begins with `Fn::`. Policies
//! take such a value for unknown, so whatever depends on it is unknown too.

mod function;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use serde_json::{Map as Object, Value as Json};

use super::deployment::Source;
use super::identity::{self, Identity};
use crate::template::{Function, Map, Resource, Value};

/// What other stacks of the deployment show, by export name, or by stack and output.
pub(super) type Shown = HashMap<String, Json>;

/// A template, and what its names come to.
pub(super) struct Scope<'s, 't> {
    pub(super) source: &'s Source<'t>,
    exports: Option<&'s Shown>,
    outputs: Option<&'s Shown>,
    identities: RefCell<HashMap<String, Identity>>,
    /// What is being filled in: whatever needs itself is left open.
    open: RefCell<HashSet<String>>,
}

/// Whether a value is a function that was not filled in.
pub(super) fn is_open(value: &Json) -> bool {
    let named = |entries: &Object<String, Json>| {
        entries.len() == 1 && entries.keys().all(|key| key == "Ref" || key.starts_with("Fn::"))
    };
    value.as_object().is_some_and(named)
}

/// Stands for what depends on something that nobody knows.
pub(super) fn open(on: &str) -> Json {
    Json::Object(Object::from_iter([("Ref".to_owned(), Json::String(on.to_owned()))]))
}

/// What an open value depends on.
pub(super) fn depends_on(value: &Json) -> Option<&str> {
    value.as_object().filter(|_| is_open(value)).and_then(|entries| entries.values().next()?.as_str())
}

impl<'s, 't> Scope<'s, 't> {
    pub(super) fn new(source: &'s Source<'t>) -> Self {
        Self { source, exports: None, outputs: None, identities: RefCell::default(), open: RefCell::default() }
    }

    /// The same template, beside those that show this.
    pub(super) fn knowing(&self, exports: &'s Shown, outputs: &'s Shown) -> Scope<'s, 't> {
        Scope { exports: Some(exports), outputs: Some(outputs), ..Scope::new(self.source) }
    }

    /// What the stack exports, by name. Exports are seen in the same account and region alone.
    pub(super) fn exports(&self) -> Vec<(String, Json)> {
        let outputs = self.source.template.outputs.values();
        let exported = outputs.filter_map(|output| match self.value(output.export.as_ref()?)? {
            Json::String(name) => Some((self.in_region(&name), self.value(&output.value)?)),
            _ => None,
        });
        exported.collect()
    }

    /// What the stack puts out, by stack and name.
    pub(super) fn outputs(&self) -> Vec<(String, Json)> {
        let outputs = self.source.template.outputs.iter();
        outputs
            .filter_map(|(name, of)| Some((format!("{}:{name}", self.source.stack), self.value(&of.value)?)))
            .collect()
    }

    fn in_region(&self, name: &str) -> String {
        format!("{}/{}/{name}", self.source.site.account, self.source.site.region)
    }

    /// Whether a resource is made, by its condition; nothing where that is open.
    pub(super) fn is_made(&self, resource: &Resource) -> Option<bool> {
        match resource.others.get("Condition") {
            Some(Value::Text(name)) => self.holds(name),
            _ => Some(true),
        }
    }

    /// Properties with their functions filled in.
    pub(super) fn properties(&self, properties: &Map) -> Json {
        let entries = properties.iter().filter_map(|(key, value)| Some((key.to_owned(), self.value(value)?)));
        Json::Object(entries.collect())
    }

    /// A value with its functions filled in; nothing for `AWS::NoValue`.
    pub(super) fn value(&self, value: &Value) -> Option<Json> {
        Some(match value {
            Value::Null => return None,
            Value::Bool(on) => Json::Bool(*on),
            Value::Number(number) => Json::Number(number.clone()),
            Value::Text(text) => Json::String(text.clone()),
            Value::List(items) => Json::Array(items.iter().flat_map(|item| self.items(item)).collect()),
            Value::Map(entries) => self.properties(entries),
            Value::Ref(name) => return self.reference(name),
            Value::GetAtt(id, attribute) => self.attribute(id, attribute),
            Value::Sub(text, variables) => self.substitute(text, variables.as_deref()),
            Value::Call(function, argument) => return self.call(*function, argument),
        })
    }

    /// What `Ref` gives.
    fn reference(&self, name: &str) -> Option<Json> {
        let site = &self.source.site;
        let text = |text: &str| Some(Json::String(text.to_owned()));
        match name {
            "AWS::NoValue" => None,
            "AWS::Region" => text(&site.region),
            "AWS::AccountId" => text(&site.account),
            "AWS::Partition" => text(&site.partition),
            "AWS::URLSuffix" => text(site.url_suffix()),
            "AWS::StackName" => text(&self.source.stack),
            "AWS::StackId" => {
                let identity::Arn { partition, region, account } = identity::Arn::of(site);
                let stack = &self.source.stack;
                Some(Json::String(format!("arn:{partition}:cloudformation:{region}:{account}:stack/{stack}/{stack}")))
            }
            "AWS::NotificationARNs" => Some(open(name)),
            _ if self.source.template.resources.contains_key(name) => text(&self.identity(name).reference),
            _ => Some(self.parameter(name)),
        }
    }

    fn attribute(&self, id: &str, attribute: &str) -> Json {
        if !self.source.template.resources.contains_key(id) {
            return open(&format!("{id}.{attribute}"));
        }
        Json::String(self.identity(id).attribute(attribute))
    }

    /// The value of a parameter: what it is given, or its default. Values that lie elsewhere are open.
    fn parameter(&self, name: &str) -> Json {
        if let Some(given) = self.source.parameters.get(name) {
            return Json::String(given.clone());
        }
        let Some(Value::Map(parameters)) = self.source.template.others.get("Parameters") else { return open(name) };
        let Some(Value::Map(parameter)) = parameters.get(name) else { return open(name) };
        let text = |key: &str| match parameter.get(key) {
            Some(Value::Text(text)) => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            Some(Value::Bool(on)) => Some(on.to_string()),
            _ => None,
        };
        let kind = text("Type").unwrap_or_default();
        match text("Default").filter(|_| !kind.starts_with("AWS::SSM::")) {
            Some(default) if kind.starts_with("List<") || kind == "CommaDelimitedList" => {
                Json::Array(default.split(',').map(|item| Json::String(item.trim().to_owned())).collect())
            }
            Some(default) => Json::String(default),
            None => open(name),
        }
    }

    /// What a resource is known by.
    pub(super) fn identity(&self, id: &str) -> Identity {
        if let Some(known) = self.identities.borrow().get(id) {
            return known.clone();
        }
        let resource = &self.source.template.resources[id];
        let property = |name: &str| {
            if !self.open.borrow_mut().insert(id.to_owned()) {
                return None;
            }
            let value = resource.properties.get(name).and_then(|value| self.value(value));
            self.open.borrow_mut().remove(id);
            value?.as_str().map(str::to_owned)
        };
        let identity = Identity::of(id, &resource.kind, self.source, &property);
        self.identities.borrow_mut().insert(id.to_owned(), identity.clone());
        identity
    }

    /// What another stack exports under a name.
    fn import(&self, name: &str) -> Json {
        self.exports.and_then(|exports| exports.get(&self.in_region(name))).cloned().unwrap_or_else(|| open(name))
    }

    /// What another stack puts out, in any region or account.
    fn output(&self, argument: &Value) -> Json {
        let given = self.value(argument).unwrap_or(Json::Null);
        let part = |key: &str| given[key].as_str().unwrap_or_default();
        let name = format!("{}:{}", part("StackName"), part("OutputName"));
        self.outputs.and_then(|outputs| outputs.get(&name)).cloned().unwrap_or_else(|| open(&name))
    }

    fn call(&self, function: Function, argument: &Value) -> Option<Json> {
        match function {
            Function::IMPORT_VALUE => Some(match self.value(argument) {
                Some(Json::String(name)) => self.import(&name),
                _ => open("Fn::ImportValue"),
            }),
            Function::GET_STACK_OUTPUT => Some(self.output(argument)),
            _ => self.compute(function, argument),
        }
    }
}
