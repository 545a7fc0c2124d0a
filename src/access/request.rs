//! What is asked, and by which policies it is answered.

use std::sync::Arc;

use super::context::{Carried, Context, Values};
use super::grant::Grant;
use super::policy::{Policy, PrincipalKind};
use super::principal::{Caller, IdentityKind};

/// A request that an AWS service has to allow or deny.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What is to be done: `kms:Decrypt`.
    pub action: String,
    /// On what: an ARN, or `*` where the action has no resource.
    pub resource: String,
    /// The account that owns the resource.
    pub resource_account: String,
    /// Who makes the request.
    pub principal: Caller,
    /// The keys that the request carries. Those that follow from the rest need not be there.
    pub context: Context,
}

/// A policy, and what it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// What it is called.
    pub name: String,
    /// The policy.
    pub policy: Arc<Policy>,
}

/// The policies of one level of an organization: its root, a unit or an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    /// What it is called.
    pub name: String,
    /// Its policies, of which one has to allow what is asked.
    pub policies: Vec<Named>,
}

/// All policies that may have a say in a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policies {
    /// Those of the caller.
    pub identity: Vec<Named>,
    /// That of the resource: a key policy, a bucket policy, a role's trust policy.
    pub resource: Option<Arc<Policy>>,
    /// Service control policies over the caller's account, level by level.
    pub scps: Vec<Level>,
    /// Resource control policies over the resource's account, level by level.
    pub rcps: Vec<Level>,
    /// The caller's permissions boundary.
    pub boundaries: Vec<Named>,
    /// What the caller's session was limited to when it began.
    pub session: Option<Policy>,
    /// Those of the VPC endpoint that the request goes through.
    pub endpoint: Vec<Named>,
    /// Grants on the key.
    pub grants: Vec<Grant>,
}

impl Request {
    /// The context with what AWS adds to each request about the caller and the resource.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
    pub fn carried(&self) -> Carried<'_> {
        let mut added = vec![("aws:ResourceAccount", Values::one(&self.resource_account))];
        let on_keys = super::kms::operation(&self.action).is_some();
        match &self.principal {
            Caller::Identity(identity) => {
                let kind = match identity.kind {
                    IdentityKind::Root => "Account",
                    IdentityKind::User => "User",
                    IdentityKind::Role | IdentityKind::Session(_) => "AssumedRole",
                    IdentityKind::FederatedUser => "FederatedUser",
                };
                added.extend([
                    ("aws:PrincipalArn", Values::one(identity.principal_arn())),
                    ("aws:PrincipalAccount", Values::one(&identity.account)),
                    ("aws:PrincipalIsAWSService", Values::one("false")),
                    ("aws:PrincipalType", Values::one(kind)),
                ]);
                if identity.kind == IdentityKind::User {
                    let name = identity.arn.rsplit('/').next().unwrap_or_default();
                    added.push(("aws:username", Values::one(name)));
                }
                if on_keys {
                    added.push(("kms:CallerAccount", Values::one(&identity.account)));
                }
            }
            Caller::Outside(PrincipalKind::Service, service) => {
                added.push(("aws:PrincipalIsAWSService", Values::one("true")));
                added.push(("aws:PrincipalServiceName", Values::one(service)));
            }
            Caller::Outside(..) | Caller::Anonymous => {}
        }
        if on_keys {
            let keys = self.context.below("kms:EncryptionContext:").map(|(key, _)| super::Text::Known(key.to_owned()));
            let keys: Vec<super::Text> = keys.collect();
            if !keys.is_empty() {
                added.push(("kms:EncryptionContextKeys", Values::Many(keys)));
            }
        }
        Carried { given: &self.context, added }
    }
}
