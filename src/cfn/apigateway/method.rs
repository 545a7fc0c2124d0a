//! Methods of APIs, and what answers them.

use std::fmt;

use indexmap::IndexMap;
use serde::Serialize;

use crate::cfn::{Resource, Val};

/// `AWS::ApiGateway::Method`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-method.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Method {
    pub rest_api_id: Val<String>,
    pub resource_id: Val<String>,
    pub http_method: HttpMethod,
    pub authorization_type: AuthorizationType,
    pub integration: Integration,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub method_responses: Vec<MethodResponse>,
}

impl Resource for Method {
    const TYPE: &'static str = "AWS::ApiGateway::Method";
    type Ref = String;
}

/// A method of HTTP, or every one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum HttpMethod {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
    Options,
    Any,
}

impl HttpMethod {
    /// All of them, `ANY` last.
    pub const ALL: [Self; 8] =
        [Self::Get, Self::Head, Self::Post, Self::Put, Self::Patch, Self::Delete, Self::Options, Self::Any];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
            Self::Any => "ANY",
        }
    }
}

impl fmt::Display for HttpMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Who is asked to prove who he is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum AuthorizationType {
    #[serde(rename = "NONE")]
    None,
    #[serde(rename = "AWS_IAM")]
    AwsIam,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-apigateway-method-integration.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Integration {
    pub r#type: IntegrationType,
    pub integration_http_method: Option<HttpMethod>,
    pub uri: Option<Val<String>>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub request_templates: IndexMap<&'static str, &'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub integration_responses: Vec<IntegrationResponse>,
}

/// What answers a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum IntegrationType {
    AwsProxy,
    Mock,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-apigateway-method-integrationresponse.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct IntegrationResponse {
    pub status_code: &'static str,
    pub response_parameters: IndexMap<String, String>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub response_templates: IndexMap<&'static str, String>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-apigateway-method-methodresponse.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct MethodResponse {
    pub status_code: &'static str,
    pub response_parameters: IndexMap<String, bool>,
}
