//! `synth list`: what everything is called.

use std::fmt::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::{Load, Outcome};
use crate::cfn::{AnyHandle, InstanceId};
use crate::construct::{Entry, Model};
use crate::diagnostic::{Diagnostics, Place, Sources};
use crate::environment::unknown_environment;
use crate::synth;

/// Show stacks, constructs and resources with their names, for each environment
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  synth list                        all environments
  synth list dev prod
  synth list prod --format json

Parts of names that are known only at deployment are shown as `${AWS::AccountId}` and `${AWS::Region}`.")]
pub(super) struct List {
    /// The environments to show; without any, all of them
    #[arg(value_name = "ENV")]
    environments: Vec<String>,
    /// The folder of stack files and `environments.yaml`
    #[arg(long = "stacks", value_name = "DIR", default_value = "stacks")]
    folder: PathBuf,
    /// How the list is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

impl List {
    pub(super) fn run(&self, load: &Load<'_>, sources: &mut Sources) -> Outcome {
        let (project, mut found) = load(&self.folder, sources);
        let Some(project) = project else { return Outcome { found, ..Outcome::default() } };
        let all = || project.environments.all.keys().map(String::as_str);
        let unknown = self.environments.iter().filter(|name| !project.environments.all.contains_key(*name));
        let unknown: Diagnostics = unknown.map(|name| unknown_environment(name, Place::CommandLine, all())).collect();
        if unknown.has_errors() {
            found.extend(unknown);
            return Outcome { found, ..Outcome::default() };
        }
        let asked_for =
            |name: &&str| self.environments.is_empty() || self.environments.iter().any(|asked| asked == name);
        let wanted: Vec<&str> = all().filter(asked_for).collect();
        let (models, mistakes) = synth::name(&project, &wanted);
        found.extend(mistakes);
        let environments = wanted.iter().map(|name| Environment::of(name, &models[*name])).collect();
        let listing = Listing { environments };
        let result = match self.format {
            Format::Text => listing.text(),
            Format::Json => format!("{:#}\n", serde_json::json!(listing)),
        };
        Outcome { result, found, ..Outcome::default() }
    }
}

#[derive(Serialize)]
struct Listing<'m> {
    environments: Vec<Environment<'m>>,
}

#[derive(Serialize)]
struct Environment<'m> {
    environment: &'m str,
    stacks: Vec<Stack<'m>>,
}

/// A stack in one region.
#[derive(Serialize)]
struct Stack<'m> {
    stack: &'m str,
    stack_name: &'m str,
    account: Option<&'m str>,
    region: Option<&'m str>,
    constructs: Vec<Construct<'m>>,
}

#[derive(Serialize)]
struct Construct<'m> {
    path: String,
    kind: &'m str,
    resources: Vec<Resource<'m>>,
}

#[derive(Serialize)]
struct Resource<'m> {
    /// Nothing where it exists outside of these stacks, or is the replica of another.
    logical_id: Option<&'m str>,
    #[serde(rename = "type")]
    kind: &'m str,
    /// Nothing where AWS numbers it.
    name: Option<String>,
    /// Nothing where it ends in what AWS numbers.
    arn: Option<String>,
    /// The region of a replica, which is not that of its stack.
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<&'m str>,
    #[serde(skip)]
    outside: bool,
}

impl<'m> Environment<'m> {
    fn of(environment: &'m str, model: &'m Model) -> Self {
        let instances = model.instances.iter().zip(&model.sites).enumerate();
        let stacks = instances.map(|(at, (instance, site))| {
            let own = |entry: &&Entry| entry.instance == InstanceId(u32::try_from(at).expect("fewer than 2^32 stacks"));
            Stack {
                stack: &instance.stack,
                stack_name: &site.stack_name,
                account: instance.target.account.as_ref().map(crate::name::AccountId::as_str),
                region: instance.target.region.as_ref().map(crate::name::Region::as_str),
                constructs: model.entries().iter().filter(own).map(Construct::of).collect(),
            }
        });
        Self { environment, stacks: stacks.collect() }
    }
}

impl<'m> Construct<'m> {
    fn of(entry: &'m Entry) -> Self {
        let resource = |handle: &'m Arc<AnyHandle>| {
            let name = handle.name.clone().text().symbolic();
            Resource {
                logical_id: handle.outside.is_none().then(|| handle.id.logical.as_str()),
                kind: &handle.kind,
                name: (!name.is_empty()).then_some(name),
                arn: handle.arn().map(|arn| arn.symbolic()),
                region: None,
                outside: handle.outside.is_some(),
            }
        };
        let replica = |handle: &'m Arc<AnyHandle>| {
            let region = handle.target.region.as_ref().map(crate::name::Region::as_str);
            Resource { logical_id: None, region, ..resource(handle) }
        };
        let made = entry.handles.iter().map(resource).chain(entry.replicas.iter().map(replica));
        let resources = made.filter(|_| !entry.left_out).collect();
        Self { path: entry.path.to_string(), kind: entry.kind, resources }
    }
}

impl Resource<'_> {
    fn id(&self) -> String {
        match (self.logical_id, self.region) {
            (Some(id), _) => id.to_owned(),
            (None, Some(region)) => format!("(in {region})"),
            (None, None) => "(outside)".to_owned(),
        }
    }

    /// What it is called, from outside.
    fn name(&self) -> &str {
        let arn = self.arn.as_deref().filter(|_| self.outside);
        arn.or(self.name.as_deref()).unwrap_or_default()
    }
}

/// The resources of a construct: logical id, type, and what each is called.
pub(super) fn resources(entry: &Entry) -> Vec<Vec<String>> {
    let resources = Construct::of(entry).resources;
    resources.iter().map(|it| vec![it.id(), it.kind.to_owned(), it.name().to_owned()]).collect()
}

impl Listing<'_> {
    fn text(&self) -> String {
        let mut text = String::new();
        for Environment { environment, stacks } in &self.environments {
            line(&mut text, 0, environment);
            for stack in stacks {
                let place: Vec<&str> = stack.account.into_iter().chain(stack.region).collect();
                let place = if place.is_empty() { String::new() } else { format!(" in {}", place.join(", ")) };
                line(&mut text, 1, &format!("{}: {}{place}", stack.stack, stack.stack_name));
                let resources = || stack.constructs.iter().flat_map(|construct| &construct.resources);
                let ids = resources().map(|resource| resource.id().len()).max().unwrap_or(0);
                let kinds = resources().map(|resource| resource.kind.len()).max().unwrap_or(0);
                for Construct { path, kind, resources } in &stack.constructs {
                    let nothing = if resources.is_empty() { " makes nothing here" } else { "" };
                    line(&mut text, 2, &format!("{path} ({kind}){nothing}"));
                    for it in resources {
                        line(&mut text, 3, &format!("{:<ids$}  {:<kinds$}  {}", it.id(), it.kind, it.name()));
                    }
                }
            }
        }
        text
    }
}

fn line(text: &mut String, depth: usize, words: &str) {
    writeln!(text, "{:indent$}{}", "", words.trim_end(), indent = depth * 2).expect("text can be written to");
}
