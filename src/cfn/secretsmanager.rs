//! AWS Secrets Manager.
#![expect(missing_docs, reason = "fields are CloudFormation's properties, documented on the page that each type names")]

use serde::Serialize;

use super::resource::{AnyHandle, Holds, Named, Resource, Tag, regional_arn};
use super::value::Val;
use crate::name::{Name, NameRule, Scope};

/// `AWS::SecretsManager::Secret`, whose value never stands in a template.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html>
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Secret {
    pub name: Option<Val<Name>>,
    pub description: Option<String>,
    pub kms_key_id: Option<Val<String>>,
    pub generate_secret_string: Option<GenerateSecretString>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-secretsmanager-secret-generatesecretstring.html>
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GenerateSecretString {
    pub password_length: Option<u32>,
    pub exclude_punctuation: Option<bool>,
    pub secret_string_template: Option<String>,
    pub generate_string_key: Option<String>,
}

impl Resource for Secret {
    const TYPE: &'static str = "AWS::SecretsManager::Secret";
    const HOLDS: Holds = Holds::Data;
    type Ref = String;

    fn tags(&mut self) -> Option<&mut Vec<Tag>> {
        Some(&mut self.tags)
    }
}

impl Named for Secret {
    const NAME: NameRule = NameRule {
        of: "a secret",
        min: 1,
        max: 512,
        punctuation: "/_+=.@-",
        ending: "",
        reserved: &[],
        refuses: None,
        scope: Scope::Region,
        source: "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html",
    };

    /// Secrets Manager puts six characters of its own behind the name: `?` stands for each, so that the ARN is never
    /// that of a longer name.
    /// <https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html>
    fn arn(of: &AnyHandle) -> Val<String> {
        let resource = Val::concat(["secret:".into(), of.name.clone().text(), "-??????".into()]);
        regional_arn("secretsmanager", &of.target, resource)
    }
}
