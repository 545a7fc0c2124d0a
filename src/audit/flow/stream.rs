//! Streams are written and read through Kinesis, and Firehose delivers what it reads as its role.

use super::super::deployment::Resource;
use super::super::request::Subject;
use super::bucket::{has_bucket_key, object_of};
use super::finder::{Finder, Use};
use super::function::{MAPPING, role_of_mapping};
use super::reach::{Operation, reach};
use crate::service::KeyAccess;
use crate::service::kinesis::{CONSUME, PRODUCE};
use crate::service::s3::WRITE;

const PRODUCING: Operation =
    Operation { actions: &["kinesis:PutRecord", "kinesis:PutRecords"], below: "", verb: "writes to" };

const CONSUMING: Operation =
    Operation { actions: &["kinesis:GetRecords", "kinesis:SubscribeToShard"], below: "", verb: "reads" };

pub(super) fn find(finder: &mut Finder<'_, '_>) {
    let world = finder.world;
    let streams = finder.encrypted(&["AWS::Kinesis::Stream"]);
    for (operation, access) in [(&PRODUCING, &PRODUCE), (&CONSUMING, &CONSUME)] {
        for reached in reach(finder, &streams, operation) {
            used(finder, reached.principal, Some(reached.resource), operation.verb, access);
        }
    }
    let by_arn = |arn: Option<&str>| arn.and_then(|arn| world.deployment.by_arn(arn));
    for (at, mapping) in world.deployment.of_kind(MAPPING) {
        if let Some(role) = role_of_mapping(world, at) {
            used(finder, role, by_arn(mapping.text(&["EventSourceArn"])), CONSUMING.verb, &CONSUME);
        }
    }
    for (_, filter) in world.deployment.of_kind("AWS::Logs::SubscriptionFilter") {
        if let Some(role) = role_at(finder, filter, &["RoleArn"]) {
            used(finder, role, by_arn(filter.text(&["DestinationArn"])), "sends log events to", &PRODUCE);
        }
    }
    for (at, firehose) in world.deployment.of_kind("AWS::KinesisFirehose::DeliveryStream") {
        let source = "KinesisStreamSourceConfiguration";
        if let Some(role) = role_at(finder, firehose, &[source, "RoleARN"]) {
            used(finder, role, by_arn(firehose.text(&[source, "KinesisStreamARN"])), CONSUMING.verb, &CONSUME);
        }
        for destination in ["ExtendedS3DestinationConfiguration", "S3DestinationConfiguration"] {
            delivered(finder, at, firehose, destination);
        }
    }
}

fn role_at(finder: &Finder<'_, '_>, resource: &Resource<'_>, path: &[&str]) -> Option<usize> {
    finder.world.principal_by_arn(resource.text(path)?)
}

/// A role uses the key of a stream, if that is one.
fn used(finder: &mut Finder<'_, '_>, principal: usize, stream: Option<usize>, verb: &str, access: &'static KeyAccess) {
    let world = finder.world;
    let Some(stream) = stream.filter(|at| world.resource(*at).kind() == "AWS::Kinesis::Stream") else { return };
    let at = world.principals[principal].resource;
    let what = format!("`{}` {verb} `{}`", finder.id(at), finder.id(stream));
    let subject = Subject::of(world, stream);
    for under in finder.under(stream) {
        finder.by_principal(&under, world.at(at, ""), Use { what: &what, access, subject: &subject }, principal);
    }
}

/// Firehose writes objects as its role, under the key that it is told or that the bucket has.
/// <https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3>
fn delivered(finder: &mut Finder<'_, '_>, at: usize, firehose: &Resource<'_>, destination: &str) {
    let world = finder.world;
    let Some(role) = role_at(finder, firehose, &[destination, "RoleARN"]) else { return };
    let Some(to) = firehose.text(&[destination, "BucketARN"]).and_then(|arn| world.deployment.by_arn(arn)) else {
        return;
    };
    let pointer = format!("/Properties/{destination}/EncryptionConfiguration/KMSEncryptionConfig/AWSKMSKeyARN");
    let default = finder.under(to).next();
    let bucket_key = default.as_ref().map_or(Some(false), |under| has_bucket_key(world, under));
    let Some(under) = finder.named(at, &pointer, world.site(to)).or(default) else { return };
    let prefix = firehose.text(&[destination, "Prefix"]).unwrap_or_default();
    let prefix = prefix.split("!{").next().unwrap_or_default();
    let arn = world.resource(to).arn.as_deref().unwrap_or_default();
    let subject = object_of(world, to, bucket_key, &format!("{arn}/{prefix}any"));
    let place = world.principals[role].resource;
    let what = format!("`{}` delivers records of `{}` to `{}`", finder.id(place), firehose.id, finder.id(to));
    finder.by_principal(&under, world.at(place, ""), Use { what: &what, access: &WRITE, subject: &subject }, role);
}
