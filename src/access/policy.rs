//! Policy documents as they are evaluated.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

use super::decision::StatementId;
use super::operator::Operator;

/// A text of a policy or request, unless a template leaves it open.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Text {
    /// A text that is known.
    Known(String),
    /// A parameter or function that nobody has resolved.
    Unknown,
}

/// A policy document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The version of the policy language.
    pub version: Version,
    /// Its statements, in the order of the document.
    pub statements: Vec<Statement>,
}

/// The version of the policy language; without one, the older.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// `2008-10-17`, which takes policy variables literally.
    V2008,
    /// `2012-10-17`.
    V2012,
    /// A template leaves it open.
    Unknown,
}

/// One rule of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What it is called.
    pub sid: Option<String>,
    /// Whether it allows or denies; nothing where a template leaves it open.
    pub effect: Option<Effect>,
    /// Whom it is about; nothing where it is about whoever has the policy.
    pub principal: Option<Principals>,
    /// What may or may not be done.
    pub action: Listed,
    /// On what; nothing where it is about the resource that has the policy.
    pub resource: Option<Listed>,
    /// When: all of these have to hold.
    pub condition: Vec<Test>,
}

/// Whether a statement allows or denies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the policy language's own two words")]
pub enum Effect {
    Allow,
    Deny,
}

/// An `Action` or `Resource`, or their opposites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Whether everything but the listed is meant: `NotAction`, `NotResource`.
    pub except: bool,
    /// What is listed.
    pub texts: Vec<Text>,
}

/// A `Principal` or `NotPrincipal`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principals {
    /// Whether everybody but the listed is meant: `NotPrincipal`.
    pub except: bool,
    /// Who is listed.
    pub all: Vec<(PrincipalKind, Text)>,
}

/// What a principal is written under.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrincipalKind {
    /// An account, user, role or session, or `*`.
    Aws,
    /// An AWS service.
    Service,
    /// An identity provider.
    Federated,
    /// An account, as Amazon S3 calls it.
    CanonicalUser,
}

/// One test of a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// A key of the request's context against values.
    Compare {
        /// How.
        operator: Operator,
        /// The key.
        key: String,
        /// The values, of which one has to match; for operators that negate, none.
        values: Vec<Text>,
    },
    /// A template leaves open what is tested.
    Unknown,
}

impl Listed {
    /// A list that a template leaves open.
    pub(super) fn unknown() -> Self {
        Self { except: false, texts: vec![Text::Unknown] }
    }
}

impl Statement {
    /// What it is called, by its place in the policy where it has no `Sid`.
    pub fn id(&self, at: usize) -> StatementId {
        let sid = self.sid.clone().filter(|sid| !sid.is_empty());
        sid.map_or(StatementId::Index(at), StatementId::Sid)
    }

    /// A statement that a template leaves open.
    pub(super) fn unknown(has_principal: bool) -> Self {
        let principal = || Principals { except: false, all: vec![(PrincipalKind::Aws, Text::Unknown)] };
        Self {
            sid: None,
            effect: None,
            principal: has_principal.then(principal),
            action: Listed::unknown(),
            resource: Some(Listed::unknown()),
            condition: Vec::new(),
        }
    }
}
