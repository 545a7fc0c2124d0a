//! What a grant on a topic gives.

use crate::cfn::policy::Action;
use crate::construct::Grant;
use crate::service::KeyAccess;
use crate::service::sns::PUBLISH;

/// The words of grants on topics.
pub(in crate::constructs) const WORDS: &[&str] = &["publish", "subscribe"];

/// What a grant on a topic gives.
#[derive(Clone, Copy, Debug)]
pub(in crate::constructs) struct Given {
    publish: bool,
    subscribe: bool,
}

impl Given {
    /// What the words of a grant give.
    pub(in crate::constructs) fn by(grant: &Grant) -> Self {
        let has = |word: &str| grant.words.iter().any(|given| given.value == word);
        Self { publish: has("publish"), subscribe: has("subscribe") }
    }

    /// The actions on the topic.
    pub(in crate::constructs) fn actions(self) -> Vec<Action> {
        let words = [(self.publish, "sns:Publish"), (self.subscribe, "sns:Subscribe")];
        words.into_iter().filter_map(|(given, action)| given.then_some(action)).collect()
    }

    /// The use of the topic's key. Who subscribes does not read messages.
    pub(in crate::constructs) fn key_access(self) -> Option<&'static KeyAccess> {
        self.publish.then_some(&PUBLISH)
    }

    /// The word in statement ids.
    pub(in crate::constructs) fn verb(self) -> String {
        let words = [(self.publish, "Publish"), (self.subscribe, "Subscribe")];
        words.into_iter().filter_map(|(given, word)| given.then_some(word)).collect()
    }
}
