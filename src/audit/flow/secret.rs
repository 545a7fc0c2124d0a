//! Secrets are read and written through Secrets Manager.

use super::super::request::Subject;
use super::finder::{Finder, Use};
use super::function::role_of;
use super::reach::{Operation, reach};
use crate::service::KeyAccess;
use crate::service::secretsmanager::{READ_KEY, WRITE_KEY};

const READING: Operation = Operation { actions: &["secretsmanager:GetSecretValue"], below: "", verb: "reads" };

const WRITING: Operation =
    Operation { actions: &["secretsmanager:PutSecretValue", "secretsmanager:UpdateSecret"], below: "", verb: "writes" };

pub(super) const KIND: &str = "AWS::SecretsManager::Secret";

pub(super) fn find(finder: &mut Finder<'_, '_>) {
    let world = finder.world;
    let secrets = finder.encrypted(&[KIND]);
    for (operation, access) in [(&READING, &READ_KEY), (&WRITING, &WRITE_KEY)] {
        for reached in reach(finder, &secrets, operation) {
            used(finder, reached.principal, reached.resource, operation.verb, access);
        }
    }
    for (at, schedule) in world.deployment.of_kind("AWS::SecretsManager::RotationSchedule") {
        let site = world.site(at);
        let secret = schedule.text(&["SecretId"]).and_then(|id| world.deployment.find(KIND, id, site));
        let role = schedule.text(&["RotationLambdaARN"]).and_then(|arn| role_of(world, arn, site));
        if let Some((secret, role)) = secret.zip(role) {
            used(finder, role, secret, "rotates", &WRITE_KEY);
        }
    }
}

fn used(finder: &mut Finder<'_, '_>, principal: usize, secret: usize, verb: &str, access: &'static KeyAccess) {
    let world = finder.world;
    let at = world.principals[principal].resource;
    let what = format!("`{}` {verb} `{}`", finder.id(at), finder.id(secret));
    let subject = Subject::of(world, secret);
    for under in finder.under(secret) {
        finder.by_principal(&under, world.at(at, ""), Use { what: &what, access, subject: &subject }, principal);
    }
}
