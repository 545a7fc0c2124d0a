//! Whoever creates what is encrypted under a key, in other accounts than the key's.

use indexmap::IndexMap;

use super::cx::Cx;
use super::key_policy::identity_statements;
use super::resources::Resources;
use super::uses::KeyUse;
use crate::cfn::{Handle, kms};
use crate::name::{AccountId, Target};

impl Resources<'_> {
    /// Asks whoever creates what is encrypted under a key, from an account that may be another one than the key's, for
    /// the half that is theirs: the key's policy alone does not let them. Of a pool, it is the key of this `number`.
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html>
    pub fn ask_deployers(&mut self, key: &Handle<kms::Key>, number: Option<usize>, cx: &Cx<'_>) {
        let mut by_account: IndexMap<AccountId, Vec<KeyUse>> = IndexMap::new();
        for used in cx.uses_of(key) {
            for account in accounts(used, key.target()) {
                by_account.entry(account).or_default().push(used.clone());
            }
        }
        for (account, uses) in by_account {
            let (part, used) = match number {
                Some(number) => (format!("{number}.deployers.{account}"), format!(" under its key {number}")),
                None => (format!("deployers.{account}"), " under it".to_owned()),
            };
            let policy = format!("a policy of whoever creates what is encrypted{used}, in account `{account}`");
            self.ask_for_part(cx, part, &policy, identity_statements(&uses));
        }
    }
}

/// The accounts, which may not be the key's, of those who create what the key encrypts.
fn accounts(used: &KeyUse, key_at: &Target) -> Vec<AccountId> {
    let Some(deployers) = used.by.deployers() else { return Vec::new() };
    let around = used.data_at(key_at).account.clone();
    let named = deployers.iter().filter_map(|deployer| deployer.account().or_else(|| around.clone()));
    let mut accounts: Vec<AccountId> = named.chain(around.clone().filter(|_| deployers.is_empty())).collect();
    accounts.retain(|account| key_at.may_be_foreign(&Target::in_account(account.clone())));
    accounts.sort_unstable();
    accounts.dedup();
    accounts
}
