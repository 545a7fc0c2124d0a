//! Statements by which somebody can make grants, and so give himself any use of a key.
//! <https://docs.aws.amazon.com/kms/latest/developerguide/grant-manage.html>

use serde_json::json;

use super::super::super::finding::Hazard;
use super::Report;
use super::statement::{Stated, means};
use crate::access::{Effect, PrincipalKind};

const CREATE_GRANT: &str = "kms:CreateGrant";

/// What a condition can test about a grant that is being made.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html>
const ABOUT_GRANT: &[&str] = &[
    "kms:GrantConstraintSourceArn",
    "kms:GrantConstraintType",
    "kms:GrantIsForAWSResource",
    "kms:GrantOperations",
    "kms:GranteePrincipal",
    "kms:GranteeServicePrincipal",
    "kms:RetiringPrincipal",
    "kms:RetiringServicePrincipal",
];

/// A statement of a key's policy. What delegates to the account as a whole leaves it to the account's own policies.
pub(super) fn in_key_policy(report: &mut Report<'_, '_>, key: usize, stated: &Stated<'_>) {
    let world = report.world;
    let site = world.site(world.key(key).resource);
    let root = format!("arn:{}:iam::{}:root", site.partition, site.account);
    let identities = || stated.principals(PrincipalKind::Aws);
    let delegates =
        stated.statement.condition.is_empty() && identities().all(|name| name == root || name == site.account);
    let denied = Stated::of_key(world, key).iter().any(limits);
    if identities().next().is_some() && !delegates && !denied {
        check(report, stated);
    }
}

/// A statement of a policy of roles or users.
pub(super) fn in_identity_policy(report: &mut Report<'_, '_>, stated: &Stated<'_>) {
    check(report, stated);
}

/// Whether a statement denies grants by what they are.
fn limits(stated: &Stated<'_>) -> bool {
    stated.statement.effect == Some(Effect::Deny)
        && stated.actions().any(|action| means(action, CREATE_GRANT))
        && stated.tests(ABOUT_GRANT)
}

fn check(report: &mut Report<'_, '_>, stated: &Stated<'_>) {
    // Whoever is allowed everything was not meant to be limited to grants of one kind.
    let pattern = stated.actions().find(|action| !matches!(*action, "*" | "kms:*") && means(action, CREATE_GRANT));
    let Some(pattern) = pattern.filter(|_| stated.allows() && !stated.tests(ABOUT_GRANT)) else { return };
    let by = if pattern == CREATE_GRANT { String::new() } else { format!(" by `{pattern}`") };
    let message = format!("{} allows `{CREATE_GRANT}`{by} for any grant, so any use of the key", stated.name);
    let condition = json!({"Bool": {"kms:GrantIsForAWSResource": "true"}});
    let hint = match by.is_empty() {
        true => format!("add the condition {condition}"),
        false => {
            format!("list the actions that are needed, and `{CREATE_GRANT}` under the condition {condition}, if at all")
        }
    };
    stated.report(report, Hazard::OpenGrant, "Action", message, hint);
}
