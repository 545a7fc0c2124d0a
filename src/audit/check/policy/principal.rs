//! Principals that do not exist, or that never ask for what a statement allows.

use super::super::super::finding::Hazard;
use super::super::super::request::principal_name;
use super::Report;
use super::statement::{Stated, meant};
use crate::access::PrincipalKind;
use crate::diagnostic::listed;
use crate::name::Region;
use crate::service::kms::USE_ACTIONS;
use crate::service::{Caller, ServicePrincipal, by_services};

/// Whom a statement lets in: by a name that can be one, and for what services do whose uses of keys are known.
pub(super) fn check(report: &mut Report<'_, '_>, key: usize, stated: &Stated<'_>) {
    patterns(report, stated);
    if !stated.allows() {
        return;
    }
    for name in stated.principals(PrincipalKind::Service) {
        principal(report, key, stated, name);
    }
    actions(report, stated);
}

/// "You cannot use a wildcard to match part of a principal name or ARN."
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
fn patterns(report: &mut Report<'_, '_>, stated: &Stated<'_>) {
    for name in stated.principals(PrincipalKind::Aws).filter(|name| *name != "*" && name.contains('*')) {
        let message = format!("`{name}` in {} is a pattern, and principals have none", stated.name);
        let hint = "name the account, and test `aws:PrincipalArn` by `ArnLike`".to_owned();
        stated.report(report, Hazard::DeadStatement, "Principal/AWS", message, hint);
    }
}

/// The principals by which a service uses keys, and the name that it has in a statement without region and domain.
fn users(name: &str) -> (&str, impl Iterator<Item = &'static ServicePrincipal>) {
    let bare = name.split_once(".amazonaws.").map_or(name, |(bare, _)| bare);
    let service = bare.rsplit_once('.').filter(|(_, region)| Region::new(region).is_some());
    let service = service.map_or(bare, |(service, _)| service);
    let known = by_services().filter_map(move |access| match &access.caller {
        Caller::Service(principal, _) if principal.name == service => Some(principal),
        _ => None,
    });
    (service, known)
}

/// A service that has a principal in each region uses keys by that of the key's region.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html>
fn principal(report: &mut Report<'_, '_>, key: usize, stated: &Stated<'_>, name: &str) {
    let site = report.world.site(report.world.key(key).resource);
    let (service, known) = users(name);
    let known: Vec<&ServicePrincipal> = known.collect();
    let Some(regional) = known.iter().find(|principal| principal.regional) else { return };
    if known.iter().any(|principal| principal_name(principal, site) == name) {
        return;
    }
    let why = match name.split('.').nth(service.split('.').count()) {
        Some("amazonaws") => "the service uses keys by the principal of each region",
        _ => "the key is in another region",
    };
    let message = format!("`{name}` in {} never uses this key: {why}", stated.name);
    let hint = format!("write `{}`, or remove it", principal_name(regional, site));
    stated.report(report, Hazard::DeadStatement, "Principal/Service", message, hint);
}

/// None of the services does more with keys than use them: the grants that some make for themselves, they make as
/// whoever calls them.
fn actions(report: &mut Report<'_, '_>, stated: &Stated<'_>) {
    let Some(principals) = stated.statement.principal.as_ref().filter(|principals| !principals.except) else { return };
    let services: Vec<&str> = stated.principals(PrincipalKind::Service).collect();
    if services.len() != principals.all.len() || services.iter().any(|name| users(name).1.next().is_none()) {
        return;
    }
    for pattern in stated.actions() {
        let mut meant = meant(pattern).peekable();
        if meant.peek().is_none() || meant.any(|action| USE_ACTIONS.contains(&action)) {
            continue;
        }
        let services = listed(services.iter().copied());
        let message = format!("{} allows `{pattern}`, for which {services} never ask", stated.name);
        stated.report(report, Hazard::DeadStatement, "Action", message, "remove the action".to_owned());
    }
}
