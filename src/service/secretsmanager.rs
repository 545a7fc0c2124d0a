//! AWS Secrets Manager.
//!
//! It calls KMS as whoever reads or writes a secret, with the secret's ARN as encryption context. There are no grants,
//! and its principal needs nothing in the key's policy. The context also names the version, which is
//! `RequestToValidateKeyAccess` while a key is tried; so it is never tested.

use super::{Caller, ContextValue, KeyAccess};
use crate::cfn::policy::Action;

const SOURCE: &str = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html";

const fn through(id: &'static str, actions: &'static [Action]) -> KeyAccess {
    let context = &[("SecretARN", ContextValue::Arn), ("SecretVersionId", ContextValue::Numbered)];
    KeyAccess { id, caller: Caller::Through("secretsmanager"), actions, context, source: SOURCE }
}

/// What making a secret takes, also of who makes it.
pub const CREATE: KeyAccess = through("SecretsManagerCreate", &["kms:Decrypt", "kms:GenerateDataKey"]);

/// What reading a secret takes.
pub const READ_KEY: KeyAccess = through("SecretsManagerRead", &["kms:Decrypt"]);

/// What giving a secret a new value takes.
pub const WRITE_KEY: KeyAccess = through("SecretsManagerWrite", &["kms:Decrypt", "kms:GenerateDataKey"]);

/// What reading a secret takes on it.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html>
pub const READ: &[Action] = &["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"];

/// What giving a secret a new value takes on it.
pub const WRITE: &[Action] =
    &["secretsmanager:DescribeSecret", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"];
