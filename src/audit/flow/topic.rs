//! A topic's key is used by whoever publishes: roles through SNS, and services by their own principals.

use super::super::request::Subject;
use super::reach::{Operation, reach};
use super::{Flows, World};
use crate::access::{Effect, Policy, PrincipalKind, Text};
use crate::service::Sender;
use crate::service::sns::{PUBLISH, PUBLISHERS};

const PUBLICATION: Operation = Operation { actions: &["sns:Publish"], below: "", verb: "publishes to" };

pub(super) fn flows(all: &mut Flows<'_, '_>) {
    let world = all.world;
    let topics: Vec<usize> = world.deployment.of_kind("AWS::SNS::Topic").map(|(at, _)| at).collect();
    let topics: Vec<usize> = topics.into_iter().filter(|at| world.key_of(*at).is_some()).collect();
    for (principal, topic) in reach(world, &topics, &PUBLICATION, &|_| None) {
        let Some((key, _)) = world.key_of(topic) else { continue };
        let at = world.principals[principal].resource;
        let what = format!("`{}` publishes to `{}`", world.resource(at).id, world.resource(topic).id);
        all.by_principal(what, world.at(at, ""), key, &PUBLISH, &Subject::of(world, topic), principal);
    }
    alarms(all);
    by_policy(all, &topics);
}

fn publisher(word: &str) -> &'static Sender {
    PUBLISHERS.iter().find(|sender| sender.word == word).expect("it is one of them")
}

/// Alarms publish by the principal of CloudWatch.
fn alarms(all: &mut Flows<'_, '_>) {
    let world = all.world;
    let kinds = ["AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"];
    for (at, alarm) in kinds.iter().flat_map(|kind| world.deployment.of_kind(kind)) {
        for property in ["AlarmActions", "OKActions", "InsufficientDataActions"] {
            for (index, topic) in alarm.list(&[property]).iter().enumerate() {
                let topic = topic.as_str().and_then(|arn| world.deployment.by_arn(arn));
                let Some((topic, (key, _))) = topic.and_then(|topic| Some((topic, world.key_of(topic)?))) else {
                    continue;
                };
                let what =
                    format!("CloudWatch publishes to `{}` for the alarm `{}`", world.resource(topic).id, alarm.id);
                let place = world.at(at, format!("/Properties/{property}/{index}"));
                let (subject, source) = (Subject::of(world, topic), Subject::of(world, at));
                all.by_service(what, place, key, &publisher("cloudwatch").key, &subject, Some(&source));
            }
        }
    }
}

/// Services that a topic's policy lets publish, and that nothing else in the templates shows.
fn by_policy(all: &mut Flows<'_, '_>, topics: &[usize]) {
    let world = all.world;
    for topic in topics {
        let Some((key, _)) = world.key_of(*topic) else { continue };
        let found = world.resource(*topic);
        let target = [found.reference.as_str()];
        for (at, policy) in world.resource_policies("AWS::SNS::TopicPolicy", "Topics", &target) {
            for sender in PUBLISHERS.iter().filter(|sender| sender.word != "cloudwatch" && lets(&policy, sender)) {
                let subject = Subject::of(world, *topic);
                let source = source(world, sender, &policy, &subject);
                let what = format!("`{}` publishes to `{}`", sender.principal().name, found.id);
                all.by_service(what, world.at(at, ""), key, &sender.key, &subject, Some(&source));
            }
        }
    }
}

/// Whether a policy lets a service publish.
fn lets(policy: &Policy, sender: &Sender) -> bool {
    let name = format!("{}.amazonaws.com", sender.principal().name);
    policy.statements.iter().filter(|statement| statement.effect == Some(Effect::Allow)).any(|statement| {
        statement.principal.as_ref().is_some_and(|principals| {
            principals
                .all
                .iter()
                .any(|(kind, text)| *kind == PrincipalKind::Service && *text == Text::Known(name.clone()))
        })
    })
}

/// What the service acts for: the source that the topic's policy tests, or any of the account.
fn source(_world: &World<'_>, sender: &Sender, _policy: &Policy, topic: &Subject) -> Subject {
    let site = &topic.site;
    let from = &sender.source;
    let (region, account) = match from.holds {
        crate::service::SourceHolds::RegionAndAccount => (site.region.as_str(), site.account.as_str()),
        crate::service::SourceHolds::Account => ("", site.account.as_str()),
        crate::service::SourceHolds::Neither => ("", ""),
    };
    let resource = from.resource.replace('*', "any");
    let arn = format!("arn:{}:{}:{region}:{account}:{resource}", site.partition, from.service);
    Subject { arn, name: resource, site: site.clone() }
}
