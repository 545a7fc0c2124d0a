//! What rules mean for stacks and constructs, and whether that is less than the environment asks for.

use std::sync::Arc;

use crate::construct::Entry;
use crate::definition::{Described, Reason, Stack};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::environment::{Environments, House, Rules, Weaker, missing_break_glass};

/// What a stack's rules mean.
pub(super) fn of_stack(stack: &Stack, env: &str, environments: &Environments, found: &mut Diagnostics) -> House {
    let (project, environment) = (&environments.project.rules, &environments.all[env].rules);
    let house = House::resolve(&[&stack.rules, environment, project]);
    let what = format!("the stack `{}`", stack.name);
    let asked = Asked { rules: &stack.rules, unprotected: stack.unprotected.as_ref(), what, entry: None };
    let baseline = environments.house(env);
    found.extend(asked.less_than(env, &baseline, &baseline, &house));
    house
}

/// What a construct's rules mean; `stack_house` is what its stack's mean.
pub(super) fn of_construct(
    described: &Described,
    stack: &Stack,
    stack_house: &Arc<House>,
    env: &str,
    environments: &Environments,
) -> Arc<House> {
    let rules = &described.beside.rules;
    if rules.is_empty() {
        return Arc::clone(stack_house);
    }
    let (project, environment) = (&environments.project.rules, &environments.all[env].rules);
    Arc::new(House::resolve(&[rules, &stack.rules, environment, project]))
}

/// What is wrong with a construct's rules, of which those count that mean something for what it makes.
pub(super) fn check(
    described: &Described,
    entry: &Entry,
    stack_house: &House,
    env: &str,
    environments: &Environments,
) -> Vec<Diagnostic> {
    let Described { beside, path, .. } = described;
    let rules = &beside.rules;
    let misplaced = rules.termination_protection.as_ref().map(|rule| {
        let message = "`termination-protection` is a rule for stacks: a construct has none of its own";
        Diagnostic::error(Code::UnknownProperty, rule.span, message).hint("put it at the top of the file")
    });
    let asked =
        Asked { rules, unprotected: beside.unprotected.as_ref(), what: format!("`{path}`"), entry: Some(entry) };
    let less = asked.less_than(env, &environments.house(env), stack_house, &entry.house);
    misplaced.into_iter().chain(less).collect()
}

/// The rules of a stack or construct, and why they may ask for less than the environment's.
struct Asked<'a> {
    rules: &'a Rules,
    unprotected: Option<&'a Reason>,
    what: String,
    /// The construct, if it is one.
    entry: Option<&'a Entry>,
}

impl Asked<'_> {
    /// Where `house`, which these rules lead to, is less than the environment asks for, and where nobody may destroy
    /// its keys. What is wrong `above`, in the stack of a construct or the environment of a stack, is reported there.
    fn less_than(&self, env: &str, baseline: &House, above: &House, house: &House) -> Vec<Diagnostic> {
        let Some(at) = self.rules.place() else { return Vec::new() };
        let mut found = Vec::new();
        if house.lacks_break_glass() && !above.lacks_break_glass() {
            found.push(missing_break_glass(at));
        }
        let known = above.weaker_than(baseline);
        let mut differences = house.weaker_than(baseline);
        // What is less by `protection` alone is who may destroy keys.
        let ruled = |rule| if rule == "protection" { "break-glass-role" } else { rule };
        let concerned = |weaker: &Weaker| self.entry.is_none_or(|entry| entry.is_ruled_by(ruled(weaker.rule)));
        differences.retain(|difference| !known.contains(difference) && concerned(difference));
        if differences.is_empty() {
            return found;
        }
        let message = format!("{} is less protected than `{env}` asks for", self.what);
        let diagnostic = match self.unprotected {
            Some(why) => {
                Diagnostic::note(Code::WeakerProtection, at, message).note_line(format!("accepted: {}", why.as_str()))
            }
            None => Diagnostic::error(Code::WeakerProtection, at, message)
                .hint("`unprotected: \"why\"` beside it accepts that, and every run says so"),
        };
        let differences = differences.into_iter().map(|weaker| weaker.difference);
        found.push(differences.fold(diagnostic, Diagnostic::note_line));
        found
    }
}
