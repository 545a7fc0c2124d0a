//! What CloudWatch Logs asks of the steps of a transformation.

use crate::cfn::logs::Processor;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::Spanned;

/// The most steps, and the most of them that parse.
const STEPS: usize = 20;
const PARSERS: usize = 5;

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Transformation-Create.html>
pub(super) fn check(steps: &[Spanned<Processor>]) -> Diagnostics {
    let mut found = Diagnostics::default();
    if let Some(first) = steps.first().filter(|first| !first.value.parses()) {
        let message = "the first step of a transformation parses, and this does not";
        found.push(Diagnostic::error(Code::InvalidValue, first.span, message).hint("`parse-json: {}` reads JSON"));
    }
    for vended in steps.iter().skip(1).filter(|step| step.value.parses_vended_logs()) {
        let message = "a parser for the logs of an AWS service can only be the first step";
        found.push(Diagnostic::error(Code::InvalidValue, vended.span, message));
    }
    for once in [is_grok, is_add_keys, is_copy_value] {
        let mut of_kind = steps.iter().filter(|step| once(&step.value));
        if let (Some(first), Some(second)) = (of_kind.next(), of_kind.next()) {
            let message = "a transformation has one step of this kind";
            let diagnostic = Diagnostic::error(Code::InvalidValue, second.span, message);
            found.push(diagnostic.related(first.span, "the first one"));
        }
    }
    if let Some(step) = steps.iter().filter(|step| step.value.parses()).nth(PARSERS) {
        let message = format!("a transformation may have {PARSERS} steps that parse");
        found.push(Diagnostic::error(Code::LimitExceeded, step.span, message));
    }
    if let Some(step) = steps.get(STEPS) {
        let message = format!("a transformation may have {STEPS} steps");
        found.push(Diagnostic::error(Code::LimitExceeded, step.span, message));
    }
    found
}

fn is_grok(step: &Processor) -> bool {
    matches!(step, Processor::Grok(_))
}

fn is_add_keys(step: &Processor) -> bool {
    matches!(step, Processor::AddKeys(_))
}

fn is_copy_value(step: &Processor) -> bool {
    matches!(step, Processor::CopyValue(_))
}
