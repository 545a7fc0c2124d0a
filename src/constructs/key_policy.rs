//! The policy of a key: who manages it, who uses it, and who may never destroy it.

mod action;
mod condition;
mod kind;
mod lock_out;
mod outside;
mod statement;
mod used_by;

use std::collections::BTreeSet;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

pub use self::action::{KmsAction, UseAction};
pub use self::condition::Tests;
pub(super) use self::condition::{check_tests, condition};
pub use self::outside::{OutsidePrincipal, ServiceName, SourcePattern};
pub use self::statement::{Effect, ExtraStatement, Sid};
use self::statement::{check_denials, check_ids};
pub use self::used_by::UsedBy;
use crate::cfn::kms;
use crate::cfn::policy::{Action, Condition, Operator, PolicyDocument, Principal, Statement};
use crate::cfn::{Arn, Handle};
use crate::construct::{Cx, Entry, Resources, key_statements};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::Spanned;
use crate::environment::{DeletionPolicy, PrincipalPattern};
use crate::name::{AccountId, Target};
use crate::service::kms::{DEPLOY, DESTROY, MANAGE, MANAGE_MULTI_REGION};

/// Who may manage a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AccountAccess {
    /// Whoever IAM allows to manage it may, its policy included; IAM alone cannot grant use.
    #[default]
    Manage,
    /// IAM alone decides about management and use, as in the policy that KMS gives a key by default.
    Delegate,
    /// Its administrators alone. Deployers keep what creating and updating the key takes.
    AdministratorsOnly,
}

/// What a construct says of the policies of its keys.
pub(super) struct KeyPolicy<'k> {
    /// Who may manage the key.
    pub(super) access: Option<&'k Spanned<AccountAccess>>,
    /// Who alone may, if it is so.
    pub(super) administrators: &'k [Spanned<PrincipalPattern>],
    /// Who uses it outside of these stacks.
    pub(super) used_by: &'k [UsedBy],
    /// Statements of the user's own.
    pub(super) extra: &'k [ExtraStatement],
    /// The construct that says what kind of keys they are: this one, or the primary of a replica.
    pub(super) primary: &'k Entry,
}

impl KeyPolicy<'_> {
    fn access(&self) -> AccountAccess {
        self.access.map_or(AccountAccess::default(), |access| access.value)
    }

    /// What is wrong with what the construct says of a key.
    pub(super) fn check(&self, key: &Handle<kms::Key>, cx: &Cx<'_>) -> Diagnostics {
        let mut found = Diagnostics::default();
        let only = self.access() == AccountAccess::AdministratorsOnly;
        let at = self.access.map_or(cx.entry().place, |access| access.span);
        let conflict = |message: &str| Diagnostic::error(Code::ConflictingProperties, at, message);
        if only && self.administrators.is_empty() {
            found.push(conflict("`administrators-only` needs `administrators`"));
        }
        for administrator in self.administrators.iter().filter(|administrator| !administrator.value.is_exact()) {
            let message = "`*` stands in `deployers` only: an administrator is one role or user";
            found.push(Diagnostic::error(Code::InvalidValue, administrator.span, message));
        }
        if let Some(administrator) = self.administrators.first().filter(|_| !only) {
            let message = "administrators make no difference where whoever IAM allows may manage the key";
            let diagnostic = Diagnostic::error(Code::ConflictingProperties, administrator.span, message);
            found.push(diagnostic.hint("`account-access: administrators-only` makes them the only ones"));
        }
        if only && cx.house().deployers.is_empty() {
            let message = "KMS refuses a key whose creator may not put its policy, and nobody says who that is";
            let hint = "name who creates the stacks in `deployers`, in environments.yaml or beside the construct";
            found.push(Diagnostic::error(Code::MissingDeployers, at, message).hint(hint));
        }
        found.extend(self.used_by.iter().flat_map(|user| user.check(cx.target())));
        found.extend(self.extra.iter().flat_map(|statement| statement.check(cx.target())));
        found.extend(lock_out::check(self.extra, only.then(|| self.managers(cx)).as_deref(), cx.target()));
        let flows = self.flows(key, cx);
        found.extend(check_denials(self.extra, &flows));
        let own: Vec<Statement> = self.management(cx).into_iter().chain(flows).chain(denial(cx)).collect();
        found.extend(check_ids(self.extra, &own));
        found.extend(self.check_kind(key, cx));
        found
    }

    /// Who alone may manage the key, as their ARNs end.
    fn managers(&self, cx: &Cx<'_>) -> Vec<String> {
        let house = cx.house();
        let patterns = self.administrators.iter().map(|administrator| &administrator.value).chain(&house.deployers);
        let patterns = patterns.map(|pattern| pattern.resource().to_owned());
        patterns.chain(house.break_glass_role.iter().map(|role| role.pattern().resource().to_owned())).collect()
    }

    /// The policy of one of the construct's keys.
    pub(super) fn document(&self, key: &Handle<kms::Key>, cx: &Cx<'_>) -> PolicyDocument {
        let mut statements = self.management(cx);
        statements.extend(self.flows(key, cx));
        statements.extend(self.extra.iter().map(|statement| statement.statement(cx)));
        statements.extend(denial(cx));
        PolicyDocument::new(statements)
    }

    /// The statements that follow from who uses the key.
    fn flows(&self, key: &Handle<kms::Key>, cx: &Cx<'_>) -> Vec<Statement> {
        let mut statements = key_statements(cx.uses_of(key), cx.target(), cx.house());
        statements.extend(self.used_by.iter().map(|user| user.statement(cx)));
        statements
    }

    /// Who manages the key, and who updates it with its stack.
    fn management(&self, cx: &Cx<'_>) -> Vec<Statement> {
        let (house, at) = (cx.house(), cx.target());
        let allow = |sid, actions| Statement::allow(sid, actions, vec![Arn::any()]).to(Principal::account(at));
        let mut manage: Vec<Action> = MANAGE.to_vec();
        if self.primary.key_kind.is_none_or(|kind| kind.multi_region) {
            manage.extend(MANAGE_MULTI_REGION);
            manage.sort_unstable();
        }
        match self.access() {
            AccountAccess::Manage => vec![allow("AccountManagesKey", manage)],
            AccountAccess::Delegate => vec![allow("AccountDelegatesToIam", vec!["kms:*"])],
            AccountAccess::AdministratorsOnly => {
                let mut deploy: Vec<Action> = DEPLOY.to_vec();
                if house.deletion != DeletionPolicy::Retain {
                    // Deleting the stack, or rolling back its creation, deletes the key.
                    deploy.push("kms:ScheduleKeyDeletion");
                    deploy.sort_unstable();
                }
                let administrators = self.administrators.iter().map(|administrator| administrator.value.arn(at));
                let break_glass = house.break_glass_role.iter().map(|role| role.arn(at));
                let deployers = house.deployers.iter().map(|deployer| deployer.arn(at));
                vec![
                    allow("AdministratorsManageKey", manage)
                        .when(Condition::default().caller(administrators.chain(break_glass))),
                    allow("DeployersUpdateKey", deploy).when(Condition::default().caller(deployers)),
                ]
            }
        }
    }

    /// Asks other accounts for their half of what they may do with a key: the only one, or one of a pool by its number.
    pub(super) fn ask_others(
        &self,
        key: &Handle<kms::Key>,
        number: Option<usize>,
        cx: &Cx<'_>,
        out: &mut Resources<'_>,
    ) {
        let users = self.used_by.iter().map(|user| (user.principal.as_slice(), user.other_half(key, cx)));
        let allowed = self.allows().map(|statement| (statement.principals.as_slice(), statement.other_half(key)));
        let mut by_account: IndexMap<&AccountId, Vec<Statement>> = IndexMap::new();
        for (principals, half) in users.chain(allowed) {
            let accounts: BTreeSet<_> = principals.iter().map(|principal| &principal.value.account).collect();
            let may_be_foreign =
                |account: &&AccountId| cx.target().may_be_foreign(&Target::in_account((*account).clone()));
            for account in accounts.into_iter().filter(may_be_foreign) {
                by_account.entry(account).or_default().push(half.clone());
            }
        }
        for (account, statements) in by_account {
            let (part, used) = match number {
                Some(number) => (format!("{number}.{account}"), format!("its key {number}")),
                None => (account.to_string(), "it".to_owned()),
            };
            let policy = format!("a policy of whoever uses {used} in account `{account}`");
            out.ask_for_part(cx, part, &policy, statements);
        }
        out.ask_deployers(key, number, cx);
    }
}

/// The statement that leaves the destruction of keys to the break-glass role, where the environment has it so.
fn denial(cx: &Cx<'_>) -> Option<Statement> {
    let role = cx.house().break_glass_role.as_ref().filter(|_| cx.house().deny_key_destruction)?;
    let others = Condition::default().and(Operator::ArnNotEquals, "aws:PrincipalArn", [role.arn(cx.target())]);
    let destroy = Statement::allow("DenyDestructionToAllButBreakGlass", DESTROY.to_vec(), vec![Arn::any()]);
    Some(destroy.deny().to(Principal::Everyone).when(others))
}
