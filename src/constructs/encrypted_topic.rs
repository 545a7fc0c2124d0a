//! `EncryptedTopic`

mod data_protection;
mod delivery;
mod filter;
mod given;
mod replay;
mod retry;
mod subscription;

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Deserialize;

pub use self::data_protection::{Audit, DataProtection};
pub use self::delivery::DeliveryLogging;
pub use self::filter::Filter;
pub(super) use self::given::{Given, WORDS};
pub use self::replay::{Moment, Replay};
pub use self::retry::DeliveryPolicy;
use self::subscription::Source;
pub use self::subscription::Subscription;
use super::fifo::{self, Fifo};
use super::inbox::{SenderName, Senders, add_roles};
use super::service_role::ServiceRole;
use super::twice;
use crate::cfn::policy::{Condition, Operator, Principal, Statement};
use crate::cfn::sns::{self, ThroughputScope, Tracing};
use crate::cfn::{Arn, Handle, kms};
use crate::construct::{By, Construct, Cx, Encryption, Grant, Naming, Resources, To, Uses};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result};
use crate::document::Spanned;
use crate::environment::{Kept, Tier};
use crate::name::{Bounded, Tags, Text};
use crate::service::{Subject, sns as facts};

/// An SNS topic encrypted under a key of these stacks, which accepts messages over TLS only and signs them with
/// SHA-256.
///
/// Roles are granted `publish` or `subscribe` on it. AWS services that publish are named in `publishers`: each may, for
/// its sources in this account, and may use the key for it. Queues and functions that get messages are named in
/// `subscriptions`, and let the topic deliver.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EncryptedTopic {
    /// The key that encrypts messages at rest, needed where `encryption` is `customer-managed`.
    pub key: Option<To<kms::Key>>,
    /// The sender that text messages and e-mails show, at most 100 characters.
    // https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
    pub display_name: Option<Text<100>>,
    /// Whether messages keep their order and come once; the name ends in `.fifo` then.
    pub fifo: Option<Spanned<Fifo>>,
    /// What the throughput quota of a FIFO topic is for, and within what a message comes once, by default `topic`.
    pub throughput_scope: Option<Spanned<ThroughputScope>>,
    /// Days for which a FIFO topic keeps messages to replay, 1 to 365. An archive is data: it stays with its topic as
    /// the rules ask for, and SNS deletes no topic that has one. Taking this out deletes the archive.
    pub archive_days: Option<Spanned<Bounded<1, 365>>>,
    /// The most bytes of a message, 1024 to 1048576.
    pub max_message_size: Option<Bounded<1_024, 1_048_576>>,
    /// What SNS does with traces, by default `pass-through`. With `active`, the account's policy in X-Ray has to let
    /// it: the statement is shown on every run.
    pub tracing: Option<Tracing>,
    /// AWS services that publish here.
    #[serde(default)]
    pub publishers: Vec<Spanned<SenderName<sns::Topic>>>,
    /// Where messages go, besides the functions that this topic triggers.
    #[serde(default)]
    pub subscriptions: Vec<Spanned<Subscription>>,
    /// What happens to sensitive data in messages, in accounts for which SNS protected some before 30 April 2026: it
    /// takes no new ones.
    // https://docs.aws.amazon.com/sns/latest/dg/sns-message-data-protection-availability-change.html
    pub data_protection: Option<Spanned<DataProtection>>,
    /// A record of every delivery, in encrypted log groups.
    pub delivery_logging: Option<DeliveryLogging>,
    /// Tags, besides the stack's.
    #[serde(default)]
    pub tags: Tags,
}

/// The resources of a topic.
#[derive(Debug)]
pub struct Parts {
    topic: Handle<sns::Topic>,
    policy: Handle<sns::TopicPolicy>,
    subscriptions: Vec<subscription::Parts>,
    delivery: Option<delivery::Parts>,
    /// The role by which SNS records deliveries and puts messages into delivery streams.
    role: Option<ServiceRole>,
}

impl Construct for EncryptedTopic {
    type Main = sns::Topic;
    type Parts = Parts;

    const ADMITS_OTHER_ACCOUNTS: bool = true;

    fn grantable() -> Vec<&'static str> {
        WORDS.to_vec()
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn name(&self, naming: &mut Naming<'_>) -> Parts {
        let topic = fifo::name("topic", self.fifo.as_ref(), naming);
        if self.archive_days.is_some() {
            naming.holds_data();
        }
        let mut seen = HashMap::new();
        let subscriptions = self.subscriptions.iter().map(|it| it.value.name(&mut seen, naming)).collect();
        let needs_role = self.delivery_logging.is_some() || self.streams().next().is_some();
        Parts {
            policy: naming.unnamed("Policy"),
            subscriptions,
            delivery: self.delivery_logging.as_ref().map(|_| delivery::Parts::name(&topic, naming)),
            role: needs_role.then(|| ServiceRole::name(naming)),
            topic,
        }
    }

    fn grants(&self, parts: &Parts, cx: &Cx<'_>, found: &mut Diagnostics) -> Vec<Grant> {
        let mut grants: Vec<Grant> = Vec::new();
        for subscription in &self.subscriptions {
            grants.extend(subscription.value.grants(&parts.topic, cx, found));
        }
        grants.extend(self.data_protection.as_ref().and_then(|data| data.value.grant(&parts.topic, cx, found)));
        grants
    }

    fn uses(&self, parts: &Parts, cx: &Cx<'_>) -> Result<Uses> {
        let topic = &parts.topic;
        let messages = cx.data(self.key.as_ref(), Subject::of(topic))?;
        let mut uses = Uses::default();
        let kept = self.archive_days.as_ref().map_or(Kept::NOT, |_| cx.house().kept());
        uses.stored.extend(messages.stored(kept));
        uses.keys.extend(self.senders(cx).key_uses(&messages));
        uses.keys.extend(self.archive_days.as_ref().and_then(|_| messages.used(By::Service(None), &facts::REPLAY)));
        add_roles(&mut uses, topic, &messages, cx);
        if let (Some(logging), Some(parts)) = (&self.delivery_logging, &parts.delivery) {
            uses.add(logging.uses(parts, cx)?);
        }
        Ok(uses)
    }

    fn build(&self, parts: &Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        let Parts { topic, policy, subscriptions, delivery, role } = parts;
        let mut found = self.check(topic, cx);
        let mut own: Vec<Statement> = Vec::new();
        if let (Some(logging), Some(parts)) = (&self.delivery_logging, delivery) {
            own.extend(found.take(logging.build(parts, cx, out)));
        }
        let streams: Vec<Arn> = self.streams().collect();
        if !streams.is_empty() {
            own.push(Statement::allow("PutRecords", facts::PUT_RECORDS.to_vec(), streams));
        }
        let path = &cx.entry().path;
        if let Some(role) = role {
            role.build(
                cx,
                out,
                &format!("what SNS may do for the topic {path}"),
                &facts::PRINCIPAL,
                Condition::default(),
                own,
            );
        }
        let role = role.as_ref().map(ServiceRole::role);
        let data = self.data_protection.as_ref();
        let data_protection_policy = data.and_then(|data| found.take(data.value.policy(data.span, cx)));
        let properties = sns::Topic {
            topic_name: Some(topic.name()),
            display_name: self.display_name.as_ref().map(|name| name.as_str().to_owned()),
            kms_master_key_id: match cx.encryption(self.key.as_ref())? {
                Encryption::AwsOwned => None,
                Encryption::AwsManaged => Some(facts::AWS_MANAGED_KEY.into()),
                Encryption::Customer(key) => Some(key.arn().text()),
            },
            fifo_topic: self.fifo.as_ref().map(|_| true),
            content_based_deduplication: self.fifo.as_ref().map(|fifo| fifo.value == Fifo::Content),
            fifo_throughput_scope: self.throughput_scope.as_ref().map(|scope| scope.value),
            archive_policy: self
                .archive_days
                .as_ref()
                .map(|days| sns::ArchivePolicy { message_retention_period: days.value.get() }),
            data_protection_policy,
            maximum_message_size: self.max_message_size.map(Bounded::get),
            signature_version: Some(facts::SIGNATURE_VERSION),
            tracing_config: self.tracing,
            delivery_status_logging: self
                .delivery_logging
                .as_ref()
                .zip(role)
                .map(|(logging, role)| logging.lower(role)),
            tags: Vec::new(),
        };
        out.add(topic, properties);
        let policy_document = self.senders(cx).policy(topic, cx);
        out.add(policy, sns::TopicPolicy { policy_document, topics: vec![topic.reference()] });
        out.gate(topic, policy);
        let fifo = self.fifo.as_ref().map(|fifo| fifo.span);
        let source = Source { topic, fifo, archived: self.archive_days.is_some() };
        for (Spanned { value: subscription, span }, parts) in self.subscriptions.iter().zip(subscriptions) {
            found.take(subscription.build(parts, source, role, *span, cx, out));
        }
        if self.tracing == Some(Tracing::Active) {
            out.ask(cx, "the account's resource policy in X-Ray", vec![trace(topic, cx)]);
        }
        out.report(found)
    }
}

impl EncryptedTopic {
    fn senders<'s>(&'s self, cx: &Cx<'s>) -> Senders<'s, sns::Topic> {
        Senders::new(&self.publishers, cx.granted())
    }

    /// The delivery streams that get messages.
    fn streams(&self) -> impl Iterator<Item = Arn> {
        self.subscriptions.iter().filter_map(|subscription| subscription.value.stream())
    }

    fn check(&self, topic: &Handle<sns::Topic>, cx: &Cx<'_>) -> Diagnostics {
        let mut found = Diagnostics::default();
        found.extend(fifo::misnamed(topic, self.fifo.as_ref(), cx));
        if let Some(logging) = &self.delivery_logging {
            found.extend(twice(logging.protocols()));
        }
        found.extend(twice(self.subscriptions.iter().filter_map(|it| it.value.address())));
        found.extend(self.senders(cx).check(self.fifo.as_ref().map(|it| it.span), cx));
        let only_fifo =
            [self.throughput_scope.as_ref().map(|it| it.span), self.archive_days.as_ref().map(|it| it.span)];
        if self.fifo.is_none() {
            found.extend(fifo::only::<sns::Topic>(only_fifo));
        }
        if let (Some(data), Some(fifo)) = (&self.data_protection, &self.fifo) {
            // https://docs.aws.amazon.com/sns/latest/dg/sns-message-data-protection-configure-console.html
            let message = "SNS looks for sensitive data in messages of standard topics only";
            let diagnostic = Diagnostic::error(Code::ConflictingProperties, data.span, message);
            found.push(diagnostic.related(fifo.span, "a FIFO topic"));
        }
        if let Some(days) = self.archive_days.as_ref().filter(|_| cx.house().encryption == Tier::AwsManaged) {
            let message = "SNS cannot replay messages under the key that AWS manages for it";
            let diagnostic = Diagnostic::error(Code::ConflictingProperties, days.span, message);
            let diagnostic = diagnostic.hint("an archive needs a key whose policy lets SNS: `customer-managed`");
            let rule = cx.house().place_of("encryption");
            found.push(rule.into_iter().fold(diagnostic, |it, rule| it.related(rule, "the rule")));
        }
        found
    }
}

/// What lets SNS send the topic's traces.
fn trace(topic: &Handle<sns::Topic>, cx: &Cx<'_>) -> Statement {
    let source = Condition::default().source_account(cx.target());
    let source = source.and(Operator::ArnEquals, "aws:SourceArn", [Arn::naming(topic).text()]);
    let statement = Statement::allow(format!("Trace{}", topic.id().logical), facts::TRACE.to_vec(), vec![Arn::any()]);
    statement.to(Principal::Service(vec![facts::PRINCIPAL.at(cx.target())])).when(source)
}
