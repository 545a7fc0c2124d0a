//! Statements of a key's policy that users write themselves.

use std::sync::Arc;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::action::{KmsAction, check_actions};
use super::condition::{Test, Tests, condition};
use super::outside::OutsidePrincipal;
use crate::cfn::policy::{Action, Condition, Principal, Statement};
use crate::cfn::{Arn, Handle, Val, kms};
use crate::construct::{Cx, in_organization};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::document::Spanned;
use crate::name::{Target, text_type};
use crate::service::kms::{ABOUT_GRANTS, GRANT_ACTIONS, USE_ACTIONS};

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
    pub(super) fn statement(&self, cx: &Cx<'_>) -> Statement {
        let arns = || self.principals.iter().map(|principal| &principal.value);
        let named: Vec<_> = arns().filter(|it| !it.is_account()).map(|it| it.text().into()).collect();
        let caller = if named.is_empty() { Condition::default() } else { Condition::default().caller(named) };
        let statement = Statement::allow(self.sid.value.as_str(), self.actions(), vec![Arn::any()]);
        let written = condition(&self.condition);
        // Whoever tests the organization himself means what he says, and denials are for all.
        let own = Test::all(&self.condition).any(|test| test.is_about("aws:PrincipalOrgID"));
        let accounts = arns().filter(|_| !own && self.effect == Effect::Allow).map(|it| it.account.clone());
        let caller = accounts.fold(caller, |caller, account| {
            in_organization(caller, &Target::in_account(account), cx.target(), cx.house())
        });
        let statement = statement.when(caller.with(written));
        let mut roots: Vec<Val<String>> = Vec::new();
        for root in arns().map(OutsidePrincipal::root) {
            if !roots.contains(&root) {
                roots.push(root);
            }
        }
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
            found.extend(self.check_foreign(at));
            let for_services = tests().any(|test| test.requires("kms:GrantIsForAWSResource", "true"));
            if self.actions.value.contains(&KmsAction("kms:CreateGrant")) && !for_services {
                let message = "whoever may create grants may give himself any use of the key";
                let hint = "`condition: { Bool: { \"kms:GrantIsForAWSResource\": true } }` leaves them to AWS services";
                found.push(conflict(message).hint(hint));
            }
            let others = self.actions().into_iter().find(|action| !ABOUT_GRANTS.contains(action));
            if let Some((test, action)) = tests().find(Test::is_about_grants).zip(others) {
                let message = format!("requests of `{action}` do not say whether a grant is for a service");
                let diagnostic = Diagnostic::error(Code::ConflictingProperties, test.place(), message);
                found.push(diagnostic.hint("what is no grant needs a statement of its own, without this test"));
            }
        }
        let all: Vec<Test<'_>> = tests().collect();
        for (index, test) in all.iter().enumerate() {
            if all[..index].iter().any(|other| test.is_again(other)) {
                let message = "this key is here twice, and the case of its letters makes no difference";
                found.push(Diagnostic::error(Code::ConflictingProperties, test.place(), message));
            }
            if test.names_the_caller() && self.principals.iter().any(|principal| !principal.value.is_account()) {
                let message = "`principals` says already who the caller is";
                found.push(Diagnostic::error(Code::ConflictingProperties, test.place(), message));
            }
        }
        found.extend(self.principals.iter().filter_map(|principal| {
            let there = principal.value.other_partition(at)?;
            let message = format!("nobody of the partition `{}` calls what is deployed here", there.name());
            Some(Diagnostic::error(Code::ConflictingProperties, principal.span, message))
        }));
        let tests_context = self.effect == Effect::Allow && self.tests_context().is_some();
        found.extend(check_actions(&self.actions(), span, tests_context));
        found.extend(tests().flat_map(|test| test.check()));
        found
    }

    /// Where it demands an encryption context, if it does.
    pub(super) fn tests_context(&self) -> Option<Span> {
        Test::all(&self.condition).find(Test::requires_context).map(|test| test.place())
    }

    /// Actions that nobody of another account can be allowed.
    fn check_foreign(&self, at: &Target) -> Option<Diagnostic> {
        let foreign = self.principals.iter().find(|principal| principal.value.is_elsewhere(at))?;
        let works = |action: &Action| USE_ACTIONS.contains(action) || GRANT_ACTIONS.contains(action);
        let action = self.actions().into_iter().find(|action| !works(action))?;
        let message = format!("`{action}` has no effect for principals of other accounts");
        let diagnostic = Diagnostic::error(Code::ConflictingProperties, self.actions.span, message);
        Some(diagnostic.related(foreign.span, "one of another account"))
    }

    /// The other half: what policies of whomever it allows have to say.
    pub(super) fn other_half(&self, key: &Handle<kms::Key>) -> Statement {
        let statement = Statement::allow(self.sid.value.as_str(), self.actions(), vec![key.arn().into()]);
        statement.when(condition(&self.condition))
    }
}

/// Denials to everybody of what the policy allows otherwise: for whoever it is, or for services that act by themselves
/// and are hit unseen, since they lack what a negated test looks for.
pub(super) fn check_denials(statements: &[ExtraStatement], flows: &[Statement]) -> Diagnostics {
    let denials = statements.iter().filter(|it| it.effect == Effect::Deny && it.principals.is_empty());
    let hit = denials.flat_map(|denial| {
        let everybody = Test::all(&denial.condition).all(|test| test.always_holds());
        let services = Test::all(&denial.condition).all(|test| test.always_holds() || test.holds_for_services());
        let hit = flows.iter().filter(move |flow| {
            let is_service = matches!(flow.principal, Some(Principal::Service(_)));
            let actions = denial.actions();
            let same = |action: &str| actions.iter().any(|denied| denied.starts_with(action.trim_end_matches('*')));
            (everybody || (is_service && services)) && flow.action.0.iter().any(|action| same(action))
        });
        hit.map(move |flow| {
            let message = format!("this also denies what `{}` allows", flow.sid);
            let diagnostic = Diagnostic::error(Code::ConflictingProperties, denial.sid.span, message);
            match everybody {
                true => diagnostic.hint("a condition says whom and when it is for"),
                false => diagnostic.hint(
                    "`Bool: { \"aws:PrincipalIsAWSService\": false }` in its condition leaves services out of it",
                ),
            }
        })
    });
    hit.collect()
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
