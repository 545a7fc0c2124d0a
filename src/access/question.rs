//! Reading a request and its policies.

use std::sync::Arc;

use serde_json::Value;

use super::context::{Context, Values};
use super::grant::{Constraint, Grant};
use super::parse::Attached;
use super::policy::{Policy, PrincipalKind, Text};
use super::principal::Caller;
use super::request::{Level, Named, Policies, Request};
use super::spot::{Malformed, Spot};

/// A request, and the policies by which it is to be decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The request.
    pub request: Request,
    /// The policies.
    pub policies: Policies,
}

const PARTS: [&str; 10] = [
    "id",
    "request",
    "identity_policies",
    "resource_policy",
    "scps",
    "rcps",
    "boundaries",
    "session_policy",
    "endpoint_policies",
    "grants",
];

impl Question {
    /// Reads `{"request": …, "identity_policies": […], "resource_policy": …, "scps": […], "rcps": […], "boundaries":
    /// […], "session_policy": …, "endpoint_policies": […], "grants": […]}`.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(json: &Value) -> Result<Self, Vec<Malformed>> {
        let mut found = Vec::new();
        let root = Spot::new(json);
        if !json.is_object() {
            return Err(vec![root.expected("a map with a `request`")]);
        }
        root.only(&PARTS, &mut found);
        let request = root.required("request", &mut found).and_then(|spot| request(&spot, &mut found));
        let document = |part: &str, attached, found: &mut Vec<Malformed>| {
            root.get(part).map(|spot| Policy::read(&spot, attached, found))
        };
        let policies = Policies {
            identity: named(root.get("identity_policies"), Attached::Identity, &mut found),
            resource: document("resource_policy", Attached::Resource, &mut found).map(Arc::new),
            scps: levels(root.get("scps"), Attached::Identity, &mut found),
            rcps: levels(root.get("rcps"), Attached::Everybody, &mut found),
            boundaries: named(root.get("boundaries"), Attached::Identity, &mut found),
            session: document("session_policy", Attached::Identity, &mut found),
            endpoint: named(root.get("endpoint_policies"), Attached::Everybody, &mut found),
            grants: elements(root.get("grants"), &mut found).iter().map(|spot| grant(spot, &mut found)).collect(),
        };
        match request {
            Some(request) if found.is_empty() => Ok(Self { request, policies }),
            _ => Err(found),
        }
    }
}

fn elements<'j>(list: Option<Spot<'j>>, found: &mut Vec<Malformed>) -> Vec<Spot<'j>> {
    list.map_or(Vec::new(), |list| list.elements(found))
}

/// A text that has to be there.
fn text(spot: &Spot<'_>, key: &str, found: &mut Vec<Malformed>) -> Option<String> {
    spot.required(key, found)?.string(found).map(str::to_owned)
}

fn request(spot: &Spot<'_>, found: &mut Vec<Malformed>) -> Option<Request> {
    if !spot.json.is_object() {
        found.push(spot.expected("a map"));
        return None;
    }
    spot.only(&["action", "resource", "resource_account", "principal", "context"], found);
    let action = text(spot, "action", found);
    let resource = text(spot, "resource", found);
    let account = match (spot.get("resource_account"), &resource) {
        (Some(account), _) => account.string(found).map(str::to_owned),
        (None, Some(arn)) => {
            let account = arn.split(':').nth(4).filter(|account| !account.is_empty());
            if account.is_none() {
                found.push(spot.wrong("there is no `resource_account`, and the resource does not tell it"));
            }
            account.map(str::to_owned)
        }
        (None, None) => None,
    };
    let principal = spot.required("principal", found).and_then(|principal| caller(&principal, found));
    let context = spot.get("context").map_or(Context::default(), |context| self::context(&context, found));
    Some(Request { action: action?, resource: resource?, resource_account: account?, principal: principal?, context })
}

fn caller(spot: &Spot<'_>, found: &mut Vec<Malformed>) -> Option<Caller> {
    if let Some(text) = spot.json.as_str() {
        let caller = Caller::parse(text);
        if caller.is_none() {
            found.push(spot.expected("the ARN of a principal, the name of a service or `{\"type\": \"Anonymous\"}`"));
        }
        return caller;
    }
    if !spot.json.is_object() {
        found.push(spot.expected("a text or a map with a `type`"));
        return None;
    }
    spot.only(&["type", "id"], found);
    let kind = text(spot, "type", found)?;
    let kind = match kind.as_str() {
        "Anonymous" => return Some(Caller::Anonymous),
        "Federated" => PrincipalKind::Federated,
        "CanonicalUser" => PrincipalKind::CanonicalUser,
        "Service" => PrincipalKind::Service,
        other => {
            let kinds = ["Anonymous", "Federated", "CanonicalUser", "Service"];
            found.push(spot.wrong(super::unknown_word("type of principal", other, &kinds)));
            return None;
        }
    };
    Some(Caller::Outside(kind, text(spot, "id", found)?))
}

fn context(spot: &Spot<'_>, found: &mut Vec<Malformed>) -> Context {
    let mut context = Context::default();
    for (key, value) in spot.entries(found) {
        let values = if value.json.is_array() {
            Values::Many(value.texts(found))
        } else {
            let Some(text) = value.text(found) else { continue };
            Values::One(text)
        };
        context.insert(key, values);
    }
    context
}

/// Policies that may have names; those without are called by their place.
fn named(list: Option<Spot<'_>>, attached: Attached, found: &mut Vec<Malformed>) -> Vec<Named> {
    let all = elements(list, found).into_iter().enumerate();
    let named = |(index, spot): (usize, Spot<'_>)| {
        let Some(policy) = spot.get("policy") else {
            return Named { name: index.to_string(), policy: Policy::read(&spot, attached, found).into() };
        };
        spot.only(&["name", "policy"], found);
        let name = spot.get("name").and_then(|name| name.string(found));
        let name = name.map_or_else(|| index.to_string(), str::to_owned);
        Named { name, policy: Policy::read(&policy, attached, found).into() }
    };
    all.map(named).collect()
}

fn levels(list: Option<Spot<'_>>, attached: Attached, found: &mut Vec<Malformed>) -> Vec<Level> {
    let mut levels = Vec::new();
    for spot in elements(list, found) {
        spot.only(&["orgIdentifier", "policies"], found);
        let name = text(&spot, "orgIdentifier", found).unwrap_or_default();
        levels.push(Level { name, policies: named(spot.get("policies"), attached, found) });
    }
    levels
}

fn grant(spot: &Spot<'_>, found: &mut Vec<Malformed>) -> Grant {
    spot.only(&["grantee", "operations", "constraints"], found);
    let grantee = spot.required("grantee", found).and_then(|grantee| grantee.text(found));
    let operations = spot.get("operations").map_or(Vec::new(), |operations| operations.texts(found));
    let constraints = spot.get("constraints").map_or(Vec::new(), |constraints| self::constraints(&constraints, found));
    Grant { grantee: grantee.unwrap_or(Text::Unknown), operations, constraints }
}

fn constraints(spot: &Spot<'_>, found: &mut Vec<Malformed>) -> Vec<Constraint> {
    if spot.is_function() {
        return vec![Constraint::Unknown];
    }
    let mut constraints = Vec::new();
    for (word, pairs) in spot.entries(found) {
        let constraint = match word {
            "EncryptionContextSubset" => Constraint::EncryptionContextSubset,
            "EncryptionContextEquals" => Constraint::EncryptionContextEquals,
            _ => {
                constraints.push(Constraint::Unknown);
                continue;
            }
        };
        if pairs.is_function() {
            constraints.push(Constraint::Unknown);
            continue;
        }
        let pairs = pairs.entries(found).into_iter();
        let pairs: Vec<(String, Text)> =
            pairs.filter_map(|(key, value)| Some((key.to_owned(), value.text(found)?))).collect();
        constraints.push(constraint(pairs));
    }
    constraints
}
