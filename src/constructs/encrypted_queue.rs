//! `EncryptedQueue`

mod dead_letter;
mod given;

use schemars::JsonSchema;
use serde::Deserialize;

pub use self::dead_letter::DeadLetter;
pub(super) use self::given::{Given, WORDS};
use super::fifo::{self, Fifo};
use super::inbox::{SenderName, Senders, add_roles};
use crate::cfn::sqs::{self, DeduplicationScope, ThroughputLimit};
use crate::cfn::{Handle, kms};
use crate::construct::{Attribute, By, Construct, Cx, Encryption, Grant, Naming, Resources, To, Uses};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result, Span};
use crate::document::Spanned;
use crate::environment::Kept;
use crate::name::{Bounded, Tags};
use crate::service::{Subject, sqs as facts};

/// An SQS queue encrypted under a key of these stacks, which is used over TLS only.
///
/// Roles are granted `send`, `receive`, `send-receive` or `purge` on it. AWS services that send are named in `senders`:
/// each may, for its sources in this account, and may use the key for it. Topics that a queue subscribes to and buckets
/// that notify it need no mention here: they name the queue.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EncryptedQueue {
    /// The key that encrypts messages at rest, needed where `encryption` is `customer-managed`.
    pub key: Option<To<kms::Key>>,
    /// Seconds for which SQS uses a data key again before it asks KMS for the next, 60 to 86400, by default 300.
    pub data_key_reuse: Option<Bounded<60, 86_400>>,
    /// Whether messages keep their order and come once; the name ends in `.fifo` then.
    pub fifo: Option<Spanned<Fifo>>,
    /// Within what a message of a FIFO queue comes once, by default `queue`.
    pub deduplication_scope: Option<Spanned<DeduplicationScope>>,
    /// What the throughput quota of a FIFO queue is for, by default `per-queue`.
    pub throughput_limit: Option<Spanned<ThroughputLimit>>,
    /// Seconds for which a message that was received is hidden from others, 0 to 43200, by default 30. For a queue that
    /// a function reads, at least six times the function's `timeout`.
    // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    pub visibility_timeout: Option<Spanned<Bounded<0, 43_200>>>,
    /// Seconds before a message can be received, 0 to 900, by default 0.
    pub delay: Option<Bounded<0, 900>>,
    /// Seconds for which a message is kept, 60 to 1209600, by default 345600, which is four days.
    pub retention: Option<Bounded<60, 1_209_600>>,
    /// The most bytes of a message, 1024 to 1048576, by default 1048576.
    pub max_message_size: Option<Bounded<1_024, 1_048_576>>,
    /// Seconds for which a call waits for messages when there are none, 0 to 20, by default 0.
    pub receive_wait: Option<Bounded<0, 20>>,
    /// Where messages go that were received again and again. Who may receive them there may also use this queue's key.
    pub dead_letter: Option<DeadLetter>,
    /// AWS services that send here.
    #[serde(default)]
    pub senders: Vec<Spanned<SenderName<sqs::Queue>>>,
    /// Tags, besides the stack's.
    #[serde(default)]
    pub tags: Tags,
}

/// The resources of a queue.
#[derive(Debug)]
pub struct Parts {
    queue: Handle<sqs::Queue>,
    policy: Handle<sqs::QueuePolicy>,
}

impl Construct for EncryptedQueue {
    type Main = sqs::Queue;
    type Parts = Parts;

    const ADMITS_OTHER_ACCOUNTS: bool = true;

    fn grantable() -> Vec<&'static str> {
        WORDS.to_vec()
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn name(&self, naming: &mut Naming<'_>) -> Parts {
        let queue = fifo::name("queue", self.fifo.as_ref(), naming);
        naming.offer([Attribute::Url]);
        Parts { queue, policy: naming.unnamed("Policy") }
    }

    fn grants(&self, parts: &Parts, cx: &Cx<'_>, found: &mut Diagnostics) -> Vec<Grant> {
        self.dead_letter.iter().filter_map(|dead| found.take(dead.grant(&parts.queue, cx))).collect()
    }

    fn uses(&self, Parts { queue, .. }: &Parts, cx: &Cx<'_>) -> Result<Uses> {
        let messages = cx.data(self.key.as_ref(), Subject::of(queue))?;
        let mut uses = Uses::default();
        uses.stored.extend(messages.stored(Kept::NOT));
        uses.keys.extend(self.senders(cx).key_uses(&messages));
        add_roles(&mut uses, queue, &messages, cx);
        let dead_letters = self.dead_letter.iter().flat_map(|dead| dead.receivers(cx));
        uses.keys.extend(dead_letters.filter_map(|role| messages.used(By::Role(role), &facts::CONSUME)));
        Ok(uses)
    }

    fn build(&self, Parts { queue, policy }: &Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        out.report(self.check(queue, cx))?;
        let (managed, key) = match cx.encryption(self.key.as_ref())? {
            Encryption::AwsOwned => (Some(true), None),
            Encryption::AwsManaged => (None, Some(facts::AWS_MANAGED_KEY.into())),
            Encryption::Customer(key) => (None, Some(key.arn().text())),
        };
        let properties = sqs::Queue {
            queue_name: Some(queue.name()),
            kms_data_key_reuse_period_seconds: self.data_key_reuse.filter(|_| key.is_some()).map(Bounded::get),
            kms_master_key_id: key,
            sqs_managed_sse_enabled: managed,
            fifo_queue: self.fifo.as_ref().map(|_| true),
            content_based_deduplication: self.fifo.as_ref().map(|fifo| fifo.value == Fifo::Content),
            deduplication_scope: self.deduplication_scope.as_ref().map(|scope| scope.value),
            fifo_throughput_limit: self.throughput_limit.as_ref().map(|limit| limit.value),
            visibility_timeout: self.visibility_timeout.as_ref().map(|it| it.value.get()),
            delay_seconds: self.delay.map(Bounded::get),
            message_retention_period: Some(self.retention.map_or(facts::RETENTION, Bounded::get)),
            maximum_message_size: self.max_message_size.map(Bounded::get),
            receive_message_wait_time_seconds: self.receive_wait.map(Bounded::get),
            redrive_policy: self.dead_letter.as_ref().map(|dead| dead.redrive_policy(cx)).transpose()?,
            redrive_allow_policy: dead_letter::redrive_allow_policy(cx)?,
            tags: Vec::new(),
        };
        out.add(queue, properties);
        let policy_document = self.senders(cx).policy(queue, cx);
        out.add(policy, sqs::QueuePolicy { policy_document, queues: vec![queue.reference()] });
        out.gate(queue, policy);
        Ok(())
    }
}

impl EncryptedQueue {
    /// The services that send here. SQS, which moves dead letters by itself, is none of them.
    fn senders<'s>(&'s self, cx: &Cx<'s>) -> Senders<'s, sqs::Queue> {
        Senders::new(&self.senders, cx.granted().iter().filter(|grant| dead_letter::source(grant).is_none()))
    }

    fn check(&self, queue: &Handle<sqs::Queue>, cx: &Cx<'_>) -> Diagnostics {
        let mut found = Diagnostics::default();
        found.extend(fifo::misnamed(queue, self.fifo.as_ref(), cx));
        let fifo = self.fifo.as_ref().map(|fifo| fifo.span);
        found.extend(self.senders(cx).check(fifo, cx));
        if let Some(dead) = &self.dead_letter {
            found.take(dead.check(queue, cx));
        }
        let conflict = |at: Span, message: &str| Diagnostic::error(Code::ConflictingProperties, at, message);
        let only_fifo = [
            self.deduplication_scope.as_ref().map(|scope| scope.span),
            self.throughput_limit.as_ref().map(|limit| limit.span),
        ];
        if fifo.is_none() {
            found.extend(fifo::only::<sqs::Queue>(only_fifo));
        }
        // "The `perMessageGroupId` value is allowed only when the value for `DeduplicationScope` is `messageGroup`":
        // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
        let scope = self.deduplication_scope.as_ref();
        if let Some(limit) = self.throughput_limit.as_ref().filter(|it| it.value == ThroughputLimit::PerMessageGroupId)
            && scope.is_none_or(|scope| scope.value != DeduplicationScope::MessageGroup)
        {
            let diagnostic = conflict(limit.span, "`per-message-group-id` needs `deduplication-scope: message-group`");
            found.push(scope.into_iter().fold(diagnostic, |it, scope| it.related(scope.span, "the scope")));
        }
        found
    }
}
