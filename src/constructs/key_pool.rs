//! `KeyPool`

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

use super::alias::with_alias;
use super::direct;
use super::key_policy::{AccountAccess, ExtraStatement, KeyPolicy, UsedBy};
use super::kms_key::Rotation;
use crate::cfn::kms::{self, KeySpec, KeyUsage};
use crate::cfn::{Handle, Val};
use crate::construct::{Attribute, Construct, Cx, Naming, Pool, PoolNames, Resources, Uses};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result};
use crate::document::Spanned;
use crate::environment::PrincipalPattern;
use crate::name::{Bounded, Tags, Text};
use crate::service::kms::KeyKind;

/// A number of keys that share the work: a service takes one of them for each thing that it encrypts.
///
/// Each key has an alias, which is that of the pool with `-1`, `-2` and so on. What is granted on the pool is granted
/// on all of its keys; `wallets/pool[3]` is the third of them, and stands wherever a key does. The pool as a whole has
/// a `size`, an `alias-prefix` (what its aliases begin with, without `alias/`) and `aliases`: those of the keys that
/// are not retired, with commas between them. A pool that grows leaves the keys that it has as they are. A key leaves by
/// `retired`: it stays, with its alias, and decrypts, and does nothing else. It counts in `size`, so whoever numbers
/// aliases from 1 to that meets it, and is refused; `aliases` leaves it out. Where keys are kept when they leave their
/// template, a pool that is smaller than in the last output is an error. Without that output only the account knows how
/// large the pool was: there, `deploy.sh` looks, and refuses. Where AWS's keys encrypt, nothing stands in for a pool:
/// `only`, or `in: { dev: absent }`, leaves it out there.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct KeyPool {
    /// How many keys there are, with those that are retired: 1 to 100.
    pub size: Bounded<1, 100>,
    /// The numbers of keys that nothing new is encrypted under.
    #[serde(default)]
    pub retired: Vec<Spanned<Bounded<1, 100>>>,
    /// What the keys are for, in at most 8192 characters.
    pub description: Option<Text<8192>>,
    /// Days between two rotations of each key's material, 90 to 2560, or `false` for none. By default, and with `true`,
    /// 365.
    pub rotation: Option<Spanned<Rotation>>,
    /// Who may manage the keys, by default `manage`.
    pub account_access: Option<Spanned<AccountAccess>>,
    /// Roles and users that may manage the keys and never use them, with `account-access: administrators-only`.
    #[serde(default)]
    pub administrators: Vec<Spanned<PrincipalPattern>>,
    /// Who uses the keys outside of these stacks: roles, users, accounts, and AWS services for what they act for.
    #[serde(default)]
    pub used_by: Vec<UsedBy>,
    /// Statements of the keys' policies for what no grant and no `used-by` can say.
    #[serde(default)]
    pub extra_statements: Vec<ExtraStatement>,
    /// Tags, besides the stack's.
    #[serde(default)]
    pub tags: Tags,
}

/// What the keys of a pool are: none of them has replicas.
const KIND: KeyKind =
    KeyKind { spec: KeySpec::SYMMETRIC_DEFAULT, usage: KeyUsage::ENCRYPT_DECRYPT, multi_region: false };

/// All that a retired key still does.
const RETIRED: &str = "decrypt";

impl Construct for KeyPool {
    type Main = Pool;
    type Parts = Option<Vec<(Handle<kms::Key>, Handle<kms::Alias>)>>;

    const ADMITS_OTHER_ACCOUNTS: bool = true;

    fn grantable() -> Vec<&'static str> {
        let symmetric = ["encrypt", "decrypt", "re-encrypt", "describe"].into_iter();
        symmetric.chain(["generate-data-key", "generate-data-key-without-plaintext"]).collect()
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn name(&self, naming: &mut Naming<'_>) -> Self::Parts {
        naming.requires_keys().then(|| {
            naming.makes_keys_of(KIND);
            let name = naming.physical("key");
            let alias = with_alias(name.clone());
            let member = |number: u32| Val::concat([alias.clone(), format!("-{number}").into()]);
            let retired = self.retired();
            naming.offer_pool(PoolNames {
                size: self.size.get() as usize,
                prefix: name.known().and_then(|name| name.strip_prefix("alias/")).map_or(name.clone(), Val::from),
                active: (1..=self.size.get()).filter(|number| !retired.contains(number)).map(member).collect(),
            });
            naming.offer([Attribute::KeyId, Attribute::Id, Attribute::Arn, Attribute::AliasName]);
            let mut key = |number: u32| {
                let key = naming.unnamed(&format!("Key{number}"));
                (key, naming.named(&format!("Key{number}Alias"), member(number)))
            };
            (1..=self.size.get()).map(&mut key).collect()
        })
    }

    fn uses(&self, parts: &Self::Parts, cx: &Cx<'_>) -> Result<Uses> {
        let retired = self.retired();
        let mut uses = Uses::default();
        for (number, (key, _)) in (1..).zip(parts.iter().flatten()) {
            let gives = |word: &str| !retired.contains(&number) || word == RETIRED;
            uses.keys.extend(direct::uses(key, cx, gives).keys);
        }
        Ok(uses)
    }

    fn build(&self, parts: &Self::Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        let Some(keys) = parts else { return Ok(()) };
        out.report(self.check(keys, cx))?;
        let rotation = self.rotation.as_ref().map_or_else(Rotation::default, |it| it.value);
        for (number, (key, alias)) in (1..).zip(keys) {
            let properties = kms::Key {
                description: self.description.as_ref().map(|text| text.as_str().to_owned()),
                enable_key_rotation: Some(rotation != Rotation::Off),
                rotation_period_in_days: rotation.days(),
                key_policy: self.policy(cx).document(key, cx),
                pending_window_in_days: Some(cx.house().key_pending_window),
                ..kms::Key::default()
            };
            out.add(key, properties);
            self.policy(cx).ask_others(key, Some(number), cx, out);
            out.add(alias, kms::Alias { alias_name: alias.name(), target_key_id: key.key_id() });
            for part in [key.any(), alias.any()] {
                out.keep(part, cx.kept_under(key));
            }
        }
        Ok(())
    }
}

impl KeyPool {
    /// A pool of so many keys, and every other property at its default.
    pub fn new(size: Bounded<1, 100>) -> Self {
        Self {
            size,
            retired: Vec::new(),
            description: None,
            rotation: None,
            account_access: None,
            administrators: Vec::new(),
            used_by: Vec::new(),
            extra_statements: Vec::new(),
            tags: Tags::new(),
        }
    }

    fn policy<'k>(&'k self, cx: &Cx<'k>) -> KeyPolicy<'k> {
        KeyPolicy {
            access: self.account_access.as_ref(),
            administrators: &self.administrators,
            used_by: &self.used_by,
            extra: &self.extra_statements,
            primary: cx.entry(),
        }
    }

    fn retired(&self) -> BTreeSet<u32> {
        self.retired.iter().map(|number| number.value.get()).collect()
    }

    fn check(&self, keys: &[(Handle<kms::Key>, Handle<kms::Alias>)], cx: &Cx<'_>) -> Diagnostics {
        let mut found = Diagnostics::default();
        for mistake in keys.iter().flat_map(|(key, _)| self.policy(cx).check(key, cx)) {
            if !found.iter().any(|other| *other == mistake) {
                found.push(mistake); // most concern all keys alike
            }
        }
        let size = self.size.get();
        for number in self.retired.iter().filter(|number| number.value.get() > size) {
            let message = format!("the pool has {size} keys, and so no key {}", number.value.get());
            let hint = "a retired key stays in the pool, and counts in `size`";
            found.push(Diagnostic::error(Code::ConflictingProperties, number.span, message).hint(hint));
        }
        found.extend(keys.iter().flat_map(|(key, _)| cx.check_kept(key)));
        let retired = self.retired();
        if retired.len() == size as usize {
            let message = "every key of the pool is retired, and none is left to encrypt under";
            found.push(Diagnostic::error(Code::ConflictingProperties, cx.entry().place, message));
        }
        for (number, (key, _)) in (1..).zip(keys).filter(|(number, _)| retired.contains(number)) {
            for at in cx.data_places(key) {
                let message = format!("key {number} of the pool is retired, and cannot encrypt anything new");
                let diagnostic = Diagnostic::error(Code::ConflictingProperties, at, message);
                found.push(diagnostic.related(cx.entry().place, "the pool"));
            }
        }
        found
    }
}
