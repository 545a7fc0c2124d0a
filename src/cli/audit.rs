//! `synth audit`: what is wrong with anybody's templates.

use std::path::{Path, PathBuf};

use clap::Args;
use indexmap::IndexMap;

use super::Outcome;
use crate::audit::deployment::{SOME_ACCOUNT, SOME_REGION};
use crate::audit::{At, Deployment, Site, Source, World, audit};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, Sources, read_text};
use crate::document::{self, Node, Tags};
use crate::name::{AccountId, Region};
use crate::output::report::{Report, ReportFormat, Spot};
use crate::template::Template;

/// Audit CloudFormation templates: who can use which key, and what is wrong with that
#[derive(Debug, Args)]
#[command(after_help = "Several files are one deployment: what one exports, the others import.
What a template leaves open gives findings of severity `unknown`; --region, --account and --parameter fill it in.
Exit status: 0 nothing, or notes alone; 1 findings; 2 a file cannot be read.

Examples:
  synth audit template.yaml
  synth audit cdk.out/*.template.json --region eu-west-1 --account 111122223333
  synth audit template.yaml --parameter Environment=prod --format json")]
pub(super) struct Audit {
    /// Templates, JSON or YAML
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The region that they are deployed to
    #[arg(long, value_name = "REGION", default_value = SOME_REGION, value_parser = region)]
    region: String,
    /// The account that they are deployed to; without it, every account that is named by its number is another one
    #[arg(long, value_name = "ACCOUNT", default_value = SOME_ACCOUNT, hide_default_value = true, value_parser = account)]
    account: String,
    /// The value of a parameter; can be given several times
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = parameter)]
    parameters: Vec<(String, String)>,
    /// How findings are written
    #[arg(long, value_enum, default_value_t)]
    format: ReportFormat,
}

fn region(text: &str) -> Result<String, String> {
    let region = Region::new(text).ok_or("expected a region, such as `eu-west-1`")?;
    Ok(region.as_str().to_owned())
}

fn account(text: &str) -> Result<String, String> {
    let account = AccountId::new(text).ok_or("expected the twelve digits of an account")?;
    Ok(account.as_str().to_owned())
}

fn parameter(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected `NAME=VALUE`")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// A template that was read.
struct Read {
    file: String,
    stack: String,
    template: Template,
    node: Option<Node>,
}

impl Audit {
    pub(super) fn run(&self, sources: &mut Sources) -> Outcome {
        let mut found = Diagnostics::default();
        let read: Vec<Read> = self.files.iter().filter_map(|file| found.take(read(file, sources))).collect();
        found.extend(self.unknown_parameters(&read));
        if found.has_errors() {
            return Outcome { found, ..Outcome::default() };
        }
        let parameters: IndexMap<String, String> = self.parameters.iter().cloned().collect();
        let site = Site::new(&self.region, &self.account);
        let deployed = read.iter().map(|read| Source {
            file: read.file.clone(),
            stack: read.stack.clone(),
            site: site.clone(),
            template: &read.template,
            parameters: parameters.clone(),
        });
        let world = World::new(Deployment::new(deployed.collect()));
        let audit = audit(&world, &[]);
        let spot = |at: &At, pointer: &str| {
            let node = read[at.source].node.as_ref();
            let line = node.and_then(|node| sources.line(node.nearest_to(pointer).span));
            Spot { line, written: None }
        };
        let report = Report::new(&world, &audit.findings, &spot);
        Outcome { result: report.print(self.format), findings: report.fails(), found, ..Outcome::default() }
    }

    /// Values for parameters that no template has.
    fn unknown_parameters(&self, read: &[Read]) -> Vec<Diagnostic> {
        let known: Vec<&str> = read.iter().flat_map(|read| read.template.parameters()).collect();
        let unknown = self.parameters.iter().filter(|(name, _)| !known.contains(&name.as_str()));
        let mistake = |(name, _): &(String, String)| {
            let message = format!("no template has a parameter `{name}`");
            Diagnostic::error(Code::UnknownReference, Place::CommandLine, message).nearest(name, known.iter().copied())
        };
        unknown.map(mistake).collect()
    }
}

fn read(path: &Path, sources: &mut Sources) -> crate::diagnostic::Result<Read> {
    let file = path.display().to_string();
    let text = read_text(path, &format!("`{file}`"), Place::CommandLine)?;
    let id = sources.add(&file, text.clone());
    let template = Template::parse(id, &text)?;
    if template.resources.is_empty() {
        let message = format!("`{file}` is no CloudFormation template: it has no `Resources`");
        return Err(Diagnostic::error(Code::InvalidValue, Place::CommandLine, message).into());
    }
    let (node, _) = document::parse(id, &text, Tags::Kept);
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let stack = name.split('.').next().unwrap_or_default().to_owned();
    Ok(Read { file, stack, template, node })
}
