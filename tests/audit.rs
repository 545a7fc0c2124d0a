//! `synth audit` on templates with one hazard each, and on their repaired twins.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::audit::audited;
use insta::{assert_snapshot, with_settings};
use serde_json::Value as Json;
use synth::audit::{Finding, Severity, Site};
use synth::output::report::{Report, Spot};

/// What an audit finds in a template, and the report without its notes.
fn findings(path: &Path) -> (Vec<Finding>, String) {
    let text = fs::read_to_string(path).expect("it can be read");
    let file = path.file_name().expect("it has a name").to_string_lossy();
    audited(&Site::new("eu-west-1", "111122223333"), &[(&file, "app", &text)], |world, audit| {
        let report = Report::new(world, &audit.findings, &|_, _| Spot::default()).text();
        (audit.findings.clone(), report)
    })
}

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_synth")).args(arguments).output().expect("the command can be run")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The templates of a hazard, by case, and whether each is the repaired one.
fn cases() -> BTreeMap<(String, String), BTreeMap<String, PathBuf>> {
    let mut all: BTreeMap<_, BTreeMap<String, PathBuf>> = BTreeMap::new();
    for folder in fs::read_dir("tests/audit").expect("there are templates") {
        let folder = folder.expect("the folder can be read").path();
        let hazard = folder.file_name().expect("it has a name").to_string_lossy().into_owned();
        if synth::diagnostic::Hazard::find(&hazard).is_none() {
            continue; // requests that were recorded
        }
        for file in fs::read_dir(&folder).expect("it is a folder") {
            let path = file.expect("the folder can be read").path();
            let name = path.file_name().expect("it has a name").to_string_lossy().into_owned();
            let words: Vec<&str> = name.split('.').collect();
            let [case, role, _] = words.as_slice() else { panic!("`{name}` is `<case>.<bad or good>.<ending>`") };
            let of = all.entry((hazard.clone(), (*case).to_owned())).or_default();
            assert!(of.insert((*role).to_owned(), path).is_none(), "`{hazard}/{case}` has one {role} template");
        }
    }
    all
}

#[test]
fn each_hazard_is_found_and_its_repaired_twin_is_silent() {
    let mut wrong = Vec::new();
    let mut reports: BTreeMap<String, String> = BTreeMap::new();
    for ((hazard, case), templates) in cases() {
        let (found, report) = findings(&templates["bad"]);
        if !found.iter().any(|finding| finding.hazard.name() == hazard) {
            wrong.push(format!("{hazard}/{case}: not found\n{report}"));
        }
        reports.entry(hazard.clone()).or_default().push_str(&report);
        let (found, report) = findings(&templates["good"]);
        if found.iter().any(|finding| finding.hazard.name() == hazard || finding.severity != Severity::Note) {
            wrong.push(format!("{hazard}/{case}: the twin is not silent\n{report}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (hazard, reports) in reports {
        with_settings!({
            snapshot_path => "../snapshots/audit", prepend_module_to_snapshot => false, omit_expression => true
        }, {
            assert_snapshot!(hazard, reports);
        });
    }
}

#[test]
fn reports_are_json_too_and_the_exit_status_tells_whether_something_was_found() {
    let bad = "tests/audit/key-unusable/alarm-to-topic-without-cloudwatch.bad.yaml";
    let output = run(&["audit", bad, "--format", "json"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let report: Json = serde_json::from_str(&stdout(&output)).expect("it is JSON");
    let finding = &report["findings"][0];
    assert_eq!(finding["code"], "key-unusable");
    assert_eq!(finding["severity"], "error");
    assert_eq!(finding["file"], bad);
    assert!(finding["line"].is_number(), "{finding}");
    assert_eq!(finding["request"]["principal"], "cloudwatch.amazonaws.com");
    assert_eq!(report["summary"]["errors"], 1);
    let good = run(&["audit", "tests/audit/key-unusable/alarm-to-topic-without-cloudwatch.good.yaml"]);
    assert_eq!(good.status.code(), Some(0), "{}", stdout(&good));
}

#[test]
fn what_is_no_template_cannot_be_audited() {
    let output = run(&["audit", "Cargo.toml"]);
    assert_eq!(output.status.code(), Some(2));
    let output =
        run(&["audit", "tests/audit/key-unusable/alarm-to-topic-without-cloudwatch.bad.yaml", "--parameter", "Nmae=x"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("no template has a parameter `Nmae`"), "{}", stderr(&output));
}

const BAD: &str = "tests/audit/key-unusable/alarm-to-topic-without-cloudwatch.bad.yaml";

#[test]
fn code_hosts_and_pull_requests_get_reports_of_their_own() {
    let sarif: Json = serde_json::from_str(&stdout(&run(&["audit", BAD, "--format", "sarif"]))).expect("it is JSON");
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!((&result["ruleId"], &result["level"]), (&"key-unusable".into(), &"error".into()));
    let location = &result["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"]["uri"], BAD);
    assert!(location["region"]["startLine"].is_number(), "{result}");
    assert_eq!(sarif["runs"][0]["tool"]["driver"]["rules"][0]["id"], "key-unusable");
    let markdown = stdout(&run(&["audit", BAD, "--format", "markdown"]));
    assert!(markdown.starts_with("# Audit\n\n1 error\n"), "{markdown}");
    assert!(markdown.contains("| 1 | error | key-unusable | tests/audit/"), "{markdown}");
}

#[test]
fn what_is_allowed_is_silent_listed_and_a_finding_where_it_silences_nothing() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let allow = |text: &str| {
        let path = folder.path().join("allowed.yaml");
        fs::write(&path, text).expect("it can be written");
        run(&["audit", BAD, "--allow", &path.to_string_lossy()])
    };
    let silent = allow("allow: [{ code: key-unusable, logical-id: OrdersFailed, reason: nobody reads these }]");
    assert_eq!(silent.status.code(), Some(0), "{}", stdout(&silent));
    assert!(stdout(&silent).contains("acknowledged[key-unusable]"), "{}", stdout(&silent));
    assert!(stdout(&silent).contains("reason: nobody reads these"), "{}", stdout(&silent));
    let unused = allow(
        "allow:
  - { code: key-unusable, logical-id: OrdersFailed, reason: nobody reads these }
  - { code: lock-out, logical-id: AlertsKey, reason: nobody reads these }",
    );
    assert_eq!(unused.status.code(), Some(1), "{}", stdout(&unused));
    assert!(stdout(&unused).contains("warning[unused-acknowledgement]"), "{}", stdout(&unused));
    let misspelt = allow("allow: [{ code: key-unusable, logical-id: OrdersFaild, reason: nobody reads these }]");
    assert_eq!(misspelt.status.code(), Some(2));
    assert!(stderr(&misspelt).contains("did you mean `OrdersFailed`?"), "{}", stderr(&misspelt));
}
