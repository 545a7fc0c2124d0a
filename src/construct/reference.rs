//! References between constructs, as users write them.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Deserialize, Deserializer};

use crate::cfn::Resource;
use crate::diagnostic::{Span, nearest};
use crate::document::Spanned;
use crate::name::{LogicalId, Path, Region, text_type};

/// `scope/id` in the same stack, `stack:scope/id` in another; `@region` behind it where that stack has several.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reference {
    /// The other stack.
    pub stack: Option<Arc<str>>,
    /// The construct.
    pub path: Path,
    /// The number of a key in a pool, counted from 1.
    pub member: Option<u32>,
    /// Its region, where the stack has several.
    pub region: Option<Region>,
}

impl Reference {
    /// The reference, if the text has the form of one.
    pub fn new(text: &str) -> Option<Self> {
        let (stack, rest) = match text.split_once(':') {
            Some((stack, rest)) => (Some(stack), rest),
            None => (None, text),
        };
        let (path, region) = match rest.split_once('@') {
            Some((path, region)) => (path, Some(Region::new(region)?)),
            None => (rest, None),
        };
        let (path, member) = match path.split_once('[') {
            Some((path, number)) => (path, Some(number.strip_suffix(']')?.parse().ok()?)),
            None => (path, None),
        };
        let path = Path::new(path)?;
        stack.is_none_or(Path::accepts).then(|| Self { stack: stack.map(Into::into), path, member, region })
    }

    /// What is probably meant by a text that is no reference.
    fn mend(text: &str) -> Option<String> {
        if let Some((reference, _)) = text.split_once('.').filter(|(reference, _)| Self::new(reference).is_some()) {
            return Some(format!("the construct is meant, not one of its attributes: `{reference}`"));
        }
        if text.starts_with("arn:") || text.starts_with(ALIAS) {
            let given = if text.starts_with(ALIAS) { "alias" } else { "arn" };
            return Some(format!("a key outside of these stacks is an `ImportedKey: {{ {given}: {text} }}`"))
                .filter(|_| given == "alias" || text.split(':').nth(2) == Some("kms"));
        }
        Path::accepts(text).then(|| format!("its scope stands before it: `<scope>/{text}`"))
    }
}

/// What the names of all aliases begin with.
pub(super) const ALIAS: &str = "alias/";

text_type!(
    Reference,
    "a reference: `scope/id` in this stack, `stack:scope/id` in another",
    r"^([a-z][a-z0-9-]*:)?[a-z][a-z0-9-]*/[a-z][a-z0-9-]*(\[\d+\])?(@[a-z0-9-]+)?$",
    Reference::mend
);

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(stack) = &self.stack {
            write!(f, "{stack}:")?;
        }
        write!(f, "{}", self.path)?;
        if let Some(member) = self.member {
            write!(f, "[{member}]")?;
        }
        self.region.as_ref().map_or(Ok(()), |region| write!(f, "@{region}"))
    }
}

/// A reference to a construct that makes a resource of type `R`.
#[derive(Debug)]
pub struct To<R> {
    pub(super) reference: Spanned<Reference>,
    of: PhantomData<fn() -> R>,
}

/// A construct of any kind.
#[derive(Debug)]
pub enum Any {}

/// A pool of keys, of which each stands wherever a key does.
#[derive(Debug)]
pub enum Pool {}

impl<R> To<R> {
    /// A reference whose construct makes an `R`, as far as its writer knows.
    pub(crate) fn new(reference: Spanned<Reference>) -> Self {
        Self { reference, of: PhantomData }
    }

    /// Where it was written.
    pub fn span(&self) -> Span {
        self.reference.span
    }

    /// Whether it names a member of a pool.
    pub fn names_member(&self) -> bool {
        self.reference.value.member.is_some()
    }

    /// Whether both name the same construct, whatever they take it for.
    pub fn names_the_same<S>(&self, other: &To<S>) -> bool {
        self.reference.value == other.reference.value
    }

    /// The construct's path as part of a logical id: `messaging/inbound-sms` is `MessagingInboundSms`,
    /// and `wallets/pool[3]` is `WalletsPool3`.
    pub fn pascal(&self) -> String {
        let member = self.reference.value.member.map_or(String::new(), |number| number.to_string());
        LogicalId::of(&self.reference.value.path, &member).as_str().to_owned()
    }
}

impl<R> fmt::Display for To<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reference.value.fmt(f)
    }
}

impl<R> Clone for To<R> {
    fn clone(&self) -> Self {
        Self::new(self.reference.clone())
    }
}

/// Two references are the same when they name the same construct, wherever they stand.
impl<R> PartialEq for To<R> {
    fn eq(&self, other: &Self) -> bool {
        self.reference.value == other.reference.value
    }
}

impl<R> Eq for To<R> {}

impl<R> Hash for To<R> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.reference.value.hash(state);
    }
}

impl<'de, R> Deserialize<'de> for To<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Spanned::deserialize(deserializer).map(Self::new)
    }
}

impl<R: Resource> JsonSchema for To<R> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("To_{}", R::TYPE).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = Reference::json_schema(generator);
        schema.insert("description".to_owned(), format!("a construct that makes an {}", R::TYPE).into());
        schema
    }
}

impl JsonSchema for To<Any> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "To".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Reference::json_schema(generator)
    }
}

/// What outputs and functions can say of a construct.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attribute {
    /// Its ARN.
    Arn,
    /// Its physical name.
    Name,
    /// What AWS numbers it by.
    Id,
    /// A key's id.
    KeyId,
    /// The alias of a key.
    AliasName,
    /// The ARN of a table's stream.
    StreamArn,
    /// The URL of a queue or a function.
    Url,
    /// The id of a user pool's first client.
    ClientId,
    /// How many keys a pool has.
    Size,
    /// What the aliases of a pool's keys begin with, after `alias/` and before `-1`.
    AliasPrefix,
    /// The aliases of a pool's keys that are not retired, with commas between them.
    Aliases,
    /// An attribute of a resource of any type, by CloudFormation's name.
    Own(Arc<str>),
}

impl Attribute {
    const ALL: [Self; 11] = [
        Self::Arn,
        Self::Name,
        Self::Id,
        Self::KeyId,
        Self::AliasName,
        Self::StreamArn,
        Self::Url,
        Self::ClientId,
        Self::Size,
        Self::AliasPrefix,
        Self::Aliases,
    ];

    /// The attribute that stack files call `word`. Those of resources of any type begin with a capital.
    pub fn find(word: &str) -> Option<Self> {
        let own = word.starts_with(|first: char| first.is_ascii_uppercase())
            && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
        match own {
            true => Some(Self::Own(word.into())),
            false => Self::ALL.into_iter().find(|attribute| attribute.word() == word),
        }
    }

    /// What stack files call it.
    pub fn word(&self) -> &str {
        match self {
            Self::Arn => "arn",
            Self::Name => "name",
            Self::Id => "id",
            Self::KeyId => "key-id",
            Self::AliasName => "alias-name",
            Self::StreamArn => "stream-arn",
            Self::Url => "url",
            Self::ClientId => "client-id",
            Self::Size => "size",
            Self::AliasPrefix => "alias-prefix",
            Self::Aliases => "aliases",
            Self::Own(name) => name,
        }
    }
}

/// An attribute of a construct: `security/sns.key-id`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeOf {
    /// The construct.
    pub of: Reference,
    /// Which of its attributes.
    pub attribute: Attribute,
}

impl AttributeOf {
    /// The attribute, if the text has the form of one.
    pub fn new(text: &str) -> Option<Self> {
        let (reference, attribute) = text.split_once('.')?;
        Some(Self { of: Reference::new(reference)?, attribute: Attribute::find(attribute)? })
    }

    /// What is probably meant by a text that is no attribute.
    fn mend(text: &str) -> Option<String> {
        let (reference, attribute) = text.split_once('.').unwrap_or((text, Attribute::Arn.word()));
        let known = || Attribute::ALL.iter().map(Attribute::word);
        let slip = || known().find(|known| strsim::osa_distance(known, attribute) == 1); // `arm`: too short to be alike
        let near = nearest(attribute, known()).or_else(slip)?;
        Reference::new(reference).map(|reference| format!("did you mean `{reference}.{near}`?"))
    }
}

text_type!(
    AttributeOf,
    "an attribute of a construct: `scope/id` and `.arn`, `.name`, `.id`, `.key-id`, `.alias-name`, `.stream-arn`, `.url`, `.client-id`, \
     or a pool's `.size`, `.alias-prefix` or `.aliases`",
    r"^([a-z][a-z0-9-]*:)?[a-z][a-z0-9-]*/[a-z][a-z0-9-]*(\[\d+\])?(@[a-z0-9-]+)?\.(arn|name|id|key-id|alias-name|stream-arn|url|client-id|size|alias-prefix|aliases|[A-Z][A-Za-z0-9.]*)$",
    AttributeOf::mend
);
