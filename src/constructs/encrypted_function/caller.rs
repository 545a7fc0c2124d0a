//! Roles of other accounts that call a function.

use crate::cfn::{Arn, Handle, iam, lambda};
use crate::construct::{Cx, Grant, Grantee, Naming, Resources, To, if_foreign};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};

/// What the permission of a caller is, among the function's resources.
pub(super) fn name(to: &To<iam::Role>, naming: &mut Naming<'_>) -> Handle<lambda::Permission> {
    naming.unnamed(&format!("{}Permission", to.pascal()))
}

/// A caller is granted `invoke` with that, so that its own policy says so too.
pub(super) fn grant(to: &To<iam::Role>, cx: &Cx<'_>, found: &mut Diagnostics) -> Option<Grant> {
    let role = found.take(cx.get(to))?;
    Some(Grant::of("invoke", Grantee::Role(role), cx.me, to.span()))
}

/// Lets a role call the function: this one, not all of its account.
pub(super) fn build(
    role: &Handle<iam::Role>,
    permission: &Handle<lambda::Permission>,
    function: &Handle<lambda::Function>,
    out: &mut Resources<'_>,
) {
    let properties = lambda::Permission {
        function_name: function.reference(),
        action: "lambda:InvokeFunction",
        principal: Arn::of(role).text(),
        source_account: None,
        source_arn: None,
    };
    out.add(permission, properties);
}

/// Roles of other accounts that the function does not know as callers: their own policies do not suffice.
/// <https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-cross-account.html>
pub(super) fn check(callers: &[To<iam::Role>], cx: &Cx<'_>) -> Diagnostics {
    let known: Vec<Handle<iam::Role>> = callers.iter().filter_map(|to| cx.get(to).ok()).collect();
    let refused = cx.granted_to_roles().filter_map(|(grant, role)| {
        let is_caller = known.iter().any(|caller| caller.id() == role.id());
        let word = grant.words.iter().find(|word| word.value != "invoke" || !is_caller)?;
        let message = format!("`{}` does not let in a role of another account", word.value);
        let diagnostic = Diagnostic::error(Code::WrongReference, word.span, message);
        let hint = "`callers` of the function names the roles of other accounts that may `invoke` it";
        if_foreign(role, cx.target(), diagnostic.related(cx.entry().place, "the function").hint(hint))
    });
    refused.collect()
}
