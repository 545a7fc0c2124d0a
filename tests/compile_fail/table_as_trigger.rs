//! A table where a topic is needed.

use synth::cfn::dynamodb::AttributeType::S;
use synth::cfn::lambda::Runtime;
use synth::constructs::{EncryptedFunction, EncryptedTable};
use synth::program::Stack;

pub fn shop(stack: &mut Stack) {
    let table = stack.add("storage/orders", EncryptedTable::new("id", S));
    let function = EncryptedFunction {
        triggers: vec![table], //~ E0308
        ..EncryptedFunction::new("report.py", Runtime::Python313)
    };
    stack.add("compute/report", function);
}
