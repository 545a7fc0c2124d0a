//! Whose key encrypts a resource, and who uses that key for it.

use super::cx::Cx;
use super::model::Entry;
use super::reference::To;
use super::uses::{By, KeyUse, Stored};
use crate::cfn::kms::{self, KeyArn};
use crate::cfn::{Handle, Val};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::environment::{Kept, Tier};
use crate::name::Target;
use crate::service::kms::KeyKind;
use crate::service::{KeyAccess, Subject};

/// Whose key encrypts a resource. A construct never sees a key that its tier does not have.
#[derive(Clone, Debug)]
pub enum Encryption {
    /// A key that AWS owns: the service's own encryption.
    AwsOwned,
    /// The key that AWS manages in the account for the service.
    AwsManaged,
    /// A key with a policy of its own.
    Customer(Handle<kms::Key>),
}

impl Encryption {
    /// The key, where it has a policy of its own.
    pub fn key(&self) -> Option<&Handle<kms::Key>> {
        match self {
            Self::Customer(key) => Some(key),
            Self::AwsOwned | Self::AwsManaged => None,
        }
    }

    /// The key's ARN, where it has a policy of its own.
    pub fn key_arn(&self) -> Option<Val<KeyArn>> {
        self.key().map(Handle::<kms::Key>::arn)
    }
}

/// Data of a resource, and whose key encrypts it.
#[derive(Debug)]
pub struct Data {
    encryption: Encryption,
    at: Span,
    subject: Subject,
}

impl Data {
    /// Data under a key that is named `at` this place.
    fn under(encryption: Encryption, at: Span, subject: Subject) -> Result<Self> {
        if let Encryption::Customer(key) = &encryption {
            check_region(key, subject.target(), at)?;
        }
        Ok(Self { encryption, at, subject })
    }

    /// A use of the key for this data; none where the key is AWS's, whose policy is nobody's to write.
    pub fn used(&self, by: By, access: &'static KeyAccess) -> Option<KeyUse> {
        let key = self.encryption.key()?.clone();
        Some(KeyUse { key, at: self.at, by, access, subject: Some(self.subject.clone()) })
    }

    /// That it is put under the key, for as long as it is `kept`; none where the key is AWS's.
    pub fn stored(&self, kept: Kept) -> Option<Stored> {
        Some(Stored { key: self.encryption.key()?.clone(), at: self.at, kept })
    }
}

impl Cx<'_> {
    /// Whose key encrypts what names `key`, by the rule `encryption`.
    ///
    /// # Errors
    /// If the reference leads nowhere, or the rule asks for a key and there is none.
    pub fn encryption(&self, key: Option<&To<kms::Key>>) -> Result<Encryption> {
        self.encryption_at(self.entry().kind_at, key, self.target())
    }

    /// The same of what is described at `at`, and is in the region of `target`.
    ///
    /// # Errors
    /// As [`Cx::encryption`].
    pub fn encryption_at(&self, at: Span, key: Option<&To<kms::Key>>, target: &Target) -> Result<Encryption> {
        if let Some(key) = key {
            self.target_exists(key)?;
        }
        match (self.house().encryption, key) {
            (Tier::AwsOwned, _) => Ok(Encryption::AwsOwned),
            (Tier::AwsManaged, _) => Ok(Encryption::AwsManaged),
            (Tier::CustomerManaged, Some(key)) => self.get(key).map(Encryption::Customer),
            (Tier::CustomerManaged, None) => Err(self.missing_key(at, target).into()),
        }
    }

    /// That a key is not named, with one that can be.
    fn missing_key(&self, at: Span, target: &Target) -> Diagnostic {
        let message = "encryption is `customer-managed` here, which takes a key";
        let key = self.key_in(target).unwrap_or_else(|| "security/data".to_owned());
        let named = match self.entry().kind {
            "AuditTrail" => format!("`key: {key}` for its files and `logs-key: {key}` for its log group"),
            "EncryptedFunction" | "RestApi" => format!("`logs-key: {key}`"),
            _ => format!("`key: {key}`"),
        };
        let diagnostic = Diagnostic::error(Code::MissingKey, at, message)
            .hint(format!("name one, such as {named}, or set another `encryption`"));
        let rule = self.house().place_of("encryption");
        rule.into_iter().fold(diagnostic, |all, rule| all.related(rule, "the rule"))
    }

    /// What the construct would call a key that encrypts data in a region: one of its own stack where there is one.
    fn key_in(&self, target: &Target) -> Option<String> {
        let own = self.entry().instance;
        let encrypts = |entry: &&Entry| {
            let kind = entry.key_kind.is_none_or(KeyKind::is_symmetric) && entry.pool.is_none() && !entry.is_raw;
            let key = entry.handles.first().and_then(Handle::<kms::Key>::from_any).filter(|_| kind && !entry.left_out);
            key.is_some_and(|key| key.target().region == target.region)
        };
        let keys: Vec<&Entry> = self.model.entries().iter().filter(encrypts).collect();
        let key = keys.iter().find(|entry| entry.instance == own).or_else(|| keys.first())?;
        let [there, here] = [key.instance, own].map(|id| &self.model.instances[id.0 as usize].stack);
        Some(if there == here { key.path.to_string() } else { format!("{there}:{}", key.path) })
    }

    /// The data of a resource that names `key`, with whose key encrypts it.
    ///
    /// # Errors
    /// As [`Cx::encryption`], and if the key is in another region than the data.
    pub fn data(&self, key: Option<&To<kms::Key>>, subject: Subject) -> Result<Data> {
        Data::under(self.encryption(key)?, key.map_or(self.entry().place, To::span), subject)
    }

    /// The data of a resource outside of these stacks. Its key is what it is, whatever the rule `encryption` says here.
    ///
    /// # Errors
    /// As [`Cx::get`], and if the key is in another region than the data.
    pub fn data_outside(&self, key: &To<kms::Key>, subject: Subject) -> Result<Data> {
        let id = self.model.resolve(&key.reference.value, key.span(), self.entry().instance)?;
        let encryption = match self.model.entries()[id].left_out {
            true => Encryption::AwsOwned,
            false => Encryption::Customer(self.get(key)?),
        };
        Data::under(encryption, key.span(), subject)
    }
}

/// Data is encrypted under a key of its own region: no service takes one from elsewhere.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/overview.html>
fn check_region(key: &Handle<kms::Key>, data: &Target, at: Span) -> Result<()> {
    // Where data will be whose region is not named, compared with a key outside, is known only at deployment.
    let unknown = key.is_outside() && data.region.is_none();
    if unknown || data.region == key.target().region {
        return Ok(());
    }
    let region = |target: &Target| target.region.as_ref().map_or("the first region".to_owned(), |it| format!("`{it}`"));
    let message = format!("the key is in {}, and what it encrypts in {}", region(key.target()), region(data));
    let diagnostic = Diagnostic::error(Code::WrongReference, at, message);
    Err(diagnostic.hint("data needs a key in its own region: a `KmsKey` or a `ReplicaKey` with that `region`").into())
}
