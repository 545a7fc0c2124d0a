//! Buckets are read and written through S3 by whoever may read and write their objects, and by S3 itself where it
//! delivers to them.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::super::deployment::Resource;
use super::super::request::Subject;
use super::super::world::World;
use super::finder::{Finder, Under, Use};
use super::reach::{Operation, reach};
use super::replication;
use super::trail::bucket_of;
use crate::access::Text;
use crate::service::KeyAccess;
use crate::service::s3::{INVENTORY, READ, WRITE};

const READING: Operation =
    Operation { actions: &["s3:GetObject", "s3:GetObjectVersion"], below: "/any", verb: "reads objects of" };

const WRITING: Operation = Operation { actions: &["s3:PutObject"], below: "/any", verb: "writes objects of" };

pub(super) fn find(finder: &mut Finder<'_, '_>) {
    let world = finder.world;
    let buckets = finder.encrypted(&["AWS::S3::Bucket"]);
    // What a trail delivers is read as the trail encrypted it: see `trail`.
    let trails = world.deployment.of_kind("AWS::CloudTrail::Trail");
    let of_trails: BTreeSet<usize> = trails.filter_map(|(trail, _)| bucket_of(world, trail)).collect();
    let read: Vec<usize> = buckets.iter().copied().filter(|bucket| !of_trails.contains(bucket)).collect();
    for (operation, access, buckets) in [(&READING, &READ, &read), (&WRITING, &WRITE, &buckets)] {
        for reached in reach(finder, buckets, operation) {
            let (principal, bucket) = (reached.principal, reached.resource);
            let at = world.principals[principal].resource;
            let what = format!("`{}` {} `{}`", finder.id(at), operation.verb, finder.id(bucket));
            by_role(finder, bucket, &reached.arn, &what, access, principal);
        }
    }
    let all: Vec<usize> = world.deployment.of_kind("AWS::S3::Bucket").map(|(at, _)| at).collect();
    for bucket in all {
        inventory(finder, bucket);
        replication::find(finder, bucket);
    }
}

/// A role uses the key of a bucket for an object.
pub(super) fn by_role(
    finder: &mut Finder<'_, '_>,
    bucket: usize,
    object: &str,
    what: &str,
    access: &'static KeyAccess,
    principal: usize,
) {
    let world = finder.world;
    for under in finder.under(bucket) {
        let subject = object_of(world, bucket, has_bucket_key(world, &under), object);
        let usage = Use { what, access, subject: &subject };
        finder.by_principal(&under, world.at(world.principals[principal].resource, ""), usage, principal);
    }
}

/// What the encryption context names: the object, or the bucket, if that has a bucket key.
pub(super) fn object_of(world: &World<'_>, bucket: usize, bucket_key: Option<bool>, object: &str) -> Subject {
    let bucket = Subject::of(world, bucket);
    match bucket_key {
        Some(true) => bucket,
        Some(false) => bucket.called(object),
        None => Subject { arn: Text::Unknown, ..bucket },
    }
}

/// What the encryption context names for some object of the bucket that names a key.
pub(super) fn some_object(world: &World<'_>, under: &Under) -> Subject {
    let arn = world.resource(under.resource).arn.as_deref().unwrap_or_default();
    object_of(world, under.resource, has_bucket_key(world, under), &format!("{arn}/any"))
}

/// Whether the bucket that names a key has a bucket key; nothing where a template leaves that open.
pub(super) fn has_bucket_key(world: &World<'_>, under: &Under) -> Option<bool> {
    let rule = under.pointer.trim_start_matches("/Properties/").split('/').take(3);
    let path: Vec<&str> = rule.chain(["BucketKeyEnabled"]).collect();
    world.resource(under.resource).is_on(&path)
}

/// S3 writes the inventory of a bucket under the default key of another.
fn inventory(finder: &mut Finder<'_, '_>, bucket: usize) {
    let world = finder.world;
    let Some(access) = &INVENTORY.key else { return };
    for (index, one) in world.resource(bucket).list(&["InventoryConfigurations"]).iter().enumerate() {
        let destination = one["Destination"]["BucketArn"].as_str().and_then(|arn| world.deployment.by_arn(arn));
        let Some(destination) = destination else { continue };
        let what = format!("S3 writes the inventory of `{}` to `{}`", finder.id(bucket), finder.id(destination));
        let source = Subject::of(world, bucket);
        for under in finder.under(destination) {
            let subject = Subject::of(world, destination);
            let place = world.at(bucket, format!("/Properties/InventoryConfigurations/{index}"));
            finder.by_service(&under, place, Use { what: &what, access, subject: &subject }, Some(&source));
        }
    }
}

/// What a bucket tells of to topics or queues: where it says so, and whom.
pub(super) fn notified<'j>(
    bucket: &'j Resource<'_>,
    list: &'static str,
    target: &'static str,
) -> impl Iterator<Item = (String, &'j str)> {
    let all = bucket.list(&["NotificationConfiguration", list]).iter().enumerate();
    all.filter_map(move |(index, one)| {
        let arn = one.get(target).and_then(Json::as_str)?;
        Some((format!("/Properties/NotificationConfiguration/{list}/{index}"), arn))
    })
}
