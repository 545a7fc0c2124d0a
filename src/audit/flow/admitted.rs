//! Services that the policy of a topic, queue or bucket lets in, and that nothing else in the templates shows.

use super::super::request::{Subject, principal_name};
use super::super::sample;
use super::super::world::World;
use super::bucket::some_object;
use super::finder::{Finder, Under, Use};
use crate::access::{Effect, Outcome, PrincipalKind, Statement, Test, Text, Truth, means_action};
use crate::service::cloudfront::READ;
use crate::service::sns::PUBLISHERS;
use crate::service::sqs::{SENDERS, SNS};
use crate::service::{Caller, KeyAccess, Sender, Source, SourceHolds};

/// What a service is let in for.
struct Cause {
    /// The ARN of its source, as it is tested; nothing where it is not.
    source: Option<String>,
    /// The account of its source, if it is tested.
    account: Option<String>,
}

/// A service that can be let in.
struct Guest {
    access: &'static KeyAccess,
    source: Source,
    /// What it does to the resource.
    verb: &'static str,
}

pub(super) fn find(finder: &mut Finder<'_, '_>) {
    let guest =
        |verb: &'static str| move |sender: &'static Sender| Guest { access: &sender.key, source: sender.source, verb };
    let publishers: Vec<Guest> = PUBLISHERS.iter().map(guest("publishes to")).collect();
    let senders: Vec<Guest> = SENDERS.iter().chain([&SNS]).map(guest("sends to")).collect();
    let Caller::Service(_, Some(distributions)) = &READ.caller else { return };
    let readers = [Guest { access: &READ, source: *distributions, verb: "reads" }];
    let kinds: [(&str, &str, &[Guest]); 3] = [
        ("AWS::SNS::Topic", "sns:Publish", &publishers),
        ("AWS::SQS::Queue", "sqs:SendMessage", &senders),
        ("AWS::S3::Bucket", "s3:GetObject", &readers),
    ];
    for (kind, action, guests) in kinds {
        for resource in finder.encrypted(&[kind]) {
            let found = admitted(finder, resource, action, guests);
            for (by, guest, cause) in found {
                used(finder, resource, by, guest, &cause);
            }
        }
    }
}

/// Who is let in by which resource, with what they act for.
fn admitted<'g>(
    finder: &Finder<'_, '_>,
    resource: usize,
    action: &str,
    guests: &'g [Guest],
) -> Vec<(usize, &'g Guest, Cause)> {
    let mut found = Vec::new();
    for (by, statement) in finder.policies.statements(resource) {
        let means = Truth::any(statement.action.texts.iter().map(|text| means_action(text, action)));
        if statement.effect != Some(Effect::Allow) || statement.action.except || means != Truth::True {
            continue;
        }
        for guest in guests.iter().filter(|guest| names(finder.world, resource, statement, guest)) {
            let account = tested(statement, "aws:SourceAccount").into_iter().next();
            let sources = tested(statement, "aws:SourceArn");
            if sources.is_empty() {
                found.push((by, guest, Cause { source: None, account: account.clone() }));
            }
            let cause = |source| Cause { source: Some(source), account: account.clone() };
            found.extend(sources.into_iter().map(|source| (by, guest, cause(source))));
        }
    }
    found
}

/// Whether a statement is about a service.
fn names(world: &World<'_>, resource: usize, statement: &Statement, guest: &Guest) -> bool {
    let Caller::Service(principal, _) = &guest.access.caller else { return false };
    let name = Text::Known(principal_name(principal, world.site(resource)));
    let Some(principals) = statement.principal.as_ref().filter(|principals| !principals.except) else { return false };
    principals.all.iter().any(|(kind, text)| *kind == PrincipalKind::Service && *text == name)
}

/// The values that a statement tests a key for.
fn tested(statement: &Statement, wanted: &str) -> Vec<String> {
    let tested = statement.condition.iter().filter_map(|test| match test {
        Test::Compare { operator, key, values } if key.eq_ignore_ascii_case(wanted) && !operator.negated => {
            Some(values)
        }
        _ => None,
    });
    let known = tested.flatten().filter_map(|value| match value {
        Text::Known(value) => Some(value.clone()),
        Text::Unknown => None,
    });
    known.collect()
}

fn used(finder: &mut Finder<'_, '_>, resource: usize, by: usize, guest: &Guest, cause: &Cause) {
    let world = finder.world;
    let Caller::Service(principal, _) = &guest.access.caller else { return };
    if finder.serves(principal.name, resource) {
        return;
    }
    let open = cause.source.as_deref().is_none_or(sample::is_pattern);
    let subject = Subject::of(world, resource);
    let mut source = match &cause.source {
        Some(arn) => Subject::named(&sample::filled(arn), &subject.site),
        None => some_source(&guest.source, &subject),
    };
    if let Some(account) = &cause.account {
        source.site.account.clone_from(account);
    }
    let what = format!("`{}.amazonaws.com` {} `{}`", principal.name, guest.verb, finder.id(resource));
    for under in finder.under(resource) {
        let subject = match world.resource(resource).kind() {
            "AWS::S3::Bucket" => some_object(world, &under),
            _ => subject.clone(),
        };
        let usage = Use { what: &what, access: guest.access, subject: &subject };
        if open && lets_some(finder, &under, usage, &source) {
            continue;
        }
        finder.add(&under, world.at(by, ""), usage, Some(&source), None);
    }
}

/// Whether a key lets a service act for some of those that the resource's policy lets it act for, but not for this one:
/// which there are, the templates do not say.
fn lets_some(finder: &Finder<'_, '_>, under: &Under, usage: Use<'_>, source: &Subject) -> bool {
    let any = Subject { arn: Text::Unknown, ..source.clone() };
    let outcome = |source: &Subject| finder.outcome(under, usage, Some(source));
    outcome(source) == Some(Outcome::ImplicitlyDenied) && outcome(&any) == Some(Outcome::Unknown)
}

/// Some source of a service in the account.
fn some_source(from: &Source, of: &Subject) -> Subject {
    let site = &of.site;
    let (region, account) = match from.holds {
        SourceHolds::RegionAndAccount => (site.region.as_str(), site.account.as_str()),
        SourceHolds::Account => ("", site.account.as_str()),
        SourceHolds::Neither => ("", ""),
    };
    let resource = sample::filled(from.resource);
    Subject::named(&format!("arn:{}:{}:{region}:{account}:{resource}", site.partition, from.service), site)
}
