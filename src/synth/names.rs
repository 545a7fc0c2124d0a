//! The pass of naming, for all environments.

use std::sync::Arc;

use indexmap::IndexMap;

use super::protection;
use crate::cfn::InstanceId;
use crate::construct::{Claim, Entry, Instance, Model, Naming, Owner, UniqueNames};
use crate::constructs::Placed;
use crate::definition::{Beside, Definition, Described, Project, Stack};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result};
use crate::document::Spanned;
use crate::environment::{Environment, House, NamingRules, Variables};
use crate::name::{AccountId, Bounded, NameFault, NameRule, Region, Scope, Target};
use crate::parallel;
use crate::template;

/// What resources are called unless a rule says otherwise.
pub const NAMING: &str = "{{ project }}-{{ env }}-{{ scope }}-{{ kind }}-{{ id }}";

/// What CloudFormation stacks are called unless a rule says otherwise.
const STACK_NAME: &str = "{{ stack }}-{{ env }}";

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html>
static STACK: NameRule = NameRule {
    of: "a CloudFormation stack",
    min: 1,
    max: 128,
    punctuation: "-",
    ending: "",
    reserved: &[],
    refuses: Some(|name| {
        let letter = name.starts_with(|first: char| first.is_ascii_alphabetic());
        (!letter).then(|| "does not begin with a letter, as the name of a stack must".to_owned())
    }),
    scope: Scope::Region,
    source: "https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html",
};

/// An environment in which everything has its names.
pub(super) struct Named<'d> {
    /// What is named.
    pub definition: &'d Definition,
    /// The names.
    pub model: Model,
    /// The constructs, as the model numbers them.
    pub placed: Vec<Placed<'d>>,
    /// For each of them, what stands beside its kind.
    pub beside: Vec<&'d Beside>,
    /// For each stack instance its stack, as the definition numbers them, and what the stack's rules mean.
    pub stacks: Vec<(usize, Arc<House>)>,
}

impl Named<'_> {
    /// The constructs that have names, each with its stack.
    pub(super) fn constructs(&self) -> impl Iterator<Item = (&Stack, &Entry)> {
        let stack = |entry: &Entry| &self.definition.stacks[self.stacks[entry.instance.0 as usize].0];
        self.model.entries().iter().map(move |entry| (stack(entry), entry))
    }

    /// Where what concerns a stack as a whole is: its instance in the environment's primary region, or the first one
    /// where it has none there.
    pub(super) fn home(&self, stack: &Stack) -> Option<InstanceId> {
        let own = |instance: &Instance| instance.stack == stack.name;
        let instances = &self.model.instances;
        let home = instances.iter().position(|instance| own(instance) && instance.primary);
        let home = home.or_else(|| instances.iter().position(own))?;
        Some(InstanceId(u32::try_from(home).expect("fewer than 2^32 stacks")))
    }

    /// The names alone.
    pub(super) fn into_model(self) -> Model {
        self.model
    }
}

/// Names everything in every environment, and reports what two resources would share.
pub(super) fn name_all<'d>(
    project: &Project,
    definitions: &'d [Definition],
    found: &mut IndexMap<&str, Diagnostics>,
) -> IndexMap<String, Named<'d>> {
    let mut rules = NamingRules::default();
    let mut templates = Vec::new();
    for definition in definitions {
        let found = &mut found[&*definition.environment];
        let compile = |stack| compile(project, definition, stack, &mut rules, found);
        templates.push(definition.stacks.iter().map(compile).collect::<Vec<_>>());
    }
    let mut unique = UniqueNames::default();
    let mut all = IndexMap::new();
    for (definition, templates) in definitions.iter().zip(&templates) {
        let env = &definition.environment;
        let namer = Namer { project, environment: &project.environments.all[&**env], env, rules: &rules };
        all.insert(env.to_string(), namer.name(definition, templates, &mut unique, &mut found[&**env]));
    }
    for (environment, found) in found {
        found.extend(unique.collisions(environment));
    }
    all
}

/// The templates for the names of a stack and of its constructs.
struct Templates {
    stack_name: Spanned<String>,
    naming: Spanned<String>,
}

fn compile(
    project: &Project,
    definition: &Definition,
    stack: &Stack,
    rules: &mut NamingRules,
    found: &mut Diagnostics,
) -> Templates {
    let environment = &project.environments.all[&*definition.environment];
    let place_known = environment.account.is_some() && environment.primary_region().is_some();
    let or = |rule: Option<&Spanned<String>>, default: &str| {
        rule.cloned().unwrap_or_else(|| Spanned { value: default.to_owned(), span: stack.place })
    };
    let own = &project.environments.project;
    let templates = Templates {
        stack_name: or(own.stack_name.as_ref(), STACK_NAME),
        naming: or(stack.naming.as_ref().or(own.naming.as_ref()), NAMING),
    };
    let beside = stack.constructs.iter().map(|construct| &construct.beside);
    let beside = beside.flat_map(|beside| [&beside.naming, &beside.name, &beside.region]).flatten();
    let parts = stack.constructs.iter().flat_map(|construct| construct.construct.names());
    let own = [&templates.stack_name, &templates.naming].into_iter().chain(&stack.account);
    for template in own.chain(beside).chain(parts) {
        if let Err(mistake) = rules.add(template, &definition.environment, &stack.variables, place_known) {
            found.push(mistake);
        }
    }
    templates
}

/// Names everything in one environment.
struct Namer<'a> {
    project: &'a Project,
    environment: &'a Environment,
    env: &'a Arc<str>,
    rules: &'a NamingRules,
}

/// A stack, and where each of its constructs is.
struct Site<'d> {
    stack: &'d Stack,
    house: Arc<House>,
    instances: Vec<(InstanceId, Target)>,
    /// The constructs whose place is known, each with the number of its instance among these.
    constructs: Vec<(&'d Described, usize)>,
}

impl Namer<'_> {
    fn name<'d>(
        &self,
        definition: &'d Definition,
        templates: &[Templates],
        unique: &mut UniqueNames,
        found: &mut Diagnostics,
    ) -> Named<'d> {
        let mut named =
            Named { definition, model: Model::default(), placed: Vec::new(), beside: Vec::new(), stacks: Vec::new() };
        named.model.mark_broken_stacks(&definition.broken);
        let mut sites = Vec::with_capacity(definition.stacks.len());
        for (number, (stack, templates)) in definition.stacks.iter().zip(templates).enumerate() {
            sites.push((self.site(number, stack, templates, &mut named, unique, found), templates));
        }
        for (placed, claims, mistakes) in parallel::map(sites, |(site, templates)| self.constructs(&site, templates)) {
            found.extend(mistakes);
            unique.add(&claims, self.env);
            for (placed, beside, entry) in placed {
                named.placed.push(placed);
                named.beside.push(beside);
                named.model.add(entry);
            }
        }
        named
    }

    /// Finds the instances of a stack, and names them.
    fn site<'d>(
        &self,
        number: usize,
        stack: &'d Stack,
        templates: &Templates,
        named: &mut Named<'_>,
        unique: &mut UniqueNames,
        found: &mut Diagnostics,
    ) -> Site<'d> {
        let house = Arc::new(protection::of_stack(stack, self.env, &self.project.environments, found));
        named.model.mark_broken(&stack.name, &stack.broken);
        named.model.mark_absent(&stack.name, &stack.absent);
        let account = self.account(stack, found);
        let constructs = Vec::with_capacity(stack.constructs.len());
        let mut site = Site { stack, house, instances: Vec::new(), constructs };
        for described in &stack.constructs {
            let region = match self.region(described, stack) {
                Ok(region) => region,
                Err(mistake) => {
                    found.extend(mistake);
                    named.model.mark_broken(&stack.name, std::slice::from_ref(&described.path));
                    continue;
                }
            };
            let known = site.instances.iter().position(|(_, target)| target.region == region);
            let place = known.unwrap_or_else(|| {
                let target = Target { account: account.clone(), region };
                let id = InstanceId(u32::try_from(named.stacks.len()).expect("fewer than 2^32 stacks"));
                named.stacks.push((number, Arc::clone(&site.house)));
                let (instance, stack_name) = self.instance(stack, templates, &target, unique, found);
                named.model.sites.push(template::Site {
                    stack_name,
                    target: target.clone(),
                    output_role: self.environment.stack_output_role.as_ref().map(|role| role.arn(&target)),
                });
                named.model.instances.push(instance);
                site.instances.push((id, target));
                site.instances.len() - 1
            });
            site.constructs.push((described, place));
        }
        site
    }

    /// The account that a stack is in; none where that is known only at deployment.
    fn account(&self, stack: &Stack, found: &mut Diagnostics) -> Option<AccountId> {
        let Some(template) = &stack.account else { return self.environment.account.clone() };
        let rendered = self.rules.render(template, self.variables(stack, &Target::default()));
        let text = found.take(rendered.map_err(Into::into))??.symbolic();
        let account = AccountId::new(&text);
        if account.is_none() {
            let message = format!("`{text}` is not the twelve digits of an AWS account");
            found.push(Diagnostic::error(Code::InvalidValue, template.span, message));
        }
        account
    }

    /// The region that a construct is in; none where that is known only at deployment.
    ///
    /// # Errors
    /// If that is none of the environment's, or no region at all: what follows from it is no mistake of its own.
    fn region(&self, described: &Described, stack: &Stack) -> Result<Option<Region>> {
        let Some(template) = &described.beside.region else {
            return Ok(self.environment.primary_region().cloned());
        };
        let Some(region) = self.rules.render(template, self.variables(stack, &Target::default()))? else {
            return Err(Diagnostics::default()); // the template's own mistakes are reported
        };
        let text = region.longest();
        let wrong = |message: String| Diagnostic::error(Code::InvalidValue, template.span, message);
        let known = &self.environment.regions;
        Err(match Region::new(&text) {
            Some(region) if known.contains(&region) => return Ok(Some(region)),
            None => wrong(format!("`{text}` is not a region, such as `us-east-1`")),
            Some(_) if known.is_empty() => {
                let message =
                    format!("`{}` does not name its regions, so this may or may not be the first of them", self.env);
                wrong(message).hint("name them in environments.yaml: `regions: [<first>, <others>]`")
            }
            Some(region) => {
                let diagnostic = wrong(format!("`{region}` is not one of the regions of `{}`", self.env));
                let known = known.iter().map(Region::as_str);
                match region.doubt(template.span) {
                    Some(_) => diagnostic.nearest(region.as_str(), known),
                    None => diagnostic.allowed(known).hint("`regions` in environments.yaml names all of them"),
                }
            }
        }
        .into())
    }

    fn instance(
        &self,
        stack: &Stack,
        templates: &Templates,
        target: &Target,
        unique: &mut UniqueNames,
        found: &mut Diagnostics,
    ) -> (Instance, String) {
        let rendered = self.rules.render(&templates.stack_name, self.variables(stack, target));
        let name = found.take(rendered.map_err(Into::into)).flatten();
        let name = name.and_then(|name| {
            if name.known().is_none() {
                let message = "the name of a stack cannot hold what is known only at deployment";
                let diagnostic = Diagnostic::error(Code::InvalidNaming, templates.stack_name.span, message);
                found.push(diagnostic.hint("`account` and `regions` in environments.yaml make it known"));
            }
            name.known().cloned()
        });
        if let Some(name) = &name {
            if let Some((code, message)) = refused_stack_name(name) {
                let diagnostic = Diagnostic::error(code, templates.stack_name.span, message);
                found.push(diagnostic.related(stack.place, "for this stack"));
            }
            let (environment, target) = (Arc::clone(self.env), target.clone());
            let owner = Owner { environment, target, place: stack.place, of: stack.name.to_string() };
            unique.claim(name.clone(), &STACK, owner);
        }
        let instance = Instance {
            stack: Arc::clone(&stack.name),
            target: target.clone(),
            primary: target.region.as_ref() == self.environment.primary_region(),
            folder: stack.folder.clone(),
        };
        (instance, name.unwrap_or_default())
    }

    /// Names the constructs of a stack.
    fn constructs<'d>(&self, site: &Site<'d>, templates: &Templates) -> Constructs<'d> {
        let mut found = Diagnostics::default();
        let (mut placed, mut claims) = (Vec::with_capacity(site.constructs.len()), Vec::new());
        for (described, place) in &site.constructs {
            let Described { path, construct, beside, .. } = described;
            let (instance, target) = &site.instances[*place];
            let environments = &self.project.environments;
            let house = protection::of_construct(described, site.stack, &site.house, self.env, environments);
            let was = beside.was.as_ref().map_or(path, |was| &was.value).clone();
            let (scope, id) = (Arc::clone(&was.scope), Arc::clone(&was.id));
            let variables = Variables { scope, id, ..self.variables(site.stack, target) };
            let template = beside.naming.as_ref().unwrap_or(&templates.naming);
            let generation = beside.generation.map_or(1, Bounded::get);
            let name = beside.name.as_ref();
            let (paths, places) = ((path.clone(), was), (described.place, described.kind_at));
            let mut naming =
                Naming::new(self.rules, template, name, variables, generation, paths, *instance, places, house);
            let construct_placed = construct.name(&mut naming);
            let (entry, own, mistakes) = naming.finish(construct.kind());
            found.extend(protection::check(described, &entry, &site.house, self.env, environments));
            placed.push((construct_placed, beside, entry));
            claims.extend(own);
            found.extend(mistakes);
        }
        (placed, claims, found)
    }

    fn variables(&self, stack: &Stack, target: &Target) -> Variables {
        let nothing = Arc::<str>::from("");
        Variables {
            project: Arc::clone(&stack.project),
            stack: Arc::clone(&stack.name),
            env: Arc::clone(self.env),
            scope: Arc::clone(&nothing),
            kind: "stack",
            id: nothing,
            target: target.clone(),
            own: Arc::clone(&stack.variables),
        }
    }
}

/// The constructs of a stack with their names, what they claim, and what is wrong with them.
type Constructs<'d> = (Vec<(Placed<'d>, &'d Beside, Entry)>, Vec<Claim>, Diagnostics);

/// Why CloudFormation refuses the name of a stack.
fn refused_stack_name(name: &str) -> Option<(Code, String)> {
    match STACK.check(name) {
        Err(NameFault::TooLong(message)) => Some((Code::NameTooLong, message)),
        Err(NameFault::Refused(message)) => Some((Code::InvalidName, message)),
        Ok(()) => None,
    }
}
