//! AWS Key Management Service.
#![expect(missing_docs, reason = "fields are CloudFormation's properties, documented on the page that each type names")]

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::policy::PolicyDocument;
use super::resource::{AnyHandle, Arn, Handle, Holds, Named, Resource, Tag, regional_arn};
use super::value::Val;
use crate::name::{Name, NameRule, Scope};

/// `AWS::KMS::Key`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html>
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Key {
    pub description: Option<String>,
    pub enable_key_rotation: Option<bool>,
    pub rotation_period_in_days: Option<u32>,
    pub key_policy: PolicyDocument,
    pub key_spec: Option<KeySpec>,
    pub key_usage: Option<KeyUsage>,
    pub multi_region: Option<bool>,
    pub pending_window_in_days: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// The ARN of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct KeyArn(String);

/// The id of a key. It cannot stand where an ARN is needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct KeyId(String);

impl From<KeyArn> for String {
    fn from(arn: KeyArn) -> Self {
        arn.0
    }
}

impl From<Val<KeyArn>> for Arn {
    fn from(arn: Val<KeyArn>) -> Self {
        Self::literal(arn.text())
    }
}

impl From<KeyId> for String {
    fn from(id: KeyId) -> Self {
        id.0
    }
}

/// The kinds of key material that CloudFormation can make, by AWS's names. `SM2` exists in the China regions only.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[expect(non_camel_case_types, reason = "AWS's own names")]
pub enum KeySpec {
    #[default]
    SYMMETRIC_DEFAULT,
    HMAC_224,
    HMAC_256,
    HMAC_384,
    HMAC_512,
    RSA_2048,
    RSA_3072,
    RSA_4096,
    ECC_NIST_P256,
    ECC_NIST_P384,
    ECC_NIST_P521,
    ECC_NIST_EDWARDS25519,
    ECC_SECG_P256K1,
    ML_DSA_44,
    ML_DSA_65,
    ML_DSA_87,
    SM2,
}

/// What a key can be used for, by AWS's names.
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html#KMS-CreateKey-request-KeyUsage>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[expect(non_camel_case_types, reason = "AWS's own names")]
pub enum KeyUsage {
    ENCRYPT_DECRYPT,
    SIGN_VERIFY,
    GENERATE_VERIFY_MAC,
    KEY_AGREEMENT,
}

impl fmt::Display for KeySpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

impl fmt::Display for KeyUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

impl Resource for Key {
    const TYPE: &'static str = "AWS::KMS::Key";
    const ALSO: &'static [&'static str] = &[ReplicaKey::TYPE];
    const HOLDS: Holds = Holds::Key;
    type Ref = KeyId;

    fn tags(&mut self) -> Option<&mut Vec<Tag>> {
        Some(&mut self.tags)
    }
}

impl Handle<Key> {
    /// The key's ARN, which AWS numbers: it is known only when the key is there. Of a key that is known by its alias
    /// alone, the alias's.
    pub fn arn(&self) -> Val<KeyArn> {
        match &self.any().outside {
            Some(outside) => outside.arn.clone().map(KeyArn),
            None => self.attribute("Arn"),
        }
    }

    /// The key's id, or its ARN where a key outside of these stacks is known by that alone.
    pub fn key_id(&self) -> Val<KeyId> {
        match &self.any().outside {
            Some(outside) => outside.reference.clone().map(KeyId),
            None => self.reference(),
        }
    }

    /// The alias by which a key outside of these stacks is known, if that is all that is known of it.
    pub fn only_alias(&self) -> Option<Val<String>> {
        let outside = self.any().outside.as_ref()?;
        let alias = outside.reference.known().is_some_and(|reference| reference.starts_with("alias/"));
        alias.then(|| outside.reference.clone())
    }
}

/// `AWS::KMS::ReplicaKey`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-replicakey.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ReplicaKey {
    pub description: Option<String>,
    pub key_policy: PolicyDocument,
    pub pending_window_in_days: Option<u32>,
    pub primary_key_arn: Val<KeyArn>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

impl Resource for ReplicaKey {
    const TYPE: &'static str = "AWS::KMS::ReplicaKey";
    const HOLDS: Holds = Holds::Key;
    type Ref = KeyId;

    fn tags(&mut self) -> Option<&mut Vec<Tag>> {
        Some(&mut self.tags)
    }
}

impl Handle<ReplicaKey> {
    /// The replica as the key that it is in its region.
    pub fn as_key(&self) -> Handle<Key> {
        Handle::from_any(self.any()).expect("a replica stands wherever a key does")
    }
}

/// `AWS::KMS::Alias`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-alias.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Alias {
    pub alias_name: Val<Name>,
    pub target_key_id: Val<KeyId>,
}

impl Resource for Alias {
    const TYPE: &'static str = "AWS::KMS::Alias";
    const HOLDS: Holds = Holds::Alias;
    type Ref = String;
}

impl Named for Alias {
    const NAME: NameRule = NameRule {
        of: "an alias of a key",
        min: 7,
        max: 256,
        punctuation: ":/_-",
        ending: "",
        reserved: &["alias/aws/"],
        refuses: None,
        scope: Scope::Region,
        source: "https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html",
    };

    fn arn(of: &AnyHandle) -> Val<String> {
        regional_arn("kms", &of.target, of.name.clone().text())
    }
}
