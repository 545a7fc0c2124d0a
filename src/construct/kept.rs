//! How long keys stay: a key outlives whatever is encrypted under it.

use std::collections::BTreeSet;

use super::cx::Cx;
use super::uses::Stored;
use crate::cfn::{Handle, kms};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::environment::{DeletionPolicy, Kept, Level, ReplacementPolicy};

impl<'a> Cx<'a> {
    /// What is under a key.
    pub fn stored_under(&self, key: &Handle<kms::Key>) -> &'a [Stored] {
        self.stored.get(key.id()).map_or(&[], Vec::as_slice)
    }

    /// Where data is put under a key, or the key is used for data.
    pub fn data_places(&self, key: &Handle<kms::Key>) -> BTreeSet<Span> {
        let used = self.uses_of(key).iter().filter(|used| used.is_for_data()).map(|used| used.at);
        self.stored_under(key).iter().map(|stored| stored.at).chain(used).collect()
    }

    /// How long what is under a key stays, and so the key at least.
    pub fn kept_under(&self, key: &Handle<kms::Key>) -> Kept {
        self.stored_under(key).iter().fold(Kept::NOT, |kept, stored| kept.or(stored.kept))
    }

    /// A rule beside the key by which it would go before what is under it.
    pub fn check_kept(&self, key: &Handle<kms::Key>) -> Diagnostics {
        let house = self.house();
        let goes = |kept: Kept, rule: &str| match rule {
            "deletion-policy" => kept.deletion == DeletionPolicy::Delete,
            _ => kept.replacement == ReplacementPolicy::Delete,
        };
        let beside = ["deletion-policy", "replacement-policy"].into_iter().filter_map(|rule| {
            let decision = house.decision(rule).filter(|decision| decision.level == Level::Construct)?;
            let outlives = self.stored_under(key).iter().find(|stored| !goes(stored.kept, rule));
            let stored = outlives.filter(|_| goes(house.kept(), rule))?;
            let message =
                format!("`{rule}` of `{}` is `delete`, and what is encrypted under it stays", self.entry().path);
            let at = decision.at.unwrap_or(self.entry().place);
            let diagnostic = Diagnostic::error(Code::ConflictingProperties, at, message);
            let diagnostic = diagnostic.related(stored.at, "this stays");
            Some(
                diagnostic.hint("a key outlives what is under it: without a rule of its own, it stays as long as that"),
            )
        });
        beside.collect()
    }
}
