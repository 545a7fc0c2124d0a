//! Conditions that ask for a resource that nobody makes.

use super::super::super::deployment::Site;
use super::super::super::finding::Hazard;
use super::super::super::identity::{kinds_of, name_property};
use super::super::super::world::World;
use super::Report;
use super::statement::{Stated, known};
use crate::access::Test;
use crate::diagnostic::nearest;

/// The ARNs that a statement asks for, as the source that a service acts for or in the encryption context.
pub(super) fn check(report: &mut Report<'_, '_>, key: usize, stated: &Stated<'_>) {
    let world = report.world;
    let site = world.site(world.key(key).resource);
    for test in &stated.statement.condition {
        let Test::Compare { operator, key, values } = test else { continue };
        let names_resource = key.eq_ignore_ascii_case("aws:SourceArn")
            || key.get(..22).is_some_and(|start| start.eq_ignore_ascii_case("kms:EncryptionContext:"));
        if operator.negated || !names_resource {
            continue;
        }
        // CloudFormation makes no encrypted parameters:
        // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html
        if key.eq_ignore_ascii_case("kms:EncryptionContext:PARAMETER_ARN") {
            continue;
        }
        for arn in known(values).filter(|arn| is_own(arn, site) && !is_made(world, arn)) {
            let kinds: Vec<&str> = kinds_of(arn).filter(|kind| report.kinds.get(kind) == Some(&true)).collect();
            if kinds.is_empty() || !known_by_name(report, arn) {
                continue;
            }
            let message = format!("{} asks for `{arn}` in `{key}`, which no template here makes", stated.name);
            let of_kind = world.deployment.resources.iter().filter(|resource| kinds.contains(&resource.kind()));
            let hint = match nearest(arn, of_kind.filter_map(|resource| resource.arn.as_deref())) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "remove the value, or audit the template that makes it together with this one".to_owned(),
            };
            stated.report(report, Hazard::DeadStatement, &format!("Condition/{}/{key}", operator.word), message, hint);
        }
    }
}

/// Whether an ARN is one of this account and region, and no pattern.
fn is_own(arn: &str, site: &Site) -> bool {
    let fields: Vec<&str> = arn.splitn(6, ':').collect();
    let [_, _, service, region, account, _] = fields.as_slice() else { return false };
    let of = |field: &str, own: &str| field.is_empty() || field == own;
    *service != "kms" && of(region, &site.region) && of(account, &site.account) && !arn.contains(['*', '?', '$'])
}

/// Whether a resource of the deployment has this ARN, or is what it is in.
fn is_made(world: &World<'_>, arn: &str) -> bool {
    let mut ends = arn.match_indices([':', '/']).map(|(end, _)| end);
    world.deployment.by_arn(arn).is_some() || ends.any(|end| world.deployment.by_arn(&arn[..end]).is_some())
}

/// Whether the types that have such ARNs all give them by name. What AWS numbers has a number that nobody here knows.
fn known_by_name(report: &Report<'_, '_>, arn: &str) -> bool {
    kinds_of(arn).all(|kind| {
        name_property(kind).is_some() && kind != "AWS::SecretsManager::Secret" && report.kinds.get(kind) != Some(&false)
    })
}
