//! `KmsKey`

mod rotation;

use schemars::JsonSchema;
use serde::Deserialize;

pub use self::rotation::Rotation;
use super::alias::alias_name;
use super::direct;
use super::key_policy::{AccountAccess, ExtraStatement, KeyPolicy, UsedBy};
use crate::cfn::kms::{KeySpec, KeyUsage};
use crate::cfn::{Handle, kms};
use crate::construct::{Attribute, Construct, Cx, Naming, Resources, Uses};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result};
use crate::document::Spanned;
use crate::environment::PrincipalPattern;
use crate::name::{Partition, Tags, Text};
use crate::service::kms::{KeyKind, usages};

/// A KMS key with an alias, and a key policy that follows from who uses the key.
///
/// Everything encrypted under the key, every role that was granted use of it, and whoever creates what it encrypts is
/// in its policy, each with exactly the actions and conditions of its requests. Nobody else can use it, unless
/// `account-access: delegate` or `used-by` says so. Creating what it encrypts takes use of it, through the service
/// and for these resources only: by the `deployers`, or by whoever IAM lets where nobody is named.
///
/// The alias is `alias/` and what the naming rule gives for the kind `key`. How long the key can be saved after an
/// order to delete it is the rule `key-pending-window`. Where `encryption` is not `customer-managed`, there is neither
/// key nor alias, and whatever names the key is encrypted as that rule says.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct KmsKey {
    /// What the key is for, in at most 8192 characters.
    // https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html#KMS-CreateKey-request-Description
    pub description: Option<Text<8192>>,
    /// Days between two rotations of the key material, 90 to 2560, or `false` for none. By default, and with `true`,
    /// 365. Only symmetric keys rotate.
    pub rotation: Option<Spanned<Rotation>>,
    /// The kind of key material, by default `SYMMETRIC_DEFAULT`, the only one that encrypts data in other services.
    pub spec: Option<Spanned<KeySpec>>,
    /// What the key is used for, where its kind leaves a choice.
    pub usage: Option<Spanned<KeyUsage>>,
    /// Whether the key can have replicas in other regions. It cannot be changed later.
    #[serde(default)]
    pub multi_region: bool,
    /// Who may manage the key, by default `manage`.
    pub account_access: Option<Spanned<AccountAccess>>,
    /// Roles and users that may manage the key and never use it, with `account-access: administrators-only`.
    #[serde(default)]
    pub administrators: Vec<Spanned<PrincipalPattern>>,
    /// Who uses the key outside of these stacks: roles, users, accounts, and AWS services for what they act for. The
    /// other half, which policies of another account have to say, is shown on every run and written beside the
    /// template.
    #[serde(default)]
    pub used_by: Vec<UsedBy>,
    /// Statements of the key's policy for what no grant and no `used-by` can say.
    #[serde(default)]
    pub extra_statements: Vec<ExtraStatement>,
    /// Tags of the key, besides its stack's.
    #[serde(default)]
    pub tags: Tags,
}

impl Construct for KmsKey {
    type Main = kms::Key;
    type Parts = Option<(Handle<kms::Key>, Handle<kms::Alias>)>;

    const ADMITS_OTHER_ACCOUNTS: bool = true;

    fn grantable() -> Vec<&'static str> {
        direct::words()
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn name(&self, naming: &mut Naming<'_>) -> Self::Parts {
        naming.has_keys().then(|| {
            naming.makes_keys_of(self.kind());
            let alias = alias_name(naming);
            naming.offer([Attribute::KeyId, Attribute::Id, Attribute::Arn, Attribute::AliasName]);
            (naming.unnamed(""), naming.named("Alias", alias))
        })
    }

    fn uses(&self, parts: &Self::Parts, cx: &Cx<'_>) -> Result<Uses> {
        let Some((key, _)) = parts else { return Ok(Uses::default()) };
        Ok(direct::uses(key, cx, |_| true))
    }

    fn build(&self, parts: &Self::Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        let Some((key, alias)) = parts else { return Ok(()) };
        out.report(self.check(key, cx))?;
        let kind = self.kind();
        let symmetric = kind.is_symmetric();
        let rotation = if symmetric {
            self.rotation.as_ref().map_or_else(Rotation::default, |it| it.value)
        } else {
            Rotation::Off
        };
        let properties = kms::Key {
            description: self.description.as_ref().map(|text| text.as_str().to_owned()),
            enable_key_rotation: symmetric.then_some(rotation != Rotation::Off),
            rotation_period_in_days: rotation.days(),
            key_policy: self.policy(cx).document(key, cx),
            key_spec: (!symmetric).then_some(kind.spec),
            key_usage: (!symmetric).then_some(kind.usage),
            multi_region: self.multi_region.then_some(true),
            pending_window_in_days: Some(cx.house().key_pending_window),
            tags: Vec::new(),
        };
        out.add(key, properties);
        self.policy(cx).ask_others(key, None, cx, out);
        out.add(alias, kms::Alias { alias_name: alias.name(), target_key_id: key.key_id() });
        for part in [key.any(), alias.any()] {
            out.keep(part, cx.kept_under(key));
        }
        Ok(())
    }
}

impl KmsKey {
    fn kind(&self) -> KeyKind {
        let spec = self.spec.as_ref().map_or(KeySpec::default(), |spec| spec.value);
        let usage = self.usage.as_ref().map_or_else(|| usages(spec)[0], |usage| usage.value);
        KeyKind { spec, usage, multi_region: self.multi_region }
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

    /// What serde cannot check: properties against each other, the environment, and whoever uses the key.
    fn check(&self, key: &Handle<kms::Key>, cx: &Cx<'_>) -> Diagnostics {
        let mut found = Diagnostics::default();
        let (place, spec) = (cx.entry().place, self.kind().spec);
        let conflict = |span, message: String| Diagnostic::error(Code::ConflictingProperties, span, message);
        let possible: Vec<String> = usages(spec).iter().map(ToString::to_string).collect();
        let possible = possible.iter().map(String::as_str);
        match &self.usage {
            Some(usage) if !usages(spec).contains(&usage.value) => {
                let message = format!("a key of `{}` cannot be used for `{}`", spec, usage.value);
                found.push(conflict(usage.span, message).allowed(possible));
            }
            None if usages(spec).len() > 1 => {
                let message = format!("`usage` is missing here: keys of `{spec}` have more than one");
                found.push(Diagnostic::error(Code::MissingProperty, place, message).allowed(possible));
            }
            _ => {}
        }
        if let Some(rotation) = &self.rotation
            && spec != KeySpec::SYMMETRIC_DEFAULT
            && rotation.value != Rotation::Off
        {
            found.push(conflict(rotation.span, format!("a key of `{spec}` cannot rotate, only symmetric keys do")));
        }
        if let Some(written) = &self.spec
            && spec == KeySpec::SM2
            && cx.target().partition().is_some_and(|partition| partition != Partition::China)
        {
            let message = "keys of `SM2` exist in the China regions only";
            found.push(Diagnostic::error(Code::UnavailableService, written.span, message));
        }
        found.extend(self.policy(cx).check(key, cx));
        found.extend(cx.check_kept(key));
        found
    }
}
