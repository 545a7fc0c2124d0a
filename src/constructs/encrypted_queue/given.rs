//! What a grant on a queue gives.

use crate::cfn::policy::Action;
use crate::construct::Grant;
use crate::service::KeyAccess;
use crate::service::sqs::{CONSUME, PRODUCE, PURGE, RECEIVE, SEND};

/// The words of grants on queues.
pub(in crate::constructs) const WORDS: &[&str] = &["send", "receive", "send-receive", "purge"];

/// What a grant on a queue gives.
#[derive(Clone, Copy, Debug)]
pub(in crate::constructs) struct Given {
    send: bool,
    receive: bool,
    purge: bool,
}

impl Given {
    /// What the words of a grant give.
    pub(in crate::constructs) fn by(grant: &Grant) -> Self {
        let any = |words: [&str; 2]| grant.words.iter().any(|word| words.contains(&word.value.as_str()));
        Self {
            send: any(["send", "send-receive"]),
            receive: any(["receive", "send-receive"]),
            purge: any(["purge"; 2]),
        }
    }

    /// Whether messages can be read by it.
    pub(in crate::constructs) fn receives(self) -> bool {
        self.receive
    }

    /// The actions on the queue.
    pub(in crate::constructs) fn actions(self) -> Vec<Action> {
        let mut actions: Vec<Action> = Vec::new();
        for (given, more) in [(self.send, SEND), (self.receive, RECEIVE), (self.purge, PURGE)] {
            actions.extend(more.iter().filter(|_| given));
        }
        actions.sort_unstable();
        actions.dedup();
        actions
    }

    /// The use of the queue's key. Sending takes all that receiving takes.
    pub(in crate::constructs) fn key_access(self) -> Option<&'static KeyAccess> {
        match self {
            Self { send: true, .. } => Some(&PRODUCE),
            Self { receive: true, .. } => Some(&CONSUME),
            Self { .. } => None,
        }
    }

    /// The word in statement ids.
    pub(in crate::constructs) fn verb(self) -> String {
        let words = [(self.send, "Send"), (self.receive, "Receive"), (self.purge, "Purge")];
        words.into_iter().filter_map(|(given, word)| given.then_some(word)).collect()
    }
}
