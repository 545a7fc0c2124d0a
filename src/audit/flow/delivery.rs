//! What sends to topics and queues by the principals of services, as far as templates show it.

use serde_json::Value as Json;

use super::super::deployment::Resource;
use super::super::request::Subject;
use super::bucket::notified;
use super::finder::{Finder, Use};
use crate::service::Sender;
use crate::service::sns::PUBLISHERS;
use crate::service::sqs::SENDERS;

/// A service of those that send.
fn sender(all: &'static [Sender], word: &str) -> &'static Sender {
    all.iter().find(|sender| sender.word == word).expect("it is one of them")
}

/// Something that a service sends to a topic or queue.
struct Sent<'s> {
    /// The resource that the service sends it for.
    from: usize,
    /// Where it says so.
    pointer: String,
    /// The ARN of the topic or queue.
    to: &'s str,
}

/// The types whose resources send, the service that does it, what it is to people, and what each of them sends.
type Sends = for<'j> fn(&'j Resource<'_>) -> Vec<(String, &'j str)>;

const SENDING: &[(&str, &str, &str, Sends)] = &[
    ("AWS::Budgets::Budget", "budgets", "AWS Budgets", subscribers),
    ("AWS::CloudTrail::Trail", "cloudtrail", "CloudTrail", |it| single(it, "SnsTopicName")),
    ("AWS::CloudWatch::Alarm", "cloudwatch", "CloudWatch", alarm_actions),
    ("AWS::CloudWatch::CompositeAlarm", "cloudwatch", "CloudWatch", alarm_actions),
    ("AWS::DMS::EventSubscription", "dms", "AWS DMS", |it| single(it, "SnsTopicArn")),
    ("AWS::Events::Rule", "events", "EventBridge", targets),
    ("AWS::RDS::EventSubscription", "rds", "Amazon RDS", |it| single(it, "SnsTopicArn")),
    ("AWS::S3::Bucket", "s3", "S3", notifications),
];

pub(super) fn find(finder: &mut Finder<'_, '_>) {
    let world = finder.world;
    for (at, resource) in world.deployment.resources.iter().enumerate() {
        let Some((_, word, service, sends)) = SENDING.iter().find(|(kind, ..)| *kind == resource.kind()) else {
            continue;
        };
        for (pointer, to) in sends(resource) {
            send(finder, word, service, &Sent { from: at, pointer, to });
        }
    }
}

fn send(finder: &mut Finder<'_, '_>, word: &str, service: &str, sent: &Sent<'_>) {
    let world = finder.world;
    let site = world.site(sent.from);
    let find = |kind: &str| world.deployment.find(kind, sent.to, site);
    let (to, sender, verb) = match (find("AWS::SNS::Topic"), find("AWS::SQS::Queue")) {
        (Some(topic), _) => (topic, sender(PUBLISHERS, word), "publishes"),
        (None, Some(queue)) => (queue, sender(SENDERS, word), "sends"),
        (None, None) => return,
    };
    let what = format!("{service} {verb} to `{}` for `{}`", finder.id(to), finder.id(sent.from));
    let (subject, source) = (Subject::of(world, to), Subject::of(world, sent.from));
    for under in finder.under(to) {
        let usage = Use { what: &what, access: &sender.key, subject: &subject };
        finder.by_service(&under, world.at(sent.from, &sent.pointer), usage, Some(&source));
    }
}

fn single<'j>(resource: &'j Resource<'_>, property: &'static str) -> Vec<(String, &'j str)> {
    let to = resource.text(&[property]).map(|to| (format!("/Properties/{property}"), to));
    to.into_iter().collect()
}

fn alarm_actions<'j>(alarm: &'j Resource<'_>) -> Vec<(String, &'j str)> {
    let mut all = Vec::new();
    for property in ["AlarmActions", "OKActions", "InsufficientDataActions"] {
        let actions = alarm.list(&[property]).iter().enumerate();
        all.extend(actions.filter_map(|(at, to)| Some((format!("/Properties/{property}/{at}"), to.as_str()?))));
    }
    all
}

/// What a rule sends to by the service's own principal: without a role.
fn targets<'j>(rule: &'j Resource<'_>) -> Vec<(String, &'j str)> {
    let mut all = Vec::new();
    for (at, target) in rule.list(&["Targets"]).iter().enumerate() {
        let pointer = format!("/Properties/Targets/{at}");
        if target.get("RoleArn").is_none() {
            all.extend(target.get("Arn").and_then(Json::as_str).map(|to| (pointer.clone(), to)));
        }
        let letters = target.pointer("/DeadLetterConfig/Arn").and_then(Json::as_str);
        all.extend(letters.map(|to| (format!("{pointer}/DeadLetterConfig"), to)));
    }
    all
}

fn notifications<'j>(bucket: &'j Resource<'_>) -> Vec<(String, &'j str)> {
    let topics = notified(bucket, "TopicConfigurations", "Topic");
    topics.chain(notified(bucket, "QueueConfigurations", "Queue")).collect()
}

fn subscribers<'j>(budget: &'j Resource<'_>) -> Vec<(String, &'j str)> {
    let mut all = Vec::new();
    for (at, one) in budget.list(&["NotificationsWithSubscribers"]).iter().enumerate() {
        let subscribers = one.get("Subscribers").and_then(Json::as_array).into_iter().flatten();
        for subscriber in subscribers.filter(|subscriber| subscriber["SubscriptionType"] == "SNS") {
            let pointer = format!("/Properties/NotificationsWithSubscribers/{at}");
            all.extend(subscriber["Address"].as_str().map(|to| (pointer, to)));
        }
    }
    all
}
