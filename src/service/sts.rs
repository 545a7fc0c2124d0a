//! AWS Security Token Service: who assumes roles.

use super::{ServicePrincipal, Source};

/// An AWS service that assumes roles, and says for what.
#[derive(Debug, PartialEq, Eq)]
pub struct Assumer {
    /// The service.
    pub principal: ServicePrincipal,
    /// What it names as its source when it assumes a role.
    pub source: Source,
    /// The page of AWS's documentation that says so.
    pub page: &'static str,
}

const fn assumer(name: &'static str, source: Source, page: &'static str) -> Assumer {
    Assumer { principal: ServicePrincipal::new(name), source, page }
}

/// The services for which AWS documents the source that they name when they assume a role, so that a trust policy can
/// test for it. Others, such as Lambda and EC2, take roles of their own account only: whoever sets one needs
/// `iam:PassRole`, which does not reach into other accounts.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>
pub const ASSUMERS: &[Assumer] = &[
    assumer(
        "bedrock",
        Source::regional("bedrock", "*"),
        "https://docs.aws.amazon.com/bedrock/latest/userguide/cross-service-confused-deputy-prevention.html",
    ),
    assumer(
        "codebuild",
        Source::regional("codebuild", "project/*"),
        "https://docs.aws.amazon.com/codebuild/latest/userguide/cross-service-confused-deputy-prevention.html",
    ),
    assumer(
        "ecs-tasks",
        Source::regional("ecs", "*"),
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html",
    ),
    assumer(
        "pipes",
        Source::regional("pipes", "pipe/*"),
        "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-permissions.html",
    ),
    assumer(
        "scheduler",
        Source::regional("scheduler", "schedule-group/*"),
        "https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html",
    ),
    assumer(
        "states",
        Source::regional("states", "stateMachine:*"),
        "https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html",
    ),
];

/// What assuming a role takes on it, and what its trust policy allows.
pub const ASSUME: &str = "sts:AssumeRole";

/// The same for whoever an identity provider knows.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>
pub const ASSUME_WITH_WEB_IDENTITY: &str = "sts:AssumeRoleWithWebIdentity";
