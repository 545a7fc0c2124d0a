//! The context of a request.

use super::policy::Text;
use crate::service::kms::MULTIVALUED_KEYS;

/// The keys and values that a request carries. The case of keys does not matter.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context(Vec<(String, Values)>);

/// What a request carries, with what AWS adds to it. What is given stands.
#[derive(Clone, Debug)]
pub struct Carried<'r> {
    pub(super) given: &'r Context,
    pub(super) added: Vec<(&'static str, Values)>,
}

/// What a key of the context holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Values {
    /// The value of a key that has one.
    One(Text),
    /// The values of a key that can have several.
    Many(Vec<Text>),
}

impl Values {
    /// One value that is known.
    pub fn one(value: impl Into<String>) -> Self {
        Self::One(Text::Known(value.into()))
    }

    /// All of the values.
    pub fn all(&self) -> &[Text] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }

    /// Whether there is nothing in it: no value, or none but the empty text.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>
    pub(super) fn is_empty(&self) -> bool {
        self.all().iter().all(|value| matches!(value, Text::Known(text) if text.is_empty()))
    }
}

impl Context {
    /// What the request has under a key.
    pub fn get(&self, key: &str) -> Option<&Values> {
        self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(key)).map(|(_, values)| values)
    }

    /// Adds a key. One that can have several values has them, if there is one only.
    pub fn insert(&mut self, key: &str, values: Values) {
        let values = match values {
            Values::One(value) if MULTIVALUED_KEYS.iter().any(|known| known.eq_ignore_ascii_case(key)) => {
                Values::Many(vec![value])
            }
            other => other,
        };
        match self.0.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(key)) {
            Some(known) => *known = (key.to_owned(), values),
            None => self.0.push((key.to_owned(), values)),
        }
    }

    /// Takes a key out.
    pub fn remove(&mut self, key: &str) {
        self.0.retain(|(known, _)| !known.eq_ignore_ascii_case(key));
    }

    /// All keys as they are written, with their values, in the order in which they were added.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Values)> {
        self.0.iter().map(|(key, values)| (key.as_str(), values))
    }

    /// The keys that begin so, without their beginning, as they are written.
    pub(super) fn below(&self, prefix: &str) -> impl Iterator<Item = (&str, &Values)> {
        self.entries().filter_map(move |(key, values)| {
            let (start, rest) = key.split_at_checked(prefix.len())?;
            start.eq_ignore_ascii_case(prefix).then_some((rest, values))
        })
    }
}

impl Carried<'_> {
    /// What is there under a key.
    pub fn get(&self, key: &str) -> Option<&Values> {
        let added = || self.added.iter().find(|(known, _)| known.eq_ignore_ascii_case(key)).map(|(_, values)| values);
        self.given.get(key).or_else(added)
    }
}
