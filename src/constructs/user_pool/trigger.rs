//! Functions that take part in what a user pool does.

use crate::cfn::cognito::{LambdaConfig, UserPool};
use crate::cfn::{Arn, Handle, account, lambda};
use crate::construct::Cx;
use crate::name::{pascal, word_type};
use crate::service::cognito::PRINCIPAL;

/// When a function takes part.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html>
const TRIGGERS: &[&str] = &[
    "create-auth-challenge",
    "custom-message",
    "define-auth-challenge",
    "post-authentication",
    "post-confirmation",
    "pre-authentication",
    "pre-sign-up",
    "pre-token-generation",
    "user-migration",
    "verify-auth-challenge-response",
];

/// When a function takes part in what a pool does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Trigger(&'static str);

word_type!(Trigger, TRIGGERS);

impl Trigger {
    /// Its part of logical ids.
    pub(super) fn pascal(self) -> String {
        pascal(self.0)
    }
}

/// What the pool says of its functions.
pub(super) fn lower<'f>(
    functions: impl Iterator<Item = (Trigger, &'f Handle<lambda::Function>)>,
) -> Option<LambdaConfig> {
    let mut config = None;
    for (Trigger(trigger), function) in functions {
        let config = config.get_or_insert_with(LambdaConfig::default);
        let place = match trigger {
            "create-auth-challenge" => &mut config.create_auth_challenge,
            "custom-message" => &mut config.custom_message,
            "define-auth-challenge" => &mut config.define_auth_challenge,
            "post-authentication" => &mut config.post_authentication,
            "post-confirmation" => &mut config.post_confirmation,
            "pre-authentication" => &mut config.pre_authentication,
            "pre-sign-up" => &mut config.pre_sign_up,
            "pre-token-generation" => &mut config.pre_token_generation,
            "user-migration" => &mut config.user_migration,
            _ => &mut config.verify_auth_challenge_response,
        };
        *place = Some(Arn::of(function));
    }
    config
}

/// What lets Cognito call a function, for exactly this pool. The pool has its number first, so nothing waits for this:
/// no user signs in before the stack is there.
pub(super) fn permission(
    function: &Handle<lambda::Function>,
    pool: &Handle<UserPool>,
    cx: &Cx<'_>,
) -> lambda::Permission {
    lambda::Permission {
        function_name: Arn::of(function).text(),
        action: "lambda:InvokeFunction",
        principal: PRINCIPAL.at(cx.target()),
        source_account: Some(account(cx.target())),
        source_arn: Some(Arn::naming(pool)),
    }
}
