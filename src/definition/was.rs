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
        let places: HashMap<&Path, Span> = self.described.iter().map(|it| (&it.path, it.place)).collect();
        let written = self.described.iter().filter_map(|it| Some((&it.path, it.beside.was.as_ref()?)));
        let mut moved: IndexMap<&Path, &Spanned<Path>> = written.collect();
        moved.retain(|path, was| {
            let here = **path == was.value;
            found.extend(here.then(|| stands_here(was)));
            !here
        });
        let written = moved.clone();
        // Two constructs that change places both moved.
        moved.retain(|path, was| {
            let stays = places.get(&was.value).filter(|_| !written.contains_key(&was.value));
            found.extend(stays.map(|place| stands_there(path, was, *place)));
            stays.is_none()
        });
        let mut claims: IndexMap<&Path, Vec<(&Path, Span)>> = IndexMap::new();
        for (path, was) in &moved {
            claims.entry(&was.value).or_default().push((path, was.span));
        }
        for (was, claims) in &claims {
            if let [(_, first), others @ ..] = claims.as_slice()
                && !others.is_empty()
            {
                let message = format!("only one construct can be what `{was}` was");
                let diagnostic = Diagnostic::error(Code::DuplicateLogicalId, *first, message);
                found.push(others.iter().fold(diagnostic, |all, (_, at)| all.related(*at, "so cannot this one")));
                moved.retain(|path, _| !others.iter().any(|(other, _)| other == path));
            }
        }
        // Nothing takes the place of what now stays where it is.
        while let Some(at) = moved.values().position(|was| stays(&was.value, &places, &moved)) {
            moved.shift_remove_index(at);
        }
        let moved: Vec<Path> = moved.into_keys().cloned().collect();
        for described in self.described.iter_mut().filter(|it| !moved.contains(&it.path)) {
            described.beside.was = None;
        }
    }
}

/// Whether a construct stands where it stood.
fn stays(path: &Path, places: &HashMap<&Path, Span>, moved: &IndexMap<&Path, &Spanned<Path>>) -> bool {
    places.contains_key(path) && !moved.contains_key(path)
}

/// That a construct names its own path.
fn stands_here(was: &Spanned<Path>) -> Diagnostic {
    let message = format!("`{}` is where this stands now", was.value);
    let diagnostic = Diagnostic::error(Code::InvalidValue, was.span, message);
    diagnostic.hint("`was` names the path before it was moved: without a move, take it out")
}

/// That another construct is still there, at `place`.
fn stands_there(path: &Path, was: &Spanned<Path>, place: Span) -> Diagnostic {
    let message = format!("`{}` still stands there, so it cannot be what `{path}` was", was.value);
    let diagnostic = Diagnostic::error(Code::DuplicateLogicalId, was.span, message);
    diagnostic.related(place, "this one keeps its logical ids and names")
}
