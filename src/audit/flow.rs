//! Who has to be able to use which key, found in the templates.
//!
//! A flow is one such use, with the requests that the service really makes for it. Roles count by what their policies
//! let them do with the data: whoever may read a table's items has to be able to decrypt under its key.

mod admitted;
mod bucket;
mod bus;
mod creation;
mod declared;
mod delivery;
pub(super) mod distribution;
mod finder;
mod function;
mod log_group;
mod machine;
mod queue;
mod reach;
mod replication;
mod resource_policy;
mod secret;
mod stream;
mod table;
mod topic;
mod trail;

use finder::Finder;

use super::finding::At;
use super::key::KeyReference;
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

/// A use of a key whose policy is not in the templates.
#[derive(Debug)]
pub struct Unseen {
    /// Who does what, in words.
    pub what: String,
    /// Where the key is named.
    pub at: At,
    /// The key.
    pub key: KeyReference,
    /// Whose policies are asked.
    pub who: Who,
    /// The requests: all of them have to be allowed.
    pub requests: Vec<Request>,
    /// The facts that the requests follow from.
    pub access: &'static KeyAccess,
}

/// The flows of a deployment.
#[derive(Debug, Default)]
pub struct Flows {
    /// Those under keys of the deployment.
    pub seen: Vec<Flow>,
    /// Those under other keys.
    pub unseen: Vec<Unseen>,
}

impl Flows {
    /// All flows of a deployment.
    pub fn of(world: &World<'_>) -> Self {
        let mut finder = Finder::new(world);
        log_group::find(&mut finder);
        table::find(&mut finder);
        bucket::find(&mut finder);
        distribution::find(&mut finder);
        topic::find(&mut finder);
        queue::find(&mut finder);
        secret::find(&mut finder);
        trail::find(&mut finder);
        function::find(&mut finder);
        stream::find(&mut finder);
        bus::find(&mut finder);
        machine::find(&mut finder);
        admitted::find(&mut finder);
        creation::find(&mut finder);
        declared::find(&mut finder);
        finder.found
    }
}
