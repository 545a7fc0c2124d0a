//! The tests of a condition that users write, one by one.

use std::net::IpAddr;

use indexmap::IndexMap;

use crate::cfn::policy::{Condition, Operator};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity, Span, nearest};
use crate::document::{OneOrMany, Spanned};
use crate::name::Target;
use crate::service::kms::{CONDITION_KEYS, GLOBAL_CONDITION_KEYS, MULTIVALUED_KEYS, OPERATORS};

/// The values that condition keys are tested against, by the key.
pub type Tests = IndexMap<Spanned<String>, OneOrMany<Spanned<String>>>;

/// Condition keys that every request has which an identity of the account makes.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
const ALWAYS_THERE: &[&str] = &["aws:PrincipalAccount", "aws:PrincipalArn", "aws:SecureTransport", "kms:CallerAccount"];

/// Condition keys that a request never has which an AWS service makes by its own principal.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
const NEVER_OF_SERVICES: &[&str] = &[
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:SourceVpc",
    "aws:SourceVpce",
];

/// Whom a test leaves out of a denial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Spared<'c> {
    /// Nobody of the account, as far as is certain.
    Nobody,
    /// Somebody of the account, whoever it is.
    Somebody,
    /// These roles and users of the account, as their ARNs end; a `*` in one stands for any text.
    Principals(Vec<&'c str>),
}

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
        let exact = ["Bool", "StringEquals"].contains(&self.operator.value.as_str()) && !self.values.is_empty();
        exact && self.is_about(key) && self.values.iter().all(|it| it.value == value)
    }

    /// Whether it never holds for a request without an encryption context.
    pub(super) fn requires_context(&self) -> bool {
        let absent_will_do = self.operator.value.ends_with("IfExists") || self.is_negated() || self.bare() == "Null";
        starts_with(&self.key.value, "kms:EncryptionContext:") && !absent_will_do
    }

    /// Whom it leaves out of a denial to everybody, so far as that is certain: of a test that is not known to spare
    /// somebody it is assumed that it holds for all.
    pub(super) fn spares(&self, at: &Target) -> Spared<'c> {
        let about = |key| self.is_about(key);
        let says = |value: &str| !self.values.is_empty() && self.values.iter().all(|it| it.value == value);
        let values = || self.values.iter().map(|value| value.value.as_str());
        match self.operator.value.as_str() {
            "ArnNotEquals" | "ArnNotLike" | "StringNotEquals" | "StringNotLike" if about("aws:PrincipalArn") => {
                let here: Vec<&str> = values().filter_map(|arn| resource_here(arn, at)).collect();
                if here.is_empty() { Spared::Nobody } else { Spared::Principals(here) }
            }
            "StringNotEquals" if about("aws:PrincipalAccount") || about("kms:CallerAccount") => {
                let here = |text: &str| at.account.as_ref().is_none_or(|account| account.as_str() == text);
                if values().any(here) { Spared::Somebody } else { Spared::Nobody }
            }
            "Bool" | "BoolIfExists" if about("aws:MultiFactorAuthPresent") && says("false") => Spared::Somebody,
            "Bool" if about("kms:BypassPolicyLockoutSafetyCheck") && says("true") => Spared::Somebody,
            _ => Spared::Nobody,
        }
    }

    /// Whether it holds for whatever an identity of the account asks: that something is there which always is, or that
    /// requests are encrypted, as KMS demands of all.
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/infrastructure-security.html>
    pub(super) fn always_holds(&self) -> bool {
        let all = |value: &str| self.values.iter().all(|it| it.value == value);
        let there = ALWAYS_THERE.iter().any(|key| self.is_about(key));
        let encrypted = self.is_about("aws:SecureTransport");
        (self.bare() == "Null" && there && all("false")) || (self.bare() == "Bool" && encrypted && all("true"))
    }

    /// Whether it holds for services that act by their own principal, since it is negated and they lack the key.
    pub(super) fn holds_for_services(&self) -> bool {
        let missing = NEVER_OF_SERVICES.iter().any(|key| self.is_about(key));
        let is_absent = self.bare() == "Null" && self.values.iter().all(|value| value.value == "true");
        missing && (self.operator.value.ends_with("IfExists") || self.is_negated() || is_absent)
    }

    /// Whether it tests this key.
    pub(super) fn is_about(&self, key: &str) -> bool {
        self.key.value.eq_ignore_ascii_case(key)
    }

    /// Whether it says who the caller is.
    pub(super) fn names_the_caller(&self) -> bool {
        self.is_about("aws:PrincipalArn") && !self.is_negated() && self.bare() != "Null"
    }

    /// Whether it is about grants alone, so that requests of other actions lack its key.
    pub(super) fn is_about_grants(&self) -> bool {
        self.is_about("kms:GrantIsForAWSResource") && !self.operator.value.ends_with("IfExists")
    }

    /// Whether another test has the same operator and, but for its case, the same key.
    pub(super) fn is_again(&self, other: &Self) -> bool {
        let same = self.operator.value == other.operator.value && self.key.value != other.key.value;
        same && self.key.value.eq_ignore_ascii_case(&other.key.value)
    }

    /// Where its key stands.
    pub(super) fn place(&self) -> Span {
        self.key.span
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
        let unknown = !OPERATORS.contains(&self.bare()) || operator == "NullIfExists";
        unknown.then(|| {
            let message = format!("no condition operator is called `{operator}`");
            let diagnostic = Diagnostic::error(Code::InvalidValue, self.operator.span, message);
            diagnostic.nearest(self.bare(), OPERATORS.iter().copied())
        })
    }

    /// Values that the operator can never find, or none at all.
    fn check_values(self) -> impl Iterator<Item = Diagnostic> {
        let none = self.values.is_empty().then(|| {
            let message = format!("`{}` is tested against no value, and so never holds", self.key.value);
            Diagnostic::error(Code::InvalidValue, self.key.span, message)
        });
        none.into_iter().chain(self.values.iter().filter_map(move |value| self.check_value(value)))
    }

    /// A condition key that neither KMS nor AWS as a whole has, or one that is compared as it must not be.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>
    fn check_key(&self) -> Option<Diagnostic> {
        let word = self.key.value.as_str();
        let known = |known: &&str| match known.ends_with([':', '/']) {
            true => starts_with(word, known) && word.len() > known.len(),
            false => known.eq_ignore_ascii_case(word),
        };
        let wrong = |message| Diagnostic::error(Code::InvalidValue, self.key.span, message);
        if starts_with(word, "aws:ResourceTag/") {
            // https://docs.aws.amazon.com/kms/latest/developerguide/tag-authorization.html
            return Some(wrong(format!("a key's policy cannot test `{word}`: only policies of roles and users do")));
        }
        let all = || CONDITION_KEYS.iter().chain(GLOBAL_CONDITION_KEYS).copied();
        if !all().any(|key| known(&key)) {
            let near = nearest(word, all());
            let global = starts_with(word, "aws:");
            let whose = if global { "AWS" } else { "KMS" };
            let unknown = wrong(format!("no condition key of {whose} is called `{word}`"));
            return Some(match near {
                Some(near) => unknown.hint(format!("did you mean `{near}`?")),
                // AWS adds keys for all services faster than there are releases.
                None if global => Diagnostic { severity: Severity::Warning, ..unknown },
                None => unknown.hint("keys begin with `kms:` or `aws:`"),
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
            _ if bare.starts_with("Date") => {
                let date = text.len() >= 4 && text.chars().all(|c| c.is_ascii_digit() || "-:TZ+.".contains(c));
                (!date).then_some("a date, as `2026-01-31T12:00:00Z`")
            }
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
            _ if self.is_about("kms:ViaService") => {
                let service = text.ends_with(".amazonaws.com") || text.contains('*');
                (!service).then_some("a service of a region, as `dynamodb.eu-west-1.amazonaws.com`")
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
        condition.and(Operator::written(&operator.value), &key.value, values)
    })
}

/// How an ARN ends that names a role or user of the account, as far as that is known.
fn resource_here<'a>(arn: &'a str, at: &Target) -> Option<&'a str> {
    let fields: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", _, "iam", "", account, resource] = fields.as_slice() else { return None };
    let here = at.account.as_ref().is_none_or(|own| own.as_str() == *account) || account.contains('$');
    (here && (resource.starts_with("role/") || resource.starts_with("user/"))).then_some(*resource)
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
