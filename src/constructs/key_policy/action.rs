//! KMS actions, as statements that users write name them.

use crate::cfn::policy::Action;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::name::word_type;
use crate::service::kms::{ACTIONS, USE_ACTIONS, WITH_CONTEXT};

/// A KMS action that uses a key, and works across accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UseAction(pub(super) Action);

word_type!(UseAction, USE_ACTIONS);

/// An action that a key's policy can be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KmsAction(pub(super) Action);

word_type!(KmsAction, ACTIONS);

/// What is wrong with the actions of a statement that allows: one that comes twice, or that no request does whose
/// encryption context the statement tests.
pub(super) fn check_actions(actions: &[Action], at: Span, tests_context: bool) -> Diagnostics {
    let mut found = Diagnostics::default();
    for (index, action) in actions.iter().enumerate() {
        if actions[..index].contains(action) {
            found.push(Diagnostic::error(Code::ConflictingProperties, at, format!("`{action}` stands here twice")));
        } else if tests_context && !WITH_CONTEXT.contains(action) {
            let message = format!("requests of `{action}` carry no encryption context, so that this never allows it");
            let diagnostic = Diagnostic::error(Code::ConflictingProperties, at, message);
            found.push(diagnostic.hint("it needs an entry of its own, without a context"));
        }
    }
    found
}
