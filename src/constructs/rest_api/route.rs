//! Methods and paths, and the functions that answer them.

use std::fmt;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, IntoDeserializer, MapAccess, Visitor};

use super::cors::Cors;
use crate::cfn::apigateway::{AuthorizationType, HttpMethod};
use crate::cfn::lambda;
use crate::construct::{Reference, To};
use crate::document::Spanned;
use crate::name::{pascal as pascal_words, text_type};

/// A method and a path without its first slash: `POST auth/login`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RouteKey {
    /// The method.
    pub method: HttpMethod,
    path: Arc<str>,
}

impl RouteKey {
    /// The route, if the text is one.
    pub fn new(text: &str) -> Option<Self> {
        let (method, path) = text.split_once(' ')?;
        let method = HttpMethod::ALL.into_iter().find(|known| known.name() == method)?;
        if path == "/" {
            return Some(Self { method, path: "".into() });
        }
        let (last, before) = {
            let mut parts = path.split('/').rev();
            (parts.next()?, parts.collect::<Vec<_>>())
        };
        let rest = last.strip_prefix('{').and_then(|name| name.strip_suffix("+}")).is_some_and(is_plain);
        let form = (rest || is_part(last)) && before.iter().all(|part| is_part(part));
        form.then(|| Self { method, path: path.into() })
    }

    /// Its path: empty for the root.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// The paths that it begins with, itself the last; none for the root.
    pub(super) fn prefixes(&self) -> impl Iterator<Item = &str> {
        let ends = self.path.match_indices('/').map(|(at, _)| at).chain([self.path.len()]);
        ends.map(|end| &self.path[..end]).filter(|path| !path.is_empty())
    }

    /// Method and path in ARNs: a `*` stands for what a request fills in.
    pub(super) fn in_arn(&self) -> String {
        let method = if self.method == HttpMethod::Any { "*" } else { self.method.name() };
        let parts = self.path.split('/').map(|part| if part.starts_with('{') { "*" } else { part });
        format!("{method}/{}", parts.collect::<Vec<_>>().join("/"))
    }

    /// The route as part of a logical id: `POST auth/login` is `PostAuthLogin`.
    pub(super) fn pascal(&self) -> String {
        format!("{}{}", pascal_words(&self.method.name().to_lowercase()), pascal(&self.path))
    }
}

impl fmt::Display for RouteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, if self.path.is_empty() { "/" } else { &self.path })
    }
}

text_type!(
    RouteKey,
    "a method and a path, such as `POST auth/login`, `GET tickets/{id}`, `ANY files/{proxy+}` or `GET /`",
    r"^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|ANY) (/|[A-Za-z0-9._:{}+-]+(/[A-Za-z0-9._:{}+-]+)*)$"
);

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateResource.html>
fn is_plain(part: &str) -> bool {
    !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | ':'))
}

fn is_part(part: &str) -> bool {
    is_plain(part.strip_prefix('{').and_then(|name| name.strip_suffix('}')).unwrap_or(part))
}

/// A path as part of a logical id: `tickets/{id}` is `TicketsAnyId`, `{proxy+}` is `RestProxy`.
pub(super) fn pascal(path: &str) -> String {
    let parts = path.split('/').map(|part| match (part.starts_with('{'), part.ends_with("+}")) {
        (true, true) => format!("Rest{}", pascal_words(part)),
        (true, false) => format!("Any{}", pascal_words(part)),
        (false, _) => pascal_words(part),
    });
    parts.collect()
}

/// What answers a route.
#[derive(Clone, Debug)]
pub struct Route {
    /// The function that it calls, of the API's own account and region.
    pub function: To<lambda::Function>,
    /// Who may call it.
    pub authorization: Authorization,
    /// Which pages in browsers may call on its path.
    pub cors: Option<Spanned<Cors>>,
}

impl From<To<lambda::Function>> for Route {
    /// A route that everybody may call, but pages of other origins.
    fn from(function: To<lambda::Function>) -> Self {
        Self { function, authorization: Authorization::None, cors: None }
    }
}

/// Who may call a route.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Authorization {
    /// Everybody: the function itself has to know whom it answers.
    #[default]
    None,
    /// Who signs his requests, and is granted `invoke`.
    Iam,
}

impl Authorization {
    pub(super) fn lower(self) -> AuthorizationType {
        match self {
            Self::None => AuthorizationType::None,
            Self::Iam => AuthorizationType::AwsIam,
        }
    }
}

/// A route that says more than its function.
#[derive(JsonSchema, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Detailed {
    /// The function that it calls, of the API's own account and region.
    function: To<lambda::Function>,
    /// Who may call it, by default `none` is asked who he is.
    #[serde(default)]
    authorization: Authorization,
    /// Which pages in browsers may call on its path, instead of what the API says for all of them.
    cors: Option<Spanned<Cors>>,
}

/// What stands at the place of a route.
enum Written {
    Function(Reference),
    Detailed(Detailed),
}

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FunctionOrMore;

        impl<'de> Visitor<'de> for FunctionOrMore {
            type Value = Written;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a function, or `{ function: …, authorization: iam }`")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Written, E> {
                Reference::deserialize(text.into_deserializer()).map(Written::Function)
            }

            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Written, A::Error> {
                Detailed::deserialize(MapAccessDeserializer::new(entries)).map(Written::Detailed)
            }
        }

        deserializer.deserialize_any(FunctionOrMore)
    }
}

impl<'de> Deserialize<'de> for Route {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Spanned { value, span } = Spanned::<Written>::deserialize(deserializer)?;
        Ok(match value {
            Written::Function(reference) => To::new(Spanned { value: reference, span }).into(),
            Written::Detailed(Detailed { function, authorization, cors }) => Self { function, authorization, cors },
        })
    }
}

impl JsonSchema for Route {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Route".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let function = generator.subschema_for::<To<lambda::Function>>();
        let detailed = generator.subschema_for::<Detailed>();
        schemars::json_schema!({ "anyOf": [function, detailed] })
    }
}
