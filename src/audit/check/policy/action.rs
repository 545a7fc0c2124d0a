//! Actions that do not exist, or that a policy cannot be about.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html>

use super::super::super::finding::Hazard;
use super::Report;
use super::statement::{Stated, is_of_kms, meant};
use crate::diagnostic::{listed, nearest};
use crate::service::kms::{ACTIONS, WITHOUT_KEY};

/// The actions of a key's policy, which can be about keys alone.
pub(super) fn in_key_policy(report: &mut Report<'_, '_>, stated: &Stated<'_>) {
    let (of_kms, others): (Vec<&str>, Vec<&str>) =
        stated.actions().filter(|pattern| *pattern != "*").partition(|pattern| is_of_kms(pattern));
    let without_key = |pattern: &&str| meant(pattern).next().is_some_and(|action| WITHOUT_KEY.contains(&action));
    let without_key: Vec<&str> = of_kms.iter().copied().filter(without_key).collect();
    for pattern in of_kms.into_iter().filter(|pattern| meant(pattern).next().is_none()) {
        unknown(report, stated, pattern);
    }
    for (actions, why) in [(others, "is about a key alone"), (without_key, "cannot allow what is about no key")] {
        if !actions.is_empty() {
            let message = format!("{} lists {} without effect: the policy {why}", stated.name, listed(actions));
            let hint = "remove them, or write them into a policy of the role that needs them".to_owned();
            stated.report(report, Hazard::DeadStatement, "Action", message, hint);
        }
    }
}

/// The actions of a policy of roles or users, so far as they are of KMS.
pub(super) fn in_identity_policy(report: &mut Report<'_, '_>, stated: &Stated<'_>) {
    for pattern in stated.actions().filter(|pattern| is_of_kms(pattern)) {
        if meant(pattern).next().is_none() {
            unknown(report, stated, pattern);
        }
    }
}

/// No action is meant by a pattern.
fn unknown(report: &mut Report<'_, '_>, stated: &Stated<'_>, pattern: &str) {
    let message = format!("there is no action `{pattern}`, which {} names", stated.name);
    let hint = match nearest(pattern, ACTIONS.iter().chain(WITHOUT_KEY).copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "remove the action".to_owned(),
    };
    stated.report(report, Hazard::DeadStatement, "Action", message, hint);
}
