//! The audit of what is about to be written.

use indexmap::IndexMap;

use crate::audit::deployment::{SOME_ACCOUNT, SOME_REGION};
use crate::audit::{Acknowledgement, At, Deployment, Severity, Site, Source, World, audit, matrix};
use crate::diagnostic::Span;
use crate::name::AccountId;
use crate::output::report::{Report, Spot};
use crate::output::{self, File};
use crate::synth::{Made, Synthesis, SynthesizedStack};
use crate::template::Format;

/// What the audit of an environment's templates came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audited {
    /// What was found, but for notes, and what is acknowledged.
    pub text: String,
    /// Whether something was found that keeps the templates from being written.
    pub errors: bool,
    /// Who may do what with which key, as it is written beside the templates.
    pub matrix: Vec<File>,
}

impl Audited {
    pub(super) fn of(synthesis: &Synthesis, format: Format, position: &dyn Fn(Span) -> Option<String>) -> Self {
        let sources = synthesis.stacks.iter().map(|stack| source(stack, format)).collect();
        let world = World::new(Deployment::new(sources));
        let mut audit = audit(&world, &acknowledgements(synthesis));
        let matrix = output::matrix::files(&matrix(&world, &audit));
        audit.findings.retain(|finding| finding.severity != Severity::Note);
        let spot = |at: &At, _: &str| {
            let made = owner(&synthesis.stacks[at.source], &at.id);
            Spot { line: None, written: made.and_then(|made| position(made.place)) }
        };
        let errors = audit.findings.iter().any(|finding| finding.severity == Severity::Error && finding.counts());
        let text =
            if audit.findings.is_empty() { String::new() } else { Report::new(&world, &audit.findings, &spot).text() };
        Self { text, errors, matrix }
    }
}

fn source(stack: &SynthesizedStack, format: Format) -> Source<'_> {
    let account = stack.target.account.as_ref().map_or(SOME_ACCOUNT, AccountId::as_str);
    let site = match &stack.target.region {
        Some(region) => Site::new(region.as_str(), account),
        None => Site::new(SOME_REGION, account).anywhere(),
    };
    Source {
        file: output::template_name(stack, format),
        stack: stack.stack_name.clone(),
        site: site.within(stack.organization.clone()),
        template: &stack.template,
        parameters: IndexMap::new(),
    }
}

/// The construct that made a resource.
fn owner<'s>(stack: &'s SynthesizedStack, id: &str) -> Option<&'s Made> {
    stack.constructs.iter().find(|made| made.handles.iter().any(|handle| handle.id.logical.as_str() == id))
}

/// What the constructs allow.
fn acknowledgements(synthesis: &Synthesis) -> Vec<Acknowledgement> {
    let mut all = Vec::new();
    for (source, stack) in synthesis.stacks.iter().enumerate() {
        for made in &stack.constructs {
            let ids = made.handles.iter().map(|handle| handle.id.logical.as_str().to_owned());
            all.extend(made.allow.iter().map(|(hazard, reason)| Acknowledgement {
                hazard: hazard.value,
                source,
                ids: ids.clone().collect(),
                of: made.path.to_string(),
                reason: reason.clone(),
            }));
        }
    }
    all
}
