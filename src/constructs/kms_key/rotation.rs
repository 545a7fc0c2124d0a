//! How often a key's material is made anew.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};

use crate::name::Bounded;

/// Days between two rotations, or none at all.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// None.
    Off,
    /// Days between two rotations.
    Every(Bounded<90, 2560>),
}

impl Default for Rotation {
    fn default() -> Self {
        Self::Every(const { Bounded::new(365).expect("a year lies within the bounds") })
    }
}

impl Rotation {
    /// The days between two rotations, if there are any.
    pub(in crate::constructs) fn days(self) -> Option<u32> {
        match self {
            Self::Off => None,
            Self::Every(days) => Some(days.get()),
        }
    }
}

impl<'de> Deserialize<'de> for Rotation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Days;

        impl Visitor<'_> for Days {
            type Value = Rotation;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`false` or a whole number from 90 to 2560")
            }

            fn visit_bool<E: Error>(self, on: bool) -> Result<Rotation, E> {
                Ok(if on { Rotation::default() } else { Rotation::Off })
            }

            fn visit_i64<E: Error>(self, days: i64) -> Result<Rotation, E> {
                let bounded = u32::try_from(days).ok().and_then(Bounded::new).map(Rotation::Every);
                bounded.ok_or_else(|| E::invalid_value(Unexpected::Signed(days), &self))
            }
        }

        deserializer.deserialize_any(Days)
    }
}

impl JsonSchema for Rotation {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Rotation".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let days = Bounded::<90, 2560>::json_schema(generator);
        schemars::json_schema!({ "anyOf": [{ "type": "boolean" }, days] })
    }
}
