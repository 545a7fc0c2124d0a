//! Requests that nobody needs, to see whether a condition keeps them out.
//!
//! Each is a request that is needed, but for what one test compares: another service in between, data of another
//! resource, another source, another caller. What AWS itself derives from one another changes together: whoever has
//! another account has another ARN.

use crate::access::{Caller, Comparison, Request, Test, Text, Values};

/// An account that no template speaks of.
const OTHER_ACCOUNT: &str = "999999999999";

/// A region that no template speaks of.
const OTHER_REGION: &str = "xx-other-1";

/// What a service says of the resource that it acts for.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcearn>
const OF_SOURCE: &[&str] =
    &["aws:SourceAccount", "aws:SourceArn", "aws:SourceOrgID", "aws:SourceOrgPaths", "aws:SourceOwner"];

/// What AWS says of the account of the caller.
const OF_ACCOUNT: &[&str] =
    &["aws:PrincipalAccount", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "kms:CallerAccount"];

/// What is the same in every request for one key, whose policy it is that tests it.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html>
const OF_KEY: &[&str] = &[
    "aws:ResourceAccount",
    "aws:ResourceOrgID",
    "aws:ResourceOrgPaths",
    "kms:KeyOrigin",
    "kms:KeySpec",
    "kms:KeyUsage",
    "kms:MultiRegion",
    "kms:MultiRegionKeyType",
    "kms:ResourceAliases",
];

/// The requests that differ from one in what a test compares.
pub(super) fn counters(test: &Test, request: &Request) -> Vec<Request> {
    let Test::Compare { operator, key, values } = test else { return Vec::new() };
    let is_in = |known: &[&str]| known.iter().any(|known| known.eq_ignore_ascii_case(key));
    match () {
        () if is_in(OF_KEY) => Vec::new(),
        () if is_in(OF_SOURCE) => {
            let by_arn = key.eq_ignore_ascii_case("aws:SourceArn");
            let siblings = by_arn.then(|| sibling_sources(request)).into_iter().flatten();
            siblings.chain([foreign_source(request)]).collect()
        }
        () if is_in(OF_ACCOUNT) => foreign_caller(request).into_iter().collect(),
        () if key.eq_ignore_ascii_case("aws:PrincipalArn") => sibling_caller(request).into_iter().collect(),
        () => {
            let given = request.context.get(key).and_then(|given| given.all().first());
            let others = others(operator.comparison, given, values.first()).into_iter().map(Values::one).map(Some);
            others.chain([None]).map(|value| changed(request, &[(key, value)])).collect()
        }
    }
}

/// Values that a test may not expect.
fn others(comparison: Comparison, given: Option<&Text>, wanted: Option<&Text>) -> Vec<String> {
    let texts = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect();
    match comparison {
        Comparison::Bool => texts(&["false", "true"]),
        Comparison::Numeric(_) => texts(&["0", "1000000000"]),
        Comparison::Date(_) => texts(&["1970-01-01T00:00:00Z", "2999-12-31T00:00:00Z"]),
        Comparison::IpAddress => texts(&["203.0.113.7", "2001:db8::7"]),
        Comparison::Binary => texts(&["AA=="]),
        Comparison::Null => texts(&["other"]),
        Comparison::String | Comparison::StringIgnoringCase | Comparison::StringLike | Comparison::Arn => {
            let known = |text: Option<&Text>| match text {
                Some(Text::Known(text)) => Some(text.clone()),
                _ => None,
            };
            let like = known(given).or_else(|| known(wanted)).unwrap_or_default();
            match like.split_once('.') {
                Some((_, rest)) if like.ends_with(".amazonaws.com") => vec![format!("other.{rest}")],
                _ if like.starts_with("arn:") => vec![of_account(&like), format!("{like}-other")],
                _ => vec!["other".to_owned(), format!("{like}-other")],
            }
        }
    }
}

/// The same request with other values for some keys, or without them.
fn changed(request: &Request, changes: &[(&str, Option<Values>)]) -> Request {
    let mut context = request.context.clone();
    for (key, values) in changes {
        match values {
            Some(values) => context.insert(key, values.clone()),
            None => context.remove(key),
        }
    }
    Request { context, ..request.clone() }
}

/// The same for a resource of another account. Names of some resources are free to be taken by another account, so the
/// ARN of such a one stays.
fn foreign_source(request: &Request) -> Request {
    let arn = match request.context.get("aws:SourceArn") {
        Some(Values::One(Text::Known(arn))) => Some(Values::one(of_account(arn))),
        other => other.cloned(),
    };
    let account = Some(Values::one(OTHER_ACCOUNT));
    let changes = [
        ("aws:SourceArn", arn),
        ("aws:SourceAccount", account.clone()),
        ("aws:SourceOwner", account),
        ("aws:SourceOrgID", Some(Values::one("o-other00000"))),
        ("aws:SourceOrgPaths", Some(Values::one("o-other00000/r-other/"))),
    ];
    changed(request, &changes)
}

/// The same for another resource of the account, there and in another region.
fn sibling_sources(request: &Request) -> Vec<Request> {
    let Some(Values::One(Text::Known(arn))) = request.context.get("aws:SourceArn") else { return Vec::new() };
    let arns = [format!("{arn}-other"), with_field(arn, 3, OTHER_REGION)];
    arns.map(|arn| changed(request, &[("aws:SourceArn", Some(Values::one(arn)))])).into()
}

/// The same by somebody of another account and organization.
fn foreign_caller(request: &Request) -> Option<Request> {
    let principal = Caller::parse(&of_account(&request.principal.identity()?.arn))?;
    let changes = [
        ("aws:PrincipalArn", None),
        ("aws:PrincipalAccount", None),
        ("kms:CallerAccount", None),
        ("aws:PrincipalOrgID", Some(Values::one("o-other00000"))),
        ("aws:PrincipalOrgPaths", Some(Values::one("o-other00000/r-other/"))),
    ];
    Some(Request { principal, ..changed(request, &changes) })
}

/// The same by somebody else of the account.
fn sibling_caller(request: &Request) -> Option<Request> {
    let identity = request.principal.identity()?;
    let partition = identity.arn.split(':').nth(1)?;
    let principal = Caller::parse(&format!("arn:{partition}:iam::{}:role/somebody-else", identity.account))?;
    Some(Request { principal, ..changed(request, &[("aws:PrincipalArn", None)]) })
}

/// An ARN of another account; the same where it holds none.
fn of_account(arn: &str) -> String {
    with_field(arn, 4, OTHER_ACCOUNT)
}

/// An ARN with another value in a field that is not empty.
fn with_field<'f>(arn: &'f str, wanted: usize, value: &'f str) -> String {
    let fields = arn.splitn(6, ':').enumerate();
    let other = |(at, field): (usize, &'f str)| if at == wanted && !field.is_empty() { value } else { field };
    fields.map(other).collect::<Vec<_>>().join(":")
}
