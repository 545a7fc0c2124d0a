//! Roles of other accounts, where no policy of a resource lets them in.

use crate::cfn::{Handle, iam};
use crate::diagnostic::{Diagnostic, Severity};
use crate::name::Target;

/// What is wrong with a role of another account than `here`: an error where it [is](Target::is_foreign) one for
/// certain, a note where it [may be](Target::may_be_foreign) one, and nothing where it is none.
pub fn if_foreign(role: &Handle<iam::Role>, here: &Target, mistake: Diagnostic) -> Option<Diagnostic> {
    let there = role.target();
    if here.is_foreign(there) {
        return Some(mistake);
    }
    let hint = "whether the role is of another account is known only at deployment: `account` in environments.yaml \
                names the one that this is deployed to";
    here.may_be_foreign(there).then(|| Diagnostic { severity: Severity::Note, ..mistake }.hint(hint))
}
