//! The variables that a stack has for programs outside of AWS.

use indexmap::IndexMap;

use super::Named;
use crate::cfn::InstanceId;
use crate::constructs::OrReference;
use crate::definition::Stack;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result, Span};

/// What a value has besides letters and digits. A shell that reads the file takes all of it as it is, and none as a
/// command.
const PUNCTUATION: &str = "_-.,:/@+%";

/// The variables of a stack, for the instance that is [its home](Named::home); none for the others.
pub(super) fn variables(stack: &Stack, here: InstanceId, named: &Named<'_>) -> Result<IndexMap<String, String>> {
    let instance = &named.model.instances[here.0 as usize];
    let home = || named.home(stack) == Some(here);
    let Some(at) = stack.env_file.values().map(OrReference::span).next().filter(|_| home()) else {
        return Ok(IndexMap::new());
    };
    let mut found = Diagnostics::default();
    let mut variables = IndexMap::new();
    let region = instance.target.region.as_ref().map(ToString::to_string);
    variables.extend(found.take(known("AWS_REGION", region, at)).map(|region| ("AWS_REGION".to_owned(), region)));
    for (name, variable) in &stack.env_file {
        let value = match variable {
            OrReference::Written(written) => Some(written.value.as_ref().to_owned()),
            OrReference::Reference(of) => match found.take(super::attribute(of, here, named)) {
                Some(Some((_, value))) => value.known().cloned(),
                _ => continue,
            },
        };
        if let Some(value) = found.take(known(name.as_str(), value, variable.span())) {
            variables.insert(name.as_str().to_owned(), value);
        }
    }
    found.or(variables)
}

/// A value that is known before the deployment, and plain.
fn known(name: &str, value: Option<String>, at: Span) -> Result<String> {
    match value {
        Some(value) if value.chars().all(|c| c.is_ascii_alphanumeric() || PUNCTUATION.contains(c)) => Ok(value),
        Some(_) => {
            let message = format!("the value of `{name}` has more than letters, digits and `{PUNCTUATION}`");
            let hint = "shells read the file, and would not take everything else as it is";
            Err(Diagnostic::error(Code::InvalidValue, at, message).hint(hint).into())
        }
        None => {
            let message = format!("`{name}` is known only when the stack is deployed, and the file is written before");
            let hint = "`regions` and `account` in environments.yaml make more known; what AWS numbers is an output";
            Err(Diagnostic::error(Code::InvalidValue, at, message).hint(hint).into())
        }
    }
}
