//! What policies of one kind say, and what follows from several.

use std::borrow::Cow;

use super::applied::Applied;
use super::decision::Because;
use super::principal::Standing;
use super::truth::Truth;

/// What is allowed, and by what.
#[derive(Clone)]
pub(super) struct Verdict<'v> {
    pub(super) allowed: Truth,
    why: Why<'v>,
    /// Of what is not allowed: how little is missing.
    near: u8,
}

/// What decided.
#[derive(Clone)]
enum Why<'v> {
    /// A rule of AWS's, which stands in no policy.
    Rule(Cow<'v, str>),
    /// A statement or grant.
    Applied(&'v Applied<'v>),
}

/// More than any statement alone can come near by.
const HALF: u8 = 8;

impl<'v> Verdict<'v> {
    /// What a rule of AWS's says, which stands in no policy.
    pub(super) fn rule(allowed: bool, rule: impl Into<Cow<'v, str>>) -> Self {
        Self { allowed: allowed.into(), why: Why::Rule(rule.into()), near: 0 }
    }

    /// What statements and grants say together: one has to allow. Where none does, the nearest is named.
    pub(super) fn of(group: impl Into<Cow<'v, str>>, all: &'v [Applied<'v>], by: fn(Standing) -> Truth) -> Self {
        let mut verdict = Self::rule(false, group);
        for applied in all {
            let Some(near) = applied.near() else { continue };
            let allowed = applied.allows(by);
            if (allowed, near) > (verdict.allowed, verdict.near) {
                verdict = Self { allowed, why: Why::Applied(applied), near };
            }
        }
        verdict
    }

    /// What decided, in words.
    pub(super) fn because(&self) -> Because {
        match &self.why {
            Why::Rule(rule) => Because { source: rule.to_string(), statement: None, condition: None },
            Why::Applied(applied) => applied.because(),
        }
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
        let half = more.allowed == Truth::True && matches!(more.why, Why::Applied(_));
        let near = if half { less.near.saturating_add(HALF) } else { less.near };
        Self { near, ..less }
    }

    /// One has to allow. The first that does is named; where none does, the nearest.
    pub(super) fn or(self, other: Self) -> Self {
        let nearer = other.near > self.near && self.allowed != Truth::True;
        if other.allowed > self.allowed || (other.allowed == self.allowed && nearer) { other } else { self }
    }
}
