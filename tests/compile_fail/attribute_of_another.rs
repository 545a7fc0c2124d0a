//! Attributes that constructs do not have.

use synth::constructs::{EncryptedTopic, KmsKey};
use synth::program::Stack;

pub fn shop(stack: &mut Stack) {
    let key = stack.add("security/items", KmsKey::default());
    let topic = stack.add("messaging/orders", EncryptedTopic::default());
    stack.output("Key", topic.key_id()); //~ E0599
    stack.output("Name", key.name()); //~ E0599
    stack.output("Stream", topic.stream_arn()); //~ E0599
}
