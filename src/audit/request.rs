//! The requests that services make of KMS, from what `service` knows of them.

use super::deployment::Site;
use super::world::{Who, World};
use crate::access::{Caller, Context, Text, Values};
use crate::access::{PrincipalKind, Request};
use crate::service::{self, ContextValue, KeyAccess};

/// The resource whose data is encrypted, or that a service acts for.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub site: Site,
}

impl Subject {
    /// A resource of the deployment.
    pub fn of(world: &World<'_>, resource: usize) -> Self {
        let found = world.resource(resource);
        let arn = found.arn.clone().unwrap_or_else(|| found.reference.clone());
        Self { arn, name: found.name.clone(), site: world.site(resource).clone() }
    }

    fn value(&self, of: ContextValue) -> String {
        match of {
            ContextValue::Arn => self.arn.clone(),
            ContextValue::Name => self.name.clone(),
            ContextValue::Restored => format!("{}-restored", self.name),
            ContextValue::Account => self.site.account.clone(),
        }
    }
}

/// Who makes requests.
#[derive(Clone, Debug)]
pub struct By {
    /// Whose policies are asked.
    pub who: Who,
    /// The ARN, of roles and users.
    pub arn: String,
}

impl By {
    /// A role or user of the deployment.
    pub fn principal(world: &World<'_>, at: usize) -> Self {
        Self { who: Who::Principal(at), arn: world.principals[at].arn.clone() }
    }
}

/// A part of a pattern of actions that stands for them: services ask for these.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html>
fn operations(action: &'static str) -> &'static [&'static str] {
    match action {
        "kms:GenerateDataKey*" => &["kms:GenerateDataKey"],
        "kms:ReEncrypt*" => &["kms:ReEncryptFrom", "kms:ReEncryptTo"],
        "kms:CancelKeyDeletion" => &["kms:CancelKeyDeletion"],
        _ => &[],
    }
}

/// The requests of one way to use a key: for data of `subject`, on behalf of `source` where a service calls.
pub fn requests(
    world: &World<'_>,
    key: usize,
    access: &'static KeyAccess,
    subject: &Subject,
    source: Option<&Subject>,
    by: Option<&By>,
) -> Vec<Request> {
    let mut context = Context::default();
    context.insert("aws:SecureTransport", Values::one("true"));
    let principal = match (&access.caller, by) {
        (service::Caller::Service(principal, names), _) => {
            let source = source.unwrap_or(subject);
            if names.is_some() {
                context.insert("aws:SourceArn", Values::one(&source.arn));
                context.insert("aws:SourceAccount", Values::one(&source.site.account));
                context.insert("aws:SourceOrgID", Values::One(Text::Unknown));
            }
            Caller::Outside(PrincipalKind::Service, principal_name(principal, &subject.site))
        }
        (caller, Some(by)) => {
            if let service::Caller::Through(service) = caller {
                let via = format!("{service}.{}.amazonaws.com", subject.site.region);
                context.insert("kms:ViaService", Values::one(via));
                context.insert("aws:ViaAWSService", Values::one("true"));
                context.insert("aws:CalledVia", Values::one(format!("{service}.amazonaws.com")));
            }
            context.insert("aws:PrincipalOrgID", Values::One(Text::Unknown));
            let Some(caller) = Caller::parse(&by.arn) else { return Vec::new() };
            caller
        }
        (_, None) => return Vec::new(),
    };
    let key_site = world.site(world.key(key).resource);
    let request = |action: &str| {
        let mut context = context.clone();
        if action != "kms:DescribeKey" {
            for (name, value) in access.context {
                context.insert(&format!("kms:EncryptionContext:{name}"), Values::one(subject.value(*value)));
            }
        }
        if action == "kms:CreateGrant" {
            context.insert("kms:GrantIsForAWSResource", Values::one("true"));
            for open in ["kms:GrantOperations", "kms:GranteePrincipal", "kms:GrantConstraintType"] {
                context.insert(open, Values::One(Text::Unknown));
            }
        }
        Request {
            action: action.to_owned(),
            resource: world.key(key).arn.clone(),
            resource_account: key_site.account.clone(),
            principal: principal.clone(),
            context,
        }
    };
    let single = |action: &&'static str| match operations(action) {
        [] => vec![request(action)],
        several => several.iter().copied().map(request).collect(),
    };
    access.actions.iter().flat_map(single).collect()
}

/// A service principal as KMS sees it.
fn principal_name(principal: &service::ServicePrincipal, site: &Site) -> String {
    match principal.regional {
        true => format!("{}.{}.{}", principal.name, site.region, site.url_suffix()),
        false => format!("{}.amazonaws.com", principal.name),
    }
}
