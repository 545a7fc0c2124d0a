//! Whom a policy lets do something that no flow shows.

use super::super::necessity::{Judged, Verdict};
use super::called::Names;
use super::who::{Known, Whom, principals};
use super::{Beyond, id, operation, operations, when};
use crate::access::{Effect, Statement, Text};

/// Those of a statement whom the templates do not make, and what nothing in them needs.
pub(super) fn beyond(
    names: &Names<'_, '_>,
    key: usize,
    at: usize,
    statement: &Statement,
    judged: &Judged,
) -> Vec<Beyond> {
    if statement.effect == Some(Effect::Deny) {
        return Vec::new();
    }
    let unneeded = |action: &String| operation(&Text::Known(action.clone()));
    let row = |Whom { words, known }: Whom| {
        let why = match known {
            Known::Here if judged.verdict == Verdict::Unneeded || !judged.actions.is_empty() => {
                "nothing in these templates needs it"
            }
            Known::Here => return None,
            Known::ByName => "known by name alone: these templates do not make it",
            Known::ByPattern => "whoever has a name like this",
            Known::ByIam => "policies of roles and users alone decide",
            Known::ByAccount => "that account decides who",
            Known::Everybody => "nobody is named",
            Known::Open => "the template leaves it open",
        };
        let partly = known == Known::Here && judged.verdict != Verdict::Unneeded;
        Some(Beyond {
            who: words,
            why,
            operations: if partly { judged.actions.iter().map(unneeded).collect() } else { operations(statement) },
            when: when::words(names, key, statement),
            statement: id(statement, at),
        })
    };
    principals(names, key, statement).into_iter().filter_map(row).collect()
}
