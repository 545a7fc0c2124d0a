//! What programs describe, in the place of stack files.

use std::sync::Arc;

use super::{Beside, Stack, Top};
use crate::diagnostic::{Diagnostics, Span};

/// Stacks that a program describes for an environment.
#[derive(Clone, Debug, Default)]
pub struct InRust {
    /// The stacks, in the order of the program.
    pub stacks: Vec<Stack>,
    /// What stacks are called that have no valid name.
    pub broken: Vec<Arc<str>>,
    /// What is wrong with them.
    pub found: Diagnostics,
}

impl Beside {
    /// The same, with `around` as the place of what is [written in Rust](Span::IN_RUST).
    pub(crate) fn or_at(self, around: Span) -> Self {
        Self {
            name: self.name.map(|name| name.or_at(around)),
            naming: self.naming.map(|naming| naming.or_at(around)),
            region: self.region.map(|region| region.or_at(around)),
            was: self.was.map(|was| was.or_at(around)),
            overrides: self.overrides.into_iter().map(|(id, over)| (id.or_at(around), over)).collect(),
            rules: self.rules.or_at(around),
            ..self
        }
    }
}

impl Top {
    /// The same, with `around` as the place of what is [written in Rust](Span::IN_RUST).
    pub(crate) fn or_at(self, around: Span) -> Self {
        Self {
            naming: self.naming.map(|naming| naming.or_at(around)),
            account: self.account.map(|account| account.or_at(around)),
            outputs: self.outputs.into_iter().map(|(name, of)| (name, of.or_at(around))).collect(),
            rules: self.rules.or_at(around),
            ..self
        }
    }
}
