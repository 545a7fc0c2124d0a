//! Rules with their values, and where each comes from.

use crate::diagnostic::{Sources, Span};
use crate::environment::{Decision, House, Level};

/// Each rule that `counts`, with its value and where it comes from.
pub(super) fn rows(house: &House, counts: impl Fn(&str) -> bool, sources: &Sources) -> Vec<Vec<String>> {
    let rules = house.values().into_iter().filter(|(rule, _)| counts(rule)).map(|(rule, value)| {
        let from = house.decision(rule).map_or("by default".to_owned(), |decision| match decision {
            Decision { rule: set, .. } if set == rule => place(decision.level, decision.at, sources),
            Decision { rule: set, .. } => format!("`{set}` of {}", place(decision.level, decision.at, sources)),
        });
        vec![rule.to_owned(), value, from]
    });
    rules.collect()
}

/// Who said it, and where that is known.
pub(super) fn place(level: Level, at: Option<Span>, sources: &Sources) -> String {
    let at = at.and_then(|at| sources.position(at)).map_or(String::new(), |place| format!(", {place}"));
    format!("{}{at}", level.words())
}
