//! The smallest change that would allow a request, found by trying.

use super::super::flow::Flow;
use super::super::world::{Who, World};
use super::advice;
use super::shown::{own_statements, statements};
use crate::access::{
    Because, Caller, Decision, Effect, Outcome, PrincipalKind, Request, Statement, Text, Truth, means_action,
};
use crate::service::kms::WITH_CONTEXT;

/// A flow that does not work.
pub(super) struct Remedy<'r, 't> {
    pub(super) world: &'r World<'t>,
    pub(super) flow: &'r Flow,
    /// The worst of its requests, and what was decided on it.
    pub(super) request: &'r Request,
    pub(super) decision: &'r Decision,
    /// All that are as bad.
    pub(super) requests: &'r [&'r Request],
}

impl Remedy<'_, '_> {
    /// What the requests are for.
    pub(super) fn actions(&self) -> Vec<&str> {
        let mut actions: Vec<&str> = self.requests.iter().map(|request| request.action.as_str()).collect();
        actions.sort_unstable();
        actions.dedup();
        actions
    }

    /// What to change.
    pub(super) fn words(&self) -> String {
        if let Some(malformed) = self.world.key(self.flow.key).malformed.first() {
            return format!("the policy of the key cannot be read: {}", malformed.message);
        }
        let because = &self.decision.because;
        match self.decision.outcome {
            Outcome::ExplicitlyDenied => self.denial(),
            Outcome::Unknown => self.by_condition().unwrap_or_else(|| format!("it depends on {}", named(because))),
            _ => {
                let near = self.by_condition().or_else(|| self.by_name()).or_else(|| self.by_action());
                near.unwrap_or_else(|| self.by_statement())
            }
        }
    }

    fn denial(&self) -> String {
        let because = &self.decision.because;
        let statement = named(because);
        match advice::on_denial(self.world, self.flow, self.request, because) {
            Some(tests) => format!("{statement} denies it by its {tests}"),
            None => format!(
                "{statement} denies it: leave out who has to, by `aws:PrincipalArn`, `aws:PrincipalIsAWSService` or \
                 `kms:ViaService`"
            ),
        }
    }

    /// A statement that is missing.
    fn by_statement(&self) -> String {
        match self.lacks_own_policy() {
            true => {
                let statements = own_statements(self.world, self.flow.key, self.requests);
                format!("add to a policy of `{}`: {statements}", self.caller())
            }
            false => format!("add to the policy of the key: {}", statements(self.world, self.requests)),
        }
    }

    fn caller(&self) -> &str {
        let Caller::Identity(identity) = &self.request.principal else { return "" };
        let resource = self.world.deployment.by_arn(&identity.arn);
        resource.map_or(identity.arn.as_str(), |at| self.world.resource(at).id)
    }

    /// Whether the key's policy leaves it to the policies of the role or user.
    fn lacks_own_policy(&self) -> bool {
        let administrator = || self.world.decide(self.flow.key, Who::Administrator, self.request).outcome;
        matches!(self.flow.who, Who::Principal(_)) && administrator() == Outcome::Allowed
    }

    /// The one test that keeps the nearest statement from allowing.
    fn by_condition(&self) -> Option<String> {
        let because = &self.decision.because;
        let test = because.condition.as_ref()?;
        let fails = advice::on_test(self.world, self.flow, self.request, because)?;
        Some(format!("{} comes nearest: its `{}` on `{}` {fails}", named(because), test.operator, test.key))
    }

    /// A statement for the same service by another name.
    fn by_name(&self) -> Option<String> {
        let Caller::Outside(PrincipalKind::Service, name) = &self.request.principal else { return None };
        let service = |name: &str| name.split('.').next().unwrap_or_default().to_owned();
        let statements = self.key_statements().filter(|(_, it)| it.effect == Some(Effect::Allow));
        statements.into_iter().find_map(|(at, statement)| {
            let principals = statement.principal.as_ref().filter(|principals| !principals.except)?;
            let alike = principals.all.iter().find_map(|(kind, text)| match (kind, text) {
                (PrincipalKind::Service, Text::Known(other)) if other != name && service(other) == service(name) => {
                    Some(other)
                }
                _ => None,
            })?;
            let regional = name.split('.').count() > 3;
            let why = if regional { "a principal for each region" } else { "the same principal in all regions" };
            let id = statement.id(at);
            Some(format!("{id} of the key policy names `{alike}`, and the service has {why}: `{name}`"))
        })
    }

    fn key_statements(&self) -> impl Iterator<Item = (usize, &Statement)> {
        self.world.key(self.flow.key).policy.statements.iter().enumerate()
    }

    /// A statement that is right but for its actions.
    fn by_action(&self) -> Option<String> {
        let own = self.lacks_own_policy();
        let fits = |statement: &Statement| {
            uses_keys(statement) && self.world.would_allow(self.flow.key, self.flow.who, self.request, statement, own)
        };
        let actions = crate::diagnostic::listed(self.actions());
        let which = if let (true, Who::Principal(at)) = (own, self.flow.who) {
            let policies = &self.world.principals[at].policies;
            let of = policies.iter().find(|named| named.policy.statements.iter().any(fits))?;
            format!("the statement of identity policy {} that is about the key", of.name)
        } else {
            let (at, statement) = self.key_statements().find(|(_, statement)| fits(statement))?;
            format!("{} of the key policy", statement.id(at))
        };
        Some(format!("add {actions} to {which}: it is right but for that"))
    }
}

/// What decided, in words.
fn named(because: &Because) -> String {
    let source = because.source.replace("resource policy", "key policy");
    match &because.statement {
        Some(id) => format!("{id} of the {source}"),
        None => format!("the {source}"),
    }
}

/// Whether a statement lets anybody encrypt or decrypt.
fn uses_keys(statement: &Statement) -> bool {
    let of_kms = |text: &Text| matches!(text, Text::Known(action) if action.to_ascii_lowercase().starts_with("kms:"));
    let uses = |text: &Text| WITH_CONTEXT.iter().any(|action| means_action(text, action) == Truth::True);
    statement.effect == Some(Effect::Allow) && statement.action.texts.iter().any(|text| of_kms(text) && uses(text))
}
