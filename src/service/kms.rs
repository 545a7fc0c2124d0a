//! What KMS itself asks of a key's policy.

pub mod price;
mod vocabulary;

pub use vocabulary::{
    ABOUT_GRANTS, ACTIONS, CONDITION_KEYS, GLOBAL_CONDITION_KEYS, GRANT_ACTIONS, MULTIVALUED_KEYS, OPERATORS,
    USE_ACTIONS, WITH_CONTEXT, WITHOUT_KEY,
};

use std::fmt;

use super::{Caller, KeyAccess};
use crate::cfn::kms::{KeySpec, KeyUsage};
use crate::cfn::policy::Action;

/// What managing a key takes, without any use of it. `kms:CreateGrant` is not among it: whoever may create grants may
/// give himself any use. Actions that AWS knows only for imported key material or for keys in a custom key store are
/// left out, since no such key is made here.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-administrators>
pub const MANAGE: &[Action] = &[
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListKeyRotations",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:RevokeGrant",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
];

/// What managing a multi-Region key takes besides. `kms:ReplicateKey` is not among it, since whoever may replicate a key
/// writes the policy of the copy, and so lets himself use it where nobody looks: [`REPLICATE`] is for replicas of these
/// stacks alone.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-auth.html>
pub const MANAGE_MULTI_REGION: &[Action] = &["kms:UpdatePrimaryRegion"];

/// What CloudFormation calls on a key and its aliases as the deploying role, short of deleting the key. Without
/// `kms:PutKeyPolicy` KMS refuses to create the key at all; without the rest the stack could not be created or
/// updated.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#prevent-unmanageable-key>
/// <https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html>, and the permissions of the handlers in
/// the schemas of `AWS::KMS::Key` and `AWS::KMS::Alias`.
pub const DEPLOY: &[Action] = &[
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKeyRotation",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
];

/// What destroys a key, or makes it unusable. A denial names exactly these: cancelling a deletion, enabling a key and
/// mending its policy stay possible.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html>
pub const DESTROY: &[Action] = &["kms:DeleteImportedKeyMaterial", "kms:DisableKey", "kms:ScheduleKeyDeletion"];

const fn direct(id: &'static str, actions: &'static [Action]) -> KeyAccess {
    let source = "https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html";
    KeyAccess { id, caller: Caller::Directly, actions, context: &[], source }
}

/// The uses of a key that a grant on the key itself can give, each one KMS operation.
pub const DIRECT: &[(&str, KeyAccess)] = &[
    ("encrypt", direct("Encrypt", &["kms:Encrypt"])),
    ("decrypt", direct("Decrypt", &["kms:Decrypt"])),
    ("generate-data-key", direct("GenerateDataKey", &["kms:GenerateDataKey"])),
    (
        "generate-data-key-without-plaintext",
        direct("GenerateDataKeyWithoutPlaintext", &["kms:GenerateDataKeyWithoutPlaintext"]),
    ),
    ("re-encrypt", direct("ReEncrypt", &["kms:ReEncryptFrom", "kms:ReEncryptTo"])),
    ("describe", direct("Describe", &["kms:DescribeKey"])),
    ("sign", direct("Sign", &["kms:Sign"])),
    ("verify", direct("Verify", &["kms:Verify"])),
    ("generate-mac", direct("GenerateMac", &["kms:GenerateMac"])),
    ("verify-mac", direct("VerifyMac", &["kms:VerifyMac"])),
    ("get-public-key", direct("GetPublicKey", &["kms:GetPublicKey"])),
    ("derive-shared-secret", direct("DeriveSharedSecret", &["kms:DeriveSharedSecret"])),
];

/// What the deploy script does to fill a secret with a data key that nobody sees in plain.
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyWithoutPlaintext.html>
pub const FILL_WITH_DATA_KEY: KeyAccess = direct("FillWithDataKey", &["kms:GenerateDataKeyWithoutPlaintext"]);

/// What nobody who makes a key may lack: KMS refuses to make a key whose policy its maker cannot change.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#prevent-unmanageable-key>
pub const PUT_POLICY: KeyAccess = direct("PutKeyPolicy", &["kms:PutKeyPolicy"]);

/// What making a replica takes on the primary key, of whoever makes it, in the region of the replica.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-replicate.html#replicate-permissions>
pub const REPLICATE: KeyAccess = KeyAccess {
    id: "Replicate",
    caller: Caller::Directly,
    actions: &["kms:ReplicateKey"],
    context: &[],
    source: "https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-replicate.html",
};

/// What keys of a kind can be used for; the first is what they are used for unless said otherwise.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html>
pub fn usages(spec: KeySpec) -> &'static [KeyUsage] {
    use KeyUsage::{ENCRYPT_DECRYPT, GENERATE_VERIFY_MAC, KEY_AGREEMENT, SIGN_VERIFY};
    match spec {
        KeySpec::SYMMETRIC_DEFAULT => &[ENCRYPT_DECRYPT],
        KeySpec::HMAC_224 | KeySpec::HMAC_256 | KeySpec::HMAC_384 | KeySpec::HMAC_512 => &[GENERATE_VERIFY_MAC],
        KeySpec::RSA_2048 | KeySpec::RSA_3072 | KeySpec::RSA_4096 => &[ENCRYPT_DECRYPT, SIGN_VERIFY],
        KeySpec::ECC_NIST_P256 | KeySpec::ECC_NIST_P384 | KeySpec::ECC_NIST_P521 => &[SIGN_VERIFY, KEY_AGREEMENT],
        KeySpec::ECC_NIST_EDWARDS25519
        | KeySpec::ECC_SECG_P256K1
        | KeySpec::ML_DSA_44
        | KeySpec::ML_DSA_65
        | KeySpec::ML_DSA_87 => &[SIGN_VERIFY],
        KeySpec::SM2 => &[ENCRYPT_DECRYPT, SIGN_VERIFY, KEY_AGREEMENT],
    }
}

/// What is decided of a key when it is made, and cannot be changed later. A replica has its primary's kind.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html#mrk-sync-properties>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyKind {
    /// The kind of key material.
    pub spec: KeySpec,
    /// What it is used for.
    pub usage: KeyUsage,
    /// Whether it can have replicas in other regions.
    pub multi_region: bool,
}

impl KeyKind {
    /// Whether it encrypts data in other services, and under an encryption context.
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html>
    pub fn is_symmetric(self) -> bool {
        self.spec == KeySpec::SYMMETRIC_DEFAULT
    }

    /// Whether it does what a word of [`DIRECT`] says.
    pub fn allows(self, word: &str) -> bool {
        let access = DIRECT.iter().find(|(known, _)| *known == word);
        access.is_none_or(|(_, access)| access.actions.iter().all(|action| self.performs(action)))
    }

    /// Whether it can be the key of an action.
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html>
    pub fn performs(self, action: Action) -> bool {
        match action {
            "kms:Encrypt" | "kms:Decrypt" | "kms:ReEncryptFrom" | "kms:ReEncryptTo" => {
                self.usage == KeyUsage::ENCRYPT_DECRYPT
            }
            "kms:Sign" | "kms:Verify" => self.usage == KeyUsage::SIGN_VERIFY,
            "kms:GenerateMac" | "kms:VerifyMac" => self.usage == KeyUsage::GENERATE_VERIFY_MAC,
            "kms:DeriveSharedSecret" => self.usage == KeyUsage::KEY_AGREEMENT,
            "kms:GetPublicKey" => !self.is_symmetric() && self.usage != KeyUsage::GENERATE_VERIFY_MAC,
            _ => self.is_symmetric() || !action.starts_with("kms:GenerateDataKey"),
        }
    }
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` for `{}`", self.spec, self.usage)
    }
}
