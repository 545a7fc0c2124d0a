//! Tables, and environments in several regions for them.

use serde_json::Value;
use synth::template::Template;

use super::{json, synthesize_all};

/// A role of another account that reads the table and follows its stream.
pub(crate) const FOREIGN: &str = "
  outside:
    auditor:
      ImportedRole:
        arn: arn:aws:iam::444455556666:role/audit/Reader
        grants: { storage/orders: [read, read-stream] }
";

/// Environments in two or more regions.
pub(crate) const REGIONS: &str = "
environments:
  dev: { protection: open, regions: [eu-west-1, eu-central-1, eu-west-2], deployers: [role/deploy] }
  prod:
    protection: locked
    regions: [eu-west-1, eu-central-1]
    break-glass-role: security/BreakGlass
    account: '111122223333'
";

/// All properties of a resource.
pub(crate) fn properties(template: &Template, id: &str) -> Value {
    json(&synth::template::Value::Map(template.resources[id].properties.clone()))
}

/// A table with these properties, and its key.
pub(crate) fn table(properties: &str) -> String {
    format!(
        "
constructs:
  security: {{ data: {{ KmsKey: {{}} }} }}
  storage: {{ orders: {{ EncryptedTable: {{ key: security/data, partition-key: {{ id: S }}, {properties} }} }} }}
"
    )
}

/// A table with a replica, and its keys; `here` and `there` go into the table and the replica.
pub(crate) fn replicated(here: &str, there: &str) -> String {
    format!(
        "
constructs:
  security:
    near: {{ KmsKey: {{}} }}
    far: {{ KmsKey: {{}}, region: eu-central-1 }}
  storage:
    orders:
      EncryptedTable:
        key: security/near
        partition-key: {{ id: S }}
        replicas: {{ eu-central-1: {{ key: security/far@eu-central-1, {there} }} }}
        {here}
"
    )
}

/// The templates of a stack file in the table's region and in the replica's.
pub(crate) fn both(stack: &str, environment: &str) -> (Template, Template) {
    let synthesis = synthesize_all(REGIONS, &[("app.yaml", stack)], environment);
    let [far, near] = <[_; 2]>::try_from(synthesis.stacks).expect("there are two templates");
    assert!(near.primary && !far.primary, "the key of the replica comes first");
    (near.template, far.template)
}
