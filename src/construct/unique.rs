//! Names that are given twice: in a template, in an account, in a region.

use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::cfn::{Pseudo, ResourceId, Val};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span, listed};
use crate::name::{NameRule, Path, Region, Scope, Target};

/// What a construct claims for itself alone.
#[derive(Clone, Debug)]
pub struct Claim {
    /// A resource, which has its logical id; none where only a name is claimed.
    pub id: Option<ResourceId>,
    /// A name, and what its service says of names; none for what AWS numbers.
    pub name: Option<(Val<String>, &'static NameRule)>,
    /// Where it is deployed.
    pub target: Target,
    /// Where the construct is written.
    pub place: Span,
    /// The construct's path.
    pub path: Path,
}

/// Every physical name of a run, in all environments.
#[derive(Debug, Default)]
pub struct UniqueNames {
    physical: IndexMap<Physical, (&'static NameRule, Vec<Owner>)>,
    found: Vec<(Arc<str>, Diagnostic)>,
}

/// What has a name, such as `a table`, and the name.
type Physical = (&'static str, String);

/// Who has a name.
#[derive(Clone, Debug)]
pub struct Owner {
    /// The environment.
    pub environment: Arc<str>,
    /// Where it is deployed.
    pub target: Target,
    /// Where it is written.
    pub place: Span,
    /// What it belongs to: a construct's path, a stack's name.
    pub of: String,
}

impl UniqueNames {
    /// Counts the physical names of a template's resources, and reports logical ids that it has twice.
    pub fn add(&mut self, claims: &[Claim], environment: &Arc<str>) {
        // A table's replicas have its logical id, each in a region of its own.
        let mut logical: HashMap<(&ResourceId, Option<&Region>), &Claim> = HashMap::with_capacity(claims.len());
        for claim in claims {
            let Claim { id, name, target, place, path } = claim;
            let other = id.as_ref().and_then(|id| Some((id, logical.insert((id, target.region.as_ref()), claim)?)));
            // Of two constructs, one resource that both make is enough.
            let told = |(env, found): &(Arc<str>, Diagnostic)| {
                env == environment && found.code == Code::DuplicateLogicalId && found.place == (*place).into()
            };
            if let Some((id, other)) = other.filter(|(_, other)| other.place == *place || !self.found.iter().any(told))
            {
                let message = format!("`{path}` and `{}` both make `{}`", other.path, id.logical);
                let diagnostic = Diagnostic::error(Code::DuplicateLogicalId, *place, message);
                let diagnostic = match other.place == *place {
                    true => diagnostic,
                    false => diagnostic
                        .related(other.place, "the other one")
                        .hint("an id is made of the letters and digits of scope and id: rename one of the two"),
                };
                self.found.push((Arc::clone(environment), diagnostic));
            }
            if let Some((name, rule)) = name {
                let owner = Owner {
                    environment: Arc::clone(environment),
                    target: target.clone(),
                    place: *place,
                    of: path.to_string(),
                };
                self.claim(name.symbolic(), rule, owner);
            }
        }
    }

    /// Counts a physical name.
    pub fn claim(&mut self, name: String, rule: &'static NameRule, owner: Owner) {
        self.physical.entry((rule.of, name)).or_insert_with(|| (rule, Vec::new())).1.push(owner);
    }

    /// The names that are given twice, as far as they concern an environment.
    pub fn collisions(&self, environment: &str) -> Diagnostics {
        let logical = self.found.iter().filter(|(env, _)| **env == *environment);
        let mut found: Diagnostics = logical.map(|(_, diagnostic)| diagnostic.clone()).collect();
        for ((_, name), (rule, owners)) in self.physical.iter().filter(|(_, (_, owners))| owners.len() > 1) {
            let (own, others): (Vec<&Owner>, Vec<&Owner>) =
                owners.iter().partition(|owner| *owner.environment == *environment);
            if rule.scope == Scope::Setting {
                found.extend(repeated_setting(rule.of, &own, &others));
                continue;
            }
            let scope = scope_of(name, rule);
            for (at, second) in own.iter().enumerate() {
                if let Some(first) = own[..at].iter().find(|first| may_share(first, second, scope)) {
                    let message = format!("{} called `{name}` is here twice", rule.of);
                    let diagnostic = Diagnostic::error(Code::DuplicateName, second.place, message);
                    found.push(diagnostic.related(first.place, format!("`{}` has the same name", first.of)));
                }
            }
            let Some(first) = own.first() else { continue };
            let sharing: Vec<&&Owner> = others.iter().filter(|other| may_share(other, first, scope)).collect();
            let mut elsewhere: Vec<&str> = sharing.iter().map(|other| &*other.environment).collect();
            elsewhere.dedup();
            if !elsewhere.is_empty() {
                let elsewhere = listed(elsewhere);
                let (why, mend) = match scope {
                    Scope::Partition | Scope::RegionOfAll => ("and no two accounts can have one name", ""),
                    _ if sharing.iter().all(|other| is_same_account(other, first)) => {
                        ("which is in the same account", ", or another `account` for one of the environments")
                    }
                    _ => ("which may share an account", ", or an `account` for each environment"),
                };
                let message = format!("{} called `{name}` is also in {elsewhere}, {why}", rule.of);
                let diagnostic = Diagnostic::error(Code::DuplicateName, first.place, message);
                found.push(diagnostic.hint(format!("a naming rule with `{{{{ env }}}}` in it{mend}")));
            }
        }
        found
    }
}

/// Where a name has to be unique: no other account can have one that holds the number of the account.
fn scope_of(name: &str, rule: &NameRule) -> Scope {
    let own = name.contains(&format!("${{{}}}", Pseudo::AccountId.name()));
    match rule.scope {
        Scope::Partition if own => Scope::Account,
        Scope::RegionOfAll if own => Scope::Region,
        scope => scope,
    }
}

/// A setting that is made twice. In two environments it is an error only where they name the same account.
fn repeated_setting(of: &str, own: &[&Owner], others: &[&Owner]) -> Diagnostics {
    let mut found = Diagnostics::default();
    for (at, second) in own.iter().enumerate() {
        if let Some(first) = own[..at].iter().find(|first| may_share(first, second, Scope::Setting)) {
            let message = format!("an account has {of} once in each region, and this is the second");
            let diagnostic = Diagnostic::error(Code::DuplicateName, second.place, message);
            found.push(diagnostic.related(first.place, format!("`{}` is the first", first.of)));
        }
    }
    let Some(first) = own.first() else { return found };
    let sharing = others.iter().filter(|other| may_share(other, first, Scope::Setting));
    let (same, unknown): (Vec<&Owner>, Vec<&Owner>) = sharing.partition(|other| is_same_account(other, first));
    let elsewhere = |owners: &[&Owner]| {
        let mut names: Vec<&str> = owners.iter().map(|owner| &*owner.environment).collect();
        names.dedup();
        listed(names)
    };
    if !same.is_empty() {
        let message = format!(
            "an account has {of} once in each region, and it is also made in {}, in the same account",
            elsewhere(&same)
        );
        let diagnostic = Diagnostic::error(Code::DuplicateName, first.place, message);
        found.push(diagnostic.hint("`only` keeps it in one of the environments"));
    }
    if !unknown.is_empty() {
        let message =
            format!("an account has {of} once in each region, and it is also made in {}", elsewhere(&unknown));
        let note = Diagnostic::note(Code::DuplicateName, first.place, message);
        found.push(
            note.note_line("where these share an account, the last one that is deployed counts")
                .hint("an `account` for each environment says that they do not, `only` keeps it in one of them"),
        );
    }
    found
}

/// Whether two resources are in one account for certain.
fn is_same_account(one: &Owner, other: &Owner) -> bool {
    one.target.account.is_some() && one.target.account == other.target.account
}

/// Whether two resources may come into one partition, account or region, as far as the service asks for that.
fn may_share(one: &Owner, other: &Owner, scope: Scope) -> bool {
    let (ours, theirs) = (&one.target, &other.target);
    if scope == Scope::Partition {
        let (ours, theirs) = (ours.partition(), theirs.partition());
        return ours.is_none() || theirs.is_none() || ours == theirs;
    }
    let account = scope == Scope::RegionOfAll
        || ours.account.is_none()
        || theirs.account.is_none()
        || ours.account == theirs.account;
    // Within an environment, a region beside a construct is another one than the primary, even where that is not known.
    let unknown = one.environment != other.environment && (ours.region.is_none() || theirs.region.is_none());
    account && (scope == Scope::Account || unknown || ours.region == theirs.region)
}
