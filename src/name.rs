//! Names and numbers that AWS gives or restricts, each as a type that holds only what is valid.

mod arn;
mod bounded;
mod kinds_of_arn;
mod known_regions;
pub mod pattern;
mod place;
mod refused;
mod rule;
mod tag;

use std::fmt;
use std::sync::Arc;

pub use arn::ResourceArn;
pub use bounded::{Bounded, Text};
pub use kinds_of_arn::{CodeSigningArn, DeliveryStreamArn, LayerArn, LogDestinationArn, RuntimeArn, StreamArn};
pub use place::{AccountId, OrganizationId, Partition, Region, Target};
pub use refused::Refused;
pub use rule::{Name, NameFault, NameRule, Scope};
pub use tag::{TagKey, TagValue, Tags, tags};

/// Reads a text type through its fallible constructor; the error's words complete "`…` is not …".
macro_rules! text_type {
    ($type:ty, $expected:expr, $pattern:expr) => {
        crate::name::text_type!($type, $expected, $pattern, |_| None);
    };
    // With what would mend a text that it refuses.
    ($type:ty, $expected:expr, $pattern:expr, $mend:expr) => {
        impl std::str::FromStr for $type {
            type Err = crate::name::Refused;

            fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
                Self::new(text).ok_or_else(|| crate::name::Refused::text(text, &$expected))
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                let mend: fn(&str) -> Option<String> = $mend;
                Self::new(&text).ok_or_else(|| {
                    let expected = crate::document::expected(&$expected, mend(&text));
                    serde::de::Error::invalid_value(serde::de::Unexpected::Str(&text), &expected.as_str())
                })
            }
        }

        impl schemars::JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "pattern": $pattern })
            }
        }
    };
}
pub(crate) use text_type;

/// Reads a type that holds one of a list of words.
macro_rules! word_type {
    ($type:ident, $words:expr) => {
        impl $type {
            fn find(text: &str) -> Option<Self> {
                $words.iter().find(|word| **word == text).map(|word| Self(word))
            }
        }

        impl std::str::FromStr for $type {
            type Err = crate::name::Refused;

            fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
                Self::find(text).ok_or_else(|| crate::name::Refused::word(text, $words))
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                Self::find(&text).ok_or_else(|| serde::de::Error::unknown_variant(&text, $words))
            }
        }

        impl schemars::JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "enum": $words })
            }
        }
    };
}
pub(crate) use word_type;

/// The id of a resource within its template: letters and digits.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html>
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LogicalId(Arc<str>);

impl LogicalId {
    /// The id of a construct's resource: its path and the resource's role, each word with a capital. Two paths can
    /// give one id (`a-1` and `a1`); whoever makes ids has to find that.
    pub fn of(path: &Path, role: &str) -> Self {
        let mut id = String::with_capacity(path.scope.len() + path.id.len() + role.len());
        push_pascal(&mut id, &path.scope);
        push_pascal(&mut id, &path.id);
        id.push_str(role);
        Self(id.into())
    }

    /// An id that was written before.
    pub(crate) fn written(id: &str) -> Self {
        Self(id.into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl serde::Serialize for LogicalId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl fmt::Display for LogicalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a construct stands in its stack file: scope, then id. It gives the construct's names and logical ids.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path {
    /// The group of constructs it belongs to.
    pub scope: Arc<str>,
    /// Its own name in there.
    pub id: Arc<str>,
}

impl Path {
    /// The path, if the text is one: `scope/id`.
    pub fn new(text: &str) -> Option<Self> {
        let (scope, id) = text.split_once('/')?;
        (Self::accepts(scope) && Self::accepts(id)).then(|| Self { scope: scope.into(), id: id.into() })
    }

    /// Whether `word` may be a scope or an id: a small letter, then small letters, digits and hyphens.
    pub fn accepts(word: &str) -> bool {
        word.starts_with(|first: char| first.is_ascii_lowercase())
            && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    }
}

text_type!(Path, "a path: `scope/id`", r"^[a-z][a-z0-9-]*/[a-z][a-z0-9-]*$");

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.scope, self.id)
    }
}

/// A name of small letters, digits and hyphens that begins with a letter: what becomes part of a logical id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Word(Arc<str>);

impl Word {
    /// The word, if the text is one.
    pub fn new(text: &str) -> Option<Self> {
        Path::accepts(text).then(|| Self(text.into()))
    }

    /// The word as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The word as part of a logical id: `dead-letters` is `DeadLetters`.
    pub fn pascal(&self) -> String {
        pascal(&self.0)
    }
}

text_type!(Word, "a name of small letters, digits and `-` that begins with a letter", r"^[a-z][a-z0-9-]*$");

/// Words with anything between them as part of a logical id: `by-state`, `by_state` and `by.state` are `ByState`.
pub fn pascal(words: &str) -> String {
    let mut pascal = String::with_capacity(words.len());
    push_pascal(&mut pascal, words);
    pascal
}

fn push_pascal(id: &mut String, words: &str) {
    for word in words.split(|c: char| !c.is_ascii_alphanumeric()) {
        let mut letters = word.chars();
        id.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        id.push_str(letters.as_str());
    }
}
