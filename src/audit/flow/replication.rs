//! S3 replicates objects by a role, which decrypts under the key of the one bucket and encrypts under that of the other.

use serde_json::Value as Json;

use super::super::request::Subject;
use super::bucket::{by_role, has_bucket_key, object_of};
use super::finder::{Finder, Under, Use};
use crate::service::s3::{READ, REPLICATE_ENCRYPTED, REPLICATE_PLAIN, REPLICATE_UNDER_BUCKET_KEY};

pub(super) fn find(finder: &mut Finder<'_, '_>, bucket: usize) {
    let world = finder.world;
    let found = world.resource(bucket);
    let role = found.text(&["ReplicationConfiguration", "Role"]).and_then(|role| world.principal_by_arn(role));
    let Some(role) = role else { return };
    let at = world.principals[role].resource;
    for (index, rule) in found.list(&["ReplicationConfiguration", "Rules"]).iter().enumerate() {
        if rule["Status"] == "Disabled" {
            continue;
        }
        let encrypted = rule.pointer("/SourceSelectionCriteria/SseKmsEncryptedObjects/Status");
        let encrypted = encrypted.is_some_and(|status| status == "Enabled");
        if encrypted {
            let what = format!("`{}` replicates encrypted objects of `{}`", finder.id(at), finder.id(bucket));
            by_role(finder, bucket, &object(finder, bucket), &what, &READ, role);
        }
        let Some(replica) = replica(finder, bucket, index, rule) else { continue };
        let what = format!("`{}` writes replicas of the objects of `{}`", finder.id(at), finder.id(bucket));
        let taken = [Some(if encrypted { &REPLICATE_ENCRYPTED } else { &REPLICATE_PLAIN })]
            .into_iter()
            .chain([replica.bucket_key.then_some(&REPLICATE_UNDER_BUCKET_KEY)]);
        for access in taken.flatten() {
            let usage = Use { what: &what, access, subject: &replica.subject };
            finder.by_principal(&replica.under, world.at(at, ""), usage, role);
        }
    }
}

/// Where replicas go.
struct Replica {
    under: Under,
    subject: Subject,
    bucket_key: bool,
}

/// Replicas are under the key that the rule names, or under that of the other bucket. Where that is not of the
/// deployment, nobody knows its region.
fn replica(finder: &Finder<'_, '_>, bucket: usize, index: usize, rule: &Json) -> Option<Replica> {
    let world = finder.world;
    let to = world.deployment.by_arn(rule["Destination"]["Bucket"].as_str()?)?;
    let pointer = "Destination/EncryptionConfiguration/ReplicaKmsKeyID";
    let pointer = format!("/Properties/ReplicationConfiguration/Rules/{index}/{pointer}");
    let default = finder.under(to).next();
    let bucket_key = default.as_ref().map_or(Some(false), |under| has_bucket_key(world, under));
    let under = finder.named(bucket, &pointer, world.site(to)).or(default)?;
    let subject = object_of(world, to, bucket_key, &object(finder, to));
    Some(Replica { under, subject, bucket_key: bucket_key == Some(true) })
}

/// Some object of a bucket.
fn object(finder: &Finder<'_, '_>, bucket: usize) -> String {
    format!("{}/any", finder.world.resource(bucket).arn.as_deref().unwrap_or_default())
}
