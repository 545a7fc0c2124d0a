//! The data events that a trail records besides all management events.

use indexmap::IndexMap;

use crate::cfn::cloudtrail::{DataResource, EventSelector, ReadWriteType};
use crate::cfn::{Arn, dynamodb, lambda, s3};
use crate::construct::{Any, Cx, To};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result};

/// The selectors of a trail; none where it records management events alone, which is what a trail does by itself.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html>
pub(super) fn selectors(
    data_events: &IndexMap<To<Any>, ReadWriteType>,
    cx: &Cx<'_>,
) -> Result<Option<Vec<EventSelector>>> {
    if data_events.is_empty() {
        return Ok(None);
    }
    let mut found = Diagnostics::default();
    let mut all = vec![selector(ReadWriteType::All, true)];
    for (to, read_write_type) in data_events {
        let Some((kind, arn)) = found.take(resource(to, cx)) else { continue };
        let at = all.iter().position(|selector| selector.read_write_type == *read_write_type);
        let at = at.unwrap_or_else(|| {
            all.push(selector(*read_write_type, false));
            all.len() - 1
        });
        let resources = &mut all[at].data_resources;
        match resources.iter_mut().find(|resource| resource.kind == kind) {
            Some(resource) => resource.values.push(arn),
            None => resources.push(DataResource { kind, values: vec![arn] }),
        }
    }
    found.or(Some(all))
}

fn selector(read_write_type: ReadWriteType, include_management_events: bool) -> EventSelector {
    EventSelector { read_write_type, include_management_events, data_resources: Vec::new() }
}

/// What a construct is to CloudTrail. The trail only speaks of it: what it records may well read its log files.
fn resource(to: &To<Any>, cx: &Cx<'_>) -> Result<(&'static str, Arn)> {
    let wrong = |message: String| Err(Diagnostic::error(Code::WrongReference, to.span(), message).into());
    if cx.target_of(to)? == cx.me {
        return wrong("a trail that recorded its own bucket would record every record".to_owned());
    }
    if let Some(bucket) = cx.find_in::<s3::Bucket>(to)? {
        return Ok(("AWS::S3::Object", Arn::naming(&bucket).join("/")));
    }
    if let Some(table) = cx.find_in::<dynamodb::Table>(to)? {
        return Ok(("AWS::DynamoDB::Table", Arn::naming(&table)));
    }
    match cx.find_in::<lambda::Function>(to)? {
        Some(function) => Ok(("AWS::Lambda::Function", Arn::naming(&function))),
        None => wrong(format!("`{to}` has no data events: buckets, tables and functions do")),
    }
}
