//! CloudFormation templates as data: what is written, and what is read from anyone's file.

mod digest;
mod limits;
mod lower;
mod map;
mod order;
mod parse;
mod plain;
mod print;
mod value;

use indexmap::IndexMap;

pub use digest::digest;
pub use limits::{Counted, LIMITS, Limits, TooLarge};
pub use lower::{Import, Lowered, Site, lower};
pub use map::{Key, Map};
pub use order::{Graph, cycle, print_dependencies};
pub use print::Format;
pub use value::{Function, Value};

/// A template.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Template {
    /// What it is for.
    pub description: Option<String>,
    /// Its resources, by logical id.
    pub resources: IndexMap<String, Resource>,
    /// Its outputs, by name.
    pub outputs: IndexMap<String, Output>,
    /// The sections that we read and print, and do not look into: parameters, conditions, mappings, metadata.
    pub others: Map,
}

/// A resource of a template.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resource {
    /// Its type: `AWS::SNS::Topic`.
    pub kind: String,
    /// The ids of the resources that it waits for without referring to them.
    pub depends_on: Vec<String>,
    /// What happens to it when it is taken out of the template, or the stack is deleted.
    pub deletion_policy: Option<String>,
    /// What happens to its predecessor when it is replaced.
    pub update_replace_policy: Option<String>,
    /// Its properties.
    pub properties: Map,
    /// The attributes that we read and print, and do not look into: conditions, creation policies, metadata.
    pub others: Map,
}

/// An output of a template.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// What it is.
    pub description: Option<String>,
    /// Its value.
    pub value: Value,
    /// The name under which other stacks of the account and region import it.
    pub export: Option<Value>,
    /// The attributes that we read and print, and do not look into: a condition.
    pub others: Map,
}

impl Template {
    /// The names of its parameters.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        let parameters = match self.others.get("Parameters") {
            Some(Value::Map(parameters)) => Some(parameters),
            _ => None,
        };
        parameters.into_iter().flat_map(|parameters| parameters.iter().map(|(name, _)| name))
    }
}

impl Resource {
    /// Whether it is a KMS key, or the replica of one.
    pub fn is_key(&self) -> bool {
        matches!(self.kind.as_str(), "AWS::KMS::Key" | "AWS::KMS::ReplicaKey")
    }

    /// Whether it stays when it leaves its template.
    pub fn is_kept(&self) -> bool {
        self.deletion_policy.as_deref().is_some_and(|policy| policy != "Delete")
    }

    /// The statements of a key's policy; none for other resources.
    pub fn key_policy(&self) -> &[Value] {
        match self.properties.get("KeyPolicy") {
            Some(Value::Map(policy)) => match policy.get("Statement") {
                Some(Value::List(statements)) => statements,
                _ => &[],
            },
            _ => &[],
        }
    }
}
