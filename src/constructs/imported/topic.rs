//! `ImportedTopic`

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Delivered, Import, Imported};
use crate::cfn::policy::Action;
use crate::cfn::{Arn, kms, sns};
use crate::construct::{Grant, ServiceGrantee, To};
use crate::constructs::encrypted_topic::{Given, WORDS};
use crate::constructs::inbox::Inbox;
use crate::document::Spanned;
use crate::name::ResourceArn;
use crate::service::KeyAccess;

/// A topic that exists outside of these stacks. Roles are granted `publish` or `subscribe` on it, and buckets can
/// notify it.
///
/// What its owner has to allow, for services and for roles of other accounts, is shown on every run and written beside
/// the templates.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ImportedTopic {
    /// The topic's ARN.
    pub arn: Spanned<ResourceArn>,
    /// The key that encrypts its messages, if whoever publishes has to be let use it.
    pub key: Option<To<kms::Key>>,
}

impl Import for ImportedTopic {
    type Resource = sns::Topic;
    const WORDS: &'static [&'static str] = WORDS;

    fn arn(&self) -> &Spanned<ResourceArn> {
        &self.arn
    }

    fn key(&self) -> Option<&To<kms::Key>> {
        self.key.as_ref()
    }
}

impl Imported for sns::Topic {
    const SERVICE: &'static str = "sns";
    const BEFORE: &'static str = "";

    fn given(grant: &Grant, of: Arn) -> Vec<(String, Vec<Action>, Vec<Arn>)> {
        let given = Given::by(grant);
        vec![(format!("{}To", given.verb()), given.actions(), vec![of])]
    }

    fn key_accesses(grant: &Grant) -> Vec<&'static KeyAccess> {
        Given::by(grant).key_access().into_iter().collect()
    }

    fn delivered(service: &ServiceGrantee) -> Option<Delivered> {
        let sender = Self::sender(service.principal)?;
        Some(Delivered::new(sender.key.id, "sns:Publish", &sender.source, Some(&sender.key)))
    }
}
