//! Who may call functions, over which ways, and what happens to calls that nobody waits for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cfn::{Arn, Handle, Resource, Val};

/// `AWS::Lambda::Permission`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Permission {
    pub function_name: Val<String>,
    pub action: &'static str,
    pub principal: Val<String>,
    pub source_account: Option<Val<String>>,
    pub source_arn: Option<Arn>,
}

impl Resource for Permission {
    const TYPE: &'static str = "AWS::Lambda::Permission";
    type Ref = String;
}

/// `AWS::Lambda::EventInvokeConfig`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventinvokeconfig.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct EventInvokeConfig {
    pub function_name: Val<String>,
    pub qualifier: &'static str,
    pub maximum_retry_attempts: Option<u32>,
    pub maximum_event_age_in_seconds: Option<u32>,
    pub destination_config: Option<DestinationConfig>,
}

impl Resource for EventInvokeConfig {
    const TYPE: &'static str = "AWS::Lambda::EventInvokeConfig";
    type Ref = String;
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-eventinvokeconfig-destinationconfig.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DestinationConfig {
    pub on_success: Option<OnEvent>,
    pub on_failure: Option<OnEvent>,
}

/// Where the record of a call goes.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct OnEvent {
    pub destination: Arn,
}

/// `AWS::Lambda::Url`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-url.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Url {
    pub target_function_arn: Val<String>,
    pub auth_type: AuthType,
    pub cors: Option<Cors>,
    pub invoke_mode: Option<InvokeMode>,
}

/// Who is asked to prove who he is. URLs that ask nobody are not among them.
/// <https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum AuthType {
    #[serde(rename = "AWS_IAM")]
    AwsIam,
}

/// Whether an answer comes whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(serialize = "SCREAMING_SNAKE_CASE", deserialize = "kebab-case"))]
pub enum InvokeMode {
    /// When it is complete, up to 6 MB.
    Buffered,
    /// As it is made, up to 200 MB.
    ResponseStream,
}

/// Which pages in browsers may call, by the names that they know.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-url-cors.html>
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all(serialize = "PascalCase", deserialize = "kebab-case"))]
pub struct Cors {
    /// The origins of pages that may call: `https://example.com`.
    pub allow_origins: Vec<String>,
    /// The methods with which they may.
    pub allow_methods: Option<Vec<Method>>,
    /// The headers that they may send.
    pub allow_headers: Option<Vec<String>>,
    /// The headers of the answer that they may read.
    pub expose_headers: Option<Vec<String>>,
    /// Whether they may send cookies.
    pub allow_credentials: Option<bool>,
    /// Seconds for which browsers remember this.
    pub max_age: Option<u32>,
}

/// A method of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Method {
    Get,
    Head,
    Post,
    Put,
    Delete,
    Patch,
    #[serde(rename = "*")]
    Any,
}

impl Resource for Url {
    const TYPE: &'static str = "AWS::Lambda::Url";
    type Ref = String;
}

impl Handle<Url> {
    /// The URL.
    pub fn function_url(&self) -> Val<String> {
        self.attribute("FunctionUrl")
    }
}
