//! Who can use which key, and what is wrong with that, in anybody's templates.
//!
//! An audit knows no construct: it reads templates alone. It finds out from their resources who has to be able to use
//! which key ([flows](flow)), expands that into the [requests](request) that services really make, and has IAM's
//! [evaluator](crate::access) decide each by the policies that it finds.

mod acknowledgement;
mod attribute;
pub mod check;
pub mod data;
pub mod deployment;
pub mod finding;
pub mod flow;
mod identity;
pub mod key;
mod misfit;
pub mod principal;
pub mod request;
mod resolve;
mod sample;
pub mod world;

pub use acknowledgement::Acknowledgement;
pub use deployment::{Deployment, Site, Source};
pub use finding::{At, Finding, Hazard, Severity};
pub use flow::{Flow, Flows, Unseen};
pub use world::{Who, World};

/// What an audit came to.
#[derive(Debug)]
pub struct Audit {
    /// The uses of keys that the templates need, each with whether it works.
    pub flows: Vec<Flow>,
    /// What was found, by place.
    pub findings: Vec<Finding>,
}

/// Audits templates that are deployed together.
pub fn audit(world: &World<'_>, allowed: &[Acknowledgement]) -> Audit {
    let Flows { seen: flows, unseen } = Flows::of(world);
    let mut findings = check::all(world, &flows, &unseen);
    findings.sort_by(|one, other| one.order().cmp(&other.order()));
    findings.dedup_by(|one, other| one.order() == other.order());
    acknowledgement::acknowledge(&mut findings, allowed);
    Audit { flows, findings }
}
