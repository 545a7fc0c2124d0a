//! What DynamoDB asks of tables.

use super::capacity::{Billing, Capacity, Provision, Throughput};
use super::index::{self, Projection};
use super::{EncryptedTable, replica};
use crate::construct::Cx;
use crate::constructs::grants::beyond_managed_key;
use crate::constructs::twice;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::document::Spanned;

impl EncryptedTable {
    /// All that serde cannot check.
    pub(super) fn check(&self, cx: &Cx<'_>, found: &mut Diagnostics) {
        self.check_indexes(cx, found);
        let indexes = self.global_indexes.values();
        let provisions = indexes.clone().filter_map(|index| Some(&index.capacity.as_ref()?.value));
        for Provision { read, write } in self.billing().provision().into_iter().chain(provisions) {
            found.extend([read, write].into_iter().filter_map(Capacity::check));
        }
        let throughputs = indexes.clone().flat_map(|index| [&index.max_throughput, &index.warm_throughput]);
        let throughputs = [&self.max_throughput, &self.warm_throughput].into_iter().chain(throughputs);
        found.extend(throughputs.flatten().filter_map(Throughput::check));
        let span = |most: &Option<Spanned<Throughput>>| most.as_ref().map(|most| most.span);
        found.extend(self.check_billing(None, span(&self.max_throughput)));
        for index in indexes {
            let capacity = index.capacity.as_ref().map(|capacity| capacity.span);
            found.extend(self.check_billing(capacity, span(&index.max_throughput)));
        }
        // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-considerations.html
        found.extend(beyond_managed_key("DynamoDB", |_| true, cx));
        found.extend(self.kinesis_stream.as_ref().and_then(|stream| stream.check(cx.target())));
        replica::check(self, cx, found);
    }

    /// Capacity where requests are paid for, or a bound on requests where capacity is.
    pub(super) fn check_billing(&self, capacity: Option<Span>, most: Option<Span>) -> Option<Diagnostic> {
        let (span, message) = match self.billing() {
            Billing::OnDemand => (capacity?, "capacity is for tables with `billing: { provisioned: … }`"),
            Billing::Provisioned(_) => {
                (most?, "capacity bounds itself: a maximum is for tables that are paid for by request")
            }
        };
        let diagnostic = Diagnostic::error(Code::ConflictingProperties, span, message);
        Some(self.billing.iter().fold(diagnostic, |it, billing| it.related(billing.span, "the billing")))
    }

    /// What DynamoDB asks of indexes.
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html>,
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html#limits-secondary-indexes>
    fn check_indexes(&self, cx: &Cx<'_>, found: &mut Diagnostics) {
        if let (None, Some(name)) = (&self.sort_key, self.local_indexes.keys().next()) {
            let message = "local indexes need a `sort-key` of the table";
            found.push(
                Diagnostic::error(Code::ConflictingProperties, name.span, message)
                    .related(cx.entry().place, "the table"),
            );
        }
        if let Some((name, _)) = self.local_indexes.get_index(LOCAL_INDEXES) {
            let message = format!("a table may have {LOCAL_INDEXES} local indexes");
            found.push(Diagnostic::error(Code::LimitExceeded, name.span, message));
        }
        let global = self.global_indexes.iter().map(|(name, index)| (name, &index.projection));
        let local = self.local_indexes.iter().map(|(name, index)| (name, &index.projection));
        let mut included = 0;
        for (name, projection) in global.chain(local) {
            found.extend(index::check_name(name));
            let Projection::Include(attributes) = projection else { continue };
            let before = included;
            included += attributes.len();
            if before <= INCLUDED && included > INCLUDED {
                let message =
                    format!("the indexes of a table may include {INCLUDED} attributes, and these are {included}");
                found.push(Diagnostic::error(Code::LimitExceeded, name.span, message));
            }
        }
        let names = self.global_indexes.keys().chain(self.local_indexes.keys());
        found.extend(twice(names.map(|name| (name.value.clone(), name.span))));
    }
}

/// The most local indexes of a table.
const LOCAL_INDEXES: usize = 5;

/// The most attributes that the indexes of a table include by name, counted anew for each index.
const INCLUDED: usize = 100;
