//! Origin access identities cannot read what is encrypted under keys of KMS.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html>

use super::super::finding::{Finding, Hazard, Severity};
use super::super::flow::distribution::origins;
use super::super::world::World;

pub(super) fn check(world: &World<'_>, found: &mut Vec<Finding>) {
    for origin in origins(world).iter().filter(|origin| origin.has_access_identity()) {
        let (bucket, distribution) = (world.resource(origin.bucket).id, world.resource(origin.distribution).id);
        let message = format!(
            "CloudFront reads `{bucket}` for `{distribution}` by an origin access identity, which cannot use keys of KMS"
        );
        let at = world.at(origin.distribution, &origin.pointer);
        let finding = Finding::new(Hazard::KeyUnusable, Severity::Error, at, message);
        found.push(finding.hint("give the origin an `OriginAccessControlId` instead"));
    }
}
