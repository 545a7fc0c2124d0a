//! Amazon EC2, for encrypted volumes.
//!
//! A volume gets its data key as whoever makes it. Instances decrypt that by a grant that whoever attaches the volume
//! gives.

use super::{Caller, ContextValue, KeyAccess};
use crate::cfn::policy::Action;

const fn through(id: &'static str, actions: &'static [Action], source: &'static str) -> KeyAccess {
    let context = &[("aws:ebs:id", ContextValue::Numbered)];
    KeyAccess { id, caller: Caller::Through("ec2"), actions, context, source }
}

/// What making an encrypted volume takes,
pub const CREATE_VOLUME: KeyAccess = through(
    "Ec2CreateVolume",
    &["kms:GenerateDataKeyWithoutPlaintext"],
    "https://docs.aws.amazon.com/kms/latest/developerguide/ct-ec2one.html",
);

/// and attaching it to an instance.
pub const ATTACH_VOLUME: KeyAccess = through(
    "Ec2AttachVolume",
    &["kms:CreateGrant"],
    "https://docs.aws.amazon.com/kms/latest/developerguide/ct-ec2two.html",
);
