//! `synth audit`: what is wrong with anybody's templates.

use std::path::{Path, PathBuf};

use clap::Args;
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Outcome;
use crate::audit::deployment::{SOME_ACCOUNT, SOME_REGION};
use crate::audit::{Acknowledgement, At, Deployment, Site, Source, World, audit};
use crate::definition::Reason;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Hazard, Place, Sources, read_text};
use crate::document::{self, Node, Spanned, Tags};
use crate::name::{AccountId, OrganizationId, Region};
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
  synth audit template.yaml --parameter Environment=prod --format json
  synth audit template.yaml --allow allowed.yaml

What --allow names is acknowledged: the findings of a code at one resource each:
  allow:
    - { code: over-permission, logical-id: Key, reason: \"for a program outside of this template\" }")]
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
    /// The organization that the account belongs to
    #[arg(long, value_name = "ID", value_parser = organization)]
    organization: Option<String>,
    /// The value of a parameter; can be given several times
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = parameter)]
    parameters: Vec<(String, String)>,
    /// A file of findings that are right all the same
    #[arg(long, value_name = "FILE")]
    allow: Option<PathBuf>,
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

fn organization(text: &str) -> Result<String, String> {
    let organization = OrganizationId::new(text).ok_or("expected the id of an organization, such as `o-a1b2c3d4e5`")?;
    Ok(organization.as_str().to_owned())
}

fn parameter(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected `NAME=VALUE`")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// A file of acknowledgements.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AllowFile {
    allow: Vec<Allowed>,
}

/// That something may be found.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Allowed {
    /// The code of the finding.
    code: Hazard,
    /// The resource.
    logical_id: Spanned<String>,
    /// The file that has it, by the end of its path; without it, the first that has the resource.
    file: Option<String>,
    /// Why that is right.
    reason: Reason,
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
        let site = Site::new(&self.region, &self.account).within(self.organization.clone());
        let deployed = read.iter().map(|read| Source {
            file: read.file.clone(),
            stack: read.stack.clone(),
            site: site.clone(),
            template: &read.template,
            parameters: parameters.clone(),
        });
        let world = World::new(Deployment::new(deployed.collect()));
        let acknowledged = self.allow.as_deref().map_or(Ok(Vec::new()), |file| acknowledgements(file, &read, sources));
        let Some(acknowledged) = found.take(acknowledged) else { return Outcome { found, ..Outcome::default() } };
        let audit = audit(&world, &acknowledged);
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

/// What a file allows, each for a resource that is there.
fn acknowledgements(
    file: &Path,
    read: &[Read],
    sources: &mut Sources,
) -> crate::diagnostic::Result<Vec<Acknowledgement>> {
    let name = file.display().to_string();
    let text = read_text(file, &format!("`{name}`"), Place::CommandLine)?;
    let id = sources.add(&name, text.clone());
    let (node, mut found) = document::parse(id, &text, Tags::Refused);
    let allowed = node.and_then(|node| found.take(document::read::<AllowFile>(&node, node.span)));
    let mut all = Vec::new();
    for Allowed { code, logical_id, file, reason } in allowed.into_iter().flat_map(|file| file.allow) {
        let of_file = |read: &&Read| file.as_ref().is_none_or(|end| read.file.ends_with(end.as_str()));
        let has = |read: &Read| read.template.resources.contains_key(&logical_id.value);
        let source = read.iter().position(|read| of_file(&read) && has(read));
        let Some(source) = source else {
            let message = format!("no template has a resource `{}`", logical_id.value);
            let ids = read.iter().filter(of_file).flat_map(|read| read.template.resources.keys());
            let unknown = Diagnostic::error(Code::UnknownReference, logical_id.span, message);
            found.push(unknown.nearest(&logical_id.value, ids.map(String::as_str)));
            continue;
        };
        let (id, reason) = (logical_id.value, reason.as_str().to_owned());
        all.push(Acknowledgement { hazard: code, source, ids: vec![id.clone()], of: id, reason });
    }
    found.or(all)
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
