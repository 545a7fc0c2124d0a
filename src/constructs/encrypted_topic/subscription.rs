//! Who gets the messages of a topic.

mod endpoint;

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Deserialize;

use self::endpoint::Endpoint;
use super::filter::Filter;
use super::replay::Replay;
use super::retry::DeliveryPolicy;
use crate::cfn::sns::{self, FilterScope, Protocol};
use crate::cfn::{Arn, Handle, iam, lambda, sqs};
use crate::construct::{Cx, Grant, Grantee, Naming, Resources, ServiceGrantee, To};
use crate::constructs::fifo::is_fifo;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result, Span};
use crate::document::Spanned;
use crate::service::{Subject, sns::PRINCIPAL};

/// Where messages go, and which.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Subscription {
    /// A queue of these stacks, which lets the topic send, and use its key for it.
    pub queue: Option<To<sqs::Queue>>,
    /// A function of these stacks, which lets the topic call it.
    pub function: Option<To<lambda::Function>>,
    /// An address outside of these stacks, by the protocol: a URL, an e-mail address, a phone number, an ARN.
    pub endpoint: Option<Spanned<String>>,
    /// How messages get to the endpoint.
    pub protocol: Option<Spanned<Protocol>>,
    /// Whether the message comes without the envelope that SNS puts around it, for queues, `https` and `firehose`.
    pub raw: Option<Spanned<bool>>,
    /// Which messages come, by default all: conditions by the attribute that they are about, such as
    /// `{ event: [created, { prefix: order- }] }`.
    pub filter: Option<Spanned<Filter>>,
    /// Whether the filter is about the attributes of a message or the fields of its JSON, by default `attributes`.
    pub filter_scope: Option<Spanned<FilterScope>>,
    /// The queue to which messages go that cannot be delivered. It lets the topic send, too.
    pub dead_letter: Option<To<sqs::Queue>>,
    /// How deliveries over `https` are tried again.
    pub delivery_policy: Option<Spanned<DeliveryPolicy>>,
    /// Which archived messages come again when the subscription is made.
    pub replay: Option<Spanned<Replay>>,
}

/// The resources of a subscription.
#[derive(Debug)]
pub(super) struct Parts {
    subscription: Handle<sns::Subscription>,
    /// What lets SNS call the function, if it is one.
    permission: Option<Handle<lambda::Permission>>,
}

/// What a topic is like, as its subscriptions see it.
#[derive(Clone, Copy)]
pub(super) struct Source<'t> {
    /// The topic.
    pub topic: &'t Handle<sns::Topic>,
    /// Where it is said that it is first in, first out.
    pub fifo: Option<Span>,
    /// Whether it keeps an archive.
    pub archived: bool,
}

impl Subscription {
    /// Names the subscription after what it is of, so that the order of a list never matters. An address outside has
    /// nothing to be named after, and is counted; so is the second of a name, as when two stacks have the same path.
    pub(super) fn name(&self, seen: &mut HashMap<String, usize>, naming: &mut Naming<'_>) -> Parts {
        let of = self.queue.as_ref().map(To::pascal).or_else(|| self.function.as_ref().map(To::pascal));
        let name = of.clone().unwrap_or_default();
        let count = *seen.entry(name.clone()).and_modify(|count| *count += 1).or_insert(1);
        let number = if of.is_some() && count == 1 { String::new() } else { count.to_string() };
        Parts {
            subscription: naming.unnamed(&format!("{name}Subscription{number}")),
            permission: self.function.as_ref().map(|_| naming.unnamed(&format!("{name}Permission{number}"))),
        }
    }

    /// What tells two subscriptions apart, and where it is written.
    pub(super) fn address(&self) -> Option<(String, Span)> {
        let queue = self.queue.as_ref().map(|to| (to.to_string(), to.span()));
        let function = || self.function.as_ref().map(|to| (to.to_string(), to.span()));
        let endpoint = || self.endpoint.as_ref().map(|endpoint| (endpoint.value.clone(), endpoint.span));
        queue.or_else(function).or_else(endpoint)
    }

    /// The delivery stream to which SNS puts records by the topic's role.
    pub(super) fn stream(&self) -> Option<Arn> {
        let firehose = self.protocol.as_ref().is_some_and(|protocol| protocol.value == Protocol::Firehose);
        self.endpoint.as_ref().filter(|_| firehose).map(|endpoint| Arn::literal(endpoint.value.as_str()))
    }

    /// What lets SNS send messages of the topic to queues.
    pub(super) fn grants(&self, topic: &Handle<sns::Topic>, cx: &Cx<'_>, found: &mut Diagnostics) -> Vec<Grant> {
        let to = Grantee::Service(ServiceGrantee { principal: &PRINCIPAL, source: Subject::of(topic) });
        let queues = self.queue.iter().chain(&self.dead_letter);
        let grants = queues
            .filter_map(|queue| Some(Grant::of("send", to.clone(), found.take(cx.entry_of(queue))?, queue.span())));
        grants.collect()
    }

    /// Makes the subscription; `role` is that by which SNS puts records into delivery streams.
    ///
    /// # Errors
    /// What SNS would refuse, or accept and deliver nothing; `at` is where the subscription stands.
    pub(super) fn build(
        &self,
        parts: &Parts,
        source: Source<'_>,
        role: Option<&Handle<iam::Role>>,
        at: Span,
        cx: &Cx<'_>,
        out: &mut Resources<'_>,
    ) -> Result<()> {
        let mut found = self.check(source);
        let scope = self.filter_scope.as_ref().map_or(FilterScope::Attributes, |scope| scope.value);
        let filter = self.filter.as_ref().map(|filter| filter.value.lower(scope, filter.span, &mut found));
        let dead_letter = self.dead_letter.as_ref().and_then(|to| found.take(dead_letter(to, source, cx)));
        let Some(endpoint) = found.take(self.endpoint(source, at, cx)) else { return Err(found) };
        let protocol = endpoint.protocol();
        found.extend(self.check_protocol(protocol));
        let address = match (endpoint, &parts.permission) {
            (Endpoint::Function(function), Some(permission)) => {
                let properties = lambda::Permission {
                    function_name: Arn::of(&function).text(),
                    action: "lambda:InvokeFunction",
                    principal: PRINCIPAL.at(cx.target()),
                    source_account: None,
                    source_arn: Some(Arn::literal(source.topic.reference())),
                };
                out.add(permission, properties);
                Arn::of(&function).after(permission)
            }
            (Endpoint::Function(function), None) => Arn::of(&function),
            (Endpoint::Queue(queue), _) => Arn::of(&queue),
            (Endpoint::Outside(_, address), _) => Arn::literal(address),
        };
        let properties = sns::Subscription {
            raw_message_delivery: self.is_raw().then_some(true),
            filter_policy: filter,
            filter_policy_scope: self.filter_scope.as_ref().map(|scope| scope.value),
            delivery_policy: self.delivery_policy.as_ref().map(|policy| policy.value.lower()),
            redrive_policy: dead_letter.map(|arn| sns::RedrivePolicy { dead_letter_target_arn: arn }),
            replay_policy: self.replay.as_ref().map(|replay| replay.value.lower()),
            subscription_role_arn: role.filter(|_| protocol == Protocol::Firehose).map(|role| Arn::literal(role.arn())),
            ..sns::Subscription::new(source.topic.reference(), protocol, address.text())
        };
        out.add(&parts.subscription, properties);
        found.or(())
    }

    fn is_raw(&self) -> bool {
        self.raw.as_ref().is_some_and(|raw| raw.value)
    }

    /// What the topic, and the properties among each other, leave no place for.
    fn check(&self, source: Source<'_>) -> Diagnostics {
        let mut found = Diagnostics::default();
        let conflict = |at: Span, message: &str| Diagnostic::error(Code::ConflictingProperties, at, message);
        if let (Some(scope), None) = (&self.filter_scope, &self.filter) {
            found.push(conflict(scope.span, "there is no `filter` here that this would be about"));
        }
        if let Some(replay) = self.replay.as_ref().filter(|_| !source.archived) {
            let message = "only a topic with an archive has messages to replay";
            found.push(conflict(replay.span, message).hint("`archive-days` keeps them, on a FIFO topic"));
        }
        if let Some(policy) = &self.delivery_policy {
            found.extend(policy.value.check(self.is_raw(), policy.span));
        }
        found
    }

    /// What the protocol leaves no place for.
    fn check_protocol(&self, protocol: Protocol) -> Diagnostics {
        let mut found = Diagnostics::default();
        let conflict = |at: Span, message: &str| Diagnostic::error(Code::ConflictingProperties, at, message);
        // https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html
        let raw = [Protocol::Https, Protocol::Sqs, Protocol::Firehose];
        if let Some(written) = self.raw.as_ref().filter(|written| written.value && !raw.contains(&protocol)) {
            found.push(conflict(written.span, "messages are raw for queues, and over `https` and `firehose` only"));
        }
        // https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
        if let Some(policy) = self.delivery_policy.as_ref().filter(|_| protocol != Protocol::Https) {
            found.push(conflict(policy.span, "only deliveries over `https` can be tried again in another way"));
        }
        found
    }
}

/// The queue to which messages go that cannot be delivered.
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html>
fn dead_letter(to: &To<sqs::Queue>, source: Source<'_>, cx: &Cx<'_>) -> Result<Arn> {
    let queue = cx.get_here(to)?;
    endpoint::check_account(&queue, to.span(), cx)?;
    let message = match (source.fifo, is_fifo(&queue)) {
        (Some(_), false) => "the dead-letter queue of a FIFO topic's subscription is a FIFO queue",
        (None, true) => "the dead-letter queue of a standard topic's subscription is a standard queue",
        (Some(_), true) | (None, false) => return Ok(Arn::of(&queue)),
    };
    let diagnostic = Diagnostic::error(Code::ConflictingProperties, to.span(), message);
    Err(source.fifo.into_iter().fold(diagnostic, |it, fifo| it.related(fifo, "a FIFO topic")).into())
}
