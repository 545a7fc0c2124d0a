//! What KMS does differently from other services.

use super::truth::Truth;
use crate::name::pattern::{Token, matches, text};
use crate::service::kms::{GRANT_ACTIONS, USE_ACTIONS, WITH_CONTEXT, WITHOUT_KEY};

/// Operations for which the caller needs permission on an alias as well as on its key.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html>
const ON_ALIASES: &[&str] = &["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"];

/// What an operation of KMS is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// A key, whose policy decides with whom.
    Key,
    /// The account: only identity policies are asked.
    Account,
    /// A grant, which decides itself who may retire it: "this permission is not effective in a key policy".
    Grant,
}

/// The operation of KMS that an action is.
pub(super) fn operation(action: &str) -> Option<&str> {
    let (service, operation) = action.split_once(':')?;
    service.eq_ignore_ascii_case("kms").then_some(operation)
}

/// Whether an operation is one of these actions.
fn is_one(operation: &str, of: &[&str]) -> bool {
    of.iter().filter_map(|action| self::operation(action)).any(|known| known.eq_ignore_ascii_case(operation))
}

/// What an operation on a resource is about.
pub(super) fn subject(operation: &str, resource: &str) -> Subject {
    let on_alias = is_one(operation, ON_ALIASES) && is_alias(resource);
    match () {
        () if is_one(operation, WITHOUT_KEY) || on_alias => Subject::Account,
        () if retires(operation) => Subject::Grant,
        () => Subject::Key,
    }
}

/// Whether an operation retires a grant, on which resource control policies have no effect.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/resource-control-policies.html>
pub(super) fn retires(operation: &str) -> bool {
    is_one(operation, &["kms:RetireGrant"])
}

/// Whether those of other accounts can do it.
pub(super) fn works_across_accounts(operation: &str) -> bool {
    is_one(operation, USE_ACTIONS) || is_one(operation, GRANT_ACTIONS)
}

/// Whether the constraints of a grant apply: to operations that have an encryption context, and to grants that are made
/// by a grant, which have to be as strict.
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantConstraints.html>
pub(super) fn has_encryption_context(operation: &str) -> bool {
    is_one(operation, WITH_CONTEXT) && !retires(operation)
}

/// Whether an operation makes a grant.
pub(super) fn makes_grant(operation: &str) -> bool {
    is_one(operation, &["kms:CreateGrant"])
}

fn is_alias(resource: &str) -> bool {
    resource.splitn(6, ':').nth(5).is_some_and(|resource| resource.starts_with("alias/"))
}

/// Whether a pattern means the key behind an alias. "The alias ARN in a Resource element" is about the alias, not about
/// its key; which key it is, nobody here knows.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html>
pub(super) fn means_key_of_alias(pattern: &[Token], action: &str, resource: &str) -> Option<Truth> {
    let operation = operation(action)?;
    if subject(operation, resource) != Subject::Key || !is_alias(resource) {
        return None;
    }
    let account = resource.split(":alias/").next().unwrap_or_default();
    // A pattern that takes an impossible key id takes all.
    let any_key = matches(pattern, &format!("{account}:key/\0"));
    let maybe = !matches(pattern, resource) && text(pattern).contains(":key/");
    Some(if any_key {
        Truth::True
    } else if maybe {
        Truth::Unknown
    } else {
        Truth::False
    })
}
