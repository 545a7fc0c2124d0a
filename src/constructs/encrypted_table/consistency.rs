//! When a write is in the other regions.

use super::EncryptedTable;
use crate::cfn::dynamodb::MultiRegionConsistency;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::document::Spanned;
use crate::name::Region;
use crate::service::dynamodb::STRONG_REGIONS;

/// What DynamoDB asks of tables that are consistent in several regions; `here` is the table's own.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html#V2globaltables_HowItWorks.consistency-modes>
pub(super) fn check(table: &EncryptedTable, here: Option<&Region>) -> Vec<Diagnostic> {
    let Some(replicas) = &table.replicas else {
        let consistency = table.consistency.as_ref().map(|it| (it.span, "consistency"));
        let witness = table.witness.as_ref().map(|it| (it.span, "witness"));
        let without = |(span, property)| conflict(span, format!("`{property}` is for tables with `replicas`"));
        return consistency.into_iter().chain(witness).map(without).collect();
    };
    let mut found = Vec::new();
    if let Some(witness) = &table.witness
        && (here == Some(&witness.value) || replicas.value.keys().any(|region| region.value == witness.value))
    {
        let message = format!("the table is in `{}` already, so a witness there decides nothing", witness.value);
        found.push(conflict(witness.span, message));
    }
    match &table.consistency {
        Some(Spanned { value: MultiRegionConsistency::Strong, span }) => {
            found.extend(check_strong(table, replicas.value.keys().chain(&table.witness), here, *span));
        }
        _ => found.extend(
            table
                .witness
                .as_ref()
                .map(|witness| conflict(witness.span, "a witness is for tables with `consistency: strong`".to_owned())),
        ),
    }
    found
}

/// What strong consistency takes, which stands at `strong`.
fn check_strong<'t>(
    table: &EncryptedTable,
    others: impl Iterator<Item = &'t Spanned<Region>>,
    here: Option<&Region>,
    strong: Span,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let others: Vec<&Spanned<Region>> = others.collect();
    if others.len() != 2 {
        let message = format!("strong consistency takes three regions, and the table has {}", others.len() + 1);
        let hint = "two replicas, or one and a `witness`, beside the table's own region";
        found.push(conflict(strong, message).hint(hint));
    }
    if let Some(here) = here {
        match STRONG_REGIONS.iter().find(|set| set.contains(&here.as_str())) {
            None => {
                let message = format!("there are no strongly consistent tables in `{here}`");
                let all = STRONG_REGIONS.iter().flat_map(|set| set.iter().copied());
                found.push(Diagnostic::error(Code::UnavailableService, strong, message).allowed(all));
            }
            Some(set) => {
                for other in others.iter().filter(|other| !set.contains(&other.value.as_str())) {
                    let message = format!("a strongly consistent table in `{here}` cannot reach `{}`", other.value);
                    let diagnostic = Diagnostic::error(Code::UnavailableService, other.span, message);
                    found.push(diagnostic.related(strong, "strongly consistent").allowed(set.iter().copied()));
                }
            }
        }
    }
    let ttl = table.ttl.as_ref().map(|ttl| (ttl.span, "`ttl`"));
    let local = table.local_indexes.keys().next().map(|index| (index.span, "local indexes"));
    found.extend(ttl.into_iter().chain(local).map(|(span, what)| {
        conflict(span, format!("a strongly consistent table has no {what}")).related(strong, "strongly consistent")
    }));
    found
}

fn conflict(span: Span, message: String) -> Diagnostic {
    Diagnostic::error(Code::ConflictingProperties, span, message)
}
