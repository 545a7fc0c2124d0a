//! What is wrong with an input, where, and what to do about it.
//!
//! Every mistake that a user can make ends as a [`Diagnostic`]: a stable [`Code`], one message, the place it is about
//! and, where we know one, a hint. A run collects all of them; nothing stops at the first.

mod code;
mod hazard;
mod read;
mod render;
mod source;

use std::collections::{HashMap, HashSet};
use std::panic::Location;
use std::path::PathBuf;

use indexmap::IndexMap;

pub use code::Code;
pub use hazard::Hazard;
pub use read::read_text;
pub use render::render;
pub use source::{FileId, Sources, Span};

/// How bad a finding is. Only an [`Error`](Severity::Error) keeps a run from writing its output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The run cannot give a correct result.
    Error,
    /// The result is correct, but probably not what was meant.
    Warning,
    /// Worth knowing.
    Note,
}

/// What a diagnostic is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// A stretch of text in a file that was read.
    Source(Span),
    /// A file or folder as a whole: one that cannot be read, for example.
    Path(PathBuf),
    /// A line of the program that describes the stacks.
    Program(&'static Location<'static>),
    /// A word of the command line.
    CommandLine,
}

impl From<Span> for Place {
    fn from(span: Span) -> Self {
        Self::Source(span)
    }
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Its stable name, explained in [`Code`]'s documentation.
    pub code: Code,
    /// One line, lower case, no full stop; the user's words in backticks.
    pub message: String,
    /// What it is about.
    pub place: Place,
    /// Other places that belong to it, each with a few words.
    pub related: Vec<(Span, String)>,
    /// What else belongs to it, a line each.
    pub notes: Vec<String>,
    /// What would mend it.
    pub hints: Vec<String>,
    /// The environments it was found in, where that is not all of them.
    pub only_in: Vec<String>,
}

impl Diagnostic {
    /// A finding that keeps the run from writing output.
    pub fn error(code: Code, place: impl Into<Place>, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            place: place.into(),
            related: Vec::new(),
            notes: Vec::new(),
            hints: Vec::new(),
            only_in: Vec::new(),
        }
    }

    /// A finding that is probably not what was meant.
    pub fn warning(code: Code, place: impl Into<Place>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, place, message) }
    }

    /// A finding that is reported and changes nothing else.
    pub fn note(code: Code, place: impl Into<Place>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Note, ..Self::error(code, place, message) }
    }

    /// Adds a line to it.
    #[must_use]
    pub fn note_line(mut self, line: impl Into<String>) -> Self {
        self.notes.push(line.into());
        self
    }

    /// Adds what would mend it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds the nearest of the allowed words as a hint, and all of them where none is near or they are few.
    #[must_use]
    pub fn nearest<'a>(self, given: &str, allowed: impl IntoIterator<Item = &'a str>) -> Self {
        /// As many as are read at a glance.
        const FEW: usize = 8;
        let allowed: Vec<&str> = allowed.into_iter().collect();
        let near = all_nearest(given, allowed.iter().copied());
        let many = allowed.len() > FEW;
        let told = match near.as_slice() {
            [] => return self.allowed(allowed),
            [only] => self.hint(format!("did you mean `{only}`?")),
            some if some.len() <= FEW && many => {
                self.hint(format!("did you mean one of {}?", listed(some.iter().copied())))
            }
            [first, ..] => self.hint(format!("did you mean `{first}`?")),
        };
        if many { told } else { told.allowed(allowed) }
    }

    /// Adds the allowed words as a hint, if there are any.
    #[must_use]
    pub fn allowed<'a>(self, words: impl IntoIterator<Item = &'a str>) -> Self {
        let words = listed(words);
        if words.is_empty() { self } else { self.hint(format!("allowed here: {words}")) }
    }

    /// Adds another place that belongs to it.
    #[must_use]
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related.push((span, label.into()));
        self
    }
}

/// All findings of a step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

/// The result of a step: its value, or every error it found.
pub type Result<T> = std::result::Result<T, Diagnostics>;

impl Diagnostics {
    /// Adds one finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Keeps the value of a result, or its findings.
    pub fn take<T>(&mut self, result: Result<T>) -> Option<T> {
        result.map_err(|found| self.0.extend(found.0)).ok()
    }

    /// The findings, with `around` as the place of what is [written in Rust](Span::IN_RUST).
    #[must_use]
    pub fn or_at(mut self, around: Span) -> Self {
        for diagnostic in &mut self.0 {
            if diagnostic.place == Span::IN_RUST.into() {
                diagnostic.place = around.into();
                diagnostic.related.retain(|(span, _)| *span != Span::IN_RUST); // it is the same place
            }
            for (span, _) in &mut diagnostic.related {
                *span = span.or(around);
            }
        }
        self
    }

    /// Whether there is nothing to report.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether anything in here keeps a run from writing output.
    pub fn has_errors(&self) -> bool {
        self.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// The findings, in the order they were made.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// `value`, unless something in here is an error.
    ///
    /// # Errors
    /// All findings, if one of them is an error.
    pub fn or<T>(self, value: T) -> Result<T> {
        if self.has_errors() { Err(self) } else { Ok(value) }
    }

    /// One report of what several environments found: what they share stands once, and what only some of them have
    /// says which. Two findings are the same when code, place and rank among those agree; the first one's words stay,
    /// since the words may hold the environment's name. A finding is an error only if it is one in one of `subjects`.
    pub fn collate(found: Vec<(&str, Diagnostics)>, subjects: &[&str]) -> Diagnostics {
        let total = found.len();
        let mut merged: IndexMap<(Code, Place, usize), (Diagnostic, Vec<&str>)> = IndexMap::new();
        let mut found = found;
        found.sort_by_key(|(environment, _)| !subjects.contains(environment)); // stable: the subjects' words come first
        for (environment, diagnostics) in found {
            let mut ranks = HashMap::new();
            let mut seen = HashSet::new();
            for mut diagnostic in diagnostics {
                if !seen.insert((diagnostic.code, diagnostic.place.clone(), diagnostic.message.clone())) {
                    continue; // two passes came upon the same mistake
                }
                let rank = ranks.entry((diagnostic.code, diagnostic.place.clone())).or_insert(0);
                let key = (diagnostic.code, diagnostic.place.clone(), *rank);
                *rank += 1;
                if !subjects.contains(&environment) && diagnostic.severity == Severity::Error {
                    diagnostic.severity = Severity::Warning;
                }
                merged.entry(key).or_insert_with(|| (diagnostic, Vec::new())).1.push(environment);
            }
        }
        // What is only remarked of other environments does not concern the subjects.
        merged.retain(|_, (diagnostic, environments)| {
            diagnostic.severity != Severity::Note || environments.iter().any(|it| subjects.contains(it))
        });
        let diagnostics = merged.into_values().map(|(mut diagnostic, environments)| {
            if environments.len() < total {
                diagnostic.only_in = environments.into_iter().map(str::to_owned).collect();
            }
            diagnostic
        });
        Self(diagnostics.collect())
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(iter: I) -> Self {
        Self(iter.into_iter().collect())
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, iter: I) {
        self.0.extend(iter);
    }
}

impl<'d> IntoIterator for &'d Diagnostics {
    type Item = &'d Diagnostic;
    type IntoIter = std::slice::Iter<'d, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// The allowed word that `given` most likely meant: of those that begin with it or the other way round, and those that
/// are spelt nearly the same, the one that takes the fewest changes; the first, where several are equally near.
pub fn nearest<'a>(given: &str, allowed: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    all_nearest(given, allowed).into_iter().next()
}

/// All words that are equally near.
fn all_nearest<'a>(given: &str, allowed: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    /// Below this, two words of the same few letters are alike by accident: `sns` and `ses`.
    const ALIKE: f64 = 0.85;
    let given = given.to_lowercase();
    let changes = |allowed: &str| {
        let word = allowed.to_lowercase();
        let (short, long) = if given.len() < word.len() { (&given, &word) } else { (&word, &given) };
        let changes = strsim::osa_distance(short, long);
        let begins = short.len() > 2 && long.starts_with(short.as_str());
        // Words with a common beginning, such as `kms:`, can be alike and mostly differ.
        let alike = || changes * 2 < long.len() && strsim::jaro_winkler(short, long) >= ALIKE;
        (begins || alike()).then_some(changes)
    };
    let near: Vec<(usize, &str)> = allowed.into_iter().filter_map(|word| Some((changes(word)?, word))).collect();
    let fewest = near.iter().map(|(changes, _)| *changes).min();
    near.into_iter().filter(|(changes, _)| Some(*changes) == fewest).map(|(_, word)| word).collect()
}

/// Words in backticks, separated by commas.
pub fn listed<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}
