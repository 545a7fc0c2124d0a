//! What is written for an environment: its templates, and the scripts that deploy and destroy it. Nothing is decided
//! here.

mod scripts;

use crate::synth::{Synthesis, SynthesizedStack};
use crate::template::Format;

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

/// `<stack>.template.json`; `<stack>.<region>.template.json` for regions after the first.
fn template_name(stack: &SynthesizedStack, format: Format) -> String {
    let region = stack.target.region.as_ref().filter(|_| !stack.primary);
    let region = region.map_or(String::new(), |region| format!(".{region}"));
    format!("{}{region}.template.{}", stack.stack, format.extension())
}

/// The scripts of an environment: they concern all its stacks.
pub fn scripts(synthesis: &Synthesis, format: Format) -> Vec<File> {
    scripts::render(synthesis, format)
}

/// What the command line shows of an environment: a line for each template.
pub fn table(stacks: &[(&SynthesizedStack, &str, usize)]) -> String {
    let heads = ["stack", "resources", "keys", "key-policy statements", "bytes"];
    let rows = stacks.iter().map(|(stack, name, bytes)| {
        let keys = || stack.template.resources.values().filter(|resource| resource.kind == "AWS::KMS::Key");
        let statements: usize = keys().map(crate::template::Resource::key_policy_statements).sum();
        let name = name.split(".template.").next().unwrap_or_default().to_owned();
        let numbers = [stack.template.resources.len(), keys().count(), statements, *bytes];
        std::iter::once(name).chain(numbers.map(|number| number.to_string())).collect::<Vec<String>>()
    });
    let rows: Vec<Vec<String>> = std::iter::once(heads.map(str::to_owned).to_vec()).chain(rows).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..heads.len()).map(width).collect();
    let line = |row: &Vec<String>| {
        let cell = |(column, text): (usize, &String)| match column {
            0 => format!("{text:<width$}", width = widths[0]),
            _ => format!("{text:>width$}", width = widths[column]),
        };
        format!("{}\n", row.iter().enumerate().map(cell).collect::<Vec<_>>().join("  "))
    };
    rows.iter().map(line).collect()
}
