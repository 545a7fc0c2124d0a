//! Pages in browsers that may call an API: what they ask before they do is answered without a function.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{RestApi, RouteKey};
use crate::cfn::Handle;
use crate::cfn::Val;
use crate::cfn::apigateway::{
    AuthorizationType, HttpMethod, Integration, IntegrationResponse, IntegrationType, Method, MethodResponse,
};
use crate::construct::Naming;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::Spanned;
use crate::name::{Bounded, text_type};
use crate::service::apigateway::CORS_HEADERS;

/// Which pages in browsers may call. The functions themselves put `Access-Control-Allow-Origin` into what they answer.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html>
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Cors {
    /// The origins of pages that may call: `https://example.com`; `*` alone is every page.
    pub allow_origins: Vec<Spanned<Origin>>,
    /// The headers that they may send, by default those of signed requests and of JSON.
    pub allow_headers: Option<Vec<HeaderName>>,
    /// Whether they may send cookies.
    #[serde(default)]
    pub allow_credentials: bool,
    /// Seconds for which browsers remember this.
    pub max_age: Option<Bounded<0, 86_400>>,
}

/// The origin of pages: scheme and host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    fn new(text: &str) -> Option<Self> {
        let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let is_host = |host: &str| {
            !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':'))
        };
        (text == "*" || host.is_some_and(is_host)).then(|| Self(text.to_owned()))
    }

    fn is_every(&self) -> bool {
        self.0 == "*"
    }
}

text_type!(Origin, "an origin, such as `https://example.com`, or `*`", r"^(\*|https?://[A-Za-z0-9.:-]+)$");

/// The name of a header.
#[derive(Clone, Debug)]
pub struct HeaderName(String);

impl HeaderName {
    fn new(text: &str) -> Option<Self> {
        let letters = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        (!text.is_empty() && letters).then(|| Self(text.to_owned()))
    }
}

text_type!(HeaderName, "the name of a header, such as `Content-Type`", r"^[A-Za-z0-9-]+$");

/// The answer to what browsers ask before they let a page call on a path.
#[derive(Debug)]
pub(super) struct Preflight {
    pub path: String,
    pub method: Handle<Method>,
}

impl RestApi {
    /// What pages may do on a path: what a route there says, or else the API.
    pub(super) fn cors_on(&self, path: &str) -> Option<&Cors> {
        let mut routes = self.routes.iter().filter(|(key, _)| key.path() == path);
        let own = routes.find_map(|(_, route)| route.cors.as_ref());
        own.map(|cors| &cors.value).or(self.cors.as_ref())
    }

    /// Names the answer on each path that pages may call.
    pub(super) fn preflights(&self, naming: &mut Naming<'_>) -> Vec<Preflight> {
        let mut all: Vec<Preflight> = Vec::new();
        for key in self.routes.keys() {
            let path = key.path();
            let answered = self.routes.keys().any(|other| other.path() == path && other.method == HttpMethod::Options);
            let known = all.iter().any(|preflight| preflight.path == path);
            if self.cors_on(path).is_some() && !known && !answered {
                let role = format!("Options{}", super::route::pascal(path));
                all.push(Preflight { path: path.to_owned(), method: naming.unnamed(&role) });
            }
        }
        all
    }

    /// The methods that pages may use on a path.
    fn methods_on(&self, path: &str) -> String {
        let keys: Vec<&RouteKey> = self.routes.keys().filter(|key| key.path() == path).collect();
        let any = keys.iter().any(|key| key.method == HttpMethod::Any);
        let all = HttpMethod::ALL.into_iter().filter(|method| match method {
            HttpMethod::Any => false,
            HttpMethod::Options => true,
            method => any || keys.iter().any(|key| key.method == *method),
        });
        all.map(HttpMethod::name).collect::<Vec<_>>().join(",")
    }

    /// The answer on a path, by API Gateway itself.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html>
    pub(super) fn preflight(&self, cors: &Cors, path: &str, api: Val<String>, resource: Val<String>) -> Method {
        const STATUS: &str = "204";
        let headers = cors.headers(self.methods_on(path));
        let parameter = |name: &str| format!("method.response.header.{name}");
        let response = IntegrationResponse {
            status_code: STATUS,
            response_parameters: headers.iter().map(|(name, value)| (parameter(name), format!("'{value}'"))).collect(),
            response_templates: cors
                .other_origins()
                .into_iter()
                .map(|template| ("application/json", template))
                .collect(),
        };
        Method {
            rest_api_id: api,
            resource_id: resource,
            http_method: HttpMethod::Options,
            authorization_type: AuthorizationType::None,
            integration: Integration {
                r#type: IntegrationType::Mock,
                integration_http_method: None,
                uri: None,
                request_templates: IndexMap::from([("application/json", r#"{"statusCode": 200}"#)]),
                integration_responses: vec![response],
            },
            method_responses: vec![MethodResponse {
                status_code: STATUS,
                response_parameters: headers.keys().map(|name| (parameter(name), true)).collect(),
            }],
        }
    }
}

impl Cors {
    fn headers(&self, methods: String) -> IndexMap<&'static str, String> {
        let own = |names: &Vec<HeaderName>| names.iter().map(|name| name.0.as_str()).collect::<Vec<_>>().join(",");
        let allowed = self.allow_headers.as_ref().map_or_else(|| CORS_HEADERS.join(","), own);
        let first = self.allow_origins.first().map_or("", |origin| &origin.value.0);
        let mut headers = IndexMap::from([
            ("Access-Control-Allow-Headers", allowed),
            ("Access-Control-Allow-Methods", methods),
            ("Access-Control-Allow-Origin", first.to_owned()),
        ]);
        // What is answered to one origin is not for another.
        headers.extend((first != "*").then(|| ("Vary", "Origin".to_owned())));
        headers.extend(self.allow_credentials.then(|| ("Access-Control-Allow-Credentials", "true".to_owned())));
        headers.extend(self.max_age.map(|seconds| ("Access-Control-Max-Age", seconds.get().to_string())));
        headers
    }

    /// A template that answers to the other origins than the first: the header has one of them only.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html>
    fn other_origins(&self) -> Option<String> {
        let others = self.allow_origins.get(1..).filter(|others| !others.is_empty())?;
        let is_one = others.iter().map(|origin| format!(r#"$origin == "{}""#, origin.value.0));
        let is_one = is_one.collect::<Vec<_>>().join(" || ");
        Some(format!(
            "#set($origin = $input.params().header.get(\"Origin\"))\n\
             #if($origin == \"\")#set($origin = $input.params().header.get(\"origin\"))#end\n\
             #if({is_one})\n\
             #set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)\n\
             #end"
        ))
    }

    /// What browsers refuse.
    /// <https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CORS#credentialed_requests_and_wildcards>
    pub(super) fn check(&self) -> Diagnostics {
        let conflict = |origin: &Spanned<Origin>, message: &str| {
            Diagnostic::error(Code::ConflictingProperties, origin.span, message)
        };
        let every = self.allow_origins.iter().find(|origin| origin.value.is_every());
        let among = every.filter(|_| self.allow_origins.len() > 1);
        let among = among.map(|every| conflict(every, "`*` is every page already, and stands alone"));
        let cookies = every.filter(|_| self.allow_credentials);
        let cookies = cookies.map(|every| conflict(every, "browsers send no cookies where `*` is allowed"));
        among.into_iter().chain(cookies).collect()
    }
}
