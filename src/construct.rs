//! What a construct is, and what it sees of the others.
//!
//! Constructs become resources in passes, each of which is done for all of them before the next begins: they
//! [name](Construct::name) their resources, say [what they were granted](Construct::grants), say
//! [what use of keys follows](Construct::uses), and [build](Construct::build). A pass changes nothing that an earlier
//! one made, so the order of constructs in a file never matters.

mod cx;
mod deployers;
mod encryption;
mod filling;
mod folder;
mod foreign;
mod in_rust;
mod kept;
mod key_policy;
mod model;
mod naming;
mod outputs;
mod raw;
mod reference;
mod request;
mod resources;
mod ruled;
mod tagging;
mod unique;
mod uses;

use crate::diagnostic::{Diagnostics, Result};
use crate::document::Spanned;
use crate::name::Tags;

pub use cx::Cx;
pub use encryption::{Data, Encryption};
pub use filling::{Content, Filling, Vessel, fixed_key, fixed_name};
pub use folder::Folder;
pub use foreign::if_foreign;
pub use key_policy::{in_organization, key_statements, role_principal, role_statements};
pub use model::{Entry, EntryId, Instance, Model, PoolNames, a};
pub use naming::Naming;
pub use outputs::Lookup;
pub use raw::{Raw, RawProperties};
pub use reference::{Any, Attribute, AttributeOf, Pool, Reference, To};
pub use request::Request;
pub use resources::{Finished, Resources};
pub use tagging::Untagged;
pub use unique::{Claim, Owner, UniqueNames};
pub use uses::{Access, By, Grant, GrantedWord, Grantee, KeyUse, ServiceGrantee, Stored, Uses};

/// Something that a stack file can describe: a kind of key, table, topic …
pub trait Construct {
    /// Its main resource, by which others refer to it; [`Any`] where that may be of any type.
    type Main;

    /// The resources it will make.
    type Parts;

    /// Whether the policy of its resource lets in roles of other accounts. A role's own policy alone never does.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html>
    const ADMITS_OTHER_ACCOUNTS: bool = false;

    /// What can be granted on it: the words that `grants:` of others accept for it.
    fn grantable() -> Vec<&'static str> {
        Vec::new()
    }

    /// The tags that its resources have besides their stack's.
    fn tags(&self) -> Option<&Tags> {
        None
    }

    /// What users call its resources besides the main one: templates, as names beside a kind are.
    fn names(&self) -> Vec<&Spanned<String>> {
        Vec::new()
    }

    /// Names its resources.
    fn name(&self, naming: &mut Naming<'_>) -> Self::Parts;

    /// What its roles, and services for its resources, were granted on others. A reference that leads nowhere is
    /// reported, the others still count.
    fn grants(&self, parts: &Self::Parts, cx: &Cx<'_>, found: &mut Diagnostics) -> Vec<Grant> {
        let _ = (parts, cx, found);
        Vec::new()
    }

    /// Who uses which key on its account, and what its grantees may do with it.
    ///
    /// # Errors
    /// If a reference leads nowhere, or to something of the wrong type.
    fn uses(&self, parts: &Self::Parts, cx: &Cx<'_>) -> Result<Uses> {
        let _ = (parts, cx);
        Ok(Uses::default())
    }

    /// Makes its resources.
    ///
    /// # Errors
    /// If properties contradict each other, the environment, or the services.
    fn build(&self, parts: &Self::Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()>;
}
