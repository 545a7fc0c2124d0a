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
    let asked = Asked { rules: &stack.rules, unprotected: stack.unprotected.as_deref(), place: stack.place, what };
    found.extend(asked.less_than(env, environments, &house));
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
    let Described { rules, beside, place, path, .. } = described;
    if rules.is_empty() {
        return Arc::clone(stack_house);
    }
    let (project, environment) = (&environments.project.rules, &environments.all[env].rules);
    let house = House::resolve(&[rules, &stack.rules, environment, project]);
    let asked = Asked { rules, unprotected: beside.unprotected.as_deref(), place: *place, what: format!("`{path}`") };
    found.extend(asked.less_than(env, environments, &house));
    Arc::new(house)
}

/// The rules of a stack or construct, and why they may ask for less than the environment's.
struct Asked<'a> {
    rules: &'a Rules,
    unprotected: Option<&'a str>,
    place: Span,
    what: String,
}

impl Asked<'_> {
    /// Where `house`, which these rules lead to, is less than the environment asks for.
    fn less_than(&self, env: &str, environments: &Environments, house: &House) -> Vec<Diagnostic> {
        let Some(at) = self.rules.place() else { return Vec::new() };
        let mut found = Vec::new();
        if house.deny_key_destruction && house.break_glass_role.is_none() {
            found.push(missing_break_glass(at));
        }
        let differences = house.weaker_than(&environments.house(env));
        if !differences.is_empty() {
            let what = &self.what;
            let message = format!("{what} is less protected than `{env}` asks for: {}", differences.join(", "));
            found.push(match self.unprotected {
                Some(why) => Diagnostic::note(Code::WeakerProtection, at, message).hint(format!("accepted: {why}")),
                None => Diagnostic::error(Code::WeakerProtection, at, message)
                    .related(self.place, "this")
                    .hint("`unprotected: \"why\"` beside it accepts that, and every report says so"),
            });
        }
        found
    }
}
