//! What a grant on a log group gives.

use crate::cfn::Arn;
use crate::cfn::policy::Action;
use crate::construct::Grant;
use crate::service::logs::{READ, UNMASK, WRITE};

/// The words of grants on log groups.
pub(in crate::constructs) const WORDS: &[&str] = &["read", "write", "unmask"];

/// What a grant gives on a log group: what it is called in statement ids, the actions, and on what.
pub(in crate::constructs) fn given(grant: &Grant, group: &Arn) -> Vec<(String, Vec<Action>, Vec<Arn>)> {
    let unmask = grant.words.iter().any(|word| word.value == "unmask");
    let events = (grant.verb().to_owned(), grant.actions(READ, WRITE));
    let masked = ("Unmask".to_owned(), if unmask { UNMASK.to_vec() } else { Vec::new() });
    let some = [events, masked].into_iter().filter(|(_, actions)| !actions.is_empty());
    some.map(|(verb, actions)| (verb, actions, vec![group.clone().join(":*")])).collect()
}
