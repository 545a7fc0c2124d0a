//! What Lambda reads for a function: queues, tables' streams and Kinesis streams.

mod check;

use schemars::JsonSchema;
use serde::Deserialize;

use super::destination::{self, Accepts};
use crate::cfn::policy::Statement;
use crate::cfn::{Arn, Handle, Val, dynamodb, iam, kms, lambda, sqs};
use crate::construct::{Any, Attribute, By, Cx, Grant, Grantee, KeyUse, To};
use crate::constructs::or_reference::OrReference;
use crate::diagnostic::{Diagnostics, Result, Span};
use crate::document::Spanned;
use crate::name::{Bounded, StreamArn, Word};
use crate::service::{Subject, kinesis};

/// A queue or stream that Lambda reads, and how.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Source {
    /// What is read.
    pub from: Spanned<EventSource>,
    /// The key that encrypts a Kinesis stream, if that is none of AWS's. Those of tables and queues are known.
    pub stream_key: Option<To<kms::Key>>,
    /// The most messages or records of a call, 1 to 10000, by default 10 messages or 100 records. More than 10 messages
    /// take a `batch-window`, and of a FIFO queue there are no more.
    pub batch_size: Option<Spanned<Bounded<1, 10_000>>>,
    /// Seconds for which they are gathered before a call, 0 to 300, by default none.
    pub batch_window: Option<Spanned<Bounded<0, 300>>>,
    /// Which of them call the function: those that one of these patterns matches, each written as JSON. By default all.
    #[serde(default)]
    pub filters: Vec<Spanned<String>>,
    /// The key that encrypts the filters. By default they are under a key that AWS owns.
    pub filter_key: Option<To<kms::Key>>,
    /// Whether the function says which of a batch failed, so that the others are not read again.
    #[serde(default)]
    pub report_batch_item_failures: bool,
    /// Calls for a queue that may run at once, 2 to 1000, by default as many as Lambda starts.
    pub max_concurrency: Option<Spanned<Bounded<2, 1_000>>>,
    /// Pollers that are kept for a queue, at a price. They read at once what comes in.
    pub pollers: Option<Spanned<Pollers>>,
    /// Where reading a stream begins, by default `trim-horizon`, which misses nothing.
    pub starting_position: Option<Spanned<StartingPosition>>,
    /// Whether a batch of a stream that failed is split in two and tried again.
    pub bisect_on_error: Option<Spanned<bool>>,
    /// How often a batch of a stream that failed is tried again, 0 to 10000, by default until its records expire.
    pub retry_attempts: Option<Spanned<Bounded<0, 10_000>>>,
    /// Seconds after which a record of a stream is no longer tried, 60 to 604800, by default when it expires.
    pub max_record_age: Option<Spanned<Bounded<60, 604_800>>>,
    /// Batches of one shard that are worked on at once, 1 to 10, by default 1.
    pub parallelization_factor: Option<Spanned<Bounded<1, 10>>>,
    /// Seconds of a window over a stream in which the function keeps a state, 0 to 900, by default none.
    pub tumbling_window: Option<Spanned<Bounded<0, 900>>>,
    /// The topic, queue or bucket that learns of records of a stream that are given up. Messages go to their queue's
    /// own `dead-letter`.
    pub on_failure: Option<To<Any>>,
    /// Whether it is read, by default it is.
    pub enabled: Option<bool>,
}

/// What is read.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EventSource {
    /// A queue.
    Queue(To<sqs::Queue>),
    /// The stream of a table.
    Table(To<dynamodb::Table>),
    /// A Kinesis stream, by its ARN or as `{ ref: ingest/clicks.Arn }`.
    Stream(OrReference<StreamArn>),
}

/// How many pollers read a queue.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Pollers {
    /// The fewest, 2 to 200, by default 2.
    pub min: Option<Bounded<2, 200>>,
    /// The most, 2 to 2000, by default 200.
    pub max: Option<Bounded<2, 2_000>>,
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

impl StartingPosition {
    fn lower(self) -> (lambda::StartingPosition, Option<u32>) {
        match self {
            Self::TrimHorizon => (lambda::StartingPosition::TrimHorizon, None),
            Self::Latest => (lambda::StartingPosition::Latest, None),
            Self::AtTimestamp(time) => (lambda::StartingPosition::AtTimestamp, Some(time)),
        }
    }
}

impl Source {
    /// What the function's role is granted for it.
    pub(super) fn grants(&self, role: &Grantee, cx: &Cx<'_>, found: &mut Diagnostics) -> Vec<Grant> {
        let read = match &self.from.value {
            EventSource::Queue(to) => Some(("receive", cx.entry_of(to), to.span())),
            EventSource::Table(to) => Some(("read-stream", cx.entry_of(to), to.span())),
            EventSource::Stream(_) => None,
        };
        let read = read.and_then(|(word, on, at)| Some(Grant::of(word, role.clone(), found.take(on)?, at)));
        let failed = self.on_failure.iter().flat_map(|to| destination::grants(to, role, cx, found));
        read.into_iter().chain(failed.collect::<Vec<_>>()).collect()
    }

    /// The use of a Kinesis stream's key by the function's role; `mapping` is what reads it.
    pub(super) fn key_use(
        &self,
        mapping: &Handle<lambda::EventSourceMapping>,
        role: &Handle<iam::Role>,
        cx: &Cx<'_>,
    ) -> Result<Option<KeyUse>> {
        let (EventSource::Stream(OrReference::Written(arn)), Some(key)) = (&self.from.value, &self.stream_key) else {
            return Ok(None);
        };
        let records = cx.data(Some(key), Subject::outside(mapping, &arn.value))?;
        Ok(records.used(By::Role(role.clone()), &kinesis::CONSUME))
    }

    /// What the function's role may do besides, with what is no construct.
    pub(super) fn statement(&self, name: &Word, cx: &Cx<'_>) -> Result<Option<Statement>> {
        let EventSource::Stream(arn) = &self.from.value else { return Ok(None) };
        let stream = vec![Arn::literal(arn.value(cx)?)];
        Ok(Some(Statement::allow(format!("Read{}", name.pascal()), kinesis::READ.to_vec(), stream)))
    }

    pub(super) fn lower(&self, function: &Handle<lambda::Function>, cx: &Cx<'_>) -> Result<lambda::EventSourceMapping> {
        let mut found = self.check(cx);
        let event_source_arn = found.take(self.arn(cx));
        let on_failure = self.on_failure.as_ref();
        let on_failure = on_failure.and_then(|to| found.take(destination::arn(to, Accepts::FailedRecords, cx)));
        let key = self.filter_key.as_ref().and_then(|key| found.take(cx.encryption(Some(key))));
        let position = self.starting_position.as_ref().map_or(StartingPosition::TrimHorizon, |position| position.value);
        let (position, timestamp) = position.lower();
        let filters = self.filters.iter().map(|filter| lambda::Filter { pattern: filter.value.clone() });
        let filters: Vec<_> = filters.collect();
        found.or(lambda::EventSourceMapping {
            function_name: Some(function.reference()),
            event_source_arn,
            enabled: self.enabled,
            batch_size: self.batch_size.as_ref().map(|size| size.value.get()),
            maximum_batching_window_in_seconds: self.batch_window.as_ref().map(|window| window.value.get()),
            starting_position: (!self.reads_queue()).then_some(position),
            starting_position_timestamp: timestamp,
            filter_criteria: (!filters.is_empty()).then_some(lambda::FilterCriteria { filters }),
            kms_key_arn: key.and_then(|key| key.key_arn()),
            scaling_config: self
                .max_concurrency
                .as_ref()
                .map(|most| lambda::ScalingConfig { maximum_concurrency: most.value.get() }),
            provisioned_poller_config: self.pollers.as_ref().map(|pollers| lambda::ProvisionedPollerConfig {
                minimum_pollers: pollers.value.min.map(Bounded::get),
                maximum_pollers: pollers.value.max.map(Bounded::get),
            }),
            bisect_batch_on_function_error: self.bisect_on_error.as_ref().map(|bisect| bisect.value),
            maximum_retry_attempts: self.retry_attempts.as_ref().map(|attempts| attempts.value.get()),
            maximum_record_age_in_seconds: self.max_record_age.as_ref().map(|age| age.value.get()),
            parallelization_factor: self.parallelization_factor.as_ref().map(|factor| factor.value.get()),
            tumbling_window_in_seconds: self.tumbling_window.as_ref().map(|window| window.value.get()),
            destination_config: on_failure
                .map(|destination| lambda::OnFailureOnly { on_failure: lambda::OnEvent { destination } }),
            function_response_types: self.report_batch_item_failures.then(|| vec!["ReportBatchItemFailures"]),
            tags: Vec::new(),
        })
    }

    fn arn(&self, cx: &Cx<'_>) -> Result<Val<String>> {
        match &self.from.value {
            EventSource::Queue(to) => Ok(cx.arn(&cx.get_here(to)?).text()),
            EventSource::Table(to) => {
                cx.get_here(to)?;
                let table = cx.construct_of(to)?;
                table.attribute(&Attribute::StreamArn, 0).ok_or_else(Diagnostics::default) // the table reports it
            }
            EventSource::Stream(arn) => arn.value(cx),
        }
    }

    fn reads_queue(&self) -> bool {
        matches!(self.from.value, EventSource::Queue(_))
    }

    /// Where records go that are given up.
    pub(super) fn destination(&self) -> Option<&To<Any>> {
        self.on_failure.as_ref()
    }

    /// The queue that is read, if it is one.
    pub(super) fn queue(&self) -> Option<&To<sqs::Queue>> {
        match &self.from.value {
            EventSource::Queue(to) => Some(to),
            EventSource::Table(_) | EventSource::Stream(_) => None,
        }
    }

    /// What is read, and where that is written.
    pub(super) fn from(&self) -> (String, Span) {
        let what = match &self.from.value {
            EventSource::Queue(to) => to.to_string(),
            EventSource::Table(to) => to.to_string(),
            EventSource::Stream(arn) => arn.text().0,
        };
        (what, self.from.span)
    }
}
