//! The network that a function runs in.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::cfn::policy::{Condition, Operator, Statement};
use crate::cfn::{Arn as ResourceArn, Handle, Val, lambda};
use crate::construct::Cx;
use crate::constructs::or_reference::OrReference;
use crate::constructs::twice;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result};
use crate::document::Spanned;
use crate::name::text_type;
use crate::service::lambda::NETWORK;

/// Subnets and security groups.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Network {
    /// The subnets, by their ids or as `{ ref: network/private.id }`; at most sixteen.
    pub subnets: Spanned<Vec<OrReference<SubnetId>>>,
    /// The security groups, by their ids or as `{ ref: network/workers.GroupId }`; at most five.
    pub security_groups: Spanned<Vec<OrReference<SecurityGroupId>>>,
    /// Whether the function may use IPv6 in subnets that have both.
    pub ipv6: Option<bool>,
}

/// The id of a subnet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubnetId(Arc<str>);

/// The id of a security group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityGroupId(Arc<str>);

/// The id, if the text is one with this beginning.
fn id(text: &str, prefix: &str) -> Option<Arc<str>> {
    let rest = text.strip_prefix(prefix)?;
    (!rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric())).then(|| text.into())
}

impl AsRef<str> for SubnetId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for SecurityGroupId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl SubnetId {
    /// The id, if the text is one.
    pub fn new(text: &str) -> Option<Self> {
        id(text, "subnet-").map(Self)
    }
}

impl SecurityGroupId {
    /// The id, if the text is one.
    pub fn new(text: &str) -> Option<Self> {
        id(text, "sg-").map(Self)
    }
}

text_type!(SubnetId, "the id of a subnet, `subnet-…`", "^subnet-[0-9a-zA-Z]+$");
text_type!(SecurityGroupId, "the id of a security group, `sg-…`", "^sg-[0-9a-zA-Z]+$");

/// <https://docs.aws.amazon.com/lambda/latest/api/API_VpcConfig.html>
const SUBNETS: usize = 16;
const SECURITY_GROUPS: usize = 5;

impl Network {
    pub(super) fn lower(&self, cx: &Cx<'_>) -> Result<lambda::VpcConfig> {
        let mut found = Diagnostics::default();
        let subnets: Vec<Val<String>> = self.subnets.value.iter().filter_map(|it| found.take(it.value(cx))).collect();
        let groups = self.security_groups.value.iter().filter_map(|it| found.take(it.value(cx))).collect();
        found.or(lambda::VpcConfig {
            subnet_ids: subnets,
            security_group_ids: groups,
            ipv6_allowed_for_dual_stack: self.ipv6,
        })
    }

    /// What Lambda does in the network by the function's role, and the function's code may not.
    pub(super) fn statements(function: &Handle<lambda::Function>) -> Vec<Statement> {
        let statement = |sid: &str| Statement::allow(sid, NETWORK.to_vec(), vec![ResourceArn::any()]);
        let code = [ResourceArn::naming(function).text()];
        let by_code = Condition::default().and(Operator::ArnEquals, "lambda:SourceFunctionArn", code);
        vec![statement("ManageNetworkInterfaces"), statement("DenyNetworkToCode").deny().when(by_code)]
    }

    pub(super) fn check(&self) -> Diagnostics {
        let mut found = Diagnostics::default();
        let subnets = self.subnets.value.iter().map(OrReference::text);
        let groups = self.security_groups.value.iter().map(OrReference::text);
        for (what, ids, all, most) in [
            ("subnets", subnets.collect::<Vec<_>>(), self.subnets.span, SUBNETS),
            ("security groups", groups.collect(), self.security_groups.span, SECURITY_GROUPS),
        ] {
            if ids.is_empty() {
                found.push(Diagnostic::error(Code::InvalidValue, all, format!("a function in a VPC needs {what}")));
            }
            if let Some((_, at)) = ids.get(most) {
                let message = format!("a function may have {most} {what}");
                found.push(Diagnostic::error(Code::LimitExceeded, *at, message));
            }
            found.extend(twice(ids));
        }
        found
    }
}
