//! Names that are given twice: in a template, in an account, in a region.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use crate::cfn::{AnyHandle, ResourceId};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::name::{NameRule, Path, Scope, Target};

/// A resource that has its names.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The resource.
    pub handle: Arc<AnyHandle>,
    /// What its service says of names; none for what AWS numbers.
    pub rule: Option<&'static NameRule>,
    /// Where the construct is written that it is part of.
    pub place: Span,
    /// The construct's path.
    pub path: Path,
}

/// Every physical name of a run, in all environments.
#[derive(Debug, Default)]
pub struct UniqueNames {
    physical: HashMap<(&'static str, String), Vec<Owner>>,
    found: Vec<Clash>,
}

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
        let mut logical: HashMap<&ResourceId, &Claim> = HashMap::with_capacity(claims.len());
        for claim in claims {
            let Claim { handle, rule, place, path } = claim;
            if let Some(other) = logical.insert(&handle.id, claim) {
                let message = format!("`{path}` and `{}` both make `{}`", other.path, handle.id.logical);
                let diagnostic = Diagnostic::error(Code::DuplicateLogicalId, *place, message);
                let diagnostic = match other.place == *place {
                    true => diagnostic,
                    false => diagnostic.related(other.place, "the other one"),
                };
                self.found.push(Clash { environments: vec![Arc::clone(environment)], diagnostic });
            }
            if let Some(rule) = rule {
                let owner = Owner {
                    environment: Arc::clone(environment),
                    target: handle.target.clone(),
                    place: *place,
                    of: path.to_string(),
                };
                self.claim(handle.kind, handle.name.clone().text().symbolic(), rule, owner);
            }
        }
    }

    /// Counts a physical name.
    pub fn claim(&mut self, kind: &'static str, name: String, rule: &NameRule, owner: Owner) {
        if name.is_empty() {
            return; // there is no name, which is reported already
        }
        match self.physical.entry((kind, name)) {
            Entry::Vacant(slot) => drop(slot.insert(vec![owner])),
            Entry::Occupied(mut slot) => {
                // One in the same environment says more than one elsewhere.
                let clash = slot.get().iter().filter(|other| may_share(other, &owner, rule.scope));
                let clash = clash.max_by_key(|other| other.environment == owner.environment);
                self.found.extend(clash.map(|other| clash_of(rule.of, &slot.key().1, other, &owner)));
                slot.get_mut().push(owner);
            }
        }
    }

    /// The names that are given twice, as far as they concern an environment.
    pub fn collisions(&self, environment: &str) -> Diagnostics {
        let own = self.found.iter().filter(|clash| clash.environments.iter().any(|env| **env == *environment));
        own.map(|clash| clash.diagnostic.clone()).collect()
    }
}

/// A name that is given twice, and the environments that it concerns.
#[derive(Debug)]
struct Clash {
    environments: Vec<Arc<str>>,
    diagnostic: Diagnostic,
}

fn clash_of(of: &str, name: &str, first: &Owner, second: &Owner) -> Clash {
    let (environment, other) = (&second.environment, &first.environment);
    if environment == other {
        let message = format!("{of} called `{name}` is here twice");
        let mut diagnostic = Diagnostic::error(Code::DuplicateName, second.place, message);
        if first.place != second.place {
            diagnostic = diagnostic.related(first.place, format!("`{}` has the same name", first.of));
        }
        return Clash { environments: vec![Arc::clone(environment)], diagnostic };
    }
    let message = format!("{of} called `{name}` is in both `{other}` and `{environment}`, which may share an account");
    let mut diagnostic = Diagnostic::error(Code::DuplicateName, second.place, message)
        .hint("a naming rule with `{{ env }}` in it, or another `account` for each");
    if first.place != second.place {
        diagnostic = diagnostic.related(first.place, format!("`{}` has the same name", first.of));
    }
    Clash { environments: vec![Arc::clone(other), Arc::clone(environment)], diagnostic }
}

/// Whether two resources may come into one account, and one region where the service asks for that.
fn may_share(one: &Owner, other: &Owner, scope: Scope) -> bool {
    let (ours, theirs) = (&one.target, &other.target);
    let account = ours.account.is_none() || theirs.account.is_none() || ours.account == theirs.account;
    // Within an environment, a region beside a construct is another one than the primary, even where that is not known.
    let unknown = one.environment != other.environment && (ours.region.is_none() || theirs.region.is_none());
    account && (scope == Scope::Account || unknown || ours.region == theirs.region)
}
