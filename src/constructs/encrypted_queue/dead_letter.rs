//! Dead-letter queues, from both sides: the queue that has one, and the queue that is one.

use schemars::JsonSchema;
use serde::Deserialize;

use super::given::Given;
use crate::cfn::sqs::{self, RedriveAllowPolicy, RedrivePermission, RedrivePolicy};
use crate::cfn::{Arn, Handle, iam};
use crate::construct::{Cx, Grant, Grantee, ServiceGrantee, To};
use crate::constructs::fifo::is_fifo;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result};
use crate::name::Bounded;
use crate::service::{Subject, sqs::PRINCIPAL};

/// Where messages go that were received again and again.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DeadLetter {
    /// The queue, FIFO if this one is. A message keeps its age when it gets there: its `retention` should be longer.
    pub queue: To<sqs::Queue>,
    /// How often a message is received before, 1 to 1000.
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue.html
    pub after: Bounded<1, 1_000>,
}

impl DeadLetter {
    /// What lets the dead-letter queue know its source: SQS needs no statement to move messages.
    pub(super) fn grant(&self, source: &Handle<sqs::Queue>, cx: &Cx<'_>) -> Result<Grant> {
        let service = ServiceGrantee { principal: &PRINCIPAL, source: Subject::of(source) };
        Ok(Grant::of("send", Grantee::Service(service), cx.entry_of(&self.queue)?, self.queue.span()))
    }

    /// The roles that may receive dead letters, which are still encrypted under the source's key.
    pub(super) fn receivers(&self, cx: &Cx<'_>) -> Vec<Handle<iam::Role>> {
        let on = cx.entry_of(&self.queue).ok();
        let grants = on.and_then(|on| cx.grants.get(&on)).into_iter().flatten();
        grants.filter(|grant| Given::by(grant).receives()).filter_map(Grant::role).cloned().collect()
    }

    /// What SQS accepts as the dead-letter queue of a queue.
    /// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html>
    pub(super) fn check(&self, source: &Handle<sqs::Queue>, cx: &Cx<'_>) -> Result<()> {
        let dead = cx.get_here(&self.queue)?;
        let mistake = match (is_fifo(source), is_fifo(&dead)) {
            _ if dead.id() == source.id() => "a queue cannot be its own dead-letter queue",
            _ if cx.is_foreign(&dead) => "the dead-letter queue of a queue is in the same account",
            (true, false) => "the dead-letter queue of a FIFO queue is a FIFO queue",
            (false, true) => "the dead-letter queue of a standard queue is a standard queue",
            (true, true) | (false, false) => return Ok(()),
        };
        Err(Diagnostic::error(Code::ConflictingProperties, self.queue.span(), mistake).into())
    }

    /// How often messages are received, and where they go then.
    pub(super) fn redrive_policy(&self, cx: &Cx<'_>) -> Result<RedrivePolicy> {
        let dead_letter_target_arn = Arn::of(&cx.get_here(&self.queue)?);
        Ok(RedrivePolicy { dead_letter_target_arn, max_receive_count: self.after.get() })
    }
}

/// The queue whose dead letters a grant brings.
pub(super) fn source(grant: &Grant) -> Option<&Subject> {
    grant.service().filter(|service| *service.principal == PRINCIPAL).map(|service| &service.source)
}

/// Exactly the queues whose dead letters come here; nothing for a queue that is no dead-letter queue.
pub(super) fn redrive_allow_policy(cx: &Cx<'_>) -> Result<Option<RedriveAllowPolicy>> {
    let sources: Vec<_> = cx.granted().iter().filter_map(|grant| Some((grant, source(grant)?))).collect();
    let surplus = sources.iter().skip(MOST_SOURCES).map(|(grant, _)| {
        let path = &cx.entry().path;
        let message =
            format!("`{path}` is the dead-letter queue of {} queues, of at most {MOST_SOURCES}", sources.len());
        Diagnostic::error(Code::LimitExceeded, grant.at, message).hint("a second dead-letter queue takes the rest")
    });
    let source_queue_arns = sources.iter().map(|(_, source)| source.arn()).collect();
    let policy = RedriveAllowPolicy { redrive_permission: RedrivePermission::ByQueue, source_queue_arns };
    surplus.collect::<Diagnostics>().or((!sources.is_empty()).then_some(policy))
}

/// The most queues that a queue can name as sources of dead letters.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html>
const MOST_SOURCES: usize = 10;
