//! `synth explain`: what a code means, and why a construct is as it is.

mod environment;
mod key_policy;
mod rules;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Load, Outcome, columns};
use crate::construct::{Entry, Instance, Model, Reference, a};
use crate::constructs::{KINDS, Kind};
use crate::definition::{Definition, Project};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Hazard, Place, Sources, listed};
use crate::document::Spanned;
use crate::environment::{Level, unknown_environment};
use crate::output;
use crate::synth::{self, Synthesis};

/// Explain a code, a kind, an environment, or a construct's names and rules
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  synth explain                             list all codes
  synth explain weaker-protection           what the code means
  synth explain EncryptedTable              what the kind is, and its properties
  synth explain prod                        what the environment's rules are, and where they come from
  synth explain prod orders:storage/table   what the construct makes in prod, and where its rules come from
  synth explain prod orders:security/data   of a key the same, and the statements of its policy")]
pub(super) struct Explain {
    /// A code, as it stands in brackets behind `error`, a kind or an environment; without any, all codes are listed
    #[arg(value_name = "CODE|KIND|ENV")]
    word: Option<String>,
    /// A construct of the environment: `stack:scope/id`
    construct: Option<String>,
    /// The folder of stack files and `environments.yaml`
    #[arg(long = "stacks", value_name = "DIR", default_value = "stacks")]
    folder: PathBuf,
}

impl Explain {
    pub(super) fn run(&self, load: &Load<'_>, sources: &mut Sources) -> Outcome {
        match (&self.word, &self.construct) {
            (Some(environment), Some(construct)) => self.construct(environment, construct, load, sources),
            (Some(word), None) => match (Code::find(word), Hazard::find(word), Kind::find(word)) {
                (Some(code), ..) => Outcome::result(format!("{word}\n\n{}\n", code.explanation())),
                (None, Some(hazard), _) => Outcome::result(format!("{word}\n\n{}\n", hazard.explanation())),
                (None, None, Some(kind)) => Outcome::result(output::section(kind)),
                (None, None, None) => self.environment(word, load, sources),
            },
            (None, _) => Outcome::result(all_codes()),
        }
    }

    fn environment(&self, name: &str, load: &Load<'_>, sources: &mut Sources) -> Outcome {
        let (project, found) = if self.folder.exists() { load(&self.folder, sources) } else { Default::default() };
        match project {
            Some(project) if project.environments.all.contains_key(name) => {
                Outcome { result: environment::explain(name, &project, sources), found, ..Outcome::default() }
            }
            project => {
                let environments = project.map(|project| project.environments.all.into_keys().collect::<Vec<_>>());
                unknown_word(name, &environments.unwrap_or_default()).into()
            }
        }
    }

    fn construct(&self, environment: &str, wanted: &str, load: &Load<'_>, sources: &mut Sources) -> Outcome {
        let (project, mut found) = load(&self.folder, sources);
        let Some(project) = project else { return Outcome { found, ..Outcome::default() } };
        if !project.environments.all.contains_key(environment) {
            let names = project.environments.all.keys().map(String::as_str);
            found.push(unknown_environment(environment, Place::CommandLine, names));
            return Outcome { found, ..Outcome::default() };
        }
        let (models, mistakes) = synth::name(&project, &[environment]);
        found.extend(mistakes);
        let definition = project.definition(environment).0;
        let seen = Seen { environment, model: &models[environment], definition, project: &project, sources };
        match seen.named(wanted) {
            Ok(entries) => {
                let built = match entries.iter().any(|entry| entry.keys().next().is_some()) {
                    true => synth::synthesize(&project, environment),
                    false => (None, Diagnostics::default()),
                };
                let texts: Vec<String> = entries.iter().map(|entry| seen.explain(entry, built.0.as_ref())).collect();
                if built.1.has_errors() {
                    found = built.1; // the same mistakes, and what shows where constructs use each other
                }
                Outcome { result: texts.join("\n"), found, ..Outcome::default() }
            }
            Err(diagnostic) => {
                found.push(diagnostic);
                Outcome { found, ..Outcome::default() }
            }
        }
    }
}

fn unknown_word(word: &str, environments: &[String]) -> Diagnostic {
    let message = format!("`{word}` is neither the code of a finding nor a kind nor an environment");
    let codes: Vec<String> = explained().into_iter().map(|(name, _)| name).collect();
    let kinds = KINDS.iter().map(|kind| kind.name);
    let diagnostic = Diagnostic::error(Code::InvalidValue, Place::CommandLine, message);
    diagnostic
        .nearest(word, codes.iter().map(String::as_str).chain(kinds).chain(environments.iter().map(String::as_str)))
        .hint("a construct is explained by its environment and its name: `synth explain prod orders:storage/table`")
}

/// All codes with their explanations: of mistakes, then of what an audit finds.
fn explained() -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> =
        Code::value_variants().iter().map(|code| (code.name(), code.explanation())).collect();
    let hazards = Hazard::value_variants().iter().filter(|hazard| Code::find(&hazard.name()).is_none());
    all.extend(hazards.map(|hazard| (hazard.name(), hazard.explanation())));
    all
}

/// A line for each code: its name, and the first sentence of its explanation.
fn all_codes() -> String {
    let row = |(name, explanation): (String, String)| {
        let words: Vec<&str> = explanation.split_whitespace().collect();
        let sentence = words.split_inclusive(|word| word.ends_with('.')).next().unwrap_or_default().join(" ");
        vec![name, sentence]
    };
    columns("", &explained().into_iter().map(row).collect::<Vec<_>>())
}

/// An environment in which everything has its names.
struct Seen<'p> {
    environment: &'p str,
    model: &'p Model,
    definition: Definition,
    project: &'p Project,
    sources: &'p Sources,
}

impl Seen<'_> {
    /// The constructs that are meant: several, where one is in several regions.
    fn named(&self, wanted: &str) -> Result<Vec<&Entry>, Diagnostic> {
        let error = |message: String| Diagnostic::error(Code::UnknownReference, Place::CommandLine, message);
        let Some(reference) = Reference::new(wanted) else {
            return Err(error(format!("`{wanted}` is not a construct: `stack:scope/id`, or `scope/id`")));
        };
        let Reference { stack, path, region, .. } = &reference;
        let meant = |entry: &&Entry| {
            let instance = &self.model.instances[entry.instance.0 as usize];
            let stack = stack.as_ref().is_none_or(|stack| *stack == instance.stack);
            stack
                && entry.path == *path
                && region.as_ref().is_none_or(|region| instance.target.region.as_ref() == Some(region))
        };
        let entries: Vec<&Entry> = self.model.entries().iter().filter(meant).collect();
        let mut several: Vec<String> = entries.iter().map(|entry| self.name(entry)).collect();
        several.dedup();
        if several.len() > 1 {
            let several = listed(several.iter().map(String::as_str));
            return Err(error(format!("several stacks have a `{wanted}`")).hint(format!("say which: {several}")));
        }
        if !entries.is_empty() {
            return Ok(entries);
        }
        let mut stacks = self.definition.stacks.iter().filter(|it| stack.as_ref().is_none_or(|name| *name == it.name));
        if let Some((_, at)) = stacks.find_map(|stack| stack.absent.iter().find(|(absent, _)| absent == path)) {
            let message = format!("`{}` does without `{wanted}`", self.environment);
            return Err(Diagnostic::error(Code::AbsentConstruct, *at, message));
        }
        let name = |entry: &Entry| if stack.is_some() { self.name(entry) } else { entry.path.to_string() };
        let names: Vec<String> = self.model.entries().iter().map(name).collect();
        let unknown = error(format!("no construct is called `{wanted}` in `{}`", self.environment));
        Err(unknown.nearest(wanted, names.iter().map(String::as_str)))
    }

    fn name(&self, entry: &Entry) -> String {
        format!("{}:{}", self.model.instances[entry.instance.0 as usize].stack, entry.path)
    }

    fn explain(&self, entry: &Entry, synthesis: Option<&Synthesis>) -> String {
        let resources = super::list::resources(entry);
        let makes = match resources.is_empty() {
            true => format!("It makes nothing in {}.\n", self.environment),
            false => format!("In {} it makes:\n{}", self.environment, columns("  ", &resources)),
        };
        let place = self.sources.position(entry.place).map_or(String::new(), |place| format!(", {place}"));
        let rules = columns("  ", &self.rules(entry));
        let policies: Vec<String> =
            entry.keys().filter_map(|key| Some(self.key_policy(key, entry, synthesis?))).collect();
        let policies = policies.concat();
        format!("{} is {}{place}.\n\n{makes}\nIts rules:\n{rules}{policies}", self.name(entry), a(entry.kind))
    }

    /// The statements of a key's policy, which follows from everything that uses the key.
    fn key_policy(&self, key: &str, entry: &Entry, synthesis: &Synthesis) -> String {
        let Instance { stack, target, .. } = &self.model.instances[entry.instance.0 as usize];
        let stack = synthesis.stacks.iter().find(|it| it.stack == **stack && it.target == *target);
        let Some(stack) = stack.filter(|stack| stack.template.resources.contains_key(key)) else {
            return String::new();
        };
        let statements = stack.template.resources[key].key_policy();
        let rows = columns("  ", &statements.iter().map(key_policy::row).collect::<Vec<_>>());
        let whole = format!("synth {} --stdout --stack {}", self.environment, stack.at_region());
        format!("\nThe policy of {key}, whose conditions `{whole}` shows:\n{rows}")
    }

    /// Each rule that means something for what it makes, with its value, and where it comes from.
    fn rules(&self, entry: &Entry) -> Vec<Vec<String>> {
        let mut rules = self.naming(entry);
        rules.extend(rules::rows(&entry.house, |rule| entry.is_ruled_by(rule), self.sources));
        rules
    }

    /// The templates of its names.
    fn naming(&self, entry: &Entry) -> Vec<Vec<String>> {
        let stack = &self.model.instances[entry.instance.0 as usize].stack;
        let Some(stack) = self.definition.stacks.iter().find(|it| it.name == *stack) else { return Vec::new() };
        let construct = stack.constructs.iter().find(|it| it.path == entry.path);
        let beside = construct.map(|construct| &construct.beside);
        let own = beside.and_then(|beside| Some((Level::Construct, beside.naming.as_ref()?)));
        let own = own.or_else(|| Some((Level::Stack, stack.naming.as_ref()?)));
        let own = own.or_else(|| Some((Level::Project, self.project.environments.project.naming.as_ref()?)));
        let row = |rule: &str, set: Option<(Level, &Spanned<String>)>| match set {
            Some((level, template)) => {
                vec![rule.to_owned(), template.value.clone(), rules::place(level, Some(template.span), self.sources)]
            }
            None => vec![rule.to_owned(), synth::NAMING.to_owned(), "by default".to_owned()],
        };
        let name = beside.and_then(|beside| Some((Level::Construct, beside.name.as_ref()?)));
        name.into_iter().map(|name| row("name", Some(name))).chain([row("naming", own)]).collect()
    }
}
