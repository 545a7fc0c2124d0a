//! The passes of grants and uses.

use std::collections::HashMap;

use super::names::Named;
use crate::cfn::ResourceId;
use crate::construct::{Access, By, Cx, EntryId, Grant, KeyUse, Stored, a, if_foreign};
use crate::constructs::{Kind, Placed};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span, listed};
use crate::name::Target;
use crate::parallel;

/// What constructs use of each other.
#[derive(Default)]
pub(super) struct Collected {
    grants: HashMap<EntryId, Vec<Grant>>,
    key_uses: HashMap<ResourceId, Vec<KeyUse>>,
    stored: HashMap<ResourceId, Vec<Stored>>,
    role_uses: HashMap<ResourceId, Vec<KeyUse>>,
    accesses: HashMap<ResourceId, Vec<Access>>,
}

impl Collected {
    /// What the construct `me` sees.
    pub(super) fn cx<'a>(&'a self, named: &'a Named<'_>, me: EntryId) -> Cx<'a> {
        let Self { grants, key_uses, stored, role_uses, accesses } = self;
        Cx { model: &named.model, me, grants, key_uses, stored, role_uses, accesses }
    }

    /// The keys that whoever IAM lets may use to create something.
    pub(super) fn open_to_creators(&self) -> impl Iterator<Item = &ResourceId> {
        let open = |uses: &[KeyUse]| uses.iter().any(|used| used.by.deployers().is_some_and(<[_]>::is_empty));
        self.key_uses.iter().filter(move |(_, uses)| open(uses)).map(|(key, _)| key)
    }
}

/// Asks every construct what it was granted, then what use of keys follows.
pub(super) fn collect(named: &Named<'_>, found: &mut Diagnostics) -> Collected {
    let mut collected = Collected::default();
    let mut grants: HashMap<EntryId, Vec<Grant>> = HashMap::new();
    for (me, placed) in named.placed.iter().enumerate() {
        for grant in placed.grants(&collected.cx(named, me), found) {
            check(&grant, named, found);
            check_account(&grant, named, found);
            let on = &named.model.entries()[grant.on];
            let ours = on.handles.iter().all(|part| part.outside.is_none());
            if let Some(role) = grant.role().filter(|_| ours) {
                let here = &named.model.instances[on.instance.0 as usize].target;
                found.extend(unnamed_account(here, role.target(), grant.at));
            }
            let on: &mut Vec<Grant> = grants.entry(grant.on).or_default();
            match on.iter_mut().find(|other| other.to.is(&grant.to)) {
                Some(other) => other.add(grant.words), // a dead-letter topic that is granted too
                None => on.push(grant),
            }
        }
    }
    collected.grants = grants;

    let placed = named.placed.iter().enumerate().collect();
    for uses in parallel::map(placed, |(me, placed): (usize, &Placed<'_>)| placed.uses(&collected.cx(named, me))) {
        let Some(uses) = found.take(uses) else { continue };
        for used in uses.keys {
            if !used.key.is_outside() {
                found.extend(unnamed_account(used.key.target(), used.caller_at(), used.at));
            }
            if let By::Role(role) = &used.by {
                collected.role_uses.entry(role.id().clone()).or_default().push(used.clone());
            }
            collected.key_uses.entry(used.key.id().clone()).or_default().push(used);
        }
        for stored in uses.stored {
            collected.stored.entry(stored.key.id().clone()).or_default().push(stored);
        }
        for access in uses.accesses {
            collected.accesses.entry(access.role.id().clone()).or_default().push(access);
        }
    }
    collected
}

/// The words of a grant are such as the construct it is on offers.
fn check(grant: &Grant, named: &Named<'_>, found: &mut Diagnostics) {
    let entry = &named.model.entries()[grant.on];
    if let Err(mistake) = entry.is_there(grant.at) {
        return found.extend(mistake);
    }
    let kind = a(entry.kind);
    let offered = Kind::find(entry.kind).map(|kind| (kind.grantable)()).unwrap_or_default();
    let refuse = |diagnostic: Diagnostic| diagnostic.related(entry.place, format!("`{}`", entry.kind));
    if offered.is_empty() {
        let message = format!("nothing can be granted on {kind}");
        return found.push(refuse(Diagnostic::error(Code::WrongReference, grant.at, message)));
    }
    if grant.words.is_empty() {
        let message = format!("nothing is granted on `{}` here", entry.path);
        found.push(Diagnostic::error(Code::InvalidValue, grant.at, message).allowed(offered.iter().copied()));
    }
    for word in grant.words.iter().filter(|word| !offered.contains(&word.value.as_str())) {
        if word.implied {
            let message = format!("this takes `{}` on `{}`, which {kind} does not let anybody", word.value, entry.path);
            found.push(refuse(Diagnostic::error(Code::WrongReference, word.span, message)));
            continue;
        }
        let message = format!("`{}` cannot be granted on {kind}", word.value);
        let diagnostic = Diagnostic::error(Code::InvalidValue, word.span, message);
        let several: Vec<&str> = word.value.split([',', ' ']).filter(|word| !word.is_empty()).collect();
        found.push(refuse(match several.iter().all(|word| offered.contains(word)) {
            true => diagnostic.hint(format!("several words are a list: `[{}]`", several.join(", "))),
            false => diagnostic.nearest(&word.value, offered.iter().copied()),
        }));
    }
}

/// A policy of a named account cannot speak of one that nobody names: in its template, the account is its own.
fn unnamed_account(here: &Target, there: &Target, at: Span) -> Option<Diagnostic> {
    let account = here.account.as_ref().filter(|_| there.account.is_none())?;
    let message =
        format!("this is let in by a policy in the account `{account}`, and nobody says of which account it is");
    let diagnostic = Diagnostic::error(Code::MissingProperty, at, message);
    Some(diagnostic.hint("`account` in environments.yaml names it, or `account` at the top of the stack file"))
}

/// A role of another account needs a policy of the resource that lets it in, and not every kind has one.
fn check_account(grant: &Grant, named: &Named<'_>, found: &mut Diagnostics) {
    let entry = &named.model.entries()[grant.on];
    if Kind::find(entry.kind).is_none_or(|kind| kind.admits_other_accounts || (kind.grantable)().is_empty()) {
        return;
    }
    let here = &named.model.instances[entry.instance.0 as usize].target;
    let Some(role) = grant.role() else { return };
    let words = listed(grant.words.iter().map(|word| word.value.as_str()));
    let kind = a(entry.kind);
    let account = |at: &Target, unknown: &str| at.account.as_ref().map_or(unknown.to_owned(), |it| format!("`{it}`"));
    let (there, own) = (account(role.target(), "not named"), account(here, "this account"));
    let message = format!("{words} on {kind} cannot be granted to a role of another account, which is {there}");
    let hint = format!("grant it to a role of {own} that the other role assumes: {kind} has no policy to let it in");
    let diagnostic = Diagnostic::error(Code::WrongReference, grant.at, message).hint(hint);
    found.extend(if_foreign(role, here, diagnostic.related(entry.place, format!("`{}`", entry.kind))));
}
