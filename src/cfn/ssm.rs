//! AWS Systems Manager: Parameter Store.
#![expect(missing_docs, reason = "fields are CloudFormation's properties, documented on the page that each type names")]

use serde::Serialize;

use super::resource::{AnyHandle, Named, Resource, Tag, regional_arn, tags_by_key};
use super::value::Val;
use crate::name::{Name, NameRule, Scope};

/// `AWS::SSM::Parameter`. CloudFormation makes none that are encrypted.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Parameter {
    pub name: Option<Val<Name>>,
    pub description: Option<String>,
    #[serde(rename = "Type")]
    pub kind: ParameterType,
    pub value: Val<String>,
    pub allowed_pattern: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "tags_by_key")]
    pub tags: Vec<Tag>,
}

/// What a parameter holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ParameterType {
    /// A text.
    String,
    /// Texts, separated by commas.
    StringList,
}

impl Resource for Parameter {
    const TYPE: &'static str = "AWS::SSM::Parameter";
    type Ref = String;

    fn tags(&mut self) -> Option<&mut Vec<Tag>> {
        Some(&mut self.tags)
    }
}

impl Named for Parameter {
    const NAME: NameRule = NameRule {
        of: "a parameter",
        min: 1,
        max: 1011,
        punctuation: "_.-/",
        ending: "",
        reserved: &["aws", "ssm", "/aws", "/ssm"],
        refuses: None,
        scope: Scope::Region,
        source: "https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html",
    };

    /// A name that is a path begins with a slash, which the ARN has once.
    fn arn(of: &AnyHandle) -> Val<String> {
        let name = of.name.clone().text();
        let slash = if name.symbolic().starts_with('/') { "" } else { "/" };
        regional_arn("ssm", &of.target, Val::concat([format!("parameter{slash}").into(), name]))
    }
}
