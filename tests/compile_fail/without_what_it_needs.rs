//! Constructs without what they cannot do without, and numbers that nobody has checked.

use synth::cfn::lambda::Runtime;
use synth::constructs::{EncryptedFunction, EncryptedTable};

pub fn table() -> EncryptedTable {
    EncryptedTable { ttl: None, ..EncryptedTable::default() } //~ E0599
}

pub fn function() -> EncryptedFunction {
    EncryptedFunction {
        memory: Some(64), //~ E0308
        ..EncryptedFunction::new("report.py", Runtime::Python313)
    }
}
