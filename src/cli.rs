//! The command line: the only place that prints.

mod audit;
mod completions;
mod cost;
mod decide;
mod explain;
mod init;
mod list;
mod schema;
mod synthesize;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use annotate_snippets::Renderer;
use clap::{CommandFactory, Parser, Subcommand};

use self::audit::Audit;
use self::completions::Completions;
use self::cost::Cost;
use self::decide::Decide;
use self::explain::Explain;
use self::init::Init;
use self::list::List;
use self::schema::PrintSchema;
use self::synthesize::Synthesize;
use crate::definition::Project;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, Sources, listed, nearest, render};
use crate::environment::COMMANDS;
use crate::program::Program;

/// Compiles stack files into CloudFormation templates with exact key policies.
///
/// `synth <ENV>` reads `stacks/` and writes `out/<ENV>/<stack>.template.json`, with a `deploy.sh` beside them.
#[derive(Debug, Parser)]
#[command(
    name = "synth",
    version,
    arg_required_else_help = true,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Examples:
  synth init shop                      make a new project in shop/
  synth dev                            write the templates of dev to out/dev/
  synth prod --stack orders --stdout   print the template of one stack
  synth list prod                      show what everything is called in prod
  synth explain weaker-protection      explain a finding
  synth audit template.yaml            audit anybody's template
  synth cost prod                      show what the keys of prod cost a month

The manual of constructs and their properties is docs/constructs.md; `synth schema` shows it to editors.
Exit status: 0 all is fine, warnings and notes too; 1 an audit found something; 2 could not run. Nothing is written
unless it is 0."
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    synthesize: Option<Synthesize>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(Init),
    List(List),
    Explain(Explain),
    Cost(Cost),
    Schema(PrintSchema),
    Audit(Audit),
    Decide(Decide),
    Completions(Completions),
}

/// What a command comes to. It could not run where an error was found.
#[derive(Debug, Default)]
struct Outcome {
    /// What goes to standard output.
    result: String,
    /// What was found.
    found: Diagnostics,
    /// What else is said, on standard error.
    talk: String,
    /// Whether it ran, and found what has to be looked at.
    findings: bool,
}

impl Outcome {
    /// What goes to standard output, and nothing else.
    fn result(result: String) -> Self {
        Self { result, ..Self::default() }
    }
}

impl From<Diagnostic> for Outcome {
    fn from(found: Diagnostic) -> Self {
        Self { found: found.into(), ..Self::default() }
    }
}

/// How the project of a folder is loaded.
type Load<'l> = dyn Fn(&Path, &mut Sources) -> (Option<Project>, Diagnostics) + 'l;

/// Runs the command line of this process. The exit status is 0 where all is fine, 1 where an audit found something, and
/// 2 where it could not run.
pub fn run() -> ExitCode {
    run_with(&Project::load)
}

/// Runs the command line of this process for a project that is written in Rust: every command and option of `synth`,
/// with the program's stacks in place of stack files. The [first page](crate) shows one.
pub fn run_program(program: &Program) -> ExitCode {
    run_with(&|folder, sources| program.load(folder, sources))
}

fn run_with(load: &Load<'_>) -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    let mut sources = Sources::default();
    if let Some(word) = words.get(1).and_then(|word| word.to_str()).filter(|word| is_to_come(word)) {
        return finish(to_come(word).into(), &sources);
    }
    let arguments = match Arguments::try_parse_from(words) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are results; a bad command line is a mistake. clap knows which goes where.
            let status = if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
            return error.print().map_or(ExitCode::from(2), |()| status);
        }
    };
    let outcome = match (arguments.command, arguments.synthesize) {
        (Some(Command::Init(init)), _) => init.run(),
        (Some(Command::Audit(audit)), _) => audit.run(&mut sources),
        (Some(Command::List(list)), _) => list.run(load, &mut sources),
        (Some(Command::Explain(explain)), _) => explain.run(load, &mut sources),
        (Some(Command::Cost(cost)), _) => cost.run(load, &mut sources),
        (Some(Command::Schema(schema)), _) => schema.run(),
        (Some(Command::Decide(decide)), _) => decide.run(),
        (Some(Command::Completions(completions)), _) => completions.run(),
        (None, Some(synthesize)) => synthesize.run(load, &mut sources),
        (None, None) => unreachable!("clap shows the help where nothing is asked for"),
    };
    finish(outcome, &sources)
}

/// Prints what a command came to.
fn finish(outcome: Outcome, sources: &Sources) -> ExitCode {
    let Outcome { result, found, talk, findings } = outcome;
    let status = match (found.has_errors(), findings) {
        (true, _) => ExitCode::from(2),
        (false, true) => ExitCode::from(1),
        (false, false) => ExitCode::SUCCESS,
    };
    let talk = format!("{}{talk}", report(&found, sources));
    let talked = io::stderr().write_all(talk.as_bytes());
    let printed = talked.and_then(|()| io::stdout().write_all(result.as_bytes()));
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

/// Rows in columns, each line behind `indent`.
fn columns(indent: &str, rows: &[Vec<String>]) -> String {
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let line = |row: &Vec<String>| {
        let cell = |(column, cell): (usize, &String)| format!("{cell:<width$}", width = width(column).unwrap_or(0));
        let cells: Vec<String> = row.iter().enumerate().map(cell).collect();
        format!("{indent}{}\n", cells.join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

/// The commands that are there.
fn commands() -> Vec<String> {
    let mut command = Arguments::command();
    command.build(); // which adds `help`
    command.get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

/// Whether a word is kept for a command that is not there yet.
fn is_to_come(word: &str) -> bool {
    COMMANDS.contains(&word) && !commands().iter().any(|command| command == word)
}

fn to_come(word: &str) -> Diagnostic {
    let message = format!("`{word}` is not there yet: its name is kept for a command of a later version");
    let hint = format!("the commands are {}", listed(commands().iter().map(String::as_str)));
    Diagnostic::error(Code::UnknownCommand, Place::CommandLine, message).hint(hint)
}

/// A word that is neither an environment nor a command, with the nearest of both, and all of them.
fn unknown_word<'e>(word: &str, environments: impl IntoIterator<Item = &'e str>) -> Diagnostic {
    if is_to_come(word) {
        return to_come(word);
    }
    let commands = commands();
    let commands: Vec<&str> = commands.iter().map(String::as_str).collect();
    let environments: Vec<&str> = environments.into_iter().collect();
    if commands.contains(&word) {
        let message = format!("`{word}` is a command, and a command comes before every option");
        let hint = format!("write `synth {word}` first, its options follow: `synth {word} --help` lists them");
        return Diagnostic::error(Code::UnknownCommand, Place::CommandLine, message).hint(hint);
    }
    let message = format!("`{word}` is neither an environment nor a command");
    let mut unknown = Diagnostic::error(Code::UnknownCommand, Place::CommandLine, message);
    if let Some(near) = nearest(word, environments.iter().chain(&commands).copied()) {
        unknown = unknown.hint(format!("did you mean `{near}`?"));
    }
    if !environments.is_empty() {
        unknown = unknown.hint(format!("the environments are {}", listed(environments)));
    }
    unknown.hint(format!("the commands are {}", listed(commands)))
}
