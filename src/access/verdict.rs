//! What policies of one kind say, and what follows from several.

use super::applied::Applied;
use super::decision::Because;
use super::principal::Standing;
use super::truth::Truth;

/// What is allowed, and by what.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    pub(super) allowed: Truth,
    pub(super) because: Because,
    /// Of what is not allowed: how little is missing.
    near: u8,
}

/// More than any statement alone can come near by.
const HALF: u8 = 8;

impl Verdict {
    /// What a rule of AWS's says, which stands in no policy.
    pub(super) fn rule(allowed: bool, rule: &str) -> Self {
        let because = Because { source: rule.to_owned(), statement: None, condition: None };
        Self { allowed: allowed.into(), because, near: 0 }
    }

    /// What statements and grants say together: one has to allow. Where none does, the nearest is named.
    pub(super) fn of(group: &str, all: &[Applied<'_>], by: fn(Standing) -> Truth) -> Self {
        let mut verdict = Self::rule(false, group);
        for applied in all {
            let Some(near) = applied.near() else { continue };
            let allowed = applied.allows(by);
            if (allowed, near) > (verdict.allowed, verdict.near) {
                verdict = Self { allowed, because: applied.because(), near };
            }
        }
        verdict
    }

    /// Both have to allow. What does not is named, the nearer where neither does; where both do, the second.
    pub(super) fn and(self, other: Self) -> Self {
        let first = match (self.allowed, other.allowed) {
            (Truth::True, Truth::True) => false,
            (one, two) if one == two => self.near >= other.near,
            (one, two) => one < two,
        };
        let (less, more) = if first { (self, other) } else { (other, self) };
        // With one half there, what comes near to the other comes nearer than what lacks both.
        let half = more.allowed == Truth::True && more.because.statement.is_some();
        let near = if half { less.near.saturating_add(HALF) } else { less.near };
        Self { near, ..less }
    }

    /// One has to allow. The first that does is named; where none does, the nearest.
    pub(super) fn or(self, other: Self) -> Self {
        let nearer = other.near > self.near && self.allowed != Truth::True;
        if other.allowed > self.allowed || (other.allowed == self.allowed && nearer) { other } else { self }
    }
}
