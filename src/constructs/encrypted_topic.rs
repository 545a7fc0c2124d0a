//! `EncryptedTopic`

mod delivery;

use schemars::JsonSchema;
use serde::Deserialize;

use self::delivery::DeliveryLogging;
use super::fifo::{self, Fifo};
use super::inbox::{SenderName, Senders};
use super::twice;
use crate::cfn::policy::{Condition, Operator, PolicyDocument, Principal, Statement};
use crate::cfn::{Arn, Handle, kms, sns};
use crate::construct::{Access, By, Construct, Cx, Encryption, Naming, Resources, To, Uses, role_principal};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result};
use crate::document::Spanned;
use crate::name::{Tags, Text};
use crate::service::{Subject, sns as facts};

/// An SNS topic encrypted under a key of these stacks, which accepts messages over TLS only.
///
/// Roles are granted `publish` on it. AWS services that publish are named in `publishers`: each may, for its sources
/// in this account, and may use the key for it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EncryptedTopic {
    /// The key that encrypts messages at rest, needed where `encryption` is `customer-managed`.
    key: Option<To<kms::Key>>,
    /// The sender that text messages and e-mails show, at most 100 characters.
    // https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
    display_name: Option<Text<100>>,
    /// Whether messages keep their order and come once; the name ends in `.fifo` then.
    fifo: Option<Spanned<Fifo>>,
    /// AWS services that publish here.
    #[serde(default)]
    publishers: Vec<Spanned<SenderName<sns::Topic>>>,
    /// Where messages go, besides the functions that this topic triggers.
    #[serde(default)]
    subscriptions: Vec<Subscription>,
    /// A record of every delivery, in encrypted log groups.
    delivery_logging: Option<DeliveryLogging>,
    /// Tags, besides the stack's.
    #[serde(default)]
    tags: Tags,
}

/// Where messages go.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Subscription {
    /// How messages get there.
    protocol: Spanned<sns::Protocol>,
    /// The address, by the protocol: a URL, an e-mail address, a phone number, an ARN.
    endpoint: Spanned<String>,
    /// Whether the message comes without the envelope that SNS puts around it, for `https` and `sqs`.
    raw: Option<Spanned<bool>>,
}

impl Subscription {
    fn is_raw(&self) -> bool {
        self.raw.as_ref().is_some_and(|raw| raw.value)
    }

    /// What the protocol asks of the rest.
    fn check(&self, fifo: Option<&Spanned<Fifo>>) -> Option<Diagnostic> {
        use sns::Protocol::{Application, Email, EmailJson, Https, Lambda, Sms, Sqs};
        let (protocol, endpoint) = (self.protocol.value, self.endpoint.value.as_str());
        let (fits, expected) = match protocol {
            Https => (endpoint.starts_with("https://"), "a URL that begins with `https://`"),
            Email | EmailJson => (endpoint.contains('@'), "an e-mail address"),
            Sms => (endpoint.starts_with('+'), "a phone number that begins with `+`"),
            Application | Lambda | Sqs => (endpoint.starts_with("arn:"), "an ARN"),
        };
        let conflict = |span, message: &str| Diagnostic::error(Code::ConflictingProperties, span, message);
        if !fits {
            let message = format!("`{endpoint}` is not {expected}");
            return Some(Diagnostic::error(Code::InvalidValue, self.endpoint.span, message));
        }
        // https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html
        if let Some(raw) = self.raw.as_ref().filter(|raw| raw.value && !matches!(protocol, Https | Sqs)) {
            return Some(conflict(raw.span, "messages are raw over `https` and `sqs` only"));
        }
        // https://docs.aws.amazon.com/sns/latest/dg/fifo-message-delivery.html
        let fifo = fifo.filter(|_| protocol != Sqs)?;
        Some(
            conflict(self.protocol.span, "messages of a FIFO topic reach queues only")
                .related(fifo.span, "a FIFO topic"),
        )
    }
}

/// The resources of a topic.
#[derive(Debug)]
pub struct Parts {
    topic: Handle<sns::Topic>,
    policy: Handle<sns::TopicPolicy>,
    subscriptions: Vec<Handle<sns::Subscription>>,
    delivery: Option<delivery::Parts>,
}

impl Construct for EncryptedTopic {
    type Parts = Parts;

    fn grantable() -> Vec<&'static str> {
        vec!["publish"]
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn name(&self, naming: &mut Naming<'_>) -> Parts {
        let topic = fifo::name("topic", self.fifo.as_ref(), naming);
        let subscription = |number: usize| format!("Subscription{number}");
        Parts {
            policy: naming.unnamed("Policy"),
            subscriptions: (1..=self.subscriptions.len()).map(|number| naming.unnamed(&subscription(number))).collect(),
            delivery: self.delivery_logging.as_ref().map(|_| delivery::Parts::name(&topic, naming)),
            topic,
        }
    }

    fn uses(&self, parts: &Parts, cx: &Cx<'_>) -> Result<Uses> {
        let topic = &parts.topic;
        let messages = cx.data(self.key.as_ref(), Subject::of(topic))?;
        let mut uses = Uses::default();
        uses.keys.extend(Senders::new(&self.publishers, cx.granted()).key_uses(&messages));
        for (_, role) in cx.granted_to_roles() {
            uses.keys.extend(messages.used(By::Role(role.clone()), &facts::PUBLISH));
            uses.accesses.push(Access {
                role: role.clone(),
                sid: format!("PublishTo{}", topic.id().logical),
                actions: vec!["sns:Publish"],
                resources: vec![Arn::of(topic)],
                condition: Condition::default(),
            });
        }
        if let (Some(logging), Some(parts)) = (&self.delivery_logging, &parts.delivery) {
            uses.keys.extend(logging.key_uses(parts, cx)?);
        }
        Ok(uses)
    }

    fn build(&self, parts: &Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        self.check(&parts.topic, cx)?;
        let Parts { topic, policy, subscriptions, delivery } = parts;
        let logging = match (&self.delivery_logging, delivery) {
            (Some(logging), Some(parts)) => Some(logging.build(parts, cx, out)?),
            _ => None,
        };
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
            delivery_status_logging: logging,
            tags: Vec::new(),
        };
        out.add(topic, properties);
        let policy_document = PolicyDocument::new(self.statements(topic, cx));
        out.add(policy, sns::TopicPolicy { policy_document, topics: vec![topic.reference()] });
        out.gate(topic, policy);
        for (subscription, handle) in self.subscriptions.iter().zip(subscriptions) {
            let properties = sns::Subscription {
                topic_arn: Some(topic.reference()),
                protocol: subscription.protocol.value,
                endpoint: Some(subscription.endpoint.value.as_str().into()),
                raw_message_delivery: subscription.is_raw().then_some(true),
            };
            out.add(handle, properties);
        }
        Ok(())
    }
}

impl EncryptedTopic {
    /// The topic's policy: each publishing service for its sources, each publishing role, and nobody without TLS.
    fn statements(&self, topic: &Handle<sns::Topic>, cx: &Cx<'_>) -> Vec<Statement> {
        let publish = |sid: String| Statement::allow(sid, vec!["sns:Publish"], vec![Arn::naming(topic)]);
        let mut statements = Senders::new(&self.publishers, cx.granted()).statements(publish, cx);
        for (_, role) in cx.granted_to_roles() {
            let (principal, condition) = role_principal(role, cx.target(), cx.house());
            statements.push(publish(format!("PublishBy{}", role.id().logical)).to(principal).when(condition));
        }
        // https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html#enforce-encryption-data-in-transit
        let plain = Condition::default().and(Operator::Bool, "aws:SecureTransport", ["false".into()]);
        statements.push(publish("DenyPublishWithoutTls".to_owned()).deny().to(Principal::Everyone).when(plain));
        statements
    }

    fn check(&self, topic: &Handle<sns::Topic>, cx: &Cx<'_>) -> Result<()> {
        let mut found = Diagnostics::default();
        found.extend(fifo::misnamed(topic, self.fifo.as_ref(), cx));
        if let Some(logging) = &self.delivery_logging {
            found.extend(twice(logging.protocols()));
        }
        for subscription in &self.subscriptions {
            found.extend(subscription.check(self.fifo.as_ref()));
        }
        found.extend(Senders::new(&self.publishers, cx.granted()).check(self.fifo.as_ref().map(|it| it.span), cx));
        found.or(())
    }
}
