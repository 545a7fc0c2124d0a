//! What is written for an environment: its templates, and the scripts that deploy and destroy it. Nothing is decided
//! here.

pub mod cost;
mod manual;
pub mod matrix;
mod project;
pub mod report;
mod scripts;

use crate::construct::Request;
use crate::synth::{Synthesis, SynthesizedStack};
use crate::template::Format;

pub use manual::{manual, section};
pub use project::project;

/// A file of the output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name in the environment's folder.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Whether it can be run.
    pub executable: bool,
}

/// The template of a stack instance as a file.
pub fn template(stack: &SynthesizedStack, format: Format) -> File {
    File { name: template_name(stack, format), text: stack.template.print(format), executable: false }
}

/// The name of its file: `<stack>.template.json`; `<stack>.<region>.template.json` for regions after the first.
pub fn template_name(stack: &SynthesizedStack, format: Format) -> String {
    format!("{}.template.{}", name(stack), format.extension())
}

/// What the files of a stack instance begin with: `<stack>`, or `<stack>.<region>`.
fn name(stack: &SynthesizedStack) -> String {
    let region = stack.target.region.as_ref().filter(|_| !stack.primary);
    format!("{}{}", stack.stack, region.map_or(String::new(), |region| format!(".{region}")))
}

/// What others have to allow, a file for each of their policies: `<stack>.<scope>-<id>.policy.json`, with what tells
/// them apart before the end where a construct asks for several.
pub fn requests(stack: &SynthesizedStack) -> impl Iterator<Item = File> {
    stack.requests.iter().map(|request| {
        let name = format!("{}.policy.json", request_name(stack, request));
        let text = serde_json::to_string_pretty(&request.document).expect("a policy is JSON") + "\n";
        File { name, text, executable: false }
    })
}

/// What the files of a request begin with.
fn request_name(stack: &SynthesizedStack, request: &Request) -> String {
    let several = stack.requests.iter().filter(|other| other.path == request.path).count() > 1;
    let part = if several && !request.part.is_empty() { format!(".{}", request.part) } else { String::new() };
    format!("{}.{}-{}{part}", name(stack), request.path.scope, request.path.id)
}

/// The variables that a stack has for programs outside of AWS, a line each: `NAME=value`.
pub fn env_file(stack: &SynthesizedStack) -> Option<File> {
    let line = |(name, value): (&String, &String)| format!("{name}={value}\n");
    let text: String = stack.env_file.iter().map(line).collect();
    (!text.is_empty()).then(|| File { name: format!("{}.env", stack.stack), text, executable: false })
}

/// The scripts of an environment: they concern all its stacks.
pub fn scripts(synthesis: &Synthesis, format: Format) -> Vec<File> {
    scripts::render(synthesis, format)
}

/// What the command line shows of an environment: a line for each template.
pub fn table(stacks: &[(&SynthesizedStack, &str, usize)]) -> String {
    let heads = ["stack", "resources", "keys", "key-policy statements", "bytes"];
    let rows = stacks.iter().map(|(stack, name, bytes)| {
        let keys = || stack.template.resources.values().filter(|resource| resource.is_key());
        let statements: usize = keys().map(|key| key.key_policy().len()).sum();
        let name = name.split(".template.").next().unwrap_or_default().to_owned();
        let numbers = [stack.template.resources.len(), keys().count(), statements, *bytes];
        std::iter::once(name).chain(numbers.map(|number| number.to_string())).collect::<Vec<String>>()
    });
    aligned(&std::iter::once(heads.map(str::to_owned).to_vec()).chain(rows).collect::<Vec<_>>())
}

/// Rows of numbers, with what they are of before them.
fn aligned(rows: &[Vec<String>]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..rows.first().map_or(0, Vec::len)).map(width).collect();
    let line = |row: &Vec<String>| {
        let cell = |(column, text): (usize, &String)| match column {
            0 => format!("{text:<width$}", width = widths[0]),
            _ => format!("{text:>width$}", width = widths[column]),
        };
        format!("{}\n", row.iter().enumerate().map(cell).collect::<Vec<_>>().join("  "))
    };
    rows.iter().map(line).collect()
}
