//! Where a function's code comes from.

use std::fmt;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use crate::cfn::lambda::{self, Runtime};
use crate::construct::Cx;
use crate::diagnostic::{Code as Mistake, Diagnostic, Result};
use crate::document::Spanned;
use crate::name::text_type;
use crate::service::lambda::INLINE_CODE_LIMIT;

/// A file whose text goes into the template, or an object in a bucket.
#[derive(Clone, Debug)]
pub enum Code {
    /// A file, from the stack file's folder.
    File(String),
    /// An object in a bucket.
    Object(Object),
}

/// A ZIP archive in a bucket.
#[derive(Clone, Debug, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Object {
    /// The bucket, in the function's region.
    pub bucket: BucketName,
    /// The object in it.
    pub key: String,
    /// Its version, where the bucket keeps several.
    pub version: Option<String>,
}

/// The name of a bucket that exists already.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
#[derive(Clone, Debug)]
pub struct BucketName(Arc<str>);

impl BucketName {
    fn new(text: &str) -> Option<Self> {
        let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let form = (3..=63).contains(&text.len()) && text.chars().all(|c| letter(c) || c == '.' || c == '-');
        (form && text.starts_with(letter) && text.ends_with(letter) && !text.contains("..")).then(|| Self(text.into()))
    }
}

text_type!(
    BucketName,
    "the name of a bucket: 3 to 63 small letters, digits, `.` and `-`",
    r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$"
);

impl From<&str> for Code {
    /// A file, from the stack file's folder.
    fn from(path: &str) -> Self {
        Self::File(path.to_owned())
    }
}

impl From<Object> for Code {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

impl Code {
    /// Whether the code is a text that goes into the template.
    pub(super) fn is_file(&self) -> bool {
        matches!(self, Self::File(_))
    }

    /// The code as CloudFormation takes it.
    pub(super) fn lower(code: &Spanned<Self>, runtime: &Spanned<Runtime>, cx: &Cx<'_>) -> Result<lambda::Code> {
        let path = match &code.value {
            Self::Object(object) => {
                let Object { bucket, key, version } = object.clone();
                let (s3_bucket, s3_key, s3_object_version) = (Some(bucket.0.to_string()), Some(key), version);
                return Ok(lambda::Code { s3_bucket, s3_key, s3_object_version, ..lambda::Code::default() });
            }
            Self::File(path) => path,
        };
        if !runtime.value.reads_text() {
            let message = "code from a file works for Python and Node.js only";
            let diagnostic = Diagnostic::error(Mistake::ConflictingProperties, code.span, message);
            let hint = "put an archive into a bucket: `code: { bucket: …, key: … }`";
            return Err(diagnostic.related(runtime.span, "another runtime").hint(hint).into());
        }
        let text = cx.text_beside(path, code.span)?;
        if text.len() > INLINE_CODE_LIMIT {
            let message = format!("`{path}` has {} bytes, a template can hold {INLINE_CODE_LIMIT}", text.len());
            return Err(Diagnostic::error(Mistake::LimitExceeded, code.span, message).into());
        }
        Ok(lambda::Code { zip_file: Some(text), ..lambda::Code::default() })
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct PathOrObject;

        impl<'de> Visitor<'de> for PathOrObject {
            type Value = Code;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a path, or `{ bucket: …, key: … }`")
            }

            fn visit_str<E: Error>(self, path: &str) -> std::result::Result<Code, E> {
                Ok(Code::File(path.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> std::result::Result<Code, A::Error> {
                Object::deserialize(MapAccessDeserializer::new(entries)).map(Code::Object)
            }
        }

        deserializer.deserialize_any(PathOrObject)
    }
}

impl JsonSchema for Code {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Code".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let object = generator.subschema_for::<Object>();
        schemars::json_schema!({ "anyOf": [{ "type": "string" }, object] })
    }
}
