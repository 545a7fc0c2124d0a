//! Grants on keys themselves.

use crate::cfn::{Handle, kms};
use crate::construct::{By, Cx, KeyUse, Uses};
use crate::service::kms::DIRECT;

/// The words that can be granted on a key.
pub(super) fn words() -> Vec<&'static str> {
    DIRECT.iter().map(|(word, _)| *word).collect()
}

/// The uses of a key that follow from the words that were granted on its construct, as far as `gives` lets them.
pub(super) fn uses(key: &Handle<kms::Key>, cx: &Cx<'_>, gives: impl Fn(&str) -> bool) -> Uses {
    let mut uses = Uses::default();
    for (grant, role) in cx.granted_to_roles() {
        let words = grant.words.iter().filter(|word| gives(&word.value));
        let facts = words.filter_map(|word| DIRECT.iter().find(|(known, _)| *known == word.value));
        uses.keys.extend(facts.map(|(_, access)| {
            let by = By::Role(role.clone());
            KeyUse { key: key.clone(), at: grant.at, by, access, subject: None }
        }));
    }
    uses
}
