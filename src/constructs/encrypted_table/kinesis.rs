//! The Kinesis data stream that gets a table's changes.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::cfn::dynamodb;
use crate::constructs::outside::expect_arn;
use crate::diagnostic::{Code, Diagnostic};
use crate::document::Spanned;
use crate::name::{ResourceArn, Target};

/// A Kinesis data stream that gets a table's changes.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct KinesisStream {
    /// The ARN of the stream, which is in the same account and region.
    pub arn: Spanned<ResourceArn>,
    /// How exact the time of a change is, by default `millisecond`.
    pub precision: Option<dynamodb::TimePrecision>,
}

impl KinesisStream {
    pub(super) fn lower(&self) -> dynamodb::KinesisStream {
        dynamodb::KinesisStream {
            stream_arn: self.arn.value.as_str().to_owned(),
            approximate_creation_date_time_precision: self.precision,
        }
    }

    /// What is no stream, or not where the table is.
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_EnableKinesisStreamingDestination.html>
    pub(super) fn check(&self, at: &Target) -> Option<Diagnostic> {
        let there = self.arn.value.target(at);
        let message = match (&at.region, &there.region, &at.account, &there.account) {
            (Some(here), Some(there), ..) if here != there => {
                format!("the stream is in `{there}`, and the table in `{here}`")
            }
            (.., Some(here), Some(there)) if here != there => {
                format!("the stream is in the account `{there}`, and the table in `{here}`")
            }
            _ => return expect_arn(&self.arn, "kinesis", "stream/"),
        };
        Some(Diagnostic::error(Code::WrongReference, self.arn.span, message))
    }
}
