//! Attributes of keys.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use crate::cfn::dynamodb::AttributeType;

/// An attribute of a key with its type: `{ customerId: S }`, where `S` is text, `N` a number and `B` bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KeyAttribute {
    pub(super) name: String,
    pub(super) kind: AttributeType,
}

impl<'de> Deserialize<'de> for KeyAttribute {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneEntry;

        impl<'de> Visitor<'de> for OneEntry {
            type Value = KeyAttribute;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("one attribute with its type, such as `{ customerId: S }`")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<KeyAttribute, A::Error> {
                let first = entries.next_entry()?;
                if entries.next_entry::<String, AttributeType>()?.is_some() {
                    return Err(A::Error::custom("a key is one attribute with its type, such as `{ customerId: S }`"));
                }
                // None at all, or one whose type is reported already; the table looks for empty names.
                let (name, kind) = first.unwrap_or((String::new(), AttributeType::S));
                Ok(KeyAttribute { name, kind })
            }
        }

        deserializer.deserialize_any(OneEntry)
    }
}

impl JsonSchema for KeyAttribute {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "KeyAttribute".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({
            "type": "object",
            "additionalProperties": { "enum": ["S", "N", "B"] },
            "minProperties": 1,
            "maxProperties": 1,
        })
    }
}
