//! Managed policies outside of these stacks.

use std::fmt;
use std::sync::Arc;

use super::principal::in_name;
use crate::cfn::{Val, global_arn};
use crate::name::{AccountId, Target, text_type};

/// A managed policy outside of these stacks: its path and name (`security/Boundary`), or its ARN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyName(Arc<str>);

impl PolicyName {
    /// The policy, if the text is one.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns>
    pub fn new(text: &str) -> Option<Self> {
        let name = match text.strip_prefix("arn:") {
            None => text,
            Some(arn) => {
                let fields: Vec<&str> = arn.splitn(5, ':').collect();
                let [partition, "iam", "", account, resource] = fields.as_slice() else { return None };
                let owner = *account == "aws" || AccountId::new(account).is_some();
                resource.strip_prefix("policy/").filter(|_| partition.starts_with("aws") && owner)?
            }
        };
        let words = name.split('/').all(|word| !word.is_empty() && word.chars().all(in_name));
        words.then(|| Self(text.into()))
    }

    /// The policy's ARN.
    pub fn arn(&self, at: &Target) -> Val<String> {
        match self.0.starts_with("arn:") {
            true => (*self.0).into(),
            false => global_arn("iam", at, format!("policy/{}", self.0)),
        }
    }
}

impl fmt::Display for PolicyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

text_type!(PolicyName, "a managed policy's path and name, such as `security/Boundary`, or its ARN", r"^[\w+=,.@/:-]+$");
