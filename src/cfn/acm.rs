//! AWS Certificate Manager.
#![expect(missing_docs, reason = "fields are CloudFormation's properties, documented on the page that each type names")]

use serde::Serialize;

use super::resource::{Resource, Tag};
use super::value::Val;

/// `AWS::CertificateManager::Certificate`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-certificatemanager-certificate.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Certificate {
    pub domain_name: Val<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subject_alternative_names: Vec<Val<String>>,
    pub validation_method: &'static str,
    pub domain_validation_options: Vec<DomainValidationOption>,
    pub certificate_transparency_logging_preference: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-certificatemanager-certificate-domainvalidationoption.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DomainValidationOption {
    pub domain_name: Val<String>,
    pub hosted_zone_id: Val<String>,
}

/// What `Ref` gives is the ARN.
impl Resource for Certificate {
    const TYPE: &'static str = "AWS::CertificateManager::Certificate";
    type Ref = String;

    fn tags(&mut self) -> Option<&mut Vec<Tag>> {
        Some(&mut self.tags)
    }
}
