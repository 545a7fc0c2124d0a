//! `Alias`

use schemars::JsonSchema;
use serde::Deserialize;

use crate::cfn::{Handle, Val, kms};
use crate::construct::{Attribute, Construct, Cx, Naming, Resources, To};
use crate::diagnostic::{Code, Diagnostic, Result};

/// A second name for a key, besides the alias that every key has.
///
/// Its name is `alias/` and what the naming rule gives for the kind `key`. It stays and goes with the key, and like the
/// key it is left out where AWS's keys encrypt.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Alias {
    /// The key that it names.
    pub key: To<kms::Key>,
}

impl Construct for Alias {
    type Main = kms::Alias;
    type Parts = Option<Handle<kms::Alias>>;

    fn name(&self, naming: &mut Naming<'_>) -> Self::Parts {
        naming.has_keys().then(|| {
            let name = alias_name(naming);
            naming.offer([Attribute::Name, Attribute::Arn, Attribute::AliasName]);
            naming.named("", name)
        })
    }

    fn build(&self, alias: &Self::Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        let Some(alias) = alias else { return Ok(()) };
        let key = cx.get_here(&self.key)?;
        if key.only_alias().is_some() {
            let message = format!("`{}` is known by an alias alone, and an alias names a key by its id", self.key);
            return Err(Diagnostic::error(Code::WrongReference, self.key.span(), message).into());
        }
        out.add(alias, kms::Alias { alias_name: alias.name(), target_key_id: key.key_id() });
        out.keep(alias.any(), cx.kept_under(&key));
        Ok(())
    }
}

/// `alias/` and the name that the rule gives for a key; a name that begins with `alias/` already is left as it is.
pub(super) fn alias_name(naming: &mut Naming<'_>) -> Val<String> {
    with_alias(naming.physical("key"))
}

/// `alias/` and this name, unless it begins so already.
pub(super) fn with_alias(name: Val<String>) -> Val<String> {
    match name.known().is_some_and(|name| name.starts_with("alias/")) {
        true => name,
        false => Val::concat(["alias/".into(), name]),
    }
}
