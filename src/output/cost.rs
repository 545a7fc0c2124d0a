//! What keys cost a month: those of each construct and stack, and all of them.

use std::ops::Add;

use super::aligned;
use crate::cfn::{Resource as _, kms};
use crate::construct::{Entry, Model};
use crate::service::kms::price::{BILLED_ROTATIONS, FREE_REQUESTS, KEY, REQUEST, Usd};
use crate::synth::Synthesis;
use crate::template::{Function, Resource, Value};

/// Days between two rotations where nobody says otherwise.
const YEAR: u64 = 365;

/// A number of keys with what they cost a month, at the end of the first year, at the end of the second, and at most.
#[derive(Clone, Copy, Debug, Default)]
pub struct Keys {
    number: u64,
    months: [Usd; 3],
}

impl Keys {
    /// So many keys that rotate every year.
    pub fn yearly(number: u64) -> Self {
        let Self { months, .. } = Self::one(Some(YEAR));
        Self { number, months: months.map(|month| month * number) }
    }

    /// A key with the days between its rotations, if it rotates.
    fn one(rotation: Option<u64>) -> Self {
        let before = |day: u64| rotation.map_or(0, |days| (day - 1) / days);
        let rotations = [before(YEAR), before(2 * YEAR), rotation.map_or(0, |_| BILLED_ROTATIONS)];
        Self { number: 1, months: rotations.map(|rotations| KEY * (1 + rotations.min(BILLED_ROTATIONS))) }
    }

    fn row(self, what: String) -> Vec<String> {
        let months = self.months.map(|month| month.to_string());
        [what, self.number.to_string()].into_iter().chain(months).collect()
    }

    /// The rows for so many requests a month, with the free ones and without.
    fn with_requests(self, requests: u64) -> [Vec<String>; 2] {
        let row = |free: u64, what: String| {
            let price = REQUEST * requests.saturating_sub(free);
            Self { months: self.months.map(|month| month + price), ..self }.row(what)
        };
        let what = format!("with {requests} requests");
        [row(FREE_REQUESTS, format!("{what}, {FREE_REQUESTS} free")), row(0, format!("{what}, none free"))]
    }
}

impl Add for Keys {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let [first, second, at_most] = self.months;
        let months = [first + other.months[0], second + other.months[1], at_most + other.months[2]];
        Self { number: self.number + other.number, months }
    }
}

/// The keys of an environment as a table, and all of them with so many requests a month, if that is asked for.
pub fn of_environment(model: &Model, synthesis: &Synthesis, requests: Option<u64>) -> String {
    let mut rows = vec![heads(&synthesis.environment)];
    let mut all = Keys::default();
    let mut stacks: Vec<&str> = synthesis.stacks.iter().map(|stack| stack.stack.as_str()).collect();
    stacks.sort_unstable();
    stacks.dedup();
    for stack in stacks {
        let own = model.entries().iter().filter(|entry| *model.instances[entry.instance.0 as usize].stack == *stack);
        let constructs: Vec<_> =
            own.map(|entry| (entry, keys_of(entry, model, synthesis))).filter(|(_, keys)| keys.number > 0).collect();
        let sum = constructs.iter().fold(Keys::default(), |sum, (_, keys)| sum + *keys);
        rows.push(sum.row(stack.to_owned()));
        rows.extend(constructs.iter().map(|(entry, keys)| keys.row(format!("  {}", entry.path))));
        all = all + sum;
    }
    rows.push(all.row("all".to_owned()));
    rows.extend(requests.into_iter().flat_map(|requests| all.with_requests(requests)));
    aligned(&rows)
}

/// The same for keys that are in no environment.
pub fn of_keys(keys: Keys, requests: Option<u64>) -> String {
    let with_requests = requests.into_iter().flat_map(|requests| keys.with_requests(requests));
    let rows = [heads("keys"), keys.row("before requests".to_owned())].into_iter().chain(with_requests);
    aligned(&rows.collect::<Vec<_>>())
}

fn heads(what: &str) -> Vec<String> {
    let what = format!("{what}, USD a month");
    [&what, "keys", "year 1", "year 2", "year 3+"].map(str::to_owned).to_vec()
}

/// The keys that a construct makes.
fn keys_of(entry: &Entry, model: &Model, synthesis: &Synthesis) -> Keys {
    let instance = &model.instances[entry.instance.0 as usize];
    let stack = synthesis.stacks.iter().find(|it| it.stack == *instance.stack && it.target == instance.target);
    let resources = stack.map(|stack| &stack.template.resources);
    let keys = entry.keys().filter_map(|id| resources?.get(id));
    keys.map(|key| Keys::one(rotation(key, synthesis))).fold(Keys::default(), Add::add)
}

/// The days between two rotations of a key. A replica rotates with its primary; of a primary that is in none of these
/// stacks, once a year.
fn rotation(key: &Resource, synthesis: &Synthesis) -> Option<u64> {
    if key.kind == kms::ReplicaKey::TYPE {
        return primary(key, synthesis).map_or(Some(YEAR), |primary| rotation(primary, synthesis));
    }
    let Some(Value::Bool(true)) = key.properties.get("EnableKeyRotation") else { return None };
    match key.properties.get("RotationPeriodInDays") {
        Some(Value::Number(days)) => days.as_u64(),
        _ => Some(YEAR),
    }
}

/// The key that a replica names by the output of another region's stack.
fn primary<'s>(replica: &Resource, synthesis: &'s Synthesis) -> Option<&'s Resource> {
    let Some(Value::Call(Function::GET_STACK_OUTPUT, output)) = replica.properties.get("PrimaryKeyArn") else {
        return None;
    };
    let output = output.plain();
    let text = |key: &str| output[key].as_str();
    synthesis.stacks.iter().find_map(|stack| {
        let region = stack.target.region.as_ref().map(crate::name::Region::as_str);
        let template =
            (text("StackName")? == stack.stack_name && text("Region") == region).then_some(&stack.template)?;
        match &template.outputs.get(text("OutputName")?)?.value {
            Value::GetAtt(id, _) => template.resources.get(&**id),
            _ => None,
        }
    })
}
