//! `KeyAlarms`

mod alarm;
mod pattern;

use schemars::JsonSchema;
use serde::Deserialize;

use self::alarm::Kind;
pub use self::alarm::Sensitivity;
use self::pattern::{Counter, NamedBy, length, of_keys};
use super::twice;
use crate::cfn::{Arn, Handle, Val, cloudtrail, cloudwatch, kms, logs, sns};
use crate::construct::{Any, Construct, Cx, Grant, Grantee, Naming, Resources, ServiceGrantee, To, a};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result};
use crate::name::Tags;
use crate::service::Subject;
use crate::service::cloudwatch::PRINCIPAL;
use crate::service::logs::{FILTER_PATTERN, METRIC_FILTERS};
use indexmap::IndexSet;

/// Alarms on the use of keys: use that is out of the ordinary, many errors, failed decryption, denied access, and
/// orders to disable or delete any key of the account.
///
/// They count what the log group of an `AuditTrail` gets, and tell a topic, whose policy and key let exactly these
/// alarms publish. Under the key that AWS manages for topics, no alarm would ever arrive: that is an error. KMS does
/// not say in its records which key it is about where it finds none for a ciphertext; such failures count nowhere.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct KeyAlarms {
    /// The trail that records the use of the keys, in the same region.
    pub trail: To<cloudtrail::Trail>,
    /// The keys, and pools of up to fifteen keys.
    pub keys: Vec<To<Any>>,
    /// The topic that is told, in the same region.
    pub topic: To<sns::Topic>,
    /// When use is out of the ordinary: by default more than CloudWatch expects of it by what it has learnt, by three
    /// standard deviations, in three periods in a row. A `threshold` is a number of requests.
    #[serde(default)]
    pub unusual_use: Sensitivity,
    /// When there are many errors: by default from 5 percent of all requests on, in two periods in a row. A `threshold`
    /// is a percentage.
    #[serde(default)]
    pub errors: Sensitivity,
    /// When decryption fails, by default from one on.
    #[serde(default)]
    pub failed_decryption: Sensitivity,
    /// When access is denied, by default from one on.
    #[serde(default)]
    pub access_denied: Sensitivity,
    /// When somebody orders to disable or to delete a key of the account, by default from one on.
    #[serde(default)]
    pub destruction: Sensitivity,
    /// Tags, besides the stack's.
    #[serde(default)]
    pub tags: Tags,
}

/// The filters that count requests for a key or a pool.
type Filters = Vec<(Counter, NamedBy, Handle<logs::MetricFilter>)>;

/// The resources of alarms; there are none where keys are AWS's.
#[derive(Debug)]
pub struct Parts {
    /// What metrics and alarms are called.
    name: Val<String>,
    alarms: Vec<(Kind, Handle<cloudwatch::Alarm>)>,
    /// For each key or pool, the filters that count its requests.
    filters: Vec<Filters>,
    destruction: Handle<logs::MetricFilter>,
}

impl Construct for KeyAlarms {
    type Main = cloudwatch::Alarm;
    type Parts = Option<Parts>;

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn name(&self, naming: &mut Naming<'_>) -> Self::Parts {
        naming.requires_keys().then(|| {
            let name = naming.physical("alarm");
            let mut alarm = |kind: Kind| {
                let own = Val::concat([name.clone(), format!("-{}", kind.word()).into()]);
                (kind, naming.named(&format!("{}Alarm", kind.id()), own))
            };
            let alarms = Kind::ALL.map(&mut alarm).into();
            let mut filter = |to: &To<Any>| {
                let of = |(counter, by): (Counter, NamedBy)| {
                    let role = format!("{}{}{}Filter", to.pascal(), counter.metric(), by.id());
                    (counter, by, naming.unnamed(&role))
                };
                Counter::ALL.into_iter().flat_map(|it| NamedBy::ALL.map(|by| (it, by))).map(of).collect()
            };
            let filters = self.distinct().into_iter().map(&mut filter).collect();
            Parts { alarms, filters, destruction: naming.unnamed("DestructionFilter"), name }
        })
    }

    fn grants(&self, parts: &Self::Parts, cx: &Cx<'_>, found: &mut Diagnostics) -> Vec<Grant> {
        let Some(parts) = parts else { return Vec::new() };
        let Some(on) = found.take(cx.entry_of(&self.topic)) else { return Vec::new() };
        let publish = |(_, alarm): &(Kind, Handle<cloudwatch::Alarm>)| {
            let service = ServiceGrantee { principal: &PRINCIPAL, source: Subject::of(alarm) };
            Grant::of("publish", Grantee::Service(service), on, self.topic.span())
        };
        parts.alarms.iter().map(publish).collect()
    }

    fn build(&self, parts: &Self::Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        let Some(parts) = parts else { return Ok(()) };
        let mut found = self.check(cx);
        let topic = found.take(cx.get_here(&self.topic));
        found.take(cx.get_here(&self.trail));
        let log = found.take(cx.find_in::<logs::LogGroup>(&self.trail.any())).flatten();
        let keys: Vec<_> = self.distinct().into_iter().map(|to| found.take(ids(to, cx)).unwrap_or_default()).collect();
        let (Some(topic), Some(log)) = (topic, log) else { return found.or(()) };
        let filter = |role: &str, pattern, metric: &str| logs::MetricFilter {
            filter_name: format!("{}-{}-{role}", cx.entry().path.scope, cx.entry().path.id),
            filter_pattern: pattern,
            log_group_name: log.name_in_use(),
            metric_transformations: vec![logs::MetricTransformation {
                metric_namespace: parts.name.clone(),
                metric_name: metric.to_owned(),
                metric_value: "1".to_owned(),
                default_value: Some(0.0),
                unit: None,
                dimensions: Vec::new(),
            }],
            apply_on_transformed_logs: None,
        };
        for (ids, filters) in keys.iter().zip(&parts.filters) {
            for (counter, by, handle) in filters {
                let pattern = of_keys(*counter, *by, ids);
                out.add(handle, filter(handle.id().logical.as_str(), pattern, counter.metric()));
            }
        }
        let destruction = filter("destruction", pattern::DESTRUCTION.into(), Kind::Destruction.metric());
        out.add(&parts.destruction, destruction);
        for (kind, alarm) in &parts.alarms {
            out.add(alarm, kind.lower(alarm, self.sensitivity(*kind), &parts.name, vec![Arn::of(&topic)]));
        }
        found.or(())
    }
}

impl KeyAlarms {
    /// Alarms on these keys, and every other property at its default.
    pub fn new(trail: To<cloudtrail::Trail>, keys: Vec<To<Any>>, topic: To<sns::Topic>) -> Self {
        Self {
            trail,
            keys,
            topic,
            unusual_use: Sensitivity::default(),
            errors: Sensitivity::default(),
            failed_decryption: Sensitivity::default(),
            access_denied: Sensitivity::default(),
            destruction: Sensitivity::default(),
            tags: Tags::new(),
        }
    }

    /// Its keys, each once.
    fn distinct(&self) -> IndexSet<&To<Any>> {
        self.keys.iter().collect()
    }

    fn check(&self, cx: &Cx<'_>) -> Diagnostics {
        let mut found = twice(self.keys.iter().map(|to| (to.to_string(), to.span())));
        let place = cx.entry().place;
        if self.keys.is_empty() {
            found.push(Diagnostic::error(Code::InvalidValue, place, "no key is named here whose use could be watched"));
        }
        for kind in Kind::ALL {
            found.extend(self.sensitivity(kind).check(kind));
        }
        let filters = self.distinct().len() * Counter::ALL.len() * NamedBy::ALL.len() + 1;
        if filters > METRIC_FILTERS {
            let message =
                format!("these alarms take {filters} metric filters, and a log group may have {METRIC_FILTERS}");
            found.push(
                Diagnostic::error(Code::LimitExceeded, place, message).hint("a pool of keys takes as many as one key"),
            );
        }
        found
    }
}

/// The ids of the keys that a reference means: one, or those of a pool.
fn ids(to: &To<Any>, cx: &Cx<'_>) -> Result<Vec<Val<kms::KeyId>>> {
    let entry = &cx.model.entries()[cx.target_of(to)?];
    entry.is_there(to.span())?;
    let keys: Vec<Handle<kms::Key>> = match entry.pool.is_some() && !to.names_member() {
        true => entry.handles.iter().filter_map(Handle::from_any).collect(),
        false => cx.find_in(to)?.into_iter().collect(),
    };
    let wrong = |message: String| Diagnostic::error(Code::WrongReference, to.span(), message);
    if keys.is_empty() {
        return Err(wrong(format!("`{to}` is {}, not a key", a(entry.kind))).into());
    }
    if keys.iter().any(|key| key.only_alias().is_some()) {
        return Err(wrong(format!("CloudTrail names keys by their ARNs, and `{to}` is known by an alias alone")).into());
    }
    let ids: Vec<_> = keys.iter().map(Handle::<kms::Key>::key_id).collect();
    let longest = length(&ids);
    if longest > FILTER_PATTERN {
        let message = format!(
            "a filter pattern may have {FILTER_PATTERN} characters, and with {} keys it has {longest}",
            ids.len()
        );
        let hint = format!("several `KeyAlarms` can share the work, each with some of the keys: `{to}[1]`");
        return Err(Diagnostic::error(Code::LimitExceeded, to.span(), message).hint(hint).into());
    }
    Ok(ids)
}
