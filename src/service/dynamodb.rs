//! Amazon DynamoDB.
//!
//! DynamoDB calls KMS as whoever creates, reads or writes a table, and in the background by the grant that the
//! creator makes; its service principal needs nothing in the key policy. All of its requests carry the table's name
//! and the account as encryption context.

use super::{Caller, ContextValue, KeyAccess};
use crate::cfn::policy::Action;

const SOURCE: &str = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html";

const CONTEXT: &[(&str, ContextValue)] =
    &[("aws:dynamodb:tableName", ContextValue::Name), ("aws:dynamodb:subscriberId", ContextValue::Account)];

const fn through(id: &'static str, actions: &'static [Action], context: &'static [(&str, ContextValue)]) -> KeyAccess {
    KeyAccess { id, caller: Caller::Through("dynamodb"), actions, context, source: SOURCE }
}

/// What creating a table takes, "at a minimum" by AWS's words: the creator's request for the table key,
const CREATE: KeyAccess =
    through("DynamoDbCreate", &["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"], CONTEXT);

/// the grant for DynamoDB's own work, whose constraint is the table's context,
const CREATE_GRANT: KeyAccess = through("DynamoDbCreateGrant", &["kms:CreateGrant"], CONTEXT);

/// and a look at the key.
const DESCRIBE: KeyAccess = through("DynamoDbDescribe", &["kms:DescribeKey"], &[]);

/// What creating an encrypted table takes.
pub const CREATOR: &[&KeyAccess] = &[&CREATE, &CREATE_GRANT, &DESCRIBE];

/// What reading or writing items takes: the table key, decrypted. The same key protects streams, whose records are read
/// with it too.
pub const USE: KeyAccess = through("DynamoDbUse", &["kms:Decrypt"], CONTEXT);

const RESTORED: &[(&str, ContextValue)] =
    &[("aws:dynamodb:tableName", ContextValue::Restored), ("aws:dynamodb:subscriberId", ContextValue::Account)];

/// What restoring takes: it "always restores to a new table", so what the creator of any table needs, for a name of its
/// own; writing to it is part of that. <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html>
const RESTORE: KeyAccess = through("DynamoDbRestore", CREATE.actions, RESTORED);

/// the grant that goes with it,
const RESTORE_GRANT: KeyAccess = through("DynamoDbRestoreGrant", CREATE_GRANT.actions, RESTORED);

/// a look at the key,
const RESTORE_DESCRIBE: KeyAccess = through("DynamoDbRestoreDescribe", DESCRIBE.actions, &[]);

/// and the key of the table whose backup it is, "the same key to restore those backups" in AWS's words.
const RESTORE_SOURCE: KeyAccess = through("DynamoDbRestoreSource", USE.actions, CONTEXT);

/// What restoring an encrypted table takes, to a point in time or from a backup.
pub const RESTORER: &[&KeyAccess] = &[&RESTORE, &RESTORE_GRANT, &RESTORE_DESCRIBE, &RESTORE_SOURCE];

/// What reading items takes on the table and its indexes. `dynamodb:Query` and `dynamodb:Scan` work on indexes too.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html>
pub const READ: &[Action] = &[
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DescribeTable",
    "dynamodb:GetItem",
    "dynamodb:Query",
    "dynamodb:Scan",
];

/// What writing items takes on the table.
pub const WRITE: &[Action] = &[
    "dynamodb:BatchWriteItem",
    "dynamodb:DeleteItem",
    "dynamodb:DescribeTable",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
];

/// What reading the records of a table's stream takes on the stream, which the policy of the stream can allow to other
/// accounts.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-iam-actions.html>
pub const READ_STREAM: &[Action] = &["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"];

/// What it takes besides, at least of Lambda. It knows no resources, so it stands on `*`.
/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaDynamoDBExecutionRole.html>
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html>
pub const LIST_STREAMS: &[Action] = &["dynamodb:ListStreams"];

/// The service-linked role by which Application Auto Scaling changes the capacity of tables. Named in a scalable
/// target, it is made where it is missing.
/// <https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-service-linked-roles.html>
pub const SCALING_ROLE: &str = "role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/\
     AWSServiceRoleForApplicationAutoScaling_DynamoDBTable";

/// The regions in which a strongly consistent table can lie: all three of its regions in one of these sets.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html#V2globaltables_HowItWorks.consistency-modes.mrsc>
pub const STRONG_REGIONS: &[&[&str]] = &[
    &["us-east-1", "us-east-2", "us-west-2"],
    &["eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1"],
    &["ap-northeast-1", "ap-northeast-2", "ap-northeast-3"],
];
