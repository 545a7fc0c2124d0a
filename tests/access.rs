//! IAM's decisions, by the tables in `access/`: policies and a request, what is decided, and because of what.
//!
//! A table has the parts that its rows share under `given`. In its policies, a list stands for a document of the
//! version of today; a statement without `Effect` allows, one without `Action` or `Resource` is about all.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use synth::access::{Decision, Question, StatementId, decide};

/// A row's parts over those that all rows of the table share; a request is merged key by key.
fn merged(given: &Value, row: &Value) -> Value {
    let mut whole = given.clone();
    let entries = whole.as_object_mut().expect("`given` is a map");
    for (key, value) in row.as_object().expect("a row is a map") {
        match (entries.get_mut(key), value) {
            (Some(Value::Object(shared)), Value::Object(own)) if key == "request" => {
                shared.extend(own.clone());
            }
            _ => {
                entries.insert(key.clone(), value.clone());
            }
        }
    }
    whole
}

/// A policy, written out.
fn policy(short: &Value) -> Value {
    let statement = |short: &Value| {
        let mut statement = json!({ "Effect": "Allow" });
        let entries = statement.as_object_mut().expect("it is a map");
        let Some(own) = short.as_object() else { return short.clone() };
        if own.keys().any(|key| key.starts_with("Fn::") || key == "Ref") {
            return short.clone();
        }
        entries.extend(own.clone());
        for (element, opposite) in [("Action", "NotAction"), ("Resource", "NotResource")] {
            if !own.contains_key(element) && !own.contains_key(opposite) {
                entries.insert(element.to_owned(), json!("*"));
            }
        }
        statement
    };
    match short {
        Value::Array(all) => {
            let all: Vec<Value> = all.iter().map(statement).collect();
            json!({ "Version": "2012-10-17", "Statement": all })
        }
        Value::Object(entries) if entries.contains_key("policy") => {
            let mut named = short.clone();
            named["policy"] = policy(&entries["policy"]);
            named
        }
        Value::Object(entries) if entries.contains_key("policies") => {
            let mut level = short.clone();
            let all: Vec<Value> = entries["policies"].as_array().expect("a list").iter().map(policy).collect();
            level["policies"] = json!(all);
            level
        }
        other => other.clone(),
    }
}

/// The question of a row, and what is expected.
fn question(whole: &Value) -> Value {
    let mut question = json!({});
    for (key, value) in whole.as_object().expect("a row is a map") {
        let value = match key.as_str() {
            "case" | "decision" | "because" => continue,
            "request" | "grants" => value.clone(),
            "resource_policy" | "session_policy" => policy(value),
            _ => match value.as_array() {
                Some(all) => json!(all.iter().map(policy).collect::<Vec<_>>()),
                None => value.clone(),
            },
        };
        question[key] = value;
    }
    question
}

/// `source / statement / operator key`, as far as there is one.
fn because(decision: &Decision) -> String {
    let mut parts = vec![decision.because.source.clone()];
    parts.extend(decision.because.statement.as_ref().map(|id| match id {
        StatementId::Sid(sid) => sid.clone(),
        StatementId::Index(index) => index.to_string(),
    }));
    parts.extend(decision.because.condition.as_ref().map(|test| format!("{} {}", test.operator, test.key)));
    parts.join(" / ")
}

#[test]
fn every_row_is_decided_as_it_says() {
    let mut files: Vec<_> =
        fs::read_dir("tests/access").expect("there are tables").map(|it| it.expect("one").path()).collect();
    files.sort();
    let (mut rows, mut wrong) = (0, Vec::new());
    for file in files {
        let text = fs::read_to_string(&file).expect("a table can be read");
        let table: Value = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        for row in table["rows"].as_array().expect("a table has rows") {
            rows += 1;
            let whole = merged(&table["given"], row);
            let place = format!("{}: {}", name(&file), row["case"].as_str().expect("a row says what it shows"));
            let question = match Question::parse(&question(&whole)) {
                Ok(question) => question,
                Err(found) => {
                    wrong.push(format!("{place}: {}", found[0]));
                    continue;
                }
            };
            let decision = decide(&question.request, &question.policies);
            let outcome = json!(decision.outcome);
            let expected_because = row["because"].as_str();
            if outcome != whole["decision"] || expected_because.is_some_and(|it| it != because(&decision)) {
                wrong.push(format!("{place}: {outcome} because of {}", because(&decision)));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {rows}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(rows > 150, "there are {rows} rows");
}

fn name(file: &Path) -> String {
    file.file_stem().expect("a file has a name").to_string_lossy().into_owned()
}
