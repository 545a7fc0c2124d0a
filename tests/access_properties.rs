//! What holds for IAM's decisions on every request: a deny always wins, an allow that is added never takes access away,
//! order never matters, and what was unknown never turns out to be decided wrongly.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};
use synth::access::{Outcome, Question, decide};

const ACCOUNTS: [&str; 2] = ["111122223333", "444455556666"];
const KEY: &str = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

fn caller() -> impl Strategy<Value = Value> {
    let arns = ACCOUNTS.map(|account| {
        [
            json!(format!("arn:aws:iam::{account}:root")),
            json!(format!("arn:aws:iam::{account}:user/bob")),
            json!(format!("arn:aws:iam::{account}:role/app")),
            json!(format!("arn:aws:sts::{account}:assumed-role/app/session")),
            json!(format!("arn:aws:sts::{account}:federated-user/bob")),
        ]
    });
    let others = [json!("logs.amazonaws.com"), json!({ "type": "Anonymous" })];
    select(arns.into_iter().flatten().chain(others).collect::<Vec<Value>>())
}

fn principal() -> impl Strategy<Value = Value> {
    let all = ACCOUNTS.map(|account| {
        [
            json!({ "AWS": account }),
            json!({ "AWS": format!("arn:aws:iam::{account}:user/bob") }),
            json!({ "AWS": format!("arn:aws:iam::{account}:role/app") }),
            json!({ "AWS": [format!("arn:aws:sts::{account}:assumed-role/app/session"), format!("arn:aws:iam::{account}:root")] }),
        ]
    });
    let others = [json!("*"), json!({ "Service": "logs.amazonaws.com" }), json!({ "AWS": "*" })];
    select(all.into_iter().flatten().chain(others).collect::<Vec<Value>>())
}

fn action() -> impl Strategy<Value = Value> {
    let actions = vec!["kms:Decrypt", "kms:Encrypt", "kms:*", "*", "kms:De*", "s3:GetObject"];
    subsequence(actions, 1..=2).prop_map(|actions| json!(actions))
}

fn resource() -> impl Strategy<Value = Value> {
    select(vec![json!("*"), json!(KEY), json!("arn:aws:kms:*:111122223333:key/*"), json!("arn:aws:s3:::orders/*")])
}

fn condition() -> impl Strategy<Value = Value> {
    let operators = vec![
        "StringEquals",
        "StringNotEquals",
        "StringLike",
        "StringEqualsIfExists",
        "ForAnyValue:StringEquals",
        "ForAllValues:StringNotLike",
        "Null",
    ];
    let values = vec!["one", "two", "o*", "true", "${aws:username}"];
    let test = (select(operators), select(vec!["app:First", "app:Second", "app:Third"]), subsequence(values, 1..=2));
    vec(test, 0..=2).prop_map(|tests| {
        let mut condition = json!({});
        for (operator, key, values) in tests {
            condition[operator][key] = json!(values);
        }
        condition
    })
}

fn context() -> impl Strategy<Value = Value> {
    let value = || prop_oneof![Just(json!("one")), Just(json!("two")), Just(json!(["one", "two"])), Just(Value::Null)];
    (value(), value()).prop_map(|(first, second)| {
        let mut context = json!({});
        for (key, value) in [("app:First", first), ("app:Second", second)] {
            if !value.is_null() {
                context[key] = value;
            }
        }
        context
    })
}

fn statement(effect: &'static str, of_resource: bool) -> BoxedStrategy<Value> {
    let elements = (any::<bool>(), principal(), any::<[bool; 2]>(), action(), resource(), condition());
    let statement = elements.prop_map(
        move |(not_principal, principal, [not_action, not_resource], action, resource, condition)| {
            let mut statement = json!({ "Effect": effect, "Condition": condition });
            statement[if not_action && effect == "Deny" { "NotAction" } else { "Action" }] = action;
            statement[if not_resource { "NotResource" } else { "Resource" }] = resource;
            if of_resource {
                statement[if not_principal && effect == "Deny" { "NotPrincipal" } else { "Principal" }] = principal;
            }
            statement
        },
    );
    statement.boxed()
}

fn policy(of_resource: bool) -> impl Strategy<Value = Value> {
    let any = prop_oneof![4 => statement("Allow", of_resource), 1 => statement("Deny", of_resource)];
    vec(any, 0..4).prop_map(|statements| json!({ "Version": "2012-10-17", "Statement": statements }))
}

fn grant() -> impl Strategy<Value = Value> {
    let grantees =
        vec!["arn:aws:iam::111122223333:role/app", "arn:aws:iam::444455556666:user/bob", "logs.amazonaws.com"];
    (select(grantees), select(vec!["Decrypt", "Encrypt"]))
        .prop_map(|(grantee, operation)| json!({ "grantee": grantee, "operations": [operation] }))
}

prop_compose! {
    fn question()(
        principal in caller(),
        (action, resource) in select(vec![
            ("kms:Decrypt", KEY),
            ("kms:PutKeyPolicy", KEY),
            ("kms:ListKeys", "*"),
            ("s3:GetObject", "arn:aws:s3:::orders/1"),
        ]),
        context in context(),
        identity in vec(policy(false), 0..3),
        resource_policy in policy(true),
        boundaries in proptest::option::weighted(0.2, vec(policy(false), 1..3)),
        session in proptest::option::weighted(0.2, policy(false)),
        scps in proptest::option::weighted(0.2, vec(policy(false), 0..3)),
        grants in vec(grant(), 0..2),
    ) -> Value {
        json!({
            "request": { "action": action, "resource": resource, "resource_account": "111122223333", "principal": principal, "context": context },
            "identity_policies": identity,
            "resource_policy": resource_policy,
            "boundaries": boundaries,
            "session_policy": session,
            "scps": scps.map(|policies| json!([{ "orgIdentifier": "root", "policies": policies }])),
            "grants": grants,
        })
    }
}

fn outcome(question: &Value) -> Outcome {
    let question = Question::parse(question).unwrap_or_else(|found| panic!("{}: {question}", found[0]));
    decide(&question.request, &question.policies).outcome
}

/// How much a decision lets through.
fn access(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Allowed => 2,
        Outcome::Unknown => 1,
        Outcome::ExplicitlyDenied | Outcome::ImplicitlyDenied => 0,
    }
}

fn statements<'q>(question: &'q mut Value, policy: &str) -> &'q mut Vec<Value> {
    question.pointer_mut(policy).and_then(|policy| policy["Statement"].as_array_mut()).expect("a policy has statements")
}

/// Turns every list around.
fn reverse(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.iter_mut().for_each(reverse);
            items.reverse();
        }
        Value::Object(entries) => {
            entries.values_mut().for_each(reverse);
            *entries = std::mem::take(entries).into_iter().rev().collect();
        }
        _ => {}
    }
}

/// The places of what a template can leave open: texts, lists, conditions and statements of policies.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                places(item, &format!("{at}/{index}"), found);
            }
        }
        Value::Object(entries) => {
            for (key, entry) in entries {
                let at = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
                let open = [
                    "Effect",
                    "Action",
                    "NotAction",
                    "Resource",
                    "NotResource",
                    "Principal",
                    "NotPrincipal",
                    "Condition",
                    "AWS",
                    "Service",
                ];
                if open.contains(&key.as_str()) || at.contains("/Condition/") {
                    found.push(at.clone());
                }
                places(entry, &at, found);
            }
            if entries.contains_key("Effect") || entries.contains_key("Statement") {
                found.push(at.to_owned());
            }
        }
        Value::String(_) if at.contains("/Statement/") => found.push(at.to_owned()),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_deny_always_wins(mut question in question()) {
        let deny = json!({ "Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*" });
        statements(&mut question, "/resource_policy").push(deny);
        // Key policies are not asked about what has no key.
        let expected = question["request"]["action"] != "kms:ListKeys";
        let outcome = outcome(&question);
        prop_assert!(!expected || outcome == Outcome::ExplicitlyDenied, "{:?}", outcome);
    }

    #[test]
    fn an_added_allow_never_takes_access_away(
        mut question in question(),
        of_resource in statement("Allow", true),
        of_others in statement("Allow", false),
        grant in grant(),
    ) {
        let mut before = access(outcome(&question));
        for part in ["/resource_policy", "/identity_policies/0", "/boundaries/0", "/session_policy", "/scps/0/policies/0"] {
            if question.pointer(part).is_some_and(Value::is_object) {
                let added = if part == "/resource_policy" { &of_resource } else { &of_others };
                statements(&mut question, part).push(added.clone());
            }
            let after = access(outcome(&question));
            prop_assert!(after >= before, "{}", part);
            before = after;
        }
        question["grants"].as_array_mut().expect("there are grants").push(grant);
        prop_assert!(access(outcome(&question)) >= before);
    }

    #[test]
    fn order_never_matters(question in question()) {
        let mut turned = question.clone();
        reverse(&mut turned);
        prop_assert_eq!(outcome(&turned), outcome(&question));
    }

    #[test]
    fn what_was_unknown_is_never_decided_wrongly(question in question(), picked in vec(any::<prop::sample::Index>(), 1..4)) {
        let mut open = question.clone();
        let mut all = Vec::new();
        places(&question, "", &mut all);
        for index in picked.into_iter().filter(|_| !all.is_empty()) {
            // What is already in something that is open is not there any more.
            if let Some(value) = open.pointer_mut(&all[index.index(all.len())]) {
                *value = json!({ "Ref": "Parameter" });
            }
        }
        let (before, after) = (outcome(&open), outcome(&question));
        prop_assert!(before == Outcome::Unknown || access(before) == access(after), "{:?} became {:?}: {}", before, after, open);
        prop_assert!(before != Outcome::ExplicitlyDenied || after == before);
    }
}
