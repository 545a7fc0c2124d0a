//! Variables for programs outside of AWS.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::constructs::OrReference;
use crate::constructs::encrypted_function::Scalar;
use crate::name::text_type;

/// The variables of a stack, by name: texts, and what constructs are called.
pub type EnvFile = IndexMap<EnvName, OrReference<Scalar>>;

/// The name of a variable, as shells read it.
/// <https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html>
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EnvName(Arc<str>);

/// The region, which every file has by itself, and credentials: what is written beside templates is no place for them.
/// <https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html>
const RESERVED: &[&str] = &["AWS_ACCESS_KEY_ID", "AWS_REGION", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

impl EnvName {
    /// The name, if the text is one.
    pub fn new(text: &str) -> Option<Self> {
        let letters = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let form = letters && text.starts_with(|first: char| !first.is_ascii_digit());
        (form && !RESERVED.contains(&text)).then(|| Self(text.into()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_type!(
    EnvName,
    "a name for a variable: letters, digits and `_`, no digit first, and neither `AWS_REGION`, which the file has by itself, nor a credential",
    r"^[A-Za-z_][A-Za-z0-9_]*$"
);
