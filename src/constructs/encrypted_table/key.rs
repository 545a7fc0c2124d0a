//! Attributes of keys.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use crate::cfn::dynamodb::AttributeType;
use crate::document::Spanned;

/// The attributes of a partition key or sort key with their types, `MOST` of them: `{ customerId: S }`, where `S` is
/// text, `N` a number and `B` bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyAttributes<const MOST: usize>(pub(super) Vec<(String, AttributeType)>);

/// A key of a table, or of a local index: one attribute.
pub(super) type TableKey = KeyAttributes<1>;

/// A key of a global index.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html>
pub(super) type IndexKey = KeyAttributes<4>;

impl<const MOST: usize> KeyAttributes<MOST> {
    /// What a key has to be.
    pub(super) fn expected() -> String {
        match MOST {
            1 => "one attribute with its type, such as `{ customerId: S }`".to_owned(),
            most => format!("one to {most} attributes with their types, such as `{{ customerId: S }}`"),
        }
    }

    /// Whether both have an attribute.
    pub(super) fn shares(&self, other: &Self) -> bool {
        self.0.iter().any(|(name, _)| other.0.iter().any(|(other, _)| name == other))
    }
}

/// Attributes with their types. More than there may be do not compile.
///
/// ```
/// use synth::cfn::dynamodb::AttributeType::{N, S};
/// use synth::constructs::encrypted_table::KeyAttributes;
/// use synth::document::Spanned;
///
/// let key: Spanned<KeyAttributes<4>> = [("country", S), ("year", N)].into();
/// ```
impl<const MOST: usize, const COUNT: usize> From<[(&str, AttributeType); COUNT]> for Spanned<KeyAttributes<MOST>> {
    fn from(attributes: [(&str, AttributeType); COUNT]) -> Self {
        const { assert!(1 <= COUNT && COUNT <= MOST, "a key has not that many attributes") };
        KeyAttributes(attributes.map(|(name, kind)| (name.to_owned(), kind)).to_vec()).into()
    }
}

impl<'de, const MOST: usize> Deserialize<'de> for KeyAttributes<MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<const MOST: usize>;

        impl<'de, const MOST: usize> Visitor<'de> for Entries<MOST> {
            type Value = KeyAttributes<MOST>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&KeyAttributes::<MOST>::expected())
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
                let mut attributes = Vec::new();
                while let Some(attribute) = entries.next_entry()? {
                    attributes.push(attribute);
                }
                // None at all, or some whose types are reported already; the table looks for empty keys.
                match attributes.len() <= MOST {
                    true => Ok(KeyAttributes(attributes)),
                    false => Err(A::Error::custom(format!("a key is {}", KeyAttributes::<MOST>::expected()))),
                }
            }
        }

        deserializer.deserialize_any(Entries)
    }
}

impl<const MOST: usize> JsonSchema for KeyAttributes<MOST> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("KeyAttributes_{MOST}").into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({
            "type": "object",
            "additionalProperties": { "enum": ["S", "N", "B"] },
            "minProperties": 1,
            "maxProperties": MOST,
        })
    }
}
