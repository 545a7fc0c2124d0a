//! Small stacks with a bucket.

use serde_json::{Value, json};

pub(crate) fn sub(text: &str) -> Value {
    json!({ "Fn::Sub": text })
}

/// The ARN of a bucket, or of what lies in it.
pub(crate) fn bucket(name: &str) -> Value {
    sub(&format!("arn:${{AWS::Partition}}:s3:::{name}"))
}

pub(crate) fn ids(statements: &[(String, Value)]) -> Vec<&str> {
    statements.iter().map(|(id, _)| id.as_str()).collect()
}

/// A bucket under a key, with these properties besides, and whatever else is in the file.
pub(crate) fn with(properties: &str, more: &str) -> String {
    format!(
        "
constructs:
  security:
    data: {{ KmsKey: {{}} }}
  storage:
    files: {{ EncryptedBucket: {{ key: security/data, {properties} }} }}
{more}"
    )
}
