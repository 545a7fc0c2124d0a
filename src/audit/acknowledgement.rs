//! Findings that somebody has looked at and accepts.

use super::finding::{At, Finding, Hazard, Severity};

/// That a hazard is right at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acknowledgement {
    /// The hazard.
    pub hazard: Hazard,
    /// The number of the template.
    pub source: usize,
    /// The logical ids that it is about.
    pub ids: Vec<String>,
    /// What they are called in reports, if not by their ids: a construct's path.
    pub of: String,
    /// Why it is right.
    pub reason: String,
}

/// Puts the reasons on what is acknowledged. An acknowledgement of nothing is a finding itself.
pub(super) fn acknowledge(findings: &mut Vec<Finding>, all: &[Acknowledgement]) {
    let mut unused = Vec::new();
    for own in all {
        let mut used = false;
        let same = |finding: &&mut Finding| {
            finding.hazard == own.hazard && finding.at.source == own.source && own.ids.contains(&finding.at.id)
        };
        for finding in findings.iter_mut().filter(same) {
            finding.acknowledged = Some(own.reason.clone());
            used = true;
        }
        if !used {
            unused.push(own.unused());
        }
    }
    findings.extend(unused);
}

impl Acknowledgement {
    fn unused(&self) -> Finding {
        let id = self.ids.first().cloned().unwrap_or_default();
        let at = At { source: self.source, id, pointer: String::new() };
        let message = format!("`{}` is allowed for `{}`, and is not found there", self.hazard.name(), self.of);
        Finding::new(Hazard::UnusedAcknowledgement, Severity::Warning, at, message).hint("take it out")
    }
}
