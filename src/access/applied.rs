//! Statements and grants as they apply to one request.

use super::context::Carried;
use super::decision::{Because, StatementId, TestId};
use super::grant::Grant;
use super::kms;
use super::policy::{Effect, Statement, Test, Version};
use super::principal::Standing;
use super::request::Request;
use super::scope;
use super::source::Source;
use super::truth::Truth;
use super::variable::Texts;

/// A request with all that it carries.
pub(super) struct Asked<'r> {
    pub(super) request: &'r Request,
    pub(super) context: Carried<'r>,
}

/// A statement or grant as it applies to a request.
pub(super) struct Applied<'p> {
    /// Whether it may allow, and may deny; both where a template leaves that open.
    effect: Option<Effect>,
    /// In which ways it is about the caller, so far as the rest of it is about the request.
    pub(super) standing: Standing,
    /// How much of it is about the request; nothing where it is about another service.
    nearness: Option<u8>,
    /// Where all of these are right: the first test that does not hold for certain.
    failed: Option<&'p Test>,
    source: Source<'p>,
    sid: Option<&'p str>,
    index: usize,
}

impl<'p> Applied<'p> {
    /// The statements of a policy of a version.
    pub(super) fn all(
        source: Source<'p>,
        version: Version,
        statements: impl IntoIterator<Item = &'p Statement>,
        asked: &Asked<'_>,
    ) -> Vec<Self> {
        let texts = Texts { version, context: &asked.context };
        let statements = statements.into_iter().enumerate();
        statements.map(|(index, statement)| Self::statement(source, index, statement, asked, &texts)).collect()
    }

    fn statement(
        source: Source<'p>,
        index: usize,
        statement: &'p Statement,
        asked: &Asked<'_>,
        texts: &Texts<'_>,
    ) -> Self {
        let Request { action, resource, principal, context: given, .. } = asked.request;
        let denies = statement.effect == Some(Effect::Deny);
        let none = Self {
            effect: statement.effect,
            standing: Standing::NONE,
            nearness: None,
            failed: None,
            source,
            sid: statement.sid.as_deref(),
            index,
        };
        let acts = statement.action.means(|text| Some(scope::action(text, action)));
        let Some(near) = scope::nearness(&statement.action, acts, action) else { return none };
        let caller =
            statement.principal.as_ref().map_or(Standing::DIRECT, |all| all.standing(principal, given, denies));
        let on = match &statement.resource {
            Some(listed) => listed.means(|text| scope::resource(text, action, resource, texts)),
            // "A key policy statement without a Resource element doesn't apply to any KMS key."
            // <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html>
            None => kms::operation(action).is_none().into(),
        };
        let near = Self { nearness: Some(near + caller.any() as u8 + on as u8), ..none };
        let right = Truth::all([caller.any(), acts, on]);
        if right == Truth::False {
            return near;
        }
        let tests = statement.condition.iter().map(|test| (test, test.holds(texts)));
        let tests: Vec<(&Test, Truth)> = tests.collect();
        let holds = Truth::all(tests.iter().map(|(_, holds)| *holds));
        let failed = tests.iter().filter(|(_, it)| *it != Truth::True).min_by_key(|(_, it)| *it);
        let failed = failed.map(|(test, _)| *test).filter(|_| right == Truth::True);
        Self { standing: caller & acts & on & holds, failed, ..near }
    }

    /// The grants on a key.
    pub(super) fn grants(grants: &[Grant], asked: &Asked<'_>) -> Vec<Self> {
        let Some(operation) = kms::operation(&asked.request.action) else { return Vec::new() };
        let applied = |(index, grant): (usize, &Grant)| {
            let caller = grant.standing(&asked.request.principal, &asked.request.context);
            let acts = grant.covers(operation);
            Self {
                effect: Some(Effect::Allow),
                standing: caller & acts & grant.holds(operation, &asked.context),
                nearness: Some(caller.any() as u8 + acts as u8 + Truth::True as u8),
                failed: None,
                source: Source::Grant,
                sid: None,
                index,
            }
        };
        grants.iter().enumerate().map(applied).collect()
    }

    /// Whether it denies the request.
    pub(super) fn denies(&self) -> Truth {
        self.has(Effect::Deny) & self.standing.any()
    }

    /// Whether it allows the request, by one of the ways in which it is about the caller.
    pub(super) fn allows(&self, by: fn(Standing) -> Truth) -> Truth {
        self.has(Effect::Allow) & by(self.standing)
    }

    /// How near it comes to allowing the request; nothing where it denies, or does not come near.
    pub(super) fn near(&self) -> Option<u8> {
        self.nearness.filter(|_| self.effect != Some(Effect::Deny))
    }

    fn has(&self, effect: Effect) -> Truth {
        self.effect.map_or(Truth::Unknown, |own| (own == effect).into())
    }

    pub(super) fn because(&self) -> Because {
        let condition = self.failed.map(|test| match test {
            Test::Compare { operator, key, .. } => TestId { operator: operator.word.clone(), key: key.clone() },
            Test::Unknown => TestId { operator: "Condition".to_owned(), key: String::new() },
        });
        let id = self.sid.map_or(StatementId::Index(self.index), |sid| StatementId::Sid(sid.to_owned()));
        Because { source: self.source.to_string(), statement: Some(id), condition }
    }
}
