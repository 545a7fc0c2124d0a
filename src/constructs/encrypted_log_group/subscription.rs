//! Where events go as they come in.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::cfn::policy::{Condition, Operator, Statement};
use crate::cfn::{Arn, Handle, kms, lambda, logs};
use crate::construct::{By, Cx, KeyUse, Naming, Resources, To};
use crate::constructs::or_reference::OrReference;
use crate::constructs::service_role::ServiceRole;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result, Span};
use crate::document::Spanned;
use crate::name::{DeliveryStreamArn, LogDestinationArn, StreamArn, Target, Text, Word};
use crate::service::{Subject, kinesis, logs as facts};

/// Where events go as they come in.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Subscription {
    /// Where they go.
    pub to: Spanned<Destination>,
    /// Which events go there, as a filter pattern of CloudWatch Logs. By default all of them.
    pub pattern: Option<Text<1024>>,
    /// The key that encrypts a Kinesis stream, if that is none of AWS's.
    pub stream_key: Option<To<kms::Key>>,
    /// How events are spread over the shards of a stream, by default `by-log-stream`.
    pub distribution: Option<Spanned<logs::Distribution>>,
    /// Whether events go as the transformer leaves them, and the pattern is about that.
    pub transformed: Option<Spanned<bool>>,
}

/// Where events go.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Destination {
    /// A function.
    Function(To<lambda::Function>),
    /// A Kinesis stream of this account, by its ARN or as `{ ref: ingest/events.Arn }`.
    Stream(OrReference<StreamArn>),
    /// A delivery stream of this account, by its ARN or as `{ ref: archive/events.Arn }`.
    DeliveryStream(OrReference<DeliveryStreamArn>),
    /// A destination of CloudWatch Logs that another account offers, by its ARN.
    OtherAccount(LogDestinationArn),
}

/// What events go to, which is there.
enum Receiver {
    Function(Handle<lambda::Function>),
    Other(Arn),
}

impl Subscription {
    /// Whether CloudWatch Logs has to assume a role for it.
    pub(super) fn needs_role(&self) -> bool {
        matches!(self.to.value, Destination::Stream(_) | Destination::DeliveryStream(_))
    }

    /// Where it asks for transformed events.
    pub(super) fn transformed(&self) -> Option<Span> {
        self.transformed.as_ref().filter(|transformed| transformed.value).map(|transformed| transformed.span)
    }

    /// What events go to.
    fn receiver(&self, cx: &Cx<'_>) -> Result<Receiver> {
        let here = |there: &Target| -> Result<()> {
            let here = cx.target();
            let elsewhere = here.region.as_ref().is_some_and(|region| there.region.as_ref() != Some(region))
                || here.is_foreign(there);
            let message = "events go to streams and functions of the log group's own account and region only";
            if !elsewhere {
                return Ok(());
            }
            let diagnostic = Diagnostic::error(Code::WrongReference, self.to.span, message);
            Err(diagnostic.hint("`other-account` takes the destination that another account offers").into())
        };
        match &self.to.value {
            Destination::Function(to) => {
                let function = cx.get(to)?;
                here(function.target())?;
                Ok(Receiver::Function(function))
            }
            Destination::Stream(stream) => {
                stream.written().map_or(Ok(()), |arn| here(&arn.value.target(cx.target())))?;
                Ok(Receiver::Other(Arn::literal(stream.value(cx)?)))
            }
            Destination::DeliveryStream(stream) => {
                stream.written().map_or(Ok(()), |arn| here(&arn.value.target(cx.target())))?;
                Ok(Receiver::Other(Arn::literal(stream.value(cx)?)))
            }
            Destination::OtherAccount(arn) => Ok(Receiver::Other(Arn::literal(arn.as_str()))),
        }
    }

    fn check(&self) -> Diagnostics {
        let mut found = Diagnostics::default();
        let mut conflict = |at, message| {
            let diagnostic = Diagnostic::error(Code::ConflictingProperties, at, message);
            found.push(diagnostic.related(self.to.span, "where events go"));
        };
        let stream = match &self.to.value {
            Destination::Stream(stream) => Some(stream),
            Destination::Function(_) | Destination::DeliveryStream(_) | Destination::OtherAccount(_) => None,
        };
        if let Some(distribution) = self.distribution.as_ref().filter(|_| stream.is_none()) {
            conflict(distribution.span, "only what goes to a Kinesis stream is spread over shards");
        }
        match (&self.stream_key, stream) {
            (Some(key), None) => conflict(key.span(), "only writing to a Kinesis stream takes its key"),
            (Some(key), Some(OrReference::Reference(_))) => {
                conflict(key.span(), "the key's policy names the stream, whose ARN has to be written out for that");
            }
            _ => {}
        }
        found
    }

    /// The use of a Kinesis stream's key by the role as which CloudWatch Logs writes; `filter` is what writes.
    fn key_use(
        &self,
        filter: &Handle<logs::SubscriptionFilter>,
        sender: &ServiceRole,
        cx: &Cx<'_>,
    ) -> Result<Option<KeyUse>> {
        let (Destination::Stream(OrReference::Written(arn)), Some(key)) = (&self.to.value, &self.stream_key) else {
            return Ok(None);
        };
        let records = cx.data(Some(key), Subject::outside(filter, &arn.value))?;
        Ok(records.used(By::Role(sender.role().clone()), &kinesis::PRODUCE))
    }
}

/// The resources of all subscriptions of a log group.
#[derive(Debug)]
pub(super) struct Parts {
    /// Each with what lets CloudWatch Logs call a function.
    filters: Vec<(Handle<logs::SubscriptionFilter>, Option<Handle<lambda::Permission>>)>,
    /// By it CloudWatch Logs sends events to streams.
    sender: Option<ServiceRole>,
}

impl Parts {
    pub(super) fn name(all: &IndexMap<Spanned<Word>, Subscription>, naming: &mut Naming<'_>) -> Self {
        let filter = |(name, subscription): (&Spanned<Word>, &Subscription)| {
            let name = name.value.pascal();
            let calls = matches!(subscription.to.value, Destination::Function(_));
            let permission = calls.then(|| naming.unnamed(&format!("{name}Permission")));
            (naming.unnamed(&format!("{name}Subscription")), permission)
        };
        let filters = all.iter().map(filter).collect();
        let sender = all.values().any(Subscription::needs_role).then(|| ServiceRole::name(naming));
        Self { filters, sender }
    }
}

/// All subscriptions of a log group.
pub(super) struct Subscriptions<'a> {
    pub all: &'a IndexMap<Spanned<Word>, Subscription>,
    pub group: &'a Handle<logs::LogGroup>,
    pub parts: &'a Parts,
}

impl Subscriptions<'_> {
    pub(super) fn key_uses(&self, cx: &Cx<'_>) -> Result<Vec<KeyUse>> {
        let mut found = Diagnostics::default();
        let mut uses = Vec::new();
        let Some(sender) = &self.parts.sender else { return Ok(uses) };
        for (subscription, (filter, _)) in self.all.values().zip(&self.parts.filters) {
            uses.extend(found.take(subscription.key_use(filter, sender, cx)).flatten());
        }
        found.or(uses)
    }

    pub(super) fn check(&self, cx: &Cx<'_>) -> Diagnostics {
        let mut found: Diagnostics = self.all.values().flat_map(Subscription::check).collect();
        for subscription in self.all.values() {
            found.take(subscription.receiver(cx));
        }
        found
    }

    pub(super) fn build(&self, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        let sender = self.parts.sender.as_ref();
        if let Some(sender) = sender {
            let name = cx.entry().path.to_string();
            let description = format!("lets CloudWatch Logs send events of {name} on");
            sender.build(cx, out, &description, &facts::SUBSCRIPTIONS, self.source(), self.statements(cx)?);
        }
        for ((name, subscription), (filter, permission)) in self.all.iter().zip(&self.parts.filters) {
            let destination_arn = match (subscription.receiver(cx)?, permission) {
                (Receiver::Function(function), Some(permission)) => {
                    out.add(permission, self.permission(&function, cx));
                    cx.arn(&function).after(permission)
                }
                (Receiver::Function(function), None) => cx.arn(&function),
                (Receiver::Other(arn), _) => arn,
            };
            let properties = logs::SubscriptionFilter {
                filter_name: Some(name.value.as_str().to_owned()),
                filter_pattern: subscription.pattern.as_ref().map_or("", Text::as_str).to_owned(),
                log_group_name: self.group.reference(),
                destination_arn,
                role_arn: sender.filter(|_| subscription.needs_role()).map(|sender| Arn::literal(sender.role().arn())),
                distribution: subscription.distribution.as_ref().map(|distribution| distribution.value),
                apply_on_transformed_logs: subscription.transformed().map(|_| true),
            };
            out.add(filter, properties);
        }
        Ok(())
    }

    /// Lets CloudWatch Logs call the function for the group.
    fn permission(&self, function: &Handle<lambda::Function>, cx: &Cx<'_>) -> lambda::Permission {
        lambda::Permission {
            function_name: Arn::of(function).text(),
            action: "lambda:InvokeFunction",
            principal: facts::SUBSCRIPTIONS.at(cx.target()),
            source_account: None,
            source_arn: Some(self.group.streams()),
        }
    }

    /// The group, as CloudWatch Logs names it when it assumes a role. AWS shows the source with `:*` behind the group
    /// where a function is called, and only as a pattern for roles, so it may come with that ending or without.
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Subscriptions-confused-deputy.html>
    fn source(&self) -> Condition {
        let group = || Arn::naming(self.group);
        Condition::default().and(Operator::ArnLike, "aws:SourceArn", [group().text(), group().join(":*").text()])
    }

    /// What sending takes: each stream by itself.
    fn statements(&self, cx: &Cx<'_>) -> Result<Vec<Statement>> {
        let statement = |(name, subscription): (&Spanned<Word>, &Subscription)| {
            let (verb, actions, arn) = match &subscription.to.value {
                Destination::Stream(stream) => ("PutTo", kinesis::PUT, stream.value(cx)),
                Destination::DeliveryStream(stream) => ("DeliverTo", kinesis::DELIVER, stream.value(cx)),
                Destination::Function(_) | Destination::OtherAccount(_) => return None,
            };
            let sid = format!("{verb}{}", name.value.pascal());
            Some(arn.map(|arn| Statement::allow(sid, actions.to_vec(), vec![Arn::literal(arn)])))
        };
        self.all.iter().filter_map(statement).collect()
    }
}
