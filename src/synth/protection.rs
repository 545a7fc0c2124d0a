//! What rules mean for stacks and constructs, and whether that is less than the environment asks for.

use std::sync::Arc;

use crate::definition::{Described, Stack};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::environment::{Environments, House, Rules, missing_break_glass};

/// What a stack's rules mean.
pub(super) fn of_stack(stack: &Stack, env: &str, environments: &Environments, found: &mut Diagnostics) -> House {
    let (project, environment) = (&environments.project.rules, &environments.all[env].rules);
    let house = House::resolve(&[&stack.rules, environment, project]);
    let what = format!("the stack `{}`", stack.name);
    compare(&house, &stack.rules, stack.unprotected.as_deref(), stack.place, &what, env, environments, found);
    house
}

/// What a construct's rules mean; `stack_house` is what its stack's mean.
pub(super) fn of_construct(
    described: &Described,
    stack: &Stack,
    stack_house: &Arc<House>,
    env: &str,
    environments: &Environments,
    found: &mut Diagnostics,
) -> Arc<House> {
    if described.rules.is_empty() {
        return Arc::clone(stack_house);
    }
    let (project, environment) = (&environments.project.rules, &environments.all[env].rules);
    let house = House::resolve(&[&described.rules, &stack.rules, environment, project]);
    let (why, what) = (described.beside.unprotected.as_deref(), format!("`{}`", described.path));
    compare(&house, &described.rules, why, described.place, &what, env, environments, found);
    Arc::new(house)
}

#[expect(clippy::too_many_arguments, reason = "called twice, above")]
fn compare(
    house: &House,
    rules: &Rules,
    why: Option<&str>,
    place: Span,
    what: &str,
    env: &str,
    environments: &Environments,
    found: &mut Diagnostics,
) {
    let Some(at) = rules.place() else { return };
    if house.deny_key_destruction && house.break_glass_role.is_none() {
        found.push(missing_break_glass(at));
    }
    let differences = house.weaker_than(&environments.house(env));
    if differences.is_empty() {
        return;
    }
    let message = format!("{what} is less protected than `{env}` asks for: {}", differences.join(", "));
    found.push(match why {
        Some(why) => Diagnostic::note(Code::WeakerProtection, at, message).hint(format!("accepted: {why}")),
        None => Diagnostic::error(Code::WeakerProtection, at, message)
            .related(place, "this")
            .hint("`unprotected: \"why\"` beside it accepts that, and every report says so"),
    });
}
