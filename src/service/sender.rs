//! AWS services that send messages by their own principal: to topics and to queues.

use super::{Caller, KeyAccess, ServicePrincipal, Source};

/// An AWS service that can send to an encrypted topic or queue.
#[derive(Debug, PartialEq, Eq)]
pub struct Sender {
    /// What stack files call it.
    pub word: &'static str,
    /// Its use of the key that encrypts the messages.
    pub key: KeyAccess,
    /// The source that it names when it sends; not all name it to KMS, too.
    pub source: Source,
    /// Whether it can send to what keeps the order of messages.
    pub fifo: bool,
}

impl Sender {
    /// Its principal.
    pub fn principal(&self) -> &ServicePrincipal {
        match &self.key.caller {
            Caller::Service(principal, _) => principal,
            Caller::Through(_) | Caller::Directly => unreachable!("senders are services"),
        }
    }
}

/// What stack files call each of these senders.
pub const fn words<const COUNT: usize>(senders: &[Sender]) -> [&'static str; COUNT] {
    let mut words = [""; COUNT];
    let mut at = 0;
    while at < COUNT {
        words[at] = senders[at].word;
        at += 1;
    }
    words
}

/// EventBridge, as the rules whose targets get events send them.
pub(super) const EVENT_BRIDGE: ServicePrincipal = ServicePrincipal::new("events");

/// The rules of EventBridge.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html>
pub(super) const RULES: Source = Source::regional("events", "rule/*");
