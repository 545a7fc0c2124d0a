//! AWS Lambda.

use super::ServicePrincipal;
use crate::cfn::policy::Action;

/// Who runs functions, and assumes their roles.
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html>
pub const PRINCIPAL: ServicePrincipal = ServicePrincipal::new("lambda");

/// What sending traces takes. X-Ray knows no resources, so these actions stand on `*`.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html>
pub const TRACE: &[Action] = &["xray:PutTelemetryRecords", "xray:PutTraceSegments"];

/// The most bytes of code that a template can hold.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html>
pub const INLINE_CODE_LIMIT: usize = 4 * 1024 * 1024;
