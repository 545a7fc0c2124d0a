//! IAM's decision on one request.
//!
//! [`decide`] takes a [`Request`] and all [`Policies`] that may have a say in it, and names the statement that decided.
//! It knows no template: what a template leaves open is [`Text::Unknown`], and a decision that depends on it is
//! [`Outcome::Unknown`]. Everything is read from JSON: documents by [`Policy::parse`], whole questions by
//! [`Question::parse`].

mod address;
mod applied;
mod case;
mod condition;
mod context;
mod date;
mod decide;
mod decision;
mod grant;
mod kms;
mod operator;
mod parse;
mod policy;
mod principal;
mod question;
mod request;
mod scope;
mod source;
mod spot;
mod truth;
mod variable;
mod verdict;

pub use context::{Carried, Context, Values};
pub use decide::{decide, decide_by};
pub use decision::{Because, Decision, Outcome, StatementId, TestId};
pub use grant::{Constraint, Grant};
pub use operator::{Comparison, Operator, Relation, Set};
pub use parse::Attached;
pub use policy::{Effect, Listed, Policy, PrincipalKind, Principals, Statement, Test, Text, Version};
pub use principal::{Caller, Identity, IdentityKind};
pub use question::Question;
pub use request::{Level, Named, Policies, Request};
pub use scope::action as means_action;
pub use spot::Malformed;
pub use truth::Truth;

use crate::diagnostic::{listed, nearest};

/// What to say of a word that is not among the known.
fn unknown_word(kind: &str, word: &str, known: &[&str]) -> String {
    match nearest(word, known.iter().copied()) {
        Some(near) => format!("`{word}` is no {kind}: did you mean `{near}`?"),
        None => format!("`{word}` is no {kind}: there are {}", listed(known.iter().copied())),
    }
}
