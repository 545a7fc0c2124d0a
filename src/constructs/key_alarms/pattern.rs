//! Which events count: filter patterns over the records that CloudTrail writes of KMS.
//!
//! A record names the key in `resources`, but for those that are denied: these have no resources, and name it in the
//! message alone. So each metric is counted by two filters, of which no event matches both.
//! <https://docs.aws.amazon.com/kms/latest/developerguide/understanding-kms-entries.html>

use super::alarm::Kind;
use crate::cfn::{Val, kms};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counter {
    Requests,
    Errors,
    FailedDecryptions,
    Denials,
}

/// Where an event names the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NamedBy {
    /// As a resource.
    Resource,
    /// In the message of an error.
    Message,
}

/// Orders to disable or delete any key of the account, as the CIS benchmark for AWS counts them.
/// <https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html#cloudwatch-7>
pub(super) const DESTRUCTION: &str =
    "{($.eventSource=kms.amazonaws.com) && (($.eventName=DisableKey) || ($.eventName=ScheduleKeyDeletion))}";

/// The characters of a key's id: `1234abcd-12ab-34cd-56ef-1234567890ab`, or `mrk-` and 32 digits.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id-key-id>
const KEY_ID: usize = 36;

impl Counter {
    pub(super) const ALL: [Self; 4] = [Self::Requests, Self::Errors, Self::FailedDecryptions, Self::Denials];

    /// Its metric, which is that of an alarm.
    pub(super) fn metric(self) -> &'static str {
        match self {
            Self::Requests => Kind::UnusualUse,
            Self::Errors => Kind::Errors,
            Self::FailedDecryptions => Kind::FailedDecryption,
            Self::Denials => Kind::AccessDenied,
        }
        .metric()
    }

    /// What it tests besides the service and the key.
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-json-log-events.html>
    fn test(self) -> &'static str {
        match self {
            Self::Requests => "",
            Self::Errors => r#"&&($.errorCode="*")"#,
            Self::FailedDecryptions => r#"&&($.eventName="Decrypt")&&($.errorCode="*")"#,
            Self::Denials => r#"&&($.errorCode="AccessDenied*")"#,
        }
    }
}

impl NamedBy {
    pub(super) const ALL: [Self; 2] = [Self::Resource, Self::Message];

    /// Its part of logical ids.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Resource => "",
            Self::Message => "InMessage",
        }
    }

    /// Tests whether an event names a key. An id is the same in all regions of a multi-Region key.
    fn test(self, id: &Val<kms::KeyId>) -> Val<String> {
        let (before, after) = match self {
            Self::Resource => (r#"($.resources[0].ARN="*"#, r#"")"#),
            Self::Message => (r#"($.errorMessage="*"#, r#"*")"#),
        };
        Val::concat([before.into(), id.clone().text(), after.into()])
    }
}

/// The pattern of the events that a counter counts for these keys.
pub(super) fn of_keys(counter: Counter, named: NamedBy, ids: &[Val<kms::KeyId>]) -> Val<String> {
    let without_resource = match named {
        NamedBy::Resource => "",
        NamedBy::Message => "&&($.resources[0].ARN NOT EXISTS)",
    };
    let service = r#"{($.eventSource="kms.amazonaws.com")"#;
    let before = format!("{service}{}{without_resource}&&(", counter.test());
    let keys = Val::join(ids.iter().map(|id| named.test(id)), "||");
    Val::concat([before.into(), keys, ")}".into()])
}

/// The characters of the longest pattern for these keys, with ids that CloudFormation knows only when they are there.
pub(super) fn length(ids: &[Val<kms::KeyId>]) -> usize {
    let all = Counter::ALL.into_iter().flat_map(|counter| NamedBy::ALL.map(|named| (counter, named)));
    let written = all.map(|(counter, named)| of_keys(counter, named, ids).longest().chars().count());
    let numbered = ids.iter().filter(|id| id.known().is_none()).count();
    written.max().unwrap_or_default() + numbered * KEY_ID
}
