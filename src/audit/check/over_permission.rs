//! What a key's policy gives beyond what is needed.

use super::super::finding::{At, Finding, Hazard, Severity};
use super::super::flow::Unseen;
use super::super::key::KeyReference;
use super::super::necessity::{Judged, Necessity, Proof, Verdict};
use super::super::words::joined;
use super::super::world::World;
use crate::access::{Effect, Policy, Statement, Test, Text};
use crate::diagnostic::listed;

/// Each statement, and each part of one, that nothing needs.
pub(super) fn check(world: &World<'_>, necessity: &[Necessity], unseen: &[Unseen], found: &mut Vec<Finding>) {
    let may_be_needed = unseen.iter().any(|unseen| matches!(unseen.key, KeyReference::Open(_)));
    // What can never have an effect has been found.
    let dead = found.iter().filter(|finding| finding.hazard == Hazard::DeadStatement);
    let dead: Vec<At> = dead.map(|finding| finding.at.clone()).collect();
    for Necessity { key, statements, .. } in necessity {
        let key = world.key(*key);
        let resource = world.resource(key.resource);
        // The policy of a key that has none is AWS's.
        let Some(written) = resource.get(&["KeyPolicy", "Statement"]) else { continue };
        for (at, judged) in statements.iter().enumerate() {
            let statement = &key.policy.statements[at];
            let below = if written.is_array() { format!("/{at}") } else { String::new() };
            let about = About {
                at: world.at(key.resource, format!("/Properties/KeyPolicy/Statement{below}")),
                what: format!("{} of `{}`", statement.id(at), resource.id),
                statement,
                policy: &key.policy,
                may_be_needed,
            };
            if statement.effect == Some(Effect::Deny) || dead.iter().any(|dead| is_in(dead, &about.at)) {
                continue;
            }
            let names = |all: &[usize]| names(&key.policy, all);
            about.unneeded(judged, &names, found);
            about.unproven(judged, &names, found);
        }
    }
}

/// Whether a place is in another.
fn is_in(place: &At, other: &At) -> bool {
    let below = place.pointer.strip_prefix(&other.pointer);
    let below = below.is_some_and(|below| below.is_empty() || below.starts_with('/'));
    place.source == other.source && place.id == other.id && below
}

/// What several statements are called.
fn names(policy: &Policy, all: &[usize]) -> String {
    let words: Vec<String> = all.iter().map(|at| policy.statements[*at].id(*at).to_string()).collect();
    joined(&words)
}

/// Whether a template leaves open whom a statement is about.
fn is_open(statement: &Statement) -> bool {
    let mut principals = statement.principal.iter().flat_map(|principals| &principals.all);
    principals.any(|(_, name)| *name == Text::Unknown)
}

struct About<'s> {
    at: At,
    what: String,
    statement: &'s Statement,
    policy: &'s Policy,
    /// Whether something here uses a key of which the templates leave open which one it is.
    may_be_needed: bool,
}

impl About<'_> {
    fn note(&self, hazard: Hazard, below: &str, message: String, hint: String) -> Finding {
        let at = At { pointer: format!("{}{below}", self.at.pointer), ..self.at.clone() };
        Finding::new(hazard, Severity::Note, at, message).hint(hint)
    }

    fn unneeded(&self, judged: &Judged, names: &dyn Fn(&[usize]) -> String, found: &mut Vec<Finding>) {
        let mut add = |below: &str, message: String, hint: String| {
            found.push(self.note(Hazard::OverPermission, below, message, hint));
        };
        let nothing = |what: &str| format!("{}: nothing in these templates needs {what}", self.what);
        match &judged.verdict {
            // What is open may be what needs it, and what covers it may be about somebody else.
            Verdict::Unneeded if self.may_be_needed || is_open(self.statement) => {}
            Verdict::Covered(by)
                if is_open(self.statement) || by.iter().any(|at| is_open(&self.policy.statements[*at])) => {}
            Verdict::Unneeded => {
                add("", nothing("it"), format!("take it out: it gives {}", gives(self.statement)));
            }
            Verdict::Covered(by) => {
                let message = format!("{}: all that needs it is allowed by {}, too", self.what, names(by));
                add("", message, "take it out, or narrow the other".to_owned());
            }
            Verdict::Needed | Verdict::Failing => {}
        }
        let words = |all: &[String]| listed(all.iter().map(String::as_str));
        if !judged.actions.is_empty() {
            add("/Action", nothing(&words(&judged.actions)), "take these actions out".to_owned());
        }
        if !judged.principals.is_empty() {
            add("/Principal", nothing(&words(&judged.principals)), "take these principals out".to_owned());
        }
        for (key, value) in &judged.values {
            add("/Condition", nothing(&format!("`{value}` for `{key}`")), "take this value out".to_owned());
        }
    }

    fn unproven(&self, judged: &Judged, names: &dyn Fn(&[usize]) -> String, found: &mut Vec<Finding>) {
        if judged.verdict != Verdict::Needed {
            return;
        }
        for (test, proof) in self.statement.condition.iter().zip(&judged.tests) {
            let Test::Compare { operator, key, values } = test else { continue };
            if values.contains(&Text::Unknown) {
                continue; // what it keeps out, the template leaves open
            }
            let (why, hint) = match proof {
                Proof::Proven => continue,
                Proof::LetIn(by) => (
                    format!("those whom it keeps out are let in by {}", names(by)),
                    "narrow that, or take the test out",
                ),
                Proof::Unproven => {
                    ("it keeps out nobody whom the rest of the statement lets in".to_owned(), "take the test out")
                }
            };
            let message = format!("{}, `{}` on `{key}`: {why}", self.what, operator.word);
            found.push(self.note(Hazard::UnprovenCondition, "/Condition", message, hint.to_owned()));
        }
    }
}

/// What a statement gives to whom.
fn gives(statement: &Statement) -> String {
    let known = |text: &Text| match text {
        Text::Known(text) => text.clone(),
        Text::Unknown => "what the template leaves open".to_owned(),
    };
    let principals = statement.principal.iter().flat_map(|principals| &principals.all);
    let principals: Vec<String> = principals.map(|(_, text)| known(text)).collect();
    let actions: Vec<String> = statement.action.texts.iter().map(known).collect();
    let words = |all: &[String]| listed(all.iter().map(String::as_str));
    let but = |except: bool| if except { "all but " } else { "" };
    let of_principals = statement.principal.as_ref().is_some_and(|principals| principals.except);
    format!("{}{} {}{}", but(of_principals), words(&principals), but(statement.action.except), words(&actions))
}
