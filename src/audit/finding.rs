//! What an audit finds.

use serde::Serialize;
use serde_json::Value as Json;

use crate::access::Because;
pub use crate::diagnostic::Hazard;

/// How bad a finding is, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Something will not work, or data can be lost.
    Error,
    /// It depends on what the template leaves open.
    Unknown,
    /// More is possible than has to be, or works by luck alone.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Unknown => "unknown",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// Where something was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct At {
    /// The number of the template.
    pub source: usize,
    /// The logical id; empty for the template as a whole.
    pub id: String,
    /// The place in the resource, as the end of a JSON pointer: `/Properties/KmsKeyId`.
    pub pointer: String,
}

/// Something that an audit found.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What kind it is of.
    pub hazard: Hazard,
    /// How bad it is.
    pub severity: Severity,
    /// Where it was found.
    pub at: At,
    /// One line, lower case, no full stop; names in backticks.
    pub message: String,
    /// The request that fails.
    pub request: Option<Json>,
    /// What decided on that.
    pub because: Option<Because>,
    /// The smallest change that would mend it.
    pub hint: Option<String>,
    /// Why it is right all the same, if somebody said so.
    pub acknowledged: Option<String>,
}

impl Finding {
    /// A finding without a request.
    pub fn new(hazard: Hazard, severity: Severity, at: At, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { hazard, severity, at, message, request: None, because: None, hint: None, acknowledged: None }
    }

    /// What findings are sorted by, and what tells them apart.
    pub(super) fn order(&self) -> (&At, Hazard, &str) {
        (&self.at, self.hazard, &self.message)
    }

    /// Whether it counts: nobody has acknowledged it, and it is worse than a note.
    pub fn counts(&self) -> bool {
        self.acknowledged.is_none() && self.severity != Severity::Note
    }

    /// Adds what would mend it.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}
