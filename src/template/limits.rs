//! What CloudFormation, KMS and IAM accept at most.

use super::{Template, Value};

/// The largest sizes that AWS accepts.
#[derive(Debug)]
pub struct Limits {
    /// Resources of a template.
    pub resources: usize,
    /// Outputs of a template.
    pub outputs: usize,
    /// Bytes of a template that lies in a bucket.
    pub body: usize,
    /// Bytes of a template that is sent with the call.
    pub inline_body: usize,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
pub const LIMITS: Limits = Limits { resources: 500, outputs: 200, body: 1_048_576, inline_body: 51_200 };

/// Policies and how long they may be, in bytes of compact JSON: resource type, property, limit.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html>,
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html> (which does not count blanks),
/// <https://docs.aws.amazon.com/general/latest/gr/sns.html>
const POLICIES: &[(&str, &str, usize)] = &[
    ("AWS::KMS::Key", "KeyPolicy", 32_768),
    ("AWS::IAM::ManagedPolicy", "PolicyDocument", 6_144),
    ("AWS::SNS::TopicPolicy", "PolicyDocument", 30_720),
];

impl Template {
    /// The properties whose policy is longer than AWS accepts: logical id, property, bytes, limit. A reference counts
    /// with its text in the template, which is about as long as what it stands for.
    pub fn long_policies(&self) -> Vec<(String, &'static str, usize, usize)> {
        let mut found = Vec::new();
        for (id, resource) in &self.resources {
            for (_, property, limit) in POLICIES.iter().filter(|(kind, ..)| *kind == resource.kind) {
                let bytes = resource.properties.get(property).map_or(0, length);
                if bytes > *limit {
                    found.push((id.clone(), *property, bytes, *limit));
                }
            }
        }
        found
    }
}

/// The bytes of a value as compact JSON, references as the text they substitute into.
fn length(value: &Value) -> usize {
    match value {
        Value::Null => 4,
        Value::Bool(_) => 5,
        Value::Number(number) => number.to_string().len(),
        Value::Text(text) => text.len() + 2,
        Value::Sub(text, _) => text.len() + 2,
        Value::List(items) => items.iter().map(|item| length(item) + 1).sum::<usize>() + 1,
        Value::Map(entries) => entries.iter().map(|(key, value)| key.len() + 4 + length(value)).sum::<usize>() + 1,
        Value::Ref(id) => id.len() + 4,
        Value::GetAtt(id, attribute) => id.len() + attribute.len() + 5,
        Value::Call(_, argument) => length(argument),
    }
}
