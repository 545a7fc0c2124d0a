//! What deserialization can find wrong, kept apart until its place is known.

use std::fmt;

use serde::de::{Expected, Unexpected};

use super::quoted;
use crate::diagnostic::{Code, Diagnostic, Span};

/// What a list is called where one is expected.
pub(super) const LIST: &str = "a list";

/// An error of a [`serde::Deserializer`], with the place where it is known.
#[derive(Debug)]
pub(super) struct Fault {
    pub kind: FaultKind,
    /// What the message points at.
    pub span: Option<Span>,
    /// What counts as absent from now on: the nearest value in a list or map around the fault.
    pub skip: Option<Span>,
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
    /// A key that is needed, and there with a mistake that is reported already.
    Implied,
}

impl Fault {
    pub(super) fn new(kind: FaultKind, span: Span) -> Self {
        Self { kind, span: Some(span), skip: None }
    }

    fn unplaced(kind: FaultKind) -> Self {
        Self { kind, span: None, skip: None }
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
                let diagnostic = Diagnostic::error(Code::WrongType, at, format!("expected {expected}, found {found}"));
                let one = found.strip_prefix('`').and_then(|found| found.strip_suffix('`'));
                match one.filter(|_| expected == LIST) {
                    Some(one) => diagnostic.hint(format!("`[{one}]` is a list of one")),
                    None => diagnostic,
                }
            }
            FaultKind::OutOfRange { found, expected } => {
                Diagnostic::error(Code::OutOfRange, at, format!("expected {expected}, found {found}"))
            }
            FaultKind::UnknownWord { found, allowed } => {
                Diagnostic::error(Code::InvalidValue, at, format!("{} is not one of the allowed words", quoted(&found)))
                    .nearest(&found, allowed.iter().copied())
            }
            FaultKind::UnknownKey { found, allowed } => {
                Diagnostic::error(Code::UnknownProperty, at, format!("no property is called {} here", quoted(&found)))
                    .nearest(&found, allowed.iter().copied())
            }
            FaultKind::Missing(key) => missing(key, at),
            FaultKind::Implied => unreachable!("what is reported already is not reported again"),
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
        Self::unplaced(FaultKind::Refused(message.to_string()))
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::unplaced(FaultKind::WrongType { found: words(found), expected: expected.to_string() })
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        match found {
            Unexpected::Str(text) => Self::custom(format!("{} is not {expected}", quoted(text))),
            other => Self::unplaced(FaultKind::OutOfRange { found: words(other), expected: expected.to_string() }),
        }
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self::unplaced(FaultKind::OutOfRange { found: length.to_string(), expected: expected.to_string() })
    }

    fn unknown_variant(found: &str, allowed: &'static [&'static str]) -> Self {
        Self::unplaced(FaultKind::UnknownWord { found: found.to_owned(), allowed })
    }

    fn unknown_field(found: &str, allowed: &'static [&'static str]) -> Self {
        Self::unplaced(FaultKind::UnknownKey { found: found.to_owned(), allowed })
    }

    fn missing_field(key: &'static str) -> Self {
        Self::unplaced(FaultKind::Missing(key))
    }
}

/// What serde came upon, in the words of a message.
fn words(found: Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(on) => format!("`{on}`"),
        Unexpected::Unsigned(number) => format!("`{number}`"),
        Unexpected::Signed(number) => format!("`{number}`"),
        Unexpected::Str(text) => quoted(text),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map => "a map".to_owned(),
        Unexpected::Unit | Unexpected::Option => "nothing".to_owned(),
        _ => "something else".to_owned(),
    }
}
