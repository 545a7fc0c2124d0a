//! KMS actions that use a key.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::cfn::policy::Action;

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
pub(super) struct UseAction(pub(super) Action);

impl<'de> Deserialize<'de> for UseAction {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let known = USE_ACTIONS.iter().find(|action| **action == text);
        known.map(|action| Self(action)).ok_or_else(|| serde::de::Error::unknown_variant(&text, USE_ACTIONS))
    }
}

impl JsonSchema for UseAction {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "UseAction".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "enum": USE_ACTIONS })
    }
}
