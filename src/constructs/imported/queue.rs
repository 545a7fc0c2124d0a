//! `ImportedQueue`

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Delivered, Import, Imported};
use crate::cfn::policy::Action;
use crate::cfn::{Arn, kms, sqs};
use crate::construct::{Grant, ServiceGrantee, To};
use crate::constructs::encrypted_queue::{Given, WORDS};
use crate::constructs::inbox::Inbox;
use crate::document::Spanned;
use crate::name::ResourceArn;
use crate::service::KeyAccess;

/// A queue that exists outside of these stacks. Roles are granted `send`, `receive`, `send-receive` or `purge` on it,
/// topics can deliver to it, and buckets notify it.
///
/// What its owner has to allow, for services and for roles of other accounts, is shown on every run and written beside
/// the templates.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ImportedQueue {
    /// The queue's ARN.
    pub arn: Spanned<ResourceArn>,
    /// The key that encrypts its messages, if whoever sends or receives has to be let use it.
    pub key: Option<To<kms::Key>>,
}

impl Import for ImportedQueue {
    type Resource = sqs::Queue;
    const WORDS: &'static [&'static str] = WORDS;

    fn arn(&self) -> &Spanned<ResourceArn> {
        &self.arn
    }

    fn key(&self) -> Option<&To<kms::Key>> {
        self.key.as_ref()
    }
}

impl Imported for sqs::Queue {
    const SERVICE: &'static str = "sqs";
    const BEFORE: &'static str = "";

    fn given(grant: &Grant, of: Arn) -> Vec<(String, Vec<Action>, Vec<Arn>)> {
        let given = Given::by(grant);
        vec![(given.verb(), given.actions(), vec![of])]
    }

    fn key_accesses(grant: &Grant) -> Vec<&'static KeyAccess> {
        Given::by(grant).key_access().into_iter().collect()
    }

    fn delivered(service: &ServiceGrantee) -> Option<Delivered> {
        let sender = Self::sender(service.principal)?;
        Some(Delivered::new(sender.key.id, "sqs:SendMessage", &sender.source, Some(&sender.key)))
    }
}
