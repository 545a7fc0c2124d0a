//! The tests of a condition that users write, one by one.

use std::net::IpAddr;

use indexmap::IndexMap;

use crate::cfn::policy::{Condition, Operator};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, nearest};
use crate::document::{OneOrMany, Spanned};
use crate::name::Target;
use crate::service::kms::{CONDITION_KEYS, MULTIVALUED_KEYS, OPERATORS};

/// The values that condition keys are tested against, by the key.
pub type Tests = IndexMap<Spanned<String>, OneOrMany<Spanned<String>>>;

/// Condition keys whose value all principals of an account share.
const SHARED_BY_ACCOUNT: &[&str] =
    &["aws:PrincipalAccount", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "kms:CallerAccount"];

/// One test of a condition: a key, compared with values of which one has to fit.
#[derive(Clone, Copy)]
pub(super) struct Test<'c> {
    operator: &'c Spanned<String>,
    key: &'c Spanned<String>,
    values: &'c [Spanned<String>],
}

impl<'c> Test<'c> {
    /// All tests of a condition.
    pub(super) fn all(condition: &'c IndexMap<Spanned<String>, Tests>) -> impl Iterator<Item = Self> {
        condition.iter().flat_map(|(operator, tests)| {
            tests.iter().map(move |(key, values)| Self { operator, key, values: &values.0 })
        })
    }

    /// Whether it requires the request to have this key, with exactly this value.
    pub(super) fn requires(&self, key: &str, value: &str) -> bool {
        let exact = ["Bool", "StringEquals"].contains(&self.operator.value.as_str());
        exact && self.key.value.eq_ignore_ascii_case(key) && self.values.iter().all(|it| it.value == value)
    }

    /// Whether it never holds for a request without an encryption context.
    pub(super) fn requires_context(&self) -> bool {
        let absent_will_do = self.operator.value.ends_with("IfExists") || self.is_negated() || self.bare() == "Null";
        starts_with(&self.key.value, "kms:EncryptionContext:") && !absent_will_do
    }

    /// Whether it may fail for somebody of the account who asks for what the key allows him: a test that all of an
    /// account pass leaves a statement about everybody as it is.
    pub(super) fn spares_somebody(&self, at: &Target) -> bool {
        let anything = self.values.iter().any(|value| value.value.chars().all(|c| c == '*'));
        let about = |key: &&str| key.eq_ignore_ascii_case(&self.key.value);
        let here = |value: &Spanned<String>| {
            at.account
                .as_ref()
                .is_none_or(|account| value.value.contains(account.as_str()) || value.value.contains('$'))
        };
        match self.is_negated() {
            false => !anything && !SHARED_BY_ACCOUNT.iter().any(about),
            true if about(&"aws:PrincipalArn") || about(&"aws:PrincipalAccount") || about(&"kms:CallerAccount") => {
                self.values.iter().any(here)
            }
            true => true,
        }
    }

    /// What is wrong with it, in the policy of a key.
    pub(super) fn check(&self) -> Diagnostics {
        if let Some(unknown) = self.unknown_operator() {
            return unknown.into();
        }
        self.check_key().into_iter().chain(self.check_values()).collect()
    }

    /// An operator that the policy language does not have.
    fn unknown_operator(&self) -> Option<Diagnostic> {
        let operator = self.operator.value.as_str();
        (!OPERATORS.contains(&self.bare())).then(|| {
            let message = format!("no condition operator is called `{operator}`");
            let diagnostic = Diagnostic::error(Code::InvalidValue, self.operator.span, message);
            diagnostic.nearest(self.bare(), OPERATORS.iter().copied())
        })
    }

    /// Values that the operator can never find.
    fn check_values(self) -> impl Iterator<Item = Diagnostic> {
        self.values.iter().filter_map(move |value| self.check_value(value))
    }

    /// A condition key that neither KMS nor AWS as a whole has, or one that is compared as it must not be.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>
    fn check_key(&self) -> Option<Diagnostic> {
        let word = self.key.value.as_str();
        let known = |known: &&str| match known.ends_with(':') {
            true => starts_with(word, known) && word.len() > known.len(),
            false => known.eq_ignore_ascii_case(word),
        };
        if !starts_with(word, "aws:") && !CONDITION_KEYS.iter().any(known) {
            let message = format!("no condition key of KMS is called `{word}`");
            let diagnostic = Diagnostic::error(Code::InvalidValue, self.key.span, message);
            return Some(match nearest(word, CONDITION_KEYS.iter().copied()) {
                Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
                None => diagnostic.hint("keys begin with `kms:` or `aws:`"),
            });
        }
        let (bare, several) = (self.bare(), MULTIVALUED_KEYS.iter().any(known));
        let (message, hint) = match (several, self.is_of_set()) {
            (false, true) => (
                format!("a request has one value of `{word}` at most, and `ForAllValues` also holds where it has none"),
                format!("`{bare}` alone compares it"),
            ),
            (true, false) if bare != "Null" => (
                format!("a request may have several values of `{word}`"),
                format!("`ForAnyValue:{bare}` holds if one of them fits, `ForAllValues:{bare}` if all do"),
            ),
            _ => return None,
        };
        Some(Diagnostic::error(Code::ConflictingProperties, self.operator.span, message).hint(hint))
    }

    /// A value that the operator can never find.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
    fn check_value(&self, value: &Spanned<String>) -> Option<Diagnostic> {
        let (bare, text) = (self.bare(), value.value.as_str());
        if text.contains("${") {
            return None; // A policy variable, which each request fills in.
        }
        let wanted = match bare {
            "Bool" | "Null" => (!["true", "false"].contains(&text)).then_some("`true` or `false`"),
            "IpAddress" | "NotIpAddress" => (!is_range(text)).then_some("an address or a range, as `10.0.0.0/8`"),
            _ if bare.starts_with("Numeric") => text.parse::<f64>().is_err().then_some("a number"),
            _ if bare.starts_with("Arn") => {
                (!text.starts_with("arn:") || text.split(':').count() < 6).then_some("an ARN, of six parts")
            }
            _ if bare.starts_with("String") && !bare.ends_with("Like") && text.contains('*') => {
                let message = format!("`{bare}` compares `*` as the character that it is");
                let like = if self.is_negated() { "StringNotLike" } else { "StringLike" };
                let diagnostic = Diagnostic::error(Code::InvalidValue, value.span, message);
                return Some(diagnostic.hint(format!("in `{like}` it stands for any text")));
            }
            _ => None,
        };
        let message = format!("`{bare}` compares with {}, not with `{text}`", wanted?);
        Some(Diagnostic::error(Code::InvalidValue, value.span, message))
    }

    /// Whether it is about a set of values.
    fn is_of_set(&self) -> bool {
        self.operator.value.starts_with("ForA")
    }

    /// Whether it holds for what is unlike the values.
    fn is_negated(&self) -> bool {
        self.bare().contains("Not")
    }

    /// The operator without what stands before and after it.
    fn bare(&self) -> &'c str {
        let word = self.operator.value.as_str();
        let bare = word.strip_prefix("ForAllValues:").or_else(|| word.strip_prefix("ForAnyValue:")).unwrap_or(word);
        bare.strip_suffix("IfExists").unwrap_or(bare)
    }
}

/// What is wrong with a condition, whatever its keys are.
pub(in crate::constructs) fn check_tests(condition: &IndexMap<Spanned<String>, Tests>) -> Diagnostics {
    let checked = Test::all(condition).map(|test| match test.unknown_operator() {
        Some(unknown) => unknown.into(),
        None => test.check_values().collect::<Diagnostics>(),
    });
    checked.flatten().collect()
}

/// The tests as a statement has them.
pub(in crate::constructs) fn condition(written: &IndexMap<Spanned<String>, Tests>) -> Condition {
    Test::all(written).fold(Condition::default(), |condition, Test { operator, key, values }| {
        let values = values.iter().map(|value| value.value.as_str().into());
        condition.and(Operator::Written(operator.value.clone()), &key.value, values)
    })
}

/// Whether a condition key begins so; their case does not matter.
fn starts_with(key: &str, beginning: &str) -> bool {
    key.get(..beginning.len()).is_some_and(|start| start.eq_ignore_ascii_case(beginning))
}

/// Whether it is an IP address, or a range of them.
fn is_range(text: &str) -> bool {
    let (address, length) = text.split_once('/').unwrap_or((text, "0"));
    let bits = match address.parse() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    length.parse::<u8>().is_ok_and(|length| length <= bits)
}
