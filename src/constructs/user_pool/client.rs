//! Applications that users of a pool sign in to.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::cfn::Handle;
use crate::cfn::cognito::{AuthFlow, TokenValidityUnits, UserPool, UserPoolClient};
use crate::constructs::twice;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::Spanned;
use crate::name::{Bounded, Word};

/// An application that users sign in to. It does not tell whether a user exists, and its tokens can be revoked.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Client {
    /// How users sign in, by default `[user-srp, refresh-token]`.
    pub flows: Option<Vec<Spanned<AuthFlow>>>,
    /// Whether the application has a secret of its own: a server has, a web page has not. It cannot be changed later.
    #[serde(default)]
    pub secret: bool,
    /// Minutes for which a session's tokens hold, 5 to 1440, by default 60.
    pub session_minutes: Option<Bounded<5, 1_440>>,
    /// Days for which a user can go on without signing in again, 1 to 3650, by default 30.
    pub refresh_days: Option<Bounded<1, 3_650>>,
    /// The pages of Cognito by which users sign in, for applications that take them back afterwards.
    pub hosted: Option<Spanned<Hosted>>,
}

/// Signing in by the pages of Cognito, with a code that the application exchanges for tokens.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Hosted {
    /// Where users come back to, each an address with `https://`, or one of this machine.
    pub callback_urls: Vec<Spanned<String>>,
    /// Where users go who sign out.
    #[serde(default)]
    pub logout_urls: Vec<Spanned<String>>,
    /// What the application learns of them, by default `[openid, email]`.
    pub scopes: Option<Vec<String>>,
}

/// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-managing-errors.html>
const DOES_NOT_TELL: &str = "ENABLED";

impl Client {
    pub(super) fn lower(&self, name: &Word, pool: &Handle<UserPool>) -> UserPoolClient {
        let flows = self.flows.as_ref().map(|flows| flows.iter().map(|flow| flow.value).collect());
        let minutes = self.session_minutes.map_or(60, Bounded::get);
        let urls = |urls: &[Spanned<String>]| -> Option<Vec<String>> {
            (!urls.is_empty()).then(|| urls.iter().map(|url| url.value.clone()).collect())
        };
        let hosted = self.hosted.as_ref().map(|hosted| &hosted.value);
        let scopes =
            |hosted: &Hosted| hosted.scopes.clone().unwrap_or_else(|| ["openid", "email"].map(Into::into).into());
        UserPoolClient {
            client_name: name.as_str().to_owned(),
            user_pool_id: pool.reference(),
            generate_secret: self.secret,
            explicit_auth_flows: flows.unwrap_or_else(|| vec![AuthFlow::UserSrp, AuthFlow::RefreshToken]),
            prevent_user_existence_errors: DOES_NOT_TELL,
            enable_token_revocation: true,
            access_token_validity: minutes,
            id_token_validity: minutes,
            refresh_token_validity: self.refresh_days.map_or(30, Bounded::get),
            token_validity_units: TokenValidityUnits {
                access_token: "minutes",
                id_token: "minutes",
                refresh_token: "days",
            },
            supported_identity_providers: ["COGNITO"],
            allowed_o_auth_flows: hosted.map(|_| ["code"]),
            allowed_o_auth_flows_user_pool_client: hosted.map(|_| true),
            allowed_o_auth_scopes: hosted.map(scopes),
            callback_urls: hosted.and_then(|hosted| urls(&hosted.callback_urls)),
            logout_urls: hosted.and_then(|hosted| urls(&hosted.logout_urls)),
        }
    }

    /// What Cognito refuses.
    pub(super) fn check(&self) -> Diagnostics {
        let mut found = Diagnostics::default();
        if let Some(flows) = &self.flows {
            found.extend(twice(flows.iter().map(|flow| (flow.value.word().to_owned(), flow.span))));
        }
        let Some(hosted) = &self.hosted else { return found };
        if hosted.value.callback_urls.is_empty() {
            let message = "users who sign in by the pages of Cognito have to come back: `callback-urls` is empty";
            found.push(Diagnostic::error(Code::InvalidValue, hosted.span, message));
        }
        // https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html
        let safe =
            |url: &&Spanned<String>| !url.value.starts_with("http://") || url.value.starts_with("http://localhost");
        let urls = hosted.value.callback_urls.iter().chain(&hosted.value.logout_urls);
        found.extend(urls.filter(|url| !safe(url)).map(|url| {
            let message = format!("`{}` is not over TLS, which only an address of this machine may be", url.value);
            Diagnostic::error(Code::InvalidValue, url.span, message)
        }));
        found
    }
}
