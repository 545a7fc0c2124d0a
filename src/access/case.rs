//! All that has a say in a request.

use super::applied::{Applied, Asked};
use super::kms::{self, Subject};
use super::policy::{Policy, Statement, Version};
use super::principal::{Identity, IdentityKind, Standing};
use super::request::{Level, Named, Policies, Request};
use super::source::Source;
use super::truth::Truth;
use super::verdict::Verdict;

/// What the caller is to the account of the resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    /// An identity of the account.
    Own,
    /// An identity of another account.
    Other,
    /// Nobody of any account: there are no identity policies that could allow or deny.
    Outside,
}

/// The statements that have a say in a request, as they apply to it.
pub(super) struct Case<'p> {
    pub(super) relation: Relation,
    /// What an operation of KMS is about.
    pub(super) subject: Option<Subject>,
    request: &'p Request,
    resource: Vec<Applied<'p>>,
    grants: Vec<Applied<'p>>,
    identity: Vec<Applied<'p>>,
    boundary: Option<Vec<Applied<'p>>>,
    session: Option<Vec<Applied<'p>>>,
    endpoint: Option<Vec<Applied<'p>>>,
    scps: Vec<(&'p str, Vec<Applied<'p>>)>,
    rcps: Vec<(&'p str, Vec<Applied<'p>>)>,
}

/// Which way of being about a caller counts.
pub(super) type By = fn(Standing) -> Truth;

impl<'p> Case<'p> {
    /// Which policies are asked depends on the caller and the action. The resource's has these statements.
    pub(super) fn collect(
        asked: &Asked<'p>,
        policies: &'p Policies,
        version: Version,
        statements: impl IntoIterator<Item = &'p Statement>,
    ) -> Self {
        let request = asked.request;
        let operation = kms::operation(&request.action);
        let subject = operation.map(|operation| kms::subject(operation, &request.resource));
        let identity = request.principal.identity();
        let with_policies = identity.filter(|identity| identity.kind != IdentityKind::Root);
        // "SCPs do not affect any service-linked role", and RCPs "do not impact" them either.
        // <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html>
        // <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html>
        let service_linked = identity.is_some_and(Identity::is_service_linked);
        let has_scps = identity.is_some() && !service_linked;
        let has_rcps = !service_linked && !operation.is_some_and(kms::retires);
        let has_policy = !matches!(subject, Some(Subject::Account | Subject::Grant));

        let of = |source, policy: &'p Policy| Applied::all(source, policy.version, &policy.statements, asked);
        let named = |all: &'p [Named], source: fn(&'p str) -> Source<'p>| -> Vec<Applied<'p>> {
            all.iter().flat_map(|one| of(source(&one.name), &one.policy)).collect()
        };
        let levels = |all: &'p [Level], source: fn(&'p str, &'p str) -> Source<'p>| {
            let level = |level: &'p Level| {
                let statements = level.policies.iter().flat_map(|one| of(source(&level.name, &one.name), &one.policy));
                (level.name.as_str(), statements.collect())
            };
            all.iter().map(level).collect()
        };
        Self {
            relation: match identity {
                Some(identity) if identity.account == request.resource_account => Relation::Own,
                Some(_) => Relation::Other,
                None => Relation::Outside,
            },
            subject,
            request,
            resource: if has_policy { Applied::all(Source::Resource, version, statements, asked) } else { Vec::new() },
            grants: Applied::grants(&policies.grants, asked),
            identity: with_policies.map_or(Vec::new(), |_| named(&policies.identity, Source::Identity)),
            boundary: with_policies
                .filter(|_| !policies.boundaries.is_empty())
                .map(|_| named(&policies.boundaries, Source::Boundary)),
            session: with_policies.and(policies.session.as_ref()).map(|policy| of(Source::Session, policy)),
            endpoint: (!policies.endpoint.is_empty()).then(|| named(&policies.endpoint, Source::Endpoint)),
            scps: if has_scps { levels(&policies.scps, Source::ServiceControl) } else { Vec::new() },
            rcps: if has_rcps { levels(&policies.rcps, Source::ResourceControl) } else { Vec::new() },
        }
    }

    /// Whether the resource is a role, whose policy is its trust policy.
    pub(super) fn is_about_role(&self) -> bool {
        self.request.resource.splitn(6, ':').nth(5).is_some_and(|resource| resource.starts_with("role/"))
    }

    /// The statement that denies, or that may.
    pub(super) fn denial(&self) -> Option<&Applied<'p>> {
        let control = self.scps.iter().chain(&self.rcps).flat_map(|(_, statements)| statements);
        let limits = [&self.boundary, &self.session, &self.endpoint].into_iter().flatten().flatten();
        let all = self.resource.iter().chain(&self.identity).chain(limits).chain(control);
        let denying = all.filter(|applied| applied.denies() != Truth::False);
        // The first of those that are the most certain.
        denying.reduce(|first, next| if next.denies() > first.denies() { next } else { first })
    }

    /// What the resource's own policy says.
    pub(super) fn resource(&self, by: By) -> Verdict<'_> {
        Verdict::of("resource policy", &self.resource, by)
    }

    /// What grants on a key say.
    pub(super) fn grants(&self, by: By) -> Verdict<'_> {
        Verdict::of("grant", &self.grants, by)
    }

    /// Whether the resource leaves it to the caller's account. An account may always retire the grants on its keys.
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/grant-delete.html>
    pub(super) fn delegates(&self) -> Verdict<'_> {
        match self.subject {
            Some(Subject::Grant) => Verdict::rule(!self.grants.is_empty(), "grants on the key"),
            _ => self.resource(|standing| standing.account),
        }
    }

    /// What the caller's identity policies say. The root user has none, and "full access".
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>
    pub(super) fn identity(&self) -> Verdict<'_> {
        match self.request.principal.identity() {
            Some(Identity { kind: IdentityKind::Root, .. }) => Verdict::rule(true, "root user"),
            _ => Verdict::of("identity policies", &self.identity, Standing::any),
        }
    }

    /// What limits the caller's identity policies: a permissions boundary and a session policy. The session of a
    /// federated user without a session policy may nothing that its identity policies allow.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>
    pub(super) fn limits_of_caller(&self) -> Verdict<'_> {
        let federated =
            matches!(self.request.principal.identity(), Some(Identity { kind: IdentityKind::FederatedUser, .. }));
        let session = match &self.session {
            None => Verdict::rule(!federated, "session policy"),
            Some(_) => present("session policy", self.session.as_ref()),
        };
        present("permissions boundary", self.boundary.as_ref()).and(session)
    }

    /// What limits everybody: the organizations of the caller and the resource, and the endpoint on the way.
    pub(super) fn limits<'v>(&'v self) -> Verdict<'v> {
        let level = |kind: &str, (name, statements): &'v (&str, Vec<Applied<'p>>)| {
            Verdict::of(format!("{kind} of {name}"), statements, Standing::any)
        };
        let scps = self.scps.iter().map(|one| level("service control policies", one));
        let rcps = self.rcps.iter().map(|one| level("resource control policies", one));
        let endpoint = present("endpoint policy", self.endpoint.as_ref());
        scps.chain(rcps).fold(endpoint, |limits, level| level.and(limits))
    }
}

/// What policies say that limit only where they are there.
fn present<'v>(group: &'static str, statements: Option<&'v Vec<Applied<'v>>>) -> Verdict<'v> {
    statements.map_or_else(|| Verdict::rule(true, group), |all| Verdict::of(group, all, Standing::any))
}
