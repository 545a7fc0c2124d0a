//! What deserialization can find wrong, kept apart until its place is known.

use std::fmt;

use serde::de::{Expected, Unexpected};

use super::{Kind, Node, quoted};
use crate::diagnostic::{Code, Diagnostic, Span, listed, nearest};

/// What a list is called where one is expected.
pub(super) const LIST: &str = "a list";

/// What a map is called where one is expected.
pub(super) const MAP: &str = "a map";

/// What text is called where some is expected.
pub(super) const TEXT: &str = "text";

/// What stands between the words of a type that refuses a value, and what would mend that.
const MEND: &str = "\nhint: ";

/// What a type expects, with what would mend a value that it refuses.
pub(crate) fn expected(expected: &dyn fmt::Display, mend: Option<String>) -> String {
    mend.map_or_else(|| expected.to_string(), |mend| format!("{expected}{MEND}{mend}"))
}

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
    WrongType { found: String, expected: String, mend: Option<String> },
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

    pub(super) fn wrong_type(node: &Node, expected: &str) -> Self {
        let (found, mend) = (node.describe(), mend(node, expected));
        Self::new(FaultKind::WrongType { found, expected: expected.to_owned(), mend }, node.span)
    }

    /// Something else in place of a map with these keys.
    pub(super) fn no_map(node: &Node, keys: &[&str]) -> Self {
        let fault = Self::wrong_type(node, MAP);
        let shown = listed(keys.iter().copied());
        let told = |mend: Option<String>| mend.or_else(|| (!keys.is_empty()).then(|| format!("its keys are {shown}")));
        let kind = match fault.kind {
            FaultKind::WrongType { found, expected, mend } => {
                FaultKind::WrongType { found, expected, mend: told(mend) }
            }
            other => other,
        };
        Self { kind, ..fault }
    }

    /// The fault as users see it.
    pub(super) fn diagnostic(self, at: Span) -> Diagnostic {
        match self.kind {
            FaultKind::Refused(message) => match message.rsplit_once(MEND) {
                Some((message, mend)) => Diagnostic::error(Code::InvalidValue, at, message).hint(mend),
                None => Diagnostic::error(Code::InvalidValue, at, message),
            },
            FaultKind::WrongType { found, expected, mend } => {
                let diagnostic = Diagnostic::error(Code::WrongType, at, format!("expected {expected}, found {found}"));
                mend.into_iter().fold(diagnostic, Diagnostic::hint)
            }
            FaultKind::OutOfRange { found, expected } => {
                Diagnostic::error(Code::OutOfRange, at, format!("expected {expected}, found {found}"))
            }
            FaultKind::UnknownWord { found, allowed } => {
                let message = format!("{} is not one of the allowed words", quoted(&found));
                let diagnostic = Diagnostic::error(Code::InvalidValue, at, message);
                let bare = found.contains('/') && nearest(&found, allowed.iter().copied()).is_none();
                match allowed.first().filter(|_| bare && allowed.iter().all(|word| !word.contains('/'))) {
                    Some(word) => {
                        let mend = format!("a word says what a reference is to, such as `{{ {word}: {found} }}`");
                        diagnostic.hint(mend).allowed(allowed.iter().copied())
                    }
                    None => diagnostic.nearest(&found, allowed.iter().copied()),
                }
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

/// What would make of a value what is expected.
fn mend(found: &Node, expected: &str) -> Option<String> {
    match &found.kind {
        Kind::Scalar { .. } if expected == LIST && !found.is_null() => {
            Some(format!("`[{}]` is a list of one", found.describe().trim_matches('`')))
        }
        Kind::Scalar { text, plain: false } => {
            let meant = text.parse::<f64>().is_ok() || matches!(&**text, "true" | "false");
            let unquoted = meant && (expected.contains("number") || expected.contains("`true`"));
            unquoted.then(|| format!("in quotes it is text: `{text}` without them"))
        }
        Kind::Map(entries) if expected == TEXT && entries.len() == 1 => {
            let reference = entries.get("ref")?.value.as_text()?;
            Some(format!("without `ref` here: `{reference}`"))
        }
        Kind::Seq(items) if expected == MAP => match &items.first()?.kind {
            Kind::Scalar { text, .. } => Some(format!("a map says something of each: `{{ {text}: … }}`")),
            Kind::Map(_) => Some("no `-` and no `[` stands before the keys of a map".to_owned()),
            Kind::Seq(_) => None,
        },
        _ => None,
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
        Self::unplaced(FaultKind::WrongType { found: words(found), expected: expected.to_string(), mend: None })
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
