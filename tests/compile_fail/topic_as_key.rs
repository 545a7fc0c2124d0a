//! A topic, and any construct at all, where a key is needed.

use synth::cfn::dynamodb::AttributeType::S;
use synth::constructs::{EncryptedTable, EncryptedTopic, KmsKey};
use synth::program::Stack;

pub fn shop(stack: &mut Stack) {
    let key = stack.add("security/items", KmsKey::default());
    let topic = stack.add("messaging/orders", EncryptedTopic::default());
    stack.add("storage/orders", EncryptedTable { key: Some(topic), ..EncryptedTable::new("id", S) }); //~ E0308
    stack.add("storage/visits", EncryptedTable { key: Some(key.any()), ..EncryptedTable::new("id", S) }); //~ E0308
}
