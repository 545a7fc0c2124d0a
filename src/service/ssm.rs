//! AWS Systems Manager: Parameter Store.
//!
//! It calls KMS as whoever reads or writes an encrypted parameter, with the parameter's ARN as encryption context.
//! Standard parameters are encrypted under the key itself, advanced ones under a data key.

use super::{Caller, ContextValue, KeyAccess};
use crate::cfn::policy::Action;

const SOURCE: &str = "https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html";

const fn through(id: &'static str, actions: &'static [Action]) -> KeyAccess {
    let context = &[("PARAMETER_ARN", ContextValue::Arn)];
    KeyAccess { id, caller: Caller::Through("ssm"), actions, context, source: SOURCE }
}

/// What making an encrypted parameter takes, also of who makes it: standard ones take `kms:Encrypt`.
pub const CREATE: KeyAccess = through("ParameterStoreCreate", &["kms:Encrypt"]);

/// What reading an encrypted parameter takes.
pub const READ_KEY: KeyAccess = through("ParameterStoreRead", &["kms:Decrypt"]);

/// What giving an encrypted parameter a new value takes.
pub const WRITE_KEY: KeyAccess = through("ParameterStoreWrite", &["kms:Encrypt"]);

/// What reading a parameter takes on it.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html>
pub const READ: &[Action] = &["ssm:GetParameter", "ssm:GetParameters"];

/// What giving a parameter a new value takes on it.
pub const WRITE: &[Action] = &["ssm:PutParameter"];
