//! Values that users write as CloudFormation takes them, with references to constructs in between.

use std::fmt;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::cx::Cx;
use super::reference::AttributeOf;
use super::resources::Resources;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::document::Spanned;
use crate::template::{Function, Map, Value};

/// Properties of a resource, by CloudFormation's names.
pub type RawProperties = IndexMap<String, Raw>;

/// A value as CloudFormation takes it. `{ ref: scope/id.arn }` in it is an attribute of a construct; CloudFormation's
/// functions are written in full, and refer to nothing but pseudo parameters.
#[derive(Clone, Debug)]
pub enum Raw {
    /// Nothing: as an override, it removes what is there.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Number(i64),
    /// Text, or a number with digits behind the point, which CloudFormation reads from text as well.
    Text(String),
    /// A list.
    List(Vec<Raw>),
    /// A map.
    Map(IndexMap<String, Raw>),
    /// An attribute of a construct.
    Reference(Spanned<AttributeOf>),
}

impl From<bool> for Raw {
    fn from(on: bool) -> Self {
        Self::Bool(on)
    }
}

impl From<i64> for Raw {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Raw {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<AttributeOf> for Raw {
    fn from(of: AttributeOf) -> Self {
        Self::Reference(of.into())
    }
}

impl Raw {
    /// Calls `each` for every reference in it.
    pub fn references<'r>(&'r self, each: &mut impl FnMut(&'r Spanned<AttributeOf>)) {
        match self {
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) => {}
            Self::List(items) => items.iter().for_each(|item| item.references(each)),
            Self::Map(entries) => entries.values().for_each(|value| value.references(each)),
            Self::Reference(of) => each(of),
        }
    }

    /// The value as it stands in the template; `at` is blamed for functions that refer to resources by themselves.
    pub(super) fn lower(&self, at: Span, cx: &Cx<'_>, out: &mut Resources<'_>, found: &mut Diagnostics) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(on) => Value::Bool(*on),
            Self::Number(number) => Value::Number((*number).into()),
            Self::Text(text) => Value::Text(text.clone()),
            Self::List(items) => Value::List(items.iter().map(|item| item.lower(at, cx, out, found)).collect()),
            Self::Map(entries) => {
                let lowered = entries.iter().map(|(key, value)| (key.clone(), value.lower(at, cx, out, found)));
                function(lowered.collect(), at, found)
            }
            Self::Reference(of) => found.take(cx.use_attribute(of)).map_or(Value::Null, |value| out.lower_used(&value)),
        }
    }
}

/// A map, or the function that it is.
fn function(entries: Map, at: Span, found: &mut Diagnostics) -> Value {
    call(&entries, at, found).unwrap_or(Value::Map(entries))
}

/// The function that a map is, if it is one.
fn call(entries: &Map, at: Span, found: &mut Diagnostics) -> Option<Value> {
    let (key, argument) = entries.iter().next().filter(|_| entries.len() == 1)?;
    let foreign = match (key, argument) {
        ("Ref", Value::Text(name)) if name.starts_with("AWS::") => return Some(Value::Ref(name.clone())),
        ("Ref", Value::Text(name)) => format!("Ref: {name}"),
        ("Fn::GetAtt", _) => "Fn::GetAtt".to_owned(),
        ("Fn::Sub", Value::Text(text)) => {
            let sub = Value::Sub(text.as_str().into(), None);
            let mut foreign = None;
            sub.references(&mut |name| {
                foreign = foreign.take().or((!name.starts_with("AWS::")).then(|| name.to_owned()));
            });
            match foreign {
                None => return Some(sub),
                Some(name) => format!("${{{name}}}"),
            }
        }
        (key, argument) => {
            let function = Function::find(key.strip_prefix("Fn::")?)?;
            return Some(Value::Call(function, Box::new(argument.clone())));
        }
    };
    let message = format!("`{foreign}` refers to a resource by its logical id");
    let hint = "`{ ref: scope/id.arn }` refers to a construct, and is checked";
    found.push(Diagnostic::error(Code::UnknownReference, at, message).hint(hint));
    None
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AsWritten;

        impl<'de> Visitor<'de> for AsWritten {
            type Value = Raw;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value as CloudFormation takes it, or `{ ref: scope/id.arn }`")
            }

            fn visit_unit<E: Error>(self) -> Result<Raw, E> {
                Ok(Raw::Null)
            }

            fn visit_bool<E: Error>(self, on: bool) -> Result<Raw, E> {
                Ok(Raw::Bool(on))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Raw, E> {
                Ok(Raw::Number(number))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Raw, E> {
                Ok(Raw::Text(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
                let mut all = Vec::new();
                while let Some(item) = items.next_element()? {
                    all.push(item);
                }
                Ok(Raw::List(all))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Raw, A::Error> {
                let mut all = IndexMap::new();
                while let Some(key) = entries.next_key::<String>()? {
                    if key == "ref" && all.is_empty() {
                        let reference = Raw::Reference(entries.next_value()?);
                        return match entries.next_key::<String>()? {
                            None => Ok(reference),
                            Some(_) => Err(A::Error::custom("`ref` stands alone: `{ ref: scope/id.arn }`")),
                        };
                    }
                    all.insert(key, entries.next_value()?);
                }
                Ok(Raw::Map(all))
            }
        }

        deserializer.deserialize_any(AsWritten)
    }
}

impl JsonSchema for Raw {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Raw".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        true.into()
    }
}
