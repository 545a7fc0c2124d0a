//! Amazon RDS, and the databases that share its API.
//!
//! Databases are encrypted by a grant that whoever makes them gives, for a number that nobody knows before.

use super::{Caller, ContextValue, KeyAccess};
use crate::cfn::policy::Action;

const fn through(id: &'static str, actions: &'static [Action], context: &'static [(&str, ContextValue)]) -> KeyAccess {
    let source = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html";
    KeyAccess { id, caller: Caller::Through("rds"), actions, context, source }
}

/// What making an encrypted database takes.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/services-rds.html>
pub const CREATOR: &[&KeyAccess] = &[
    &through("RdsCreateGrant", &["kms:CreateGrant"], &[("aws:rds:db-id", ContextValue::Numbered)]),
    &through("RdsDescribe", &["kms:DescribeKey"], &[]),
];
