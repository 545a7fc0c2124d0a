//! Users of a key outside of these stacks.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::action::{UseAction, check_actions};
use super::outside::{OutsidePrincipal, ServiceName, SourcePattern};
use crate::cfn::policy::{Action, Condition, Operator, Principal, Statement};
use crate::cfn::{Arn, Handle, Val, kms, region};
use crate::construct::{Cx, in_organization};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::Spanned;
use crate::name::{AccountId, Target};
use crate::service::logs;

/// Who uses a key outside of these stacks, through what, for what, and what it may do.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct UsedBy {
    /// The ARN of a role or user, in which a `*` stands for any text, or the number of an account.
    pub principal: Option<Spanned<OutsidePrincipal>>,
    /// An AWS service that uses the key by itself, by its name before `.amazonaws.com`.
    pub service: Option<Spanned<ServiceName>>,
    /// What the service acts for: an ARN, in which a `*` stands for any text. A service needs it, or a `context` that
    /// holds such an ARN: CloudWatch Logs, and EventBridge for topics, name what they act for in the context alone.
    pub source: Option<Spanned<SourcePattern>>,
    /// The account of that source, where its ARN holds none, as those of buckets: that of the key unless said
    /// otherwise.
    pub account: Option<Spanned<AccountId>>,
    /// The AWS service through which a principal uses the key, by its name before the region: `dynamodb`.
    pub through: Option<Spanned<ServiceName>>,
    /// The encryption context that requests carry: what the key is used for. A `*` stands for any text.
    #[serde(default)]
    pub context: IndexMap<String, String>,
    /// What it may do: KMS actions, each by its whole name.
    pub actions: Spanned<Vec<UseAction>>,
}

/// Services that name in the encryption context alone what they act for, at least sometimes: EventBridge does where it
/// publishes to topics.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html>
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html>
const NAMED_BY_CONTEXT: &[&str] = &["events", "logs"];

impl UsedBy {
    /// It is somebody, and may do something that a request like this does.
    pub(super) fn check(&self, at: &Target) -> Diagnostics {
        let mut found: Diagnostics =
            self.service.as_ref().and_then(|service| service.value.doubt(service.span)).into_iter().collect();
        let mut conflict = |at, message: &str| found.push(Diagnostic::error(Code::ConflictingProperties, at, message));
        match (&self.principal, &self.service) {
            (None, None) => conflict(self.actions.span, "nobody is named here: `principal` or `service` says who"),
            (Some(_), Some(service)) => {
                conflict(service.span, "`principal` or `service`, not both: they are two users");
            }
            (None, Some(service)) if self.source.is_none() && !self.context_names_source() => {
                let message = "a service acts for something, and without an ARN in `source` or `context` for anybody";
                conflict(service.span, message);
            }
            (Some(_), None) => {
                if let Some(source) = &self.source {
                    conflict(source.span, "only services act for a source");
                }
            }
            (None, Some(_)) => {
                if let Some(through) = &self.through {
                    conflict(through.span, "a service uses the key by itself, not through another");
                }
            }
        }
        if let Some(source) = self.source.as_ref().filter(|_| self.is_for_logs()) {
            let message = "CloudWatch Logs names no source to KMS, so that this would never hold";
            let hint = "`context: { \"aws:logs:arn\": … }` says for which log groups";
            found.push(Diagnostic::error(Code::ConflictingProperties, source.span, message).hint(hint));
        }
        if let Some(there) =
            self.principal.as_ref().and_then(|it| it.value.other_partition(at).map(|there| (it.span, there)))
        {
            let message = format!("nobody of the partition `{}` calls what is deployed here", there.1.name());
            found.push(Diagnostic::error(Code::ConflictingProperties, there.0, message));
        }
        if let Some(service) = self.service.as_ref().filter(|it| it.value.region().is_some()) {
            let message =
                format!("`{}` has a region, and the service of the key's own is meant", service.value.as_str());
            let name = service.value.as_str().split('.').next().unwrap_or_default();
            found.push(Diagnostic::error(Code::InvalidValue, service.span, message).hint(format!("as in `{name}`")));
        }
        if self.context.contains_key("") {
            let message = "an encryption context consists of pairs, each with a key";
            found.push(Diagnostic::error(Code::InvalidValue, self.actions.span, message));
        }
        if let Some(through) = self.through.as_ref().filter(|it| it.value.0.contains('.')) {
            let message = format!("`{}` is not the name of a service before its region", through.value.0);
            let name = through.value.0.split('.').next().unwrap_or_default();
            found.push(Diagnostic::error(Code::InvalidValue, through.span, message).hint(format!("as in `{name}`")));
        }
        if let Some(account) = &self.account {
            let at = |message: &str| Diagnostic::error(Code::ConflictingProperties, account.span, message);
            match &self.source {
                None => found.push(at("only services act for a source, and an account that owns it")),
                Some(source) if source.value.holds_account() => {
                    let message = "the ARN of the source says already which account it is of";
                    found.push(at(message).related(source.span, "the source"));
                }
                Some(_) => {}
            }
        }
        if self.actions.value.is_empty() {
            let message = "whoever uses the key needs at least one action";
            found.push(Diagnostic::error(Code::InvalidValue, self.actions.span, message));
        }
        found.extend(check_actions(&self.actions(), self.actions.span, !self.context.is_empty()));
        found
    }

    /// What it may do.
    pub(super) fn actions(&self) -> Vec<Action> {
        self.actions.value.iter().map(|action| action.0).collect()
    }

    /// Whether it is CloudWatch Logs, acting for log groups.
    fn is_for_logs(&self) -> bool {
        self.service.as_ref().is_some_and(|service| *service.value.0 == *logs::OF_KEYS.name)
    }

    /// Whether the encryption context says what a service acts for, and in whose account.
    fn context_names_source(&self) -> bool {
        let service = self.service.as_ref().map_or("", |service| service.value.as_str());
        let known = NAMED_BY_CONTEXT.contains(&service);
        known
            && self.context.values().filter_map(|value| SourcePattern::new(value)).any(|source| source.holds_account())
    }

    /// The statement that lets it use the key.
    pub(super) fn statement(&self, cx: &Cx<'_>) -> Statement {
        let (name, principal, condition) = match (&self.principal, &self.service) {
            (Some(principal), _) => {
                let (text, account) = (principal.value.text(), &principal.value.account);
                let there = Target::in_account(account.clone());
                let condition = match principal.value.is_account() {
                    true => Condition::default(),
                    false => Condition::default().caller([text.into()]),
                };
                let condition = in_organization(condition, &there, cx.target(), cx.house());
                let name = match principal.value.is_account() {
                    true => account.to_string(),
                    false => format!("{account} {}", text.rsplit(':').next().unwrap_or_default()),
                };
                (name, Principal::Account(principal.value.root()), condition)
            }
            (None, service) => {
                let service = service.as_ref().map_or("", |service| service.value.as_str());
                let account = self.account.as_ref().map(|account| &account.value);
                let condition = self.source.as_ref().map(|source| source.value.condition(account, cx.target()));
                let principal = match self.is_for_logs() {
                    true => logs::OF_KEYS.at(cx.target()),
                    false => format!("{service}.amazonaws.com").into(),
                };
                let principal = Principal::Service(vec![principal]);
                (service.to_owned(), principal, condition.unwrap_or_default())
            }
        };
        let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let capital = |word: &str| format!("{}{}", word[..1].to_ascii_uppercase(), &word[1..]);
        let sid = format!("OutsideUseBy{}", words.map(capital).collect::<String>());
        Statement::allow(sid, self.actions(), vec![Arn::any()]).to(principal).when(condition.with(self.request(cx)))
    }

    /// The other half: what policies of whoever it is have to say.
    pub(super) fn other_half(&self, key: &Handle<kms::Key>, cx: &Cx<'_>) -> Statement {
        let sid = format!("Use{}", key.id().logical);
        Statement::allow(sid, self.actions(), vec![key.arn().into()]).when(self.request(cx))
    }

    /// What the request itself has to be like.
    fn request(&self, cx: &Cx<'_>) -> Condition {
        let mut condition = Condition::default();
        if let Some(through) = &self.through {
            let via = [format!("{}.", through.value.0).into(), region(cx.target()), ".amazonaws.com".into()];
            condition = condition.and(Operator::StringEquals, "kms:ViaService", [Val::concat(via)]);
        }
        for (key, value) in &self.context {
            let operator = if value.contains('*') { Operator::StringLike } else { Operator::StringEquals };
            condition = condition.and(operator, &format!("kms:EncryptionContext:{key}"), [value.as_str().into()]);
        }
        condition
    }
}
