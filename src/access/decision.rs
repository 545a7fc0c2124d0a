//! What was decided, and by what.

use std::fmt::{self, Display, Formatter};

use serde::Serialize;

/// The decision on a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// What was decided.
    #[serde(rename = "decision")]
    pub outcome: Outcome,
    /// By what.
    pub because: Because,
}

/// What can be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Outcome {
    /// Some policy allows it and none denies it.
    Allowed,
    /// A statement denies it.
    ExplicitlyDenied,
    /// Nothing allows it that would have to.
    ImplicitlyDenied,
    /// It depends on what a template leaves open.
    Unknown,
}

impl Outcome {
    /// Its place among all, the worst for who asks first.
    pub fn rank(self) -> usize {
        match self {
            Self::ExplicitlyDenied => 0,
            Self::ImplicitlyDenied => 1,
            Self::Unknown => 2,
            Self::Allowed => 3,
        }
    }

    /// Whether the request is denied in one way or the other.
    pub fn is_denied(self) -> bool {
        matches!(self, Self::ExplicitlyDenied | Self::ImplicitlyDenied)
    }
}

/// What decided: of what is denied for want of an allow, what came nearest to allowing it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Because {
    /// The policy, or the rule of AWS's.
    pub source: String,
    /// The statement; nothing where there is none.
    pub statement: Option<StatementId>,
    /// The test that the statement failed by, or that is not known, where the rest of it is right.
    pub condition: Option<TestId>,
}

/// What a statement is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum StatementId {
    /// Its `Sid`.
    Sid(String),
    /// Its place in the policy, from 0, where it has no `Sid`.
    Index(usize),
}

/// As sentences have it: statement `Sid`, statement 3.
impl Display for StatementId {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sid(sid) => write!(f, "statement `{sid}`"),
            Self::Index(at) => write!(f, "statement {at}"),
        }
    }
}

/// A test of a condition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TestId {
    /// The operator, as it is written.
    pub operator: String,
    /// The key, as it is written.
    pub key: String,
}
