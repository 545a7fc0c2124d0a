//! From a project to the templates of one environment.
//!
//! Every environment is [defined](crate::definition) and named, since their names may collide. For the one that is
//! asked for, constructs then say what they were granted and use, and are built.

mod ascent;
mod build;
mod creators;
mod left_out;
mod names;
mod order;
mod pairs;
mod protection;
mod uses;

use std::sync::Arc;

use indexmap::IndexMap;

use crate::cfn::AnyHandle;
use crate::construct::{Filling, Model, Request};
use crate::definition::{Definition, Project};
use crate::diagnostic::{Diagnostics, Hazard, Span};
use crate::document::Spanned;
use crate::environment::House;
use crate::name::{Path, Target};
use crate::parallel;
use crate::template::Template;

pub use names::NAMING;

/// The templates of an environment, in the order in which they have to be deployed.
#[derive(Debug)]
pub struct Synthesis {
    /// The environment's name.
    pub environment: String,
    /// What its rules mean where no stack says otherwise.
    pub house: House,
    /// The templates.
    pub stacks: Vec<SynthesizedStack>,
}

/// The template of a stack instance.
#[derive(Debug)]
pub struct SynthesizedStack {
    /// The stack's name in its file.
    pub stack: String,
    /// The CloudFormation stack's name.
    pub stack_name: String,
    /// Where it is deployed.
    pub target: Target,
    /// Whether it is in the environment's primary region.
    pub primary: bool,
    /// The organization that its account belongs to, where the rules say so.
    pub organization: Option<String>,
    /// Whether the CloudFormation stack refuses to be deleted.
    pub termination_protection: bool,
    /// The template.
    pub template: Template,
    /// What the owners of things outside of these stacks have to allow.
    pub requests: Vec<Request>,
    /// What whoever deploys gives a value, once.
    pub fillings: Vec<Filling>,
    /// Variables for programs outside of AWS, by name.
    pub env_file: IndexMap<String, String>,
    /// The pools of keys that may not lose a key.
    pub pools: Vec<ProtectedPool>,
    /// The constructs that made it.
    pub constructs: Vec<Made>,
}

/// A construct, and what it made.
#[derive(Clone, Debug)]
pub struct Made {
    /// Its path.
    pub path: Path,
    /// Where it stands.
    pub place: Span,
    /// Its resources.
    pub handles: Vec<Arc<AnyHandle>>,
    /// What an audit may find in them, and where and why that is said.
    pub allow: Vec<(Spanned<Hazard>, String)>,
}

/// A pool of keys in an environment that keeps what holds data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtectedPool {
    /// Its path.
    pub path: Path,
    /// Where it stands.
    pub place: Span,
    /// What the logical ids of its keys begin with, before the number.
    pub prefix: String,
    /// How many keys it has.
    pub size: usize,
    /// The alias that the key after its last would have, as far as that is known.
    pub next_alias: Option<String>,
}

impl ProtectedPool {
    /// Whether a logical id is that of a key which the pool would have if it were larger.
    pub fn had(&self, id: &str) -> bool {
        let number = id.strip_prefix(&self.prefix).and_then(|number| number.parse::<usize>().ok());
        number.is_some_and(|number| number > self.size)
    }
}

impl SynthesizedStack {
    /// Whether it is written and deployed: CloudFormation takes no template without a resource.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html>
    pub fn is_written(&self) -> bool {
        !self.template.resources.is_empty()
    }

    /// Its name in one region: `keys@eu-central-1`; `keys` where no region is known.
    pub fn at_region(&self) -> String {
        let region = self.target.region.as_ref().map_or(String::new(), |region| format!("@{region}"));
        format!("{}{region}", self.stack)
    }

    /// Whether a name is that of the stack, or that of the stack in its region.
    pub fn is_called(&self, name: &str) -> bool {
        name == self.stack || name == self.at_region()
    }
}

/// The templates of an environment, and everything found on the way; there are none where something is an error.
///
/// Mistakes that only other environments have are warnings: they do not concern these templates.
///
/// # Panics
/// If the project has no such environment.
pub fn synthesize(project: &Project, environment: &str) -> (Option<Synthesis>, Diagnostics) {
    let (definitions, mut found) = define(project);
    let mut named = names::name_all(project, &definitions, &mut found);
    ascent::check(project, &named, &mut found);
    let named = named.shift_remove(environment).expect("the caller has looked up the environment");

    // From here on only the one environment is looked at, so its findings say nothing of the others.
    let mut own = Diagnostics::default();
    left_out::report(&named, &mut own);
    let uses = uses::collect(&named, &mut own);
    pairs::check(&named, &uses, &mut own);
    let stacks = build::build(&named, &uses, &mut own);
    let stacks = own.take(order::by_deployment(stacks, &named));
    let house = project.environments.house(environment);
    let creators = creators::report(&named, &uses, &house);

    let mut all = Diagnostics::collate(found.into_iter().collect(), &[environment]);
    all.extend(Diagnostics::collate(vec![(environment, own)], &[environment]));
    if !all.has_errors() {
        all.extend(creators);
    }
    let size = named.model.entries().len();
    parallel::discard((named.into_model(), uses), size);
    parallel::discard(definitions, size);
    let synthesis = stacks.filter(|_| !all.has_errors());
    (synthesis.map(|stacks| Synthesis { environment: environment.to_owned(), house, stacks }), all)
}

/// What everything is called in each environment, as far as it can be read and named, and what is wrong with that.
/// Mistakes that show when constructs use each other are not looked for.
///
/// Mistakes that only other environments than these have are warnings.
pub fn name(project: &Project, environments: &[&str]) -> (IndexMap<String, Model>, Diagnostics) {
    let (definitions, mut found) = define(project);
    let named = names::name_all(project, &definitions, &mut found);
    let models = named.into_iter().map(|(environment, named)| (environment, named.into_model())).collect();
    (models, Diagnostics::collate(found.into_iter().collect(), environments))
}

/// What the project is in each environment, and what is wrong with that.
fn define(project: &Project) -> (Vec<Definition>, IndexMap<&str, Diagnostics>) {
    let names = project.environments.all.keys().map(String::as_str);
    let definitions = names.clone().map(|name| project.definition(name));
    let (definitions, mistakes): (Vec<_>, Vec<_>) = definitions.unzip();
    (definitions, names.zip(mistakes).collect())
}
