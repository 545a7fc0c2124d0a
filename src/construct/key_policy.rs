//! From uses of keys to the two statements that allow each: in the key's policy, and in the role's.

use std::hash::Hash;

use indexmap::IndexMap;

use super::cx::Cx;
use super::uses::{By, KeyUse};
use crate::cfn::policy::{Action, Condition, Operator, Principal, Statement};
use crate::cfn::{Arn, Handle, iam, kms, regional_arn};
use crate::environment::House;
use crate::name::Target;
use crate::service::{Caller, KeyAccess, Subject};

/// The statements of a key's policy that let its users use it: one for each kind of access and user, with all that
/// is encrypted listed in it, and one for all that a role does with the key itself. A role stands in its condition, so
/// the key never waits for a role.
pub fn key_statements(uses: &[KeyUse], key_at: &Target, house: &House) -> Vec<Statement> {
    let groups = grouped(uses, |used| {
        let id = used.access.id;
        let who = match &used.by {
            By::Role(role) if is_direct(used) => (None, false, Some(role.id()), None),
            By::Service(source) => {
                // Each source may use the key for what it sends to, and for nothing that others send to.
                let to = source.as_ref().and_then(|_| used.in_context());
                let sid = to.map_or_else(|| id.to_owned(), |to| format!("{id}To{}", to.logical));
                (Some(sid), source.is_some(), to, None)
            }
            By::Creator(deployers) => (Some(id.to_owned()), false, None, Some(deployers)),
            By::Role(role) => (Some(format!("{id}By{}", role.id().logical)), false, Some(role.id()), None),
        };
        let called_from = used.subject.as_ref().map_or(&[][..], Subject::calling_regions);
        (who, used.data_at(key_at).account.as_ref(), called_from)
    });
    let statements = groups.into_iter().map(|(((sid, _, user, _), ..), group)| {
        let sid = sid.unwrap_or_else(|| format!("{}By{}", group.verb(), user.map_or("", |user| user.logical.as_str())));
        let (actions, Group { first, subjects, sources, .. }) = (group.actions(), group);
        let data_at = first.data_at(key_at);
        let account = Principal::account(data_at);
        let (principal, caller) = match (&first.by, &first.access.caller) {
            (By::Service(_), Caller::Service(principal, _)) => {
                (Principal::Service(vec![principal.at(key_at)]), Condition::default())
            }
            (By::Service(_), Caller::Through(_) | Caller::Directly) => {
                unreachable!("a service calls by its own principal")
            }
            (By::Role(role), _) => role_principal(role, key_at, house),
            (By::Creator(deployers), _) => {
                let caller = match deployers.as_slice() {
                    [] => Condition::default(),
                    some => Condition::default().caller(some.iter().map(|deployer| deployer.arn(data_at))),
                };
                (account, in_organization(caller, data_at, key_at, house))
            }
        };
        let request = first.access.condition(key_at, &subjects, &sources, house.organization.as_ref());
        let statement = Statement::allow(sid, actions, vec![Arn::any()]);
        statement.to(principal).when(caller.with(request))
    });
    statements.collect()
}

/// How the policy of a resource names a role: as its account, under a condition on the caller; and under one on the
/// organization where the role may be in another account.
pub fn role_principal(role: &Handle<iam::Role>, at: &Target, house: &House) -> (Principal, Condition) {
    let condition = Condition::default().caller([Arn::naming(role).text()]);
    (Principal::account(role.target()), in_organization(condition, role.target(), at, house))
}

/// The condition on a caller, with one on the organization where the caller may be in another account than the
/// resource.
pub fn in_organization(caller: Condition, from: &Target, at: &Target, house: &House) -> Condition {
    match house.organization.as_ref().filter(|_| from.may_be_foreign(at)) {
        Some(id) => caller.and(Operator::StringEquals, "aws:PrincipalOrgID", [id.as_str().into()]),
        None => caller,
    }
}

/// The statements of a role's policy for all that it was granted, and for the keys that this takes.
pub fn role_statements(role: &Handle<iam::Role>, cx: &Cx<'_>) -> Vec<Statement> {
    let accesses = cx.accesses.get(role.id()).into_iter().flatten().map(|access| {
        let statement = Statement::allow(access.sid.clone(), access.actions.clone(), access.resources.clone());
        statement.when(access.condition.clone())
    });
    accesses.chain(identity_statements(cx.role_uses.get(role.id()).map_or(&[], Vec::as_slice))).collect()
}

/// Whether a role uses a key itself, not through a service.
fn is_direct(used: &KeyUse) -> bool {
    matches!((&used.by, &used.access.caller), (By::Role(_), Caller::Directly)) && used.subject.is_none()
}

/// The statements of a role's policy that let it use keys: the other half of what the keys' policies say of it. Keys of
/// which a role may do the same share a statement. A key that is known by its alias alone is whatever has that alias.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html>
pub(super) fn identity_statements(uses: &[KeyUse]) -> Vec<Statement> {
    let direct = |key: &Handle<kms::Key>| {
        let of_key = uses.iter().filter(|used| is_direct(used) && used.key.id() == key.id());
        of_key.map(|used| used.access.id).collect::<Vec<&str>>()
    };
    let alone = |used: &KeyUse| used.subject.is_some() || used.key.only_alias().is_some();
    let groups = grouped(uses, |used| {
        let verbs = if is_direct(used) { direct(&used.key) } else { vec![used.access.id] };
        (verbs, alone(used).then(|| used.key.id().clone()))
    });
    let statements = groups.into_values().map(|group| {
        let (verb, actions) = (group.verb(), group.actions());
        let Group { first, subjects, sources, keys, .. } = group;
        let under = if keys.len() == 1 { first.key.id().logical.as_str() } else { "SeveralKeys" };
        let sid = format!("{verb}Under{under}");
        let condition = first.access.condition(first.key.target(), &subjects, &sources, None);
        let (keys, condition) = match first.key.only_alias() {
            None => (keys.into_iter().map(|key| key.arn().into()).collect(), condition),
            Some(alias) => (
                vec![Arn::literal(regional_arn("kms", first.key.target(), "key/*"))],
                condition.and(Operator::ForAnyValueStringEquals, "kms:ResourceAliases", [alias]),
            ),
        };
        Statement::allow(sid, actions, keys).when(condition)
    });
    statements.collect()
}

/// Uses that one statement allows.
struct Group<'u> {
    first: &'u KeyUse,
    accesses: Vec<&'static KeyAccess>,
    subjects: Vec<&'u Subject>,
    sources: Vec<&'u Subject>,
    keys: Vec<&'u Handle<kms::Key>>,
}

impl Group<'_> {
    /// What their statement is called by: the only access, or any use.
    fn verb(&self) -> &'static str {
        if let [only] = self.accesses.as_slice() { only.id } else { "Use" }
    }

    fn actions(&self) -> Vec<Action> {
        let mut actions: Vec<Action> = self.accesses.iter().flat_map(|access| access.actions).copied().collect();
        if self.accesses.len() > 1 {
            actions.sort_unstable();
        }
        actions
    }
}

/// Uses by what they have in common, with all their subjects and sources, in the order in which each kind first comes.
fn grouped<'u, K: Hash + Eq>(uses: &'u [KeyUse], common: impl Fn(&'u KeyUse) -> K) -> IndexMap<K, Group<'u>> {
    let mut groups: IndexMap<K, Group<'u>> = IndexMap::new();
    for used in uses {
        let new =
            || Group { first: used, accesses: Vec::new(), subjects: Vec::new(), sources: Vec::new(), keys: Vec::new() };
        let group = groups.entry(common(used)).or_insert_with(new);
        if !group.accesses.contains(&used.access) {
            group.accesses.push(used.access);
        }
        group.subjects.extend(&used.subject);
        if group.keys.iter().all(|key| key.id() != used.key.id()) {
            group.keys.push(&used.key);
        }
        if let By::Service(Some(source)) = &used.by {
            group.sources.push(source);
        }
    }
    groups
}
