//! `ReplicaKey`

use schemars::JsonSchema;
use serde::Deserialize;

use super::alias::alias_name;
use super::direct;
use super::key_policy::{AccountAccess, ExtraStatement, KeyPolicy, UsedBy};
use crate::cfn::{Handle, Resource, kms};
use crate::construct::{Attribute, By, Construct, Cx, Entry, KeyUse, Naming, Resources, To, Uses};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::document::Spanned;
use crate::environment::PrincipalPattern;
use crate::name::{Tags, Text};
use crate::service::Subject;
use crate::service::kms::REPLICATE;

/// A replica of a multi-Region key in another region: the same key material, so that what was encrypted in one region
/// can be decrypted in the other.
///
/// It stands beside a `region` and has a policy and an alias of its own, which follow from who uses it there. Whatever
/// takes a `KmsKey` in that region takes it. Rotation, and what the key is used for, are its primary's. Where AWS's
/// keys encrypt, nothing stands in for a replica: `only`, or `in: { dev: absent }`, leaves it out there. A table with a
/// replica under this key is in another stack than the key: each region of a stack is deployed as a whole, the one with
/// this key after the one with its primary, and before the table.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReplicaKey {
    /// The multi-Region key that it replicates.
    pub of: To<kms::Key>,
    /// What the key is for, in at most 8192 characters.
    pub description: Option<Text<8192>>,
    /// Who may manage the key, by default `manage`.
    pub account_access: Option<Spanned<AccountAccess>>,
    /// Roles and users that may manage the key and never use it, with `account-access: administrators-only`.
    #[serde(default)]
    pub administrators: Vec<Spanned<PrincipalPattern>>,
    /// Who uses the key outside of these stacks: roles, users, accounts, and AWS services for what they act for.
    #[serde(default)]
    pub used_by: Vec<UsedBy>,
    /// Statements of the key's policy for what no grant and no `used-by` can say.
    #[serde(default)]
    pub extra_statements: Vec<ExtraStatement>,
    /// Tags, besides the stack's.
    #[serde(default)]
    pub tags: Tags,
}

impl Construct for ReplicaKey {
    type Main = kms::Key;
    type Parts = Option<(Handle<kms::ReplicaKey>, Handle<kms::Alias>)>;

    const ADMITS_OTHER_ACCOUNTS: bool = true;

    fn grantable() -> Vec<&'static str> {
        direct::words()
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn name(&self, naming: &mut Naming<'_>) -> Self::Parts {
        naming.requires_keys().then(|| {
            let alias = alias_name(naming);
            naming.offer([Attribute::KeyId, Attribute::Id, Attribute::Arn, Attribute::AliasName]);
            (naming.unnamed(""), naming.named("Alias", alias))
        })
    }

    fn uses(&self, parts: &Self::Parts, cx: &Cx<'_>) -> Result<Uses> {
        let Some((replica, _)) = parts else { return Ok(Uses::default()) };
        let mut uses = direct::uses(&replica.as_key(), cx, |_| true);
        let by = By::Creator(cx.house().deployers.clone());
        let subject = Some(Subject::numbered(replica, replica.as_key().arn().text()));
        uses.keys.push(KeyUse { key: cx.get(&self.of)?, at: self.of.span(), by, access: &REPLICATE, subject });
        Ok(uses)
    }

    fn build(&self, parts: &Self::Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        let Some((replica, alias)) = parts else { return Ok(()) };
        let primary = cx.get(&self.of)?;
        let key = replica.as_key();
        let policy = self.policy(cx.construct_of(&self.of)?);
        let mut found = policy.check(&key, cx);
        found.extend(cx.check_kept(&key));
        found.extend(self.check(&primary, policy.primary, cx));
        out.report(found)?;
        let properties = kms::ReplicaKey {
            description: self.description.as_ref().map(|text| text.as_str().to_owned()),
            key_policy: policy.document(&key, cx),
            pending_window_in_days: Some(cx.house().key_pending_window),
            primary_key_arn: primary.arn(),
            tags: Vec::new(),
        };
        out.add(replica, properties);
        policy.ask_others(&key, None, cx, out);
        out.add(alias, kms::Alias { alias_name: alias.name(), target_key_id: key.key_id() });
        for part in [replica.any(), alias.any()] {
            out.keep(part, cx.kept_under(&key));
        }
        Ok(())
    }
}

impl ReplicaKey {
    /// A replica of this key, and every other property at its default.
    pub fn new(of: To<kms::Key>) -> Self {
        Self {
            of,
            description: None,
            account_access: None,
            administrators: Vec::new(),
            used_by: Vec::new(),
            extra_statements: Vec::new(),
            tags: Tags::new(),
        }
    }

    fn policy<'k>(&'k self, primary: &'k Entry) -> KeyPolicy<'k> {
        KeyPolicy {
            access: self.account_access.as_ref(),
            administrators: &self.administrators,
            used_by: &self.used_by,
            extra: &self.extra_statements,
            primary,
        }
    }

    /// That it is a replica of a primary key that can have one here.
    /// <https://docs.aws.amazon.com/kms/latest/APIReference/API_ReplicateKey.html>
    fn check(&self, key: &Handle<kms::Key>, primary: &Entry, cx: &Cx<'_>) -> Option<Diagnostic> {
        let wrong = |code, message| Diagnostic::error(code, self.of.span(), message);
        if key.any().kind == kms::ReplicaKey::TYPE {
            let message = format!("`{}` is a replica itself, and only its primary has others", self.of);
            return Some(wrong(Code::WrongReference, message).related(primary.place, "the replica"));
        }
        if primary.key_kind.is_some_and(|kind| !kind.multi_region) {
            let message = format!("`{}` is no multi-Region key, and so has no replicas", self.of);
            let diagnostic = wrong(Code::ConflictingProperties, message).related(primary.place, "the key");
            return Some(diagnostic.hint("a `KmsKey` can have replicas if it was made with `multi-region: true`"));
        }
        (key.target().region == cx.target().region).then(|| {
            let message = format!("a replica is in another region than its primary, and so is not `{}`", self.of);
            wrong(Code::WrongReference, message).hint("`region: …` beside the kind says where it is")
        })
    }
}
