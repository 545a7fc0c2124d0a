//! Texts and numbers of a program that their types refuse.

use std::fmt;
use std::panic::Location;

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place};

/// Why a type refuses a text or number.
///
/// In a function that returns [`Diagnostics`], `?` makes a finding of it, at the line of the `?`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    code: Code,
    message: String,
    word: Option<Word>,
}

/// A word that is not one of those that are allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Word {
    given: String,
    allowed: &'static [&'static str],
}

impl Refused {
    /// A text that is not what is expected.
    pub(crate) fn text(found: &str, expected: &str) -> Self {
        Self { code: Code::InvalidValue, message: format!("`{found}` is not {expected}"), word: None }
    }

    /// A number, or the length of a text, that is not what is expected.
    pub(crate) fn number(found: impl fmt::Display, expected: &str) -> Self {
        Self { code: Code::OutOfRange, message: format!("expected {expected}, found `{found}`"), word: None }
    }

    /// A word that is not one of those that are allowed.
    pub(crate) fn word(found: &str, allowed: &'static [&'static str]) -> Self {
        let word = Some(Word { given: found.to_owned(), allowed });
        Self { word, ..Self::text(found, "one of the allowed words") }
    }

    /// The finding that it is at a place.
    pub(crate) fn at(self, place: impl Into<Place>) -> Diagnostic {
        let diagnostic = Diagnostic::error(self.code, place, self.message);
        match self.word {
            Some(Word { given, allowed }) => diagnostic.nearest(&given, allowed.iter().copied()),
            None => diagnostic,
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refused {}

impl From<Refused> for Diagnostics {
    #[track_caller]
    fn from(refused: Refused) -> Self {
        refused.at(Place::Program(Location::caller())).into()
    }
}
