//! From one environment of `order` to the next that has it, no stack and no construct loses protection.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use indexmap::IndexMap;

use super::names::Named;
use crate::construct::Entry;
use crate::definition::Project;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::environment::{House, Weaker};
use crate::name::Path;

/// Compares every construct with itself in the last environment before that has it, rule by rule. Left out of the
/// comparison is what is less than its own environment asks for, which is a mistake or accepted already, and what is
/// less between the environments themselves, which is reported for them.
pub(super) fn check(project: &Project, all: &IndexMap<String, Named<'_>>, found: &mut IndexMap<&str, Diagnostics>) {
    let order = project.environments.project.order.iter().map(|name| name.value.as_str());
    let ordered: Vec<&str> = order.filter(|name| all.contains_key(*name)).collect();
    let mut known: HashMap<(&str, &Path), (&str, &Entry)> = HashMap::new();
    for (at, after) in ordered.iter().enumerate() {
        let baseline = project.environments.house(after);
        let less = |before| baseline.weaker_than(&project.environments.house(before));
        let between: HashMap<&str, Vec<Weaker>> = ordered[..at].iter().map(|before| (*before, less(before))).collect();
        let mut compared: HashSet<(*const House, *const House)> = HashSet::new();
        for (stack, entry) in all[*after].constructs() {
            let Some((before, earlier)) = known.get(&(&*stack.name, &entry.path)) else { continue };
            if !compared.insert((Arc::as_ptr(&entry.house), Arc::as_ptr(&earlier.house))) {
                continue; // the rules of a stack, which its constructs share
            }
            let own: Vec<&str> = entry.house.weaker_than(&baseline).into_iter().map(|weaker| weaker.rule).collect();
            for weaker in entry.house.weaker_than(&earlier.house) {
                if own.contains(&weaker.rule) || between[before].iter().any(|between| between.rule == weaker.rule) {
                    continue;
                }
                let place = |entry: &Entry| entry.house.place_of(weaker.rule).unwrap_or(entry.place);
                let message =
                    format!("`{}` is less protected in `{after}` than in `{before}`, which comes before", entry.path);
                let diagnostic = Diagnostic::error(Code::WeakerEnvironment, place(entry), message);
                found[*after].push(weaker.told(diagnostic, [(*before, Some(place(earlier)))]));
            }
        }
        known.extend(all[*after].constructs().map(|(stack, entry)| ((&*stack.name, &entry.path), (*after, entry))));
    }
}
