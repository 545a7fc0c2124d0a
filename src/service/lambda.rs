//! AWS Lambda.
//!
//! Lambda encrypts the environment of a function as whoever configures the function, who also makes the grant by which
//! the function's role decrypts it: the role itself needs nothing. Code it encrypts by its own principal, and what
//! durable executions leave by its own and the role's. All of that carries the function's ARN as encryption context.

use super::{Caller, ContextValue, KeyAccess, ServicePrincipal, Source, SourceHolds};
use crate::cfn::policy::Action;

/// Who runs functions, and assumes their roles.
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html>
pub const PRINCIPAL: ServicePrincipal = ServicePrincipal::new("lambda");

const CONTEXT: &[(&str, ContextValue)] = &[("aws:lambda:FunctionArn", ContextValue::Arn)];

const fn through(
    id: &'static str,
    actions: &'static [Action],
    context: &'static [(&str, ContextValue)],
    source: &'static str,
) -> KeyAccess {
    KeyAccess { id, caller: Caller::Through("lambda"), actions, context, source }
}

const ENVIRONMENT: &str = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html";

/// What configuring a function takes whose environment is under a key: encrypting it, seeing what it was, and a grant
/// by which the function's role decrypts it, whose constraint is the function's ARN.
pub const CONFIGURE: &[&KeyAccess] = &[
    &through("LambdaConfigure", &["kms:Decrypt", "kms:Encrypt"], CONTEXT, ENVIRONMENT),
    &through("LambdaConfigureGrant", &["kms:CreateGrant"], CONTEXT, ENVIRONMENT),
];

/// What Lambda does with the key of a function's code. It makes no grant for that.
pub const CODE: KeyAccess = KeyAccess {
    id: "LambdaCode",
    caller: Caller::Service(PRINCIPAL, None),
    actions: &["kms:Decrypt", "kms:GenerateDataKey"],
    context: CONTEXT,
    source: "https://docs.aws.amazon.com/lambda/latest/dg/encrypt-zip-package.html",
};

const FILTER: &str = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html";

/// The page of the key shows the context of requests: what polls, and what the encryption library adds.
/// <https://docs.aws.amazon.com/lambda/latest/dg/security-encryption-at-rest.html>
const FILTER_CONTEXT: &[(&str, ContextValue)] = &[
    ("aws:lambda:FunctionArn", ContextValue::Arn),
    ("aws:lambda:EventSourceArn", ContextValue::Numbered),
    ("aws-crypto-public-key", ContextValue::Numbered),
];

/// What Lambda does with the key of event filters: "must be granted to the regional Lambda service principal", unlike
/// its use of the key of code. AWS's sample also names the event source in the context, and the mapping as the source:
/// the mapping is numbered only when it is there, and waits for the key.
pub const FILTER_USE: KeyAccess = KeyAccess {
    id: "LambdaFilter",
    caller: Caller::Service(ServicePrincipal { name: "lambda", regional: true, absent_from: &[] }, None),
    actions: &["kms:Decrypt"],
    context: FILTER_CONTEXT,
    source: FILTER,
};

/// What setting event filters takes that are under a key.
pub const FILTER_CREATOR: &[&KeyAccess] = &[
    &through("LambdaFilterCreate", &["kms:Decrypt", "kms:GenerateDataKey"], FILTER_CONTEXT, FILTER),
    &through("LambdaFilterDescribe", &["kms:DescribeKey"], &[], FILTER),
];

const DURABLE: &str = "https://docs.aws.amazon.com/lambda/latest/dg/durable-encryption.html";

/// What Lambda does with the key of durable executions, for the function that it names as its source.
pub const DURABLE_USE: KeyAccess = KeyAccess {
    id: "LambdaDurable",
    caller: Caller::Service(
        PRINCIPAL,
        Some(Source {
            service: "lambda",
            holds: SourceHolds::RegionAndAccount,
            resource: "function:*",
            names_organization: false,
        }),
    ),
    actions: &["kms:Decrypt", "kms:GenerateDataKey"],
    context: CONTEXT,
    source: DURABLE,
};

/// What going on with a durable execution takes of the function's role.
pub const DURABLE_ROLE: KeyAccess = through("LambdaDurableResume", &["kms:Decrypt"], CONTEXT, DURABLE);

/// What configuring a function takes whose durable executions are under a key.
pub const DURABLE_CREATOR: &[&KeyAccess] = &[
    &through("LambdaDurableCreate", &["kms:Decrypt", "kms:GenerateDataKey"], CONTEXT, DURABLE),
    &through("LambdaDurableDescribe", &["kms:DescribeKey"], &[], DURABLE),
];

/// What a durable function does with its own executions, on `{function arn}:*`.
/// <https://docs.aws.amazon.com/lambda/latest/dg/durable-security.html#durable-execution-role>
pub const CHECKPOINT: &[Action] = &["lambda:CheckpointDurableExecution", "lambda:GetDurableExecutionState"];

/// What sending traces takes. X-Ray knows no resources, so these actions stand on `*`.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html>
pub const TRACE: &[Action] = &["xray:PutTelemetryRecords", "xray:PutTraceSegments"];

/// What Lambda does in a VPC by the function's role. AWS asks for all of it on `*`, and for a denial of the same to the
/// function's code, which Lambda names in `lambda:SourceFunctionArn`.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions>
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-best-practice-security>
pub const NETWORK: &[Action] = &[
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
];

/// The most bytes of code that a template can hold.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html>
pub const INLINE_CODE_LIMIT: usize = 4 * 1024 * 1024;

/// Seconds that a call may take, unless the function says otherwise.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html>
pub const TIMEOUT: u32 = 3;

/// The most bytes of all environment variables together, and the most layers.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#function-configuration-deployment-and-execution>
pub const ENVIRONMENT_LIMIT: usize = 4 * 1024;
/// See [`ENVIRONMENT_LIMIT`].
pub const LAYERS: usize = 5;
