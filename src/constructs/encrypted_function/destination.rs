//! Where a function's records go: topics, queues and other functions.

use crate::cfn::{Arn, Handle, lambda, sns};
use crate::construct::{Any, Cx, Grant, Grantee, To, a};
use crate::constructs::fifo::is_fifo;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result};

/// What a place accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Accepts {
    /// Topics and queues.
    TopicsAndQueues,
    /// Functions too.
    FunctionsToo,
}

/// Something that takes records.
pub(super) enum Destination {
    Topic(Handle<sns::Topic>),
    Function(Handle<lambda::Function>),
}

impl Destination {
    /// What a reference means, if it takes records.
    fn find(to: &To<Any>, cx: &Cx<'_>) -> Result<Option<Self>> {
        if let Some(topic) = cx.find_in(to)? {
            return Ok(Some(Self::Topic(topic)));
        }
        Ok(cx.find_in(to)?.map(Self::Function))
    }

    /// The word by which sending there is granted.
    fn word(&self) -> &'static str {
        match self {
            Self::Topic(_) => "publish",
            Self::Function(_) => "invoke",
        }
    }
}

/// The grant that sending takes. What cannot be sent to is reported by [`arn`].
pub(super) fn grant(to: &To<Any>, role: &Grantee, cx: &Cx<'_>, found: &mut Diagnostics) -> Option<Grant> {
    let destination = found.take(Destination::find(to, cx))??;
    let on = found.take(cx.target_of(to))?;
    Some(Grant::of(destination.word(), role.clone(), on, to.span()))
}

/// The ARN to which records go.
pub(super) fn arn(to: &To<Any>, accepts: Accepts, cx: &Cx<'_>) -> Result<Arn> {
    let entry = &cx.model.entries()[cx.target_of(to)?];
    let refuse = |code, message: String| {
        let diagnostic = Diagnostic::error(code, to.span(), message);
        Err(diagnostic.related(entry.place, format!("the `{}`", entry.kind)).into())
    };
    match Destination::find(to, cx)? {
        // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
        Some(Destination::Topic(topic)) if is_fifo(&topic) => {
            let message = "a function's records go to standard topics and queues only, and this is FIFO";
            refuse(Code::ConflictingProperties, message.to_owned())
        }
        Some(Destination::Topic(topic)) => Ok(Arn::of(&topic)),
        Some(Destination::Function(function)) if accepts == Accepts::FunctionsToo => match cx.target_of(to)? == cx.me {
            true => {
                let message = "what becomes of a call of this function would call it again".to_owned();
                refuse(Code::ConflictingProperties, message)
            }
            false => Ok(Arn::of(&function)),
        },
        Some(Destination::Function(_)) | None => {
            let kinds = match accepts {
                Accepts::TopicsAndQueues => "a topic",
                Accepts::FunctionsToo => "a topic or function",
            };
            refuse(Code::WrongReference, format!("`{to}` is {}, not {kinds}", a(entry.kind)))
        }
    }
}
