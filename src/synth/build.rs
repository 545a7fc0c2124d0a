//! The pass of building, and templates of its result.

mod env_file;
mod unchecked;

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::names::Named;
use super::uses::Collected;
use super::{Made, ProtectedPool, SynthesizedStack};
use crate::cfn::{InstanceId, Val};
use crate::construct::{AttributeOf, Entry, EntryId, Request, Resources};
use crate::definition::{Beside, Stack};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result, Severity, Span};
use crate::document::Spanned;
use crate::environment::DeletionPolicy;
use crate::parallel;
use crate::template::{Counted, Function, Import, LIMITS, Map, Output, Template, TooLarge, Value, cycle};

/// A stack instance that was built, and the instances that must be there before it, each with a place that needs it.
pub(super) struct Built {
    pub stack: SynthesizedStack,
    pub needs: BTreeMap<InstanceId, Span>,
    imports: Vec<Import>,
}

/// Builds every stack instance.
pub(super) fn build(named: &Named<'_>, uses: &Collected, found: &mut Diagnostics) -> Vec<Built> {
    let mut members: Vec<Vec<EntryId>> = vec![Vec::new(); named.stacks.len()];
    for (id, entry) in named.model.entries().iter().enumerate() {
        members[entry.instance.0 as usize].push(id);
    }
    let instances: Vec<(usize, Vec<EntryId>)> = members.into_iter().enumerate().collect();
    let mut all: Vec<Built> = Vec::with_capacity(instances.len());
    for (built, mistakes) in parallel::map(instances, |(at, members)| instance(at, &members, named, uses)) {
        found.extend(mistakes);
        all.push(built);
    }
    export(&mut all, named, found);
    all
}

fn instance(at: usize, members: &[EntryId], named: &Named<'_>, uses: &Collected) -> (Built, Diagnostics) {
    let mut found = Diagnostics::default();
    let id = InstanceId(u32::try_from(at).expect("fewer than 2^32 stacks"));
    let (number, house) = &named.stacks[at];
    let (stack, instance) = (&named.definition.stacks[*number], &named.model.instances[at]);
    let mut resources = Resources::new(id, &named.model.sites, &stack.tags, house);
    for &me in members {
        let cx = uses.cx(named, me);
        let placed = &named.placed[me];
        resources.at(cx.entry().place);
        resources.under(cx.house(), placed.tags());
        found.take(placed.build(&cx, &mut resources));
        unchecked::report(named, me, &cx, &mut resources, &mut found);
    }
    let outputs = found.take(outputs(stack, id, named, &mut resources)).unwrap_or_default();
    let finished = resources.finish();
    let template = Template {
        description: Some(format!("{} in {}", stack.name, named.definition.environment)),
        resources: finished.resources,
        outputs,
        ..Template::default()
    };
    let stack = SynthesizedStack {
        stack: stack.name.to_string(),
        stack_name: named.model.sites[at].stack_name.clone(),
        target: instance.target.clone(),
        primary: instance.primary,
        organization: house.organization.as_ref().map(ToString::to_string),
        termination_protection: house.termination_protection,
        template,
        requests: finished.requests,
        fillings: finished.fillings,
        constructs: members.iter().map(|&me| made(&named.model.entries()[me], named.beside[me])).collect(),
        pools: members.iter().filter_map(|&me| protected_pool(&named.model.entries()[me])).collect(),
        env_file: found.take(env_file::variables(stack, id, named)).unwrap_or_default(),
    };
    found.extend(finished.notes);
    found.extend(stack.requests.iter().map(Request::note));
    let place = named.definition.stacks[*number].place;
    found.extend(unreadable(id, &finished.imports, place, named));
    check(&stack.template, place, &|id| owner(id, members, named), &mut found);
    if !found.has_errors() {
        found.extend(unwritten(&stack, place));
    }
    (Built { stack, needs: finished.needs, imports: finished.imports }, found)
}

/// What a construct made, for whoever finds something in the template.
fn made(entry: &Entry, beside: &Beside) -> Made {
    let Entry { path, place, handles, .. } = entry;
    let allow = beside.allow.iter().map(|(hazard, reason)| (hazard.clone(), reason.as_str().to_owned()));
    Made { path: path.clone(), place: *place, handles: handles.clone(), allow: allow.collect() }
}

/// That an instance makes nothing: what it stands for is outside of these stacks, or under AWS's keys.
fn unwritten(stack: &SynthesizedStack, place: Span) -> Option<Diagnostic> {
    if stack.is_written() {
        return None;
    }
    let message = format!("`{}` makes no resource, so nothing is written for this stack", stack.at_region());
    let outputs = &stack.template.outputs;
    let told = match outputs.is_empty() {
        true => Diagnostic::note(Code::MissingProperty, place, message),
        false => Diagnostic::warning(Code::MissingProperty, place, message),
    };
    Some(outputs.keys().fold(told, |told, name| told.note_line(format!("left out: the output `{name}`"))))
}

/// The pool that a construct is, where what holds data is kept.
fn protected_pool(entry: &Entry) -> Option<ProtectedPool> {
    let pool = entry.pool.as_ref().filter(|_| entry.house.deletion != DeletionPolicy::Delete)?;
    let prefix = entry.handles.first()?.id.logical.as_str().strip_suffix('1')?.to_owned();
    let next_alias = pool.prefix.known().map(|prefix| format!("alias/{prefix}-{}", pool.size + 1));
    Some(ProtectedPool { path: entry.path.clone(), place: entry.place, prefix, size: pool.size, next_alias })
}

/// The outputs that a stack file asks for. Each is in the instance of the construct that it speaks of; what speaks of
/// another stack is where the stack [is at home](Named::home).
fn outputs(
    stack: &Stack,
    here: InstanceId,
    named: &Named<'_>,
    resources: &mut Resources<'_>,
) -> Result<IndexMap<String, Output>> {
    let mut found = Diagnostics::default();
    let mut outputs = IndexMap::new();
    let home = named.home(stack) == Some(here);
    for (name, of) in &stack.outputs {
        let Some(Some((owner, value))) = found.take(attribute(of, here, named)) else { continue };
        let own = named.model.instances[owner.0 as usize].stack == stack.name;
        if (own && owner == here) || (!own && home) {
            resources.at(of.span);
            let value = resources.lower(&value);
            if matches!(&value, Value::Call(function, _) if *function == Function::GET_STACK_OUTPUT) {
                // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getstackoutput.html
                let message = "an output cannot be what a stack in another region shows";
                found.push(Diagnostic::error(Code::WrongReference, of.span, message));
                continue;
            }
            let output = Output { description: None, value, export: None, others: Map::default() };
            outputs.insert(name.as_str().to_owned(), output);
        }
    }
    found.or(outputs)
}

/// The value of an output and the instance that it speaks of; nothing where the rule `encryption` leaves that out.
fn attribute(
    of: &Spanned<AttributeOf>,
    from: InstanceId,
    named: &Named<'_>,
) -> Result<Option<(InstanceId, Val<String>)>> {
    let AttributeOf { of: reference, attribute } = &of.value;
    let entry = &named.model.entries()[named.model.resolve(reference, of.span, from)?];
    if entry.left_out {
        return Ok(None);
    }
    Ok(Some((entry.instance, entry.attribute_or_mistake(attribute, of)?)))
}

/// That an instance reads outputs of another account, and nobody says by which role: an error where that is another one
/// for certain, a note where it may be.
fn unreadable(here: InstanceId, imports: &[Import], place: Span, named: &Named<'_>) -> Option<Diagnostic> {
    let site = |id: InstanceId| &named.model.sites[id.0 as usize];
    let target = &site(here).target;
    let without_role = imports.iter().map(|import| site(import.instance)).filter(|there| there.output_role.is_none());
    let mut others = without_role.filter(|there| target.may_be_foreign(&there.target));
    let first = others.next()?;
    let certain = std::iter::once(first).chain(others).find(|there| target.is_foreign(&there.target));
    let there = certain.unwrap_or(first);
    let (severity, account) = match &there.target.account {
        Some(account) if certain.is_some() => (Severity::Error, format!("is in another account: `{account}`")),
        _ => (Severity::Note, "may be in another account".to_owned()),
    };
    let message = format!("this reads an output of `{}`, which {account}", there.stack_name);
    let hint = "`stack-output-role: role/…` in environments.yaml names the role of that account by which it may";
    let diagnostic = Diagnostic::error(Code::MissingOutputRole, place, message).hint(hint);
    Some(Diagnostic { severity, ..diagnostic })
}

/// Gives each instance the outputs that others import from it.
fn export(all: &mut [Built], named: &Named<'_>, found: &mut Diagnostics) {
    let imports: Vec<Import> = all.iter().flat_map(|built| built.imports.iter().cloned()).collect();
    for import in imports {
        let at = import.instance.0 as usize;
        let owner = &mut all[at].stack;
        let value = match &import.attribute {
            None => Value::Ref(import.logical.clone()),
            Some(attribute) => Value::GetAtt(import.logical.as_str().into(), attribute.as_str().into()),
        };
        let name = Value::Text(import.export(&owner.stack_name));
        let output = Output { description: None, value: value.clone(), export: None, others: Map::default() };
        let output = owner.template.outputs.entry(import.output()).or_insert(output);
        if output.value != value {
            let stack = &named.definition.stacks[named.stacks[at].0];
            let written = stack.outputs.iter().find(|(name, _)| name.as_str() == import.output());
            let message = format!("other stacks import something else under the name `{}`", import.output());
            let diagnostic =
                Diagnostic::error(Code::DuplicateName, written.map_or(stack.place, |(_, of)| of.span), message);
            found.push(diagnostic.hint("give the output another name"));
        }
        output.export = output.export.take().or_else(|| import.exported.then_some(name));
    }
}

/// The construct that makes a resource.
fn owner<'n>(id: &str, members: &[EntryId], named: &'n Named<'_>) -> Option<&'n Entry> {
    let mut entries = members.iter().map(|member| &named.model.entries()[*member]);
    entries.find(|entry| entry.handles.iter().any(|part| part.id.logical.as_str() == id))
}

/// A property that is larger than AWS accepts.
fn too_large(large: &TooLarge, owner: Option<&Entry>, place: Span) -> Diagnostic {
    let TooLarge { id, property, size, most, counted } = large;
    let (what, severity, hint) = match counted {
        Counted::Entries => ("entries", Severity::Error, "take some of them out"),
        Counted::Bytes => ("bytes", Severity::Error, "grant less, or share the work between several constructs"),
        Counted::BytesUnlessRaised => (
            "bytes",
            Severity::Warning,
            "AWS raises that for an account on request; else share the work between several constructs",
        ),
    };
    let message = format!("`{property}` of `{id}` has {size} {what}, AWS accepts {most}");
    let diagnostic = Diagnostic::error(Code::LimitExceeded, owner.map_or(place, |entry| entry.place), message);
    Diagnostic { severity, ..diagnostic.hint(hint) }
}

/// What only the whole template shows; `owner` finds the construct that makes a resource.
fn check<'n>(template: &Template, place: Span, owner: &dyn Fn(&str) -> Option<&'n Entry>, found: &mut Diagnostics) {
    let mut limit = |what: &str, count: usize, most: usize| {
        if count > most {
            let message = format!("this stack makes {count} {what}, CloudFormation accepts {most}");
            let diagnostic = Diagnostic::error(Code::LimitExceeded, place, message);
            found.push(diagnostic.hint("put some constructs into another stack"));
        }
    };
    limit("resources", template.resources.len(), LIMITS.resources);
    limit("outputs", template.outputs.len(), LIMITS.outputs);
    found.extend(template.too_large().into_iter().map(|large| too_large(&large, owner(&large.id), place)));
    if let Some(cycle) = cycle(template) {
        let mut constructs: Vec<&Entry> = cycle.iter().filter_map(|id| owner(id)).collect();
        constructs.dedup_by_key(|entry| &entry.path);
        let paths: Vec<String> = constructs.iter().map(|entry| format!("`{}`", entry.path)).collect();
        let at = constructs.first().map_or(place, |entry| entry.place);
        let message = format!("these constructs wait for each other: {}", paths.join(" → "));
        let diagnostic = Diagnostic::error(Code::DependencyCycle, at, message);
        let waits = constructs.windows(2).map(|pair| (pair[1].place, format!("`{}` waits for this", pair[0].path)));
        let diagnostic = waits.fold(diagnostic, |all, (place, why)| all.related(place, why));
        found.push(diagnostic.note_line(format!("by their resources {}", cycle.join(" → "))));
    }
}
