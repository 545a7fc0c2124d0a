//! Values that are known now, or that CloudFormation computes.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use crate::name::{AccountId, LogicalId, Name, Region};

/// The newtype name under which an [`Expr`] announces itself to the lowering serializer.
pub const EXPR: &str = "$synth::Expr";

/// A value of type `T`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Val<T> {
    /// Known now.
    Known(T),
    /// Computed by CloudFormation when it deploys.
    Deferred(Expr),
}

/// A text that CloudFormation puts together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expr(Vec<Part>);

/// A part of such a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text as it is.
    Text(String),
    /// Something that CloudFormation knows of the stack.
    Pseudo(Pseudo),
    /// The region of a target whose region is known: printed as a pseudo parameter in templates for that region.
    Region(Region),
    /// What `Ref` gives for a resource.
    Ref(ResourceId),
    /// An attribute of a resource, as `Fn::GetAtt` gives it.
    Attribute(ResourceId, Cow<'static, str>),
    /// A value that a stack of the same account and region exports under a name.
    Import(String),
    /// An output of a stack outside of these.
    Output(StackOutput),
    /// No text: whoever holds the value waits for the resource, and for what makes it usable.
    After(ResourceId),
}

/// An output of a stack outside of these, in any region or account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackOutput {
    /// The CloudFormation stack.
    pub stack: String,
    /// The output.
    pub output: String,
    /// Its region, if that is another.
    pub region: Option<Region>,
    /// The role that may look at it, if it is in another account.
    pub role: Option<String>,
}

/// What CloudFormation knows of the stack that it deploys.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pseudo {
    /// The account.
    AccountId,
    /// The partition: `aws`, `aws-cn`, `aws-us-gov`.
    Partition,
    /// The region.
    Region,
    /// The domain of the partition: `amazonaws.com`, `amazonaws.com.cn`.
    UrlSuffix,
}

impl Pseudo {
    /// Its name in a template.
    pub fn name(self) -> &'static str {
        match self {
            Self::AccountId => "AWS::AccountId",
            Self::Partition => "AWS::Partition",
            Self::Region => "AWS::Region",
            Self::UrlSuffix => "AWS::URLSuffix",
        }
    }
}

/// A stack instance, by its number in the run: a stack in one environment and region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct InstanceId(pub u32);

/// A resource of a run: the stack instance it belongs to, and its id in there.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct ResourceId {
    /// The stack instance.
    pub instance: InstanceId,
    /// The id within its template.
    pub logical: LogicalId,
}

impl Expr {
    /// Its parts, in order.
    pub fn parts(&self) -> &[Part] {
        &self.0
    }
}

impl Val<String> {
    /// Puts texts together; what is known folds into one text.
    pub fn concat(texts: impl IntoIterator<Item = Val<String>>) -> Self {
        let mut parts: Vec<Part> = Vec::new();
        for text in texts {
            let more = match text {
                Val::Known(text) => vec![Part::Text(text)],
                Val::Deferred(Expr(parts)) => parts,
            };
            for part in more {
                match (parts.last_mut(), part) {
                    (_, Part::Text(text)) if text.is_empty() => {}
                    (Some(Part::Text(before)), Part::Text(text)) => before.push_str(&text),
                    (_, part) => parts.push(part),
                }
            }
        }
        match parts.as_mut_slice() {
            [] => Val::Known(String::new()),
            [Part::Text(text)] => Val::Known(std::mem::take(text)),
            _ => Val::Deferred(Expr(parts)),
        }
    }

    /// Puts texts together with another between each two.
    pub fn join(texts: impl IntoIterator<Item = Val<String>>, between: &str) -> Self {
        let mut all = Vec::new();
        for text in texts {
            if !all.is_empty() {
                all.push(between.into());
            }
            all.push(text);
        }
        Self::concat(all)
    }

    /// This text as it would read with the longest account and region: what length limits are checked against.
    pub fn longest(&self) -> String {
        self.read(|pseudo| match pseudo {
            Pseudo::AccountId => "0".repeat(AccountId::DIGITS),
            Pseudo::Region => "x".repeat(Region::LONGEST),
            Pseudo::Partition | Pseudo::UrlSuffix => String::new(), // neither comes into a name
        })
    }

    /// This text with pseudo parameters for what is known only at deployment: what names are compared by.
    pub fn symbolic(&self) -> String {
        self.read(|pseudo| format!("${{{}}}", pseudo.name()))
    }

    fn read(&self, pseudo: impl Fn(Pseudo) -> String) -> String {
        match self {
            Val::Known(text) => text.clone(),
            Val::Deferred(Expr(parts)) => {
                let read = |part: &Part| match part {
                    Part::Text(text) => text.clone(),
                    Part::Region(region) => region.to_string(),
                    Part::Pseudo(place) => pseudo(*place),
                    // None of these comes into a name.
                    Part::Ref(_) | Part::Attribute(..) | Part::Import(_) | Part::Output(_) | Part::After(_) => {
                        String::new()
                    }
                };
                parts.iter().map(read).collect()
            }
        }
    }
}

impl<T> Val<T> {
    /// The value, if it is known now.
    pub fn known(&self) -> Option<&T> {
        match self {
            Val::Known(value) => Some(value),
            Val::Deferred(_) => None,
        }
    }

    /// The value as another type, where it is known.
    pub fn map<U>(self, known: impl FnOnce(T) -> U) -> Val<U> {
        match self {
            Val::Known(value) => Val::Known(known(value)),
            Val::Deferred(expr) => Val::Deferred(expr),
        }
    }

    /// What a resource's `Ref` gives.
    pub(crate) fn reference(id: ResourceId) -> Self {
        Val::Deferred(Expr(vec![Part::Ref(id)]))
    }

    /// An attribute of a resource.
    pub(crate) fn attribute(id: ResourceId, name: impl Into<Cow<'static, str>>) -> Self {
        Val::Deferred(Expr(vec![Part::Attribute(id, name.into())]))
    }
}

impl Val<String> {
    /// This text as a physical name, which a rule has accepted at its longest.
    pub(crate) fn into_name(self) -> Val<Name> {
        match self {
            Val::Known(text) => Val::Known(Name::checked(text)),
            Val::Deferred(expr) => Val::Deferred(expr),
        }
    }
}

impl<T: Into<String>> Val<T> {
    /// The same value as plain text.
    pub fn text(self) -> Val<String> {
        match self {
            Val::Known(value) => Val::Known(value.into()),
            Val::Deferred(expr) => Val::Deferred(expr),
        }
    }
}

impl From<&str> for Val<String> {
    fn from(text: &str) -> Self {
        Val::Known(text.to_owned())
    }
}

impl From<String> for Val<String> {
    fn from(text: String) -> Self {
        Val::Known(text)
    }
}

impl<T> From<Pseudo> for Val<T> {
    fn from(pseudo: Pseudo) -> Self {
        Val::Deferred(Expr(vec![Part::Pseudo(pseudo)]))
    }
}

impl<T> From<Part> for Val<T> {
    fn from(part: Part) -> Self {
        Val::Deferred(Expr(vec![part]))
    }
}

/// Each part is a tuple: its variant's name, then what the variant holds.
impl Serialize for Part {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Part::Text(text) => ("Text", text).serialize(serializer),
            Part::Pseudo(pseudo) => ("Pseudo", pseudo.name()).serialize(serializer),
            Part::Region(region) => ("Region", region.as_str()).serialize(serializer),
            Part::Ref(of) => ("Ref", of.instance, &of.logical).serialize(serializer),
            Part::Attribute(of, name) => ("Attribute", of.instance, &of.logical, name).serialize(serializer),
            Part::Import(name) => ("Import", name).serialize(serializer),
            Part::Output(StackOutput { stack, output, region, role }) => {
                let region = region.as_ref().map_or("", Region::as_str);
                ("Output", stack, output, region, role.as_deref().unwrap_or_default()).serialize(serializer)
            }
            Part::After(of) => ("After", of.instance, &of.logical).serialize(serializer),
        }
    }
}

impl<T: Serialize> Serialize for Val<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Val::Known(value) => value.serialize(serializer),
            Val::Deferred(Expr(parts)) => serializer.serialize_newtype_struct(EXPR, parts),
        }
    }
}
