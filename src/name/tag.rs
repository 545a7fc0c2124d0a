//! Tags, as users write them.

use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;

use super::{Refused, text_type};

/// Tags by their key.
pub type Tags = IndexMap<TagKey, TagValue>;

/// Whether a key or value may have this character. All services accept these.
/// <https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html#tag-conventions>
fn accepted(c: char) -> bool {
    c.is_alphanumeric() || c.is_whitespace() && !c.is_control() || "_.:/=+-@".contains(c)
}

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

/// The key of a tag: 1 to 128 letters, digits, spaces and some signs, of which `aws:` is never the beginning.
/// <https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html#tag-conventions>
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TagKey(Arc<str>);

impl TagKey {
    /// The key, if the text is one.
    pub fn new(text: &str) -> Option<Self> {
        let form = (1..=128).contains(&text.chars().count()) && !text.trim().is_empty();
        let own = !text.to_ascii_lowercase().starts_with("aws:");
        (form && own && text.chars().all(accepted)).then(|| Self(text.into()))
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

text_type!(
    TagKey,
    "the key of a tag: 1 to 128 letters, digits, spaces or one of `_.:/=+-@`, not beginning with `aws:`",
    // What it excludes is written out: not every reader of JSON Schema knows classes of letters.
    r##"^[^\x00-\x1f!"#$%&'()*,;<>?\[\\\]^`{|}~\x7f]{1,128}$"##
);

/// The value of a tag: up to 256 letters, digits, spaces and some signs.
/// <https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html#tag-conventions>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagValue(Arc<str>);

impl TagValue {
    /// The value, if the text is one.
    pub fn new(text: &str) -> Option<Self> {
        (text.chars().count() <= 256 && text.chars().all(accepted)).then(|| Self(text.into()))
    }

    /// The value as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_type!(
    TagValue,
    "the value of a tag: at most 256 letters, digits, spaces or one of `_.:/=+-@`",
    r##"^[^\x00-\x1f!"#$%&'()*,;<>?\[\\\]^`{|}~\x7f]{0,256}$"##
);
