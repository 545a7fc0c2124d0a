//! `deploy.sh` and `destroy.sh`.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, Value, context};
use serde::Serialize;

use super::{File, request_name, template_name};
use crate::cfn::{Resource, cloudtrail, s3, sqs};
use crate::construct::{Content, Filling, Lookup, Request, Vessel};
use crate::synth::{ProtectedPool, Synthesis, SynthesizedStack};
use crate::template::{Format, LIMITS};

/// A policy by which no update of a stack replaces or deletes a resource that has a deletion policy: what holds data,
/// a key, or the name of a key, and what goes with that. Queues only say that they are deleted.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/protect-stack-resources.html>
fn stack_policy(synthesis: &Synthesis) -> String {
    let resources = synthesis.stacks.iter().flat_map(|stack| stack.template.resources.values());
    let kept = resources.filter(|it| it.deletion_policy.is_some() && it.kind != sqs::Queue::TYPE);
    let kinds: BTreeSet<&str> = kept.map(|resource| resource.kind.as_str()).collect();
    let policy = StackPolicy {
        statement: [
            Rule { effect: "Allow", principal: "*", action: &["Update:*"], resource: "*", condition: None },
            Rule {
                effect: "Deny",
                principal: "*",
                action: &["Update:Replace", "Update:Delete"],
                resource: "*",
                condition: Some(IndexMap::from([("StringEquals", IndexMap::from([("ResourceType", kinds)]))])),
            },
        ],
    };
    serde_json::to_string(&policy).expect("a stack policy is JSON")
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct StackPolicy<'a> {
    statement: [Rule<'a>; 2],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Rule<'a> {
    effect: &'static str,
    principal: &'static str,
    action: &'static [&'static str],
    resource: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<IndexMap<&'static str, IndexMap<&'static str, BTreeSet<&'a str>>>>,
}

/// What the scripts know of something that has to be filled.
fn filling(filling: &Filling) -> Value {
    let Filling { name, what, with } = filling;
    let key = match what {
        Vessel::Parameter(key) => key.as_deref(),
        Vessel::Secret => None,
    };
    let data_key = match with {
        Content::DataKey(key) => Some(key.as_str()),
        Content::Asked => None,
    };
    context! { name, key, data_key, is_secret => *what == Vessel::Secret }
}

/// What the deploy script knows of a pool: by which alias it would have had more keys.
fn pool(pool: &ProtectedPool) -> Option<Value> {
    let alias = pool.next_alias.as_ref()?;
    Some(context! { path => pool.path.to_string(), alias })
}

/// Whether a stack makes a resource of a type.
fn makes(stack: &SynthesizedStack, kind: &str) -> bool {
    stack.template.resources.values().any(|resource| resource.kind == kind)
}

/// The stacks in the order in which they are deployed; then those without a template of which something is left to do.
fn in_order(synthesis: &Synthesis) -> Vec<&SynthesizedStack> {
    let (mut stacks, others): (Vec<_>, Vec<_>) = synthesis.stacks.iter().partition(|stack| stack.is_written());
    let open = |stack: &&SynthesizedStack| !stack.fillings.is_empty() || stack.requests.iter().any(Request::is_open);
    stacks.extend(others.into_iter().filter(open));
    stacks
}

/// The stack that tells the scripts where something is: itself, or another of its account where it is not deployed.
/// Where regions are named, nothing is left to tell of them.
fn told_by<'s>(stack: &'s SynthesizedStack, synthesis: &'s Synthesis) -> Option<&'s SynthesizedStack> {
    let others = synthesis.stacks.iter().filter(|other| other.target.account == stack.target.account);
    std::iter::once(stack).chain(others).find(|stack| stack.is_written())
}

/// The arguments by which a command line goes to the region of a stack.
fn region(stack: &SynthesizedStack) -> String {
    stack.target.region.as_ref().map_or(String::new(), |region| format!(" --region {region}"))
}

/// How the scripts look up what stacks outside of these show: what stands for the value, and a command that prints it.
fn look_up(lookup: &Lookup, stack: &SynthesizedStack) -> Value {
    let command = match lookup {
        Lookup::Export(name) => format!("export_of {}{}", quoted(name), region(stack)),
        Lookup::Output { stack: name, output, region: there, role } => {
            let as_role = role.as_ref().map_or(String::new(), |role| format!("as_role {} ", quoted(role)));
            let there = there.as_ref().map_or_else(|| region(stack), |there| format!(" --region {there}"));
            format!("{as_role}output_of {} {}{there}", quoted(name), quoted(output))
        }
    };
    context! { placeholder => quoted(&lookup.placeholder()), command }
}

/// A word that a shell takes as it is.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

pub(super) fn render(synthesis: &Synthesis, format: Format) -> Vec<File> {
    let stacks = in_order(synthesis).into_iter().map(|stack| {
        let teller = told_by(stack, synthesis);
        let policy = |request: &Request| {
            let lookups: Vec<Value> = request.lookups.iter().map(|lookup| look_up(lookup, stack)).collect();
            context! { name => request_name(stack, request), lookups }
        };
        let open = stack.requests.iter().filter(|request| request.is_open() && teller.is_some());
        context! {
            name => &stack.stack_name,
            template => stack.is_written().then(|| template_name(stack, format)),
            region => region(stack),
            teller => teller.map(|teller| format!("{}{}", teller.stack_name, region(teller))),
            account => stack.target.account.as_ref().map(ToString::to_string),
            protected => stack.termination_protection && stack.is_written(),
            buckets => makes(stack, s3::Bucket::TYPE),
            trails => makes(stack, cloudtrail::Trail::TYPE),
            pools => stack.pools.iter().filter_map(pool).collect::<Vec<_>>(),
            fillings => stack.fillings.iter().map(filling).collect::<Vec<_>>(),
            policies => open.map(policy).collect::<Vec<_>>(),
        }
    });
    let stacks: Vec<_> = stacks.collect();
    let values = context! {
        environment => &synthesis.environment,
        looks_up => synthesis.stacks.iter().flat_map(|stack| &stack.requests).any(|it| !it.lookups.is_empty()),
        stack_policy => stack_policy(synthesis),
        stacks => stacks,
        limit => LIMITS.inline_body,
        json => format == Format::Json,
    };
    let script = |name: &str, text: &str| {
        let mut engine = Environment::new();
        let syntax = SyntaxConfig::builder().keep_trailing_newline(true).trim_blocks(true).build();
        engine.set_syntax(syntax.expect("these are minijinja's own delimiters"));
        let text = engine.render_str(text, &values).expect("the scripts are templates");
        File { name: name.to_owned(), text, executable: true }
    };
    let mut scripts = vec![script("deploy.sh", include_str!("../../templates/deploy.sh"))];
    if !synthesis.stacks.iter().any(|stack| stack.termination_protection) && synthesis.house.is_open() {
        scripts.push(script("destroy.sh", include_str!("../../templates/destroy.sh")));
    }
    scripts
}
