//! AWS Step Functions.
//!
//! It encrypts executions as the role of the state machine, which then calls KMS itself: AWS's sample for the role tests
//! no `kms:ViaService`. Definitions it encrypts as whoever makes the state machine.

use super::{Caller, ContextValue, KeyAccess};
use crate::cfn::policy::Action;

const PAGE: &str = "https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html";

const MACHINE: &[(&str, ContextValue)] = &[("aws:states:stateMachineArn", ContextValue::Arn)];

const ACTIVITY: &[(&str, ContextValue)] = &[("aws:states:activityArn", ContextValue::Arn)];

const fn access(
    id: &'static str,
    caller: Caller,
    actions: &'static [Action],
    context: &'static [(&str, ContextValue)],
) -> KeyAccess {
    KeyAccess { id, caller, actions, context, source: PAGE }
}

/// What executions take of the role of their state machine.
pub const EXECUTE: KeyAccess =
    access("StatesExecute", Caller::Directly, &["kms:Decrypt", "kms:GenerateDataKey"], MACHINE);

/// What making a state machine takes.
pub const CREATOR: &[&KeyAccess] = &[
    &access("StatesCreate", Caller::Through("states"), &["kms:Decrypt", "kms:GenerateDataKey"], MACHINE),
    &access("StatesDescribe", Caller::Through("states"), &["kms:DescribeKey"], &[]),
];

/// What taking a task of an activity takes.
pub const TAKE_TASK: KeyAccess = access("StatesTakeTask", Caller::Through("states"), &["kms:Decrypt"], ACTIVITY);
