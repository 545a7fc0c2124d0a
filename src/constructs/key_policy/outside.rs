//! Whoever is outside of these stacks, as users write him.

use std::sync::Arc;

use crate::cfn::policy::{Condition, Operator};
use crate::cfn::{Pseudo, Val};
use crate::diagnostic::{Code, Diagnostic, Span, nearest};
use crate::name::{AccountId, Partition, Region, Target, text_type};
use crate::service::PRINCIPALS;

/// Roles and users by an ARN, or an account by its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsidePrincipal {
    text: Arc<str>,
    pub(super) account: AccountId,
}

impl OutsidePrincipal {
    fn new(text: &str) -> Option<Self> {
        if let Some(account) = AccountId::new(text) {
            return Some(Self { text: text.into(), account });
        }
        let fields: Vec<&str> = text.splitn(6, ':').collect();
        let ["arn", partition, "iam", "", account, resource] = fields.as_slice() else { return None };
        let name = resource.strip_prefix("role/").or_else(|| resource.strip_prefix("user/"))?;
        let specific = name.chars().any(|c| !matches!(c, '*' | '?' | '/'));
        let exists = Partition::named(partition).is_some();
        Some(Self { text: text.into(), account: AccountId::new(account).filter(|_| specific && exists)? })
    }

    /// What is probably meant by a text that is none.
    fn mend(text: &str) -> Option<String> {
        let account = AccountId::new(text.strip_prefix("arn:")?.split(':').nth(3)?)?;
        let whole = text.ends_with(":root") || text.ends_with(":*") || text.ends_with("/*") || text.ends_with("/?");
        whole
            .then(|| format!("a `*` needs something beside it, such as `role/app-*`; `{account}` is the whole account"))
    }

    /// Whether it is an account as a whole.
    pub(super) fn is_account(&self) -> bool {
        *self.text == *self.account.as_str()
    }

    /// Whether it is of another account than this, as far as that is known.
    pub(super) fn is_elsewhere(&self, at: &Target) -> bool {
        at.account.as_ref().is_some_and(|account| *account != self.account)
    }

    /// The partition that its ARN names, if it is not that of the target: no request there comes from it.
    pub(super) fn other_partition(&self, at: &Target) -> Option<Partition> {
        let named = self.text.split(':').nth(1).and_then(Partition::named)?;
        at.partition().filter(|here| *here != named).map(|_| named)
    }

    /// The role or user after the account, where it is one.
    pub(super) fn resource(&self) -> Option<&str> {
        self.text.splitn(6, ':').nth(5)
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
    r"^(\d{12}|arn:aws[\w-]*:iam::\d{12}:(role|user)/.+)$",
    OutsidePrincipal::mend
);

/// The name of an AWS service, as principals and `kms:ViaService` have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceName(pub(super) Arc<str>);

impl ServiceName {
    /// The name as text.
    pub(in crate::constructs) fn as_str(&self) -> &str {
        &self.0
    }

    /// The region that it ends with, where it has one.
    pub(super) fn region(&self) -> Option<Region> {
        self.0.rsplit_once('.').and_then(|(_, last)| Region::new(last))
    }

    fn new(text: &str) -> Option<Self> {
        let word = |word: &str| {
            !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        };
        (text.split('.').all(word) && !text.contains("amazonaws")).then(|| Self(text.into()))
    }

    /// What is probably meant by a text that is none.
    fn mend(text: &str) -> Option<String> {
        let name = text.strip_suffix(".amazonaws.com").or_else(|| text.strip_suffix(".amazonaws.com.cn"))?;
        Self::new(name).map(|_| format!("its name alone: `{name}`"))
    }

    /// That no service is known by this name, and one by nearly the same.
    pub(in crate::constructs) fn doubt(&self, at: Span) -> Option<Diagnostic> {
        if PRINCIPALS.contains(&&*self.0) {
            return None;
        }
        let near = nearest(&self.0, PRINCIPALS.iter().rev().copied())?; // of names with one beginning the longest
        let message = format!("no AWS service is known here as `{}`, so it is new or misspelt", self.0);
        Some(Diagnostic::warning(Code::InvalidValue, at, message).hint(format!("did you mean `{near}`?")))
    }
}

text_type!(ServiceName, "the name of an AWS service, such as `cloudtrail`", r"^[a-z0-9.-]+$", ServiceName::mend);

/// The ARN of what a service acts for, in which a `*` stands for any text. It holds an account or is that of a bucket,
/// whose account stands beside it, so that it never stands for the resources of everybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcePattern(Arc<str>);

impl SourcePattern {
    pub(super) fn new(text: &str) -> Option<Self> {
        let fields: Vec<&str> = text.splitn(6, ':').collect();
        let ["arn", partition, service, _, account, resource] = fields.as_slice() else { return None };
        let bucket = *service == "s3" && !resource.starts_with('*');
        let owned = AccountId::new(account).is_some() || bucket;
        (partition.starts_with("aws") && owned && !service.contains('*')).then(|| Self(text.into()))
    }

    /// What is probably meant by a text that is none.
    fn mend(text: &str) -> Option<String> {
        let account = text.strip_prefix("arn:")?.split(':').nth(3)?;
        let hint =
            "the account's number stands in it; where environments have other ones, `in:` says another source for each";
        AccountId::new(account).is_none().then(|| hint.to_owned())
    }

    /// Whether the ARN itself says whose it is.
    pub(super) fn holds_account(&self) -> bool {
        self.0.split(':').nth(4).and_then(AccountId::new).is_some()
    }

    /// Tests for this source, and for its account where the ARN holds none: anybody may own a bucket of such a name.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html>
    pub(in crate::constructs) fn condition(&self, account: Option<&AccountId>, at: &Target) -> Condition {
        let condition = match account {
            _ if self.holds_account() => Condition::default(),
            Some(account) => {
                Condition::default().and(Operator::StringEquals, "aws:SourceAccount", [account.as_str().into()])
            }
            None => Condition::default().source_account(at),
        };
        let operator = if self.0.contains('*') { Operator::ArnLike } else { Operator::ArnEquals };
        condition.and(operator, "aws:SourceArn", [(*self.0).into()])
    }
}

text_type!(
    SourcePattern,
    "the ARN of what the service acts for, with an account, such as `arn:aws:cloudtrail:*:111122223333:trail/main`",
    r"^arn:aws[a-z-]*:[^:*]+:[^:]*:[^:]*:.+$",
    SourcePattern::mend
);
