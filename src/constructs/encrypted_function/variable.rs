//! A function's environment variables.

use std::fmt;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Deserialize, Deserializer, Error, Visitor};

use crate::cfn::Val;
use crate::construct::{AttributeOf, Cx};
use crate::constructs::or_reference::OrReference;
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

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_type!(
    VariableName,
    "a name for a variable: two or more letters, digits and `_`, a letter first, and none that Lambda sets itself",
    r"^[A-Za-z][A-Za-z0-9_]+$"
);

/// A text, or what another construct is called.
pub type Variable = OrReference<Scalar>;

/// A text; a number or truth value is the text that it is written as.
#[derive(Clone, Debug)]
pub struct Scalar(String);

impl AsRef<str> for Scalar {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Variable {
    fn from(text: &str) -> Self {
        Self::Written(Scalar(text.to_owned()).into())
    }
}

impl Variable {
    /// The value, without an order: what another construct is called is known before that is there.
    pub(in crate::constructs) fn name(&self, cx: &Cx<'_>) -> Result<Val<String>> {
        match self {
            Self::Written(text) => Ok(text.value.as_ref().into()),
            Self::Reference(of) => cx.attribute(of),
        }
    }

    /// A text that is what a reference would be, without its braces.
    pub(in crate::constructs) fn check(&self, cx: &Cx<'_>) -> Option<Diagnostic> {
        let Spanned { value: Scalar(text), span } = self.written()?;
        let value = AttributeOf::new(text)?;
        cx.attribute(&Spanned { value, span: *span }).ok()?;
        let message = format!("`{text}` is only a text here");
        let diagnostic = Diagnostic::error(Code::InvalidValue, *span, message);
        Some(diagnostic.hint(format!("did you mean `{{ ref: {text} }}`?")))
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct AsText;

        impl Visitor<'_> for AsText {
            type Value = Scalar;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text")
            }

            fn visit_str<E: Error>(self, text: &str) -> std::result::Result<Scalar, E> {
                Ok(Scalar(text.to_owned()))
            }

            fn visit_bool<E: Error>(self, on: bool) -> std::result::Result<Scalar, E> {
                Ok(Scalar(on.to_string()))
            }

            fn visit_i64<E: Error>(self, number: i64) -> std::result::Result<Scalar, E> {
                Ok(Scalar(number.to_string()))
            }
        }

        deserializer.deserialize_any(AsText)
    }
}

impl JsonSchema for Scalar {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Scalar".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({ "type": ["string", "number", "boolean"] })
    }
}
