//! Findings of an audit, as text and as JSON.

use std::fmt::Write as _;

use clap::ValueEnum;
use serde::Serialize;
use serde_json::Value as Json;

use crate::access::{Because, StatementId};
use crate::audit::{Finding, Severity, World};

/// How findings are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// For people.
    #[default]
    Text,
    /// `{"findings": […], "summary": {…}}`
    Json,
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
}

impl<'f> Report<'f> {
    /// The findings on a deployment; `line` knows in which line of a template something stands.
    pub fn new(world: &'f World<'_>, findings: &'f [Finding], line: &dyn Fn(usize, &str) -> Option<usize>) -> Self {
        let reported = findings.iter().map(|finding| {
            let source = &world.deployment.sources[finding.at.source];
            let pointer = match finding.at.id.as_str() {
                "" => finding.at.pointer.clone(),
                id => format!("/Resources/{id}{}", finding.at.pointer),
            };
            Reported {
                code: finding.hazard.name(),
                severity: finding.severity,
                file: &source.file,
                stack: &source.stack,
                logical_id: &finding.at.id,
                line: line(finding.at.source, &pointer),
                pointer,
                message: &finding.message,
                request: &finding.request,
                because: &finding.because,
                hint: &finding.hint,
            }
        });
        let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
        let summary = Summary {
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
        }
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for finding in &self.findings {
            let line = finding.line.map_or(String::new(), |line| format!(":{line}"));
            let _ = writeln!(text, "{}[{}]: {}", finding.severity.name(), finding.code, finding.message);
            let _ = writeln!(text, "  --> {}{line} {}", finding.file, finding.pointer);
            if let Some(because) = finding.because {
                let _ = writeln!(text, "  because: {}", said(because));
            }
            if let Some(request) = finding.request {
                let _ = writeln!(text, "  request: {request}");
            }
            if let Some(hint) = finding.hint {
                let _ = writeln!(text, "  hint: {hint}");
            }
            text.push('\n');
        }
        let Summary { errors, unknown, warnings, notes } = self.summary;
        let _ = writeln!(text, "{errors} errors, {unknown} unknown, {warnings} warnings, {notes} notes");
        text
    }
}

/// What decided, in words.
fn said(because: &Because) -> String {
    let statement = because.statement.as_ref().map_or(String::new(), |statement| match statement {
        StatementId::Sid(sid) => format!(", statement `{sid}`"),
        StatementId::Index(at) => format!(", statement {at}"),
    });
    let condition = because.condition.as_ref();
    let condition = condition.map_or(String::new(), |test| format!(", `{}` on `{}`", test.operator, test.key));
    format!("{}{statement}{condition}", because.source)
}
