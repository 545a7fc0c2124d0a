//! What is asked of a key that no key of its kind does.

use super::{Effect, ExtraStatement, KeyPolicy};
use crate::cfn::policy::Action;
use crate::cfn::{Handle, kms};
use crate::construct::Cx;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};

impl KeyPolicy<'_> {
    /// What grants, data under the key, users outside and statements ask of one of the construct's keys, and its kind
    /// does not do. Of a replica whose primary is outside of these stacks, nothing is known.
    pub(super) fn check_kind(&self, key: &Handle<kms::Key>, cx: &Cx<'_>) -> Diagnostics {
        let mut found = Diagnostics::default();
        let Some(kind) = self.primary.key_kind else { return found };
        let of_kind = if self.primary.place == cx.entry().place { "the key" } else { "its primary" };
        let mut refuse = |at: Span, message: String| {
            let diagnostic = Diagnostic::error(Code::ConflictingProperties, at, message);
            found.push(diagnostic.related(self.primary.place, of_kind));
        };
        for word in cx.granted().iter().flat_map(|grant| &grant.words).filter(|word| !kind.allows(&word.value)) {
            refuse(word.span, format!("a key of {kind} does not {}", word.value));
        }
        for (action, at) in self.allowed().filter(|(action, _)| !kind.performs(action)) {
            refuse(at, format!("a key of {kind} does not perform `{action}`"));
        }
        if !kind.is_symmetric() {
            for at in cx.data_places(key) {
                refuse(at, format!("data can be encrypted under symmetric keys only, and this one is {kind}"));
            }
            for at in self.contexts() {
                refuse(at, format!("requests with a key of `{}` have no encryption context", kind.spec));
            }
        }
        found
    }

    /// The actions that users outside and statements are allowed, each with its place.
    fn allowed(&self) -> impl Iterator<Item = (Action, Span)> {
        let outside = self.used_by.iter().map(|user| (user.actions(), user.actions.span));
        let allows = self.allows().map(|statement| (statement.actions(), statement.actions.span));
        outside.chain(allows).flat_map(|(actions, at)| actions.into_iter().map(move |action| (action, at)))
    }

    /// Where an encryption context is asked for.
    fn contexts(&self) -> impl Iterator<Item = Span> {
        let outside = self.used_by.iter().filter(|user| !user.context.is_empty()).map(|user| user.actions.span);
        outside.chain(self.allows().filter_map(ExtraStatement::tests_context))
    }

    /// The statements of the user's own that allow something.
    pub(super) fn allows(&self) -> impl Iterator<Item = &ExtraStatement> {
        self.extra.iter().filter(|statement| statement.effect == Effect::Allow)
    }
}
