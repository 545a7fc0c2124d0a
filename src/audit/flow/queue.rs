//! A queue's key is used by whoever sends and receives: roles through SQS, and services by their own principals.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::super::request::Subject;
use super::finder::{Finder, Use};
use super::function::role_of_mapping;
use super::reach::{Operation, reach};
use crate::service::KeyAccess;
use crate::service::sqs::{CONSUME, PRODUCE, SNS};

const SENDING: Operation = Operation { actions: &["sqs:SendMessage"], below: "", verb: "sends to" };

const RECEIVING: Operation = Operation { actions: &["sqs:ReceiveMessage"], below: "", verb: "receives from" };

const KIND: &str = "AWS::SQS::Queue";

pub(super) fn find(finder: &mut Finder<'_, '_>) {
    let world = finder.world;
    let queues = finder.encrypted(&[KIND]);
    for reached in reach(finder, &queues, &SENDING) {
        used(finder, reached.principal, reached.resource, SENDING.verb, &PRODUCE);
    }
    // Whoever receives dead letters needs the key of the queue that they come from, encrypted or not as the one for
    // dead letters is.
    let sources = sources(finder, &queues);
    let with_letters: BTreeSet<usize> =
        queues.iter().copied().chain(sources.iter().map(|(_, letters)| *letters)).collect();
    let with_letters: Vec<usize> = with_letters.into_iter().collect();
    for reached in reach(finder, &with_letters, &RECEIVING) {
        received(finder, reached.principal, reached.resource, &sources);
    }
    for (at, mapping) in world.deployment.of_kind("AWS::Lambda::EventSourceMapping") {
        let queue = mapping.text(&["EventSourceArn"]);
        let queue = queue.and_then(|arn| world.deployment.find(KIND, arn, world.site(at)));
        if let Some((queue, role)) = queue.zip(role_of_mapping(world, at)) {
            received(finder, role, queue, &sources);
        }
    }
    subscriptions(finder);
}

/// The encrypted queues that have a queue for dead letters, each with that.
fn sources(finder: &Finder<'_, '_>, queues: &[usize]) -> Vec<(usize, usize)> {
    let world = finder.world;
    let letters = |queue: &usize| {
        let arn = world.resource(*queue).text(&["RedrivePolicy", "deadLetterTargetArn"])?;
        Some((*queue, world.deployment.by_arn(arn)?))
    };
    queues.iter().filter_map(letters).collect()
}

fn received(finder: &mut Finder<'_, '_>, principal: usize, queue: usize, sources: &[(usize, usize)]) {
    used(finder, principal, queue, RECEIVING.verb, &CONSUME);
    for (source, _) in sources.iter().filter(|(_, letters)| *letters == queue) {
        used(finder, principal, *source, "receives the dead letters of", &CONSUME);
    }
}

/// A role uses the key of a queue.
pub(super) fn used(
    finder: &mut Finder<'_, '_>,
    principal: usize,
    queue: usize,
    verb: &str,
    access: &'static KeyAccess,
) {
    let world = finder.world;
    let at = world.principals[principal].resource;
    let what = format!("`{}` {verb} `{}`", finder.id(at), finder.id(queue));
    let subject = Subject::of(world, queue);
    for under in finder.under(queue) {
        finder.by_principal(&under, world.at(at, ""), Use { what: &what, access, subject: &subject }, principal);
    }
}

/// A role sends to a queue by name: a function's dead letters.
pub(super) fn sent(finder: &mut Finder<'_, '_>, principal: usize, queue: usize, verb: &str) {
    used(finder, principal, queue, verb, &PRODUCE);
}

/// SNS sends to queues that subscribe to topics, and to those for what it cannot deliver.
fn subscriptions(finder: &mut Finder<'_, '_>) {
    let world = finder.world;
    for (at, subscription) in world.deployment.of_kind("AWS::SNS::Subscription") {
        let topic = subscription.text(&["TopicArn"]).unwrap_or_default();
        subscribed(finder, at, "/Properties", &subscription.properties, topic);
    }
    for (at, topic) in world.deployment.of_kind("AWS::SNS::Topic") {
        for (index, one) in topic.list(&["Subscription"]).iter().enumerate() {
            subscribed(finder, at, &format!("/Properties/Subscription/{index}"), one, &topic.reference);
        }
    }
}

fn subscribed(finder: &mut Finder<'_, '_>, at: usize, pointer: &str, subscription: &Json, topic: &str) {
    let world = finder.world;
    let endpoint = subscription["Endpoint"].as_str().filter(|_| subscription["Protocol"] == "sqs");
    let letters = match &subscription["RedrivePolicy"] {
        Json::String(text) => serde_json::from_str::<Json>(text).ok(),
        other => Some(other.clone()),
    };
    let letters = letters.as_ref().and_then(|policy| policy["deadLetterTargetArn"].as_str());
    let name = world.deployment.by_arn(topic).map_or(topic, |topic| finder.id(topic));
    for (arn, property, verb) in
        [(endpoint, "Endpoint", "delivers messages of"), (letters, "RedrivePolicy", "keeps undelivered messages of")]
    {
        let Some(queue) = arn.and_then(|arn| world.deployment.by_arn(arn)) else { continue };
        let what = format!("SNS {verb} `{name}` to `{}`", finder.id(queue));
        let subject = Subject::of(world, queue);
        let source = Subject::named(topic, &subject.site);
        for under in finder.under(queue) {
            let usage = Use { what: &what, access: &SNS.key, subject: &subject };
            finder.by_service(&under, world.at(at, format!("{pointer}/{property}")), usage, Some(&source));
        }
    }
}
