//! Topics and queues, as AWS services send to them.

use std::marker::PhantomData;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Deserialize, Deserializer, Error};

use super::grants::beyond_managed_key;
use super::imported::Imported;
use super::{encrypted_queue, encrypted_topic};
use crate::cfn::policy::{Action, Condition, Operator, PolicyDocument, Principal, Statement};
use crate::cfn::{Arn, Handle, Named, sns, sqs};
use crate::construct::{Access, By, Cx, Data, Grant, KeyUse, ServiceGrantee, Uses, role_principal};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::document::Spanned;
use crate::environment::Tier;
use crate::name::Refused;
use crate::service::{self, Sender, ServicePrincipal, words};

/// A type of resource that services send to.
pub(super) trait Inbox: Named {
    /// The services that stack files can list as senders.
    const SENDERS: &'static [Sender];
    /// What they are called.
    const WORDS: &'static [&'static str];
    /// What they do.
    const SEND: &'static str;
    /// What they do it to.
    const NOUN: &'static str;
    /// Whose the resource is.
    const OWNER: &'static str;
    /// The action of a service that sends.
    const SENDS: Action;
    /// What nobody does without TLS, and the id of the statement that denies it.
    const NEEDS_TLS: (&'static str, &'static [Action]);

    /// What a grant to a role is called in the ids of the resource's own statements.
    fn verb(grant: &Grant) -> String;

    /// What is known of a service as a sender.
    fn sender(principal: &ServicePrincipal) -> Option<&'static Sender> {
        Self::SENDERS.iter().find(|sender| sender.principal() == principal)
    }
}

impl Inbox for sns::Topic {
    const SENDERS: &'static [Sender] = service::sns::PUBLISHERS;
    const WORDS: &'static [&'static str] = &words::<{ service::sns::PUBLISHERS.len() }>(service::sns::PUBLISHERS);
    const SEND: &'static str = "publish";
    const NOUN: &'static str = "topic";
    const OWNER: &'static str = "SNS";
    const SENDS: Action = "sns:Publish";
    // https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html#enforce-encryption-data-in-transit
    const NEEDS_TLS: (&'static str, &'static [Action]) = ("DenyPublishWithoutTls", &[Self::SENDS]);

    fn verb(grant: &Grant) -> String {
        encrypted_topic::Given::by(grant).verb()
    }
}

impl Inbox for sqs::Queue {
    const SENDERS: &'static [Sender] = service::sqs::SENDERS;
    const WORDS: &'static [&'static str] = &words::<{ service::sqs::SENDERS.len() }>(service::sqs::SENDERS);
    const SEND: &'static str = "send";
    const NOUN: &'static str = "queue";
    const OWNER: &'static str = "SQS";
    const SENDS: Action = "sqs:SendMessage";
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html#enforce-encryption-data-in-transit
    const NEEDS_TLS: (&'static str, &'static [Action]) = ("DenyUseWithoutTls", service::sqs::ALL);

    fn verb(grant: &Grant) -> String {
        encrypted_queue::Given::by(grant).verb()
    }

    fn sender(principal: &ServicePrincipal) -> Option<&'static Sender> {
        let topics = [&service::sqs::SNS];
        Self::SENDERS.iter().chain(topics).find(|sender| sender.principal() == principal)
    }
}

/// An AWS service that sends to resources of type `R`.
#[derive(Debug)]
pub struct SenderName<R> {
    sender: &'static Sender,
    to: PhantomData<fn() -> R>,
}

impl<R> Clone for SenderName<R> {
    fn clone(&self) -> Self {
        Self { sender: self.sender, to: PhantomData }
    }
}

fn find<R: Inbox>(word: &str) -> Option<SenderName<R>> {
    let sender = R::SENDERS.iter().find(|sender| sender.word == word)?;
    Some(SenderName { sender, to: PhantomData })
}

impl<R: Inbox> FromStr for SenderName<R> {
    type Err = Refused;

    fn from_str(word: &str) -> Result<Self, Refused> {
        find(word).ok_or_else(|| Refused::word(word, R::WORDS))
    }
}

impl<'de, R: Inbox> Deserialize<'de> for SenderName<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        find(&word).ok_or_else(|| D::Error::unknown_variant(&word, R::WORDS))
    }
}

impl<R: Inbox> JsonSchema for SenderName<R> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("SenderTo_{}", R::TYPE).into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({ "type": "string", "enum": R::WORDS })
    }
}

/// The services that send to a resource: those that its stack file lists, and those that it was granted to.
pub(super) struct Senders<'s, R> {
    listed: &'s [Spanned<SenderName<R>>],
    granted: Vec<(&'s Grant, &'s ServiceGrantee, &'static Sender)>,
}

impl<'s, R: Inbox> Senders<'s, R> {
    /// Those that are listed, and those of the grants.
    pub(super) fn new(listed: &'s [Spanned<SenderName<R>>], grants: impl IntoIterator<Item = &'s Grant>) -> Self {
        let services = grants.into_iter().filter_map(|grant| Some((grant, grant.service()?)));
        let granted = services.map(|(grant, service)| {
            (grant, service, R::sender(service.principal).expect("constructs grant to services that can send"))
        });
        Self { listed, granted: granted.collect() }
    }

    /// Their uses of the key that encrypts the messages.
    pub(super) fn key_uses(&self, messages: &Data) -> impl Iterator<Item = KeyUse> {
        let listed = self.listed.iter().map(|listed| (listed.value.sender, None));
        let granted = self.granted.iter().map(|(_, service, sender)| (*sender, Some(service.source.clone())));
        listed.chain(granted).filter_map(|(sender, source)| messages.used(By::Service(source), &sender.key))
    }

    /// The resource's policy: each sending service for its sources, each role for what it was granted, and nobody
    /// without TLS.
    pub(super) fn policy(&self, resource: &Handle<R>, cx: &Cx<'_>) -> PolicyDocument
    where
        R: Imported,
    {
        let allow = |sid, actions| Statement::allow(sid, actions, vec![Arn::naming(resource)]);
        let mut statements = self.statements(|sid| allow(sid, vec![R::SENDS]), cx);
        for (grant, role) in cx.granted_to_roles() {
            let (principal, condition) = role_principal(role, cx.target(), cx.house());
            let given = R::given(grant, Arn::naming(resource)).into_iter().flat_map(|(_, actions, _)| actions);
            let sid = format!("{}By{}", R::verb(grant), role.id().logical);
            statements.push(allow(sid, given.collect()).to(principal).when(condition));
        }
        let plain = Condition::default().and(Operator::Bool, "aws:SecureTransport", ["false".into()]);
        let (sid, actions) = R::NEEDS_TLS;
        let denied = allow(sid.to_owned(), actions.to_vec()).deny();
        statements.push(denied.to(Principal::Everyone).when(plain));
        PolicyDocument::new(statements)
    }

    /// The statements that let them send: each for its sources. `allow` makes one of an id.
    fn statements(&self, allow: impl Fn(String) -> Statement, cx: &Cx<'_>) -> Vec<Statement> {
        let organization = cx.house().organization.as_ref();
        let listed = self.listed.iter().map(|listed| {
            let sender = listed.value.sender;
            (sender, sender.key.id.to_owned(), sender.source.condition(cx.target(), organization))
        });
        let granted = self.granted.iter().map(|(_, service, sender)| {
            let id = format!("{}For{}", sender.key.id, service.source.id().logical);
            (*sender, id, sender.source.exactly([&service.source], organization))
        });
        let statements = listed.chain(granted).map(|(sender, id, condition)| {
            allow(id).to(Principal::Service(vec![sender.principal().at(cx.target())])).when(condition)
        });
        statements.collect()
    }

    /// What would be accepted, and lose every message.
    pub(super) fn check(&self, fifo: Option<Span>, cx: &Cx<'_>) -> Diagnostics {
        let mut found = super::twice(self.listed.iter().map(|it| (it.value.sender.word.to_owned(), it.span)));
        let listed = self.listed.iter().map(|listed| (listed.value.sender, listed.span));
        let granted = self.granted.iter().map(|(grant, _, sender)| (*sender, grant.at));
        for (Sender { word, fifo: ordered, .. }, principal, span) in
            listed.chain(granted).map(|(sender, span)| (sender, sender.principal(), span))
        {
            let conflict = |message: String| Diagnostic::error(Code::ConflictingProperties, span, message);
            if let Some(fifo) = fifo.filter(|_| !ordered) {
                let diagnostic = conflict(format!("`{word}` can {} to standard {}s only", R::SEND, R::NOUN));
                found.push(diagnostic.related(fifo, format!("a FIFO {}", R::NOUN)));
            }
            if cx.house().encryption == Tier::AwsManaged {
                let message = format!("`{word}` cannot {} under the key that AWS manages for {}", R::SEND, R::OWNER);
                let diagnostic = conflict(message);
                let rule = cx.house().place_of("encryption");
                let diagnostic = diagnostic.hint("a service needs a key whose policy lets it: `customer-managed`");
                found.push(rule.into_iter().fold(diagnostic, |it, rule| it.related(rule, "the rule")));
            }
            let partition = cx.target().partition();
            if let Some(absent) = partition.filter(|partition| principal.absent_from.contains(partition)) {
                let message = format!("`{word}` does not exist in the partition `{}`", absent.name());
                found.push(Diagnostic::error(Code::UnavailableService, span, message));
            }
        }
        found.extend(beyond_managed_key(R::OWNER, |_| true, cx));
        found
    }
}

/// Adds what roles were granted on the resource: what they may do there, and with the key that encrypts the messages.
pub(super) fn add_roles<R: Imported>(uses: &mut Uses, resource: &Handle<R>, messages: &Data, cx: &Cx<'_>) {
    for (grant, role) in cx.granted_to_roles() {
        let accesses = R::key_accesses(grant).into_iter();
        uses.keys.extend(accesses.filter_map(|access| messages.used(By::Role(role.clone()), access)));
        for (verb, actions, resources) in R::given(grant, Arn::of(resource)) {
            let (role, sid) = (role.clone(), format!("{verb}{}", resource.id().logical));
            uses.accesses.push(Access { role, sid, actions, resources, condition: Condition::default() });
        }
    }
}
