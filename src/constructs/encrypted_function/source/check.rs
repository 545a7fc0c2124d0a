//! What Lambda would refuse to read, or read in another way.

use super::{EventSource, Source, StartingPosition};
use crate::construct::{Cx, To};
use crate::constructs::fifo::is_fifo;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::document::Spanned;

/// The most filters, where the quota is as high as it goes.
/// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html>
const FILTERS: usize = 10;

/// The most messages of a FIFO queue in a call, and of any queue in a call that does not wait for more.
/// <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html>
const MESSAGES: u32 = 10;

fn conflict(at: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(Code::ConflictingProperties, at, message)
}

impl Source {
    pub(super) fn check(&self, cx: &Cx<'_>) -> Diagnostics {
        let mut found: Diagnostics = self.filters.iter().filter_map(not_json).collect();
        if let Some(filter) = self.filters.get(FILTERS) {
            let message = format!("a source may have {FILTERS} filters");
            found.push(Diagnostic::error(Code::LimitExceeded, filter.span, message));
        }
        if let Some(key) = self.filter_key.as_ref().filter(|_| self.filters.is_empty()) {
            found.push(conflict(key.span(), "there are no `filters` here that this key could encrypt"));
        }
        found.extend(self.check_kind());
        found.extend(self.check_queue(cx));
        found.extend(self.check_stream(cx));
        found
    }

    /// What the other kind of source has.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html>
    fn check_kind(&self) -> Diagnostics {
        fn at<T>(it: Option<&Spanned<T>>) -> Option<Span> {
            it.map(|it| it.span)
        }
        let of_streams = [
            ("starting-position", at(self.starting_position.as_ref())),
            ("bisect-on-error", at(self.bisect_on_error.as_ref())),
            ("retry-attempts", at(self.retry_attempts.as_ref())),
            ("max-record-age", at(self.max_record_age.as_ref())),
            ("parallelization-factor", at(self.parallelization_factor.as_ref())),
            ("tumbling-window", at(self.tumbling_window.as_ref())),
            ("on-failure", self.on_failure.as_ref().map(To::span)),
        ];
        let of_queues =
            [("max-concurrency", at(self.max_concurrency.as_ref())), ("pollers", at(self.pollers.as_ref()))];
        let (refused, has, is) = match self.reads_queue() {
            true => (&of_streams[..], "streams", "a queue"),
            false => (&of_queues[..], "queues", "a stream"),
        };
        let refused = refused.iter().filter_map(|(name, at)| {
            let diagnostic = conflict((*at)?, format!("`{name}` is for {has}"));
            Some(diagnostic.related(self.from.span, is))
        });
        refused.collect()
    }

    fn check_queue(&self, cx: &Cx<'_>) -> Diagnostics {
        let mut found = Diagnostics::default();
        let Some(queue) = self.queue() else { return found };
        let fifo = cx.get(queue).is_ok_and(|queue| is_fifo(&queue));
        let window = self.batch_window.as_ref().filter(|window| window.value.get() > 0);
        if let Some(window) = window.filter(|_| fifo) {
            let diagnostic = conflict(window.span, "Lambda does not gather messages of a FIFO queue");
            found.push(diagnostic.related(self.from.span, "the queue"));
        }
        if let Some(size) = self.batch_size.as_ref().filter(|size| size.value.get() > MESSAGES) {
            if fifo {
                let diagnostic =
                    conflict(size.span, format!("a batch of a FIFO queue has {MESSAGES} messages at most"));
                found.push(diagnostic.related(self.from.span, "the queue"));
            } else if window.is_none() {
                let diagnostic = conflict(size.span, format!("a batch of more than {MESSAGES} messages is gathered"));
                found.push(diagnostic.hint("`batch-window: 1` or more says for how long"));
            }
        }
        let Some(pollers) = &self.pollers else { return found };
        if let Some(most) = &self.max_concurrency {
            // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
            let diagnostic = conflict(most.span, "with pollers of its own, their number limits the calls");
            found.push(diagnostic.related(pollers.span, "the pollers"));
        }
        if let (Some(min), Some(max)) = (pollers.value.min, pollers.value.max)
            && min.get() > max.get()
        {
            let message = format!("{} pollers are more than the most, {}", min.get(), max.get());
            found.push(conflict(pollers.span, message));
        }
        found
    }

    fn check_stream(&self, cx: &Cx<'_>) -> Diagnostics {
        let mut found = Diagnostics::default();
        if let (EventSource::Table(_), Some(position)) = (&self.from.value, &self.starting_position)
            && matches!(position.value, StartingPosition::AtTimestamp(_))
        {
            let message = "reading a table's stream begins with its oldest record or with what comes next";
            let diagnostic = conflict(position.span, message);
            found.push(diagnostic.related(self.from.span, "a table").allowed(["trim-horizon", "latest"]));
        }
        let written = match &self.from.value {
            EventSource::Stream(stream) => stream.written(),
            EventSource::Queue(_) | EventSource::Table(_) => None,
        };
        if let Some(arn) = written
            && let (Some(here), Some(there)) = (&cx.target().region, arn.value.region())
            && *here != there
        {
            let message = format!("a function reads streams of its own region, `{here}`, only");
            found.push(Diagnostic::error(Code::WrongReference, self.from.span, message));
        }
        if let Some(key) = self.stream_key.as_ref().filter(|_| written.is_none()) {
            let message = match self.from.value {
                EventSource::Stream(_) => "the key's policy names the stream, whose ARN has to be written out for that",
                EventSource::Queue(_) | EventSource::Table(_) => "the keys of tables and queues are known",
            };
            found.push(conflict(key.span(), message).related(self.from.span, "what is read"));
        }
        found
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
