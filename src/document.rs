//! The text of a YAML or JSON file as a tree in which every value knows where it stands.
//!
//! Reading is done in three steps, so that each mistake keeps its place: a text is [parsed](parse) into [`Node`]s, an
//! environment's refinements are [merged](Node::merge) into them, and the result is [read] into typed values.
//! The module knows nothing of stack files or templates.

mod deserialize;
mod fault;
mod keys;
mod parse;
mod required;
pub mod schema;
mod spanned;

use indexmap::IndexMap;

use crate::diagnostic::Span;

pub use deserialize::read;
pub(crate) use fault::expected;
pub use keys::Keys;
pub use parse::{Tags, parse};
pub use spanned::{OneOrMany, Spanned};

/// A value of the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it stands. For a map or list this is where it begins.
    pub span: Span,
    /// A local YAML tag, such as `!Ref`, without the exclamation mark.
    pub tag: Option<Box<str>>,
    /// What it is.
    pub kind: Kind,
}

/// The three kinds of values that YAML and JSON share.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A text, number, truth value or nothing, as it was written; only a `plain` (unquoted) one can be anything but
    /// text.
    Scalar {
        /// The text without its quotes.
        text: Box<str>,
        /// Whether it was written without quotes.
        plain: bool,
    },
    /// A list.
    Seq(Vec<Node>),
    /// A map, in the order of the text.
    Map(Map),
}

/// The entries of a map.
pub type Map = IndexMap<Box<str>, Entry>;

/// A key's place, and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Where the key stands.
    pub key_span: Span,
    /// What it maps to.
    pub value: Node,
}

impl Node {
    /// A map of these entries that stands at `span`.
    pub fn map(span: Span, entries: Map) -> Self {
        Self { span, tag: None, kind: Kind::Map(entries) }
    }

    /// The entries, if this is a map.
    pub fn as_map(&self) -> Option<&Map> {
        match &self.kind {
            Kind::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The text, if this is a scalar.
    pub fn as_text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The value under `key`, if this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.as_map()?.get(key)
    }

    /// The value at a JSON pointer, or the last on the way that is there.
    pub fn nearest_to(&self, pointer: &str) -> &Node {
        let mut node = self;
        for step in pointer.split('/').skip(1) {
            let step = step.replace("~1", "/").replace("~0", "~");
            let next = match &node.kind {
                Kind::Map(entries) => entries.get(step.as_str()).map(|entry| &entry.value),
                Kind::Seq(items) => step.parse().ok().and_then(|at: usize| items.get(at)),
                Kind::Scalar { .. } => None,
            };
            let Some(next) = next else { break };
            node = next;
        }
        node
    }

    /// Whether this is `null`, `~`, or nothing at all.
    pub fn is_null(&self) -> bool {
        matches!(&self.kind, Kind::Scalar { text, plain: true } if matches!(&**text, "" | "~" | "null"))
    }

    /// What it is, in the words of a message.
    pub fn describe(&self) -> String {
        match &self.kind {
            Kind::Map(_) => "a map".to_owned(),
            Kind::Seq(_) => "a list".to_owned(),
            Kind::Scalar { .. } if self.is_null() => "nothing".to_owned(),
            Kind::Scalar { text, .. } => quoted(text),
        }
    }

    /// This value refined by `over`: maps merge key by key, `null` removes a key, anything else replaces. Each value
    /// of the result has the place of the text that won.
    #[must_use]
    pub fn merge(&self, over: &Node) -> Node {
        match (&self.kind, &over.kind) {
            (Kind::Map(base), Kind::Map(refinement)) => {
                let mut merged = base.clone();
                for (key, entry) in refinement {
                    if entry.value.is_null() {
                        merged.shift_remove(key);
                    } else if let Some(known) = merged.get_mut(key) {
                        *known = Entry { key_span: entry.key_span, value: known.value.merge(&entry.value) };
                    } else {
                        merged.insert(key.clone(), entry.clone());
                    }
                }
                Node::map(self.span, merged)
            }
            _ => over.clone(),
        }
    }
}

/// A text of the user in backticks; of a long one, the beginning.
fn quoted(text: &str) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        None => format!("`{text}`"),
        Some((end, _)) => format!("`{}…`", &text[..end]),
    }
}
