//! Resources that a statement about keys can never be about.

use serde_json::Value as Json;

use super::super::super::deployment::{SOME_ACCOUNT, Site};
use super::super::super::finding::Hazard;
use super::super::super::key::KeyReference;
use super::Report;
use super::statement::{Stated, is_of_kms, meant};
use crate::access::Text;

/// The operations that are about an alias, besides its key.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html>
const ON_ALIASES: &[&str] = &["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"];

/// What the `Resource` of a key's policy says: of this key, and no other.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html>
pub(super) fn in_key_policy(report: &mut Report<'_, '_>, key: usize, stated: &Stated<'_>) {
    let world = report.world;
    let site = world.site(world.key(key).resource);
    for text in stated.resources().filter(|text| !text.contains(['*', '?', '$'])) {
        let what = match world.keys.named(&Json::from(text), site) {
            KeyReference::Own(other) if other == key => continue,
            KeyReference::Own(other) => format!("the key `{}`", world.resource(world.key(other).resource).id),
            _ if is_elsewhere(text, site) => format!("`{text}`"),
            _ => continue,
        };
        let message = format!("{} is about {what}, and the policy of a key is about that key alone", stated.name);
        stated.report(report, Hazard::DeadStatement, "Resource", message, "write `\"Resource\": \"*\"`".to_owned());
    }
}

/// Whether a text can be no key of this place.
fn is_elsewhere(text: &str, site: &Site) -> bool {
    let fields: Vec<&str> = text.splitn(6, ':').collect();
    match fields.as_slice() {
        [_, _, "kms", region, account, resource] => {
            *region != site.region
                || (*account != site.account && site.account != SOME_ACCOUNT)
                || !resource.starts_with("key/")
        }
        [_, _, _, _, _, _] => true,
        _ => false,
    }
}

/// What the `Resource` of a policy of roles or users says of actions of KMS.
pub(super) fn in_identity_policy(report: &mut Report<'_, '_>, stated: &Stated<'_>) {
    let of_kms: Vec<&str> = stated.actions().filter(|action| is_of_kms(action)).collect();
    let Some(first) = of_kms.first() else { return };
    let all_of_kms = of_kms.len() == stated.statement.action.texts.len();
    for text in stated.resources() {
        let (what, hint) = match Kind::of(text) {
            Kind::Key => continue,
            Kind::Alias if of_kms.iter().any(|pattern| meant(pattern).any(|action| ON_ALIASES.contains(&action))) => {
                continue;
            }
            Kind::Alias => {
                let what = format!("`{text}`, an alias: it stands for itself there, not for its key");
                (what, "name the key by its ARN, or test `kms:ResourceAliases`")
            }
            Kind::Other if !all_of_kms => continue,
            Kind::Other => {
                let own = report.world.deployment.by_arn(text).map(|at| report.world.resource(at).id);
                (format!("`{}`, which is no key", own.unwrap_or(text)), "remove the resource")
            }
            Kind::NoArn => {
                let own = report.world.keys.named(&Json::from(text), report.world.site(stated.resource()));
                let KeyReference::Own(key) = own else { continue };
                let id = report.world.resource(report.world.key(key).resource).id;
                (format!("the id of `{id}`, which is no ARN"), "name the key by its ARN: `Fn::GetAtt`, not `Ref`")
            }
        };
        let verb = if stated.allows() { "allows" } else { "denies" };
        let message = format!("{} {verb} `{first}` on {what}", stated.name);
        stated.report(report, Hazard::DeadStatement, "Resource", message, hint.to_owned());
    }
    if !all_of_kms && is_about_no_key(stated) {
        let message = format!("none of the resources of {} is a key, so `{first}` has no effect", stated.name);
        let hint = "remove the action, or write a statement of its own for it".to_owned();
        stated.report(report, Hazard::DeadStatement, "Action", message, hint);
    }
}

/// Whether all resources of a statement are known, and none can be a key.
fn is_about_no_key(stated: &Stated<'_>) -> bool {
    let listed = stated.statement.resource.as_ref().filter(|listed| !listed.except);
    listed.is_some_and(|listed| {
        listed.texts.iter().all(|text| matches!(text, Text::Known(text) if Kind::of(text) == Kind::Other))
    })
}

/// What a text of a `Resource` can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A key, or a pattern that may be one.
    Key,
    Alias,
    Other,
    NoArn,
}

impl Kind {
    fn of(text: &str) -> Self {
        let is_pattern = |field: &&str| field.contains(['*', '?', '$']);
        let mut fields = text.splitn(6, ':');
        match (fields.next(), fields.nth(1), fields.nth(2)) {
            (Some(start), None, _) if is_pattern(&start) => Self::Key,
            (_, None, _) => Self::NoArn,
            (_, Some(service), _) if is_pattern(&service) => Self::Key,
            (_, Some("kms"), Some(resource)) if resource.starts_with("alias/") => Self::Alias,
            (_, Some("kms"), _) => Self::Key,
            _ => Self::Other,
        }
    }
}
