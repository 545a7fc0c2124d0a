//! Who has to be able to use which key, found in the templates.
//!
//! A flow is one such use, with the requests that the service really makes for it. Roles count by what their policies
//! let them do with the data: whoever may read a table's items has to be able to decrypt under its key.

mod bucket;
mod bus;
mod declared;
mod distribution;
mod function;
mod log_group;
mod machine;
mod queue;
mod reach;
mod secret;
mod stream;
mod table;
mod topic;
mod trail;

use super::finding::At;
use super::request::{By, Subject, requests};
use super::world::{Who, World};
use crate::access::Request;
use crate::service::KeyAccess;

/// One use of a key that the templates need.
#[derive(Debug)]
pub struct Flow {
    /// Who does what, in words: "CloudWatch Logs encrypts `Group`".
    pub what: String,
    /// Where it follows from.
    pub at: At,
    /// The key, by its number.
    pub key: usize,
    /// Whose policies are asked.
    pub who: Who,
    /// The requests: all of them have to be allowed.
    pub requests: Vec<Request>,
    /// The facts that the requests follow from; none where a policy declares the use itself.
    pub access: Option<&'static KeyAccess>,
}

/// The flows of a deployment.
pub fn flows(world: &World<'_>) -> Vec<Flow> {
    let mut all = Flows { world, all: Vec::new() };
    log_group::flows(&mut all);
    table::flows(&mut all);
    bucket::flows(&mut all);
    topic::flows(&mut all);
    queue::flows(&mut all);
    secret::flows(&mut all);
    trail::flows(&mut all);
    function::flows(&mut all);
    stream::flows(&mut all);
    bus::flows(&mut all);
    machine::flows(&mut all);
    distribution::flows(&mut all);
    declared::flows(&mut all);
    all.all
}

/// Flows that are being collected.
struct Flows<'w, 't> {
    world: &'w World<'t>,
    all: Vec<Flow>,
}

impl Flows<'_, '_> {
    /// A use by a service's own principal, for data of `subject` and on behalf of `source`.
    fn by_service(
        &mut self,
        what: String,
        at: At,
        key: usize,
        access: &'static KeyAccess,
        subject: &Subject,
        source: Option<&Subject>,
    ) {
        let requests = requests(self.world, key, access, subject, source, None);
        self.all.push(Flow { what, at, key, who: Who::Service, requests, access: Some(access) });
    }

    /// A use by a role or user, directly or through a service.
    fn by_principal(
        &mut self,
        what: String,
        at: At,
        key: usize,
        access: &'static KeyAccess,
        subject: &Subject,
        principal: usize,
    ) {
        let by = By::principal(self.world, principal);
        let requests = requests(self.world, key, access, subject, None, Some(&by));
        self.all.push(Flow { what, at, key, who: by.who, requests, access: Some(access) });
    }
}
