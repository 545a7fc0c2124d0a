//! Maps whose keys belong to two types at once.

use std::collections::HashSet;

use schemars::JsonSchema;

use super::{Map, Node};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, nearest};

/// The keys that a type knows.
#[derive(Clone, Debug)]
pub struct Keys(HashSet<String>);

impl Keys {
    /// The properties of `T`, and some more.
    pub fn of<T: JsonSchema>(more: &[&str]) -> Self {
        let schema = schemars::schema_for!(T);
        let properties = schema.get("properties").and_then(serde_json::Value::as_object);
        let names = properties.into_iter().flat_map(|all| all.keys().cloned());
        Self(names.chain(more.iter().map(|&key| key.to_owned())).collect())
    }

    /// Whether the type has this property.
    pub fn has(&self, key: &str) -> bool {
        self.0.contains(key)
    }

    /// The property that is spelt nearly like `key`.
    pub fn nearest(&self, key: &str) -> Option<&str> {
        let mut known: Vec<&str> = self.0.iter().map(String::as_str).collect();
        known.sort_unstable();
        nearest(key, known)
    }

    /// The entries of `node` that are this type's, and those that are the other's. What belongs to neither, or is no
    /// map at all, is reported.
    pub fn split(&self, node: &Node, other: &Keys, found: &mut Diagnostics) -> (Map, Map) {
        let (mut own, mut others) = (Map::new(), Map::new());
        let Some(entries) = node.as_map() else {
            let message = format!("expected a map, found {}", node.describe());
            found.push(Diagnostic::error(Code::WrongType, node.span, message));
            return (own, others);
        };
        for (key, entry) in entries {
            if self.has(key) {
                own.insert(key.clone(), entry.clone());
            } else if other.has(key) {
                others.insert(key.clone(), entry.clone());
            } else {
                found.push(self.unknown(key, entry.key_span, other));
            }
        }
        (own, others)
    }

    /// A key that neither type knows.
    pub fn unknown(&self, key: &str, at: crate::diagnostic::Span, other: &Keys) -> Diagnostic {
        let mut known: Vec<&str> = self.0.iter().chain(&other.0).map(String::as_str).collect();
        known.sort_unstable();
        Diagnostic::error(Code::UnknownProperty, at, format!("no property is called `{key}` here")).nearest(key, known)
    }
}
