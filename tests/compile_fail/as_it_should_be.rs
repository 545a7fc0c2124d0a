//! What the other files get wrong, as it should be.

use synth::cfn::dynamodb::AttributeType::S;
use synth::cfn::lambda::Runtime;
use synth::cfn::{Handle, kms, logs};
use synth::constructs::{EncryptedFunction, EncryptedTable, EncryptedTopic, KmsKey};
use synth::name::Bounded;
use synth::program::Stack;

pub fn shop(stack: &mut Stack) {
    let key = stack.add("security/items", KmsKey::default());
    let topic = stack.add("messaging/orders", EncryptedTopic { key: Some(key.clone()), ..EncryptedTopic::default() });
    let table = stack.add("storage/orders", EncryptedTable { key: Some(key.clone()), ..EncryptedTable::new("id", S) });
    let function = EncryptedFunction {
        logs_key: Some(key.clone()),
        memory: Some(Bounded::of::<256>()),
        triggers: vec![topic.clone()],
        grants: [table.grant(["read"])].into(),
        ..EncryptedFunction::new("report.py", Runtime::Python313)
    };
    stack.add("compute/report", function);
    stack.output("Key", key.key_id());
    stack.output("Topic", topic.name());
    stack.output("Stream", table.stream_arn());
}

pub fn under(key: &Handle<kms::Key>, group: &mut logs::LogGroup) {
    group.kms_key_id = Some(key.arn());
}
