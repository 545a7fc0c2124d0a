//! JSON values that know where they stand.

use std::fmt::{self, Display, Formatter};

use serde_json::{Map, Value};

use super::policy::Text;

/// What is wrong with a policy or request, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The place, as a JSON pointer.
    pub at: String,
    /// What is wrong.
    pub message: String,
}

impl Display for Malformed {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.at.as_str() {
            "" => f.write_str(&self.message),
            at => write!(f, "{at}: {}", self.message),
        }
    }
}

/// A JSON value, and where it stands.
pub(super) struct Spot<'j> {
    pub(super) json: &'j Value,
    pub(super) at: String,
}

impl<'j> Spot<'j> {
    pub(super) fn new(json: &'j Value) -> Self {
        Self { json, at: String::new() }
    }

    fn inner(&self, json: &'j Value, step: &str) -> Self {
        Self { json, at: format!("{}/{}", self.at, step.replace('~', "~0").replace('/', "~1")) }
    }

    /// The value under a key; `null` is nothing.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        let value = self.json.get(key).filter(|value| !value.is_null())?;
        Some(self.inner(value, key))
    }

    /// The value under a key that has to be there.
    pub(super) fn required(&self, key: &str, found: &mut Vec<Malformed>) -> Option<Self> {
        let value = self.get(key);
        if value.is_none() {
            found.push(self.wrong(format!("there is no `{key}`")));
        }
        value
    }

    /// The entries of a map.
    pub(super) fn entries(&self, found: &mut Vec<Malformed>) -> Vec<(&'j str, Self)> {
        let Value::Object(entries) = self.json else {
            found.push(self.expected("a map"));
            return Vec::new();
        };
        entries.iter().map(|(key, value)| (key.as_str(), self.inner(value, key))).collect()
    }

    /// The elements of a list.
    pub(super) fn elements(&self, found: &mut Vec<Malformed>) -> Vec<Self> {
        let Value::Array(elements) = self.json else {
            found.push(self.expected("a list"));
            return Vec::new();
        };
        elements.iter().enumerate().map(|(at, one)| self.inner(one, &at.to_string())).collect()
    }

    /// The elements of a list, or the one value in place of a list.
    pub(super) fn one_or_many(self, found: &mut Vec<Malformed>) -> Vec<Self> {
        if self.json.is_array() { self.elements(found) } else { vec![self] }
    }

    /// A text that has to be known.
    pub(super) fn string(&self, found: &mut Vec<Malformed>) -> Option<&'j str> {
        let text = self.json.as_str();
        if text.is_none() {
            found.push(self.expected("a text"));
        }
        text
    }

    /// A text; a number or truth value is the text that it is written as, and a map is a function that nobody resolved.
    pub(super) fn text(&self, found: &mut Vec<Malformed>) -> Option<Text> {
        match self.json {
            Value::String(text) => Some(Text::Known(text.clone())),
            Value::Number(number) => Some(Text::Known(number.to_string())),
            Value::Bool(truth) => Some(Text::Known(truth.to_string())),
            Value::Object(_) => Some(Text::Unknown),
            Value::Null | Value::Array(_) => {
                found.push(self.expected("a text"));
                None
            }
        }
    }

    /// A text, or a list of texts.
    pub(super) fn texts(self, found: &mut Vec<Malformed>) -> Vec<Text> {
        self.one_or_many(found).iter().filter_map(|one| one.text(found)).collect()
    }

    /// Whether this is a function of CloudFormation: a map of one entry that is called like one.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>
    pub(super) fn is_function(&self) -> bool {
        let named = |entries: &Map<String, Value>| {
            entries.len() == 1 && entries.keys().all(|key| key == "Ref" || key.starts_with("Fn::"))
        };
        self.json.as_object().is_some_and(named)
    }

    pub(super) fn wrong(&self, message: impl Into<String>) -> Malformed {
        Malformed { at: self.at.clone(), message: message.into() }
    }

    pub(super) fn expected(&self, what: &str) -> Malformed {
        let given = match self.json {
            Value::Null => "nothing".to_owned(),
            Value::Array(_) => "a list".to_owned(),
            Value::Object(_) => "a map".to_owned(),
            scalar => format!("`{}`", scalar.as_str().map_or_else(|| scalar.to_string(), str::to_owned)),
        };
        self.wrong(format!("expected {what}, found {given}"))
    }

    /// Reports the keys of a map that are not among these.
    pub(super) fn only(&self, allowed: &[&str], found: &mut Vec<Malformed>) {
        for (key, spot) in self.entries(found) {
            if !allowed.contains(&key) {
                found.push(spot.wrong(super::unknown_word("key", key, allowed)));
            }
        }
    }
}
