//! A function's environment variables.

use std::fmt;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use crate::cfn::Val;
use crate::construct::{AttributeOf, Cx};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::document::Spanned;
use crate::name::text_type;

/// The name of an environment variable. `Ref` would be read as a function of CloudFormation.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VariableName(Arc<str>);

/// Variables that Lambda sets itself and does not let anyone set.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime>
const RESERVED: &[&str] = &[
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_MAX_CONCURRENCY",
    "AWS_LAMBDA_METADATA_API",
    "AWS_LAMBDA_METADATA_TOKEN",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
];

impl VariableName {
    fn new(text: &str) -> Option<Self> {
        let letters = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let form = text.len() >= 2 && letters && text.starts_with(|first: char| first.is_ascii_alphabetic());
        (form && text != "Ref" && !RESERVED.contains(&text)).then(|| Self(text.into()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

text_type!(
    VariableName,
    "a name for a variable: two or more letters, digits and `_`, a letter first, and none that Lambda sets itself",
    r"^[A-Za-z][A-Za-z0-9_]+$"
);

/// A text, or what another construct is called.
#[derive(Clone, Debug)]
pub enum Variable {
    /// A text.
    Text(Spanned<String>),
    /// What another construct is called.
    Reference(Reference),
}

/// What another construct is called.
#[derive(Clone, Debug, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// The construct and its attribute: `storage/orders.name`.
    pub r#ref: Spanned<AttributeOf>,
}

impl From<&str> for Variable {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned().into())
    }
}

impl From<AttributeOf> for Variable {
    fn from(of: AttributeOf) -> Self {
        Self::Reference(Reference { r#ref: of.into() })
    }
}

impl Variable {
    pub(in crate::constructs) fn value(&self, cx: &Cx<'_>) -> Result<Val<String>> {
        match self {
            Self::Text(text) => Ok(text.value.as_str().into()),
            Self::Reference(Reference { r#ref }) => cx.attribute(r#ref),
        }
    }
}

impl Variable {
    /// A text that is what a reference would be, without its braces.
    pub(in crate::constructs) fn check(&self, cx: &Cx<'_>) -> Option<Diagnostic> {
        let Self::Text(text) = self else { return None };
        let value = AttributeOf::new(&text.value)?;
        cx.attribute(&Spanned { value, span: text.span }).ok()?;
        let message = format!("`{}` is only a text here", text.value);
        let diagnostic = Diagnostic::error(Code::InvalidValue, text.span, message);
        Some(diagnostic.hint(format!("did you mean `{{ ref: {} }}`?", text.value)))
    }
}

impl<'de> Deserialize<'de> for Variable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        enum Either {
            Text(String),
            Reference(Reference),
        }

        struct TextOrReference;

        impl<'de> Visitor<'de> for TextOrReference {
            type Value = Either;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text, or `{ ref: scope/id.name }`")
            }

            fn visit_str<E: Error>(self, text: &str) -> std::result::Result<Either, E> {
                Ok(Either::Text(text.to_owned()))
            }

            fn visit_bool<E: Error>(self, on: bool) -> std::result::Result<Either, E> {
                Ok(Either::Text(on.to_string()))
            }

            fn visit_i64<E: Error>(self, number: i64) -> std::result::Result<Either, E> {
                Ok(Either::Text(number.to_string()))
            }

            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> std::result::Result<Either, A::Error> {
                Reference::deserialize(MapAccessDeserializer::new(entries)).map(Either::Reference)
            }
        }

        impl<'de> Deserialize<'de> for Either {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
                deserializer.deserialize_any(TextOrReference)
            }
        }

        let Spanned { value, span } = Spanned::<Either>::deserialize(deserializer)?;
        Ok(match value {
            Either::Text(value) => Self::Text(Spanned { value, span }),
            Either::Reference(reference) => Self::Reference(reference),
        })
    }
}

impl JsonSchema for Variable {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Variable".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let reference = generator.subschema_for::<Reference>();
        schemars::json_schema!({ "anyOf": [{ "type": ["string", "number", "boolean"] }, reference] })
    }
}
