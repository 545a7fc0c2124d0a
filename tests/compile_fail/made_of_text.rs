//! References and resources that are made of text: they might refer to nothing.

use synth::cfn::{Handle, kms};
use synth::construct::To;

pub fn key() {
    let _: To<kms::Key> = "security/items".into(); //~ E0277
    let _ = "security/items".parse::<To<kms::Key>>(); //~ E0277
    let _: Handle<kms::Key> = "SecurityItems".into(); //~ E0277
}
