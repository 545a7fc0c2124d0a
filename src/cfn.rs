//! CloudFormation's vocabulary, typed: values that may be known only at deployment, resources and references to
//! them, policy documents, and one file of property structs for each service.
//!
//! Property structs have CloudFormation's own names, and their fields are its properties in `snake_case`. A field that
//! is `None` is not printed.

pub mod acm;
pub mod apigateway;
pub mod application_auto_scaling;
pub mod cloudfront;
pub mod cloudtrail;
pub mod cloudwatch;
pub mod cognito;
pub mod dynamodb;
pub mod iam;
pub mod kms;
mod known;
pub mod lambda;
pub mod logs;
pub mod policy;
mod resource;
pub mod route53;
pub mod s3;
pub mod secretsmanager;
pub mod sns;
pub mod sqs;
pub mod ssm;
mod value;

pub use known::{KNOWN_TYPES, KnownType};
pub use resource::{
    AnyHandle, Arn, Handle, Holds, Named, Outside, Referable, Resource, Tag, account, global_arn, region, regional_arn,
};
pub use value::{EXPR, Expr, InstanceId, Part, Pseudo, ResourceId, StackOutput, Val};
