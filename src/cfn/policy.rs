//! Policy documents, as IAM defines them.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

use std::borrow::Cow;
use std::collections::HashMap;

use indexmap::IndexMap;
use serde::{Serialize, Serializer, ser::SerializeMap};

use super::resource::{Arn, account, global_arn};
use super::value::Val;
use crate::name::Target;

/// A policy: of a key, a topic, a role.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PolicyDocument {
    version: Version,
    /// Its statements, in the order in which a reader should meet them.
    pub statement: Vec<Statement>,
}

/// The only version of the policy language that has policy variables and is not legacy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
enum Version {
    #[default]
    #[serde(rename = "2012-10-17")]
    V2012,
}

impl PolicyDocument {
    /// A policy of these statements. Ids have to be unique in a policy: one that comes again, as when two stacks have
    /// a construct of the same path, gets a number.
    pub fn new(mut statement: Vec<Statement>) -> Self {
        let mut seen: HashMap<String, usize> = HashMap::new();
        for statement in &mut statement {
            let count = seen.entry(statement.sid.clone()).or_default();
            *count += 1;
            if *count > 1 {
                statement.sid = format!("{}Number{count}", statement.sid);
            }
        }
        Self { version: Version::V2012, statement }
    }
}

/// One rule of a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Statement {
    /// Why the statement is there; unique in its policy, letters and digits only.
    pub sid: String,
    /// Whether it allows or denies.
    pub effect: Effect,
    /// Whom it is about; absent in identity policies, which are about their holder.
    pub principal: Option<Principal>,
    /// What may or may not be done.
    pub action: OneOrAll<Cow<'static, str>>,
    /// On what; absent in trust policies, which are about the role they belong to.
    pub resource: Option<OneOrAll<Arn>>,
    /// When.
    pub condition: Option<Condition>,
}

/// Whether a statement allows or denies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the policy language's own two words")]
pub enum Effect {
    Allow,
    Deny,
}

/// An action, such as `kms:Decrypt`; a `*` may end it where the action stands in a resource policy.
pub type Action = &'static str;

/// Whom a statement of a resource policy is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// Everybody: for statements that deny.
    Everyone,
    /// Every identity of an account, so far as its identity policies allow it. Roles are named in a condition on
    /// `aws:PrincipalArn`: a policy that names a role that does not exist yet is refused.
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html>
    Account(Val<String>),
    /// Those of several accounts.
    Accounts(Vec<Val<String>>),
    /// An AWS service, acting for itself.
    Service(Vec<Val<String>>),
    /// Whom an identity provider knows, by the provider's ARN: for trust policies.
    Federated(Val<String>),
}

impl Principal {
    /// The account of a target.
    pub fn account(at: &Target) -> Self {
        Self::Account(global_arn("iam", at, "root"))
    }
}

impl Serialize for Principal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        match self {
            Self::Everyone => map.serialize_entry("AWS", "*")?,
            Self::Account(arn) => map.serialize_entry("AWS", arn)?,
            Self::Accounts(arns) => map.serialize_entry("AWS", &OneOrAll(arns.clone()))?,
            Self::Federated(provider) => map.serialize_entry("Federated", provider)?,
            Self::Service(principals) => map.serialize_entry("Service", &OneOrAll(principals.clone()))?,
        }
        map.end()
    }
}

/// A list that is printed as its element where it has only one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneOrAll<T>(pub Vec<T>);

impl<T: Serialize> Serialize for OneOrAll<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [one] => one.serialize(serializer),
            all => all.serialize(serializer),
        }
    }
}

impl<T> From<Vec<T>> for OneOrAll<T> {
    fn from(all: Vec<T>) -> Self {
        Self(all)
    }
}

/// How a condition compares.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Operator(Cow<'static, str>);

#[expect(missing_docs, reason = "the policy language's own words")]
#[expect(non_upper_case_globals, reason = "the policy language's own words")]
impl Operator {
    pub const StringEquals: Self = Self(Cow::Borrowed("StringEquals"));
    pub const StringNotEquals: Self = Self(Cow::Borrowed("StringNotEquals"));
    pub const StringLike: Self = Self(Cow::Borrowed("StringLike"));
    pub const ArnEquals: Self = Self(Cow::Borrowed("ArnEquals"));
    pub const ArnNotEquals: Self = Self(Cow::Borrowed("ArnNotEquals"));
    pub const ArnLike: Self = Self(Cow::Borrowed("ArnLike"));
    pub const Bool: Self = Self(Cow::Borrowed("Bool"));
    pub const Null: Self = Self(Cow::Borrowed("Null"));
    pub const NumericLessThan: Self = Self(Cow::Borrowed("NumericLessThan"));
    pub const ForAnyValueStringEquals: Self = Self(Cow::Borrowed("ForAnyValue:StringEquals"));

    /// One that users wrote. It is the same as ours of the same word, so that no condition has one twice.
    pub fn written(word: &str) -> Self {
        Self(Cow::Owned(word.to_owned()))
    }
}

impl Serialize for Operator {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// When a statement applies: all of its tests must hold; of a test's values, one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Condition(IndexMap<Operator, IndexMap<String, OneOrAll<Val<String>>>>);

impl Condition {
    /// Adds a test; values that are known and already there are not added again.
    #[must_use]
    pub fn and(mut self, operator: Operator, key: &str, values: impl IntoIterator<Item = Val<String>>) -> Self {
        let all = self.0.entry(operator).or_default().entry(key.to_owned()).or_insert_with(|| Vec::new().into());
        for value in values {
            if !all.0.contains(&value) {
                all.0.push(value);
            }
        }
        self
    }

    /// The caller is one of these roles or users; a `*` in one makes it a pattern.
    #[must_use]
    pub fn caller(self, arns: impl IntoIterator<Item = Val<String>>) -> Self {
        let arns: Vec<Val<String>> = arns.into_iter().collect();
        let pattern = arns.iter().any(|arn| arn.longest().contains('*'));
        let operator = if pattern { Operator::ArnLike } else { Operator::ArnEquals };
        self.and(operator, "aws:PrincipalArn", arns)
    }

    /// The tests of both.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        for (operator, tests) in other.0 {
            for (key, values) in tests {
                self = self.and(operator.clone(), &key, values.0);
            }
        }
        self
    }

    /// The calling service acts for this account.
    #[must_use]
    pub fn source_account(self, at: &Target) -> Self {
        self.and(Operator::StringEquals, "aws:SourceAccount", [account(at)])
    }

    /// The condition, unless it tests nothing.
    pub fn some(self) -> Option<Self> {
        (!self.0.is_empty()).then_some(self)
    }
}

impl Statement {
    /// A statement that allows.
    pub fn allow(sid: impl Into<String>, actions: Vec<Action>, resources: Vec<Arn>) -> Self {
        let resource = (!resources.is_empty()).then(|| resources.into());
        Self {
            sid: sid.into(),
            effect: Effect::Allow,
            principal: None,
            action: OneOrAll(actions.into_iter().map(Cow::Borrowed).collect()),
            resource,
            condition: None,
        }
    }

    /// The same statement, denying.
    #[must_use]
    pub fn deny(self) -> Self {
        Self { effect: Effect::Deny, ..self }
    }

    /// The same statement about a principal.
    #[must_use]
    pub fn to(self, principal: Principal) -> Self {
        Self { principal: Some(principal), ..self }
    }

    /// The same statement under a condition.
    #[must_use]
    pub fn when(self, condition: Condition) -> Self {
        Self { condition: condition.some(), ..self }
    }
}
