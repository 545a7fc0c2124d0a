//! Amazon `CloudFront`.
#![expect(missing_docs, reason = "fields are CloudFormation's properties, documented on the page that each type names")]

mod distribution;

use serde::Serialize;

use super::resource::Resource;
use super::value::Val;
use crate::name::{NameRule, Scope};

pub use distribution::{
    CacheBehavior, CustomErrorResponse, Distribution, DistributionConfig, Logging, Origin, PriceClass, S3OriginConfig,
    ViewerCertificate,
};

/// `AWS::CloudFront::OriginAccessControl`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-originaccesscontrol.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct OriginAccessControl {
    pub origin_access_control_config: OriginAccessControlConfig,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-originaccesscontrol-originaccesscontrolconfig.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct OriginAccessControlConfig {
    pub name: Val<String>,
    pub origin_access_control_origin_type: &'static str,
    pub signing_behavior: &'static str,
    pub signing_protocol: &'static str,
}

impl OriginAccessControl {
    /// What it may be called.
    pub const NAME: NameRule = NameRule {
        of: "an origin access control",
        min: 1,
        max: 64,
        punctuation: "-_",
        ending: "",
        reserved: &[],
        refuses: None,
        scope: Scope::Account,
        source: "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginAccessControlConfig.html",
    };
}

impl Resource for OriginAccessControl {
    const TYPE: &'static str = "AWS::CloudFront::OriginAccessControl";
    type Ref = String;
}

/// `AWS::CloudFront::ResponseHeadersPolicy`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-responseheaderspolicy.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ResponseHeadersPolicy {
    pub response_headers_policy_config: ResponseHeadersPolicyConfig,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-responseheaderspolicy-responseheaderspolicyconfig.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ResponseHeadersPolicyConfig {
    pub name: Val<String>,
    pub security_headers_config: SecurityHeadersConfig,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-responseheaderspolicy-securityheadersconfig.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct SecurityHeadersConfig {
    pub strict_transport_security: StrictTransportSecurity,
    pub content_type_options: ContentTypeOptions,
    pub frame_options: FrameOptions,
    pub referrer_policy: ReferrerPolicy,
    pub content_security_policy: Option<ContentSecurityPolicy>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-responseheaderspolicy-stricttransportsecurity.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct StrictTransportSecurity {
    pub access_control_max_age_sec: u32,
    pub r#override: bool,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-responseheaderspolicy-contenttypeoptions.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ContentTypeOptions {
    pub r#override: bool,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-responseheaderspolicy-frameoptions.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct FrameOptions {
    pub frame_option: &'static str,
    pub r#override: bool,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-responseheaderspolicy-referrerpolicy.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ReferrerPolicy {
    pub referrer_policy: &'static str,
    pub r#override: bool,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-responseheaderspolicy-contentsecuritypolicy.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ContentSecurityPolicy {
    pub content_security_policy: String,
    pub r#override: bool,
}

impl ResponseHeadersPolicy {
    /// What it may be called.
    pub const NAME: NameRule = NameRule {
        of: "a policy of response headers",
        min: 1,
        max: 128,
        punctuation: "-_",
        ending: "",
        reserved: &[],
        refuses: None,
        scope: Scope::Account,
        source: "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ResponseHeadersPolicyConfig.html",
    };
}

impl Resource for ResponseHeadersPolicy {
    const TYPE: &'static str = "AWS::CloudFront::ResponseHeadersPolicy";
    type Ref = String;
}
