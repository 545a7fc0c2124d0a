//! Whether statements that users write leave somebody who can still put the key's policy.

use super::condition::{Spared, Test};
use super::statement::{Effect, ExtraStatement};
use crate::diagnostic::{Code, Diagnostic};
use crate::name::Target;
use crate::name::pattern::is_like;

/// Denials that together leave nobody of the key's account who can put its policy; KMS lets no other account.
/// `managers` are those alone who may, as their ARNs end, where it is not whoever IAM lets.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html>
pub(super) fn check(statements: &[ExtraStatement], managers: Option<&[String]>, at: &Target) -> Option<Diagnostic> {
    let denials: Vec<Denial<'_>> = statements.iter().filter_map(|statement| Denial::of(statement, at)).collect();
    let last = denials.last()?;
    // Whoever IAM lets is somebody, unless a denial leaves out nobody but whom it names.
    let spared = denials.iter().find_map(|denial| match &denial.left_out {
        Some(Spared::Principals(spared)) => Some(spared.iter().map(|it| (*it).to_owned()).collect()),
        _ => None,
    });
    let left = match managers.map(<[String]>::to_vec).or(spared) {
        Some(named) => named.iter().any(|one| denials.iter().all(|denial| denial.leaves_out(one))),
        None => denials.iter().all(|denial| denial.left_out != Some(Spared::Nobody)),
    };
    if left {
        return None;
    }
    let message = "this locks everybody out: nobody could change the key's policy ever again";
    let hint = match managers {
        None => "`condition: { ArnNotLike: { \"aws:PrincipalArn\": … } }` spares whoever shall, in this account",
        Some(_) => "of its administrators, its deployers and the break-glass role, one has to be left out",
    };
    Some(Diagnostic::error(Code::ConflictingProperties, last.of.actions.span, message).hint(hint))
}

/// A denial of `kms:PutKeyPolicy` to somebody of the key's account.
struct Denial<'s> {
    of: &'s ExtraStatement,
    /// Whom its condition leaves out, if it is for everybody.
    left_out: Option<Spared<'s>>,
    /// Whom it is about otherwise, as their ARNs end.
    about: Vec<&'s str>,
}

impl<'s> Denial<'s> {
    fn of(statement: &'s ExtraStatement, at: &Target) -> Option<Self> {
        let denies = statement.effect == Effect::Deny && statement.actions().contains(&"kms:PutKeyPolicy");
        let here = || statement.principals.iter().map(|it| &it.value).filter(|it| !it.is_elsewhere(at));
        if !denies || (!statement.principals.is_empty() && here().next().is_none()) {
            return None;
        }
        let everybody = statement.principals.is_empty() || here().any(super::OutsidePrincipal::is_account);
        let spared = Test::all(&statement.condition).map(|test| test.spares(at));
        let spared = spared.fold(Spared::Nobody, Spared::or);
        let about = here().filter_map(super::OutsidePrincipal::resource).collect();
        match (everybody, &spared) {
            // Who is named is left out where the condition leaves somebody out.
            (false, Spared::Somebody) => None,
            (false, _) => Some(Self { of: statement, left_out: None, about }),
            (true, _) => Some(Self { of: statement, left_out: Some(spared), about: Vec::new() }),
        }
    }

    /// Whether it does not hit whoever is called so.
    fn leaves_out(&self, who: &str) -> bool {
        match &self.left_out {
            Some(Spared::Nobody) => false,
            Some(Spared::Somebody) => true,
            Some(Spared::Principals(spared)) => spared.iter().any(|it| overlap(it, who)),
            None => !self.about.iter().any(|it| is_like(who, it)),
        }
    }
}

impl Spared<'_> {
    /// Whom either of two tests leaves out: a denial holds where both do.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Somebody, _) | (_, Self::Somebody) => Self::Somebody,
            (Self::Principals(mut one), Self::Principals(other)) => {
                one.extend(other);
                Self::Principals(one)
            }
            (some, Self::Nobody) | (Self::Nobody, some) => some,
        }
    }
}

/// Whether two patterns can stand for the same role or user: exactly where one of them is no pattern.
fn overlap(one: &str, other: &str) -> bool {
    is_like(one, other) || is_like(other, one)
}
