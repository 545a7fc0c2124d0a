//! Domains by which APIs are called.

use serde::Serialize;

use super::EndpointConfiguration;
use crate::cfn::{Handle, Resource, Tag, Val};
use crate::name::{NameRule, Scope};

/// `AWS::ApiGateway::DomainName`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-domainname.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DomainName {
    pub domain_name: Val<String>,
    pub regional_certificate_arn: Val<String>,
    pub endpoint_configuration: EndpointConfiguration,
    pub security_policy: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

impl DomainName {
    /// A domain is one in its region, across all accounts.
    pub const NAME: NameRule = NameRule {
        of: "a custom domain",
        min: 1,
        max: 253,
        punctuation: ".-",
        ending: "",
        reserved: &[],
        refuses: None,
        scope: Scope::RegionOfAll,
        source: "https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-custom-domains.html",
    };
}

impl Resource for DomainName {
    const TYPE: &'static str = "AWS::ApiGateway::DomainName";
    type Ref = String;

    fn tags(&mut self) -> Option<&mut Vec<Tag>> {
        Some(&mut self.tags)
    }
}

impl Handle<DomainName> {
    /// What API Gateway calls the endpoint.
    pub fn regional_domain_name(&self) -> Val<String> {
        self.attribute("RegionalDomainName")
    }

    /// The zone that the endpoint is in.
    pub fn regional_hosted_zone_id(&self) -> Val<String> {
        self.attribute("RegionalHostedZoneId")
    }
}

/// `AWS::ApiGateway::BasePathMapping`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-basepathmapping.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct BasePathMapping {
    pub domain_name: Val<String>,
    pub base_path: Option<String>,
    pub rest_api_id: Val<String>,
    pub stage: Val<String>,
}

impl Resource for BasePathMapping {
    const TYPE: &'static str = "AWS::ApiGateway::BasePathMapping";
    type Ref = String;
}
