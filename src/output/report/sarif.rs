//! Findings as SARIF, which code hosts show beside the lines they are about.
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use serde_json::{Value as Json, json};

use super::{Report, Reported};
use crate::audit::{Hazard, Severity};

impl Report<'_> {
    /// The report as SARIF 2.1.0.
    pub(super) fn sarif(&self) -> Json {
        let mut hazards: Vec<&str> = self.findings.iter().map(|finding| finding.code.as_str()).collect();
        hazards.sort_unstable();
        hazards.dedup();
        let rules: Vec<Json> = hazards.into_iter().map(rule).collect();
        let results: Vec<Json> = self.findings.iter().map(result).collect();
        json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{"tool": {"driver": {"name": "synth", "rules": rules}}, "results": results}],
        })
    }
}

fn rule(code: &str) -> Json {
    let explanation = Hazard::find(code).map_or_else(String::new, Hazard::explanation);
    let (first, _) = explanation.split_once("\n\n").unwrap_or((&explanation, ""));
    json!({"id": code, "shortDescription": {"text": first}, "fullDescription": {"text": explanation}})
}

fn result(finding: &Reported<'_>) -> Json {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Unknown | Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let hint = finding.hint.as_ref().map_or(String::new(), |hint| format!("\n{hint}"));
    let mut physical = json!({"artifactLocation": {"uri": finding.file}});
    if let Some(line) = finding.line {
        physical["region"] = json!({"startLine": line});
    }
    let location = json!({"physicalLocation": physical, "logicalLocations": [{"fullyQualifiedName": finding.pointer}]});
    let mut result = json!({
        "ruleId": finding.code,
        "level": level,
        "message": {"text": format!("{}{hint}", finding.message)},
        "locations": [location],
    });
    if let Some(reason) = finding.acknowledged {
        result["suppressions"] = json!([{"kind": "external", "justification": reason}]);
    }
    result
}
