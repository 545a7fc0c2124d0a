//! Who may assume a role, by its trust policy.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::cfn::policy::{Condition, Operator, Principal, Statement};
use crate::cfn::{Val, global_arn};
use crate::construct::Cx;
use crate::constructs::key_policy::{ServiceName, SourcePattern};
use crate::constructs::outside::exactly_one;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::document::{OneOrMany, Spanned};
use crate::environment::PrincipalPattern;
use crate::name::{AccountId, Target, Text, pascal, text_type};
use crate::service::sts::{ASSUME, ASSUME_WITH_WEB_IDENTITY, ASSUMERS};

/// Who may assume a role: a service, a role or user, an account, or whoever an identity provider knows.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AssumedBy {
    /// An AWS service, by its name before `.amazonaws.com`: `ecs-tasks`.
    pub service: Option<Spanned<ServiceName>>,
    /// What the service acts for: an ARN, in which a `*` stands for any text. By default it is anything of this account
    /// and region, where AWS documents that the service says so.
    pub source: Option<Spanned<SourcePattern>>,
    /// A role or user outside of these stacks: `role/…` or `user/…` with path and name, or an ARN.
    pub principal: Option<Spanned<PrincipalPattern>>,
    /// Whoever the account with this number lets.
    pub account: Option<Spanned<AccountId>>,
    /// Whoever an `OpenID` Connect provider knows.
    pub oidc: Option<Spanned<Oidc>>,
    /// The text that a third party has to send, by which it tells its customers apart.
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
    pub external_id: Option<Spanned<Text<1224>>>,
    /// Whether users need a second factor.
    #[serde(default)]
    pub mfa: Option<Spanned<bool>>,
}

/// Whoever an `OpenID` Connect provider knows, such as the runs of a repository.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Oidc {
    /// The provider that IAM knows in this account, by its address without `https://`: `token.actions.githubusercontent.com`.
    pub provider: Provider,
    /// Whom the provider makes tokens for, by default `sts.amazonaws.com`.
    pub audience: Option<Text<255>>,
    /// Whose tokens count: the subject, in which a `*` stands for any text, or several:
    /// `repo:acme/shop:ref:refs/heads/main`.
    pub subject: OneOrMany<Spanned<Subject>>,
}

/// The address of an identity provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider(Arc<str>);

impl Provider {
    fn new(text: &str) -> Option<Self> {
        let accepted = |c: char| c.is_ascii_alphanumeric() || "-._~/".contains(c);
        (text.contains('.') && !text.contains("//") && text.chars().all(accepted)).then(|| Self(text.into()))
    }
}

text_type!(Provider, "the address of an identity provider without `https://`", r"^[\w.~/-]+$");

/// The subject of tokens. It never stands for everybody whom the provider knows.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html#idp_oidc_Create_GitHub>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject(Arc<str>);

impl Subject {
    fn new(text: &str) -> Option<Self> {
        let specific = text.chars().any(|c| c.is_ascii_alphanumeric()) && !text.starts_with('*');
        specific.then(|| Self(text.into()))
    }
}

text_type!(Subject, "the subject of tokens, which begins with something else than `*`", r"^[^*].*$");

impl AssumedBy {
    /// The statement of the trust policy that lets it.
    pub(super) fn statement(&self, cx: &Cx<'_>) -> Statement {
        let at = cx.target();
        let (action, name, principal, condition) = if let Some(service) = &self.service {
            let (principal, condition) = self.service(service.value.as_str(), at);
            (ASSUME, service.value.as_str().to_owned(), principal, condition)
        } else if let Some(oidc) = &self.oidc {
            let name = oidc.value.provider.0.split('/').next().unwrap_or_default().to_owned();
            let (principal, condition) = oidc.value.principal(at);
            (ASSUME_WITH_WEB_IDENTITY, name, principal, condition)
        } else {
            let (name, principal, condition) = self.identity(cx);
            (ASSUME, name, principal, condition)
        };
        let condition = match &self.external_id {
            Some(id) => condition.and(Operator::StringEquals, "sts:ExternalId", [id.value.as_str().into()]),
            None => condition,
        };
        let condition = match self.mfa.as_ref().filter(|mfa| mfa.value) {
            Some(_) => condition.and(Operator::Bool, "aws:MultiFactorAuthPresent", ["true".into()]),
            None => condition,
        };
        let sid = format!("AssumeBy{}", pascal(&name));
        Statement::allow(sid, vec![action], Vec::new()).to(principal).when(condition)
    }

    /// A service, for what it acts for as far as it says that.
    fn service(&self, name: &str, at: &Target) -> (Principal, Condition) {
        let known = ASSUMERS.iter().find(|assumer| assumer.principal.name == name);
        let condition = match (&self.source, known) {
            (Some(source), _) => source.value.condition(None, at),
            (None, Some(assumer)) => assumer.source.condition(at, None),
            (None, None) => Condition::default(),
        };
        (Principal::Service(vec![format!("{name}.amazonaws.com").into()]), condition)
    }

    /// An account, or a role or user in one, which has to belong to the organization where that is known.
    fn identity(&self, cx: &Cx<'_>) -> (String, Principal, Condition) {
        let at = cx.target();
        let named = self.principal.as_ref().map(|principal| &principal.value);
        let account =
            named.and_then(PrincipalPattern::account).or_else(|| self.account.as_ref().map(|it| it.value.clone()));
        let of = Target { account: account.or_else(|| at.account.clone()), ..at.clone() };
        let (name, condition) = match named {
            Some(principal) => {
                let text = principal.to_string();
                (
                    text.rsplit(':').next().unwrap_or_default().to_owned(),
                    Condition::default().caller([principal.arn(at)]),
                )
            }
            None => (format!("account {}", of.account.as_ref().map_or("", AccountId::as_str)), Condition::default()),
        };
        let condition = match cx.house().organization.as_ref().filter(|_| of.account != at.account) {
            Some(id) => condition.and(Operator::StringEquals, "aws:PrincipalOrgID", [id.as_str().into()]),
            None => condition,
        };
        (name, Principal::account(&of), condition)
    }

    /// It is somebody, and what else it says concerns that.
    pub(super) fn check(&self, at: Span) -> Diagnostics {
        let given = [
            ("service", self.service.as_ref().map(|it| it.span)),
            ("principal", self.principal.as_ref().map(|it| it.span)),
            ("account", self.account.as_ref().map(|it| it.span)),
            ("oidc", self.oidc.as_ref().map(|it| it.span)),
        ];
        let mut found = exactly_one(&given, at);
        found.extend(self.service.as_ref().and_then(|service| service.value.doubt(service.span)));
        let mut conflict = |span: Option<Span>, message: &str| {
            found.extend(span.map(|span| Diagnostic::error(Code::ConflictingProperties, span, message)));
        };
        if self.service.is_none() {
            conflict(self.source.as_ref().map(|it| it.span), "only services act for a source");
        }
        if self.service.is_some() || self.oidc.is_some() {
            let message = "only roles and users outside of these stacks send that";
            conflict(self.external_id.as_ref().map(|it| it.span), message);
            conflict(self.mfa.as_ref().map(|it| it.span), message);
        }
        if let Some(principal) = self.principal.as_ref().filter(|principal| !principal.value.is_exact()) {
            let message = "`*` stands in `deployers` only: one role or user assumes this";
            found.push(Diagnostic::error(Code::InvalidValue, principal.span, message));
        }
        if let Some(oidc) = self.oidc.as_ref().filter(|oidc| oidc.value.subject.0.is_empty()) {
            let message = "tokens of no subject count here, so nobody could assume the role";
            found.push(Diagnostic::error(Code::InvalidValue, oidc.span, message));
        }
        found
    }
}

impl Oidc {
    /// Whom a provider of the account knows, as far as its tokens are for the audience and of the subjects.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif>
    fn principal(&self, at: &Target) -> (Principal, Condition) {
        let Self { provider: Provider(provider), audience, subject } = self;
        let audience: Val<String> = audience.as_ref().map_or("sts.amazonaws.com", Text::as_str).into();
        let pattern = subject.0.iter().any(|subject| subject.value.0.contains('*'));
        let operator = if pattern { Operator::StringLike } else { Operator::StringEquals };
        let subjects = subject.0.iter().map(|subject| (*subject.value.0).into());
        let condition = Condition::default().and(Operator::StringEquals, &format!("{provider}:aud"), [audience]).and(
            operator,
            &format!("{provider}:sub"),
            subjects,
        );
        (Principal::Federated(global_arn("iam", at, format!("oidc-provider/{provider}"))), condition)
    }
}
