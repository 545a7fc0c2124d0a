//! The access matrix of a deployment, as Markdown and as JSON.

use std::fmt::Write as _;

use super::File;
use crate::audit::matrix::{Beyond, KeyAccess, Matrix, Needed, Proven, Row};
use crate::cfn::policy::Action;
use crate::service::kms::{DEPLOY, MANAGE, MANAGE_MULTI_REGION};

/// The matrix in both forms, as files beside the templates; none where there is no key.
pub fn files(matrix: &Matrix) -> Vec<File> {
    if matrix.keys.is_empty() {
        return Vec::new();
    }
    let file = |ending: &str, text| File { name: format!("access-matrix.{ending}"), text, executable: false };
    vec![file("md", markdown(matrix)), file("json", json(matrix))]
}

/// The matrix as JSON.
///
/// # Panics
/// Never: every matrix is JSON.
pub fn json(matrix: &Matrix) -> String {
    serde_json::to_string_pretty(matrix).expect("a matrix is JSON") + "\n"
}

/// The matrix as Markdown: three tables for each key.
pub fn markdown(matrix: &Matrix) -> String {
    let mut text = "# Access matrix\n\n".to_owned();
    text.push_str(INTRODUCTION);
    for key in &matrix.keys {
        key_access(key, &mut text);
    }
    text + &legend()
}

/// What the words of the tables mean.
const INTRODUCTION: &str = "\
Who may do what with which key by its policy, which uses the templates need, and who may do more than these. A statement
is *needed* if something would be denied without it, or allowed without a denial. Roles are known by their names: whoever
may make a role of the same path and name is that role. *Manage* and *update* stand for the operations at the end.
";

/// Operations that stand in one word where a statement has just these.
fn sets() -> [(&'static str, Vec<&'static str>); 3] {
    let operations = |actions: &[&[Action]]| {
        let mut all: Vec<&'static str> =
            actions.concat().iter().filter_map(|action| action.strip_prefix("kms:")).collect();
        all.sort_unstable();
        all
    };
    [
        ("manage", operations(&[MANAGE])),
        ("manage, of several regions", operations(&[MANAGE, MANAGE_MULTI_REGION])),
        ("update", operations(&[DEPLOY])),
    ]
}

fn key_access(key: &KeyAccess, text: &mut String) {
    let KeyAccess { key: name, aliases, proof, access, flows, beyond } = key;
    let aliases: Vec<String> = aliases.iter().map(|alias| format!("`{alias}`")).collect();
    let mut add = |line: String| {
        let _ = writeln!(text, "{line}");
    };
    add(format!("\n## {name}\n"));
    add(format!(
        "{}{} of {} statements and {} of {} conditions are proven to be needed.\n",
        if aliases.is_empty() { String::new() } else { format!("Alias {}. ", aliases.join(", ")) },
        proof.needed,
        proof.statements,
        proof.proven,
        proof.conditions,
    ));
    table(&["who", "", "operations", "when", "statement", "needed"], access.iter().map(row), &mut add);
    if !flows.is_empty() {
        add(String::new());
        table(&["what the templates need", "operations", "allowed", "by"], flows.iter().map(proven), &mut add);
    }
    add(String::new());
    if beyond.is_empty() {
        return add("And nobody else.".to_owned());
    }
    add("And nobody else, but for:\n".to_owned());
    for (who, why, what) in together(beyond) {
        add(format!("- {who}: {} ({why})", what.join("; ")));
    }
}

/// Those of the same name together, with what they may by which statement.
fn together(beyond: &[Beyond]) -> Vec<(&str, &str, Vec<String>)> {
    let mut all: Vec<(&str, &str, Vec<String>)> = Vec::new();
    for Beyond { who, why, operations, statement, .. } in beyond {
        let what = format!("{} by `{statement}`", in_short(operations));
        match all.iter_mut().find(|(other, reason, _)| other == who && reason == why) {
            Some((_, _, all)) => all.push(what),
            None => all.push((who, why, vec![what])),
        }
    }
    all
}

fn table<const N: usize>(heads: &[&str; N], rows: impl Iterator<Item = [String; N]>, add: &mut impl FnMut(String)) {
    let mut line = |cells: &[String]| add(format!("| {} |", cells.join(" | ")));
    line(&heads.map(str::to_owned));
    line(&heads.map(|_| "---".to_owned()));
    for row in rows {
        line(&row.map(|cell| cell.replace('|', "\\|")));
    }
}

fn row(row: &Row) -> [String; 6] {
    [
        row.principal.clone(),
        if row.may { "may" } else { "may not" }.to_owned(),
        in_short(&row.operations),
        row.when.join(", "),
        format!("`{}`", row.statement),
        match row.needed {
            Needed::Yes => "yes",
            Needed::Twice => "by others, too",
            Needed::No => "no",
        }
        .to_owned(),
    ]
}

fn proven(flow: &Proven) -> [String; 4] {
    let allowed = match flow.allowed {
        Some(true) => "yes",
        Some(false) => "**no**",
        None => "open",
    };
    let by: Vec<String> = flow.by.iter().map(|statement| format!("`{statement}`")).collect();
    [flow.what.clone(), in_short(&flow.operations), allowed.to_owned(), by.join(", ")]
}

/// Operations, in one word where there is one for just these.
fn in_short(operations: &[String]) -> String {
    let mut sorted: Vec<&str> = operations.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    let known = sets().into_iter().find(|(_, all)| *all == sorted);
    known.map_or_else(|| operations.join(", "), |(word, _)| format!("*{word}*"))
}

/// What stands in one word, in full.
fn legend() -> String {
    let line = |(word, operations): (&str, Vec<&str>)| format!("- *{word}*: {}\n", operations.join(", "));
    format!("\n## Operations\n\n{}", sets().map(line).concat())
}
