//! Statements, and where they stand.

use std::sync::Arc;

use serde_json::Value as Json;

use super::super::super::finding::{Finding, Hazard, Severity};
use super::super::super::world::World;
use super::Report;
use super::identity::Document;
use crate::access::{Effect, Named, Policies, Policy, PrincipalKind, Statement, Test, Text, Truth, means_action};
use crate::service::kms::{ACTIONS, WITHOUT_KEY};

/// A statement of a policy.
#[derive(Debug)]
pub(super) struct Stated<'p> {
    pub(super) statement: &'p Statement,
    /// What it is called, in words.
    pub(super) name: String,
    resource: usize,
    pointer: String,
}

impl<'p> Stated<'p> {
    /// The statements of a key's policy.
    pub(super) fn of_key(world: &'p World<'_>, key: usize) -> Vec<Self> {
        let key = world.key(key);
        Self::of(&key.policy, &key.document, key.resource, "/Properties/KeyPolicy")
    }

    /// The statements of a policy of roles or users.
    pub(super) fn of_document(document: &'p Document<'_>) -> Vec<Self> {
        Self::of(&document.policy, document.json, document.resource, &document.pointer)
    }

    fn of(policy: &'p Policy, document: &Json, resource: usize, pointer: &str) -> Vec<Self> {
        let several = document["Statement"].is_array();
        let stated = policy.statements.iter().enumerate().map(|(index, statement)| Self {
            statement,
            name: statement.id(index).to_string(),
            resource,
            pointer: if several { format!("{pointer}/Statement/{index}") } else { format!("{pointer}/Statement") },
        });
        stated.collect()
    }

    /// Reports something about an element of it.
    pub(super) fn report(&self, to: &mut Report<'_, '_>, hazard: Hazard, element: &str, message: String, hint: String) {
        let pointer = if element.is_empty() { self.pointer.clone() } else { format!("{}/{element}", self.pointer) };
        let at = to.world.at(self.resource, pointer);
        to.found.push(Finding::new(hazard, Severity::Warning, at, message).hint(hint));
    }

    /// The number of the resource that it stands in.
    pub(super) fn resource(&self) -> usize {
        self.resource
    }

    /// Whether it allows something.
    pub(super) fn allows(&self) -> bool {
        self.statement.effect == Some(Effect::Allow)
    }

    /// The policies where no other statement of the key's policy allows anything; `identity` is what the caller's account
    /// lets them do.
    pub(super) fn alone(&self, world: &World<'_>, key: usize, identity: Option<Policy>) -> Policies {
        let whole = &world.key(key).policy;
        let others = |statement: &&Statement| {
            std::ptr::eq(*statement, self.statement) || statement.effect != Some(Effect::Allow)
        };
        let statements = whole.statements.iter().filter(others).cloned().collect();
        let policy = Policy { version: whole.version, statements };
        let named = |policy| Named { name: "what the account lets them do".to_owned(), policy: Arc::new(policy) };
        let identity = identity.into_iter().map(named).collect();
        Policies { resource: Some(Arc::new(policy)), identity, ..Policies::default() }
    }

    /// The patterns of its actions that are known; none where it is about all others.
    pub(super) fn actions(&self) -> impl Iterator<Item = &'p str> {
        let listed = Some(&self.statement.action).filter(|listed| !listed.except);
        listed.into_iter().flat_map(|listed| known(&listed.texts))
    }

    /// The names that it has for its principals of a kind, so far as they are known.
    pub(super) fn principals(&self, of: PrincipalKind) -> impl Iterator<Item = &'p str> {
        let listed = self.statement.principal.as_ref().filter(|listed| !listed.except);
        listed.into_iter().flat_map(|listed| &listed.all).filter_map(move |(kind, name)| match name {
            Text::Known(name) if *kind == of => Some(name.as_str()),
            _ => None,
        })
    }

    /// The resources that it is about, so far as they are known.
    pub(super) fn resources(&self) -> impl Iterator<Item = &'p str> {
        let listed = self.statement.resource.as_ref().filter(|listed| !listed.except);
        listed.into_iter().flat_map(|listed| known(&listed.texts))
    }

    /// Whether a condition tests one of these keys, or is not known.
    pub(super) fn tests(&self, keys: &[&str]) -> bool {
        self.statement.condition.iter().any(|test| match test {
            Test::Compare { key, .. } => keys.iter().any(|known| known.eq_ignore_ascii_case(key)),
            Test::Unknown => true,
        })
    }
}

/// Texts that are known.
pub(super) fn known(texts: &[Text]) -> impl Iterator<Item = &str> {
    texts.iter().filter_map(|text| match text {
        Text::Known(text) => Some(text.as_str()),
        Text::Unknown => None,
    })
}

/// Whether a pattern of actions means one.
pub(super) fn means(pattern: &str, action: &str) -> bool {
    match pattern.contains(['*', '?']) {
        true => means_action(&Text::Known(pattern.to_owned()), action) == Truth::True,
        false => pattern.eq_ignore_ascii_case(action),
    }
}

/// Whether a pattern of actions is about KMS.
pub(super) fn is_of_kms(pattern: &str) -> bool {
    pattern.get(..4).is_some_and(|service| service.eq_ignore_ascii_case("kms:"))
}

/// The actions of KMS that a pattern means, those first that have a key.
pub(super) fn meant(pattern: &str) -> impl Iterator<Item = &'static str> {
    ACTIONS.iter().chain(WITHOUT_KEY).copied().filter(move |action| means(pattern, action))
}
