//! Where a function's records go: topics, queues, functions and buckets.

use crate::cfn::{Arn, Handle, lambda, s3, sns, sqs};
use crate::construct::{Any, Cx, Grant, Grantee, To, a};
use crate::constructs::fifo::is_fifo;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result};

/// What a place accepts besides topics and queues, which all do.
/// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Accepts {
    /// Events as they came, that failed: nothing else.
    DeadLetters,
    /// Records of a stream that were given up: buckets.
    FailedRecords,
    /// Records of calls that succeeded: functions.
    Successes,
    /// Records of calls that failed for good: functions and buckets.
    Failures,
}

impl Accepts {
    fn functions(self) -> bool {
        matches!(self, Self::Successes | Self::Failures)
    }

    fn buckets(self) -> bool {
        matches!(self, Self::FailedRecords | Self::Failures)
    }

    /// All of it, for a message.
    fn kinds(self) -> &'static str {
        match self {
            Self::DeadLetters => "topic or queue",
            Self::FailedRecords => "topic, queue or bucket",
            Self::Successes => "topic, queue or function",
            Self::Failures => "topic, queue, function or bucket",
        }
    }
}

/// Something that takes records.
pub(super) enum Destination {
    Topic(Handle<sns::Topic>),
    Queue(Handle<sqs::Queue>),
    Function(Handle<lambda::Function>),
    Bucket(Handle<s3::Bucket>),
}

impl Destination {
    /// What a reference means, if it takes records.
    fn find(to: &To<Any>, cx: &Cx<'_>) -> Result<Option<Self>> {
        let topic = cx.find_in(to)?.map(Self::Topic);
        let queue = cx.find_in(to)?.map(Self::Queue);
        let function = cx.find_in(to)?.map(Self::Function);
        let bucket = cx.find_in(to)?.map(Self::Bucket);
        Ok(topic.or(queue).or(function).or(bucket))
    }

    /// The words by which sending there is granted.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html>
    fn words(&self) -> &'static [&'static str] {
        match self {
            Self::Topic(_) => &["publish"],
            Self::Queue(_) => &["send"],
            Self::Function(_) => &["invoke"],
            Self::Bucket(_) => &["write", "list"],
        }
    }

    fn is_fifo(&self) -> bool {
        match self {
            Self::Topic(topic) => is_fifo(topic),
            Self::Queue(queue) => is_fifo(queue),
            Self::Function(_) | Self::Bucket(_) => false,
        }
    }

    fn arn(&self) -> Arn {
        match self {
            Self::Topic(topic) => Arn::of(topic),
            Self::Queue(queue) => Arn::of(queue),
            Self::Function(function) => Arn::of(function),
            Self::Bucket(bucket) => Arn::of(bucket),
        }
    }
}

/// The grants that sending takes. What cannot be sent to is reported by [`arn`].
pub(super) fn grants(to: &To<Any>, role: &Grantee, cx: &Cx<'_>, found: &mut Diagnostics) -> Vec<Grant> {
    let destination = found.take(Destination::find(to, cx)).flatten();
    let (Some(destination), Some(on)) = (destination, found.take(cx.target_of(to))) else { return Vec::new() };
    destination.words().iter().map(|word| Grant::of(word, role.clone(), on, to.span())).collect()
}

/// The ARN to which records go.
pub(super) fn arn(to: &To<Any>, accepts: Accepts, cx: &Cx<'_>) -> Result<Arn> {
    let entry = &cx.model.entries()[cx.target_of(to)?];
    let refuse = |code, message: String| {
        let diagnostic = Diagnostic::error(code, to.span(), message);
        Err(diagnostic.related(entry.place, format!("the `{}`", entry.kind)).into())
    };
    let destination = Destination::find(to, cx)?.filter(|destination| match destination {
        Destination::Topic(_) | Destination::Queue(_) => true,
        Destination::Function(_) => accepts.functions(),
        Destination::Bucket(_) => accepts.buckets(),
    });
    match destination {
        None => refuse(Code::WrongReference, format!("`{to}` is {}, not a {}", a(entry.kind), accepts.kinds())),
        Some(destination) if destination.is_fifo() => {
            let message = "a function's records go to standard topics and queues only, and this is FIFO";
            refuse(Code::ConflictingProperties, message.to_owned())
        }
        Some(Destination::Function(_)) if cx.target_of(to)? == cx.me => {
            let message = "what becomes of a call of this function would call it again";
            refuse(Code::ConflictingProperties, message.to_owned())
        }
        Some(destination) => Ok(destination.arn()),
    }
}
