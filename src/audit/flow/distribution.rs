//! `CloudFront` reads the buckets of its origins by its own principal, where an origin access control says so.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::super::request::Subject;
use super::super::world::World;
use super::bucket::some_object;
use super::finder::{Finder, Use};
use crate::service::cloudfront::READ;

/// An origin of a distribution that is a bucket.
pub(in super::super) struct Origin<'w> {
    /// The distribution.
    pub(in super::super) distribution: usize,
    /// The place of the origin, in the distribution.
    pub(in super::super) pointer: String,
    /// The bucket.
    pub(in super::super) bucket: usize,
    origin: &'w Json,
}

/// All origins that are buckets of the deployment under keys of KMS.
pub(in super::super) fn origins<'w>(world: &'w World<'_>) -> Vec<Origin<'w>> {
    let buckets = world.deployment.of_kind("AWS::S3::Bucket").filter(|(at, _)| world.data_of(*at).next().is_some());
    let by_name: HashMap<&str, usize> = buckets.map(|(at, bucket)| (bucket.name.as_str(), at)).collect();
    let mut all = Vec::new();
    for (distribution, found) in world.deployment.of_kind("AWS::CloudFront::Distribution") {
        for (index, origin) in found.list(&["DistributionConfig", "Origins"]).iter().enumerate() {
            let domain = origin["DomainName"].as_str().unwrap_or_default();
            let name = domain.find(".s3.").or_else(|| domain.find(".s3-")).map(|end| &domain[..end]);
            if let Some(bucket) = name.and_then(|name| by_name.get(name)) {
                let pointer = format!("/Properties/DistributionConfig/Origins/{index}");
                all.push(Origin { distribution, pointer, bucket: *bucket, origin });
            }
        }
    }
    all
}

impl Origin<'_> {
    /// Whether `CloudFront` reads it by an origin access control.
    fn has_access_control(&self) -> bool {
        is_there(&self.origin["OriginAccessControlId"])
    }

    /// Whether `CloudFront` reads it by an origin access identity.
    pub(in super::super) fn has_access_identity(&self) -> bool {
        is_there(&self.origin["S3OriginConfig"]["OriginAccessIdentity"]) && !self.has_access_control()
    }
}

fn is_there(value: &Json) -> bool {
    !value.is_null() && value != ""
}

pub(super) fn find(finder: &mut Finder<'_, '_>) {
    let world = finder.world;
    for origin in origins(world).iter().filter(|origin| origin.has_access_control()) {
        let what = format!("CloudFront reads `{}` for `{}`", finder.id(origin.bucket), finder.id(origin.distribution));
        let source = Subject::of(world, origin.distribution);
        for under in finder.under(origin.bucket) {
            let subject = some_object(world, &under);
            let usage = Use { what: &what, access: &READ, subject: &subject };
            finder.by_service(&under, world.at(origin.distribution, &origin.pointer), usage, Some(&source));
        }
    }
}
