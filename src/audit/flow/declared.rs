//! Roles and users whose own policies name a key mean to use it: the key's policy has to let them.

use super::super::request::{By, Target, caller_of, directly, of_action, of_every, through};
use super::super::sample;
use super::super::world::{Who, World};
use super::Flow;
use super::finder::Finder;
use crate::access::{Context, Effect, Request, Statement, Test, Text, Truth, Values, means_action};
use crate::service::kms::{ABOUT_GRANTS, USE_ACTIONS, WITH_CONTEXT};

/// What a pattern of actions is about, of all that it could be.
const MEANT: &[&str] =
    &["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"];

pub(super) fn find(finder: &mut Finder<'_, '_>) {
    let world = finder.world;
    for (principal, own) in world.principals.iter().enumerate() {
        let statements = own.policies.iter().flat_map(|named| &named.policy.statements);
        for statement in statements.filter(|statement| statement.effect == Some(Effect::Allow)) {
            for key in keys(world, statement) {
                let actions = actions(world, key, statement);
                if !actions.is_empty() {
                    declared(finder, principal, key, statement, &actions);
                }
            }
        }
    }
}

/// The keys that a statement names by their ARNs.
fn keys(world: &World<'_>, statement: &Statement) -> Vec<usize> {
    let listed = statement.resource.as_ref().filter(|listed| !listed.except);
    let texts = listed.into_iter().flat_map(|listed| &listed.texts);
    let by_arn = |text: &Text| match text {
        Text::Known(arn) if arn.contains(":key/") => world.keys.by_arn(arn),
        _ => None,
    };
    texts.filter_map(by_arn).collect()
}

/// The uses of a key that a statement allows.
fn actions(world: &World<'_>, key: usize, statement: &Statement) -> Vec<&'static str> {
    let listed = &statement.action;
    if listed.except {
        return Vec::new();
    }
    let symmetric =
        world.resource(world.key(key).resource).get(&["KeySpec"]).is_none_or(|it| it == "SYMMETRIC_DEFAULT");
    let means = |action: &str| {
        listed.texts.iter().any(|text| match text {
            Text::Known(own) if own.contains(['*', '?']) => {
                symmetric && MEANT.contains(&action) && means_action(text, action) == Truth::True
            }
            text => means_action(text, action) == Truth::True,
        })
    };
    let tests = |prefix: &str| {
        statement.condition.iter().any(|test| match test {
            Test::Compare { operator, key, .. } => {
                !operator.negated && key.get(..prefix.len()).is_some_and(|own| own.eq_ignore_ascii_case(prefix))
            }
            Test::Unknown => false,
        })
    };
    let possible = |action: &&&str| {
        (WITH_CONTEXT.contains(*action) || !tests("kms:EncryptionContext"))
            && (ABOUT_GRANTS.contains(*action) || !tests("kms:Grant"))
    };
    let all = USE_ACTIONS.iter().chain(&["kms:CreateGrant"]);
    all.filter(possible).copied().filter(|action| means(action)).collect()
}

fn declared(finder: &mut Finder<'_, '_>, principal: usize, key: usize, statement: &Statement, actions: &[&str]) {
    let world = finder.world;
    let by = By::principal(world, principal);
    let target = Target::own(world, key);
    let mut requests = Vec::new();
    for number in 0..sample::count(&statement.condition) {
        let sampled = sample::context(&statement.condition, number);
        let mut context = of_every(&target);
        match via(&sampled) {
            Some((service, region)) => through(service, region, &mut context),
            None => directly(&mut context),
        }
        let Some(caller) = caller_of(&by, &mut context) else { return };
        for (name, values) in sampled.entries() {
            context.insert(name, values.clone());
        }
        requests.extend(actions.iter().map(|action| {
            let mut context = context.clone();
            of_action(action, &mut context);
            Request {
                action: (*action).to_owned(),
                resource: target.arn.clone(),
                resource_account: target.account.clone(),
                principal: caller.clone(),
                context,
            }
        }));
    }
    let at = world.principals[principal].resource;
    let what = format!("a policy of `{}` lets it use `{}`", finder.id(at), finder.id(world.key(key).resource));
    let who = Who::Principal(principal);
    finder.found.seen.push(Flow { what, at: world.at(at, ""), key, who, requests, access: None });
}

/// The service and region of `kms:ViaService`.
fn via(context: &Context) -> Option<(&str, &str)> {
    let Some(Values::One(Text::Known(via))) = context.get("kms:ViaService") else { return None };
    via.strip_suffix(".amazonaws.com")?.rsplit_once('.')
}
