//! What others have to allow: policies of resources and roles that exist outside of these stacks.

use serde_json::Value as Json;

use super::cx::Cx;
use super::outputs::Lookup;
use crate::cfn::Pseudo;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::name::{AccountId, Partition, Path, Region, Target};
use crate::template::Value;

/// Statements that the owner of something outside of these stacks adds to one of its policies.
#[derive(Clone, Debug)]
pub struct Request {
    /// The construct that asks for them.
    pub path: Path,
    /// Where its name is written.
    pub place: Span,
    /// Its region, where that is not the environment's first.
    pub region: Option<Region>,
    /// What tells it apart from others of the same construct: nothing where a construct asks once.
    pub part: String,
    /// Whose policy, and which: `the key policy of arn:aws:kms:…`.
    pub policy: String,
    /// The statements as a policy document, with `${…}` for what is known only at deployment: pseudo parameters, and
    /// `${stack:output}` for what AWS numbers.
    pub document: Json,
    /// What of it stacks outside of these show.
    pub lookups: Vec<Lookup>,
}

impl Request {
    /// A request of a construct; `document` is the lowered policy, and `lookups` what stacks outside of
    /// these show of it.
    pub(super) fn new(cx: &Cx<'_>, part: String, policy: &str, document: &Value, lookups: Vec<Lookup>) -> Self {
        let (entry, at) = (cx.entry(), cx.target());
        let primary = cx.model.instances[entry.instance.0 as usize].primary;
        Self {
            path: entry.path.clone(),
            place: entry.place,
            region: at.region.clone().filter(|_| !primary),
            part,
            policy: policy.to_owned(),
            document: known(document.plain(), at),
            lookups,
        }
    }

    /// The request as users read it: each statement on a line.
    pub fn note(&self) -> Diagnostic {
        let region = self.region.as_ref().map_or(String::new(), |region| format!(" in `{region}`"));
        let message = format!("`{}`{region} takes statements that are not ours to add, in {}", self.path, self.policy);
        let statements = self.document["Statement"].as_array().into_iter().flatten();
        let note = Diagnostic::note(Code::OutsidePolicy, self.place, message);
        statements.fold(note, |note, statement| note.note_line(statement.to_string()))
    }

    /// Whether something in it is known only at deployment.
    pub fn is_open(&self) -> bool {
        self.document.to_string().contains("${")
    }
}

/// A document with what is known of the place that its pseudo parameters speak of.
fn known(document: Json, at: &Target) -> Json {
    let fill = |text: String| {
        let (region, partition) = (at.region.as_ref(), at.partition());
        [
            (Pseudo::AccountId, at.account.as_ref().map(AccountId::as_str)),
            (Pseudo::Region, region.map(Region::as_str)),
            (Pseudo::Partition, partition.map(Partition::name)),
            (Pseudo::UrlSuffix, partition.map(Partition::url_suffix)),
        ]
        .into_iter()
        .filter_map(|(pseudo, value)| Some((pseudo, value?)))
        .fold(text, |text, (pseudo, value)| text.replace(&format!("${{{}}}", pseudo.name()), value))
    };
    match document {
        Json::String(text) => Json::String(fill(text)),
        Json::Array(items) => items.into_iter().map(|item| known(item, at)).collect(),
        Json::Object(entries) => entries.into_iter().map(|(key, value)| (key, known(value, at))).collect(),
        other => other,
    }
}
