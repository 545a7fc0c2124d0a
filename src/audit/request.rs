//! The requests that services make of KMS, from what `service` knows of them.

use super::attribute;
use super::deployment::Site;
use super::world::{Who, World};
use crate::access::{Caller, Context, PrincipalKind, Request, Text, Values};
use crate::service::kms::{ABOUT_GRANTS, WITH_CONTEXT};
use crate::service::{self, ContextValue, KeyAccess};

/// The resource whose data is encrypted, or that a service acts for.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Its ARN; unknown where a template leaves it open.
    pub arn: Text,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub site: Site,
}

impl Subject {
    /// A resource of the deployment. Of some types nobody here knows the form of their ARNs.
    pub fn of(world: &World<'_>, resource: usize) -> Self {
        let found = world.resource(resource);
        let arn = found.arn.clone().map_or(Text::Unknown, Text::Known);
        Self { arn, name: found.name.clone(), site: world.site(resource).clone() }
    }

    /// What has this ARN, if any is known, spoken of at a place.
    pub fn named(arn: &str, at: &Site) -> Self {
        let field = |number: usize| arn.split(':').nth(number).filter(|field| !field.is_empty()).map(str::to_owned);
        let region = field(3).unwrap_or_else(|| at.region.clone());
        let account = field(4).unwrap_or_else(|| at.account.clone());
        let name = arn.rsplit([':', '/']).next().unwrap_or_default().to_owned();
        let arn = if arn.is_empty() { Text::Unknown } else { Text::Known(arn.to_owned()) };
        Self { arn, name, site: Site { region, account, ..at.clone() } }
    }

    /// What has this ARN, in the same place.
    #[must_use]
    pub fn called(self, arn: impl Into<String>) -> Self {
        Self { arn: Text::Known(arn.into()), ..self }
    }

    fn value(&self, of: ContextValue) -> Text {
        match of {
            ContextValue::Arn => self.arn.clone(),
            ContextValue::Name => Text::Known(self.name.clone()),
            ContextValue::Restored => Text::Known(format!("{}-restored", self.name)),
            ContextValue::Account => Text::Known(self.site.account.clone()),
            ContextValue::Numbered => Text::Unknown,
        }
    }
}

/// The key that requests are about.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its ARN.
    pub arn: String,
    /// The account that owns it.
    pub account: String,
    /// Its region.
    pub region: String,
    /// What requests carry about it.
    pub attributes: Context,
}

impl Target {
    /// A key of the deployment.
    pub fn own(world: &World<'_>, key: usize) -> Self {
        let site = world.site(world.key(key).resource);
        Self {
            arn: world.key(key).arn.clone(),
            account: site.account.clone(),
            region: site.region.clone(),
            attributes: attribute::of_key(world, key),
        }
    }

    /// A key of which no more is known than what it is called at a place.
    pub fn outside(name: &str, site: &Site) -> Self {
        let mut attributes = Context::default();
        for open in ["kms:KeySpec", "kms:KeyUsage", "kms:KeyOrigin", "kms:MultiRegion", "kms:ResourceAliases"] {
            attributes.insert(open, Values::One(Text::Unknown));
        }
        let account = name.split(':').nth(4).filter(|account| !account.is_empty()).unwrap_or(&site.account);
        Self { arn: name.to_owned(), account: account.to_owned(), region: site.region.clone(), attributes }
    }
}

/// Who makes requests.
#[derive(Clone, Debug)]
pub struct By {
    /// Whose policies are asked.
    pub who: Who,
    /// The ARN, of roles and users.
    pub arn: String,
    /// What requests carry about them.
    pub attributes: Context,
}

impl By {
    /// A role or user of the deployment.
    pub fn principal(world: &World<'_>, at: usize) -> Self {
        let principal = &world.principals[at];
        let mut attributes = attribute::of_principal(world.resource(principal.resource));
        let organization = organization(world.site(principal.resource));
        attributes.insert("aws:PrincipalOrgID", Values::One(organization));
        Self { who: Who::Principal(at), arn: principal.arn.clone(), attributes }
    }

    /// Somebody whom IAM allows everything.
    pub fn administrator(arn: String) -> Self {
        let mut attributes = Context::default();
        attributes.insert("aws:MultiFactorAuthPresent", Values::One(Text::Unknown));
        Self { who: Who::Administrator, arn, attributes }
    }
}

/// The organization of an account, as far as that is known.
fn organization(site: &Site) -> Text {
    site.organization.clone().map_or(Text::Unknown, Text::Known)
}

/// A part of a pattern of actions that stands for them: services ask for these.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html>
fn operations(action: &'static str) -> &'static [&'static str] {
    match action {
        "kms:GenerateDataKey*" => &["kms:GenerateDataKey"],
        "kms:ReEncrypt*" => &["kms:ReEncryptFrom", "kms:ReEncryptTo"],
        _ => &[],
    }
}

/// The requests of one way to use a key: for data of `subject`, on behalf of `source` where a service calls.
pub fn requests(
    target: &Target,
    access: &KeyAccess,
    subject: &Subject,
    source: Option<&Subject>,
    by: Option<&By>,
) -> Vec<Request> {
    let mut context = of_every(target);
    let principal = match (&access.caller, by) {
        (service::Caller::Service(principal, names), _) => {
            let source = source.unwrap_or(subject);
            if names.is_some() {
                context.insert("aws:SourceArn", Values::One(source.arn.clone()));
                context.insert("aws:SourceAccount", Values::one(&source.site.account));
                context.insert("aws:SourceOrgID", Values::One(organization(&source.site)));
                context.insert("aws:SourceOrgPaths", Values::One(Text::Unknown));
            }
            // Whether requests of services have it, no page says.
            context.insert("kms:CallerAccount", Values::One(Text::Unknown));
            Caller::Outside(PrincipalKind::Service, principal_name(principal, &subject.site))
        }
        (caller, Some(by)) => {
            if let service::Caller::Through(service) = caller {
                through(service, &subject.site.region, &mut context);
            } else {
                directly(&mut context);
            }
            let Some(caller) = caller_of(by, &mut context) else { return Vec::new() };
            caller
        }
        (_, None) => return Vec::new(),
    };
    let pairs: Vec<(String, Text)> = access
        .context
        .iter()
        .map(|(name, value)| (format!("kms:EncryptionContext:{name}"), subject.value(*value)))
        .collect();
    let request = |action: &str| {
        let mut context = context.clone();
        let has_context = WITH_CONTEXT.contains(&action);
        for (key, value) in pairs.iter().filter(|_| has_context) {
            context.insert(key, Values::One(value.clone()));
        }
        of_action(action, &mut context);
        if action == "kms:ReplicateKey" {
            context.insert("kms:ReplicaRegion", Values::one(&subject.site.region));
        }
        Request {
            action: action.to_owned(),
            resource: target.arn.clone(),
            resource_account: target.account.clone(),
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

/// What every request carries.
pub(super) fn of_every(target: &Target) -> Context {
    let mut context = target.attributes.clone();
    context.insert("aws:SecureTransport", Values::one("true"));
    context.insert("aws:RequestedRegion", Values::one(&target.region));
    for open in ["aws:CurrentTime", "aws:EpochTime", "aws:ResourceOrgID", "aws:ResourceOrgPaths"] {
        context.insert(open, Values::One(Text::Unknown));
    }
    context
}

/// What a request carries that comes through a service: never where the caller is, by address or endpoint.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/conditions-aws.html>
pub(super) fn through(service: &str, region: &str, context: &mut Context) {
    context.insert("kms:ViaService", Values::one(format!("{service}.{region}.amazonaws.com")));
    context.insert("aws:ViaAWSService", Values::one("true"));
    context.insert("aws:CalledVia", Values::one(format!("{service}.amazonaws.com")));
}

/// What a request carries that its caller makes.
pub(super) fn directly(context: &mut Context) {
    context.insert("aws:ViaAWSService", Values::one("false"));
    for open in ["aws:SourceIp", "aws:SourceVpc", "aws:SourceVpce"] {
        context.insert(open, Values::One(Text::Unknown));
    }
}

/// The caller, with what requests carry about it.
pub(super) fn caller_of(by: &By, context: &mut Context) -> Option<Caller> {
    for open in ["aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:userid"] {
        context.insert(open, Values::One(Text::Unknown));
    }
    for (key, values) in by.attributes.entries() {
        context.insert(key, values.clone());
    }
    Caller::parse(&by.arn)
}

/// What requests for an operation carry.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html>
pub(super) fn of_action(action: &str, context: &mut Context) {
    if ABOUT_GRANTS.contains(&action) {
        context.insert("kms:GrantIsForAWSResource", Values::one("true"));
    }
    let open: &[&str] = match action {
        "kms:CreateGrant" => &["kms:GrantOperations", "kms:GranteePrincipal", "kms:GrantConstraintType"],
        "kms:ReEncryptFrom" | "kms:ReEncryptTo" => &["kms:ReEncryptOnSameKey"],
        _ => &[],
    };
    for key in open {
        context.insert(key, Values::One(Text::Unknown));
    }
    let symmetric =
        matches!(context.get("kms:KeySpec"), Some(Values::One(Text::Known(spec))) if spec == "SYMMETRIC_DEFAULT");
    if action != "kms:CreateGrant" && symmetric && WITH_CONTEXT.contains(&action) {
        context.insert("kms:EncryptionAlgorithm", Values::one("SYMMETRIC_DEFAULT"));
    }
}

/// A service principal as KMS sees it.
pub(super) fn principal_name(principal: &service::ServicePrincipal, site: &Site) -> String {
    match principal.regional {
        true => format!("{}.{}.{}", principal.name, site.region, site.url_suffix()),
        false => format!("{}.amazonaws.com", principal.name),
    }
}
