//! Versions that nobody can delete.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::cfn::s3;
use crate::name::Bounded;

/// Whether versions of objects can be locked against deletion, and for how long each is by itself.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ObjectLock {
    /// Only those whose upload asks for it.
    OnRequest,
    /// Each for this time, unless `s3:BypassGovernanceRetention` is allowed.
    Governance(Period),
    /// Each for this time, whoever asks.
    Compliance(Period),
}

/// How long a version is locked.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html#object-lock-managing-retention-limits
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Period {
    /// Days, at most 36500.
    Days(Bounded<1, 36_500>),
    /// Years, at most 100.
    Years(Bounded<1, 100>),
}

impl ObjectLock {
    /// The lock that each version gets by itself.
    pub(super) fn lower(self) -> Option<s3::ObjectLockConfiguration> {
        let (mode, period) = match self {
            Self::OnRequest => return None,
            Self::Governance(period) => (s3::RetentionMode::Governance, period),
            Self::Compliance(period) => (s3::RetentionMode::Compliance, period),
        };
        Some(period.lock(mode))
    }
}

impl Period {
    /// The lock that each version gets by itself for so long.
    pub(in crate::constructs) fn lock(self, mode: s3::RetentionMode) -> s3::ObjectLockConfiguration {
        let (days, years) = match self {
            Self::Days(days) => (Some(days.get()), None),
            Self::Years(years) => (None, Some(years.get())),
        };
        s3::ObjectLockConfiguration {
            object_lock_enabled: "Enabled",
            rule: s3::ObjectLockRule { default_retention: s3::DefaultRetention { mode, days, years } },
        }
    }
}
