//! Findings as Markdown, for comments on pull requests.

use std::fmt::Write as _;

use super::{Report, Reported, said};

impl Report<'_> {
    /// The report as Markdown: a table, and below it what belongs to each finding.
    pub(super) fn markdown(&self) -> String {
        let mut text = format!("# Audit\n\n{}\n", self.summary.words());
        if self.findings.is_empty() {
            return text;
        }
        text.push_str("\n| | severity | code | where | what |\n|---|---|---|---|---|\n");
        for (number, finding) in (1..).zip(&self.findings) {
            let Reported { code, message, pointer, .. } = finding;
            let _ = writeln!(
                text,
                "| {number} | {} | {code} | {} `{pointer}` | {} |",
                finding.rank(),
                finding.place(),
                cell(message)
            );
        }
        for (number, finding) in (1..).zip(&self.findings) {
            let details = details(finding);
            if !details.is_empty() {
                let _ = writeln!(text, "\n## {number}. {}\n\n{details}", cell(finding.message));
            }
        }
        text
    }
}

fn details(finding: &Reported<'_>) -> String {
    let because = finding.because.as_ref().map(|because| format!("- because: {}", said(because)));
    let request = finding.request.as_ref().map(|request| format!("- request: `{request}`"));
    let hint = finding.hint.as_ref().map(|hint| format!("- hint: {hint}"));
    let reason = finding.acknowledged.as_ref().map(|reason| format!("- acknowledged: {reason}"));
    let lines: Vec<String> = [because, request, hint, reason].into_iter().flatten().collect();
    lines.join("\n")
}

/// A text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
