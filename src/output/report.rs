//! Findings of an audit: for people, for programs, for pull requests.

mod markdown;
mod sarif;

use std::fmt::Write as _;

use clap::ValueEnum;
use serde::Serialize;
use serde_json::Value as Json;

use crate::access::Because;
use crate::audit::{At, Finding, Severity, World};

/// How findings are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// For people.
    #[default]
    Text,
    /// `{"findings": […], "summary": {…}}`
    Json,
    /// SARIF 2.1.0, for code hosts
    Sarif,
    /// For comments on pull requests
    Markdown,
}

/// A finding as it is reported.
#[derive(Debug, Serialize)]
pub struct Reported<'f> {
    code: String,
    severity: Severity,
    file: &'f str,
    stack: &'f str,
    logical_id: &'f str,
    pointer: String,
    line: Option<usize>,
    message: &'f str,
    request: &'f Option<Json>,
    because: &'f Option<Because>,
    hint: &'f Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acknowledged: &'f Option<String>,
    #[serde(skip)]
    written: Option<String>,
}

impl Reported<'_> {
    /// Its severity, unless it is acknowledged.
    fn rank(&self) -> &'static str {
        if self.acknowledged.is_some() { "acknowledged" } else { self.severity.name() }
    }

    /// Where it stands, as people look it up.
    fn place(&self) -> String {
        let line = self.line.map_or(String::new(), |line| format!(":{line}"));
        self.written.clone().unwrap_or_else(|| format!("{}{line}", self.file))
    }
}

/// Where something stands that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spot {
    /// The line of the template.
    pub line: Option<usize>,
    /// The place of the stack file that it comes from.
    pub written: Option<String>,
}

/// Findings, and how many there are of each severity.
#[derive(Debug, Serialize)]
pub struct Report<'f> {
    findings: Vec<Reported<'f>>,
    summary: Summary,
}

/// How many findings there are of each severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    errors: usize,
    unknown: usize,
    warnings: usize,
    notes: usize,
    acknowledged: usize,
}

impl<'f> Report<'f> {
    /// The findings on a deployment; `spot` knows where something stands, by its place and JSON pointer.
    pub fn new(world: &'f World<'_>, findings: &'f [Finding], spot: &dyn Fn(&At, &str) -> Spot) -> Self {
        let reported = findings.iter().map(|finding| {
            let source = &world.deployment.sources[finding.at.source];
            let pointer = match finding.at.id.as_str() {
                "" => finding.at.pointer.clone(),
                id => format!("/Resources/{id}{}", finding.at.pointer),
            };
            let Spot { line, written } = spot(&finding.at, &pointer);
            Reported {
                code: finding.hazard.name(),
                severity: finding.severity,
                file: &source.file,
                stack: &source.stack,
                logical_id: &finding.at.id,
                line,
                pointer,
                message: &finding.message,
                request: &finding.request,
                because: &finding.because,
                hint: &finding.hint,
                acknowledged: &finding.acknowledged,
                written,
            }
        });
        let open = || findings.iter().filter(|finding| finding.acknowledged.is_none());
        let count = |severity| open().filter(|finding| finding.severity == severity).count();
        let summary = Summary {
            acknowledged: findings.len() - open().count(),
            errors: count(Severity::Error),
            unknown: count(Severity::Unknown),
            warnings: count(Severity::Warning),
            notes: count(Severity::Note),
        };
        Self { findings: reported.collect(), summary }
    }

    /// Whether something was found that is more than a note.
    pub fn fails(&self) -> bool {
        self.summary.errors + self.summary.unknown + self.summary.warnings > 0
    }

    /// The report as text.
    ///
    /// # Panics
    /// Never: every report is JSON.
    pub fn print(&self, format: ReportFormat) -> String {
        match format {
            ReportFormat::Text => self.text(),
            ReportFormat::Json => serde_json::to_string_pretty(self).expect("a report is JSON") + "\n",
            ReportFormat::Sarif => serde_json::to_string_pretty(&self.sarif()).expect("a report is JSON") + "\n",
            ReportFormat::Markdown => self.markdown(),
        }
    }

    /// The report for people.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for finding in &self.findings {
            let (severity, place) = (finding.rank(), finding.place());
            let mut add = |head: &str, words: &str| {
                let _ = writeln!(text, "{head}{words}");
            };
            add(&format!("{severity}[{}]: ", finding.code), finding.message);
            add("  --> ", &format!("{place} {}", finding.pointer));
            if let Some(reason) = finding.acknowledged {
                add("  reason: ", reason);
                text.push('\n');
                continue;
            }
            if let Some(because) = finding.because {
                add("  because: ", &said(because));
            }
            if let Some(request) = finding.request {
                add("  request: ", &request.to_string());
            }
            if let Some(hint) = finding.hint {
                add("  hint: ", hint);
            }
            text.push('\n');
        }
        let _ = writeln!(text, "{}", self.summary.words());
        text
    }
}

impl Summary {
    /// The numbers that are not 0, in words.
    fn words(self) -> String {
        let Self { errors, unknown, warnings, notes, acknowledged } = self;
        let plural = |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
        let all = [
            (errors, plural(errors, "error", "errors")),
            (unknown, plural(unknown, "unknown", "unknown")),
            (warnings, plural(warnings, "warning", "warnings")),
            (notes, plural(notes, "note", "notes")),
            (acknowledged, plural(acknowledged, "acknowledged", "acknowledged")),
        ];
        let words: Vec<String> = all.into_iter().filter(|(count, _)| *count > 0).map(|(_, words)| words).collect();
        if words.is_empty() { "nothing found".to_owned() } else { words.join(", ") }
    }
}

/// What decided, in words.
fn said(because: &Because) -> String {
    let statement = because.statement.as_ref().map_or(String::new(), |statement| format!(", {statement}"));
    let condition = because.condition.as_ref();
    let condition = condition.map_or(String::new(), |test| format!(", `{}` on `{}`", test.operator, test.key));
    format!("{}{statement}{condition}", because.source)
}
