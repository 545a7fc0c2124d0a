//! Distributions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cfn::{Handle, Resource, Tag, Val};
use crate::name::{NameRule, Scope};

/// `AWS::CloudFront::Distribution`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-distribution.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Distribution {
    pub distribution_config: DistributionConfig,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

impl Distribution {
    /// A domain that it answers to is one in the partition, across all accounts.
    pub const ALIAS: NameRule = NameRule {
        of: "a domain of a distribution",
        min: 1,
        max: 253,
        punctuation: ".-*",
        ending: "",
        reserved: &[],
        refuses: None,
        scope: Scope::Partition,
        source: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html",
    };
}

impl Resource for Distribution {
    const TYPE: &'static str = "AWS::CloudFront::Distribution";
    type Ref = String;

    fn tags(&mut self) -> Option<&mut Vec<Tag>> {
        Some(&mut self.tags)
    }
}

impl Handle<Distribution> {
    /// What `CloudFront` calls it: `d111111abcdef8.cloudfront.net`.
    pub fn domain_name(&self) -> Val<String> {
        self.attribute("DomainName")
    }
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-distributionconfig.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DistributionConfig {
    pub enabled: bool,
    pub comment: String,
    pub aliases: Vec<Val<String>>,
    pub default_root_object: String,
    pub http_version: &'static str,
    #[serde(rename = "IPV6Enabled")]
    pub ipv6_enabled: bool,
    pub price_class: PriceClass,
    pub origins: [Origin; 1],
    pub default_cache_behavior: CacheBehavior,
    pub viewer_certificate: ViewerCertificate,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub custom_error_responses: Vec<CustomErrorResponse>,
    pub logging: Option<Logging>,
}

/// Where answers come from, which decides what they cost: the more places, the nearer.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/PriceClass.html>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum PriceClass {
    /// North America, Europe and Israel.
    #[serde(rename(serialize = "PriceClass_100", deserialize = "price-class-100"))]
    Fewest,
    /// All but South America, Australia and New Zealand.
    #[serde(rename(serialize = "PriceClass_200", deserialize = "price-class-200"))]
    Most,
    /// Everywhere.
    #[default]
    #[serde(rename(serialize = "PriceClass_All", deserialize = "price-class-all"))]
    All,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-origin.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Origin {
    pub id: &'static str,
    pub domain_name: Val<String>,
    pub origin_access_control_id: Val<String>,
    #[serde(rename = "S3OriginConfig")]
    pub s3_origin_config: S3OriginConfig,
}

/// With an origin access control, the identity of the time before is empty.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-s3originconfig.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct S3OriginConfig {
    pub origin_access_identity: &'static str,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-defaultcachebehavior.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CacheBehavior {
    pub target_origin_id: &'static str,
    pub viewer_protocol_policy: &'static str,
    pub allowed_methods: [&'static str; 2],
    pub compress: bool,
    pub cache_policy_id: &'static str,
    pub response_headers_policy_id: Val<String>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-viewercertificate.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ViewerCertificate {
    pub acm_certificate_arn: Val<String>,
    pub minimum_protocol_version: &'static str,
    pub ssl_support_method: &'static str,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-customerrorresponse.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CustomErrorResponse {
    pub error_code: u32,
    pub response_code: u32,
    pub response_page_path: String,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-logging.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Logging {
    pub bucket: Val<String>,
    pub prefix: Val<String>,
    pub include_cookies: bool,
}
