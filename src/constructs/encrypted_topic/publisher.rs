//! The names of AWS services that publish to topics.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Deserialize, Deserializer, Error};

use crate::service::sns::{PUBLISHERS, Publisher};

/// An AWS service that publishes to topics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PublisherName(pub(super) &'static Publisher);

impl<'de> Deserialize<'de> for PublisherName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        const WORDS: [&str; PUBLISHERS.len()] = {
            let mut words = [""; PUBLISHERS.len()];
            let mut at = 0;
            while at < words.len() {
                words[at] = PUBLISHERS[at].word;
                at += 1;
            }
            words
        };
        let word = String::deserialize(deserializer)?;
        Publisher::find(&word).map(Self).ok_or_else(|| D::Error::unknown_variant(&word, &WORDS))
    }
}

impl JsonSchema for PublisherName {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Publisher".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let words: Vec<&str> = PUBLISHERS.iter().map(|publisher| publisher.word).collect();
        schemars::json_schema!({ "type": "string", "enum": words })
    }
}
