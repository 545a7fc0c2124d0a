//! What is there already, or comes from a construct.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, IntoDeserializer, MapAccess, Visitor};

use crate::cfn::Val;
use crate::construct::{AttributeOf, Cx};
use crate::diagnostic::{Result, Span};
use crate::document::Spanned;

/// A value as it is written, or an attribute of another construct: `{ ref: network/private.SubnetId }`.
#[derive(Clone, Debug)]
pub enum OrReference<T> {
    /// As it is written.
    Written(Spanned<T>),
    /// Of another construct.
    Reference(Spanned<AttributeOf>),
}

/// An attribute of another construct.
#[derive(Clone, Debug, JsonSchema, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Reference {
    /// The construct and its attribute: `storage/orders.name`.
    r#ref: Spanned<AttributeOf>,
}

impl<T> From<AttributeOf> for OrReference<T> {
    fn from(of: AttributeOf) -> Self {
        Self::Reference(of.into())
    }
}

impl<T> OrReference<T> {
    /// What is written, if it is no reference.
    pub(super) fn written(&self) -> Option<&Spanned<T>> {
        match self {
            Self::Written(written) => Some(written),
            Self::Reference(_) => None,
        }
    }

    /// Where it is written.
    pub fn span(&self) -> Span {
        match self {
            Self::Written(written) => written.span,
            Self::Reference(of) => of.span,
        }
    }
}

impl<T: AsRef<str>> OrReference<T> {
    /// The value. Whoever holds it waits for the construct that it comes from.
    pub(super) fn value(&self, cx: &Cx<'_>) -> Result<Val<String>> {
        match self {
            Self::Written(written) => Ok(written.value.as_ref().into()),
            Self::Reference(of) => cx.use_attribute(of),
        }
    }

    /// As it is written, and where.
    pub(super) fn text(&self) -> (String, Span) {
        let text = match self {
            Self::Written(written) => written.value.as_ref().to_owned(),
            Self::Reference(of) => format!("{}.{}", of.value.of, of.value.attribute.word()),
        };
        (text, self.span())
    }
}

/// What stands at the place of the value.
enum Either<T> {
    Written(T),
    Reference(Reference),
}

struct WrittenOrReference<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for WrittenOrReference<T> {
    type Value = Either<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, or `{ ref: scope/id.name }`")
    }

    fn visit_str<E: Error>(self, text: &str) -> std::result::Result<Either<T>, E> {
        T::deserialize(text.into_deserializer()).map(Either::Written)
    }

    fn visit_bool<E: Error>(self, on: bool) -> std::result::Result<Either<T>, E> {
        T::deserialize(on.into_deserializer()).map(Either::Written)
    }

    fn visit_i64<E: Error>(self, number: i64) -> std::result::Result<Either<T>, E> {
        T::deserialize(number.into_deserializer()).map(Either::Written)
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> std::result::Result<Either<T>, A::Error> {
        Reference::deserialize(MapAccessDeserializer::new(entries)).map(Either::Reference)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Either<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_any(WrittenOrReference(PhantomData))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OrReference<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let Spanned { value, span } = Spanned::<Either<T>>::deserialize(deserializer)?;
        Ok(match value {
            Either::Written(value) => Self::Written(Spanned { value, span }),
            Either::Reference(Reference { r#ref }) => Self::Reference(r#ref),
        })
    }
}

impl<T: JsonSchema> JsonSchema for OrReference<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("OrReference_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (written, reference) = (generator.subschema_for::<T>(), generator.subschema_for::<Reference>());
        schemars::json_schema!({ "anyOf": [written, reference] })
    }
}
