//! `synth <ENV>`: writes the templates of an environment.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;

use super::{Load, Outcome, unknown_word};
use crate::definition::Project;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, Sources, listed, nearest};
use crate::output;
use crate::release::{Audited, Release, Written};
use crate::synth::SynthesizedStack;
use crate::template::Format;

#[derive(Debug, Args)]
pub(super) struct Synthesize {
    /// The environment to synthesize, by its name in `environments.yaml`
    env: String,
    /// Words too many, which are mistakes
    #[arg(hide = true)]
    others: Vec<String>,
    /// Write only this stack, in all its regions or in one: `keys@eu-central-1`; can be given several times
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

impl Synthesize {
    pub(super) fn run(&self, load: &Load<'_>, sources: &mut Sources) -> Outcome {
        let start = Instant::now();
        let mut gone = Vec::new();
        let mut audited = Audited::default();
        let (result, found) = self.synthesize(load, sources, &mut gone, &mut audited);
        let folder = self.out.join(&self.env);
        let gone =
            gone.iter().map(|name| format!("removed {}, which is no longer made\n", folder.join(name).display()));
        let mut talk: String = audited.text.clone();
        talk.extend(gone);
        if result.is_some() && !self.stdout {
            let milliseconds = start.elapsed().as_secs_f64() * 1000.0;
            let wrote = format!("wrote {} in {milliseconds:.1} ms\n", folder.display());
            talk.push_str(&wrote);
        }
        Outcome { result: result.unwrap_or_default(), found, talk, findings: audited.errors }
    }

    /// A second word behind the environment.
    fn another(&self, word: &str, project: &Project) -> Diagnostic {
        let message = format!("`{word}` is one word too many: an environment is synthesized by itself");
        let hint = match project.environments.all.contains_key(word) {
            true => format!("`synth {}`, then `synth {word}`", self.env),
            false => "`--stack <NAME>` writes one of its stacks".to_owned(),
        };
        Diagnostic::error(Code::UnknownCommand, Place::CommandLine, message).hint(hint)
    }

    /// What goes to standard output, if all went well; `gone` is filled with the files that went, `audited` with what
    /// was found in the templates.
    fn synthesize(
        &self,
        load: &Load<'_>,
        sources: &mut Sources,
        gone: &mut Vec<String>,
        audited: &mut Audited,
    ) -> (Option<String>, Diagnostics) {
        let (project, mut found) = load(&self.folder, sources);
        let Some(project) = project else {
            // Outside of any project, a word that is nearly a command is one.
            let misspelt =
                !self.folder.exists() && nearest(&self.env, super::commands().iter().map(String::as_str)).is_some();
            found.extend(misspelt.then(|| unknown_word(&self.env, [])));
            return (None, found);
        };
        if !project.environments.all.contains_key(&self.env) {
            found.push(unknown_word(&self.env, project.environments.all.keys().map(String::as_str)));
            return (None, found);
        }
        if let Some(other) = self.others.first() {
            found.push(self.another(other, &project));
            return (None, found);
        }
        let (release, mistakes) = Release::prepare(&project, &self.env, &self.stacks, self.format);
        found.extend(mistakes);
        let Some(mut release) = release.filter(|_| !found.has_errors()) else { return (None, found) };
        *audited = release.audit(&|place| sources.position(place));
        if audited.errors {
            return (None, found);
        }
        if self.stdout {
            return only_template(&release, found);
        }
        let (output, mistakes) = release.write(&self.out.join(&self.env));
        if mistakes.has_errors() {
            found = Diagnostics::default(); // what was remarked of templates that are not there
        }
        found.extend(mistakes);
        let table = output.map(|output| {
            *gone = output.gone;
            table(&release, &output.written)
        });
        // The process ends here: taking a large tree apart piece by piece would be the longest step of all.
        std::mem::forget((project, release));
        (table, found)
    }
}

/// What was written: a line for each template.
fn table(release: &Release, written: &[Written]) -> String {
    let lines = written.iter().map(|file| (&release.synthesis.stacks[file.stack], file.name.as_str(), file.bytes));
    output::table(&lines.collect::<Vec<_>>())
}

fn only_template(release: &Release, mut found: Diagnostics) -> (Option<String>, Diagnostics) {
    let stacks: Vec<_> = release.written().collect();
    if let [(_, stack)] = stacks.as_slice() {
        return (Some(release.template(stack).text), found);
    }
    let message = format!("`--stdout` prints exactly one template, and these are {}", stacks.len());
    let several = |name: &str| stacks.iter().filter(|(_, stack)| stack.stack == name).count() > 1;
    let name = |stack: &SynthesizedStack| if several(&stack.stack) { stack.at_region() } else { stack.stack.clone() };
    let names: Vec<String> = stacks.iter().map(|(_, stack)| name(stack)).collect();
    let names = listed(names.iter().map(String::as_str));
    let diagnostic = Diagnostic::error(Code::ConflictingProperties, Place::CommandLine, message);
    found.push(match stacks.is_empty() {
        true => diagnostic,
        false => diagnostic.hint(format!("choose one by `--stack`: {names}")),
    });
    (None, found)
}
