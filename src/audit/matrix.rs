//! Who may do what with which key, under which condition, and which uses of it are proven.
//!
//! A matrix says what the policies of keys say, a row for each principal of each statement, and beside it what the
//! templates need. It holds no number that AWS would give: what the templates make is called by its logical id.

mod beyond;
mod called;
mod when;
mod who;

use serde::Serialize;

use super::Audit;
use super::necessity::{Counts, Judged, Necessity, Verdict};
use super::world::World;
use crate::access::{Effect, Outcome, Statement, Text};
use beyond::beyond;
use called::Names;
use who::principals;

/// Who may do what with the keys of a deployment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Matrix {
    /// The keys, by name.
    pub keys: Vec<KeyAccess>,
}

/// Who may do what with a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyAccess {
    /// The key: its stack and logical id.
    pub key: String,
    /// Its aliases.
    pub aliases: Vec<String>,
    /// How much of its policy is proven to be needed.
    pub proof: Counts,
    /// What its policy says, in its order.
    pub access: Vec<Row>,
    /// The uses that the templates need.
    pub flows: Vec<Proven>,
    /// Whom the policy lets do something beyond these.
    pub beyond: Vec<Beyond>,
}

/// What a statement says of a principal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Whether it may.
    pub may: bool,
    /// Who.
    pub principal: String,
    /// The operations of KMS.
    pub operations: Vec<String>,
    /// Under which conditions, all of them.
    pub when: Vec<String>,
    /// The statement.
    pub statement: String,
    /// What needs it.
    pub needed: Needed,
}

/// What needs a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Needed {
    /// Something would be denied without it, or allowed without a denial.
    Yes,
    /// Other statements allow all that needs it.
    Twice,
    /// Nothing in the templates.
    No,
}

/// A use that the templates need.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proven {
    /// Who does what.
    pub what: String,
    /// The operations of KMS that it takes.
    pub operations: Vec<String>,
    /// Whether all are allowed; nothing where the templates leave that open.
    pub allowed: Option<bool>,
    /// The statements that allow them.
    pub by: Vec<String>,
}

/// Somebody whom the policy lets do something that no flow shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Beyond {
    /// Who.
    pub who: String,
    /// Why nobody else can be named.
    pub why: &'static str,
    /// The operations of KMS.
    pub operations: Vec<String>,
    /// Under which conditions, all of them.
    pub when: Vec<String>,
    /// The statement.
    pub statement: String,
}

/// The matrix of a deployment.
pub fn matrix(world: &World<'_>, audit: &Audit) -> Matrix {
    let names = Names::of(world);
    let mut keys: Vec<KeyAccess> = audit.necessity.iter().map(|it| of_key(&names, audit, it)).collect();
    keys.sort_by(|one, other| one.key.cmp(&other.key));
    Matrix { keys }
}

fn of_key(names: &Names<'_, '_>, audit: &Audit, necessity: &Necessity) -> KeyAccess {
    let key = names.world.key(necessity.key);
    let statements = || key.policy.statements.iter().zip(&necessity.statements).enumerate();
    KeyAccess {
        key: names.resource(key.resource),
        aliases: key.aliases.clone(),
        proof: necessity.counts(),
        access: statements()
            .flat_map(|(at, (statement, judged))| rows(names, key.resource, at, statement, judged))
            .collect(),
        flows: flows(audit, necessity, &|at| id(&key.policy.statements[at], at)),
        beyond: statements()
            .flat_map(|(at, (statement, judged))| beyond(names, key.resource, at, statement, judged))
            .collect(),
    }
}

/// What a statement is called.
fn id(statement: &Statement, at: usize) -> String {
    statement.sid.clone().unwrap_or_else(|| at.to_string())
}

fn rows(names: &Names<'_, '_>, key: usize, at: usize, statement: &Statement, judged: &Judged) -> Vec<Row> {
    let row = |principal| Row {
        may: statement.effect != Some(Effect::Deny),
        principal,
        operations: operations(statement),
        when: when::words(names, key, statement),
        statement: id(statement, at),
        needed: match judged.verdict {
            Verdict::Needed => Needed::Yes,
            Verdict::Covered(_) => Needed::Twice,
            Verdict::Unneeded | Verdict::Failing => Needed::No,
        },
    };
    principals(names, key, statement).into_iter().map(|whom| row(whom.words)).collect()
}

/// The operations that a statement is about, as it writes them.
fn operations(statement: &Statement) -> Vec<String> {
    let mut written: Vec<String> = statement.action.texts.iter().map(operation).collect();
    if statement.action.except {
        written.insert(0, "all but".to_owned());
    }
    written
}

fn operation(text: &Text) -> String {
    match text {
        Text::Known(known) => known.strip_prefix("kms:").unwrap_or(known).to_owned(),
        Text::Unknown => "what the template leaves open".to_owned(),
    }
}

/// The uses that the templates need, each once.
fn flows(audit: &Audit, necessity: &Necessity, id: &dyn Fn(usize) -> String) -> Vec<Proven> {
    let mut all: Vec<Proven> = Vec::new();
    for (number, outcome) in &necessity.flows {
        let flow = &audit.flows[*number];
        let mut operations: Vec<String> =
            flow.requests.iter().map(|request| operation(&Text::Known(request.action.clone()))).collect();
        operations.dedup();
        let by = necessity.statements.iter().enumerate().filter(|(_, judged)| judged.flows.contains(number));
        let proven = Proven {
            what: flow.what.clone(),
            operations,
            allowed: match outcome {
                Outcome::Allowed => Some(true),
                Outcome::Unknown => None,
                Outcome::ExplicitlyDenied | Outcome::ImplicitlyDenied => Some(false),
            },
            by: by.map(|(at, _)| id(at)).collect(),
        };
        if !all.contains(&proven) {
            all.push(proven);
        }
    }
    all
}
