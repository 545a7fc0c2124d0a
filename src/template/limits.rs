//! What CloudFormation, KMS and IAM accept at most.

use super::{Template, Value};
use crate::name::Region;

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

/// Lists and how long they may be: the property, with those within it behind dots, and the limit. What a resource is
/// tagged with is limited alike by all services.
/// <https://docs.aws.amazon.com/tag-editor/latest/userguide/reference.html>,
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleConfiguration.html>
const LISTS: &[(&str, usize)] =
    &[("Tags", 50), ("UserPoolTags", 50), ("Replicas.Tags", 50), ("LifecycleConfiguration.Rules", 1_000)];

/// Policies and how long they may be, in bytes of compact JSON: resource type, property, with those within it behind
/// dots, and limit.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html>,
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html> (which does not count blanks),
/// <https://docs.aws.amazon.com/general/latest/gr/sns.html>,
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/add-bucket-policy.html>,
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html>,
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-considerations.html>
const POLICIES: &[(&str, &str, usize)] = &[
    ("AWS::KMS::Key", "KeyPolicy", 32_768),
    ("AWS::KMS::ReplicaKey", "KeyPolicy", 32_768),
    ("AWS::IAM::ManagedPolicy", "PolicyDocument", 6_144),
    ("AWS::IAM::Role", "AssumeRolePolicyDocument", 4_096),
    ("AWS::SNS::TopicPolicy", "PolicyDocument", 30_720),
    ("AWS::S3::BucketPolicy", "PolicyDocument", 20_480),
    ("AWS::SQS::QueuePolicy", "PolicyDocument", 8_192),
    ("AWS::DynamoDB::Table", "ResourcePolicy", 20_480),
    ("AWS::DynamoDB::Table", "StreamSpecification.ResourcePolicy", 20_480),
    ("AWS::DynamoDB::GlobalTable", "Replicas.ResourcePolicy", 20_480),
    ("AWS::DynamoDB::GlobalTable", "Replicas.ReplicaStreamSpecification.ResourcePolicy", 20_480),
];

/// How long they may be in an account for which AWS has not raised that.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length>
const UNLESS_RAISED: &[(&str, &str, usize)] = &[("AWS::IAM::Role", "AssumeRolePolicyDocument", 2_048)];

/// A property that is larger than AWS accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooLarge {
    /// The logical id of its resource.
    pub id: String,
    /// The property, with those within it behind dots.
    pub property: &'static str,
    /// How large it is.
    pub size: usize,
    /// How large it may be.
    pub most: usize,
    /// What of it is counted.
    pub counted: Counted,
}

/// What of a property is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// The entries of a list or map.
    Entries,
    /// The bytes of a policy.
    Bytes,
    /// The bytes of a policy, of which AWS accepts more on request.
    BytesUnlessRaised,
}

impl Template {
    /// The properties that are larger than AWS accepts. What CloudFormation puts together counts with the most that it
    /// can come to.
    pub fn too_large(&self) -> Vec<TooLarge> {
        let mut found = Vec::new();
        for (id, resource) in &self.resources {
            let mut check = |property: &'static str, measure: fn(&Value) -> usize, most: usize, counted: Counted| {
                let values = within(resource.properties.iter(), property);
                let size = values.into_iter().map(measure).max().unwrap_or(0);
                if size > most {
                    found.push(TooLarge { id: id.clone(), property, size, most, counted });
                }
            };
            for (property, most) in LISTS {
                check(property, entries, *most, Counted::Entries);
            }
            for (_, property, most) in POLICIES.iter().filter(|(kind, ..)| *kind == resource.kind) {
                check(property, length, *most, Counted::Bytes);
            }
            for (_, property, most) in UNLESS_RAISED.iter().filter(|(kind, ..)| *kind == resource.kind) {
                check(property, length, *most, Counted::BytesUnlessRaised);
            }
        }
        found
    }
}

/// The values of a property, which is within others: one for each entry of the lists on the way.
fn within<'v>(properties: impl Iterator<Item = (&'v str, &'v Value)>, path: &str) -> Vec<&'v Value> {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let values = properties.filter(|(known, _)| *known == name).map(|(_, value)| value);
    let Some(rest) = rest else { return values.collect() };
    let maps = values.flat_map(|value| match value {
        Value::List(items) => items.iter().collect(),
        other => vec![other],
    });
    let maps = maps.filter_map(|value| match value {
        Value::Map(map) => Some(map),
        _ => None,
    });
    maps.flat_map(|map| within(map.iter(), rest)).collect()
}

/// How many entries a list or map has.
fn entries(value: &Value) -> usize {
    match value {
        Value::List(items) => items.len(),
        Value::Map(entries) => entries.iter().len(),
        _ => 0,
    }
}

/// The most bytes that a value has as compact JSON, when CloudFormation has put it together.
fn length(value: &Value) -> usize {
    match value {
        Value::Null => 4,
        Value::Bool(_) => 5,
        Value::Number(number) => number.to_string().len(),
        Value::Text(text) => text.len() + 2,
        Value::Sub(text, variables) => {
            let own = variables.iter().flat_map(|variables| variables.values()).map(length).sum::<usize>();
            let written = text.len() + own + 2;
            PLACES.iter().fold(written, |length, (name, most)| {
                let count = text.matches(&format!("${{{name}}}")).count();
                length + count * most - count * (name.len() + 3)
            })
        }
        Value::List(items) => items.iter().map(|item| length(item) + 1).sum::<usize>() + 1,
        Value::Map(entries) => entries.iter().map(|(key, value)| key.len() + 4 + length(value)).sum::<usize>() + 1,
        Value::Ref(name) if name.starts_with("AWS::") => {
            PLACES.iter().find(|(known, _)| known == name).map_or(KEY_ARN, |(_, most)| *most) + 2
        }
        Value::Ref(_) | Value::GetAtt(..) | Value::Call(..) => KEY_ARN + 2,
    }
}

/// The most bytes of pseudo parameters: the longest region, `aws-us-gov`, an account's number, `amazonaws.com.cn`.
const PLACES: &[(&str, usize)] =
    &[("AWS::Region", Region::LONGEST), ("AWS::Partition", 10), ("AWS::AccountId", 12), ("AWS::URLSuffix", 16)];

/// The bytes of a key's ARN, the longest that is referred to:
/// `arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab`.
const KEY_ARN: usize = 88;
