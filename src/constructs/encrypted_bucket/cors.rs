//! Web pages that use a bucket.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::cfn::s3;
use crate::diagnostic::{Code, Diagnostic};
use crate::document::Spanned;
use crate::name::Bounded;

/// Web pages of other origins that may use the bucket, if the request is allowed for itself.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Cors {
    /// The origins of the pages: `https://www.example.com`. A `*` stands for any text, once in an origin.
    pub origins: Vec<Spanned<String>>,
    /// The methods that they may use.
    pub methods: Vec<s3::CorsMethod>,
    /// The headers that they may send, with at most one `*` each.
    #[serde(default)]
    pub headers: Vec<String>,
    /// The headers of the answer that they may read.
    #[serde(default)]
    pub expose_headers: Vec<String>,
    /// Seconds for which a browser remembers the answer.
    pub max_age: Option<Bounded<0, 2_147_483_647>>,
}

impl Cors {
    pub(super) fn lower(&self) -> s3::CorsRule {
        let some = |list: &[String]| (!list.is_empty()).then(|| list.to_vec());
        s3::CorsRule {
            allowed_origins: self.origins.iter().map(|origin| origin.value.clone()).collect(),
            allowed_methods: self.methods.clone(),
            allowed_headers: some(&self.headers),
            exposed_headers: some(&self.expose_headers),
            max_age: self.max_age.map(Bounded::get),
        }
    }

    /// What S3 refuses, and what no origin can be.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html>
    pub(super) fn check(&self) -> impl Iterator<Item = Diagnostic> {
        self.origins.iter().filter_map(|origin| {
            let text = origin.value.as_str();
            let wrong = |message: &str| Diagnostic::error(Code::InvalidValue, origin.span, message);
            if text.matches('*').count() > 1 {
                return Some(wrong("an origin has at most one `*`"));
            }
            let form = text == "*" || text.contains("://") && !text.ends_with('/');
            (!form).then(|| wrong("an origin is a scheme and a host without a path: `https://www.example.com`"))
        })
    }
}
