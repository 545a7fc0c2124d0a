//! `ImportedBucket`

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Delivered, Import, Imported};
use crate::cfn::policy::Action;
use crate::cfn::{Arn, kms, s3};
use crate::construct::{Grant, ServiceGrantee, To};
use crate::constructs::private_bucket::{given, key_accesses};
use crate::document::Spanned;
use crate::name::{AccountId, ResourceArn};
use crate::service::KeyAccess;
use crate::service::s3::Delivery;

/// A bucket that exists outside of these stacks. Roles are granted `read`, `write`, `read-write`, `list`, `delete` or
/// `replicate` on it. Its key is used as one of a bucket with a bucket key is.
///
/// What its owner has to allow, for services and for roles of other accounts, is shown on every run and written beside
/// the templates. The ARN of a bucket does not hold its account: where `account` does not say it either, any role may be
/// of another one.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ImportedBucket {
    /// The bucket's ARN: `arn:aws:s3:::name`.
    pub arn: Spanned<ResourceArn>,
    /// The account that owns the bucket.
    pub account: Option<AccountId>,
    /// The key that encrypts its objects, if whoever is granted something has to be let use it.
    pub key: Option<To<kms::Key>>,
}

impl Import for ImportedBucket {
    type Resource = s3::Bucket;
    const WORDS: &'static [&'static str] = &["read", "write", "read-write", "list", "delete", "replicate"];

    fn arn(&self) -> &Spanned<ResourceArn> {
        &self.arn
    }

    fn account(&self) -> Option<&AccountId> {
        self.account.as_ref()
    }

    fn key(&self) -> Option<&To<kms::Key>> {
        self.key.as_ref()
    }
}

impl Imported for s3::Bucket {
    const SERVICE: &'static str = "s3";
    const BEFORE: &'static str = "";

    fn given(grant: &Grant, of: Arn) -> Vec<(String, Vec<Action>, Vec<Arn>)> {
        given(grant, of).map(|(verb, actions, resource)| (verb, actions, vec![resource])).collect()
    }

    fn key_accesses(grant: &Grant) -> Vec<&'static KeyAccess> {
        key_accesses(grant)
    }

    fn delivered(service: &ServiceGrantee) -> Option<Delivered> {
        let delivery = Delivery::by(service.principal).filter(|delivery| !delivery.by_acl)?;
        let put = Delivered::new(delivery.id, "s3:PutObject", &delivery.source, delivery.key.as_ref());
        Some(Delivered { part: "/*", request: delivery.asks(), ..put })
    }
}
