//! The pass of naming, for all environments.

use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexMap;

use super::protection;
use crate::cfn::InstanceId;
use crate::construct::{Instance, Model, Naming, UniqueNames};
use crate::constructs::Placed;
use crate::definition::{Definition, Described, Project, Stack};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::document::Spanned;
use crate::environment::{Environment, House, NamingRules, Variables};
use crate::name::{NameFault, NameRule, Region, Scope, Target};
use crate::template::Site;

/// What resources are called unless a rule says otherwise.
const NAMING: &str = "{{ project }}-{{ env }}-{{ scope }}-{{ kind }}-{{ id }}";

/// What CloudFormation stacks are called unless a rule says otherwise.
const STACK_NAME: &str = "{{ stack }}-{{ env }}";

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html>
const STACK: NameRule = NameRule {
    of: "a CloudFormation stack",
    min: 1,
    max: 128,
    punctuation: "-",
    reserved: &[],
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
    /// For each stack instance its stack, as the definition numbers them, and what the stack's rules mean.
    pub stacks: Vec<(usize, Arc<House>)>,
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
        templates.push(
            definition
                .stacks
                .iter()
                .map(|stack| compile(project, definition, stack, &mut rules, found))
                .collect::<Vec<_>>(),
        );
    }
    let mut unique = UniqueNames::default();
    let mut all = IndexMap::new();
    for (definition, templates) in definitions.iter().zip(&templates) {
        let namer = Namer {
            project,
            environment: &project.environments.all[&*definition.environment],
            env: Arc::clone(&definition.environment),
            rules: &rules,
            unique: &mut unique,
            found: &mut found[&*definition.environment],
            model: Model::default(),
            placed: Vec::new(),
            stacks: Vec::new(),
        };
        all.insert(definition.environment.to_string(), namer.definition(definition, templates));
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
    for template in [&templates.stack_name, &templates.naming].into_iter().chain(beside) {
        if let Err(mistake) = rules.add(template, &stack.variables, place_known) {
            found.push(mistake);
        }
    }
    templates
}

struct Namer<'a, 'd> {
    project: &'a Project,
    environment: &'a Environment,
    env: Arc<str>,
    rules: &'a NamingRules,
    unique: &'a mut UniqueNames,
    found: &'a mut Diagnostics,
    model: Model,
    placed: Vec<Placed<'d>>,
    stacks: Vec<(usize, Arc<House>)>,
}

impl<'d> Namer<'_, 'd> {
    fn definition(mut self, definition: &'d Definition, templates: &[Templates]) -> Named<'d> {
        for (number, (stack, templates)) in definition.stacks.iter().zip(templates).enumerate() {
            self.stack(number, stack, templates);
        }
        Named { definition, model: self.model, placed: self.placed, stacks: self.stacks }
    }

    fn stack(&mut self, number: usize, stack: &'d Stack, templates: &Templates) {
        let house = Arc::new(protection::of_stack(stack, &self.env, &self.project.environments, self.found));
        let mut instances: HashMap<Option<Region>, InstanceId> = HashMap::new();
        self.model.mark_broken(&stack.name, &stack.broken);
        for described in &stack.constructs {
            let region = self.region(described, stack);
            let instance = *instances.entry(region.clone()).or_insert_with_key(|region| {
                self.stacks.push((number, Arc::clone(&house)));
                self.instance(stack, templates, region.as_ref())
            });
            self.construct(described, stack, templates, instance, &house);
        }
    }

    /// The region that a construct is in; none where that is known only at deployment.
    fn region(&mut self, described: &Described, stack: &Stack) -> Option<Region> {
        let Some(template) = &described.beside.region else {
            return self.environment.primary_region().cloned();
        };
        let variables = self.variables(stack, &Target::default());
        let rendered = self.rules.render(template, variables);
        let region = self.found.take(rendered.map_err(Into::into))?;
        let region = region.known().and_then(|region| Region::new(region));
        if region.is_none() {
            let message = format!("`{}` is not a region, such as `us-east-1`", template.value);
            self.found.push(Diagnostic::error(Code::InvalidValue, template.span, message));
        }
        region
    }

    fn instance(&mut self, stack: &Stack, templates: &Templates, region: Option<&Region>) -> InstanceId {
        let id = InstanceId(u32::try_from(self.model.instances.len()).expect("fewer than 2^32 stacks"));
        let target = Target { account: self.environment.account.clone(), region: region.cloned() };
        let rendered = self.rules.render(&templates.stack_name, self.variables(stack, &target));
        let name = self.found.take(rendered.map_err(Into::into));
        let name = name.and_then(|name| self.stack_name(name.known()?, templates.stack_name.span, stack, &target));
        self.model.instances.push(Instance {
            stack: Arc::clone(&stack.name),
            target,
            primary: region == self.environment.primary_region(),
            folder: Arc::clone(&stack.folder),
        });
        let region = region.map(|region| region.as_str().to_owned());
        self.model.sites.push(Site { stack_name: name.unwrap_or_default(), region });
        id
    }

    fn stack_name(&mut self, name: &str, at: Span, stack: &Stack, target: &Target) -> Option<String> {
        let refused = match STACK.check(name) {
            Err(NameFault::TooLong(message)) => Some((Code::NameTooLong, message)),
            Err(NameFault::Refused(message)) => Some((Code::InvalidName, message)),
            Ok(()) if !name.starts_with(|first: char| first.is_ascii_alphabetic()) => {
                Some((Code::InvalidName, format!("`{name}` does not begin with a letter, as the name of a stack must")))
            }
            Ok(()) => None,
        };
        if let Some((code, message)) = refused {
            self.found.push(Diagnostic::error(code, at, message).related(stack.place, "for this stack"));
            return None;
        }
        self.unique.claim("AWS::CloudFormation::Stack", name, &STACK, target, &self.env, stack.place, &stack.name);
        Some(name.to_owned())
    }

    fn construct(
        &mut self,
        described: &'d Described,
        stack: &'d Stack,
        templates: &Templates,
        instance: InstanceId,
        house: &Arc<House>,
    ) {
        let Described { path, place, construct, beside, rules } = described;
        let house =
            protection::of_construct(described, stack, house, &self.env, &self.project.environments, self.found);
        let _ = rules;
        let target = &self.model.instances[instance.0 as usize].target;
        let variables =
            Variables { scope: Arc::clone(&path.scope), id: Arc::clone(&path.id), ..self.variables(stack, target) };
        let template = beside.naming.as_ref().unwrap_or(&templates.naming);
        let generation = beside.generation.map_or(1, super::super::name::Bounded::get);
        let name = beside.name.as_ref();
        let mut naming =
            Naming::new(self.rules, template, name, variables, generation, path.clone(), instance, *place, house);
        self.placed.push(construct.name(&mut naming));
        let entry = naming.finish(construct.kind(), self.unique, self.found);
        self.model.add(entry);
    }

    fn variables(&self, stack: &Stack, target: &Target) -> Variables {
        let nothing = Arc::<str>::from("");
        Variables {
            project: Arc::clone(&stack.project),
            stack: Arc::clone(&stack.name),
            env: Arc::clone(&self.env),
            scope: Arc::clone(&nothing),
            kind: "stack",
            id: nothing,
            target: target.clone(),
            own: Arc::clone(&stack.variables),
        }
    }
}
