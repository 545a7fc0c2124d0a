//! The conditions of statements, in words.

use super::super::deployment::Site;
use super::called::{Names, open, quoted};
use crate::access::{Comparison, Statement, Test, Text};

/// What pairs of encryption contexts are about.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html>, and the pages of the services' facts.
const SUBJECTS: &[(&str, &str)] = &[
    ("aws:cloudtrail:arn", "for trail"),
    ("aws:dynamodb:subscriberId", "for account"),
    ("aws:dynamodb:tableName", "for table"),
    ("aws:events:event-bus:arn", "for event bus"),
    ("aws:kinesis:arn", "for stream"),
    ("aws:lambda:FunctionArn", "for function"),
    ("aws:logs:arn", "for log group"),
    ("aws:s3:arn", "for data of bucket"),
    ("aws:sns:topicArn", "for topic"),
    ("aws:sqs:arn", "for queue"),
    ("PARAMETER_ARN", "for parameter"),
    ("SecretARN", "for secret"),
];

/// In which order conditions are said, by how they begin.
const ORDER: &[&str] = &["through", "on behalf", "for"];

/// The conditions of a statement, but for those on who calls.
pub(super) fn words(names: &Names<'_, '_>, key: usize, statement: &Statement) -> Vec<String> {
    let of_caller = |test: &&Test| match test {
        Test::Compare { key, operator, .. } => {
            key.eq_ignore_ascii_case("aws:PrincipalArn")
                && operator.set.is_none()
                && operator.comparison != Comparison::Null
        }
        Test::Unknown => false,
    };
    let mut words: Vec<String> =
        statement.condition.iter().filter(|test| !of_caller(test)).map(|test| word(names, key, test)).collect();
    words.sort_by_key(|word| ORDER.iter().position(|start| word.starts_with(start)).unwrap_or(ORDER.len()));
    words
}

fn word(names: &Names<'_, '_>, of: usize, test: &Test) -> String {
    let Test::Compare { operator, key, values } = test else {
        return "what the template leaves open".to_owned();
    };
    let site = names.world.site(of);
    let value = |text: &Text| match text {
        Text::Known(text) if text.starts_with("arn:") => names.arn(text, site),
        Text::Known(text) => quoted(text, site),
        Text::Unknown => "what the template leaves open".to_owned(),
    };
    let plain = || {
        let values: Vec<String> = values.iter().map(value).collect();
        format!("`{}` `{}` {}", open(key, site), operator.word, values.join(" or "))
    };
    if operator.negated || operator.set.is_some() || operator.if_exists || operator.comparison == Comparison::Null {
        return plain();
    }
    let all = |head: &str| {
        let values: Vec<String> = values.iter().map(value).collect();
        format!("{head} {}", values.join(" or "))
    };
    let lower = key.to_ascii_lowercase();
    match lower.as_str() {
        "kms:viaservice" => {
            let services: Vec<String> = values.iter().map(|text| service(text, site)).collect();
            format!("through {}", services.join(" or "))
        }
        "aws:sourcearn" => all("on behalf of"),
        "aws:sourceaccount" => all("on behalf of account"),
        "kms:calleraccount" | "aws:principalaccount" => all("by account"),
        "aws:principalorgid" => all("by organization"),
        "kms:grantisforawsresource" if values == &[Text::Known("true".to_owned())] => {
            "as a grant to a service of AWS".to_owned()
        }
        lower => {
            let pair = lower.strip_prefix("kms:encryptioncontext:");
            let subject = pair.and_then(|pair| SUBJECTS.iter().find(|(known, _)| known.eq_ignore_ascii_case(pair)));
            subject.map_or_else(plain, |(_, words)| all(words))
        }
    }
}

/// A service and its region.
fn service(text: &Text, site: &Site) -> String {
    let Text::Known(text) = text else { return "what the template leaves open".to_owned() };
    let text = open(text, site);
    let name = text.strip_suffix(".amazonaws.com").and_then(|name| name.split_once('.'));
    name.map_or_else(|| format!("`{text}`"), |(service, region)| format!("`{service}` in `{region}`"))
}
