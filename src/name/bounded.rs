//! Numbers and texts within bounds, which are the bounds of the check, of the message and of the schema.

use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Deserialize, Deserializer, Error, Unexpected};

use super::Refused;

/// A whole number from `MIN` to `MAX`, both included. The bounds that are checked are the bounds of the message and
/// of the schema; the largest number that there is bounds nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bounded<const MIN: u32, const MAX: u32>(u32);

impl<const MIN: u32, const MAX: u32> Bounded<MIN, MAX> {
    /// The number, if it lies within the bounds.
    pub const fn new(number: u32) -> Option<Self> {
        if MIN <= number && number <= MAX { Some(Self(number)) } else { None }
    }

    /// A number of the program, which does not compile where it lies outside of the bounds.
    ///
    /// ```
    /// # use synth::name::Bounded;
    /// let memory: Bounded<128, 10_240> = Bounded::of::<256>();
    /// ```
    ///
    /// ```compile_fail,E0080
    /// # use synth::name::Bounded;
    /// let memory: Bounded<128, 10_240> = Bounded::of::<64>();
    /// ```
    pub const fn of<const NUMBER: u32>() -> Self {
        const { assert!(MIN <= NUMBER && NUMBER <= MAX, "the number lies outside of the bounds") };
        Self(NUMBER)
    }

    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }

    fn expected() -> String {
        match MAX {
            u32::MAX => format!("a whole number of at least {MIN}"),
            _ => format!("a whole number from {MIN} to {MAX}"),
        }
    }
}

impl<const MIN: u32, const MAX: u32> TryFrom<u32> for Bounded<MIN, MAX> {
    type Error = Refused;

    fn try_from(number: u32) -> Result<Self, Refused> {
        Self::new(number).ok_or_else(|| Refused::number(number, &Self::expected()))
    }
}

impl<'de, const MIN: u32, const MAX: u32> Deserialize<'de> for Bounded<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = i64::deserialize(deserializer)?;
        let bounded = u32::try_from(number).ok().and_then(Self::new);
        bounded.ok_or_else(|| D::Error::invalid_value(Unexpected::Signed(number), &Self::expected().as_str()))
    }
}

impl<const MIN: u32, const MAX: u32> JsonSchema for Bounded<MIN, MAX> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Number_{MIN}_{MAX}").into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        match MAX {
            u32::MAX => schemars::json_schema!({ "type": "integer", "minimum": MIN }),
            _ => schemars::json_schema!({ "type": "integer", "minimum": MIN, "maximum": MAX }),
        }
    }
}

/// A text of at most `MAX` characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text<const MAX: usize>(String);

impl<const MAX: usize> Text<MAX> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn expected() -> String {
        format!("at most {MAX} characters")
    }
}

impl<const MAX: usize> FromStr for Text<MAX> {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        match text.chars().count() {
            length if length <= MAX => Ok(Self(text.to_owned())),
            length => Err(Refused::number(length, &Self::expected())),
        }
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for Text<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.chars().count() {
            length if length <= MAX => Ok(Self(text)),
            length => Err(D::Error::invalid_length(length, &Self::expected().as_str())),
        }
    }
}

impl<const MAX: usize> JsonSchema for Text<MAX> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Text_{MAX}").into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({ "type": "string", "maxLength": MAX })
    }
}
