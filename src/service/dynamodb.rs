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

/// What reading or writing items takes: the table key, decrypted.
pub const USE: KeyAccess = through("DynamoDbUse", &["kms:Decrypt"], CONTEXT);

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
