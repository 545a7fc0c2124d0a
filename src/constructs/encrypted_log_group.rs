//! `EncryptedLogGroup`

mod data_protection;
pub(super) mod given;
mod metric_filter;
mod subscription;
mod transformer;
mod writer;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

pub use self::data_protection::DataProtection;
use self::given::{WORDS, given};
pub use self::metric_filter::MetricFilter;
use self::subscription::Subscriptions;
pub use self::subscription::{Destination, Subscription};
pub use self::writer::Writer;
use super::twice;
use crate::cfn::policy::{Condition, PolicyDocument};
use crate::cfn::{Arn, Handle, kms, logs};
use crate::construct::{Access, By, Construct, Cx, Grant, Naming, Resources, To, Uses};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result, Span};
use crate::document::Spanned;
use crate::name::{Tags, Word};
use crate::service::{Subject, logs as facts};

/// A CloudWatch log group encrypted under a key of these stacks.
///
/// Roles are granted `read` or `write` on it, and `unmask`, by which a reader sees what `data-protection` masks; nobody
/// is granted to create it. How long events are kept and whether the group refuses to be deleted are the rules
/// `log-retention` and `deletion-protection`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EncryptedLogGroup {
    /// The key that encrypts the events, needed where `encryption` is `customer-managed`. AWS has no key of its own to
    /// choose for logs: elsewhere they are under one that it owns.
    pub key: Option<To<kms::Key>>,
    /// What the group is made for, by default `standard`. It cannot be changed later.
    pub class: Option<Spanned<logs::LogGroupClass>>,
    /// AWS services that write here by themselves.
    #[serde(default)]
    pub writers: Vec<Spanned<Writer>>,
    /// Metrics that count events, by name.
    #[serde(default)]
    pub metric_filters: IndexMap<Spanned<Word>, MetricFilter>,
    /// Where events go as they come in, by name; at most two.
    #[serde(default)]
    pub subscriptions: IndexMap<Spanned<Word>, Subscription>,
    /// Sensitive data that is found in events, counted, and masked for all who are not granted `unmask`.
    pub data_protection: Option<Spanned<DataProtection>>,
    /// The fields of JSON events by which queries find events without reading all of them; at most 20.
    #[serde(default)]
    pub index_fields: Vec<Spanned<String>>,
    /// How events are transformed as they come in: steps, of which the first parses. Queries see the result, and so do
    /// the filters that ask for it with `transformed`.
    #[serde(default)]
    pub transformer: Vec<Spanned<logs::Processor>>,
    /// Tags, besides the stack's.
    #[serde(default)]
    pub tags: Tags,
}

/// The resources of a log group.
#[derive(Debug)]
pub struct Parts {
    group: Handle<logs::LogGroup>,
    metric_filters: Vec<Handle<logs::MetricFilter>>,
    subscriptions: subscription::Parts,
    transformer: Option<Handle<logs::Transformer>>,
}

impl Construct for EncryptedLogGroup {
    type Main = logs::LogGroup;
    type Parts = Parts;

    fn grantable() -> Vec<&'static str> {
        WORDS.to_vec()
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn name(&self, naming: &mut Naming<'_>) -> Parts {
        let group = naming.main("logs");
        let metric_filters = self.metric_filters.keys().map(|name| format!("{}Filter", name.value.pascal()));
        Parts {
            group,
            metric_filters: metric_filters.map(|role| naming.unnamed(&role)).collect(),
            subscriptions: subscription::Parts::name(&self.subscriptions, naming),
            transformer: (!self.transformer.is_empty()).then(|| naming.unnamed("Transformer")),
        }
    }

    fn grants(&self, parts: &Parts, cx: &Cx<'_>, found: &mut Diagnostics) -> Vec<Grant> {
        let protection = self.data_protection.iter();
        protection.filter_map(|it| it.value.grant(Subject::of(&parts.group), cx, found)).collect()
    }

    fn uses(&self, parts: &Parts, cx: &Cx<'_>) -> Result<Uses> {
        let group = &parts.group;
        let mut found = Diagnostics::default();
        let mut uses = Uses::default();
        uses.add(found.take(encrypted(group, self.key.as_ref(), cx)).unwrap_or_default());
        uses.keys.extend(found.take(self.sending(parts).key_uses(cx)).into_iter().flatten());
        for (grant, role) in cx.granted_to_roles() {
            uses.accesses.extend(given(grant, &Arn::of(group)).into_iter().map(|(verb, actions, resources)| {
                let (role, sid) = (role.clone(), format!("{verb}{}", group.id().logical));
                Access { role, sid, actions, resources, condition: Condition::default() }
            }));
        }
        found.or(uses)
    }

    fn build(&self, parts: &Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        let Parts { group, metric_filters, transformer, .. } = parts;
        let mut found = self.check(cx);
        let protection = self.data_protection.as_ref();
        let policy = protection.and_then(|it| found.take(it.value.policy(it.span, cx)));
        let writers = writer::statements(&self.writers, group, cx);
        let fields: Vec<String> = self.index_fields.iter().map(|field| field.value.clone()).collect();
        let properties = logs::LogGroup {
            log_group_class: self.class.as_ref().map(|class| class.value),
            data_protection_policy: policy,
            field_index_policies: (!fields.is_empty()).then(|| vec![logs::FieldIndexPolicy { fields }]),
            resource_policy_document: (!writers.is_empty()).then(|| PolicyDocument::new(writers)),
            ..logs::LogGroup::default()
        };
        let sending = self.sending(parts);
        found.extend(sending.check(cx));
        found.or(())?;
        log_group(group, self.key.as_ref(), properties, cx, out)?;
        for ((name, filter), handle) in self.metric_filters.iter().zip(metric_filters) {
            out.add(handle, filter.lower(&name.value, group));
        }
        sending.build(cx, out)?;
        if let Some(handle) = transformer {
            let transformer_config = self.transformer.iter().map(|processor| processor.value.clone()).collect();
            out.add(handle, logs::Transformer { log_group_identifier: group.reference(), transformer_config });
        }
        Ok(())
    }
}

impl EncryptedLogGroup {
    fn sending<'s>(&'s self, parts: &'s Parts) -> Subscriptions<'s> {
        Subscriptions { all: &self.subscriptions, group: &parts.group, parts: &parts.subscriptions }
    }

    fn check(&self, cx: &Cx<'_>) -> Diagnostics {
        let mut found = self.check_class();
        let mut limit = |what: &str, most: usize, one_more: Option<Span>| {
            let message = format!("a log group may have {most} {what}");
            found.extend(one_more.map(|at| Diagnostic::error(Code::LimitExceeded, at, message)));
        };
        let key_at = |at: Option<&Spanned<Word>>| at.map(|name| name.span);
        let filter = self.metric_filters.get_index(facts::METRIC_FILTERS);
        limit("metric filters", facts::METRIC_FILTERS, key_at(filter.map(|(name, _)| name)));
        let subscription = self.subscriptions.get_index(facts::SUBSCRIPTION_FILTERS);
        limit("subscriptions", facts::SUBSCRIPTION_FILTERS, key_at(subscription.map(|(name, _)| name)));
        let field = self.index_fields.get(facts::INDEXED_FIELDS);
        limit("indexed fields", facts::INDEXED_FIELDS, field.map(|field| field.span));
        found.extend(twice(self.index_fields.iter().map(|field| (field.value.clone(), field.span))));
        found.extend(self.writers.iter().filter_map(|writer| writer::check(writer, cx)));
        found.extend(self.metric_filters.values().filter_map(MetricFilter::check));
        found.extend(transformer::check(&self.transformer));
        if self.transformer.is_empty() {
            let metrics = self.metric_filters.values().filter_map(MetricFilter::transformed);
            let subscribed = self.subscriptions.values().filter_map(Subscription::transformed);
            found.extend(metrics.chain(subscribed).map(|at| {
                let message = "nothing is transformed here: the log group has no `transformer`";
                Diagnostic::error(Code::ConflictingProperties, at, message)
            }));
        }
        found
    }

    /// What a group of infrequent access does without.
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html>
    fn check_class(&self) -> Diagnostics {
        let infrequent = |class: &&Spanned<_>| class.value == logs::LogGroupClass::InfrequentAccess;
        let Some(class) = self.class.as_ref().filter(infrequent) else { return Diagnostics::default() };
        let lacks = [
            ("metric filters", self.metric_filters.keys().next().map(|name| name.span)),
            ("subscriptions", self.subscriptions.keys().next().map(|name| name.span)),
            ("indexed fields", self.index_fields.first().map(|field| field.span)),
            ("transformer", self.transformer.first().map(|processor| processor.span)),
        ];
        let conflict = |(what, at): (&str, Option<Span>)| {
            let message = format!("a group of infrequent access has no {what}");
            let diagnostic = Diagnostic::error(Code::ConflictingProperties, at?, message);
            Some(diagnostic.related(class.span, "the class"))
        };
        lacks.into_iter().filter_map(conflict).collect()
    }
}

/// What is in a group is under its key, and CloudWatch Logs uses the key for that.
pub(super) fn encrypted(group: &Handle<logs::LogGroup>, key: Option<&To<kms::Key>>, cx: &Cx<'_>) -> Result<Uses> {
    let events = cx.data(key, Subject::of(group))?;
    Ok(Uses {
        keys: events.used(By::Service(None), &facts::ENCRYPT).into_iter().collect(),
        stored: events.stored(cx.house().kept()).into_iter().collect(),
        accesses: Vec::new(),
    })
}

/// Makes a log group under a key, as the rules ask for; `own` is what it has besides.
pub(super) fn log_group(
    group: &Handle<logs::LogGroup>,
    key: Option<&To<kms::Key>>,
    own: logs::LogGroup,
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
        deletion_protection_enabled: Some(house.deletion_protection),
        ..own
    };
    out.add(group, properties);
    Ok(())
}
