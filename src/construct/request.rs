//! What others have to allow: policies of resources and roles that exist outside of these stacks.

use serde_json::Value as Json;

use super::model::Entry;
use crate::cfn::Pseudo;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::name::{Path, Target};
use crate::template::Value;

/// Statements that the owner of something outside of these stacks adds to one of its policies.
#[derive(Clone, Debug)]
pub struct Request {
    /// The construct that asks for them.
    pub path: Path,
    /// Where its name is written.
    pub place: Span,
    /// What tells it apart from others of the same construct: nothing where a construct asks once.
    pub part: String,
    /// Whose policy, and which: `the key policy of arn:aws:kms:…`.
    pub policy: String,
    /// The statements as a policy document, with `${…}` for what only CloudFormation knows.
    pub document: Json,
}

impl Request {
    /// A request of a construct in a stack at `at`; `document` is the lowered policy.
    pub(super) fn new(entry: &Entry, at: &Target, part: String, policy: &str, document: &Value) -> Self {
        let document = known(document.plain(), at);
        Self { path: entry.path.clone(), place: entry.place, part, policy: policy.to_owned(), document }
    }

    /// The request as users read it: each statement on a line.
    pub fn note(&self) -> Diagnostic {
        let message = format!("`{}` takes statements that are not ours to add, in {}", self.path, self.policy);
        let statements = self.document["Statement"].as_array().into_iter().flatten();
        let note = Diagnostic::note(Code::OutsidePolicy, self.place, message);
        statements.fold(note, |note, statement| note.note_line(statement.to_string()))
    }
}

/// A document with what is known of the place that its pseudo parameters speak of.
fn known(document: Json, at: &Target) -> Json {
    let fill = |text: String| {
        let Some(region) = &at.region else { return text };
        let partition = region.partition();
        [
            (Pseudo::Region, region.as_str()),
            (Pseudo::Partition, partition.name()),
            (Pseudo::UrlSuffix, partition.url_suffix()),
        ]
        .into_iter()
        .fold(text, |text, (pseudo, value)| text.replace(&format!("${{{}}}", pseudo.name()), value))
    };
    match document {
        Json::String(text) => Json::String(fill(text)),
        Json::Array(items) => items.into_iter().map(|item| known(item, at)).collect(),
        Json::Object(entries) => entries.into_iter().map(|(key, value)| (key, known(value, at))).collect(),
        other => other,
    }
}
