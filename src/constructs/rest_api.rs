//! `RestApi`

mod build;
mod check;
mod cors;
mod route;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use self::cors::Preflight;
pub use self::cors::{Cors, HeaderName, Origin};
pub use self::route::{Authorization, Route, RouteKey};
use super::encrypted_log_group::encrypted;
use crate::cfn::policy::Condition;
use crate::cfn::{Arn, Handle, Pseudo, Val, apigateway, kms, lambda, logs, region, regional_arn};
use crate::construct::{Access, Attribute, Construct, Cx, Naming, Resources, To, Uses};
use crate::diagnostic::Result;
use crate::name::{Bounded, Tags, Text, text_type};
use crate::service::apigateway::INVOKE;

/// A REST API of API Gateway, in its region and over TLS 1.2 or later only, whose routes call functions.
///
/// Each function lets exactly its routes call it. Every request is recorded in an encrypted log, without what was sent;
/// that takes an `ApiGatewayAccount`, which an account has once in each region. Roles are granted `invoke` on it, for
/// the routes that ask for a signature. Nothing is cached. Each change of a route is deployed.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RestApi {
    /// What the API is for.
    pub description: Option<Text<1024>>,
    /// Functions by method and path: `{ POST auth/login: compute/login }`. `ANY` is every method, `GET /` the root,
    /// `{id}` any part of a path and `{proxy+}` all that follows. Instead of the function alone,
    /// `{ function: …, authorization: iam, cors: … }` says more about a route.
    pub routes: IndexMap<RouteKey, Route>,
    /// Which pages in browsers may call, on all paths whose routes do not say so themselves. By default none.
    pub cors: Option<Cors>,
    /// The name of its stage, which is the first part of each path, by default the environment's.
    pub stage: Option<StageName>,
    /// The key that encrypts the log of its requests, needed where `encryption` is `customer-managed` and the log is
    /// its own.
    pub logs_key: Option<To<kms::Key>>,
    /// The log group that its requests are recorded in, instead of one of its own.
    pub access_logs: Option<To<logs::LogGroup>>,
    /// How many requests it takes, by default as many as the account may.
    pub throttling: Option<Throttling>,
    /// Whether `CloudWatch` has metrics of each method, and not of the API alone.
    #[serde(default)]
    pub metrics: bool,
    /// Whether X-Ray records requests.
    #[serde(default)]
    pub tracing: bool,
    /// Whether it can be called by a `CustomDomain` only.
    #[serde(default)]
    pub disable_execute_api_endpoint: bool,
    /// Tags, besides the stack's.
    #[serde(default)]
    pub tags: Tags,
}

/// How many requests are taken; others are answered with 429.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html>
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Throttling {
    /// Requests in a second, on average.
    pub rate: Bounded<1, 1_000_000>,
    /// Requests at once.
    pub burst: Bounded<1, 1_000_000>,
}

/// The name of a stage.
/// <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateStage.html>
#[derive(Clone, Debug)]
pub struct StageName(String);

impl StageName {
    fn new(text: &str) -> Option<Self> {
        let letters = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        (letters && (1..=128).contains(&text.len())).then(|| Self(text.to_owned()))
    }
}

text_type!(StageName, "the name of a stage: letters, digits, `-` and `_`", r"^[A-Za-z0-9_-]{1,128}$");

/// The resources of an API.
#[derive(Debug)]
pub struct Parts {
    api: Handle<apigateway::RestApi>,
    name: Val<String>,
    /// Each path, after those that it begins with.
    paths: IndexMap<String, Handle<apigateway::Resource>>,
    /// As the routes: each with what lets it call its function.
    methods: Vec<(Handle<apigateway::Method>, Handle<lambda::Permission>)>,
    preflights: Vec<Preflight>,
    stage: Handle<apigateway::Stage>,
    stage_name: String,
    /// The log of its own, if it has one.
    log: Option<Handle<logs::LogGroup>>,
}

impl Construct for RestApi {
    type Main = apigateway::RestApi;
    type Parts = Parts;

    fn grantable() -> Vec<&'static str> {
        vec!["invoke"]
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn name(&self, naming: &mut Naming<'_>) -> Parts {
        let name = naming.physical("api");
        let api: Handle<apigateway::RestApi> = naming.unnamed("");
        let paths: IndexMap<String, _> = self
            .routes
            .keys()
            .flat_map(RouteKey::prefixes)
            .map(|path| (path.to_owned(), route::pascal(path)))
            .collect::<IndexMap<_, _>>()
            .into_iter()
            .map(|(path, words)| (path, naming.unnamed(&format!("{words}Path"))))
            .collect();
        let methods = self.routes.keys().map(|key| {
            let words = key.pascal();
            (naming.unnamed(&words), naming.unnamed(&format!("{words}Permission")))
        });
        let methods = methods.collect();
        let preflights = self.preflights(naming);
        let stage_name = self.stage.as_ref().map_or_else(|| naming.variables.env.to_string(), |stage| stage.0.clone());
        let at = naming.variables.target.clone();
        let url = ["https://".into(), api.reference(), ".execute-api.".into(), region(&at), ".".into()];
        let url = url.into_iter().chain([Pseudo::UrlSuffix.into(), format!("/{stage_name}").into()]);
        naming.offer([Attribute::Id]);
        naming.offer_value(Attribute::Url, Val::concat(url));
        let log = Val::concat(["/aws/apigateway/".into(), name.clone()]);
        let log = self.access_logs.is_none().then(|| naming.named("Logs", log));
        Parts { stage: naming.unnamed("Stage"), api, name, paths, methods, preflights, stage_name, log }
    }

    fn uses(&self, parts: &Parts, cx: &Cx<'_>) -> Result<Uses> {
        let mut uses = Uses::default();
        if let Some(log) = &parts.log {
            uses.add(encrypted(log, self.logs_key.as_ref(), cx)?);
        }
        let signed = self.routes.iter().filter(|(_, route)| route.authorization == Authorization::Iam);
        let signed: Vec<Arn> = signed.map(|(key, _)| parts.route(key, cx)).collect();
        uses.accesses.extend(cx.granted_to_roles().filter(|_| !signed.is_empty()).map(|(_, role)| Access {
            role: role.clone(),
            sid: format!("Invoke{}", parts.api.id().logical),
            actions: INVOKE.to_vec(),
            resources: signed.clone(),
            condition: Condition::default(),
        }));
        Ok(uses)
    }

    fn build(&self, parts: &Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        self.build_parts(parts, cx, out)
    }
}

impl Parts {
    /// The ARN of a route, as API Gateway names it when it calls a function, and as policies name it.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html>
    fn route(&self, key: &RouteKey, cx: &Cx<'_>) -> Arn {
        let route = format!("/{}/{}", self.stage_name, key.in_arn());
        Arn::literal(regional_arn("execute-api", cx.target(), Val::concat([self.api.reference(), route.into()])))
    }
}
