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
/// <https://docs.aws.amazon.com/general/latest/gr/sns.html>,
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/add-bucket-policy.html>,
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html>,
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-considerations.html>
const POLICIES: &[(&str, &str, usize)] = &[
    ("AWS::KMS::Key", "KeyPolicy", 32_768),
    ("AWS::KMS::ReplicaKey", "KeyPolicy", 32_768),
    ("AWS::IAM::ManagedPolicy", "PolicyDocument", 6_144),
    ("AWS::SNS::TopicPolicy", "PolicyDocument", 30_720),
    ("AWS::S3::BucketPolicy", "PolicyDocument", 20_480),
    ("AWS::SQS::QueuePolicy", "PolicyDocument", 8_192),
    ("AWS::DynamoDB::Table", "ResourcePolicy", 20_480),
];

impl Template {
    /// The properties whose policy is longer than AWS accepts: logical id, property, bytes, limit. What CloudFormation
    /// puts together counts with the most that it can come to.
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

/// The most bytes that a value has as compact JSON, when CloudFormation has put it together.
fn length(value: &Value) -> usize {
    match value {
        Value::Null => 4,
        Value::Bool(_) => 5,
        Value::Number(number) => number.to_string().len(),
        Value::Text(text) => text.len() + 2,
        Value::Sub(text, variables) => {
            let own = variables.iter().flat_map(|variables| variables.values()).map(length).sum::<usize>();
            let places = PLACES.iter().map(|(name, most)| text.matches(name).count() * most);
            text.len() + places.sum::<usize>() + own + 2
        }
        Value::List(items) => items.iter().map(|item| length(item) + 1).sum::<usize>() + 1,
        Value::Map(entries) => entries.iter().map(|(key, value)| key.len() + 4 + length(value)).sum::<usize>() + 1,
        Value::Ref(_) | Value::GetAtt(..) | Value::Call(..) => KEY_ARN + 2,
    }
}

/// How much longer than its pseudo parameter a value can be: `${AWS::Partition}` is longer than `aws-us-gov`,
/// `${AWS::Region}` is shorter than the longest region.
const PLACES: &[(&str, usize)] = &[("${AWS::Region}", 1)];

/// The bytes of a key's ARN, the longest that is referred to:
/// `arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab`.
const KEY_ARN: usize = 88;
