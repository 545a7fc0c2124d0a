//! Maps of templates: small, in the order of the text, and most of their keys known when we are compiled.

use std::borrow::Cow;
use std::ops::Index;

use super::Value;

/// A key: property names of our own are not copied.
pub type Key = Cow<'static, str>;

/// A map that keeps its order. It is searched from the front: nearly all have a handful of keys, and a hash table
/// for each would take more time and several times the memory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map(Vec<(Key, Value)>);

impl Map {
    /// A map with room for some entries.
    pub fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    /// The value under a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// Whether it has a key.
    pub fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Sets the value under a key.
    pub fn insert(&mut self, key: impl Into<Key>, value: Value) {
        let key = key.into();
        match self.0.iter_mut().find(|(known, _)| *known == key) {
            Some((_, known)) => *known = value,
            None => self.0.push((key, value)),
        }
    }

    /// Puts entries in place of its own: maps in maps merge, anything else replaces, `null` removes.
    pub fn merge(&mut self, over: Map) {
        for (key, value) in over.0 {
            let at = self.0.iter().position(|(known, _)| *known == key);
            match (at, value) {
                (Some(at), Value::Null) => drop(self.0.remove(at)),
                (None, Value::Null) => {}
                (Some(at), Value::Map(inner)) if matches!(self.0[at].1, Value::Map(_)) => {
                    if let Value::Map(own) = &mut self.0[at].1 {
                        own.merge(inner);
                    }
                }
                (Some(at), value) => self.0[at].1 = value,
                (None, value) => self.0.push((key, value)),
            }
        }
    }

    /// The entries, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (&**key, value))
    }

    /// The values, in order.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &Value> {
        self.0.iter().map(|(_, value)| value)
    }

    /// How many entries it has.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has no entries.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<K: Into<Key>> FromIterator<(K, Value)> for Map {
    /// Keys come once each: texts with a key twice are refused when they are read.
    fn from_iter<I: IntoIterator<Item = (K, Value)>>(entries: I) -> Self {
        Self(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }
}

impl Index<&str> for Map {
    type Output = Value;

    fn index(&self, key: &str) -> &Value {
        self.get(key).unwrap_or_else(|| panic!("there is no key `{key}`"))
    }
}
