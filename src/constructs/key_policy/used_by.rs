//! Users of a key outside of these stacks.

use std::sync::Arc;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::action::UseAction;
use crate::cfn::policy::{Condition, Operator, Principal, Statement};
use crate::cfn::{Arn, Handle, Pseudo, Val, kms, region};
use crate::construct::Cx;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::Spanned;
use crate::name::{AccountId, Target, text_type};

/// Who uses a key outside of these stacks, through what, for what, and what it may do.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct UsedBy {
    /// The ARN of a role or user, in which a `*` stands for any text, or the number of an account.
    pub principal: Option<Spanned<OutsidePrincipal>>,
    /// An AWS service that uses the key by itself, by its name before `.amazonaws.com`.
    pub service: Option<Spanned<ServiceName>>,
    /// What the service acts for: an ARN, in which a `*` stands for any text. It is needed with `service`.
    pub source: Option<Spanned<SourcePattern>>,
    /// The account of that source, where its ARN holds none, as those of buckets: that of the key unless said otherwise.
    pub account: Option<Spanned<AccountId>>,
    /// The AWS service through which a principal uses the key, by its name before the region: `dynamodb`.
    pub through: Option<Spanned<ServiceName>>,
    /// The encryption context that requests carry: what the key is used for.
    #[serde(default)]
    pub context: IndexMap<String, String>,
    /// What it may do: KMS actions, each by its whole name.
    pub actions: Spanned<Vec<UseAction>>,
}

/// Roles and users by an ARN, or an account by its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsidePrincipal {
    text: Arc<str>,
    account: AccountId,
}

impl OutsidePrincipal {
    fn new(text: &str) -> Option<Self> {
        if let Some(account) = AccountId::new(text) {
            return Some(Self { text: text.into(), account });
        }
        let mut fields = text.strip_prefix("arn:")?.splitn(5, ':').skip(1);
        let (service, region, account, resource) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
        let name = resource.strip_prefix("role/").or_else(|| resource.strip_prefix("user/"))?;
        let specific = name.chars().any(|c| c != '*' && c != '/');
        let iam = service == "iam" && region.is_empty() && specific;
        Some(Self { text: text.into(), account: AccountId::new(account).filter(|_| iam)? })
    }

    /// Whether it is an account as a whole.
    pub(super) fn is_account(&self) -> bool {
        *self.text == *self.account.as_str()
    }

    /// It as users write it.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Its account, as a principal.
    pub(super) fn root(&self) -> Val<String> {
        Val::concat(["arn:".into(), Pseudo::Partition.into(), format!(":iam::{}:root", self.account).into()])
    }
}

text_type!(
    OutsidePrincipal,
    "the ARN of a role or user, or the twelve digits of an account",
    r"^(\d{12}|arn:[\w-]+:iam::\d{12}:(role|user)/.+)$"
);

/// The name of an AWS service, as principals and `kms:ViaService` have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceName(Arc<str>);

impl ServiceName {
    fn new(text: &str) -> Option<Self> {
        let word = |word: &str| {
            !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        };
        (text.split('.').all(word) && !text.contains("amazonaws")).then(|| Self(text.into()))
    }
}

text_type!(ServiceName, "the name of an AWS service, such as `cloudtrail`", r"^[a-z0-9.-]+$");

/// The ARN of what a service acts for, in which a `*` stands for any text. It holds an account or is that of a bucket,
/// whose account stands beside it, so that it never stands for the resources of everybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcePattern(Arc<str>);

impl SourcePattern {
    fn new(text: &str) -> Option<Self> {
        let fields: Vec<&str> = text.splitn(6, ':').collect();
        let ["arn", partition, service, _, account, resource] = fields.as_slice() else { return None };
        let bucket = *service == "s3" && !resource.starts_with('*');
        let owned = AccountId::new(account).is_some() || bucket;
        (partition.starts_with("aws") && owned && !service.contains('*')).then(|| Self(text.into()))
    }

    /// Whether the ARN itself says whose it is.
    fn holds_account(&self) -> bool {
        self.0.split(':').nth(4).and_then(AccountId::new).is_some()
    }

    /// Tests for this source, and for its account where the ARN holds none: anybody may own a bucket of such a name.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html>
    fn condition(&self, account: Option<&AccountId>, key_at: &Target) -> Condition {
        let condition = match account {
            _ if self.holds_account() => Condition::default(),
            Some(account) => {
                Condition::default().and(Operator::StringEquals, "aws:SourceAccount", [account.as_str().into()])
            }
            None => Condition::default().source_account(key_at),
        };
        let operator = if self.0.contains('*') { Operator::ArnLike } else { Operator::ArnEquals };
        condition.and(operator, "aws:SourceArn", [(*self.0).into()])
    }
}

text_type!(
    SourcePattern,
    "the ARN of what the service acts for, with an account, such as `arn:aws:cloudtrail:*:111122223333:trail/main`",
    r"^arn:aws[a-z-]*:[^:*]+:[^:]*:[^:]*:.+$"
);

impl UsedBy {
    /// It is somebody, and may do something.
    pub(super) fn check(&self) -> Diagnostics {
        let mut found = Diagnostics::default();
        let mut conflict = |at, message: &str| found.push(Diagnostic::error(Code::ConflictingProperties, at, message));
        match (&self.principal, &self.service) {
            (None, None) => conflict(self.actions.span, "nobody is named here: `principal` or `service` says who"),
            (Some(_), Some(service)) => {
                conflict(service.span, "`principal` or `service`, not both: they are two users");
            }
            (None, Some(service)) if self.source.is_none() => {
                conflict(service.span, "a service acts for something, and without `source` it would be for anybody");
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
        found
    }

    /// The statement that lets it use the key.
    pub(super) fn statement(&self, cx: &Cx<'_>) -> Statement {
        let organization = cx.house().organization.as_ref();
        let (name, principal, condition) = match (&self.principal, &self.service) {
            (Some(principal), _) => {
                let OutsidePrincipal { text, account } = &principal.value;
                let condition = match principal.value.is_account() {
                    true => Condition::default(),
                    false => Condition::default().caller([(**text).into()]),
                };
                let foreign = cx.target().account.as_ref() != Some(account);
                let condition = match organization.filter(|_| foreign) {
                    Some(id) => condition.and(Operator::StringEquals, "aws:PrincipalOrgID", [id.as_str().into()]),
                    None => condition,
                };
                let name = match principal.value.is_account() {
                    true => account.to_string(),
                    false => format!("{account} {}", text.rsplit(':').next().unwrap_or_default()),
                };
                (name, Principal::Account(principal.value.root()), condition)
            }
            (None, service) => {
                let service = service.as_ref().map_or("", |service| &*service.value.0);
                let account = self.account.as_ref().map(|account| &account.value);
                let condition = self.source.as_ref().map(|source| source.value.condition(account, cx.target()));
                let principal = Principal::Service(vec![format!("{service}.amazonaws.com").into()]);
                (service.to_owned(), principal, condition.unwrap_or_default())
            }
        };
        let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let capital = |word: &str| format!("{}{}", word[..1].to_ascii_uppercase(), &word[1..]);
        let sid = format!("OutsideUseBy{}", words.map(capital).collect::<String>());
        let actions = self.actions.value.iter().map(|action| action.0).collect();
        Statement::allow(sid, actions, vec![Arn::any()]).to(principal).when(condition.with(self.request(cx)))
    }

    /// The other half, for whoever is in another account: what its own policies have to say.
    pub(super) fn other_half(&self, key: &Handle<kms::Key>, cx: &Cx<'_>) -> Option<(AccountId, Statement)> {
        let account = &self.principal.as_ref()?.value.account;
        if cx.target().account.as_ref() == Some(account) {
            return None;
        }
        let actions = self.actions.value.iter().map(|action| action.0).collect();
        let sid = format!("Use{}", key.id().logical);
        Some((account.clone(), Statement::allow(sid, actions, vec![key.arn().into()]).when(self.request(cx))))
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
