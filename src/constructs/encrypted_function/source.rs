//! What Lambda reads for a function: tables' streams and Kinesis streams.

use schemars::JsonSchema;
use serde::Deserialize;

use super::destination::{self, Accepts};
use crate::cfn::policy::Statement;
use crate::cfn::{Arn, Handle, Val, dynamodb, kms, lambda};
use crate::construct::{Any, Attribute, Cx, Grant, Grantee, To};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result, Span};
use crate::document::Spanned;
use crate::name::{Bounded, StreamArn, Word};
use crate::service::kinesis;

/// A stream that Lambda reads, and how.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Source {
    /// What is read.
    pub from: Spanned<EventSource>,
    /// The most records of a call, 1 to 10000, by default 100.
    pub batch_size: Option<Bounded<1, 10_000>>,
    /// Seconds for which records are gathered before a call, 0 to 300, by default none.
    pub batch_window: Option<Bounded<0, 300>>,
    /// Where reading begins, by default `trim-horizon`, which misses nothing.
    #[serde(default)]
    pub starting_position: Option<Spanned<StartingPosition>>,
    /// Which records call the function: those that one of these patterns matches, each written as JSON. By default all.
    #[serde(default)]
    pub filters: Vec<Spanned<String>>,
    /// The key that encrypts the filters. By default they are under a key that AWS owns.
    pub filter_key: Option<To<kms::Key>>,
    /// Whether the function says which records of a batch failed, so that the others are not read again.
    #[serde(default)]
    pub report_batch_item_failures: bool,
    /// Whether a batch that failed is split in two and tried again.
    pub bisect_on_error: Option<bool>,
    /// How often a batch that failed is tried again, 0 to 10000, by default until its records expire.
    pub retry_attempts: Option<Bounded<0, 10_000>>,
    /// Seconds after which a record is no longer tried, 60 to 604800, by default when it expires.
    pub max_record_age: Option<Bounded<60, 604_800>>,
    /// Batches of one shard that are worked on at once, 1 to 10, by default 1.
    pub parallelization_factor: Option<Bounded<1, 10>>,
    /// Seconds of a window over which the function keeps a state, 0 to 900, by default none.
    pub tumbling_window: Option<Bounded<0, 900>>,
    /// The topic or queue that learns of records that are given up.
    pub on_failure: Option<To<Any>>,
    /// Whether it is read, by default it is.
    pub enabled: Option<bool>,
}

/// What is read.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EventSource {
    /// The stream of a table.
    Table(To<dynamodb::Table>),
    /// A Kinesis stream, by its ARN.
    Stream(StreamArn),
}

/// Where reading begins.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StartingPosition {
    /// With the oldest record.
    TrimHorizon,
    /// With what comes next.
    Latest,
    /// With what came at this time, in seconds since 1970. For Kinesis only.
    AtTimestamp(u32),
}

/// The most filters, where the quota is as high as it goes.
/// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html>
const FILTERS: usize = 10;

impl Source {
    /// What the function's role is granted for it.
    pub(super) fn grants(&self, role: &Grantee, cx: &Cx<'_>, found: &mut Diagnostics) -> Vec<Grant> {
        let mut grants = Vec::new();
        if let EventSource::Table(to) = &self.from.value
            && let Some(on) = found.take(cx.entry_of(to))
        {
            grants.push(Grant::of("read-stream", role.clone(), on, to.span()));
        }
        grants.extend(self.on_failure.as_ref().and_then(|to| destination::grant(to, role, cx, found)));
        grants
    }

    /// What the function's role may do besides, with what is no construct.
    pub(super) fn statement(&self, name: &Word) -> Option<Statement> {
        let EventSource::Stream(arn) = &self.from.value else { return None };
        let sid = format!("Read{}", name.pascal());
        Some(Statement::allow(sid, kinesis::READ.to_vec(), vec![Arn::literal(arn.as_str())]))
    }

    pub(super) fn lower(&self, function: &Handle<lambda::Function>, cx: &Cx<'_>) -> Result<lambda::EventSourceMapping> {
        let mut found = self.check();
        let event_source_arn = found.take(self.arn(cx));
        let on_failure = self.on_failure.as_ref();
        let on_failure = on_failure.and_then(|to| found.take(destination::arn(to, Accepts::TopicsAndQueues, cx)));
        let key = self.filter_key.as_ref().and_then(|key| found.take(cx.encryption(Some(key))));
        let position = self.starting_position.as_ref().map_or(StartingPosition::TrimHorizon, |position| position.value);
        let (starting_position, starting_position_timestamp) = match position {
            StartingPosition::TrimHorizon => (lambda::StartingPosition::TrimHorizon, None),
            StartingPosition::Latest => (lambda::StartingPosition::Latest, None),
            StartingPosition::AtTimestamp(time) => (lambda::StartingPosition::AtTimestamp, Some(time)),
        };
        let filters = self.filters.iter().map(|filter| lambda::Filter { pattern: filter.value.clone() });
        let filters: Vec<_> = filters.collect();
        found.or(lambda::EventSourceMapping {
            function_name: Some(function.reference()),
            event_source_arn,
            enabled: self.enabled,
            batch_size: self.batch_size.map(Bounded::get),
            maximum_batching_window_in_seconds: self.batch_window.map(Bounded::get),
            starting_position: Some(starting_position),
            starting_position_timestamp,
            filter_criteria: (!filters.is_empty()).then_some(lambda::FilterCriteria { filters }),
            kms_key_arn: key.and_then(|key| key.key_arn()),
            bisect_batch_on_function_error: self.bisect_on_error,
            maximum_retry_attempts: self.retry_attempts.map(Bounded::get),
            maximum_record_age_in_seconds: self.max_record_age.map(Bounded::get),
            parallelization_factor: self.parallelization_factor.map(Bounded::get),
            tumbling_window_in_seconds: self.tumbling_window.map(Bounded::get),
            destination_config: on_failure
                .map(|destination| lambda::OnFailureOnly { on_failure: lambda::OnEvent { destination } }),
            function_response_types: self.report_batch_item_failures.then(|| vec!["ReportBatchItemFailures"]),
            tags: Vec::new(),
        })
    }

    fn arn(&self, cx: &Cx<'_>) -> Result<Val<String>> {
        let wrong = |message: String| Diagnostic::error(Code::WrongReference, self.from.span, message);
        match &self.from.value {
            EventSource::Table(to) => {
                cx.get_here(to)?;
                let table = &cx.model.entries()[cx.entry_of(to)?];
                table.attribute(&Attribute::StreamArn, 0).ok_or_else(Diagnostics::default) // the table reports it
            }
            EventSource::Stream(arn) => match (&cx.target().region, arn.region()) {
                (Some(here), Some(there)) if *here != there => {
                    Err(wrong(format!("a function reads streams of its own region, `{here}`, only")).into())
                }
                _ => Ok(arn.as_str().into()),
            },
        }
    }

    /// <https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html>
    fn check(&self) -> Diagnostics {
        let mut found: Diagnostics = self.filters.iter().filter_map(not_json).collect();
        if let Some(filter) = self.filters.get(FILTERS) {
            let message = format!("a source may have {FILTERS} filters");
            found.push(Diagnostic::error(Code::LimitExceeded, filter.span, message));
        }
        if let Some(key) = self.filter_key.as_ref().filter(|_| self.filters.is_empty()) {
            let message = "there are no `filters` here that this key could encrypt";
            found.push(Diagnostic::error(Code::ConflictingProperties, key.span(), message));
        }
        if let (EventSource::Table(_), Some(position)) = (&self.from.value, &self.starting_position)
            && matches!(position.value, StartingPosition::AtTimestamp(_))
        {
            let message = "reading a table's stream begins with its oldest record or with what comes next";
            let diagnostic = Diagnostic::error(Code::ConflictingProperties, position.span, message);
            found.push(diagnostic.related(self.from.span, "a table").allowed(["trim-horizon", "latest"]));
        }
        found
    }

    /// Where the source is written, and what.
    pub(super) fn from(&self) -> (String, Span) {
        let what = match &self.from.value {
            EventSource::Table(to) => to.to_string(),
            EventSource::Stream(arn) => arn.as_str().to_owned(),
        };
        (what, self.from.span)
    }
}

/// A filter that is no map of JSON.
fn not_json(filter: &Spanned<String>) -> Option<Diagnostic> {
    let message = match serde_json::from_str(&filter.value) {
        Ok(serde_json::Value::Object(_)) => return None,
        Ok(_) => "a filter is a map of JSON, such as `{ \"eventName\": [\"INSERT\"] }`".to_owned(),
        Err(error) => format!("this filter is not JSON: {error}"),
    };
    Some(Diagnostic::error(Code::InvalidValue, filter.span, message))
}
