//! Amazon Cognito: user pools.
#![expect(missing_docs, reason = "fields are CloudFormation's properties, documented on the page that each type names")]

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::resource::{AnyHandle, Arn, Holds, Named, Resource, Tag, tags_by_key};
use super::value::Val;
use crate::name::{Name, NameRule, Scope};

/// `AWS::Cognito::UserPool`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpool.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct UserPool {
    pub user_pool_name: Option<Val<Name>>,
    pub deletion_protection: DeletionProtection,
    pub username_attributes: Vec<SignInAttribute>,
    pub username_configuration: UsernameConfiguration,
    pub auto_verified_attributes: Vec<SignInAttribute>,
    pub user_attribute_update_settings: UserAttributeUpdateSettings,
    pub policies: Policies,
    pub mfa_configuration: Mfa,
    pub enabled_mfas: Option<[&'static str; 1]>,
    pub account_recovery_setting: AccountRecoverySetting,
    pub admin_create_user_config: AdminCreateUserConfig,
    pub lambda_config: Option<LambdaConfig>,
    pub user_pool_add_ons: Option<UserPoolAddOns>,
    pub user_pool_tier: Option<&'static str>,
    #[serde(rename = "UserPoolTags", skip_serializing_if = "Vec::is_empty", serialize_with = "tags_by_key")]
    pub tags: Vec<Tag>,
}

/// Whether a pool refuses to be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum DeletionProtection {
    Active,
    Inactive,
}

/// What users sign in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(serialize = "snake_case", deserialize = "kebab-case"))]
#[schemars(rename_all = "kebab-case")]
pub enum SignInAttribute {
    /// Their e-mail address.
    Email,
    /// Their phone number.
    PhoneNumber,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cognito-userpool-usernameconfiguration.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct UsernameConfiguration {
    pub case_sensitive: bool,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cognito-userpool-userattributeupdatesettings.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct UserAttributeUpdateSettings {
    pub attributes_require_verification_before_update: Vec<SignInAttribute>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cognito-userpool-policies.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Policies {
    pub password_policy: PasswordPolicy,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cognito-userpool-passwordpolicy.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_excessive_bools, reason = "CloudFormation has four")]
pub struct PasswordPolicy {
    pub minimum_length: u32,
    pub require_lowercase: bool,
    pub require_uppercase: bool,
    pub require_numbers: bool,
    pub require_symbols: bool,
    pub password_history_size: Option<u32>,
    pub temporary_password_validity_days: u32,
}

/// Whether users need a second factor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(deserialize = "kebab-case"))]
#[schemars(rename_all = "kebab-case")]
pub enum Mfa {
    /// All of them.
    #[default]
    #[serde(rename(serialize = "ON"))]
    Required,
    /// Those who set one up.
    #[serde(rename(serialize = "OPTIONAL"))]
    Optional,
    /// None.
    #[serde(rename(serialize = "OFF"))]
    Off,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cognito-userpool-accountrecoverysetting.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AccountRecoverySetting {
    pub recovery_mechanisms: [RecoveryOption; 1],
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cognito-userpool-recoveryoption.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct RecoveryOption {
    pub name: Recovery,
    pub priority: u32,
}

/// How users get a new password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(serialize = "snake_case", deserialize = "kebab-case"))]
#[schemars(rename_all = "kebab-case")]
pub enum Recovery {
    /// By a code to their e-mail address.
    VerifiedEmail,
    /// By a code to their phone.
    VerifiedPhoneNumber,
    /// From an administrator.
    AdminOnly,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cognito-userpool-admincreateuserconfig.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AdminCreateUserConfig {
    pub allow_admin_create_user_only: bool,
}

/// Functions that take part in what a pool does.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cognito-userpool-lambdaconfig.html>
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LambdaConfig {
    pub create_auth_challenge: Option<Arn>,
    pub custom_message: Option<Arn>,
    pub define_auth_challenge: Option<Arn>,
    pub post_authentication: Option<Arn>,
    pub post_confirmation: Option<Arn>,
    pub pre_authentication: Option<Arn>,
    pub pre_sign_up: Option<Arn>,
    pub pre_token_generation: Option<Arn>,
    pub user_migration: Option<Arn>,
    pub verify_auth_challenge_response: Option<Arn>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cognito-userpool-userpooladdons.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct UserPoolAddOns {
    pub advanced_security_mode: ThreatProtection,
}

/// What a pool does about attempts that look like somebody else's.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-settings-threat-protection.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(serialize = "UPPERCASE", deserialize = "kebab-case"))]
#[schemars(rename_all = "kebab-case")]
pub enum ThreatProtection {
    /// It records them.
    Audit,
    /// It asks for a second factor, or blocks them.
    Enforced,
}

impl SignInAttribute {
    /// What stack files call it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::PhoneNumber => "phone-number",
        }
    }
}

impl AuthFlow {
    /// What stack files call it.
    pub fn word(self) -> &'static str {
        match self {
            Self::UserSrp => "user-srp",
            Self::User => "user",
            Self::Custom => "custom",
            Self::AdminUserPassword => "admin-user-password",
            Self::RefreshToken => "refresh-token",
        }
    }
}

impl Resource for UserPool {
    const TYPE: &'static str = "AWS::Cognito::UserPool";
    const HOLDS: Holds = Holds::Data;
    type Ref = String;

    fn tags(&mut self) -> Option<&mut Vec<Tag>> {
        Some(&mut self.tags)
    }
}

impl Named for UserPool {
    /// Cognito numbers pools; that two of a region have different names is for those who look for one.
    const NAME: NameRule = NameRule {
        of: "a user pool",
        min: 1,
        max: 128,
        punctuation: "_+=,.@- ",
        ending: "",
        reserved: &[],
        refuses: None,
        scope: Scope::Region,
        source: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPool.html",
    };

    /// It ends in the pool's number, so only the pool itself can tell.
    fn arn(of: &AnyHandle) -> Val<String> {
        Val::attribute(of.id.clone(), "Arn")
    }
}

/// `AWS::Cognito::UserPoolClient`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpoolclient.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct UserPoolClient {
    pub client_name: String,
    pub user_pool_id: Val<String>,
    pub generate_secret: bool,
    pub explicit_auth_flows: Vec<AuthFlow>,
    pub prevent_user_existence_errors: &'static str,
    pub enable_token_revocation: bool,
    pub access_token_validity: u32,
    pub id_token_validity: u32,
    pub refresh_token_validity: u32,
    pub token_validity_units: TokenValidityUnits,
    pub supported_identity_providers: [&'static str; 1],
    pub allowed_o_auth_flows: Option<[&'static str; 1]>,
    pub allowed_o_auth_flows_user_pool_client: Option<bool>,
    pub allowed_o_auth_scopes: Option<Vec<String>>,
    #[serde(rename = "CallbackURLs")]
    pub callback_urls: Option<Vec<String>>,
    #[serde(rename = "LogoutURLs")]
    pub logout_urls: Option<Vec<String>>,
}

/// How users sign in through a client.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub enum AuthFlow {
    /// By a proof that they know their password, which never leaves their device.
    #[serde(rename(serialize = "ALLOW_USER_SRP_AUTH", deserialize = "user-srp"))]
    UserSrp,
    /// By what they choose of what the pool offers.
    #[serde(rename(serialize = "ALLOW_USER_AUTH", deserialize = "user"))]
    User,
    /// By challenges that functions make.
    #[serde(rename(serialize = "ALLOW_CUSTOM_AUTH", deserialize = "custom"))]
    Custom,
    /// By their password, through a server that is granted `authenticate`.
    #[serde(rename(serialize = "ALLOW_ADMIN_USER_PASSWORD_AUTH", deserialize = "admin-user-password"))]
    AdminUserPassword,
    /// By a token of an earlier time.
    #[serde(rename(serialize = "ALLOW_REFRESH_TOKEN_AUTH", deserialize = "refresh-token"))]
    RefreshToken,
}

/// In what the validity of tokens is measured.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cognito-userpoolclient-tokenvalidityunits.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TokenValidityUnits {
    pub access_token: &'static str,
    pub id_token: &'static str,
    pub refresh_token: &'static str,
}

impl Resource for UserPoolClient {
    const TYPE: &'static str = "AWS::Cognito::UserPoolClient";
    type Ref = String;
}
