//! CloudWatch Logs encrypts groups by the principal of their region.

use super::super::request::Subject;
use super::Flows;
use crate::service::logs::ENCRYPT;

pub(super) fn flows(all: &mut Flows<'_, '_>) {
    let world = all.world;
    for (at, group) in world.deployment.of_kind("AWS::Logs::LogGroup") {
        let Some((key, datum)) = world.key_of(at) else { continue };
        let what = format!("CloudWatch Logs encrypts and decrypts the events of `{}`", group.id);
        let subject = Subject::of(world, at);
        all.by_service(what, world.at(at, &datum.pointer), key, &ENCRYPT, &subject, None);
    }
}
