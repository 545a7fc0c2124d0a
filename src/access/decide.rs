//! The decision on a request.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>

use super::applied::Asked;
use super::case::{Case, Relation};
use super::decision::{Decision, Outcome};
use super::kms::{self, Subject};
use super::policy::{Statement, Version};
use super::principal::Standing;
use super::request::{Policies, Request};
use super::truth::Truth;
use super::verdict::Verdict;

/// Decides on a request: what denies it for certain wins; then whatever limits it and whoever has to allow it are
/// asked.
///
/// What a template leaves open makes the decision [`Outcome::Unknown`] only where it depends on it. A request that is
/// denied either way is denied, if only one of the ways is by a statement.
pub fn decide(request: &Request, policies: &Policies) -> Decision {
    let version = policies.resource.as_ref().map_or(Version::V2012, |policy| policy.version);
    decide_by(request, policies, version, policies.resource.iter().flat_map(|policy| &policy.statements))
}

/// Decides on a request as if the resource had a policy of these statements.
pub fn decide_by<'p>(
    request: &'p Request,
    policies: &'p Policies,
    version: Version,
    statements: impl IntoIterator<Item = &'p Statement>,
) -> Decision {
    let asked = Asked { request, context: request.carried() };
    let case = Case::collect(&asked, policies, version, statements);
    let denial = case.denial();
    let decision = |outcome, because| Decision { outcome, because };
    if let Some(denial) = denial.filter(|denial| denial.denies() == Truth::True) {
        return decision(Outcome::ExplicitlyDenied, denial.because());
    }
    let verdict = case.limits().and(permission(&case, &request.action));
    match (verdict.allowed, denial) {
        (Truth::False, _) => decision(Outcome::ImplicitlyDenied, verdict.because()),
        (Truth::True, None) => decision(Outcome::Allowed, verdict.because()),
        (Truth::True, Some(denial)) => decision(Outcome::Unknown, denial.because()),
        (Truth::Unknown, _) => decision(Outcome::Unknown, verdict.because()),
    }
}

/// Whether whoever has to allow a request does.
fn permission<'v>(case: &'v Case<'_>, action: &str) -> Verdict<'v> {
    let limits = || case.limits_of_caller();
    let identity = || limits().and(case.identity());
    let resource = |by| case.resource(by);
    let grants = |by| case.grants(by);
    let any = Standing::any;
    let granted = || {
        let by_role = limits().and(grants(|standing| standing.role));
        let by_account = grants(|standing| standing.account).and(identity());
        grants(|standing| standing.direct).or(by_role).or(by_account)
    };
    match case.relation {
        Relation::Outside => resource(any).or(grants(any)),
        Relation::Own => {
            let by_role = limits().and(resource(|standing| standing.role));
            let by_identity =
                if needs_resource_policy(case, action) { case.delegates().and(identity()) } else { identity() };
            by_identity.or(resource(|standing| standing.direct)).or(by_role).or(granted())
        }
        Relation::Other if kms::operation(action).is_some_and(|operation| !kms::works_across_accounts(operation)) => {
            Verdict::rule(false, "operations of KMS for other accounts")
        }
        // "Both policies must allow", but a grant suffices: who has none needs IAM policies, "or use grants".
        // <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html>
        // <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html>
        Relation::Other => resource(any).and(identity()).or(granted()),
    }
}

/// Whether an identity policy has effect only where the resource's policy says so: "IAM role trust policies and KMS key
/// policies are exceptions to this logic, because they must explicitly allow access for principals".
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>
fn needs_resource_policy(case: &Case<'_>, action: &str) -> bool {
    match case.subject {
        Some(subject) => subject != Subject::Account,
        None => action.get(..4).is_some_and(|service| service.eq_ignore_ascii_case("sts:")) && case.is_about_role(),
    }
}
