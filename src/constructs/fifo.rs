//! Topics and queues that keep the order of messages.

use schemars::JsonSchema;
use serde::Deserialize;

use super::inbox::Inbox;
use crate::cfn::Handle;
use crate::construct::{Cx, Naming};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::document::Spanned;

/// How two messages are told apart, where each comes once and in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fifo {
    /// By an id that the sender gives.
    DeduplicationId,
    /// By their content.
    Content,
}

/// Names the topic or queue, whose name has an ending of its own where it is first in, first out. Who writes the name
/// may write the ending, too.
pub(super) fn name<R: Inbox>(kind: &'static str, fifo: Option<&Spanned<Fifo>>, naming: &mut Naming<'_>) -> Handle<R> {
    let written = naming.explicit.is_some_and(|name| name.value.ends_with(R::NAME.ending));
    naming.main_with_suffix(kind, fifo.filter(|_| !written).map_or("", |_| R::NAME.ending))
}

/// Whether a topic or queue is first in, first out: its name says so.
pub(super) fn is_fifo<R: Inbox>(handle: &Handle<R>) -> bool {
    handle.name().text().longest().ends_with(R::NAME.ending)
}

/// A name that only FIFO topics or queues can have, of one that is none.
pub(super) fn misnamed<R: Inbox>(handle: &Handle<R>, fifo: Option<&Spanned<Fifo>>, cx: &Cx<'_>) -> Option<Diagnostic> {
    let misnamed = fifo.is_none() && is_fifo(handle);
    misnamed.then(|| {
        let message = format!("a name that ends in `{}` is for FIFO {}s", R::NAME.ending, R::NOUN);
        Diagnostic::error(Code::InvalidName, cx.entry().place, message).hint("`fifo: content` makes it one")
    })
}

/// Properties that only FIFO topics or queues have, of one that is none; each is given by its place, if it is there.
pub(super) fn only<R: Inbox>(properties: impl IntoIterator<Item = Option<Span>>) -> impl Iterator<Item = Diagnostic> {
    properties.into_iter().flatten().map(|at| {
        let message = format!("only FIFO {}s have this", R::NOUN);
        Diagnostic::error(Code::ConflictingProperties, at, message).hint("`fifo: content` makes it one")
    })
}
