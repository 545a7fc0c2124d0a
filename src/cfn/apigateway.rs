//! Amazon API Gateway.
#![expect(missing_docs, reason = "fields are CloudFormation's properties, documented on the page that each type names")]

mod domain;
mod method;

use serde::Serialize;

use super::resource::{self, Arn, Tag};
use super::value::Val;
use crate::name::{NameRule, Scope};

pub use domain::{BasePathMapping, DomainName};
pub use method::{
    AuthorizationType, HttpMethod, Integration, IntegrationResponse, IntegrationType, Method, MethodResponse,
};

/// `AWS::ApiGateway::Account`: a setting of the account in its region, under no name.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-account.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Account {
    pub cloud_watch_role_arn: Val<String>,
}

impl Account {
    /// An account has one in each region.
    pub const SETTING: NameRule = NameRule {
        of: "a role by which API Gateway logs",
        min: 0,
        max: 0,
        punctuation: "",
        ending: "",
        reserved: &[],
        refuses: None,
        scope: Scope::Setting,
        source: "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-account.html",
    };
}

impl resource::Resource for Account {
    const TYPE: &'static str = "AWS::ApiGateway::Account";
    type Ref = String;
}

/// `AWS::ApiGateway::RestApi`. Its name is not unique: AWS numbers APIs.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-restapi.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct RestApi {
    pub name: Val<String>,
    pub description: Option<String>,
    pub endpoint_configuration: EndpointConfiguration,
    pub security_policy: &'static str,
    pub endpoint_access_mode: &'static str,
    pub disable_execute_api_endpoint: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-apigateway-restapi-endpointconfiguration.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct EndpointConfiguration {
    pub types: [&'static str; 1],
    pub ip_address_type: &'static str,
}

impl EndpointConfiguration {
    /// An endpoint in the region, by IPv4 and IPv6, as AWS recommends.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-ip-address-type.html>
    pub const REGIONAL: Self = Self { types: ["REGIONAL"], ip_address_type: "dualstack" };
}

impl resource::Resource for RestApi {
    const TYPE: &'static str = "AWS::ApiGateway::RestApi";
    type Ref = String;

    fn tags(&mut self) -> Option<&mut Vec<Tag>> {
        Some(&mut self.tags)
    }
}

impl resource::Handle<RestApi> {
    /// The resource of the path `/`.
    pub fn root_resource_id(&self) -> Val<String> {
        self.attribute("RootResourceId")
    }
}

/// `AWS::ApiGateway::Resource`: a part of a path.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-resource.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Resource {
    pub rest_api_id: Val<String>,
    pub parent_id: Val<String>,
    pub path_part: String,
}

impl resource::Resource for Resource {
    const TYPE: &'static str = "AWS::ApiGateway::Resource";
    type Ref = String;
}

/// `AWS::ApiGateway::Deployment`: the methods as they are when it is made.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-deployment.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Deployment {
    pub rest_api_id: Val<String>,
}

impl resource::Resource for Deployment {
    const TYPE: &'static str = "AWS::ApiGateway::Deployment";
    type Ref = String;
}

/// `AWS::ApiGateway::Stage`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-stage.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Stage {
    pub rest_api_id: Val<String>,
    pub deployment_id: Val<String>,
    pub stage_name: String,
    pub access_log_setting: AccessLogSetting,
    pub method_settings: [MethodSetting; 1],
    pub tracing_enabled: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-apigateway-stage-accesslogsetting.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AccessLogSetting {
    pub destination_arn: Arn,
    pub format: &'static str,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-apigateway-stage-methodsetting.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct MethodSetting {
    pub resource_path: &'static str,
    pub http_method: &'static str,
    pub logging_level: &'static str,
    pub data_trace_enabled: bool,
    pub metrics_enabled: bool,
    pub caching_enabled: bool,
    pub throttling_rate_limit: Option<u32>,
    pub throttling_burst_limit: Option<u32>,
}

impl resource::Resource for Stage {
    const TYPE: &'static str = "AWS::ApiGateway::Stage";
    type Ref = String;

    fn tags(&mut self) -> Option<&mut Vec<Tag>> {
        Some(&mut self.tags)
    }
}
