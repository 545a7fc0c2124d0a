//! CloudWatch Logs encrypts groups by the principal of their region.

use super::super::request::Subject;
use super::finder::{Finder, Use};
use crate::service::logs::ENCRYPT;

pub(super) fn find(finder: &mut Finder<'_, '_>) {
    let world = finder.world;
    for group in finder.encrypted(&["AWS::Logs::LogGroup"]) {
        let what = format!("CloudWatch Logs encrypts and decrypts the events of `{}`", finder.id(group));
        let subject = Subject::of(world, group);
        for under in finder.under(group) {
            let usage = Use { what: &what, access: &ENCRYPT, subject: &subject };
            finder.by_service(&under, world.at(group, &under.pointer), usage, None);
        }
    }
}
