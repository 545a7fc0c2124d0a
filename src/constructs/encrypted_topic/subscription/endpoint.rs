//! Where the messages of a subscription go.

use super::{Source, Subscription};
use crate::cfn::sns::Protocol;
use crate::cfn::{Handle, Resource, lambda, sqs};
use crate::construct::{Cx, To};
use crate::constructs::fifo::is_fifo;
use crate::constructs::outside::exactly_one;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::document::Spanned;
use crate::service::sns::delivers_between;

/// Where messages go.
pub(super) enum Endpoint {
    Queue(Handle<sqs::Queue>),
    Function(Handle<lambda::Function>),
    /// An address outside of these stacks, by a protocol.
    Outside(Protocol, String),
}

impl Endpoint {
    /// How messages get there.
    pub(super) fn protocol(&self) -> Protocol {
        match self {
            Self::Queue(_) => Protocol::Sqs,
            Self::Function(_) => Protocol::Lambda,
            Self::Outside(protocol, _) => *protocol,
        }
    }
}

impl Subscription {
    /// The endpoint, whichever way it is given; `at` is where the subscription stands.
    pub(super) fn endpoint(&self, source: Source<'_>, at: Span, cx: &Cx<'_>) -> Result<Endpoint> {
        let Self { queue, function, endpoint, protocol, .. } = self;
        let given = [
            ("queue", queue.as_ref().map(To::span)),
            ("function", function.as_ref().map(To::span)),
            ("endpoint", endpoint.as_ref().map(|endpoint| endpoint.span)),
        ];
        exactly_one(&given, at).or(())?;
        match (queue, function, endpoint, protocol) {
            (Some(_), .., Some(protocol)) | (_, Some(_), _, Some(protocol)) => {
                let message = "how messages get to a queue or function of these stacks is known";
                Err(Diagnostic::error(Code::ConflictingProperties, protocol.span, message).into())
            }
            (Some(to), ..) => {
                let queue = cx.get(to)?;
                reachable(&queue, to.span(), cx)?;
                check_order(source, Some(is_fifo(&queue)), to.span())?;
                Ok(Endpoint::Queue(queue))
            }
            (_, Some(to), ..) => {
                let function = cx.get_here(to)?;
                check_account(&function, to.span(), cx)?;
                check_order(source, None, to.span())?;
                Ok(Endpoint::Function(function))
            }
            (.., Some(address), Some(protocol)) => outside(address, protocol, source),
            (_, _, address, None) => {
                let place = address.as_ref().map_or(at, |address| address.span);
                let message = "an `endpoint` needs a `protocol`, by which messages get there";
                Err(Diagnostic::error(Code::MissingProperty, place, message).into())
            }
            (None, None, None, Some(_)) => unreachable!("one of them is there"),
        }
    }
}

/// An address outside of these stacks.
fn outside(address: &Spanned<String>, protocol: &Spanned<Protocol>, source: Source<'_>) -> Result<Endpoint> {
    use Protocol::{Application, Email, EmailJson, Firehose, Https, Lambda, Sms, Sqs};
    let text = address.value.as_str();
    let (fits, expected) = match protocol.value {
        Https => (text.starts_with("https://"), "a URL that begins with `https://`"),
        Email | EmailJson => (text.contains('@'), "an e-mail address"),
        Sms => (text.starts_with('+'), "a phone number that begins with `+`"),
        Application | Firehose | Lambda | Sqs => (text.starts_with("arn:"), "an ARN"),
    };
    if !fits {
        let message = format!("`{text}` is not {expected}");
        return Err(Diagnostic::error(Code::InvalidValue, address.span, message).into());
    }
    let queue = (protocol.value == Sqs).then(|| text.ends_with(sqs::FIFO));
    check_order(source, queue, if queue.is_some() { address.span } else { protocol.span })?;
    Ok(Endpoint::Outside(protocol.value, text.to_owned()))
}

/// That what is in order gets to queues only, and that FIFO queues get nothing else; `queue` is whether a queue is one.
/// <https://docs.aws.amazon.com/sns/latest/dg/fifo-message-delivery.html>
fn check_order(source: Source<'_>, queue: Option<bool>, at: Span) -> Result<()> {
    let conflict = |message: &str| Diagnostic::error(Code::ConflictingProperties, at, message);
    match (source.fifo, queue) {
        (Some(fifo), None) => {
            Err(conflict("messages of a FIFO topic reach queues only").related(fifo, "a FIFO topic").into())
        }
        (None, Some(true)) => Err(conflict("a FIFO queue gets messages of FIFO topics only")
            .hint("`fifo: content` makes the topic one")
            .into()),
        (Some(_), Some(_)) | (None, None | Some(false)) => Ok(()),
    }
}

/// That SNS delivers to where this is.
fn reachable(to: &Handle<sqs::Queue>, at: Span, cx: &Cx<'_>) -> Result<()> {
    check_account(to, at, cx)?;
    let regions = cx.target().region.as_ref().zip(to.target().region.as_ref());
    let Some((from, to)) = regions.filter(|(from, to)| !delivers_between(from, to)) else { return Ok(()) };
    let message = format!("messages do not get from `{from}` to `{to}` by the principal `sns.amazonaws.com`");
    let hint = "across regions, both have to be among those that every account has enabled";
    Err(Diagnostic::error(Code::UnavailableService, at, message).hint(hint).into())
}

/// That this is in the account of the topic: from another one, its owner would have to confirm the subscription.
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-send-message-to-sqs-cross-account.html>
pub(super) fn check_account<R: Resource>(to: &Handle<R>, at: Span, cx: &Cx<'_>) -> Result<()> {
    if !cx.is_foreign(to) {
        return Ok(());
    }
    let message = "this is in another account, where its owner has to subscribe it to the topic";
    Err(Diagnostic::error(Code::WrongReference, at, message).into())
}
