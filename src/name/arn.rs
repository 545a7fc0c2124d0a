//! ARNs, as users write them.

use std::sync::Arc;

use super::{AccountId, Region, Target, text_type};

/// The ARN of a resource that exists: `arn:partition:service:region:account:resource`, without wildcards.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ResourceArn(Arc<str>);

impl ResourceArn {
    /// The ARN, if the text is one.
    pub fn new(text: &str) -> Option<Self> {
        let fields: Vec<&str> = text.splitn(6, ':').collect();
        let ["arn", partition, service, region, account, resource] = fields.as_slice() else { return None };
        let place = (region.is_empty() || Region::new(region).is_some())
            && (account.is_empty() || AccountId::new(account).is_some());
        let named = partition.starts_with("aws") && !service.is_empty() && !resource.is_empty();
        (place && named && !text.contains(['*', '?', '$', ' '])).then(|| Self(text.into()))
    }

    /// What is probably meant by a text that is none.
    fn mend(text: &str) -> Option<String> {
        let pattern = text.starts_with("arn:") && text.contains(['*', '?']);
        pattern.then(|| "`*` and `?` are not possible here: the ARN is that of one resource".to_owned())
    }

    fn field(&self, at: usize) -> &str {
        self.0.splitn(6, ':').nth(at).unwrap_or_default()
    }

    /// The service: `kms`.
    pub fn service(&self) -> &str {
        self.field(2)
    }

    /// What is behind the account: `key/1234abcd-…`.
    pub fn resource(&self) -> &str {
        self.field(5)
    }

    /// Its region, where the ARN holds one.
    pub fn region(&self) -> Option<Region> {
        Region::new(self.field(3))
    }

    /// Its account, where the ARN holds one.
    pub fn account(&self) -> Option<AccountId> {
        AccountId::new(self.field(4))
    }

    /// Where the resource is; what its ARN does not hold is what it is in `around`.
    pub fn target(&self, around: &Target) -> Target {
        Target {
            account: self.account().or_else(|| around.account.clone()),
            region: self.region().or_else(|| around.region.clone()),
        }
    }

    /// The ARN as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_type!(
    ResourceArn,
    "the ARN of a resource: `arn:partition:service:region:account:resource`",
    r"^arn:aws[a-z-]*:[^:]+:[^:]*:[^:]*:.+$",
    ResourceArn::mend
);
