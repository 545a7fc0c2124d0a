//! Where constructs say that they stood before.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::Constructs;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::document::Spanned;
use crate::name::Path;

impl Constructs {
    /// Takes out each `was` that cannot be: it names the construct itself, one that still stands there, or what another
    /// construct was. What follows from it is no mistake of its own.
    pub(crate) fn check_was(&mut self, found: &mut Diagnostics) {
        let left = self.described.iter().filter_map(|it| Some((&it.beside.was.as_ref()?.value, &it.path)));
        let moved: Vec<Path> = left.filter(|(was, path)| was != path).map(|(_, path)| path.clone()).collect();
        let there: HashMap<Path, Span> = self.described.iter().map(|it| (it.path.clone(), it.place)).collect();
        let mut by_path: IndexMap<Path, Vec<Spanned<Path>>> = IndexMap::new();
        for described in &mut self.described {
            let Some(was) = described.beside.was.take() else { continue };
            if was.value == described.path {
                let message = format!("`{}` is where this stands now", was.value);
                let diagnostic = Diagnostic::error(Code::InvalidValue, was.span, message);
                found.push(diagnostic.hint("`was` names the path before it was moved: without a move, take it out"));
                continue;
            }
            // Two constructs that change places both moved.
            if let Some(place) = there.get(&was.value).filter(|_| !moved.contains(&was.value)) {
                let message =
                    format!("`{}` still stands there, so it cannot be what `{}` was", was.value, described.path);
                let diagnostic = Diagnostic::error(Code::DuplicateLogicalId, was.span, message);
                found.push(diagnostic.related(*place, "this one keeps its logical ids and names"));
                continue;
            }
            let named = by_path.entry(was.value.clone()).or_default();
            if named.is_empty() {
                described.beside.was = Some(was.clone());
            }
            named.push(was);
        }
        for named in by_path.values() {
            if let [was, others @ ..] = named.as_slice()
                && !others.is_empty()
            {
                let message = format!("only one construct can be what `{}` was", was.value);
                let diagnostic = Diagnostic::error(Code::DuplicateLogicalId, was.span, message);
                found.push(others.iter().fold(diagnostic, |all, other| all.related(other.span, "so cannot this one")));
            }
        }
    }
}
