//! Who can use which key, and what is wrong with that, in anybody's templates.
//!
//! An audit knows no construct: it reads templates alone. It finds out from their resources who has to be able to use
//! which key ([flows](flow)), expands that into the [requests](request) that services really make, and has IAM's
//! [evaluator](crate::access) decide each by the policies that it finds.

mod acknowledgement;
mod administrator;
mod attribute;
pub mod check;
pub mod data;
pub mod deployment;
pub mod finding;
pub mod flow;
mod identity;
pub mod key;
pub mod matrix;
mod misfit;
pub mod necessity;
pub mod principal;
pub mod request;
mod resolve;
mod sample;
mod words;
pub mod world;

pub use acknowledgement::Acknowledgement;
pub use deployment::{Deployment, Site, Source};
pub use finding::{At, Finding, Hazard, Severity};
pub use flow::{Flow, Flows, Unseen};
pub use matrix::{Matrix, matrix};
pub use necessity::{Necessity, necessity};
pub use world::{Who, World};

/// What an audit came to.
#[derive(Debug)]
pub struct Audit {
    /// The uses of keys that the templates need, each with whether it works.
    pub flows: Vec<Flow>,
    /// What is needed of the policy of each key.
    pub necessity: Vec<Necessity>,
    /// What was found, by place.
    pub findings: Vec<Finding>,
}

/// Audits templates that are deployed together.
pub fn audit(world: &World<'_>, allowed: &[Acknowledgement]) -> Audit {
    let Flows { seen: flows, unseen } = Flows::of(world);
    let necessity = necessity(world, &flows);
    let mut findings = check::all(world, &flows, &unseen, &necessity);
    findings.sort_by(|one, other| one.order().cmp(&other.order()));
    findings.dedup_by(|one, other| one.order() == other.order());
    acknowledgement::acknowledge(&mut findings, allowed);
    Audit { flows, necessity, findings }
}
