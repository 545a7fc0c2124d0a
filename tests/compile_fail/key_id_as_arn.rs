//! The id of a key where its ARN is needed: CloudWatch Logs takes nothing else.

use synth::cfn::{Handle, kms, logs};

pub fn under(key: &Handle<kms::Key>) -> logs::LogGroup {
    logs::LogGroup {
        log_group_name: None,
        kms_key_id: Some(key.key_id()), //~ E0308
        retention_in_days: None,
        log_group_class: None,
        deletion_protection_enabled: None,
        tags: Vec::new(),
    }
}
