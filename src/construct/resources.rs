//! The last pass: resources of a stack instance, lowered as they come.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use indexmap::IndexMap;

use super::cx::Cx;
use super::filling::Filling;
use super::outputs::ByOutputs;
use super::raw::RawProperties;
use super::request::Request;
use super::tagging::{Untagged, inherit, untagged, written};
use crate::cfn::policy::{PolicyDocument, Statement};
use crate::cfn::{AnyHandle, Handle, Holds, InstanceId, KnownType, Resource, ResourceId, Val};
use crate::diagnostic::{Diagnostics, Result, Span};
use crate::environment::{DeletionPolicy, House, Kept, ReplacementPolicy};
use crate::name::Tags;
use crate::template::{self, Import, Lowered, Site, Value};

/// The resources of a stack instance, in the order in which they were made.
#[derive(Debug)]
pub struct Resources<'a> {
    instance: InstanceId,
    sites: &'a [Site],
    tags: &'a Tags,
    own_tags: Option<&'a Tags>,
    house: &'a House,
    untagged: BTreeSet<Untagged<'a>>,
    made: IndexMap<String, template::Resource>,
    waits: Waits,
    gates: HashMap<String, Vec<String>>,
    imports: Vec<Import>,
    /// Where the construct or output is written that is being built.
    place: Span,
    /// The other instances that this one needs, and the first place that needs each.
    needs: BTreeMap<InstanceId, Span>,
    /// What the properties that are being lowered as users write them wait for.
    used: Vec<ResourceId>,
    requests: Vec<Request>,
    fillings: Vec<Filling>,
    notes: Diagnostics,
    /// Attributes that requests speak of, which the stack shows for that.
    shown: Vec<Import>,
}

/// A resource, what it waits for, and where that is written.
type Wait = (String, ResourceId, Span);

/// Who waits for whom: always, or unless it would make a circle.
#[derive(Debug, Default)]
struct Waits {
    firm: Vec<Wait>,
    yielding: Vec<Wait>,
}

impl<'a> Resources<'a> {
    /// A stack instance without resources; `tags` go on all that can have them.
    pub fn new(instance: InstanceId, sites: &'a [Site], tags: &'a Tags, house: &'a House) -> Self {
        let (own_tags, untagged, made, waits, gates, imports, needs, used) = Default::default();
        let place = Span::IN_RUST;
        let (requests, fillings, notes, shown) = Default::default();
        Self {
            instance,
            sites,
            tags,
            own_tags,
            house,
            untagged,
            made,
            waits,
            gates,
            imports,
            place,
            needs,
            used,
            requests,
            fillings,
            notes,
            shown,
        }
    }

    /// What follows is of the construct or output that is written here.
    pub fn at(&mut self, place: Span) {
        self.place = place;
    }

    fn import(&mut self, imports: Vec<Import>) {
        for import in &imports {
            self.needs.entry(import.instance).or_insert(self.place);
        }
        self.imports.extend(imports);
    }

    /// What follows is built under these rules, and with these tags besides the stack's.
    pub fn under(&mut self, house: &'a House, tags: Option<&'a Tags>) {
        (self.house, self.own_tags) = (house, tags);
    }

    /// The required tags that something lacks that was added since the last call.
    pub fn take_untagged(&mut self) -> BTreeSet<Untagged<'a>> {
        std::mem::take(&mut self.untagged)
    }

    /// Whether a property of a resource is its physical name.
    pub fn is_name(&mut self, property: &str, handle: &AnyHandle) -> bool {
        let name = self.lower(&handle.name);
        let made = self.made.get(handle.id.logical.as_str());
        made.and_then(|resource| resource.properties.get(property)).is_some_and(|value| *value == name)
    }

    /// Whether a resource has tags to look at.
    pub fn has_tags(&self, handle: &AnyHandle) -> bool {
        let made = self.made.get(handle.id.logical.as_str());
        made.is_some_and(|resource| written(&resource.kind, &resource.properties).is_some())
    }

    /// Adds a resource.
    pub fn add<R: Resource>(&mut self, handle: &Handle<R>, mut resource: R) {
        for own in resource.tag_lists() {
            inherit(own, self.tags.iter().chain(self.own_tags.into_iter().flatten()));
            let tags: Vec<_> = own.iter().map(|tag| (tag.key.as_str(), Some(tag.value.as_str()))).collect();
            self.untagged.extend(untagged(&self.house.required_tags, &tags));
        }
        let mut found = Lowered::default();
        let holds = resource.holds();
        let properties = match template::lower(&resource, self.instance, self.sites, &mut found) {
            Value::Map(properties) => properties,
            other => unreachable!("properties are a map: {other:?}"),
        };
        let id = handle.id().logical.as_str().to_owned();
        if holds != Holds::Key {
            // A key waits for nobody: whatever is encrypted under it waits for the key.
            let waits = if R::YIELDS { &mut self.waits.yielding } else { &mut self.waits.firm };
            waits.extend(found.after.into_iter().map(|to| (id.clone(), to, self.place)));
        }
        self.import(found.imports);
        let (deletion_policy, update_replace_policy) = self.policies(holds);
        let kind = R::TYPE.to_owned();
        let resource =
            template::Resource { kind, deletion_policy, update_replace_policy, properties, ..Default::default() };
        self.made.insert(id, resource);
    }

    /// Adds a resource of any type, with properties as users write them.
    ///
    /// # Errors
    /// If a reference in the properties leads nowhere.
    pub fn add_raw(&mut self, handle: &AnyHandle, properties: &RawProperties, holds: Holds, cx: &Cx<'_>) -> Result<()> {
        let mut found = Diagnostics::default();
        let place = cx.entry().place;
        let lowered = properties.iter().map(|(key, raw)| (key.clone(), raw.lower(place, cx, self, &mut found)));
        let properties: template::Map = lowered.collect();
        let house = self.house;
        let none = || KnownType::find(&handle.kind)?.tags.map(|_| Vec::new());
        let tags = written(&handle.kind, &properties).or_else(none);
        self.untagged.extend(tags.into_iter().flat_map(|tags| untagged(&house.required_tags, &tags)));
        let id = handle.id.logical.as_str().to_owned();
        let after = std::mem::take(&mut self.used);
        self.waits.firm.extend(after.into_iter().map(|to| (id.clone(), to, place)));
        let (deletion_policy, update_replace_policy) = self.policies(holds);
        let kind = handle.kind.clone().into_owned();
        let resource =
            template::Resource { kind, deletion_policy, update_replace_policy, properties, ..Default::default() };
        self.made.insert(id, resource);
        found.or(())
    }

    /// Puts properties in place of what a resource has: maps merge, anything else replaces, `null` removes.
    ///
    /// # Errors
    /// If a reference in the properties leads nowhere.
    pub fn override_properties(&mut self, id: &str, over: &RawProperties, at: Span, cx: &Cx<'_>) -> Result<()> {
        let mut found = Diagnostics::default();
        let lowered = over.iter().map(|(key, raw)| (key.clone(), raw.lower(at, cx, self, &mut found)));
        let over: template::Map = lowered.collect();
        let after = std::mem::take(&mut self.used);
        self.waits.firm.extend(after.into_iter().map(|to| (id.to_owned(), to, at)));
        if let Some(resource) = self.made.get_mut(id) {
            let house = self.house;
            let replaced = over.get("Tags").is_some();
            resource.properties.merge(over);
            if replaced {
                let tags = written(&resource.kind, &resource.properties).unwrap_or_default();
                self.untagged.extend(untagged(&house.required_tags, &tags));
            }
        }
        found.or_at(at).or(())
    }

    /// Lowers a value that a resource of any type uses, which waits for what that is of.
    pub(super) fn lower_used(&mut self, value: &Val<String>) -> Value {
        let mut found = Lowered::default();
        let value = template::lower(value, self.instance, self.sites, &mut found);
        self.import(found.imports);
        self.used.extend(found.after);
        value
    }

    /// A number for what these resources are so far, but for their tags: another one as soon as a property is.
    pub fn digest<'h>(&self, resources: impl Iterator<Item = &'h Arc<AnyHandle>>) -> u64 {
        let made = resources.filter_map(|handle| self.made.get(handle.id.logical.as_str()));
        let properties = made.flat_map(|made| made.properties.iter()).filter(|(property, _)| *property != "Tags");
        let parts = properties.flat_map(|(property, value)| [property.to_owned(), value.plain().to_string()]);
        template::digest(parts)
    }

    /// Has a resource stay when it leaves its template, whatever the rules say.
    pub fn retain<R: Resource>(&mut self, handle: &Handle<R>) {
        self.keep(handle.any(), Kept::ALWAYS);
    }

    /// Has a resource stay at least this long when it leaves its template, if the rules do not say longer.
    pub fn keep(&mut self, handle: &AnyHandle, kept: Kept) {
        let (deletion, replacement) = attributes(self.house.kept().or(kept));
        if let Some(made) = self.made.get_mut(handle.id.logical.as_str()) {
            (made.deletion_policy, made.update_replace_policy) = (Some(deletion), Some(replacement));
        }
    }

    /// Says that `of` is of use only when `gate` is there too, such as its policy: whoever waits for the one waits for
    /// both, and where the one stays, so does the other. Both have been added.
    pub fn gate<R: Resource, G: Resource>(&mut self, of: &Handle<R>, gate: &Handle<G>) {
        let (of, gate) = (of.id().logical.as_str(), gate.id().logical.as_str());
        let kept = self.made.get(of).filter(|of| of.is_kept());
        let policies = kept.map(|of| (of.deletion_policy.clone(), of.update_replace_policy.clone()));
        if let (Some(gate), Some((deletion, replacement))) = (self.made.get_mut(gate), policies) {
            (gate.deletion_policy, gate.update_replace_policy) = (deletion, replacement);
        }
        self.gates.entry(of.to_owned()).or_default().push(gate.to_owned());
    }

    /// Asks the owner of something outside of these stacks for statements in one of its policies.
    pub fn ask(&mut self, cx: &Cx<'_>, policy: &str, statements: Vec<Statement>) {
        self.ask_for_part(cx, String::new(), policy, statements);
    }

    /// Asks one of several owners, or for one of several resources: `part` tells it apart in the name of a file.
    pub fn ask_for_part(&mut self, cx: &Cx<'_>, part: String, policy: &str, statements: Vec<Statement>) {
        if statements.is_empty() {
            return;
        }
        let mut found = Lowered::default();
        let document = template::lower(&PolicyDocument::new(statements), self.instance, self.sites, &mut found);
        let (here, sites, imports) = (self.instance, self.sites, &found.imports);
        let mut names = ByOutputs { here, sites, imports, shown: &mut self.shown, lookups: Vec::new() };
        let document = names.write(document);
        let lookups = names.lookups;
        self.import(found.imports);
        self.requests.push(Request::new(cx, part, policy, &document, lookups));
    }

    /// Has whoever deploys give something its value.
    pub fn fill(&mut self, filling: Filling) {
        self.fillings.push(filling);
    }

    /// Reports what was found on the way.
    ///
    /// # Errors
    /// If something of it is an error.
    pub fn report(&mut self, found: Diagnostics) -> Result<()> {
        if found.has_errors() {
            return Err(found);
        }
        self.notes.extend(found);
        Ok(())
    }

    /// Lowers a value that stands outside of resources: an output's.
    pub fn lower(&mut self, value: &impl serde::Serialize) -> Value {
        let mut found = Lowered::default();
        let value = template::lower(value, self.instance, self.sites, &mut found);
        self.import(found.imports);
        value
    }

    /// The resources with their `DependsOn`.
    pub fn finish(mut self) -> Finished {
        let mut needs = std::mem::take(&mut self.needs);
        let firm = self.edges(&self.waits.firm, &mut needs);
        let yielding = self.edges(&self.waits.yielding, &mut needs);
        template::print_dependencies(&mut self.made, &firm, &yielding);
        self.imports.append(&mut self.shown);
        Finished {
            resources: self.made,
            imports: self.imports,
            needs,
            requests: self.requests,
            fillings: self.fillings,
            notes: self.notes,
        }
    }

    /// The edges within the template, each with those to what makes its end usable; the others are needs.
    fn edges(&self, waits: &[Wait], needs: &mut BTreeMap<InstanceId, Span>) -> Vec<(String, String)> {
        let mut edges = Vec::new();
        for (from, to, at) in waits {
            if to.instance != self.instance {
                needs.entry(to.instance).or_insert(*at);
                continue;
            }
            let to = to.logical.as_str();
            let gates = self.gates.get(to).into_iter().flatten().map(String::as_str);
            edges.extend(std::iter::once(to).chain(gates).map(|to| (from.clone(), to.to_owned())));
        }
        edges
    }

    /// The deletion and the replacement policy of what holds something.
    fn policies(&self, holds: Holds) -> (Option<String>, Option<String>) {
        let kept = match holds {
            Holds::Nothing => return (None, None),
            Holds::Messages => Kept::NOT,
            Holds::Data | Holds::Key | Holds::Alias => self.house.kept(),
        };
        let (deletion, replacement) = attributes(kept);
        (Some(deletion), Some(replacement))
    }
}

/// A deletion and a replacement policy, as templates write them.
fn attributes(kept: Kept) -> (String, String) {
    let deletion = match kept.deletion {
        DeletionPolicy::Delete => "Delete",
        DeletionPolicy::RetainExceptOnCreate => "RetainExceptOnCreate",
        DeletionPolicy::Retain => "Retain",
    };
    let replacement = match kept.replacement {
        ReplacementPolicy::Delete => "Delete",
        ReplacementPolicy::Retain => "Retain",
    };
    (deletion.to_owned(), replacement.to_owned())
}

/// What was built of a stack instance.
#[derive(Debug)]
pub struct Finished {
    /// Its resources.
    pub resources: IndexMap<String, template::Resource>,
    /// What they import from other stack instances, and what requests speak of.
    pub imports: Vec<Import>,
    /// The stack instances that must be there before it, and the first place that needs each.
    pub needs: BTreeMap<InstanceId, Span>,
    /// What others have to allow.
    pub requests: Vec<Request>,
    /// What whoever deploys gives a value, once.
    pub fillings: Vec<Filling>,
    /// What was found on the way, and is no error.
    pub notes: Diagnostics,
}
