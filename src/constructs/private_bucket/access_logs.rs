//! A record of each request on a bucket, in another.

use crate::cfn::{Handle, s3};
use crate::construct::{Cx, Grant, Grantee, ServiceGrantee, To};
use crate::diagnostic::{Diagnostics, Result};
use crate::service::Subject;
use crate::service::s3::ACCESS_LOGS;

/// S3 delivers the record for the bucket.
pub(in crate::constructs) fn grant(
    to: &To<s3::Bucket>,
    bucket: &Handle<s3::Bucket>,
    cx: &Cx<'_>,
    found: &mut Diagnostics,
) -> Option<Grant> {
    let service = ServiceGrantee { principal: &ACCESS_LOGS.principal, source: Subject::of(bucket) };
    Some(Grant::of("write", Grantee::Service(service), found.take(cx.entry_of(to))?, to.span()))
}

/// What the bucket says of it.
pub(in crate::constructs) fn lower(to: &To<s3::Bucket>, cx: &Cx<'_>) -> Result<s3::LoggingConfiguration> {
    Ok(s3::LoggingConfiguration {
        destination_bucket_name: cx.get_here(to)?.name_in_use(),
        target_object_key_format: s3::TargetObjectKeyFormat {
            partitioned_prefix: s3::PartitionedPrefix { partition_date_source: "EventTime" },
        },
    })
}
