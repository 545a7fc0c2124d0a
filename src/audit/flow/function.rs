//! Functions: Lambda encrypts their code and event filters by its own principal, and sends what they leave as their role.

use super::super::deployment::Site;
use super::super::request::Subject;
use super::super::world::World;
use super::finder::{Finder, Use};
use super::{queue, topic};
use crate::service::lambda::{CODE, FILTER_USE};

pub(super) const KIND: &str = "AWS::Lambda::Function";

pub(super) const MAPPING: &str = "AWS::Lambda::EventSourceMapping";

/// The role of a function that a text names.
pub(super) fn role_of(world: &World<'_>, name: &str, site: &Site) -> Option<usize> {
    let function = function_of(world, name, site)?;
    world.principal_by_arn(world.resource(function).text(&["Role"])?)
}

/// The function that a text names: by its name or ARN, of a version or alias, too.
fn function_of(world: &World<'_>, name: &str, site: &Site) -> Option<usize> {
    let plain: String = match name.starts_with("arn:") {
        true => name.splitn(8, ':').take(7).collect::<Vec<_>>().join(":"),
        false => name.split(':').next().unwrap_or_default().to_owned(),
    };
    world.deployment.find(KIND, &plain, site)
}

/// The function of an event source mapping.
pub(super) fn function_of_mapping(world: &World<'_>, mapping: usize) -> Option<usize> {
    function_of(world, world.resource(mapping).text(&["FunctionName"])?, world.site(mapping))
}

/// The role by which Lambda polls for an event source mapping: that of the function.
/// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html>
pub(super) fn role_of_mapping(world: &World<'_>, mapping: usize) -> Option<usize> {
    world.principal_by_arn(world.resource(function_of_mapping(world, mapping)?).text(&["Role"])?)
}

pub(super) fn find(finder: &mut Finder<'_, '_>) {
    let world = finder.world;
    for function in finder.encrypted(&[KIND]) {
        let what = format!("Lambda encrypts and decrypts the code of `{}`", finder.id(function));
        let subject = Subject::of(world, function);
        for under in finder.under(function).filter(|under| under.pointer.ends_with("/SourceKMSKeyArn")) {
            let usage = Use { what: &what, access: &CODE, subject: &subject };
            finder.by_service(&under, world.at(function, &under.pointer), usage, None);
        }
    }
    for mapping in finder.encrypted(&[MAPPING]) {
        let Some(function) = function_of_mapping(world, mapping) else { continue };
        let what = format!("Lambda decrypts the event filters of `{}`", finder.id(mapping));
        let subject = Subject::of(world, function);
        for under in finder.under(mapping) {
            let usage = Use { what: &what, access: &FILTER_USE, subject: &subject };
            finder.by_service(&under, world.at(mapping, &under.pointer), usage, None);
        }
    }
    destinations(finder);
}

/// What a function's role sends to topics and queues: events that could not be handled, and results.
fn destinations(finder: &mut Finder<'_, '_>) {
    let world = finder.world;
    for (_, function) in world.deployment.of_kind(KIND) {
        let role = function.text(&["Role"]).and_then(|role| world.principal_by_arn(role));
        let to = function.text(&["DeadLetterConfig", "TargetArn"]);
        sent(finder, role, to, "sends events that failed to");
    }
    for (at, config) in world.deployment.of_kind("AWS::Lambda::EventInvokeConfig") {
        let role = config.text(&["FunctionName"]).and_then(|name| role_of(world, name, world.site(at)));
        for on in ["OnFailure", "OnSuccess"] {
            let to = config.text(&["DestinationConfig", on, "Destination"]);
            sent(finder, role, to, "sends results to");
        }
    }
    for (at, mapping) in world.deployment.of_kind(MAPPING) {
        let to = mapping.text(&["DestinationConfig", "OnFailure", "Destination"]);
        sent(finder, role_of_mapping(world, at), to, "sends events that failed to");
    }
}

fn sent(finder: &mut Finder<'_, '_>, role: Option<usize>, to: Option<&str>, verb: &str) {
    let Some((role, to)) = role.zip(to.and_then(|arn| finder.world.deployment.by_arn(arn))) else { return };
    match finder.world.resource(to).kind() {
        "AWS::SNS::Topic" => topic::published(finder, role, to, verb),
        "AWS::SQS::Queue" => queue::sent(finder, role, to, verb),
        _ => {}
    }
}
