//! Reading policy documents.

use serde_json::Value;

use super::operator::Operator;
use super::policy::{Effect, Listed, Policy, PrincipalKind, Principals, Statement, Test, Text, Version};
use super::spot::{Malformed, Spot};

/// What a policy is attached to, which decides whether its statements name principals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attached {
    /// An identity, a session or an account: its statements are about whoever that is.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
    Identity,
    /// A resource: each statement says whom it is about.
    Resource,
    /// A VPC endpoint, or the resources of an account: a statement without principal is about everybody.
    Everybody,
}

impl Policy {
    /// Reads a document. Where CloudFormation's functions stand in place of texts, lists or statements, these are
    /// unknown.
    ///
    /// # Errors
    /// Everything in it that IAM would refuse to read.
    pub fn parse(json: &Value, attached: Attached) -> Result<Self, Vec<Malformed>> {
        let mut found = Vec::new();
        let policy = Self::read(&Spot::new(json), attached, &mut found);
        if found.is_empty() { Ok(policy) } else { Err(found) }
    }

    pub(super) fn read(document: &Spot<'_>, attached: Attached, found: &mut Vec<Malformed>) -> Self {
        if document.is_function() {
            return Self { version: Version::Unknown, statements: vec![unknown(attached)] };
        }
        if !document.json.is_object() {
            found.push(document.expected("a policy document"));
            return Self { version: Version::Unknown, statements: Vec::new() };
        }
        document.only(&["Version", "Id", "Statement"], found);
        let version = document.get("Version").map_or(Version::V2008, |version| match version.text(found) {
            Some(Text::Known(text)) if text == "2012-10-17" => Version::V2012,
            Some(Text::Known(text)) if text == "2008-10-17" => Version::V2008,
            Some(Text::Known(_)) => {
                found.push(version.expected("`2012-10-17` or `2008-10-17`"));
                Version::Unknown
            }
            Some(Text::Unknown) | None => Version::Unknown,
        });
        let statements = document.required("Statement", found).map(|statements| statements.one_or_many(found));
        let statements = statements.into_iter().flatten().map(|one| statement(&one, attached, found)).collect();
        Self { version, statements }
    }
}

fn unknown(attached: Attached) -> Statement {
    Statement::unknown(attached != Attached::Identity)
}

const ELEMENTS: [&str; 9] =
    ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];

fn statement(spot: &Spot<'_>, attached: Attached, found: &mut Vec<Malformed>) -> Statement {
    if spot.is_function() {
        return unknown(attached);
    }
    if !spot.json.is_object() {
        found.push(spot.expected("a statement"));
        return unknown(attached);
    }
    spot.only(&ELEMENTS, found);
    let effect = match spot.get("Effect").map(|effect| (effect.text(found), effect)) {
        Some((Some(Text::Known(word)), effect)) => match word.as_str() {
            "Allow" => Some(Effect::Allow),
            "Deny" => Some(Effect::Deny),
            _ => {
                found.push(effect.expected("`Allow` or `Deny`"));
                None
            }
        },
        Some(_) => None,
        None => {
            found.push(spot.wrong("a statement has an `Effect`"));
            None
        }
    };
    let principal = either(spot, "Principal", found).map(|(except, spot)| principals(except, &spot, found));
    match (attached, &principal) {
        (Attached::Identity, Some(_)) => {
            found.push(spot.wrong("a statement of this policy is about whoever has it, so it has no principal"));
        }
        (Attached::Resource, None) => found.push(spot.wrong("a statement of a resource policy has a `Principal`")),
        _ => {}
    }
    let action = listed(spot, "Action", found).unwrap_or_else(|| {
        found.push(spot.wrong("a statement has an `Action` or `NotAction`"));
        Listed::unknown()
    });
    let resource = listed(spot, "Resource", found);
    if resource.is_none() && attached == Attached::Identity {
        found.push(spot.wrong("a statement of this policy has a `Resource` or `NotResource`"));
    }
    let sid = spot.get("Sid").and_then(|sid| match sid.text(found) {
        Some(Text::Known(sid)) => Some(sid),
        _ => None,
    });
    let condition = spot.get("Condition").map_or(Vec::new(), |condition| tests(&condition, found));
    Statement { sid, effect, principal, action, resource, condition }
}

/// An element or its opposite, of which a statement has one.
fn either<'j>(spot: &Spot<'j>, element: &str, found: &mut Vec<Malformed>) -> Option<(bool, Spot<'j>)> {
    let opposite = format!("Not{element}");
    let (one, other) = (spot.get(element), spot.get(&opposite));
    if let (Some(_), Some(both)) = (&one, &other) {
        found.push(both.wrong(format!("a statement has `{element}` or `{opposite}`, not both")));
    }
    one.map(|one| (false, one)).or(other.map(|other| (true, other)))
}

fn listed(spot: &Spot<'_>, element: &str, found: &mut Vec<Malformed>) -> Option<Listed> {
    either(spot, element, found).map(|(except, list)| Listed { except, texts: list.texts(found) })
}

fn principals(except: bool, spot: &Spot<'_>, found: &mut Vec<Malformed>) -> Principals {
    if spot.is_function() {
        return Principals { except, all: vec![(PrincipalKind::Aws, Text::Unknown)] };
    }
    if let Some(text) = spot.json.as_str() {
        if text != "*" {
            found.push(spot.expected("`*` or a map of principals"));
        }
        return Principals { except, all: vec![(PrincipalKind::Aws, Text::Known("*".to_owned()))] };
    }
    let mut all = Vec::new();
    for (key, names) in spot.entries(found) {
        let kind = match key {
            "AWS" => PrincipalKind::Aws,
            "Service" => PrincipalKind::Service,
            "Federated" => PrincipalKind::Federated,
            "CanonicalUser" => PrincipalKind::CanonicalUser,
            _ => {
                let kinds = ["AWS", "Service", "Federated", "CanonicalUser"];
                found.push(names.wrong(super::unknown_word("kind of principal", key, &kinds)));
                continue;
            }
        };
        all.extend(names.texts(found).into_iter().map(|name| (kind, name)));
    }
    Principals { except, all }
}

fn tests(spot: &Spot<'_>, found: &mut Vec<Malformed>) -> Vec<Test> {
    if spot.is_function() {
        return vec![Test::Unknown];
    }
    let mut tests = Vec::new();
    for (word, keys) in spot.entries(found) {
        let Some(operator) = Operator::parse(word) else {
            found.push(keys.wrong(super::unknown_word("condition operator", word, &Operator::words())));
            continue;
        };
        if keys.is_function() {
            tests.push(Test::Unknown);
            continue;
        }
        for (key, values) in keys.entries(found) {
            tests.push(Test::Compare { operator: operator.clone(), key: key.to_owned(), values: values.texts(found) });
        }
    }
    tests
}
