//! What two constructs say that is right by itself, and not together.

use super::names::Named;
use super::uses::Collected;
use crate::construct::{Cx, EntryId};
use crate::constructs::encrypted_function::EventSource;
use crate::constructs::{EncryptedFunction, EncryptedQueue, EncryptedTopic, Placed};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::service::{lambda, sqs};

/// Looks at each function with the queues and topics of these stacks that call it.
pub(super) fn check(named: &Named<'_>, uses: &Collected, found: &mut Diagnostics) {
    for (me, placed) in named.placed.iter().enumerate() {
        let Placed::EncryptedFunction(function, _) = placed else { continue };
        let cx = uses.cx(named, me);
        // A reference that leads nowhere is reported where it is built.
        for source in function.sources.values() {
            let EventSource::Queue(to) = &source.from.value else { continue };
            let Ok(id) = cx.entry_of(to) else { continue };
            if let Placed::EncryptedQueue(queue, _) = &named.placed[id] {
                found.extend(hidden_too_shortly(function, &cx, queue, &uses.cx(named, id)));
            }
        }
        for to in &function.triggers {
            let Ok(id) = cx.entry_of(to) else { continue };
            if let Placed::EncryptedTopic(topic, _) = &named.placed[id] {
                found.extend(subscribed_twice(to.span(), me, topic, &uses.cx(named, id)));
            }
        }
    }
}

/// "Your function's timeout must be less than or equal to the queue's visibility timeout. Lambda validates this
/// requirement when you create or update an event source mapping and will return an error."
/// <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html>
fn hidden_too_shortly(
    function: &EncryptedFunction,
    of_function: &Cx<'_>,
    queue: &EncryptedQueue,
    of_queue: &Cx<'_>,
) -> Option<Diagnostic> {
    let (timeout, hidden) = (function.timeout.as_ref(), queue.visibility_timeout.as_ref());
    let seconds = timeout.map_or(lambda::TIMEOUT, |timeout| timeout.value.get());
    let hidden_for = hidden.map_or(sqs::VISIBILITY_TIMEOUT, |hidden| hidden.value.get());
    if hidden_for >= seconds {
        return None;
    }
    let at = hidden.map_or(of_queue.entry().place, |hidden| hidden.span);
    let message = format!(
        "messages are hidden for {hidden_for} seconds, and `{}`, which reads them, may take {seconds}",
        of_function.entry().path
    );
    let diagnostic = Diagnostic::error(Code::ConflictingProperties, at, message);
    let diagnostic = diagnostic.related(timeout.map_or(of_function.entry().place, |it| it.span), "the function");
    Some(diagnostic.hint(format!("`visibility-timeout: {}` is six times as long, as AWS recommends", 6 * seconds)))
}

/// A topic that triggers a function, and subscribes it besides, calls it with every message twice.
fn subscribed_twice(trigger: Span, function: EntryId, topic: &EncryptedTopic, of_topic: &Cx<'_>) -> Option<Diagnostic> {
    let functions = topic.subscriptions.iter().filter_map(|subscription| subscription.value.function.as_ref());
    let again = functions.into_iter().find(|to| of_topic.entry_of(to).is_ok_and(|id| id == function))?;
    let message = format!(
        "`{}` subscribes this function itself, and would call it with each message twice",
        of_topic.entry().path
    );
    let diagnostic = Diagnostic::error(Code::ConflictingProperties, trigger, message);
    let diagnostic = diagnostic.related(again.span(), "the subscription");
    Some(diagnostic.hint("take one of the two out: a subscription can have a filter and a dead-letter queue"))
}
