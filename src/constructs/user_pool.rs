//! `UserPool`

mod client;
mod trigger;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

pub use self::client::{Client, Hosted};
pub use self::trigger::Trigger;
use super::twice;
use crate::cfn::cognito::{self, DeletionProtection, Mfa, Recovery, SignInAttribute, ThreatProtection};
use crate::cfn::policy::{Action, Condition};
use crate::cfn::{Arn, Handle, lambda};
use crate::construct::{Access, Attribute, Construct, Cx, Naming, Resources, To, Uses};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result};
use crate::document::Spanned;
use crate::name::{Bounded, Tags, Word, pascal};
use crate::service::cognito as facts;

/// A Cognito user pool: who may sign in, how, and through which clients.
///
/// Nobody signs up by himself, passwords are long and mixed, and a second factor is required, unless said otherwise. It
/// refuses to be deleted by the rule `deletion-protection`. Roles are granted `read`, `manage` or `authenticate` on it.
/// Cognito encrypts users under a key that it owns, whatever the rule `encryption` says.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct UserPool {
    /// What users sign in with, by default `[email]`; it is verified. It cannot be changed later.
    pub sign_in: Option<Vec<Spanned<SignInAttribute>>>,
    /// Whether users sign up by themselves.
    #[serde(default)]
    pub self_sign_up: bool,
    /// What passwords are like.
    #[serde(default)]
    pub password: Password,
    /// Whether users need a second factor, an authenticator app; by default `required`.
    #[serde(default)]
    pub mfa: Mfa,
    /// How users get a new password, by default by what they sign in with.
    pub recovery: Option<Spanned<Recovery>>,
    /// What the pool does about attempts that look like somebody else's. It takes Cognito's plan `PLUS`, which is paid
    /// for by user.
    pub threat_protection: Option<ThreatProtection>,
    /// Functions that take part in what the pool does, by when: `{ pre-sign-up: users/check }`. None of them can be
    /// granted anything on the pool, which waits for them.
    #[serde(default)]
    pub triggers: IndexMap<Spanned<Trigger>, To<lambda::Function>>,
    /// Applications that users sign in to, by name. The attribute `client-id` is the id of the first.
    #[serde(default)]
    pub clients: IndexMap<Spanned<Word>, Client>,
    /// Tags, besides the stack's.
    #[serde(default)]
    pub tags: Tags,
}

/// What passwords are like, which have small and capital letters, digits and symbols.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Password {
    /// The fewest characters, 8 to 99, by default 12.
    pub min_length: Option<Bounded<8, 99>>,
    /// How many earlier passwords cannot be used again, 1 to 24. By default all can.
    // https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html
    pub history: Option<Bounded<1, 24>>,
    /// Days for which a password holds that an administrator gave, 1 to 365, by default 1.
    pub temporary_days: Option<Bounded<1, 365>>,
}

/// The resources of a user pool.
#[derive(Debug)]
pub struct Parts {
    pool: Handle<cognito::UserPool>,
    clients: Vec<Handle<cognito::UserPoolClient>>,
    /// What lets Cognito call each function.
    permissions: Vec<Handle<lambda::Permission>>,
}

impl Construct for UserPool {
    type Main = cognito::UserPool;
    type Parts = Parts;

    fn grantable() -> Vec<&'static str> {
        facts::PERMISSIONS.iter().map(|(word, _)| *word).collect()
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn name(&self, naming: &mut Naming<'_>) -> Parts {
        let pool = naming.main("user-pool");
        naming.offer([Attribute::Id]);
        let clients = self.clients.keys().map(|name| format!("{}Client", name.value.pascal()));
        let clients: Vec<Handle<cognito::UserPoolClient>> = clients.map(|role| naming.unnamed(&role)).collect();
        if let Some(first) = clients.first() {
            naming.offer_value(Attribute::ClientId, first.reference());
        }
        let permissions = self.triggers.keys().map(|trigger| format!("{}Permission", trigger.value.pascal()));
        Parts { pool, clients, permissions: permissions.map(|role| naming.unnamed(&role)).collect() }
    }

    fn uses(&self, Parts { pool, .. }: &Parts, cx: &Cx<'_>) -> Result<Uses> {
        let accesses = cx.granted_to_roles().map(|(grant, role)| {
            let has = |word: &str| grant.words.iter().any(|granted| granted.value == word);
            let given = || facts::PERMISSIONS.iter().filter(|(word, _)| has(word));
            let mut actions: Vec<Action> = given().flat_map(|(_, actions)| *actions).copied().collect();
            actions.sort_unstable();
            actions.dedup();
            let verb: String = given().map(|(word, _)| pascal(word)).collect();
            Access {
                role: role.clone(),
                sid: format!("{verb}{}", pool.id().logical),
                actions,
                resources: vec![Arn::of(pool)],
                condition: Condition::default(),
            }
        });
        Ok(Uses { accesses: accesses.collect(), ..Uses::default() })
    }

    fn build(&self, Parts { pool, clients, permissions }: &Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        let mut found = self.check();
        let functions = self.triggers.iter().map(|(trigger, to)| (trigger.value, found.take(cx.get_here(to))));
        let functions: Vec<_> = functions.collect();
        let known = functions.iter().filter_map(|(trigger, function)| Some((*trigger, function.as_ref()?)));
        let lambda_config = trigger::lower(known);
        for ((_, function), permission) in functions.iter().zip(permissions) {
            if let Some(function) = function {
                out.add(permission, trigger::permission(function, pool, cx));
            }
        }
        out.add(pool, self.pool(pool, lambda_config, cx));
        for ((name, client), handle) in self.clients.iter().zip(clients) {
            out.add(handle, client.lower(&name.value, pool));
        }
        found.or(())
    }
}

impl UserPool {
    fn sign_in(&self) -> Vec<SignInAttribute> {
        let written = self.sign_in.as_ref().map(|all| all.iter().map(|it| it.value).collect());
        written.unwrap_or_else(|| vec![SignInAttribute::Email])
    }

    fn pool(
        &self,
        pool: &Handle<cognito::UserPool>,
        lambda_config: Option<cognito::LambdaConfig>,
        cx: &Cx<'_>,
    ) -> cognito::UserPool {
        let sign_in = self.sign_in();
        let recovery = self.recovery.as_ref().map_or_else(|| recovered_by(&sign_in), |recovery| recovery.value);
        cognito::UserPool {
            user_pool_name: Some(pool.name()),
            deletion_protection: match cx.house().deletion_protection {
                true => DeletionProtection::Active,
                false => DeletionProtection::Inactive,
            },
            auto_verified_attributes: sign_in.clone(),
            user_attribute_update_settings: cognito::UserAttributeUpdateSettings {
                attributes_require_verification_before_update: sign_in.clone(),
            },
            username_attributes: sign_in,
            username_configuration: cognito::UsernameConfiguration { case_sensitive: false },
            policies: cognito::Policies { password_policy: self.password.lower() },
            mfa_configuration: self.mfa,
            enabled_mfas: (self.mfa != Mfa::Off).then_some(["SOFTWARE_TOKEN_MFA"]),
            account_recovery_setting: cognito::AccountRecoverySetting {
                recovery_mechanisms: [cognito::RecoveryOption { name: recovery, priority: 1 }],
            },
            admin_create_user_config: cognito::AdminCreateUserConfig {
                allow_admin_create_user_only: !self.self_sign_up,
            },
            lambda_config,
            user_pool_add_ons: self
                .threat_protection
                .map(|mode| cognito::UserPoolAddOns { advanced_security_mode: mode }),
            user_pool_tier: self.threat_protection.map(|_| "PLUS"),
            tags: Vec::new(),
        }
    }

    fn check(&self) -> Diagnostics {
        let written = self.sign_in.iter().flatten();
        let mut found = twice(written.map(|it| (it.value.word().to_owned(), it.span)));
        let sign_in = self.sign_in();
        let verified = |wanted| sign_in.contains(&wanted);
        if let Some(recovery) = &self.recovery {
            let lacks = match recovery.value {
                Recovery::VerifiedEmail => !verified(SignInAttribute::Email),
                Recovery::VerifiedPhoneNumber => !verified(SignInAttribute::PhoneNumber),
                Recovery::AdminOnly => false,
            };
            if lacks {
                let message = "users do not sign in with that, so the pool does not verify it";
                found.push(Diagnostic::error(Code::ConflictingProperties, recovery.span, message));
            }
        }
        found.extend(self.clients.values().flat_map(Client::check));
        found
    }
}

/// By what users get a new password who sign in with these.
fn recovered_by(sign_in: &[SignInAttribute]) -> Recovery {
    match sign_in.first() {
        Some(SignInAttribute::Email) => Recovery::VerifiedEmail,
        Some(SignInAttribute::PhoneNumber) => Recovery::VerifiedPhoneNumber,
        None => Recovery::AdminOnly,
    }
}

impl Password {
    fn lower(&self) -> cognito::PasswordPolicy {
        cognito::PasswordPolicy {
            minimum_length: self.min_length.map_or(12, Bounded::get),
            require_lowercase: true,
            require_uppercase: true,
            require_numbers: true,
            require_symbols: true,
            password_history_size: self.history.map(Bounded::get),
            temporary_password_validity_days: self.temporary_days.map_or(1, Bounded::get),
        }
    }
}
