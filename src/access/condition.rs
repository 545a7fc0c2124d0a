//! Whether a test of a condition holds.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html>

use super::context::Values;
use super::operator::{Comparison, Operator, Set, truth};
use super::policy::{Test, Text};
use super::truth::Truth;
use super::variable::{Texts, Unresolved};
use crate::name::pattern::Token;

impl Test {
    /// Whether it holds for a request.
    pub(super) fn holds(&self, texts: &Texts<'_>) -> Truth {
        let Self::Compare { operator, key, values } = self else { return Truth::Unknown };
        // A key that has been looked for may still hold nothing.
        let given = texts.context.get(key).filter(|given| operator.sees(given));
        if operator.comparison == Comparison::Null {
            return Truth::any(values.iter().map(|wanted| match wanted {
                Text::Unknown => Truth::Unknown,
                Text::Known(wanted) => (truth(wanted) == Some(given.is_none())).into(),
            }));
        }
        let Some(given) = given else { return operator.without_key().into() };
        let matches = |given: &Text| operator.accepts(values, given, texts);
        match (operator.set, given) {
            (Some(Set::All), given) => Truth::all(given.all().iter().map(matches)),
            (Some(Set::Any), given) => Truth::any(given.all().iter().map(matches)),
            (None, Values::One(given)) => matches(given),
            // "Multivalued context keys require a condition set operator."
            (None, Values::Many(_)) => Truth::False,
        }
    }
}

impl Operator {
    /// Whether what a key holds is a value to it: for set operators, and for the test whether there is one, nothing
    /// but empty texts is none.
    fn sees(&self, given: &Values) -> bool {
        let by_set = self.set.is_some() || self.comparison == Comparison::Null;
        !(given.is_empty() && (by_set || given.all().is_empty()))
    }

    /// Whether a request passes that does not have the key.
    fn without_key(&self) -> bool {
        self.if_exists
            || match self.set {
                Some(Set::All) => true,
                Some(Set::Any) => false,
                None => self.negated,
            }
    }

    /// Whether the value of a request matches one of a policy's; for operators that negate, none of them. A value that
    /// cannot be compared, such as one with a variable that the request does not have, matches nothing either way: it
    /// "causes the statement to be invalid".
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable>
    fn accepts(&self, wanted: &[Text], given: &Text, texts: &Texts<'_>) -> Truth {
        if !self.negated && wanted.iter().any(|wanted| wanted == given && self.is_plain(wanted)) {
            return Truth::True;
        }
        let compared = wanted.iter().map(|wanted| self.compare(wanted, given, texts));
        match self.negated {
            false => Truth::any(compared.map(|compared| compared.unwrap_or(Truth::False))),
            true => Truth::all(compared.map(|compared| compared.map_or(Truth::False, |matches| !matches))),
        }
    }

    /// Whether a value matches itself and has nothing in it that stands for something else, so that the same text is a
    /// match: that is how most are, of lists that can be long.
    fn is_plain(&self, wanted: &Text) -> bool {
        let Text::Known(wanted) = wanted else { return false };
        let is_text = match self.comparison {
            Comparison::String | Comparison::StringLike => true,
            Comparison::Arn => wanted.starts_with("arn:") && wanted.splitn(6, ':').count() == 6,
            _ => false,
        };
        is_text && !wanted.contains(['*', '?', '$'])
    }

    /// Whether two values match; nothing where they cannot be compared.
    fn compare(&self, wanted: &Text, given: &Text, texts: &Texts<'_>) -> Option<Truth> {
        let (Text::Known(wanted), Text::Known(given)) = (wanted, given) else { return Some(Truth::Unknown) };
        let wildcards = self.comparison.has_wildcards();
        let wanted = if self.comparison.has_variables() {
            match texts.replaced(wanted, wildcards) {
                Ok(wanted) => wanted,
                Err(Unresolved::Unknown) => return Some(Truth::Unknown),
                Err(Unresolved::Missing) => return None,
            }
        } else {
            wanted.chars().map(Token::Char).collect()
        };
        self.comparison.matches(&wanted, given).map(Truth::from)
    }
}
