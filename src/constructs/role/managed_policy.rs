//! Managed policies that a role has besides its own.

use std::fmt;

use crate::cfn::{Pseudo, Val};
use crate::environment::PolicyName;
use crate::name::{Target, text_type};

/// A managed policy outside of these stacks: one of the account by its path and name, one of AWS with `aws:` before
/// that, or any by its ARN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagedPolicyName {
    policy: PolicyName,
    of_aws: bool,
}

/// What stands before the name of one of AWS's. No name of a policy has a colon.
const OF_AWS: &str = "aws:";

impl ManagedPolicyName {
    /// The policy, if the text is one.
    pub fn new(text: &str) -> Option<Self> {
        let of_aws = text.strip_prefix(OF_AWS);
        let policy = PolicyName::new(of_aws.unwrap_or(text))?;
        Some(Self { policy, of_aws: of_aws.is_some() })
    }

    /// The policy's ARN. Those of AWS are the same in every account of a partition.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html#aws-managed-policies>
    pub(super) fn arn(&self, at: &Target) -> Val<String> {
        if !self.of_aws {
            return self.policy.arn(at);
        }
        let name = format!(":iam::aws:policy/{}", self.policy);
        Val::concat(["arn:".into(), Pseudo::Partition.into(), name.into()])
    }
}

impl fmt::Display for ManagedPolicyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = if self.of_aws { OF_AWS } else { "" };
        write!(f, "{prefix}{}", self.policy)
    }
}

text_type!(
    ManagedPolicyName,
    "a managed policy: its path and name, `aws:` and the name of one of AWS's, or an ARN",
    r"^(aws:|arn:[\w-]+:iam::(aws|\d{12}):policy/)?[\w+=,.@/-]+$"
);
