//! Services that use a key for whoever asks them: the confused deputy.
//!
//! Another customer's resource is tried, which the service would name as its source and in the encryption context.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html>

use serde_json::{Value as Json, json};

use super::super::super::deployment::Site;
use super::super::super::finding::Hazard;
use super::super::super::key::KeyReference;
use super::super::super::request::{Subject, Target, principal_name, requests};
use super::super::super::world::World;
use super::Report;
use super::statement::Stated;
use super::wildcard::{ANOTHER_ACCOUNT, ANOTHER_ORGANIZATION};
use crate::access::{Outcome, PrincipalKind, Text, Values, decide};
use crate::service::{Caller, ContextValue, KeyAccess, Source, SourceHolds, by_services};

/// Tries each service that a statement names, for what is another customer's. A look at the key harms nobody.
pub(super) fn check(report: &mut Report<'_, '_>, key: usize, stated: &Stated<'_>) {
    let world = report.world;
    let site = world.site(world.key(key).resource);
    let mut open: Vec<(String, &KeyAccess)> = Vec::new();
    let mut policies = None;
    let target = Target::own(world, key);
    for access in by_services().filter(|_| stated.allows()) {
        let Caller::Service(principal, source) = &access.caller else { continue };
        let name = principal_name(principal, site);
        let testable = source.is_some() || !access.context.is_empty();
        let named = stated.principals(PrincipalKind::Service).any(|known| known == name);
        if access.actions == ["kms:DescribeKey"] || !testable || !named {
            continue;
        }
        let (subject, source) = (foreign_subject(access, site), source.as_ref().map(|source| foreign(source, site)));
        let lets = requests(&target, access, &subject, source.as_ref(), None).into_iter().any(|mut request| {
            request.context.insert("aws:SourceOrgID", Values::one(ANOTHER_ORGANIZATION));
            let policies = policies.get_or_insert_with(|| stated.alone(world, key, None));
            decide(&request, policies).outcome == Outcome::Allowed
        });
        if lets {
            open.push((name, access));
        }
    }
    let Some((name, _)) = open.first() else { return };
    let id = world.resource(world.key(key).resource).id;
    let message = format!("{} lets `{name}` use `{id}` for anybody's resources, in any account", stated.name);
    let hint = match open.iter().find(|(_, access)| is_under(world, key, access)) {
        Some((_, access)) => format!("add the condition {}", condition(access, site)),
        None => "add a condition on `aws:SourceArn`, on `aws:SourceAccount` or on the encryption context".to_owned(),
    };
    stated.report(report, Hazard::ConfusedDeputy, "", message, hint);
}

/// The service in whose encryption context an access is.
fn service_of(access: &KeyAccess) -> &str {
    access.context.first().and_then(|(key, _)| key.split(':').nth(1)).unwrap_or_default()
}

/// Whether something is encrypted under the key that the access is about.
fn is_under(world: &World<'_>, key: usize, access: &KeyAccess) -> bool {
    let data = world.data.iter().filter(|datum| datum.key == KeyReference::Own(key));
    let mut services = data.filter_map(|datum| datum.place.kind.split("::").nth(1));
    services.any(|service| service.eq_ignore_ascii_case(service_of(access)))
}

fn elsewhere(site: &Site) -> Site {
    Site { account: ANOTHER_ACCOUNT.to_owned(), organization: None, ..site.clone() }
}

/// A source of another account.
fn foreign(source: &Source, site: &Site) -> Subject {
    let site = elsewhere(site);
    let (region, account) = match source.holds {
        SourceHolds::RegionAndAccount => (site.region.as_str(), site.account.as_str()),
        SourceHolds::Account => ("", site.account.as_str()),
        SourceHolds::Neither => ("", ""),
    };
    let name = source.resource.replace('*', "another");
    let arn = format!("arn:{}:{}:{region}:{account}:{name}", site.partition, source.service);
    Subject { arn: Text::Known(arn), name, site }
}

/// What another account encrypts, as the encryption context names it: the ARN of a resource of the service that is the
/// second part of its key.
fn foreign_subject(access: &KeyAccess, site: &Site) -> Subject {
    let site = elsewhere(site);
    let service = service_of(access);
    let name = "another".to_owned();
    let (region, account, resource) = match service {
        "s3" => ("", "", name.clone()),
        "logs" => (site.region.as_str(), site.account.as_str(), format!("log-group:{name}")),
        "lambda" => (site.region.as_str(), site.account.as_str(), format!("function:{name}")),
        "cloudtrail" => (site.region.as_str(), site.account.as_str(), format!("trail/{name}")),
        _ => (site.region.as_str(), site.account.as_str(), name.clone()),
    };
    let arn = format!("arn:{}:{service}:{region}:{account}:{resource}", site.partition);
    Subject { arn: Text::Known(arn), name, site }
}

/// The smallest test that keeps others out: of the source or the account that the service names, or of the encryption
/// context.
fn condition(access: &KeyAccess, site: &Site) -> Json {
    let Site { partition, region, account, .. } = site;
    let own = |service: &str, resource: &str| format!("arn:{partition}:{service}:{region}:{account}:{resource}");
    match (&access.caller, access.context.first()) {
        (Caller::Service(_, Some(source)), _) if source.holds == SourceHolds::RegionAndAccount => {
            json!({"ArnLike": {"aws:SourceArn": own(source.service, source.resource)}})
        }
        (Caller::Service(_, None), Some((key, ContextValue::Arn))) => {
            json!({"ArnLike": {format!("kms:EncryptionContext:{key}"): own(service_of(access), "*")}})
        }
        _ => json!({"StringEquals": {"aws:SourceAccount": account}}),
    }
}
