//! `EventBridge` encrypts the events of buses and archives by its own principal.

use super::super::request::Subject;
use super::finder::{Finder, Use};
use crate::access::Outcome;
use crate::service::events::{ARCHIVE, DESCRIBE, ENCRYPT};

pub(super) const KIND: &str = "AWS::Events::EventBus";

pub(super) fn find(finder: &mut Finder<'_, '_>) {
    let world = finder.world;
    for bus in finder.encrypted(&[KIND]) {
        let what = format!("EventBridge encrypts and decrypts the events of `{}`", finder.id(bus));
        let subject = Subject::of(world, bus);
        for under in finder.under(bus) {
            let usage = |access| Use { what: &what, access, subject: &subject };
            finder.by_service(&under, world.at(bus, &under.pointer), usage(&ENCRYPT), None);
            if finder.outcome(&under, usage(&DESCRIBE), None) != Some(Outcome::ImplicitlyDenied) {
                finder.by_service(&under, world.at(bus, &under.pointer), usage(&DESCRIBE), None);
            }
        }
    }
    for archive in finder.encrypted(&["AWS::Events::Archive"]) {
        let what = format!("EventBridge encrypts and decrypts the events of `{}`", finder.id(archive));
        let subject = Subject::of(world, archive);
        for under in finder.under(archive) {
            let usage = Use { what: &what, access: &ARCHIVE, subject: &subject };
            finder.by_service(&under, world.at(archive, &under.pointer), usage, None);
        }
    }
}
