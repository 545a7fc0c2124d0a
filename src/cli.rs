//! The command line: the only place that prints.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use annotate_snippets::Renderer;
use clap::Parser;

use crate::definition::Project;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, Sources, listed, render};
use crate::environment::unknown_environment;
use crate::output;
use crate::release::{Release, Written};
use crate::template::Format;

/// Compiles stack files into CloudFormation templates with exact key policies.
///
/// Reads `stacks/` and writes `out/<ENV>/<stack>.template.json`, with a `deploy.sh` beside them.
#[derive(Debug, Parser)]
#[command(name = "synth", version, arg_required_else_help = true)]
struct Arguments {
    /// The environment to synthesize, by its name in `environments.yaml`
    env: String,
    /// Write only this stack; can be given several times
    #[arg(long = "stack", value_name = "NAME")]
    stacks: Vec<String>,
    /// The folder of stack files and `environments.yaml`
    #[arg(long = "stacks", value_name = "DIR", default_value = "stacks")]
    folder: PathBuf,
    /// The folder to write to: each environment gets a folder in it
    #[arg(long, value_name = "DIR", default_value = "out")]
    out: PathBuf,
    /// How templates are written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Print the only template instead of writing files
    #[arg(long)]
    stdout: bool,
}

/// Runs the command line of this process. The exit status is 0 where all is fine, and 2 where it could not run.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are results; a bad command line is a mistake. clap knows which goes where.
            let status = if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
            return error.print().map_or(ExitCode::from(2), |()| status);
        }
    };
    let start = Instant::now();
    let mut sources = Sources::default();
    let (result, found) = synthesize(&arguments, &mut sources);
    let mut talk = report(&found, &sources);
    let status = if result.is_some() { ExitCode::SUCCESS } else { ExitCode::from(2) };
    if result.is_some() && !arguments.stdout {
        let folder = arguments.out.join(&arguments.env);
        let milliseconds = start.elapsed().as_secs_f64() * 1000.0;
        talk = format!("{talk}wrote {} in {milliseconds:.1} ms\n", folder.display());
    }
    let talked = io::stderr().write_all(talk.as_bytes());
    let printed = talked.and_then(|()| io::stdout().write_all(result.unwrap_or_default().as_bytes()));
    printed.map_or(ExitCode::from(2), |()| status)
}

/// Findings as text, coloured where a terminal shows them, with an empty line behind.
fn report(found: &Diagnostics, sources: &Sources) -> String {
    let colours = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let renderer = if colours { Renderer::styled() } else { Renderer::plain() };
    match found.is_empty() {
        true => String::new(),
        false => format!("{}\n\n", render(found, sources, &renderer)),
    }
}

/// What goes to standard output, if all went well.
fn synthesize(arguments: &Arguments, sources: &mut Sources) -> (Option<String>, Diagnostics) {
    let (project, mut found) = Project::load(&arguments.folder, sources);
    let Some(project) = project else { return (None, found) };
    if !project.environments.all.contains_key(&arguments.env) {
        let environments: Vec<&str> = project.environments.all.keys().map(String::as_str).collect();
        let unknown = unknown_environment(&arguments.env, Place::CommandLine, environments.iter().copied());
        found.push(match unknown.hints.iter().any(|hint| hint.starts_with("did you mean")) {
            true => unknown.hint(format!("the environments are {}", listed(environments))),
            false => unknown,
        });
        return (None, found);
    }
    let (release, mistakes) = Release::prepare(&project, &arguments.env, &arguments.stacks, arguments.format);
    found.extend(mistakes);
    let Some(release) = release.filter(|_| !found.has_errors()) else { return (None, found) };
    if arguments.stdout {
        return only_template(&release, found);
    }
    let (written, mistakes) = release.write(&arguments.out.join(&arguments.env));
    found.extend(mistakes);
    let table = written.map(|written| table(&release, &written));
    // The process ends here: taking a large tree apart piece by piece would be the longest step of all.
    std::mem::forget((project, release));
    (table, found)
}

/// What was written: a line for each template.
fn table(release: &Release, written: &[Written]) -> String {
    let lines = written.iter().map(|file| (&release.synthesis.stacks[file.stack], file.name.as_str(), file.bytes));
    output::table(&lines.collect::<Vec<_>>())
}

fn only_template(release: &Release, mut found: Diagnostics) -> (Option<String>, Diagnostics) {
    let stacks: Vec<_> = release.selected().collect();
    if let [(_, stack)] = stacks.as_slice() {
        return (Some(release.template(stack).text), found);
    }
    let message = format!("`--stdout` prints exactly one template, and these are {}", stacks.len());
    let names = listed(stacks.iter().map(|(_, stack)| stack.stack.as_str()));
    let diagnostic = Diagnostic::error(Code::ConflictingProperties, Place::CommandLine, message);
    found.push(diagnostic.hint(format!("choose one by `--stack`: {names}")));
    (None, found)
}
