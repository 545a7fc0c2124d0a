//! A topic's key is used by whoever publishes: roles through SNS, and services by their own principals.

use super::super::request::Subject;
use super::finder::{Finder, Use};
use super::reach::{Operation, reach};
use crate::service::sns::{PUBLISH, REPLAY};

const PUBLICATION: Operation = Operation { actions: &["sns:Publish"], below: "", verb: "publishes to" };

pub(super) fn find(finder: &mut Finder<'_, '_>) {
    let topics = finder.encrypted(&["AWS::SNS::Topic"]);
    for reached in reach(finder, &topics, &PUBLICATION) {
        published(finder, reached.principal, reached.resource, PUBLICATION.verb);
    }
    for topic in topics {
        replayed(finder, topic);
    }
    super::delivery::find(finder);
}

/// A role uses the key of a topic.
pub(super) fn published(finder: &mut Finder<'_, '_>, principal: usize, topic: usize, verb: &str) {
    let world = finder.world;
    let at = world.principals[principal].resource;
    let what = format!("`{}` {verb} `{}`", finder.id(at), finder.id(topic));
    let subject = Subject::of(world, topic);
    for under in finder.under(topic) {
        finder.by_principal(
            &under,
            world.at(at, ""),
            Use { what: &what, access: &PUBLISH, subject: &subject },
            principal,
        );
    }
}

/// SNS decrypts the messages that it replays from an archive.
fn replayed(finder: &mut Finder<'_, '_>, topic: usize) {
    let world = finder.world;
    if world.resource(topic).get(&["ArchivePolicy"]).is_none() {
        return;
    }
    let what = format!("SNS replays the archive of `{}`", finder.id(topic));
    let subject = Subject::of(world, topic);
    for under in finder.under(topic) {
        let usage = Use { what: &what, access: &REPLAY, subject: &subject };
        finder.by_service(&under, world.at(topic, "/Properties/ArchivePolicy"), usage, None);
    }
}
