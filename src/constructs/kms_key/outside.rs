//! Users of a key outside of these stacks.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::cfn::policy::{Action, Condition, Principal, Statement};
use crate::cfn::{Arn, Pseudo, Val};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::Spanned;
use crate::name::{AccountId, text_type};

/// A role, user or account outside of these stacks, and what it may do with the key.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct OutsideUser {
    /// The ARN of a role or user, or the number of an account.
    principal: OutsidePrincipal,
    /// What it may do: KMS actions, each by its whole name.
    actions: Spanned<Vec<UseAction>>,
}

/// The ARN of a role or user, or the number of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
struct OutsidePrincipal {
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
        let named = resource.starts_with("role/") || resource.starts_with("user/");
        let exact = service == "iam" && region.is_empty() && named && !text.contains('*');
        Some(Self { text: text.into(), account: AccountId::new(account).filter(|_| exact)? })
    }

    fn is_account(&self) -> bool {
        *self.text == *self.account.as_str()
    }
}

text_type!(
    OutsidePrincipal,
    "the ARN of a role or user, or the twelve digits of an account",
    r"^(\d{12}|arn:[\w-]+:iam::\d{12}:(role|user)/.+)$"
);

/// A KMS action that uses a key, and works across accounts.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html>
const USE_ACTIONS: &[Action] = &[
    "kms:Decrypt",
    "kms:DeriveSharedSecret",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyPair",
    "kms:GenerateDataKeyPairWithoutPlaintext",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:GenerateMac",
    "kms:GetKeyRotationStatus",
    "kms:GetPublicKey",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "kms:Sign",
    "kms:Verify",
    "kms:VerifyMac",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct UseAction(Action);

impl<'de> Deserialize<'de> for UseAction {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let known = USE_ACTIONS.iter().find(|action| **action == text);
        known.map(|action| Self(action)).ok_or_else(|| serde::de::Error::unknown_variant(&text, USE_ACTIONS))
    }
}

impl JsonSchema for UseAction {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "UseAction".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "enum": USE_ACTIONS })
    }
}

impl OutsideUser {
    /// It may do something.
    pub(super) fn check(&self) -> Option<Diagnostic> {
        let nothing = self.actions.value.is_empty();
        nothing.then(|| {
            Diagnostic::error(Code::InvalidValue, self.actions.span, "an outside user needs at least one action")
        })
    }

    /// The statement that lets it use the key; its own account must let it too, by an identity policy.
    pub(super) fn statement(&self) -> Statement {
        let letters: String = self.principal.text.rsplit(':').next().unwrap_or_default().to_owned();
        let words = letters.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let mut sid =
            format!("OutsideUseBy{}", if self.principal.is_account() { "" } else { self.principal.account.as_str() });
        for word in words {
            sid.push_str(&word[..1].to_ascii_uppercase());
            sid.push_str(&word[1..]);
        }
        let root = Val::concat([
            "arn:".into(),
            Pseudo::Partition.into(),
            format!(":iam::{}:root", self.principal.account).into(),
        ]);
        let condition = match self.principal.is_account() {
            true => Condition::default(),
            false => Condition::default().caller([(*self.principal.text).into()]),
        };
        let actions = self.actions.value.iter().map(|action| action.0).collect();
        Statement::allow(sid, actions, vec![Arn::any()]).to(Principal::Account(root)).when(condition)
    }
}
