//! The tags of resources, and those that the rule `required-tags` asks for.

use crate::cfn::{KnownType, Tag};
use crate::name::{TagKey, TagValue};
use crate::template::{Map, Value};

/// A required tag that a resource lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Untagged<'a> {
    /// It is not there.
    Missing(&'a str),
    /// It says nothing.
    Empty(&'a str),
}

/// The required tags that are missing from, or empty among these; a value that is known only at deployment is none.
pub(super) fn untagged<'a>(required: &'a [TagKey], tags: &[(&str, Option<&str>)]) -> Vec<Untagged<'a>> {
    let lack = |key: &'a TagKey| {
        let key = key.as_str();
        match tags.iter().find(|(own, _)| *own == key) {
            None => Some(Untagged::Missing(key)),
            Some((_, Some(value))) if value.trim().is_empty() => Some(Untagged::Empty(key)),
            Some(_) => None,
        }
    };
    required.iter().filter_map(lack).collect()
}

/// The tags of a resource of a type in its template, which are a list of pairs or a map; nothing where it has none.
pub(super) fn written<'p>(kind: &str, properties: &'p Map) -> Option<Vec<(&'p str, Option<&'p str>)>> {
    let property = KnownType::find(kind).and_then(|known| known.tags).unwrap_or("Tags");
    match properties.get(property)? {
        Value::Map(tags) => Some(tags.iter().map(|(key, value)| (key, text(value))).collect()),
        Value::List(tags) => {
            let pair = |tag: &'p Value| match tag {
                Value::Map(tag) => Some((text(tag.get("Key")?)?, text(tag.get("Value")?))),
                _ => None,
            };
            Some(tags.iter().filter_map(pair).collect())
        }
        _ => None,
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// Gives a resource the tags that it inherits, the nearest last, and behind them its own.
pub(super) fn inherit<'t>(own: &mut Vec<Tag>, inherited: impl Iterator<Item = (&'t TagKey, &'t TagValue)>) {
    let inherited =
        inherited.map(|(key, value)| Tag { key: key.as_str().to_owned(), value: value.as_str().to_owned() });
    let mut tags: Vec<Tag> = Vec::new();
    for tag in inherited.chain(own.drain(..)) {
        match tags.iter_mut().find(|farther| farther.key == tag.key) {
            Some(farther) => *farther = tag,
            None => tags.push(tag),
        }
    }
    *own = tags;
}
