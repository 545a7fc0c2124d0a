//! Which items are used most.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Deserialize, Deserializer, Error, IntoDeserializer, Visitor};

use crate::cfn::dynamodb::{ContributorInsights, ContributorInsightsMode};

/// Whether CloudWatch counts which items are used most, and of which requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Insights {
    /// It does not.
    #[default]
    Off,
    /// It does, in the mode that DynamoDB chooses.
    On,
    /// It does, of these requests.
    Of(ContributorInsightsMode),
}

impl Insights {
    pub(super) fn lower(self) -> Option<ContributorInsights> {
        match self {
            Self::Off => None,
            Self::On => Some(ContributorInsights { enabled: true, mode: None }),
            Self::Of(mode) => Some(ContributorInsights { enabled: true, mode: Some(mode) }),
        }
    }
}

impl From<bool> for Insights {
    fn from(on: bool) -> Self {
        if on { Self::On } else { Self::Off }
    }
}

impl<'de> Deserialize<'de> for Insights {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SwitchOrWord;

        impl Visitor<'_> for SwitchOrWord {
            type Value = Insights;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`true`, `false`, `accessed-and-throttled-keys` or `throttled-keys`")
            }

            fn visit_bool<E: Error>(self, on: bool) -> Result<Insights, E> {
                Ok(on.into())
            }

            fn visit_str<E: Error>(self, word: &str) -> Result<Insights, E> {
                ContributorInsightsMode::deserialize(word.into_deserializer()).map(Insights::Of)
            }
        }

        deserializer.deserialize_any(SwitchOrWord)
    }
}

impl JsonSchema for Insights {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Insights".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mode = ContributorInsightsMode::json_schema(generator);
        schemars::json_schema!({ "anyOf": [{ "type": "boolean" }, mode] })
    }
}
