//! Statements that let everybody in, of all accounts or of one.

use serde_json::json;

use super::super::super::deployment::{SOME_ACCOUNT, Site};
use super::super::super::finding::Hazard;
use super::super::super::principal::everything;
use super::super::super::request::{Target, of_every};
use super::super::super::world::World;
use super::Report;
use super::statement::{Stated, known, means};
use crate::access::{Caller, Outcome, PrincipalKind, Request, Test, Text, Values, decide};
use crate::service::kms::{ACTIONS, GRANT_ACTIONS, USE_ACTIONS};

/// An account that no policy speaks of.
pub(super) const ANOTHER_ACCOUNT: &str = "999999999999";

/// The organization of that account.
pub(super) const ANOTHER_ORGANIZATION: &str = "o-anotherone";

/// Tries somebody of another account, and somebody of this one whom no policy of IAM lets do anything.
pub(super) fn check(report: &mut Report<'_, '_>, key: usize, stated: &Stated<'_>) {
    if !stated.allows() {
        return;
    }
    let at = report.world.key(key).resource;
    let site = report.world.site(at);
    let trial = Trial { report, key, stated, site };
    let excepts = stated.statement.principal.as_ref().is_some_and(|principals| principals.except);
    let mut found = Vec::new();
    if excepts || stated.principals(PrincipalKind::Aws).any(|name| name == "*") {
        let through = trial.through();
        let from_outside = trial.lets_foreign(ANOTHER_ACCOUNT, None)
            || through.as_deref().is_some_and(|via| trial.lets_foreign(ANOTHER_ACCOUNT, Some(via)));
        if from_outside || trial.lets_own() {
            let who = if from_outside { "any identity of any account" } else { "any identity of the account" };
            let condition = json!({"StringEquals": {
                "kms:CallerAccount": site.account,
                "kms:ViaService": through.unwrap_or_else(|| format!("s3.{}.amazonaws.com", site.region)),
            }});
            let hint = format!("name roles in its `Principal`, or add the condition {condition}");
            found.push((who.to_owned(), hint));
        }
    } else if is_known(report.world, key, site) {
        let accounts = stated.principals(PrincipalKind::Aws).filter_map(whole_account);
        for account in accounts.filter(|account| *account != site.account && trial.lets_foreign(account, None)) {
            let role = format!("arn:{}:iam::{account}:role/…", site.partition);
            let hint = format!("name the account's role in its `Principal`: `{role}`");
            found.push((format!("whomever the account `{account}` lets"), hint));
        }
    }
    let id = report.world.resource(at).id;
    for (who, hint) in found {
        let message = format!("{} lets {who} use `{id}`", stated.name);
        stated.report(report, Hazard::WildcardPrincipal, "Principal", message, hint);
    }
}

/// Whether the account of a key is known, by its number or by what its policy calls its own. Where it is not, each that
/// the policy names may be it.
fn is_known(world: &World<'_>, key: usize, site: &Site) -> bool {
    let own = |stated: &Stated<'_>| {
        stated.principals(PrincipalKind::Aws).filter_map(whole_account).any(|account| account == site.account)
    };
    site.account != SOME_ACCOUNT || Stated::of_key(world, key).iter().any(own)
}

/// The account that a principal is.
fn whole_account(name: &str) -> Option<&str> {
    let account = name.strip_suffix(":root").and_then(|arn| arn.rsplit(':').next()).unwrap_or(name);
    (account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit())).then_some(account)
}

/// A statement that is tried.
struct Trial<'s, 'r, 'w> {
    report: &'s Report<'r, 'w>,
    key: usize,
    stated: &'s Stated<'s>,
    site: &'s Site,
}

impl Trial<'_, '_, '_> {
    /// A service that the statement asks to come through.
    fn through(&self) -> Option<String> {
        let tests = self.stated.statement.condition.iter();
        let mut values = tests.filter_map(|test| match test {
            Test::Compare { operator, key, values }
                if key.eq_ignore_ascii_case("kms:ViaService") && !operator.negated =>
            {
                known(values).next()
            }
            _ => None,
        });
        values.next().map(|value| value.replace('*', &self.site.region))
    }

    /// Whether somebody of another account may do something, whom that account lets.
    fn lets_foreign(&self, account: &str, via: Option<&str>) -> bool {
        let organization = match account {
            ANOTHER_ACCOUNT => Text::Known(ANOTHER_ORGANIZATION.to_owned()),
            _ => Text::Unknown,
        };
        self.lets(USE_ACTIONS.iter().chain(GRANT_ACTIONS), account, organization, via)
    }

    /// Whether somebody of the account may do something, without any policy of IAM.
    fn lets_own(&self) -> bool {
        self.lets(ACTIONS.iter(), &self.site.account, Text::Unknown, None)
    }

    fn lets<'a>(
        &self,
        mut actions: impl Iterator<Item = &'a &'static str>,
        account: &str,
        organization: Text,
        via: Option<&str>,
    ) -> bool {
        let listed = &self.stated.statement.action;
        let meant = |action: &&&str| listed.except || self.stated.actions().any(|pattern| means(pattern, action));
        let caller = Caller::parse(&format!("arn:{}:iam::{account}:role/somebody", self.site.partition));
        let (Some(action), Some(principal)) = (actions.find(meant), caller) else { return false };
        let mut context = of_every(&Target::own(self.report.world, self.key));
        context.insert("aws:ViaAWSService", Values::one(via.is_some().to_string()));
        context.insert("aws:PrincipalOrgID", Values::One(organization));
        if let Some(via) = via {
            context.insert("kms:ViaService", Values::one(via));
        }
        let request = Request {
            action: (*action).to_owned(),
            resource: self.report.world.key(self.key).arn.clone(),
            resource_account: self.site.account.clone(),
            principal,
            context,
        };
        let identity = (account != self.site.account).then(everything);
        decide(&request, &self.stated.alone(self.report.world, self.key, identity)).outcome == Outcome::Allowed
    }
}
