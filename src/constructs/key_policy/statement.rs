//! Statements of a key's policy that users write themselves.

use std::sync::Arc;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::action::{KmsAction, check_actions};
use super::condition::{Test, Tests, condition};
use super::outside::OutsidePrincipal;
use crate::cfn::Arn;
use crate::cfn::policy::{Action, Condition, Principal, Statement};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::Spanned;
use crate::name::{Target, text_type};

/// A statement for what no grant and no `used-by` can say. Its words are checked, and so is that nobody is locked out.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ExtraStatement {
    /// Its id: letters and digits.
    pub sid: Spanned<Sid>,
    /// Whether it allows or denies.
    pub effect: Effect,
    /// Whom it is about: roles and users by ARN, in which a `*` stands for any text, and accounts by number. One that
    /// denies and names nobody is about everybody.
    #[serde(default)]
    pub principals: Vec<Spanned<OutsidePrincipal>>,
    /// KMS actions, each by its whole name.
    pub actions: Spanned<Vec<KmsAction>>,
    /// When, as in a policy: `{ StringEquals: { "kms:ViaService": … } }`.
    #[serde(default)]
    pub condition: IndexMap<Spanned<String>, Tests>,
}

/// Whether a statement allows or denies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the policy language's own words")]
pub enum Effect {
    Allow,
    Deny,
}

/// The id of a statement.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sid(Arc<str>);

impl Sid {
    /// The id as text.
    pub(in crate::constructs) fn as_str(&self) -> &str {
        &self.0
    }

    fn new(text: &str) -> Option<Self> {
        (!text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric())).then(|| Self(text.into()))
    }
}

text_type!(Sid, "an id for a statement: letters and digits", r"^[A-Za-z0-9]+$");

impl ExtraStatement {
    /// The statement as it stands in the key's policy.
    pub(super) fn statement(&self) -> Statement {
        let arns = || self.principals.iter().map(|principal| &principal.value);
        let named: Vec<_> = arns().filter(|it| !it.is_account()).map(|it| it.text().into()).collect();
        let caller = if named.is_empty() { Condition::default() } else { Condition::default().caller(named) };
        let statement = Statement::allow(self.sid.value.as_str(), self.actions(), vec![Arn::any()]);
        let statement = statement.when(caller.with(condition(&self.condition)));
        let mut roots: Vec<_> = arns().map(OutsidePrincipal::root).collect();
        roots.dedup();
        let principal = if roots.is_empty() { Principal::Everyone } else { Principal::Accounts(roots) };
        match self.effect {
            Effect::Allow => statement.to(principal),
            Effect::Deny => statement.to(principal).deny(),
        }
    }

    /// What it allows or denies.
    pub(super) fn actions(&self) -> Vec<Action> {
        self.actions.value.iter().map(|action| action.0).collect()
    }

    /// What is wrong with it.
    pub(super) fn check(&self, at: &Target) -> Diagnostics {
        let mut found = Diagnostics::default();
        let span = self.actions.span;
        let conflict = |message: &str| Diagnostic::error(Code::ConflictingProperties, span, message);
        if self.actions.value.is_empty() {
            found.push(Diagnostic::error(Code::InvalidValue, span, "a statement needs at least one action"));
        }
        let accounts = self.principals.iter().filter(|it| it.value.is_account()).count();
        if accounts > 0 && accounts < self.principals.len() {
            found.push(conflict(
                "accounts, and roles or users, are two statements: a condition on the caller is for all",
            ));
        }
        let tests = || Test::all(&self.condition);
        if self.effect == Effect::Allow {
            if self.principals.is_empty() {
                found.push(conflict("a statement that allows says whom: `principals` is missing"));
            }
            let for_services = tests().any(|test| test.requires("kms:GrantIsForAWSResource", "true"));
            if self.actions.value.contains(&KmsAction("kms:CreateGrant")) && !for_services {
                let message = "whoever may create grants may give himself any use of the key";
                let hint = "`condition: { Bool: { \"kms:GrantIsForAWSResource\": true } }` leaves them to AWS services";
                found.push(conflict(message).hint(hint));
            }
        }
        if self.locks_out(at) {
            let message = "this locks everybody out: nobody could change the key's policy ever again";
            let hint = "`condition: { ArnNotLike: { \"aws:PrincipalArn\": … } }` spares whoever shall";
            found.push(conflict(message).hint(hint));
        }
        let tests_context = self.effect == Effect::Allow && tests().any(|test| test.requires_context());
        found.extend(check_actions(&self.actions(), span, tests_context));
        found.extend(tests().flat_map(|test| test.check()));
        found
    }

    /// Whether nobody of the key's account could put its policy: KMS lets no other account.
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html>
    fn locks_out(&self, at: &Target) -> bool {
        let here = |principal: &OutsidePrincipal| principal.is_account() && !principal.is_elsewhere(at);
        let everybody = self.principals.is_empty() || self.principals.iter().any(|it| here(&it.value));
        let denies = self.effect == Effect::Deny && self.actions.value.contains(&KmsAction("kms:PutKeyPolicy"));
        denies && everybody && !Test::all(&self.condition).any(|test| test.spares_somebody(at))
    }
}

/// Ids that come twice, or that the policy has already for a statement of its own.
pub(super) fn check_ids(statements: &[ExtraStatement], own: &[Statement]) -> Diagnostics {
    let repeated = statements.iter().enumerate().filter_map(|(index, ExtraStatement { sid, .. })| {
        let conflict = |message| Diagnostic::error(Code::ConflictingProperties, sid.span, message);
        if let Some(first) = statements[..index].iter().find(|it| it.sid.value == sid.value) {
            let message = format!("`{}` is the id of two statements", sid.value.0);
            return Some(conflict(message).related(first.sid.span, "the other one"));
        }
        own.iter().any(|it| it.sid == sid.value.as_str()).then(|| {
            let message = format!("`{}` is the id of a statement that the policy has by itself", sid.value.0);
            conflict(message).hint("`synth explain` shows the statements of a key's policy")
        })
    });
    repeated.collect()
}
