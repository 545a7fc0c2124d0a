//! `CloudFront` reads the buckets of its origins by its own principal, where an origin access control says so.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::super::finding::At;
use super::super::request::Subject;
use super::bucket::some_object;
use super::finder::{Finder, Use};
use crate::service::cloudfront::READ;

pub(super) fn find(finder: &mut Finder<'_, '_>) {
    let world = finder.world;
    let buckets = finder.encrypted(&["AWS::S3::Bucket"]);
    let by_name: HashMap<&str, usize> = buckets.iter().map(|at| (world.resource(*at).name.as_str(), *at)).collect();
    for (at, distribution) in world.deployment.of_kind("AWS::CloudFront::Distribution") {
        for (index, origin) in distribution.list(&["DistributionConfig", "Origins"]).iter().enumerate() {
            if !has_access_control(origin) {
                continue;
            }
            let domain = origin["DomainName"].as_str().unwrap_or_default();
            let bucket = domain.find(".s3.").or_else(|| domain.find(".s3-")).map(|end| &domain[..end]);
            let Some(bucket) = bucket.and_then(|name| by_name.get(name)) else { continue };
            let what = format!("CloudFront reads `{}` for `{}`", finder.id(*bucket), distribution.id);
            let place = world.at(at, format!("/Properties/DistributionConfig/Origins/{index}"));
            read(finder, *bucket, &place, &what, &Subject::of(world, at));
        }
    }
}

fn has_access_control(origin: &Json) -> bool {
    !matches!(&origin["OriginAccessControlId"], Json::Null) && origin["OriginAccessControlId"] != ""
}

/// `CloudFront` uses the key of a bucket, for a distribution.
fn read(finder: &mut Finder<'_, '_>, bucket: usize, at: &At, what: &str, distribution: &Subject) {
    let world = finder.world;
    for under in finder.under(bucket) {
        let subject = some_object(world, &under);
        let usage = Use { what, access: &READ, subject: &subject };
        finder.by_service(&under, at.clone(), usage, Some(distribution));
    }
}
