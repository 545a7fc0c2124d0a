//! Whom a bucket tells of what happens in it.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::cfn::{Arn, Handle, account, lambda, s3, sns, sqs};
use crate::construct::{Cx, Grant, Grantee, Naming, Resources, ServiceGrantee, To};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result, Span};
use crate::document::{OneOrMany, Spanned};
use crate::name::word_type;
use crate::service::Subject;
use crate::service::s3::{EVENTS, PRINCIPAL};

/// Whom the bucket tells of what happens in it, in its own region.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Notifications {
    /// Topics that get messages, each with what it is told of.
    #[serde(default)]
    pub topics: IndexMap<To<sns::Topic>, OneOrMany<Notification>>,
    /// Queues that get messages, each with what it is told of.
    #[serde(default)]
    pub queues: IndexMap<To<sqs::Queue>, OneOrMany<Notification>>,
    /// Functions that are called, each with what it is told of.
    #[serde(default)]
    pub functions: IndexMap<To<lambda::Function>, OneOrMany<Notification>>,
    /// Whether every event goes to EventBridge.
    #[serde(default)]
    pub event_bridge: bool,
}

/// What somebody is told of.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Notification {
    /// The events, such as `s3:ObjectCreated:*`.
    pub events: Vec<Spanned<Event>>,
    /// How the keys of the objects begin, by default any.
    pub prefix: Option<String>,
    /// How the keys of the objects end, by default any.
    pub suffix: Option<String>,
}

/// Something that happens to objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event(&'static str);

word_type!(Event, EVENTS);

impl Event {
    /// Whether something can be both: an event, and a group of them that it is in.
    fn meets(self, other: Self) -> bool {
        let covers = |group: &str, event: &str| group.strip_suffix('*').is_some_and(|start| event.starts_with(start));
        self == other || covers(self.0, other.0) || covers(other.0, self.0)
    }
}

impl Notification {
    /// Each event with the objects that it is about, as S3 takes them.
    fn lower(&self) -> impl Iterator<Item = (&'static str, Option<s3::Filter>)> {
        let ends = [(s3::FilterName::Prefix, &self.prefix), (s3::FilterName::Suffix, &self.suffix)];
        let rules = ends.into_iter().filter_map(|(name, end)| Some(s3::FilterRule { name, value: end.clone()? }));
        let rules: Vec<s3::FilterRule> = rules.collect();
        let filter = (!rules.is_empty()).then_some(s3::Filter { s3_key: s3::S3Key { rules } });
        self.events.iter().map(move |event| (event.value.0, filter.clone()))
    }

    fn claims(&self) -> impl Iterator<Item = Claim<'_>> {
        self.events.iter().map(|event| Claim {
            event: event.value,
            prefix: self.prefix.as_deref().unwrap_or_default(),
            suffix: self.suffix.as_deref().unwrap_or_default(),
            at: event.span,
        })
    }
}

/// The objects and the event that a notification is about.
struct Claim<'n> {
    event: Event,
    prefix: &'n str,
    suffix: &'n str,
    at: Span,
}

impl Claim<'_> {
    /// Whether some object's event belongs to both, which S3 refuses.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html>
    fn meets(&self, other: &Self) -> bool {
        let prefixes = self.prefix.starts_with(other.prefix) || other.prefix.starts_with(self.prefix);
        let suffixes = self.suffix.ends_with(other.suffix) || other.suffix.ends_with(self.suffix);
        self.event.meets(other.event) && prefixes && suffixes
    }
}

impl Notifications {
    /// Names what lets S3 call each function.
    pub(super) fn name(&self, naming: &mut Naming<'_>) -> Vec<Handle<lambda::Permission>> {
        self.functions.keys().map(|to| naming.unnamed(&format!("{}Permission", to.pascal()))).collect()
    }

    /// S3 sends to topics and queues for the bucket, and calls functions that may be of other accounts, where no
    /// template of ours can let it: their owners have to.
    pub(super) fn grants(&self, bucket: &Handle<s3::Bucket>, cx: &Cx<'_>, found: &mut Diagnostics) -> Vec<Grant> {
        let to = Grantee::Service(ServiceGrantee { principal: &PRINCIPAL, source: Subject::of(bucket) });
        let topics = self.topics.keys().map(|to| ("publish", cx.entry_of(to), to.span()));
        let queues = self.queues.keys().map(|to| ("send", cx.entry_of(to), to.span()));
        let elsewhere =
            self.functions.keys().filter(|to| cx.get(to).is_ok_and(|function| cx.may_be_foreign(&function)));
        let functions = elsewhere.map(|to| ("invoke", cx.entry_of(to), to.span()));
        let grant = |(word, on, at)| Some(Grant::of(word, to.clone(), found.take(on)?, at));
        topics.chain(queues).chain(functions).filter_map(grant).collect()
    }

    /// Makes what lets S3 call the functions. The result goes into the bucket, which so waits for everybody it tells.
    pub(super) fn build(
        &self,
        bucket: &Handle<s3::Bucket>,
        permissions: &[Handle<lambda::Permission>],
        cx: &Cx<'_>,
        out: &mut Resources<'_>,
    ) -> Result<Option<s3::NotificationConfiguration>> {
        let mut found = self.check();
        let (mut topics, mut queues, mut functions) = (Vec::new(), Vec::new(), Vec::new());
        for (to, told) in &self.topics {
            let Some(topic) = found.take(cx.get_here(to)) else { continue };
            let told = told.0.iter().flat_map(Notification::lower);
            topics.extend(told.map(|(event, filter)| {
                let topic = Arn::of(&topic);
                s3::TopicNotification { event, topic, filter }
            }));
        }
        for (to, told) in &self.queues {
            let Some(queue) = found.take(cx.get_here(to)) else { continue };
            let told = told.0.iter().flat_map(Notification::lower);
            queues.extend(told.map(|(event, filter)| {
                let queue = Arn::of(&queue);
                s3::QueueNotification { event, queue, filter }
            }));
        }
        for ((to, told), permission) in self.functions.iter().zip(permissions) {
            let Some(function) = found.take(cx.get_here(to)) else { continue };
            let mut arn = Arn::of(&function);
            if !cx.may_be_foreign(&function) {
                let properties = lambda::Permission {
                    function_name: arn.clone().text(),
                    action: "lambda:InvokeFunction",
                    principal: PRINCIPAL.at(cx.target()),
                    source_account: Some(account(cx.target())),
                    source_arn: Some(Arn::naming(bucket)),
                };
                out.add(permission, properties);
                arn = arn.after(permission);
            }
            let told = told.0.iter().flat_map(Notification::lower);
            functions.extend(told.map(|(event, filter)| s3::LambdaNotification {
                event,
                function: arn.clone(),
                filter,
            }));
        }
        let some = self.event_bridge || !topics.is_empty() || !queues.is_empty() || !functions.is_empty();
        found.or(some.then(|| s3::NotificationConfiguration {
            event_bridge_configuration: self.event_bridge.then_some(s3::EventBridge { event_bridge_enabled: true }),
            topic_configurations: (!topics.is_empty()).then_some(topics),
            queue_configurations: (!queues.is_empty()).then_some(queues),
            lambda_configurations: (!functions.is_empty()).then_some(functions),
        }))
    }

    /// No event is told of twice.
    fn check(&self) -> Diagnostics {
        let told =
            self.topics.values().chain(self.queues.values()).chain(self.functions.values()).flat_map(|told| &told.0);
        let claims: Vec<Claim<'_>> = told.flat_map(Notification::claims).collect();
        let second = claims.iter().enumerate().filter_map(|(number, claim)| {
            let first = claims[..number].iter().find(|first| first.meets(claim))?;
            let message = format!("S3 tells of each event once, and of some `{}` it would tell twice", claim.event.0);
            let diagnostic = Diagnostic::error(Code::ConflictingProperties, claim.at, message);
            let hint = "prefixes or suffixes can tell the objects apart, and a topic can tell several";
            Some(diagnostic.related(first.at, "the first").hint(hint))
        });
        second.collect()
    }
}
