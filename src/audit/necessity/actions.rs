//! Sets of the actions that a key's policy can be about.

use crate::access::{Listed, Text, Truth, means_action};
use crate::service::kms::{ACTIONS, USE_ACTIONS};

/// A set of [`ACTIONS`], a bit for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Actions(u64);

const _: () = assert!(ACTIONS.len() <= 64, "there is a bit for each");

/// What a use of a key tells of it is part of managing it.
const TELLING: &[&str] = &["kms:DescribeKey", "kms:GetKeyRotationStatus", "kms:GetPublicKey"];

/// What makes a grant, or ends one's own: to use a key, not to manage it.
const OF_GRANTEES: &[&str] = &["kms:CreateGrant", "kms:RetireGrant"];

impl Actions {
    pub(in super::super) const ALL: Self = Self((1 << ACTIONS.len()) - 1);

    /// One action; nothing where it is none of a key's.
    pub(in super::super) fn one(action: &str) -> Self {
        let at = ACTIONS.iter().position(|known| known.eq_ignore_ascii_case(action));
        at.map_or(Self::default(), |at| Self(1 << at))
    }

    /// What a policy means by a text; everything where a template leaves it open.
    pub(in super::super) fn meant(text: &Text) -> Self {
        match text {
            Text::Unknown => Self::ALL,
            Text::Known(known) if known == "*" => Self::ALL,
            Text::Known(known) if !known.contains(['*', '?']) => Self::one(known),
            Text::Known(_) => {
                let meant = ACTIONS.iter().enumerate().filter(|(_, action)| means_action(text, action) == Truth::True);
                Self(meant.fold(0, |bits, (at, _)| bits | 1 << at))
            }
        }
    }

    /// What a statement is about.
    pub(in super::super) fn listed(listed: &Listed) -> Self {
        let all = listed.texts.iter().map(Self::meant).fold(Self::default(), Self::or);
        if listed.except { Self::ALL.without(all) } else { all }
    }

    /// What managing a key takes.
    pub(super) fn managing() -> Self {
        let of = |actions: &[&str]| actions.iter().map(|action| Self::one(action)).fold(Self::default(), Self::or);
        Self::ALL.without(of(USE_ACTIONS)).without(of(OF_GRANTEES)).or(of(TELLING))
    }

    pub(in super::super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(in super::super) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(in super::super) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(in super::super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Their names, in the order of the alphabet.
    pub(in super::super) fn names(self) -> impl Iterator<Item = &'static str> {
        ACTIONS.iter().enumerate().filter(move |(at, _)| self.0 >> at & 1 == 1).map(|(_, action)| *action)
    }
}
