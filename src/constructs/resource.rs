//! `Resource`

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::cfn::{self, AnyHandle, Handle, KnownType, kms};
use crate::construct::{
    Any, Attribute, AttributeOf, Construct, Cx, Naming, RawProperties, Resources, Stored, Uses, key_statements,
};
use crate::diagnostic::Result;
use crate::document::Spanned;
use crate::environment::Kept;
use crate::name::text_type;

/// A resource of any CloudFormation type, as it is.
///
/// What it does is not known here: it has no physical name of ours, no permissions follow from it, and it is named on
/// every run. In its properties `{ ref: scope/id.arn }` is an attribute of another construct, for which it waits.
/// Others refer to it as `scope/id.id`, which is what `Ref` gives, and by its attributes: `scope/id.arn`,
/// `scope/id.DomainName`. The stack's tags do not reach it; where it has `Tags`, those that `required-tags` asks for
/// have to be among them. A key that is made like this gets no policy from here; the statements that its users need are
/// shown instead.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Resource {
    /// The type: `AWS::EC2::VPC`.
    pub r#type: Spanned<TypeName>,
    /// Its properties, as CloudFormation takes them.
    #[serde(default)]
    pub properties: RawProperties,
    /// What is lost with it. By default that is known of the types that constructs make, such as tables and keys, and
    /// `nothing` of all others. What holds something stays and goes as the rules ask for.
    pub holds: Option<Holds>,
}

/// What is lost with a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Holds {
    /// Nothing that cannot be made again.
    Nothing,
    /// Data.
    Data,
}

/// The name of a resource type.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html>
#[derive(Clone, Debug)]
pub struct TypeName(Arc<str>);

impl TypeName {
    fn new(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split("::").collect();
        let word = |word: &&str| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric());
        (words.len() >= 2 && words.iter().all(word)).then(|| Self(text.into()))
    }
}

text_type!(TypeName, "a resource type, such as `AWS::EC2::VPC`", r"^[A-Za-z0-9]+(::[A-Za-z0-9]+)+$");

impl Resource {
    /// A resource of this type, without properties.
    pub fn new(r#type: TypeName) -> Self {
        Self { r#type: r#type.into(), properties: RawProperties::new(), holds: None }
    }

    fn holds(&self) -> cfn::Holds {
        match self.holds {
            Some(Holds::Nothing) => cfn::Holds::Nothing,
            Some(Holds::Data) => cfn::Holds::Data,
            None => KnownType::find(&self.r#type.value.0).map_or(cfn::Holds::Nothing, |known| known.holds),
        }
    }
}

impl Construct for Resource {
    type Main = Any;
    type Parts = Arc<AnyHandle>;

    fn name(&self, naming: &mut Naming<'_>) -> Self::Parts {
        naming.offer([Attribute::Id, Attribute::Arn]);
        if self.holds() == cfn::Holds::Data {
            naming.holds_data();
        }
        naming.raw(&self.r#type.value.0)
    }

    /// What holds data and names a key may well be encrypted under it, so the key stays as long.
    fn uses(&self, _: &Self::Parts, cx: &Cx<'_>) -> Result<Uses> {
        let mut uses = Uses::default();
        if self.holds() == cfn::Holds::Data {
            let mut store = |of: &Spanned<AttributeOf>| {
                let key = cx.owner_of::<kms::Key>(of);
                uses.stored.extend(key.map(|key| Stored { key, at: of.span, kept: cx.house().kept() }));
            };
            self.properties.values().for_each(|value| value.references(&mut store));
        }
        Ok(uses)
    }

    fn build(&self, handle: &Self::Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        out.add_raw(handle, &self.properties, self.holds(), cx)?;
        if let Some(key) = Handle::<kms::Key>::from_any(handle) {
            if self.holds() != cfn::Holds::Nothing || cx.kept_under(&key) != Kept::NOT {
                out.keep(handle, cx.kept_under(&key));
            }
            let policy = format!("the `KeyPolicy` of `{}`", cx.entry().path);
            out.ask(cx, &policy, key_statements(cx.uses_of(&key), key.target(), cx.house()));
        }
        Ok(())
    }
}
