//! Archived messages that come again.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::cfn::sns::{PointType, ReplayPolicy};
use crate::name::text_type;

/// The archived messages that come again when a subscription is made.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Replay {
    /// The first moment whose messages come again, in UTC: `2026-01-31T12:00:00Z`.
    pub from: Moment,
    /// The last such moment; without it, until no archived message is left.
    pub to: Option<Moment>,
}

impl Replay {
    pub(super) fn lower(&self) -> ReplayPolicy {
        ReplayPolicy {
            point_type: PointType::Timestamp,
            starting_point: self.from.0.to_string(),
            ending_point: self.to.as_ref().map(|to| to.0.to_string()),
        }
    }
}

/// A moment in UTC, by date and time.
/// <https://docs.aws.amazon.com/sns/latest/dg/message-archiving-and-replay-subscriber.html>
#[derive(Clone, Debug)]
pub struct Moment(Arc<str>);

impl Moment {
    fn new(text: &str) -> Option<Self> {
        let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
        let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
        let numbers = |text: &str, mark: char, most: [u32; 3]| {
            let parts: Vec<&str> = text.split(mark).collect();
            let digits = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
            let within = |(part, most): (&&str, u32)| part.parse().is_ok_and(|number: u32| number <= most);
            parts.len() == 3 && parts.iter().all(digits) && parts.iter().zip(most).all(within)
        };
        let lengths = date.len() == 10 && time.len() == 8 && (1..=3).contains(&fraction.len());
        let fits = lengths
            && numbers(date, '-', [9_999, 12, 31])
            && numbers(time, ':', [23, 59, 59])
            && fraction.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| Self(text.into()))
    }
}

text_type!(
    Moment,
    "a moment in UTC, such as `2026-01-31T12:00:00Z`",
    r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$"
);
