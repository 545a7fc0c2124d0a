//! State machines encrypt executions as their role; tasks of activities are taken through Step Functions.

use super::super::request::Subject;
use super::finder::{Finder, Use};
use super::reach::{Operation, reach};
use crate::service::states::{EXECUTE, TAKE_TASK};

pub(super) const KIND: &str = "AWS::StepFunctions::StateMachine";

const TAKING: Operation = Operation { actions: &["states:GetActivityTask"], below: "", verb: "takes tasks of" };

pub(super) fn find(finder: &mut Finder<'_, '_>) {
    let world = finder.world;
    for machine in finder.encrypted(&[KIND]) {
        let role = world.resource(machine).text(&["RoleArn"]).and_then(|role| world.principal_by_arn(role));
        let Some(role) = role else { continue };
        let at = world.principals[role].resource;
        let what = format!("`{}` encrypts and decrypts executions of `{}`", finder.id(at), finder.id(machine));
        let subject = Subject::of(world, machine);
        for under in finder.under(machine) {
            let usage = Use { what: &what, access: &EXECUTE, subject: &subject };
            finder.by_principal(&under, world.at(at, ""), usage, role);
        }
    }
    let activities = finder.encrypted(&["AWS::StepFunctions::Activity"]);
    for reached in reach(finder, &activities, &TAKING) {
        let at = world.principals[reached.principal].resource;
        let what = format!("`{}` {} `{}`", finder.id(at), TAKING.verb, finder.id(reached.resource));
        let subject = Subject::of(world, reached.resource);
        for under in finder.under(reached.resource) {
            let usage = Use { what: &what, access: &TAKE_TASK, subject: &subject };
            finder.by_principal(&under, world.at(at, ""), usage, reached.principal);
        }
    }
}
