//! What deserialization can find wrong, kept apart until its place is known.

use std::fmt;

use serde::de::{Expected, Unexpected};

use crate::diagnostic::{Code, Diagnostic, Span};

/// An error of a [`serde::Deserializer`], with the place where it is known.
#[derive(Debug)]
pub(super) struct Fault {
    pub kind: FaultKind,
    pub span: Option<Span>,
}

#[derive(Debug)]
pub(super) enum FaultKind {
    /// A value that its type refused, in the type's own words.
    Refused(String),
    /// A value of another type.
    WrongType { found: String, expected: String },
    /// A number outside of its range.
    OutOfRange { found: String, expected: String },
    /// A word that is not one of the allowed ones.
    UnknownWord { found: String, allowed: &'static [&'static str] },
    /// A key that the map does not have.
    UnknownKey { found: String, allowed: &'static [&'static str] },
    /// A key that is needed and not there.
    Missing(&'static str),
}

impl Fault {
    pub(super) fn new(kind: FaultKind, span: Span) -> Self {
        Self { kind, span: Some(span) }
    }

    pub(super) fn wrong_type(found: &super::Node, expected: &str) -> Self {
        let kind = FaultKind::WrongType { found: found.describe(), expected: expected.to_owned() };
        Self::new(kind, found.span)
    }

    /// The fault as users see it.
    pub(super) fn diagnostic(self, at: Span) -> Diagnostic {
        match self.kind {
            FaultKind::Refused(message) => Diagnostic::error(Code::InvalidValue, at, message),
            FaultKind::WrongType { found, expected } => {
                Diagnostic::error(Code::WrongType, at, format!("expected {expected}, found {found}"))
            }
            FaultKind::OutOfRange { found, expected } => {
                Diagnostic::error(Code::OutOfRange, at, format!("expected {expected}, found {found}"))
            }
            FaultKind::UnknownWord { found, allowed } => {
                Diagnostic::error(Code::InvalidValue, at, format!("`{found}` is not one of the allowed words"))
                    .nearest(&found, allowed.iter().copied())
            }
            FaultKind::UnknownKey { found, allowed } => {
                Diagnostic::error(Code::UnknownProperty, at, format!("no property is called `{found}` here"))
                    .nearest(&found, allowed.iter().copied())
            }
            FaultKind::Missing(key) => missing(key, at),
        }
    }
}

/// A key that is needed and not there; `at` is the key of the map that lacks it.
pub(super) fn missing(key: &str, at: Span) -> Diagnostic {
    Diagnostic::error(Code::MissingProperty, at, format!("`{key}` is missing here"))
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.kind)
    }
}

impl std::error::Error for Fault {}

impl serde::de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { kind: FaultKind::Refused(message.to_string()), span: None }
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let kind = FaultKind::WrongType { found: found.to_string(), expected: expected.to_string() };
        Self { kind, span: None }
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let (found, expected) = match found {
            Unexpected::Unsigned(number) => (format!("`{number}`"), expected.to_string()),
            Unexpected::Signed(number) => (format!("`{number}`"), expected.to_string()),
            Unexpected::Str(text) => {
                return Self::custom(format!("`{text}` is not {expected}"));
            }
            other => (other.to_string(), expected.to_string()),
        };
        Self { kind: FaultKind::OutOfRange { found, expected }, span: None }
    }

    fn unknown_variant(found: &str, allowed: &'static [&'static str]) -> Self {
        Self { kind: FaultKind::UnknownWord { found: found.to_owned(), allowed }, span: None }
    }

    fn unknown_field(found: &str, allowed: &'static [&'static str]) -> Self {
        Self { kind: FaultKind::UnknownKey { found: found.to_owned(), allowed }, span: None }
    }

    fn missing_field(key: &'static str) -> Self {
        Self { kind: FaultKind::Missing(key), span: None }
    }
}
