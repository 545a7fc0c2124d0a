//! Amazon API Gateway.
#![expect(missing_docs, reason = "fields are CloudFormation's properties, documented on the page that each type names")]

use serde::Serialize;

use super::resource;
use super::value::Val;
use crate::name::{NameRule, Scope};

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
