//! `EncryptedLogGroup`

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::cfn::policy::Condition;
use crate::cfn::{Arn, Handle, kms, logs};
use crate::construct::{Access, By, Construct, Cx, KeyUse, Naming, Resources, To, Uses};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::document::Spanned;
use crate::name::{Tags, Word};
use crate::service::{Subject, logs as facts};

/// A CloudWatch log group encrypted under a key of these stacks.
///
/// Roles are granted `read` or `write` on it; nobody is granted to create it. How long events are kept and whether
/// the group refuses to be deleted are the rules `log-retention` and `deletion-protection`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EncryptedLogGroup {
    /// The key that encrypts the events, needed where `encryption` is `customer-managed`. AWS has no key of its own to
    /// choose for logs: elsewhere they are under one that it owns.
    key: Option<To<kms::Key>>,
    /// What the group is made for, by default `standard`. It cannot be changed later.
    class: Option<Spanned<logs::LogGroupClass>>,
    /// Metrics that count events, by name.
    #[serde(default)]
    metric_filters: IndexMap<Spanned<Word>, MetricFilter>,
    /// Tags, besides the stack's.
    #[serde(default)]
    tags: Tags,
}

/// A metric that counts events.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct MetricFilter {
    /// Which events count, as a filter pattern of CloudWatch Logs. An empty one matches every event.
    pattern: String,
    /// The namespace of the metric.
    namespace: String,
    /// The name of the metric.
    metric: String,
    /// What an event adds: a number, or a field of the event such as `$.latency`. By default 1.
    value: Option<String>,
}

impl Construct for EncryptedLogGroup {
    type Parts = (Handle<logs::LogGroup>, Vec<Handle<logs::MetricFilter>>);

    fn grantable() -> Vec<&'static str> {
        vec!["read", "write"]
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn name(&self, naming: &mut Naming<'_>) -> Self::Parts {
        let group = naming.main("logs");
        let filters = self.metric_filters.keys();
        (group, filters.map(|name| naming.unnamed(&format!("{}Filter", name.value.pascal()))).collect())
    }

    fn uses(&self, (group, _): &Self::Parts, cx: &Cx<'_>) -> Result<Uses> {
        let keys = encrypted(group, self.key.as_ref(), cx)?.into_iter().collect();
        let granted = cx.granted_to_roles();
        let accesses = granted.map(|(grant, role)| {
            let actions = grant.actions(facts::READ, facts::WRITE);
            let sid = format!("{}{}", grant.verb(), group.id().logical);
            let resources = vec![Arn::of(group).join(":*")];
            Access { role: role.clone(), sid, actions, resources, condition: Condition::default() }
        });
        let accesses = accesses.collect();
        Ok(Uses { keys, accesses })
    }

    fn build(&self, (group, filters): &Self::Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        let class = self.class.as_ref().map(|class| class.value);
        if let Some(written) = &self.class
            && written.value == logs::LogGroupClass::InfrequentAccess
            && let Some(filter) = self.metric_filters.keys().next()
        {
            let message = "a group of infrequent access has no metric filters";
            return Err(Diagnostic::error(Code::ConflictingProperties, written.span, message)
                .related(filter.span, "a metric filter")
                .into());
        }
        log_group(group, self.key.as_ref(), class, cx, out)?;
        for ((name, filter), handle) in self.metric_filters.iter().zip(filters) {
            let transformation = logs::MetricTransformation {
                metric_namespace: filter.namespace.clone(),
                metric_name: filter.metric.clone(),
                metric_value: filter.value.clone().unwrap_or_else(|| "1".to_owned()),
            };
            let properties = logs::MetricFilter {
                filter_name: name.value.as_str().to_owned(),
                filter_pattern: filter.pattern.clone(),
                log_group_name: group.reference(),
                metric_transformations: vec![transformation],
            };
            out.add(handle, properties);
        }
        Ok(())
    }
}

/// The use of a key by CloudWatch Logs for a group.
pub(super) fn encrypted(
    group: &Handle<logs::LogGroup>,
    key: Option<&To<kms::Key>>,
    cx: &Cx<'_>,
) -> Result<Option<KeyUse>> {
    Ok(cx.data(key, Subject::of(group))?.used(By::Service(None), &facts::ENCRYPT))
}

/// Makes a log group under a key, as the rules ask for.
pub(super) fn log_group(
    group: &Handle<logs::LogGroup>,
    key: Option<&To<kms::Key>>,
    class: Option<logs::LogGroupClass>,
    cx: &Cx<'_>,
    out: &mut Resources<'_>,
) -> Result<()> {
    let encryption = cx.encryption(key)?;
    if let Some((key, to)) = encryption.key().filter(|key| key.only_alias().is_some()).zip(key) {
        // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AssociateKmsKey.html
        let message = format!("CloudWatch Logs takes a key by its ARN, and `{to}` is known by an alias alone");
        let alias = key.only_alias().map(|alias| alias.symbolic()).unwrap_or_default();
        let hint = format!("`ImportedKey: {{ arn: … }}` with what `aws kms describe-key --key-id {alias}` shows");
        return Err(Diagnostic::error(Code::WrongReference, to.span(), message).hint(hint).into());
    }
    let house = cx.house();
    let properties = logs::LogGroup {
        log_group_name: Some(group.name()),
        kms_key_id: encryption.key_arn(),
        retention_in_days: Some(house.log_retention),
        log_group_class: class,
        deletion_protection_enabled: Some(house.deletion_protection),
        tags: Vec::new(),
    };
    out.add(group, properties);
    Ok(())
}
