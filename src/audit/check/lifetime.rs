//! What happens to resources when their stack goes, and when they are replaced.

use super::super::deployment::Resource;

/// Why a resource leaves its stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leaving {
    /// The stack is deleted, or the resource taken out of its template.
    Deleted,
    /// Another one takes its place.
    Replaced,
}

/// Whether a resource stays that leaves its stack, the least first. A snapshot of it counts as much as itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stays {
    Never,
    /// Unless the stack could not be created with it.
    OnceCreated,
    Always,
}

impl Leaving {
    /// The attribute that decides.
    pub(super) fn attribute(self) -> &'static str {
        match self {
            Self::Deleted => "DeletionPolicy",
            Self::Replaced => "UpdateReplacePolicy",
        }
    }

    /// Whether a resource stays; nothing where its template leaves that open.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html>
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatereplacepolicy.html>
    pub(super) fn stays(self, resource: &Resource<'_>) -> Option<Stays> {
        let written = match self {
            Self::Deleted => &resource.template.deletion_policy,
            Self::Replaced => &resource.template.update_replace_policy,
        };
        match written.as_deref() {
            None if self == Self::Deleted && has_snapshot(resource) => Some(Stays::Always),
            None | Some("Delete") => Some(Stays::Never),
            Some("RetainExceptOnCreate") => Some(Stays::OnceCreated),
            Some("Retain" | "Snapshot") => Some(Stays::Always),
            Some(_) => None,
        }
    }
}

/// Whether CloudFormation makes a snapshot of a resource whose template says nothing: "The default policy is Snapshot for
/// `AWS::RDS::DBCluster` resources and for `AWS::RDS::DBInstance` resources that don't specify the `DBClusterIdentifier`
/// property." <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html>
fn has_snapshot(resource: &Resource<'_>) -> bool {
    match resource.kind() {
        "AWS::RDS::DBCluster" => true,
        "AWS::RDS::DBInstance" => resource.get(&["DBClusterIdentifier"]).is_none(),
        _ => false,
    }
}
