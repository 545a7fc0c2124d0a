//! A deployment as the audit sees it: who is there, what is encrypted, and under which keys.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::data::{Datum, data};
use super::deployment::{Deployment, Resource, Site};
use super::finding::At;
use super::key::{Key, KeyReference, Keys};
use super::principal::{Principal, everything, open_to_all, principals};
use crate::access::{
    Caller, Context, Decision, Listed, Named, Outcome, Policies, Policy, Request, Statement, Text, Values, Version,
    decide,
};

/// A deployment, with all that follows from its templates one by one.
#[derive(Debug)]
pub struct World<'t> {
    /// The templates and their resources.
    pub deployment: Deployment<'t>,
    /// The keys.
    pub keys: Keys,
    /// The roles and users.
    pub principals: Vec<Principal>,
    /// What is encrypted.
    pub data: Vec<Datum>,
    data_of: HashMap<usize, Vec<usize>>,
    principal_of: HashMap<usize, usize>,
    everything: Vec<Named>,
    policies: RefCell<HashMap<(usize, Who), Rc<Policies>>>,
}

/// Whose policies are asked besides the key's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// A service, which has none.
    Service,
    /// A role or user of the deployment, by its number in [`World::principals`].
    Principal(usize),
    /// Somebody whom IAM allows everything: whoever deploys or administers.
    Administrator,
}

impl<'t> World<'t> {
    /// What follows from templates that are deployed together.
    pub fn new(deployment: Deployment<'t>) -> Self {
        let keys = Keys::of(&deployment);
        let data = data(&deployment, &keys);
        let mut data_of: HashMap<usize, Vec<usize>> = HashMap::new();
        for (at, datum) in data.iter().enumerate() {
            data_of.entry(datum.resource).or_default().push(at);
        }
        let everything = vec![Named { name: "AdministratorAccess".to_owned(), policy: Arc::new(everything()) }];
        let principals = principals(&deployment);
        let principal_of = principals.iter().enumerate().map(|(at, principal)| (principal.resource, at)).collect();
        Self { deployment, keys, principals, data, data_of, principal_of, everything, policies: RefCell::default() }
    }

    /// A resource by its number.
    pub fn resource(&self, at: usize) -> &Resource<'t> {
        &self.deployment.resources[at]
    }

    /// Where a resource is deployed.
    pub fn site(&self, at: usize) -> &Site {
        self.deployment.site(self.resource(at))
    }

    /// What a resource encrypts.
    pub fn data_of(&self, resource: usize) -> impl Iterator<Item = &Datum> {
        self.data_of.get(&resource).into_iter().flatten().map(|at| &self.data[*at])
    }

    /// The key of the deployment under which a resource encrypts, and where it says so.
    pub fn key_of(&self, resource: usize) -> Option<(usize, &Datum)> {
        self.data_of(resource).find_map(|datum| match datum.key {
            KeyReference::Own(key) => Some((key, datum)),
            _ => None,
        })
    }

    /// A place in a resource.
    pub fn at(&self, resource: usize, pointer: impl Into<String>) -> At {
        let found = self.resource(resource);
        At { source: found.stack, id: found.id.to_owned(), pointer: pointer.into() }
    }

    /// A key by its number.
    pub fn key(&self, at: usize) -> &Key {
        &self.keys.all[at]
    }

    /// What IAM decides on the use of a key.
    pub fn decide(&self, key: usize, who: Who, request: &Request) -> Decision {
        decide(request, &self.policies(key, who))
    }

    /// The policies that are asked about the use of a key.
    pub(super) fn policies(&self, key: usize, who: Who) -> Rc<Policies> {
        let known = self.policies.borrow().get(&(key, who)).cloned();
        known.unwrap_or_else(|| {
            let made = Rc::new(self.asked(key, who));
            self.policies.borrow_mut().insert((key, who), Rc::clone(&made));
            made
        })
    }

    fn asked(&self, key: usize, who: Who) -> Policies {
        let resource = Some(Arc::clone(&self.key(key).policy));
        match who {
            Who::Service => Policies { resource, ..Policies::default() },
            Who::Administrator => Policies { resource, identity: self.everything.clone(), ..Policies::default() },
            Who::Principal(at) => {
                let Principal { policies, boundaries, .. } = &self.principals[at];
                Policies { resource, identity: policies.clone(), boundaries: boundaries.clone(), ..Policies::default() }
            }
        }
    }

    /// The role or user of this ARN.
    pub fn principal_by_arn(&self, arn: &str) -> Option<usize> {
        self.principal_of.get(&self.deployment.by_arn(arn)?).copied()
    }

    /// Whether a role or user may do something on a resource that is no key, by its own policies or the resource's, in
    /// a request that carries what is given.
    pub fn may(
        &self,
        principal: usize,
        action: &str,
        arn: &str,
        resource: Option<&Arc<Policy>>,
        given: &Context,
    ) -> Outcome {
        let Principal { arn: caller, policies, boundaries, .. } = &self.principals[principal];
        let site = self.site(self.principals[principal].resource);
        let Some(caller) = Caller::parse(caller) else { return Outcome::Unknown };
        let mut context = given.clone();
        context.insert("aws:SecureTransport", Values::one("true"));
        let request = Request {
            action: action.to_owned(),
            resource: arn.to_owned(),
            resource_account: arn.split(':').nth(4).filter(|it| !it.is_empty()).unwrap_or(&site.account).to_owned(),
            principal: caller,
            context,
        };
        let policies = Policies {
            identity: policies.clone(),
            boundaries: boundaries.clone(),
            resource: resource.cloned(),
            ..Policies::default()
        };
        decide(&request, &policies).outcome
    }

    /// What a role's or user's own policies come to on a key whose policy allows everything.
    pub fn own_half(&self, principal: usize, request: &Request) -> Decision {
        let Principal { policies, boundaries, .. } = &self.principals[principal];
        let (identity, boundaries) = (policies.clone(), boundaries.clone());
        let resource = Some(Arc::new(open_to_all()));
        decide(request, &Policies { identity, resource, boundaries, ..Policies::default() })
    }

    /// Whether a request would be allowed if a statement, of the key's policy or of the caller's own, had its action.
    pub fn would_allow(&self, key: usize, who: Who, request: &Request, statement: &Statement, own: bool) -> bool {
        let texts = vec![Text::Known(request.action.clone())];
        let statement = Statement { action: Listed { except: false, texts }, ..statement.clone() };
        let mut policies = self.asked(key, who);
        if own {
            let policy = Arc::new(Policy { version: Version::V2012, statements: vec![statement] });
            policies.identity.push(Named { name: String::new(), policy });
        } else if let Some(policy) = &mut policies.resource {
            Arc::make_mut(policy).statements.push(statement);
        }
        decide(request, &policies).outcome == Outcome::Allowed
    }
}
