//! AWS Lambda.
#![expect(missing_docs, reason = "fields are CloudFormation's properties, documented on the page that each type names")]

mod event_source;
mod invocation;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::kms::KeyArn;
use super::resource::{AnyHandle, Arn, Named, Referable, Resource, Tag, regional_arn};
use super::value::Val;
use crate::name::{Name, NameRule, Scope};

pub use event_source::{
    EventSourceMapping, Filter, FilterCriteria, OnFailureOnly, ProvisionedPollerConfig, ScalingConfig, StartingPosition,
};
pub use invocation::{
    AuthType, Cors, DestinationConfig, EventInvokeConfig, InvokeMode, Method, OnEvent, Permission, Url,
};

/// `AWS::Lambda::Function`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html>
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Function {
    pub function_name: Option<Val<Name>>,
    pub description: Option<String>,
    pub runtime: Option<Runtime>,
    pub handler: Option<String>,
    pub code: Code,
    pub role: Option<Val<String>>,
    pub architectures: Option<Vec<Architecture>>,
    pub memory_size: Option<u32>,
    pub timeout: Option<u32>,
    pub ephemeral_storage: Option<EphemeralStorage>,
    pub layers: Option<Vec<Val<String>>>,
    pub environment: Option<Environment>,
    pub kms_key_arn: Option<Val<KeyArn>>,
    pub vpc_config: Option<VpcConfig>,
    pub logging_config: Option<LoggingConfig>,
    pub dead_letter_config: Option<DeadLetterConfig>,
    pub tracing_config: Option<TracingConfig>,
    pub snap_start: Option<SnapStart>,
    pub reserved_concurrent_executions: Option<u32>,
    pub runtime_management_config: Option<RuntimeManagementConfig>,
    pub recursive_loop: Option<RecursiveLoop>,
    pub code_signing_config_arn: Option<Val<String>>,
    pub durable_config: Option<DurableConfig>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html>
#[derive(Debug, Default, Serialize)]
pub struct Code {
    #[serde(rename = "ZipFile")]
    pub zip_file: Option<String>,
    #[serde(rename = "S3Bucket")]
    pub s3_bucket: Option<String>,
    #[serde(rename = "S3Key")]
    pub s3_key: Option<String>,
    #[serde(rename = "S3ObjectVersion")]
    pub s3_object_version: Option<String>,
    #[serde(rename = "SourceKMSKeyArn")]
    pub source_kms_key_arn: Option<Val<KeyArn>>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-ephemeralstorage.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct EphemeralStorage {
    pub size: u32,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-environment.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Environment {
    pub variables: IndexMap<String, Val<String>>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-loggingconfig.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LoggingConfig {
    pub log_group: Val<String>,
    pub log_format: Option<LogFormat>,
    pub application_log_level: Option<ApplicationLogLevel>,
    pub system_log_level: Option<SystemLogLevel>,
}

/// How log events are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum LogFormat {
    /// As JSON, with time and level.
    #[default]
    #[serde(rename(serialize = "JSON", deserialize = "json"))]
    Json,
    /// As lines of text.
    #[serde(rename(serialize = "Text", deserialize = "text"))]
    Text,
}

/// Which events of the function's code come into the log: those of this level and above.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(serialize = "SCREAMING_SNAKE_CASE", deserialize = "kebab-case"))]
pub enum ApplicationLogLevel {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
    Fatal,
}

/// Which events of Lambda itself come into the log: those of this level and above.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(serialize = "SCREAMING_SNAKE_CASE", deserialize = "kebab-case"))]
pub enum SystemLogLevel {
    Debug,
    Info,
    Warn,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-vpcconfig.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct VpcConfig {
    pub subnet_ids: Vec<Val<String>>,
    pub security_group_ids: Vec<Val<String>>,
    pub ipv6_allowed_for_dual_stack: Option<bool>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-runtimemanagementconfig.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct RuntimeManagementConfig {
    pub update_runtime_on: UpdateRuntimeOn,
    pub runtime_version_arn: Option<String>,
}

/// When a runtime is updated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum UpdateRuntimeOn {
    Auto,
    FunctionUpdate,
    Manual,
}

/// What Lambda does when a function calls itself in a circle, by way of other services.
/// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(serialize = "PascalCase", deserialize = "kebab-case"))]
pub enum RecursiveLoop {
    /// It lets the circle go on.
    Allow,
    /// It stops after some sixteen calls.
    Terminate,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-durableconfig.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DurableConfig {
    pub execution_timeout: u32,
    pub retention_period_in_days: Option<u32>,
    #[serde(rename = "KMSKeyArn")]
    pub kms_key_arn: Option<Val<KeyArn>>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-deadletterconfig.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeadLetterConfig {
    pub target_arn: Arn,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-tracingconfig.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TracingConfig {
    pub mode: TracingMode,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-snapstart.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct SnapStart {
    pub apply_on: &'static str,
}

/// The runtimes that AWS supports in November 2026.
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Runtime {
    #[serde(rename = "dotnet10")]
    Dotnet10,
    #[serde(rename = "java11")]
    Java11,
    #[serde(rename = "java17")]
    Java17,
    #[serde(rename = "java21")]
    Java21,
    #[serde(rename = "java25")]
    Java25,
    #[serde(rename = "nodejs22.x")]
    Nodejs22,
    #[serde(rename = "nodejs24.x")]
    Nodejs24,
    #[serde(rename = "provided.al2023")]
    ProvidedAl2023,
    #[serde(rename = "python3.11")]
    Python311,
    #[serde(rename = "python3.12")]
    Python312,
    #[serde(rename = "python3.13")]
    Python313,
    #[serde(rename = "python3.14")]
    Python314,
    #[serde(rename = "ruby3.3")]
    Ruby33,
    #[serde(rename = "ruby3.4")]
    Ruby34,
    #[serde(rename = "ruby4.0")]
    Ruby40,
}

impl Runtime {
    /// Whether its code can stand in a template as text.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html>
    pub fn reads_text(self) -> bool {
        use Runtime::{Nodejs22, Nodejs24, Python311, Python312, Python313, Python314};
        matches!(self, Nodejs22 | Nodejs24 | Python311 | Python312 | Python313 | Python314)
    }

    /// Whether it runs Java.
    pub fn is_java(self) -> bool {
        use Runtime::{Java11, Java17, Java21, Java25};
        matches!(self, Java11 | Java17 | Java21 | Java25)
    }
}

/// The processors that a function runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Architecture {
    /// ARM.
    #[serde(rename = "arm64")]
    Arm64,
    /// Intel and AMD.
    #[serde(rename = "x86_64")]
    X86,
}

/// Which requests X-Ray records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(serialize = "PascalCase", deserialize = "kebab-case"))]
pub enum TracingMode {
    /// A sample of them.
    Active,
    /// Those that come with a trace.
    PassThrough,
}

impl Resource for Function {
    const TYPE: &'static str = "AWS::Lambda::Function";
    type Ref = String;

    fn tags(&mut self) -> Option<&mut Vec<Tag>> {
        Some(&mut self.tags)
    }
}

impl Named for Function {
    const NAME: NameRule = NameRule {
        of: "a function",
        min: 1,
        max: 64,
        punctuation: "-_",
        ending: "",
        reserved: &[],
        refuses: None,
        scope: Scope::Region,
        source: "https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html",
    };

    fn arn(of: &AnyHandle) -> Val<String> {
        regional_arn("lambda", &of.target, Val::concat(["function:".into(), of.name.clone().text()]))
    }
}

impl Referable for Function {
    const BY_REF: bool = false;
}
