//! Trails encrypt log files by the principal of CloudTrail; whoever reads them does so through S3.

use super::super::request::Subject;
use super::super::world::World;
use super::bucket::has_bucket_key;
use super::finder::{Finder, Use};
use super::reach::{Operation, reach};
use crate::service::cloudtrail::{DECRYPT, DESCRIBE, ENCRYPT, READ};

const READING: Operation = Operation { actions: &["s3:GetObject"], below: "/AWSLogs/any", verb: "reads log files of" };

pub(super) fn find(finder: &mut Finder<'_, '_>) {
    let world = finder.world;
    for trail in finder.encrypted(&["AWS::CloudTrail::Trail"]) {
        let subject = Subject::of(world, trail);
        let id = finder.id(trail);
        let bucket = bucket_of(world, trail);
        for under in finder.under(trail) {
            let at = || world.at(trail, &under.pointer);
            let what = format!("CloudTrail encrypts the log files of `{id}`");
            finder.by_service(&under, at(), Use { what: &what, access: &ENCRYPT, subject: &subject }, None);
            finder.by_service(&under, at(), Use { what: &what, access: &DESCRIBE, subject: &subject }, None);
            let Some(bucket) = bucket else { continue };
            let mut keys = finder.under(bucket);
            if keys.any(|under| has_bucket_key(world, &under) == Some(true)) {
                let what = format!("CloudTrail delivers log files of `{id}` to a bucket with a bucket key");
                finder.by_service(&under, at(), Use { what: &what, access: &DECRYPT, subject: &subject }, None);
            }
            for reached in reach(finder, &[bucket], &READING) {
                let at = world.principals[reached.principal].resource;
                let what = format!("`{}` {} `{id}`", finder.id(at), READING.verb);
                let usage = Use { what: &what, access: &READ, subject: &subject };
                finder.by_principal(&under, world.at(at, ""), usage, reached.principal);
            }
        }
    }
}

/// The bucket that a trail delivers to.
pub(super) fn bucket_of(world: &World<'_>, trail: usize) -> Option<usize> {
    let name = world.resource(trail).text(&["S3BucketName"])?;
    world.deployment.find("AWS::S3::Bucket", name, world.site(trail))
}
