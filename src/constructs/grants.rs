//! What constructs with a role are granted on others.

use indexmap::IndexMap;

use crate::cfn::{Handle, iam};
use crate::construct::{Any, Cx, Grant, Grantee, To, if_foreign};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::{OneOrMany, Spanned};
use crate::environment::Tier;

/// Words by the construct on which they are granted: `{ storage/orders: read }`.
pub type Grants = IndexMap<To<Any>, OneOrMany<Spanned<String>>>;

/// Grants to a role. A reference that leads nowhere is reported, the others still count.
pub(super) fn to_role(role: &Handle<iam::Role>, grants: &Grants, cx: &Cx<'_>, found: &mut Diagnostics) -> Vec<Grant> {
    let grant = |(to, words): (&To<Any>, &OneOrMany<Spanned<String>>)| {
        let on = found.take(cx.target_of(to))?;
        if to.names_member() {
            let message = "what is granted on a pool is granted on all of its keys";
            found.push(Diagnostic::error(Code::WrongReference, to.span(), message));
            return None;
        }
        Some(Grant {
            to: Grantee::Role(role.clone()),
            on,
            at: to.span(),
            words: words.0.iter().cloned().map(Into::into).collect(),
        })
    };
    grants.iter().filter_map(grant).collect()
}

/// Roles of other accounts that were granted what takes the key, where that is the one which AWS manages for `service`:
/// its policy knows only the account's own.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key>
pub(super) fn beyond_managed_key(service: &str, takes_key: impl Fn(&Grant) -> bool, cx: &Cx<'_>) -> Diagnostics {
    let managed = cx.house().encryption == Tier::AwsManaged;
    let users = cx.granted_to_roles().filter(|(grant, _)| managed && takes_key(grant));
    let refused = users.filter_map(|(grant, role)| {
        let message =
            format!("a role of another account cannot use the key that AWS manages for {service} in this one");
        let diagnostic = Diagnostic::error(Code::ConflictingProperties, grant.at, message);
        let diagnostic = diagnostic.hint("it needs a key whose policy lets it: `customer-managed`");
        let rule = cx.house().place_of("encryption");
        let diagnostic = rule.into_iter().fold(diagnostic, |it, rule| it.related(rule, "the rule"));
        if_foreign(role, cx.target(), diagnostic)
    });
    refused.collect()
}
