//! Flows that are being collected.

use std::collections::HashSet;

use serde_json::Value as Json;

use super::super::data::Datum;
use super::super::deployment::Site;
use super::super::finding::At;
use super::super::key::KeyReference;
use super::super::misfit::misfit;
use super::super::request::{By, Subject, Target, requests};
use super::super::world::{Who, World};
use super::resource_policy::ResourcePolicies;
use super::{Flow, Flows, Unseen};
use crate::access::{Outcome, Request, Text, Values};
use crate::service::{Caller, KeyAccess};

/// The key that something is encrypted under.
#[derive(Clone, Debug)]
pub(super) struct Under {
    /// The key.
    pub(super) key: KeyReference,
    /// The resource that names it.
    pub(super) resource: usize,
    /// Where it does.
    pub(super) pointer: String,
    /// Where the key has to be.
    pub(super) site: Site,
}

/// A use of a key, but for who uses it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Use<'u> {
    /// Who does what, in words.
    pub(super) what: &'u str,
    /// What is done.
    pub(super) access: &'static KeyAccess,
    /// The data.
    pub(super) subject: &'u Subject,
}

/// What tells two uses apart.
type Mark = (String, String, &'static str, Text, Option<Text>);

pub(super) struct Finder<'w, 't> {
    pub(super) world: &'w World<'t>,
    pub(super) policies: ResourcePolicies,
    pub(super) found: Flows,
    targets: Vec<Target>,
    marks: HashSet<Mark>,
    /// The services that use the keys of resources for something that the templates show.
    served: HashSet<(usize, &'static str)>,
}

impl<'w, 't> Finder<'w, 't> {
    pub(super) fn new(world: &'w World<'t>) -> Self {
        let targets = (0..world.keys.all.len()).map(|key| Target::own(world, key)).collect();
        let policies = ResourcePolicies::of(world);
        let (found, marks, served) = (Flows::default(), HashSet::new(), HashSet::new());
        Self { world, policies, found, targets, marks, served }
    }

    /// The keys that a resource encrypts under, if they can encrypt at all.
    pub(super) fn under(&self, resource: usize) -> impl Iterator<Item = Under> + use<'w, 't> {
        let world = self.world;
        world.data_of(resource).filter(|datum| misfit(world, datum).is_none()).map(Under::of)
    }

    /// The key that a resource names in a property, for a place.
    pub(super) fn named(&self, resource: usize, pointer: &str, site: &Site) -> Option<Under> {
        let value = self.world.resource(resource).properties.pointer(pointer.strip_prefix("/Properties")?)?;
        let key = self.world.keys.named(value, site);
        Some(Under { key, resource, pointer: pointer.to_owned(), site: site.clone() })
    }

    /// The resources of these types that are encrypted, each under which keys.
    pub(super) fn encrypted(&self, kinds: &[&str]) -> Vec<usize> {
        let resources = self.world.deployment.resources.iter().enumerate();
        let of_kind = resources.filter(|(_, resource)| kinds.contains(&resource.kind())).map(|(at, _)| at);
        of_kind.filter(|at| self.under(*at).next().is_some()).collect()
    }

    /// Whether a service uses the key of a resource for something that the templates show.
    pub(super) fn serves(&self, service: &'static str, resource: usize) -> bool {
        self.served.contains(&(resource, service))
    }

    /// What a key is called in sentences.
    pub(super) fn id(&self, resource: usize) -> &'t str {
        self.world.resource(resource).id
    }

    /// A use by a service's own principal, on behalf of `source`.
    pub(super) fn by_service(&mut self, under: &Under, at: At, usage: Use<'_>, source: Option<&Subject>) {
        if let Caller::Service(principal, _) = &usage.access.caller {
            self.served.insert((under.resource, principal.name));
        }
        self.add(under, at, usage, source, None);
    }

    /// A use by a role or user, directly or through a service.
    pub(super) fn by_principal(&mut self, under: &Under, at: At, usage: Use<'_>, principal: usize) {
        let by = By::principal(self.world, principal);
        self.add(under, at, usage, None, Some(&by));
    }

    /// The requests of a use.
    pub(super) fn requests(
        &self,
        under: &Under,
        usage: Use<'_>,
        source: Option<&Subject>,
        by: Option<&By>,
    ) -> Vec<Request> {
        let made = match &under.key {
            KeyReference::Own(key) => requests(&self.targets[*key], usage.access, usage.subject, source, by),
            KeyReference::AwsManaged(name) | KeyReference::Outside(name) | KeyReference::Open(name) => {
                requests(&Target::outside(name, &under.site), usage.access, usage.subject, source, by)
            }
        };
        match self.names_alias(under) {
            false => made,
            // Whether the service goes on to call the key by its alias, no page says.
            true => made.into_iter().map(with_alias).collect(),
        }
    }

    /// What is decided on the worst of a service's requests; nothing where nobody sees the policy of the key.
    pub(super) fn outcome(&self, under: &Under, usage: Use<'_>, source: Option<&Subject>) -> Option<Outcome> {
        let KeyReference::Own(key) = under.key else { return None };
        let requests = self.requests(under, usage, source, None);
        let decided = requests.iter().map(|request| self.world.decide(key, Who::Service, request).outcome);
        decided.min_by_key(|outcome| outcome.rank())
    }

    /// Whether a resource names its key by an alias.
    fn names_alias(&self, under: &Under) -> bool {
        let pointer = under.pointer.strip_prefix("/Properties").unwrap_or_default();
        let named = self.world.resource(under.resource).properties.pointer(pointer).and_then(Json::as_str);
        named.is_some_and(|name| name.starts_with("alias/") || name.contains(":alias/"))
    }

    pub(super) fn add(&mut self, under: &Under, at: At, usage: Use<'_>, source: Option<&Subject>, by: Option<&By>) {
        let who = by.map_or(Who::Service, |by| by.who);
        let caller = by.map_or_else(String::new, |by| by.arn.clone());
        let key = format!("{:?}", under.key);
        let mark = (key, caller, usage.access.id, usage.subject.arn.clone(), source.map(|source| source.arn.clone()));
        if !self.marks.insert(mark) {
            return;
        }
        let requests = self.requests(under, usage, source, by);
        let what = usage.what.to_owned();
        match &under.key {
            KeyReference::Own(key) => {
                self.found.seen.push(Flow { what, at, key: *key, who, requests, access: Some(usage.access) });
            }
            other => {
                let at = self.world.at(under.resource, &under.pointer);
                let key = other.clone();
                self.found.unseen.push(Unseen { what, at, key, who, requests, access: usage.access });
            }
        }
    }
}

impl Under {
    fn of(datum: &Datum) -> Self {
        let Datum { resource, pointer, key, site, .. } = datum;
        Self { key: key.clone(), resource: *resource, pointer: pointer.clone(), site: site.clone() }
    }
}

fn with_alias(mut request: Request) -> Request {
    request.context.insert("kms:RequestAlias", Values::One(Text::Unknown));
    request
}
