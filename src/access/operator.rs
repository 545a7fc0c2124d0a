//! How conditions compare.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use std::cmp::Ordering;

use super::address;
use super::date;
use crate::name::pattern::{self, Token};

/// A condition operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// How it is written.
    pub word: String,
    /// Of a key with several values, which have to match.
    pub set: Option<Set>,
    /// How two values are compared.
    pub comparison: Comparison,
    /// Whether a match is what must not be.
    pub negated: bool,
    /// Whether a request without the key passes.
    pub if_exists: bool,
}

/// Which of a key's values have to match.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Set {
    /// `ForAllValues`.
    All,
    /// `ForAnyValue`.
    Any,
}

/// How the value of a request is compared with one of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// The same text.
    String,
    /// The same text but for its case.
    StringIgnoringCase,
    /// The text matches a pattern.
    StringLike,
    /// Numbers.
    Numeric(Relation),
    /// Points in time.
    Date(Relation),
    /// `true` or `false`, in any case.
    Bool,
    /// Bytes, written in base 64.
    Binary,
    /// An address in a range.
    IpAddress,
    /// The fields of an ARN, each by itself.
    Arn,
    /// Whether there is a value.
    Null,
}

/// How a number or date stands to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Relation {
    Equals,
    LessThan,
    LessThanEquals,
    GreaterThan,
    GreaterThanEquals,
}

impl Relation {
    fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equals => order.is_eq(),
            Self::LessThan => order.is_lt(),
            Self::LessThanEquals => order.is_le(),
            Self::GreaterThan => order.is_gt(),
            Self::GreaterThanEquals => order.is_ge(),
        }
    }
}

/// The operators without set and `IfExists`: word, comparison, and whether they negate.
const OPERATORS: [(&str, Comparison, bool); 27] = [
    ("StringEquals", Comparison::String, false),
    ("StringNotEquals", Comparison::String, true),
    ("StringEqualsIgnoreCase", Comparison::StringIgnoringCase, false),
    ("StringNotEqualsIgnoreCase", Comparison::StringIgnoringCase, true),
    ("StringLike", Comparison::StringLike, false),
    ("StringNotLike", Comparison::StringLike, true),
    ("NumericEquals", Comparison::Numeric(Relation::Equals), false),
    ("NumericNotEquals", Comparison::Numeric(Relation::Equals), true),
    ("NumericLessThan", Comparison::Numeric(Relation::LessThan), false),
    ("NumericLessThanEquals", Comparison::Numeric(Relation::LessThanEquals), false),
    ("NumericGreaterThan", Comparison::Numeric(Relation::GreaterThan), false),
    ("NumericGreaterThanEquals", Comparison::Numeric(Relation::GreaterThanEquals), false),
    ("DateEquals", Comparison::Date(Relation::Equals), false),
    ("DateNotEquals", Comparison::Date(Relation::Equals), true),
    ("DateLessThan", Comparison::Date(Relation::LessThan), false),
    ("DateLessThanEquals", Comparison::Date(Relation::LessThanEquals), false),
    ("DateGreaterThan", Comparison::Date(Relation::GreaterThan), false),
    ("DateGreaterThanEquals", Comparison::Date(Relation::GreaterThanEquals), false),
    ("Bool", Comparison::Bool, false),
    ("BinaryEquals", Comparison::Binary, false),
    ("IpAddress", Comparison::IpAddress, false),
    ("NotIpAddress", Comparison::IpAddress, true),
    ("ArnEquals", Comparison::Arn, false),
    ("ArnLike", Comparison::Arn, false),
    ("ArnNotEquals", Comparison::Arn, true),
    ("ArnNotLike", Comparison::Arn, true),
    ("Null", Comparison::Null, false),
];

impl Operator {
    /// The operator of a word, in any case: `ForAnyValue:StringLikeIfExists`.
    pub fn parse(word: &str) -> Option<Self> {
        let (set, rest) = match word.split_once(':') {
            None => (None, word),
            Some((set, rest)) if set.eq_ignore_ascii_case("ForAllValues") => (Some(Set::All), rest),
            Some((set, rest)) if set.eq_ignore_ascii_case("ForAnyValue") => (Some(Set::Any), rest),
            Some(_) => return None,
        };
        let find = |word: &str| OPERATORS.iter().find(|(known, ..)| known.eq_ignore_ascii_case(word));
        let plain = || {
            let end = rest.len().checked_sub("IfExists".len())?;
            let (plain, suffix) = rest.split_at_checked(end)?;
            // Only whether a key is there can be asked of every request.
            let found = suffix.eq_ignore_ascii_case("IfExists").then(|| find(plain))??;
            (found.1 != Comparison::Null).then_some(found)
        };
        let (found, if_exists) = find(rest).map(|found| (found, false)).or_else(|| Some((plain()?, true)))?;
        let (_, comparison, negated) = *found;
        Some(Self { word: word.to_owned(), set, comparison, negated, if_exists })
    }

    /// The words of all operators, without set and `IfExists`.
    pub fn words() -> [&'static str; OPERATORS.len()] {
        OPERATORS.map(|(word, ..)| word)
    }
}

impl Comparison {
    /// Whether policy variables are replaced in its values. AWS's page on variables leaves out `Bool`, the one on
    /// operators has it.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Boolean>
    pub(super) fn has_variables(self) -> bool {
        matches!(self, Self::String | Self::StringIgnoringCase | Self::StringLike | Self::Arn | Self::Bool)
    }

    /// Whether `*` and `?` in its values are wildcards.
    pub(super) fn has_wildcards(self) -> bool {
        matches!(self, Self::StringLike | Self::Arn)
    }

    /// Whether the value of a request matches that of a policy; nothing where the two cannot be compared.
    pub(super) fn matches(self, wanted: &[Token], given: &str) -> Option<bool> {
        match self {
            Self::String => Some(wanted.iter().copied().eq(given.chars().map(Token::Char))),
            Self::StringIgnoringCase => Some(pattern::text(wanted).to_lowercase() == given.to_lowercase()),
            Self::StringLike => Some(pattern::matches(wanted, given)),
            Self::Arn => pattern::matches_arn(wanted, given),
            Self::Numeric(relation) => {
                let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
                let order = number(given)?.partial_cmp(&number(&pattern::text(wanted))?)?;
                Some(relation.holds(order))
            }
            Self::Date(relation) => {
                Some(relation.holds(date::parse(given)?.cmp(&date::parse(&pattern::text(wanted))?)))
            }
            Self::Bool => Some(truth(given)? == truth(&pattern::text(wanted))?),
            Self::Binary => Some(pattern::text(wanted).trim_end_matches('=') == given.trim_end_matches('=')),
            Self::IpAddress => address::in_range(given, &pattern::text(wanted)),
            Self::Null => None,
        }
    }
}

/// A truth value in any case.
pub(super) fn truth(text: &str) -> Option<bool> {
    [false, true].into_iter().find(|truth| truth.to_string().eq_ignore_ascii_case(text))
}
