//! The record that SNS keeps of deliveries.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::cfn::policy::Statement;
use crate::cfn::{Arn, Handle, Val, account, iam, kms, logs, region, sns};
use crate::construct::{Cx, Naming, Resources, To, Uses};
use crate::constructs::encrypted_log_group::{encrypted, log_group};
use crate::diagnostic::{Result, Span};
use crate::document::Spanned;
use crate::name::Bounded;
use crate::service::logs as facts;

/// A record of every delivery, in encrypted log groups.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DeliveryLogging {
    /// The key that encrypts the record, needed where `encryption` is `customer-managed`.
    pub key: Option<To<kms::Key>>,
    /// The protocols whose deliveries are recorded.
    pub protocols: Vec<Spanned<sns::LoggedProtocol>>,
    /// How many of a hundred successful deliveries are recorded, by default all. Failures always are.
    pub success_sample_rate: Option<Bounded<0, 100>>,
}

/// The groups that SNS writes to, under names of its own.
///
/// Groups that are not declared would be made by SNS, unencrypted and for ever.
/// <https://docs.aws.amazon.com/sns/latest/dg/topics-attrib-prereq.html>
#[derive(Debug)]
pub(super) struct Parts {
    success: Handle<logs::LogGroup>,
    failure: Handle<logs::LogGroup>,
}

impl Parts {
    pub(super) fn name(topic: &Handle<sns::Topic>, naming: &mut Naming<'_>) -> Self {
        let at = topic.target();
        let region = region(at);
        let group: Vec<Val<String>> =
            vec!["sns/".into(), region, "/".into(), account(at), "/".into(), topic.name().text()];
        let failure = Val::concat(group.iter().cloned().chain(["/Failure".into()]));
        Self {
            success: naming.named("Deliveries", Val::concat(group)),
            failure: naming.named("FailedDeliveries", failure),
        }
    }
}

impl DeliveryLogging {
    /// The protocols, as they are written.
    pub(super) fn protocols(&self) -> impl Iterator<Item = (String, Span)> {
        self.protocols.iter().map(|protocol| (protocol.value.to_string(), protocol.span))
    }

    /// Both groups are under the key.
    pub(super) fn uses(&self, parts: &Parts, cx: &Cx<'_>) -> Result<Uses> {
        let mut uses = Uses::default();
        for group in [&parts.success, &parts.failure] {
            uses.add(encrypted(group, self.key.as_ref(), cx)?);
        }
        Ok(uses)
    }

    /// Makes the groups, and says what SNS may do with them by the topic's role.
    pub(super) fn build(&self, parts: &Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<Statement> {
        let mut groups = Vec::new();
        for group in [&parts.success, &parts.failure] {
            log_group(group, self.key.as_ref(), logs::LogGroup::default(), cx, out)?;
            groups.push(Arn::of(group).join(":*"));
        }
        Ok(Statement::allow("RecordDeliveries", facts::WRITE.to_vec(), groups))
    }

    /// What the topic says of it.
    pub(super) fn lower(&self, role: &Handle<iam::Role>) -> Vec<sns::LoggingConfig> {
        let rate = self.success_sample_rate.map_or(100, Bounded::get).to_string();
        let config = |protocol: &Spanned<sns::LoggedProtocol>| sns::LoggingConfig {
            protocol: protocol.value,
            success_feedback_role_arn: Arn::of(role),
            failure_feedback_role_arn: Arn::of(role),
            success_feedback_sample_rate: rate.clone(),
        };
        self.protocols.iter().map(config).collect()
    }
}
