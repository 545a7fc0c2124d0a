//! The id of a key where its ARN is needed: CloudWatch Logs takes nothing else.

use synth::cfn::{Handle, kms, logs};

pub fn under(key: &Handle<kms::Key>, group: &mut logs::LogGroup) {
    group.kms_key_id = Some(key.key_id()); //~ E0308
}
