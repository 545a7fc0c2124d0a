//! Partitions, regions and accounts: where a template is deployed to.

use std::fmt;
use std::sync::Arc;

use super::text_type;

/// A group of regions that shares nothing with other groups.
/// <https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Partition {
    /// The commercial regions, `aws`.
    Commercial,
    /// The regions in China, `aws-cn`.
    China,
    /// AWS `GovCloud` (US), `aws-us-gov`.
    GovCloud,
}

impl Partition {
    /// The partition as the second field of an ARN.
    pub fn name(self) -> &'static str {
        match self {
            Self::Commercial => "aws",
            Self::China => "aws-cn",
            Self::GovCloud => "aws-us-gov",
        }
    }

    /// The partition that ARNs name so.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Commercial, Self::China, Self::GovCloud].into_iter().find(|partition| partition.name() == name)
    }

    /// The domain of its services.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html>
    pub fn url_suffix(self) -> &'static str {
        match self {
            Self::Commercial | Self::GovCloud => "amazonaws.com",
            Self::China => "amazonaws.com.cn",
        }
    }
}

/// An AWS region, such as `eu-west-1`. New regions appear faster than releases, so its form is checked, and one that is
/// in no list is a warning.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Region(Arc<str>);

impl Region {
    /// The most letters that a region's name has had so far (`us-isof-south-1`): what a name must leave room for
    /// where the region is known only at deployment.
    pub const LONGEST: usize = 15;

    /// The region of this name, if it has a region's form.
    pub fn new(text: &str) -> Option<Self> {
        let mut words = text.rsplit('-');
        let numbered = words.next()?.parse::<u8>().is_ok();
        let words: Vec<&str> = words.collect();
        let lettered = words.iter().all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase()));
        (numbered && lettered && (2..=3).contains(&words.len())).then(|| Self(text.into()))
    }

    /// The region as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The partition it belongs to.
    pub fn partition(&self) -> Partition {
        match &*self.0 {
            region if region.starts_with("cn-") => Partition::China,
            region if region.starts_with("us-gov-") => Partition::GovCloud,
            _ => Partition::Commercial,
        }
    }
}

text_type!(Region, "a region, such as `eu-west-1`", r"^[a-z]+(-[a-z]+){1,2}-\d+$");

/// The twelve digits of an AWS account.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountId(Arc<str>);

impl AccountId {
    /// How many digits an account has.
    pub const DIGITS: usize = 12;

    /// The account of this number, if it is one.
    pub fn new(text: &str) -> Option<Self> {
        let digits = text.len() == Self::DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| Self(text.into()))
    }

    /// The account as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_type!(AccountId, "the twelve digits of an AWS account", r"^\d{12}$");

/// The id of an organization: `o-` and 10 to 32 small letters and digits.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationId(Arc<str>);

impl OrganizationId {
    /// The id, if the text is one.
    pub fn new(text: &str) -> Option<Self> {
        let unique = text.strip_prefix("o-")?;
        let form = (10..=32).contains(&unique.len());
        (form && unique.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())).then(|| Self(text.into()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_type!(OrganizationId, "the id of an organization, such as `o-a1b2c3d4e5`", r"^o-[a-z0-9]{10,32}$");

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for OrganizationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a stack instance is deployed; what the environment does not say is known only at deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// The account, where the environment names one.
    pub account: Option<AccountId>,
    /// The region, where the environment or a construct names one.
    pub region: Option<Region>,
}

impl Target {
    /// Somewhere in an account.
    pub fn in_account(account: AccountId) -> Self {
        Self { account: Some(account), region: None }
    }

    /// The partition, where the region is known.
    pub fn partition(&self) -> Option<Partition> {
        self.region.as_ref().map(Region::partition)
    }

    /// Whether two places are in different accounts for certain, since both are named: what only works within an
    /// account is a mistake then. Where one is not named, that is known only at deployment, and nothing is a mistake
    /// for it.
    pub fn is_foreign(&self, other: &Self) -> bool {
        self.account.is_some() && other.account.is_some() && self.may_be_foreign(other)
    }

    /// Whether two places may be in different accounts: what lets one in at the other is written for both sides then.
    /// An account that is named and one that is not may be the same, where the half that would not have been needed
    /// changes nothing: within an account, the policy of either side suffices. What is deployed without naming an
    /// account is all deployed to one.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>
    pub fn may_be_foreign(&self, other: &Self) -> bool {
        self.account != other.account
    }
}
