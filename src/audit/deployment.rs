//! Templates that are deployed together, with CloudFormation's functions filled in.

use std::collections::HashMap;

use indexmap::IndexMap;
use serde_json::Value as Json;

use super::resolve::{Scope, is_open};
use crate::template::Template;

/// The account of templates that say nothing of it. What they name by number is another account then.
pub const SOME_ACCOUNT: &str = "000000000000";

/// The region of templates that say nothing of it.
pub const SOME_REGION: &str = "us-east-1";

/// Where a stack is deployed, as ARNs have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The partition: `aws`.
    pub partition: String,
    /// The region.
    pub region: String,
    /// Whether that stands for whichever region it will be.
    pub anywhere: bool,
    /// The account.
    pub account: String,
    /// The organization that the account belongs to, where that is known.
    pub organization: Option<String>,
}

impl Site {
    /// A place by its region and account; the partition follows from the region.
    pub fn new(region: &str, account: &str) -> Self {
        let partition = crate::name::Region::new(region).map_or("aws", |region| region.partition().name());
        let (region, account) = (region.to_owned(), account.to_owned());
        Self { partition: partition.to_owned(), region, anywhere: false, account, organization: None }
    }

    /// The same place, whose region nobody has named.
    #[must_use]
    pub fn anywhere(self) -> Self {
        Self { anywhere: true, ..self }
    }

    /// The same place, in an account of this organization.
    #[must_use]
    pub fn within(self, organization: Option<String>) -> Self {
        Self { organization, ..self }
    }

    /// The domain of the partition's services.
    pub fn url_suffix(&self) -> &'static str {
        let partition = crate::name::Partition::named(&self.partition);
        partition.unwrap_or(crate::name::Partition::Commercial).url_suffix()
    }
}

/// A template of a deployment.
#[derive(Debug)]
pub struct Source<'t> {
    /// The file that it stands in, as reports name it.
    pub file: String,
    /// The name of its stack.
    pub stack: String,
    /// Where the stack is deployed.
    pub site: Site,
    /// The template.
    pub template: &'t Template,
    /// Values of its parameters, in place of their defaults.
    pub parameters: IndexMap<String, String>,
}

/// A resource of a deployment.
#[derive(Debug)]
pub struct Resource<'t> {
    /// The number of its stack.
    pub stack: usize,
    /// Its logical id.
    pub id: &'t str,
    /// Whether it is made: not where its condition is one that the template leaves open.
    pub is_certain: bool,
    /// As the template has it.
    pub template: &'t crate::template::Resource,
    /// Its properties with functions filled in. What is left open stands as a map of one entry, `Ref` or `Fn::…`.
    pub properties: Json,
    /// What a `Ref` to it gives.
    pub reference: String,
    /// Its ARN, where it has one.
    pub arn: Option<String>,
    /// Its name, or what AWS numbers it by.
    pub name: String,
}

/// Templates that are deployed together.
#[derive(Debug)]
pub struct Deployment<'t> {
    /// The templates.
    pub sources: Vec<Source<'t>>,
    /// All their resources, in the order of files and texts.
    pub resources: Vec<Resource<'t>>,
    by_arn: HashMap<String, usize>,
    by_name: HashMap<String, usize>,
}

impl<'t> Deployment<'t> {
    /// Fills in the functions of templates that are deployed together.
    pub fn new(sources: Vec<Source<'t>>) -> Self {
        let scopes: Vec<Scope<'_, 't>> = sources.iter().map(Scope::new).collect();
        let exports = scopes.iter().flat_map(Scope::exports).collect();
        let outputs = scopes.iter().flat_map(Scope::outputs).collect();
        let mut resources = Vec::new();
        for (stack, scope) in scopes.iter().enumerate() {
            let scope = scope.knowing(&exports, &outputs);
            for (id, resource) in &sources[stack].template.resources {
                let made = scope.is_made(resource);
                if made == Some(false) {
                    continue;
                }
                let identity = scope.identity(id);
                resources.push(Resource {
                    stack,
                    id,
                    is_certain: made == Some(true),
                    template: resource,
                    properties: scope.properties(&resource.properties),
                    reference: identity.reference.clone(),
                    arn: identity.arn.clone(),
                    name: identity.name.clone(),
                });
            }
        }
        drop(scopes);
        let arns = resources.iter().enumerate();
        let by_arn = arns.filter_map(|(at, resource)| Some((resource.arn.clone()?, at))).collect();
        let names = resources.iter().enumerate().flat_map(|(at, resource)| {
            let site = &sources[resource.stack].site;
            let name = |name: &str| (named(&resource.template.kind, name, site), at);
            [name(&resource.name), name(&resource.reference)]
        });
        let by_name = names.collect();
        Self { sources, resources, by_arn, by_name }
    }

    /// The resource of this ARN.
    pub fn by_arn(&self, arn: &str) -> Option<usize> {
        self.by_arn.get(arn).copied()
    }

    /// The resource of a type that a text means at a place: its ARN, its name or what `Ref` gives.
    pub fn find(&self, kind: &str, text: &str, site: &Site) -> Option<usize> {
        let by_arn = self.by_arn(text).filter(|at| self.resources[*at].kind() == kind);
        by_arn.or_else(|| self.by_name.get(&named(kind, text, site)).copied())
    }

    /// Where a resource is deployed.
    pub fn site(&self, resource: &Resource<'_>) -> &Site {
        &self.sources[resource.stack].site
    }

    /// The resources of a type, with their numbers.
    pub fn of_kind<'d>(&'d self, kind: &'d str) -> impl Iterator<Item = (usize, &'d Resource<'t>)> {
        self.resources.iter().enumerate().filter(move |(_, resource)| resource.template.kind == kind)
    }
}

/// A name, which means something in its region and account.
fn named(kind: &str, name: &str, site: &Site) -> String {
    format!("{}/{}/{kind}/{name}", site.account, site.region)
}

impl Resource<'_> {
    /// The type.
    pub fn kind(&self) -> &str {
        &self.template.kind
    }

    /// What stands under a path of properties, in which numbers count the elements of lists.
    pub fn get(&self, path: &[&str]) -> Option<&Json> {
        at(&self.properties, path)
    }

    /// The text under a path, if it is known.
    pub fn text(&self, path: &[&str]) -> Option<&str> {
        self.get(path)?.as_str()
    }

    /// Whether something is on; nothing where the template leaves that open.
    pub fn is_on(&self, path: &[&str]) -> Option<bool> {
        match self.get(path) {
            None => Some(false),
            Some(Json::Bool(on)) => Some(*on),
            Some(Json::String(text)) => Some(text.eq_ignore_ascii_case("true")),
            Some(_) => None,
        }
    }

    /// The elements of the list under a path; a value that is no list is its only element.
    pub fn list(&self, path: &[&str]) -> &[Json] {
        match self.get(path) {
            Some(Json::Array(items)) => items,
            Some(value) if !is_open(value) => std::slice::from_ref(value),
            _ => &[],
        }
    }
}

/// What stands under a path of a value.
pub(super) fn at<'j>(value: &'j Json, path: &[&str]) -> Option<&'j Json> {
    path.iter().try_fold(value, |value, step| match value {
        Json::Array(items) => items.get(step.parse::<usize>().ok()?),
        value => value.get(step),
    })
}
