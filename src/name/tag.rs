//! Tags, as users write them.

use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;

use super::{Refused, Text, text_type};

/// Tags by their key.
pub type Tags = IndexMap<TagKey, Text<256>>;

/// Tags that are written in Rust.
///
/// # Errors
/// If AWS does not accept a key or a value.
///
/// ```
/// # use synth::name::{Refused, tags};
/// let tags = tags([("Team", "support"), ("OffHoursShutdown", "disabled")])?;
/// # Ok::<(), Refused>(())
/// ```
pub fn tags<const N: usize>(tags: [(&str, &str); N]) -> Result<Tags, Refused> {
    tags.into_iter().map(|(key, value)| Ok((key.parse()?, value.parse()?))).collect()
}

/// The key of a tag: 1 to 128 characters, of which `aws:` is never the beginning.
/// <https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html#tag-conventions>
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TagKey(Arc<str>);

impl TagKey {
    /// The key, if the text is one.
    pub fn new(text: &str) -> Option<Self> {
        let form = (1..=128).contains(&text.chars().count()) && !text.trim().is_empty();
        (form && !text.to_ascii_lowercase().starts_with("aws:")).then(|| Self(text.into()))
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TagKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

text_type!(TagKey, "the key of a tag: 1 to 128 characters, not beginning with `aws:`", r"^.{1,128}$");
