//! Which rules mean something for what a construct makes.

use super::model::Entry;
use crate::cfn::{Resource, cloudtrail, cognito, dynamodb, iam, kms, lambda, logs, s3, secretsmanager, sns, sqs};

const KEYS: &[&str] = &[kms::Key::TYPE, kms::ReplicaKey::TYPE];
const TABLES: &[&str] = &[dynamodb::Table::TYPE, dynamodb::GlobalTable::TYPE];
const BUCKETS: &[&str] = &[s3::Bucket::TYPE];
const LOGS: &[&str] = &[logs::LogGroup::TYPE];
const POOLS: &[&str] = &[cognito::UserPool::TYPE];
const ALIASES: &[&str] = &[kms::Alias::TYPE];
const SECRETS: &[&str] = &[secretsmanager::Secret::TYPE];
const MESSAGES: &[&str] = &[sns::Topic::TYPE, sqs::Queue::TYPE];
const FUNCTIONS: &[&str] = &[lambda::Function::TYPE];
const ROLES: &[&str] = &[iam::Role::TYPE];
const POLICIES: &[&str] = &[iam::ManagedPolicy::TYPE];
const TRAILS: &[&str] = &[cloudtrail::Trail::TYPE];

impl Entry {
    /// Whether a rule means something for what the construct makes: a queue has no versions, and goes with its stack.
    pub fn is_ruled_by(&self, rule: &str) -> bool {
        let of = |groups: &[&[&str]]| {
            let mut made = self.handles.iter().filter(|handle| !self.left_out && handle.outside.is_none());
            made.any(|handle| groups.iter().any(|types| types.contains(&&*handle.kind)))
        };
        let is_parameter = self.kind == "SecureParameter"; // which CloudFormation does not make
        match rule {
            "protection" | "deletion-policy" | "replacement-policy" => {
                self.holds_data || of(&[KEYS, ALIASES, TABLES, BUCKETS, LOGS, POOLS, SECRETS])
            }
            "deletion-protection" => of(&[TABLES, LOGS, POOLS]),
            "point-in-time-recovery" => of(&[TABLES]),
            "versioning" => of(&[BUCKETS]),
            "key-pending-window" | "break-glass-role" => of(&[KEYS]),
            "log-retention" => of(&[LOGS]) || self.kind == "LogBucket",
            "termination-protection" => false, // of the stack
            "deployers" => is_parameter || of(&[KEYS, TABLES, SECRETS, FUNCTIONS]),
            "role-path" => of(&[ROLES, POLICIES]),
            "permissions-boundary" => of(&[ROLES]),
            "organization" => of(&[KEYS, BUCKETS, MESSAGES, ROLES, TRAILS]),
            "encryption" => {
                let data = of(&[TABLES, BUCKETS, LOGS, SECRETS, MESSAGES, FUNCTIONS, TRAILS]);
                self.left_out || is_parameter || data || of(&[KEYS, ALIASES])
            }
            _ => !self.left_out && !self.handles.is_empty(),
        }
    }
}
