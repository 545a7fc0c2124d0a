//! Whoever deploys has to be able to create what is encrypted.
//!
//! Who that is, templates do not say. It may be a role that nobody here knows and that IAM allows everything, or one
//! that the key's policy names. It is enough if one of them can do all of it and put the policy of the key, too.

use std::collections::{BTreeMap, BTreeSet};

use super::super::administrator;
use super::super::deployment::Site;
use super::super::key::KeyReference;
use super::super::request::{By, Subject};
use super::super::world::{Who, World};
use super::finder::{Finder, Under, Use};
use super::{bus, function, machine, secret, table};
use crate::access::Outcome;
use crate::service::kms::{self, PUT_POLICY};
use crate::service::{KeyAccess, dynamodb, ec2, events, lambda, rds, secretsmanager, states};

/// Something that is created under a key.
struct Created {
    what: String,
    under: Under,
    subject: Subject,
    takes: &'static [&'static KeyAccess],
}

const SECRET: &[&KeyAccess] = &[&secretsmanager::CREATE];

const REPLICA: &[&KeyAccess] = &[&kms::REPLICATE];

const VOLUME: &[&KeyAccess] = &[&ec2::CREATE_VOLUME];

/// The types that are created under keys by whoever deploys, with what that takes.
const CREATED: &[(&str, &str, &[&KeyAccess])] = &[
    (bus::KIND, "creates", events::CREATOR),
    (function::KIND, "sets the environment of", lambda::CONFIGURE),
    (function::MAPPING, "sets the event filters of", lambda::FILTER_CREATOR),
    (machine::KIND, "creates", states::CREATOR),
    (secret::KIND, "creates", SECRET),
    (table::KINDS[0], "creates", dynamodb::CREATOR),
    (table::KINDS[1], "creates", dynamodb::CREATOR),
    ("AWS::DocDB::DBCluster", "creates", rds::CREATOR),
    ("AWS::EC2::Volume", "creates", VOLUME),
    ("AWS::Neptune::DBCluster", "creates", rds::CREATOR),
    ("AWS::RDS::DBCluster", "creates", rds::CREATOR),
    ("AWS::RDS::DBInstance", "creates", rds::CREATOR),
];

pub(super) fn find(finder: &mut Finder<'_, '_>) {
    let mut by_key: BTreeMap<(usize, String), Vec<Created>> = BTreeMap::new();
    for created in created(finder) {
        let account = created.under.site.account.clone();
        match created.under.key {
            KeyReference::Own(key) => by_key.entry((key, account)).or_default().push(created),
            _ => add(finder, &created, &somebody(&created.under.site), "whoever deploys"),
        }
    }
    for ((key, account), all) in by_key {
        for (by, name) in creators(finder, key, &account, &all) {
            for created in &all {
                add(finder, created, &by, &name);
            }
        }
    }
}

fn add(finder: &mut Finder<'_, '_>, created: &Created, by: &By, name: &str) {
    let what = format!("{name} {}", created.what);
    for access in created.takes {
        let at = finder.world.at(created.under.resource, &created.under.pointer);
        let usage = Use { what: &what, access, subject: &created.subject };
        finder.add(&created.under, at, usage, None, Some(by));
    }
}

/// What is created, with what that takes.
fn created(finder: &Finder<'_, '_>) -> Vec<Created> {
    let world = finder.world;
    let mut all = Vec::new();
    let kinds: Vec<&str> = CREATED.iter().map(|(kind, ..)| *kind).collect();
    for resource in finder.encrypted(&kinds) {
        let found = world.resource(resource);
        let Some((kind, verb, takes)) = CREATED.iter().find(|(kind, ..)| *kind == found.kind()) else { continue };
        let of = match *kind {
            function::MAPPING => function::function_of_mapping(world, resource),
            // What stands under the key of a function is its environment.
            function::KIND if found.get(&["Environment"]).is_none() => None,
            _ => Some(resource),
        };
        let Some(of) = of else { continue };
        let code = |under: &Under| under.pointer.ends_with("/SourceKMSKeyArn");
        for under in finder.under(resource).filter(|under| !code(under)) {
            let subject = Subject { site: under.site.clone(), ..Subject::of(world, of) };
            all.push(Created { what: format!("{verb} `{}`", found.id), under, subject, takes });
        }
    }
    // What a replica takes is a use of its primary, in whichever region of the deployment that is.
    for (replica, found) in world.deployment.of_kind("AWS::KMS::ReplicaKey") {
        let primary = finder.named(replica, "/Properties/PrimaryKeyArn", world.site(replica));
        let created = primary.filter(|under| matches!(under.key, KeyReference::Own(_))).map(|under| {
            let subject = Subject::of(world, replica);
            Created { what: format!("creates `{}`", found.id), under, subject, takes: REPLICA }
        });
        all.extend(created);
    }
    all
}

/// Somebody whom no key policy names.
fn somebody(site: &Site) -> By {
    By::administrator(format!("arn:{}:iam::{}:role/whoever-deploys", site.partition, site.account))
}

/// Who can create all of it, or comes nearest: somebody in particular only where not just anybody can.
fn creators(finder: &Finder<'_, '_>, key: usize, account: &str, all: &[Created]) -> Vec<(By, String)> {
    let world = finder.world;
    let Some(site) = all.first().map(|created| &created.under.site) else { return Vec::new() };
    let anybody = (somebody(site), "whoever deploys".to_owned());
    let named = named(world, key, account).into_iter().map(|arn| {
        let name = arn.splitn(6, ':').nth(5).unwrap_or_default();
        (By::administrator(arn.clone()), format!("`{name}`"))
    });
    let candidates: Vec<(By, String)> = [anybody].into_iter().chain(named).collect();
    let manages = |by: &By| {
        let Some(created) = all.first() else { return false };
        let usage = Use { what: "", access: &PUT_POLICY, subject: &created.subject };
        let requests = finder.requests(&created.under, usage, None, Some(by));
        requests.iter().all(|request| !world.decide(key, Who::Administrator, request).outcome.is_denied())
    };
    let managers: Vec<usize> = (0..candidates.len()).filter(|at| manages(&candidates[*at].0)).collect();
    let asked = if managers.is_empty() { (0..candidates.len()).collect() } else { managers };
    let mut ranked: Vec<(Lacks, usize)> = Vec::new();
    for at in asked {
        let lacks = lacks(finder, key, &candidates[at].0, all);
        ranked.push((lacks, at));
        // Where just anybody can, nobody else has to be asked.
        if at == 0 && lacks == Lacks::default() {
            break;
        }
    }
    let least = ranked.iter().map(|(lacks, _)| *lacks).min().unwrap_or_default();
    let most = if least == Lacks::default() && ranked[0].1 != 0 { ranked.len() } else { 1 };
    let best: Vec<usize> = ranked.iter().filter(|(lacks, _)| *lacks == least).map(|(_, at)| *at).take(most).collect();
    candidates.into_iter().enumerate().filter(|(at, _)| best.contains(at)).map(|(_, candidate)| candidate).collect()
}

/// How many requests are denied, and of how many nobody knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Lacks {
    denied: usize,
    unknown: usize,
}

fn lacks(finder: &Finder<'_, '_>, key: usize, by: &By, all: &[Created]) -> Lacks {
    let mut lacks = Lacks::default();
    for created in all {
        for access in created.takes {
            let usage = Use { what: "", access, subject: &created.subject };
            for request in finder.requests(&created.under, usage, None, Some(by)) {
                match finder.world.decide(key, Who::Administrator, &request).outcome {
                    Outcome::Allowed => {}
                    Outcome::Unknown => lacks.unknown += 1,
                    _ => lacks.denied += 1,
                }
            }
        }
    }
    lacks
}

/// The roles and users of an account that the policy of a key names, or tests for: of a pattern, one.
fn named(world: &World<'_>, key: usize, account: &str) -> BTreeSet<String> {
    let key = world.key(key);
    let site = Site { account: account.to_owned(), ..world.site(key.resource).clone() };
    let own = |arn: &String| {
        let fields: Vec<&str> = arn.splitn(6, ':').collect();
        fields.get(4) == Some(&account)
            && fields.get(5).is_some_and(|it| it.starts_with("role/") || it.starts_with("user/"))
    };
    administrator::named(&key.policy, &site).filter(own).collect()
}
