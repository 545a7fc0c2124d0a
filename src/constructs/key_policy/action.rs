//! KMS actions that use a key.

use crate::cfn::policy::Action;
use crate::name::word_type;

/// A KMS action that uses a key, and works across accounts.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html>
const USE_ACTIONS: &[Action] = &[
    "kms:Decrypt",
    "kms:DeriveSharedSecret",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyPair",
    "kms:GenerateDataKeyPairWithoutPlaintext",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:GenerateMac",
    "kms:GetKeyRotationStatus",
    "kms:GetPublicKey",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "kms:Sign",
    "kms:Verify",
    "kms:VerifyMac",
];

/// A KMS action that uses a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UseAction(pub(super) Action);

word_type!(UseAction, USE_ACTIONS);
