//! A value of a template, with CloudFormation's functions as variants.

use serde_json::Number;

use super::Map;

/// A value of a template.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`
    Null,
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// A map.
    Map(Map),
    /// What identifies a resource, or the value of a parameter.
    Ref(String),
    /// An attribute of a resource.
    GetAtt(Box<str>, Box<str>),
    /// Text with `${…}` for references; the map holds values for names of its own, if there are any.
    Sub(Box<str>, Option<Box<Map>>),
    /// Any other function and its argument.
    Call(Function, Box<Value>),
}

/// A function of CloudFormation, by its name without `Fn::`.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Function(&'static str);

const FUNCTIONS: &[&str] = &[
    "And",
    "Base64",
    "Cidr",
    "Equals",
    "FindInMap",
    "ForEach",
    "GetAZs",
    "GetStackOutput",
    "If",
    "ImportValue",
    "Join",
    "Length",
    "Not",
    "Or",
    "Select",
    "Split",
    "ToJsonString",
    "Transform",
];

impl Function {
    /// A value that another stack of the account and region exports.
    pub const IMPORT_VALUE: Function = Function("ImportValue");
    /// An output of a stack in any region or account.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getstackoutput.html>
    pub const GET_STACK_OUTPUT: Function = Function("GetStackOutput");
    /// Texts, put together.
    pub const JOIN: Function = Function("Join");
    /// Whether a condition holds, which is written without `Fn::`.
    pub const CONDITION: Function = Function("Condition");

    /// The function of this name, if there is one.
    pub fn find(name: &str) -> Option<Self> {
        FUNCTIONS.iter().find(|known| **known == name).map(|known| Self(known))
    }

    /// Its name without `Fn::`, which is its short YAML tag without `!`.
    pub fn name(self) -> &'static str {
        self.0
    }

    /// Its name as a key.
    pub fn key(self) -> String {
        if self == Self::CONDITION { self.0.to_owned() } else { format!("Fn::{}", self.0) }
    }
}

impl Value {
    /// Calls `each` for every logical id or parameter that the value refers to, whatever function does so.
    pub fn references(&self, each: &mut impl FnMut(&str)) {
        match self {
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
            Value::List(items) => items.iter().for_each(|item| item.references(each)),
            Value::Map(entries) => entries.values().for_each(|value| value.references(each)),
            Value::Ref(id) => each(id),
            Value::GetAtt(id, _) => each(id),
            Value::Sub(text, variables) => {
                let own = |name: &str| variables.as_ref().is_some_and(|variables| variables.contains_key(name));
                for name in substituted(text).filter(|name| !own(name)) {
                    each(name.split('.').next().unwrap_or(name));
                }
                variables.iter().flat_map(|variables| variables.values()).for_each(|value| value.references(each));
            }
            Value::Call(_, argument) => argument.references(each),
        }
    }
}

/// The names between `${` and `}` in a text for `Fn::Sub`; `${!` stands for itself.
fn substituted(text: &str) -> impl Iterator<Item = &str> {
    text.split("${").skip(1).filter(|rest| !rest.starts_with('!')).filter_map(|rest| Some(rest.split_once('}')?.0))
}
