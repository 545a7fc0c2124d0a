//! Filters of subscriptions: which messages a subscriber gets.

use std::net::IpAddr;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Number, Value as Json};

use crate::cfn::sns::FilterScope;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::document::Spanned;

/// Conditions by the attribute, or the field of the message, that they are about, as SNS writes them.
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html>
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Filter(pub IndexMap<Spanned<String>, Spanned<Json>>);

/// The name in whose place filters stand of which one has to let a message through.
/// <https://docs.aws.amazon.com/sns/latest/dg/and-or-logic.html>
const OR: &str = "$or";

/// The most names of a filter, without those within them, and the most combinations of conditions.
/// <https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html>
const MOST_NAMES: usize = 5;
const MOST_COMBINATIONS: usize = 150;

/// What a number can be compared with lies between this and its negative.
const LARGEST: f64 = 1e9;

/// The operators of conditions.
/// <https://docs.aws.amazon.com/sns/latest/dg/string-value-matching.html>,
/// <https://docs.aws.amazon.com/sns/latest/dg/numeric-value-matching.html>,
/// <https://docs.aws.amazon.com/sns/latest/dg/attribute-key-matching.html>
const OPERATORS: &[&str] = &["prefix", "suffix", "equals-ignore-case", "anything-but", "numeric", "exists", "cidr"];

impl Filter {
    /// The filter as SNS takes it.
    ///
    /// # Errors
    /// What SNS would refuse; `at` is where the filter stands.
    pub(super) fn lower(&self, scope: FilterScope, at: Span, found: &mut Diagnostics) -> Json {
        if let Some((name, _)) = self.0.get_index(MOST_NAMES) {
            let message = format!("a filter has at most {MOST_NAMES} names");
            found.push(Diagnostic::error(Code::LimitExceeded, name.span, message));
        }
        let mut combinations = 1;
        let tests = self.0.iter().map(|(name, test)| {
            let mut reader = Reader { scope, at: test.span, combinations, found };
            let test = reader.test(&name.value, &test.value, 1);
            combinations = reader.combinations;
            (name.value.clone(), test)
        });
        let tests: Map<String, Json> = tests.collect();
        if combinations > MOST_COMBINATIONS {
            let message = format!(
                "a filter has at most {MOST_COMBINATIONS} combinations of conditions, this one has {combinations}"
            );
            let hint = "the conditions of all names are multiplied, each by how deep it stands";
            found.push(Diagnostic::error(Code::LimitExceeded, at, message).hint(hint));
        }
        Json::Object(tests)
    }
}

/// Reads the test of one name, and counts the combinations of conditions.
struct Reader<'f> {
    scope: FilterScope,
    at: Span,
    combinations: usize,
    found: &'f mut Diagnostics,
}

impl Reader<'_> {
    fn refuse(&mut self, message: impl Into<String>) {
        self.found.push(Diagnostic::error(Code::InvalidValue, self.at, message.into()));
    }

    /// A name and what it has to be like.
    fn test(&mut self, name: &str, test: &Json, depth: usize) -> Json {
        if name == "Ref" || name.starts_with("Fn::") {
            self.refuse(format!("CloudFormation would read `{name}` as one of its functions"));
        }
        match test {
            Json::Array(filters) if name == OR => self.any(filters, depth),
            Json::Array(conditions) if !conditions.is_empty() => {
                self.combinations = self.combinations.saturating_mul(conditions.len()).saturating_mul(depth);
                conditions.iter().map(|condition| self.condition(condition)).collect()
            }
            Json::Object(_) if self.scope == FilterScope::Attributes => {
                self.refuse(format!(
                    "nothing lies within the attribute `{name}`: `filter-scope: body` looks at fields"
                ));
                test.clone()
            }
            Json::Object(fields) => self.all(fields, depth + 1),
            _ => {
                self.refuse(format!("`{name}` needs a list of conditions"));
                test.clone()
            }
        }
    }

    /// Tests of which all have to hold.
    fn all(&mut self, fields: &Map<String, Json>, depth: usize) -> Json {
        let fields = fields.iter().map(|(name, test)| (name.clone(), self.test(name, test, depth)));
        Json::Object(fields.collect())
    }

    /// Filters of which one has to let a message through: their combinations add up.
    fn any(&mut self, filters: &[Json], depth: usize) -> Json {
        let before = self.combinations;
        let mut sum = 0_usize;
        let filters = filters.iter().map(|filter| {
            let Json::Object(fields) = filter else {
                self.refuse(format!("`{OR}` needs a list of filters"));
                return filter.clone();
            };
            self.combinations = before;
            let filter = self.all(fields, depth);
            sum = sum.saturating_add(self.combinations);
            filter
        });
        let filters = filters.collect();
        self.combinations = sum;
        filters
    }

    /// A value, or an operator with what it compares.
    fn condition(&mut self, condition: &Json) -> Json {
        let operator = match condition {
            Json::Array(_) => None,
            Json::Object(operator) => operator.iter().next().filter(|_| operator.len() == 1),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => return condition.clone(),
        };
        let Some((name, operand)) = operator else {
            self.refuse("a condition is a value, or one operator such as `{ prefix: order- }`");
            return condition.clone();
        };
        let (fits, expected) = match name.as_str() {
            "prefix" | "suffix" | "equals-ignore-case" => (operand.is_string(), "a text"),
            "exists" => (operand.is_boolean(), "`true` or `false`"),
            "anything-but" => (is_exception(operand), "a value, a list of values, or `{ prefix: … }`"),
            "cidr" => (operand.as_str().is_some_and(is_block), "addresses such as `10.0.0.0/24`"),
            "numeric" => match numbers(operand) {
                Some(terms) => return Map::from_iter([(name.clone(), terms)]).into(),
                None => (false, "a comparison such as `['>=', 10]`, or two such as `['>', 0, '<=', 10]`"),
            },
            _ => {
                let message = format!("`{name}` is not an operator of filters");
                let diagnostic = Diagnostic::error(Code::InvalidValue, self.at, message);
                self.found.push(diagnostic.nearest(name, OPERATORS.iter().copied()));
                return condition.clone();
            }
        };
        if !fits {
            self.refuse(format!("`{name}` needs {expected}"));
        }
        condition.clone()
    }
}

/// Whether this is what a value can be excepted by.
fn is_exception(operand: &Json) -> bool {
    let scalar = |value: &Json| value.is_string() || value.is_number();
    match operand {
        Json::Array(values) => !values.is_empty() && values.iter().all(scalar),
        Json::Object(prefix) => prefix.len() == 1 && prefix.get("prefix").is_some_and(Json::is_string),
        value => scalar(value),
    }
}

/// Whether this is an address and how many of its bits count.
fn is_block(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else { return false };
    let most = match address.parse() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    bits.parse::<u8>().is_ok_and(|bits| bits <= most)
}

/// One comparison with a number, or a lower and an upper bound. Unlike elsewhere in stack files, a number may have
/// digits behind its point here.
fn numbers(operand: &Json) -> Option<Json> {
    let decimal = |text: &str| text.parse::<f64>().ok().and_then(Number::from_f64).map(Json::Number);
    let terms = operand.as_array()?.iter().map(|term| term.as_str().and_then(decimal).unwrap_or_else(|| term.clone()));
    let terms: Vec<Json> = terms.collect();
    let number = |term: &Json| term.as_f64().filter(|number| number.abs() <= LARGEST);
    let compares = |term: &Json, by: &[&str]| term.as_str().is_some_and(|text| by.contains(&text));
    let fits = match terms.as_slice() {
        [by, one] => compares(by, &["=", "<", "<=", ">", ">="]) && number(one).is_some(),
        [from, low, to, high] => {
            let order = number(low).zip(number(high)).is_some_and(|(low, high)| low < high);
            compares(from, &[">", ">="]) && compares(to, &["<", "<="]) && order
        }
        _ => false,
    };
    fits.then(|| Json::Array(terms))
}
