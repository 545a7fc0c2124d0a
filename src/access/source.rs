//! Where statements come from.

use std::fmt::{self, Display, Formatter};

/// What a statement is in.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source<'p> {
    Identity(&'p str),
    Resource,
    Boundary(&'p str),
    Session,
    /// Of a level of the organization.
    ServiceControl(&'p str, &'p str),
    /// Of a level of the organization.
    ResourceControl(&'p str, &'p str),
    Endpoint(&'p str),
    Grant,
}

impl Display for Source<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Identity(name) => write!(f, "identity policy {name}"),
            Self::Resource => f.write_str("resource policy"),
            Self::Boundary(name) => write!(f, "permissions boundary {name}"),
            Self::Session => f.write_str("session policy"),
            Self::ServiceControl(level, name) => write!(f, "service control policy {name} of {level}"),
            Self::ResourceControl(level, name) => write!(f, "resource control policy {name} of {level}"),
            Self::Endpoint(name) => write!(f, "endpoint policy {name}"),
            Self::Grant => f.write_str("grant"),
        }
    }
}
