//! What constructs with a role are granted on others.

use indexmap::IndexMap;

use crate::cfn::{Handle, iam};
use crate::construct::{Any, Cx, Grant, Grantee, To};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::{OneOrMany, Spanned};

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
