//! AWS Identity and Access Management.
#![expect(missing_docs, reason = "fields are CloudFormation's properties, documented on the page that each type names")]

use serde::Serialize;

use super::policy::PolicyDocument;
use super::resource::{AnyHandle, Handle, Named, Resource, Tag, global_arn};
use super::value::Val;
use crate::name::{Name, NameRule, Scope};

/// `AWS::IAM::Role`. Its permissions are a [`ManagedPolicy`], never inline.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html>
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Role {
    pub role_name: Option<Val<Name>>,
    pub path: Option<String>,
    pub description: Option<String>,
    pub permissions_boundary: Option<Val<String>>,
    pub assume_role_policy_document: PolicyDocument,
    pub max_session_duration: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub managed_policy_arns: Vec<Val<String>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

impl Resource for Role {
    const TYPE: &'static str = "AWS::IAM::Role";
    type Ref = String;

    fn tags(&mut self) -> Option<&mut Vec<Tag>> {
        Some(&mut self.tags)
    }
}

impl Named for Role {
    const NAME: NameRule = NameRule {
        of: "a role",
        min: 1,
        max: 64,
        punctuation: "_+=,.@-",
        ending: "",
        reserved: &[],
        refuses: None,
        scope: Scope::Account,
        source: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html",
    };

    fn arn(of: &AnyHandle) -> Val<String> {
        global_arn("iam", &of.target, Val::concat([format!("role{}", of.path).into(), of.name.clone().text()]))
    }
}

impl Handle<Role> {
    /// The role's ARN, with the order that a reference implies.
    pub fn arn(&self) -> Val<String> {
        self.any().outside.as_ref().map_or_else(|| self.attribute("Arn"), |outside| outside.arn.clone())
    }
}

/// `AWS::IAM::ManagedPolicy`, without its description: that cannot be changed later.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-managedpolicy.html>
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ManagedPolicy {
    pub managed_policy_name: Option<Val<Name>>,
    pub path: Option<String>,
    pub policy_document: PolicyDocument,
}

impl Resource for ManagedPolicy {
    const TYPE: &'static str = "AWS::IAM::ManagedPolicy";
    const YIELDS: bool = true;
    type Ref = String;
}

impl Named for ManagedPolicy {
    const NAME: NameRule = NameRule {
        of: "a managed policy",
        min: 1,
        max: 128,
        punctuation: "_+=,.@-",
        ending: "",
        reserved: &[],
        refuses: None,
        scope: Scope::Account,
        source: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html",
    };

    fn arn(of: &AnyHandle) -> Val<String> {
        global_arn("iam", &of.target, Val::concat([format!("policy{}", of.path).into(), of.name.clone().text()]))
    }
}
