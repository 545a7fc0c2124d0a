//! Kinds as they are written, and what is meant by words in their place.

use crate::constructs::{KINDS, Kind};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result as Outcome, Span, listed, nearest};
use crate::document::{Entry, Map, Node};
use crate::name::Path;

/// What others call what a kind makes.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("api", "RestApi"),
    ("bucket", "EncryptedBucket"),
    ("function", "EncryptedFunction"),
    ("key", "KmsKey"),
    ("lambda", "EncryptedFunction"),
    ("loggroup", "EncryptedLogGroup"),
    ("queue", "EncryptedQueue"),
    ("secret", "EncryptedSecret"),
    ("table", "EncryptedTable"),
    ("topic", "EncryptedTopic"),
    ("trail", "AuditTrail"),
];

/// What others put before that.
const SERVICES: &[&str] = &[
    "aws",
    "apigateway",
    "cloudtrail",
    "cognito",
    "dynamodb",
    "iam",
    "kms",
    "lambda",
    "logs",
    "s3",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
];

/// The kind that is meant by a name of something else: `S3Bucket`, `AWS::DynamoDB::Table`.
fn meant(name: &str) -> Option<&'static str> {
    let name = name.replace("::", "").to_lowercase();
    let bare = SERVICES.iter().fold(name.as_str(), |rest, service| {
        rest.strip_prefix(service).filter(|rest| !rest.is_empty()).unwrap_or(rest)
    });
    let other = OTHER_NAMES.iter().find(|(other, _)| *other == bare).map(|(_, kind)| *kind);
    other.or_else(|| KINDS.iter().map(|kind| kind.name).find(|kind| kind.to_lowercase() == bare))
}

/// A kind that is none.
fn unknown(name: &str, at: Span) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::UnknownConstruct, at, format!("no construct is called `{name}`"));
    let is_type = name.contains("::");
    let diagnostic = match meant(name) {
        Some(kind) => diagnostic.hint(format!("did you mean `{kind}`?")),
        None if is_type => diagnostic,
        None => diagnostic.nearest(name, KINDS.iter().map(|kind| kind.name)),
    };
    match is_type {
        true => diagnostic.hint(format!("`Resource: {{ type: {name} }}` makes a resource of that type, as it is")),
        false => diagnostic,
    }
}

/// The kind that belongs to what is called `word`, and stands behind it without being indented.
pub(super) fn unindented<'n>(entries: &'n Map, word: &str) -> Option<&'n str> {
    let (at, _, entry) = entries.get_full(word)?;
    let (next, _) = entries.get_index(at + 1)?;
    (entry.value.is_null() && Kind::find(next).is_some()).then_some(&**next)
}

/// A kind where the name of `what` has to be.
fn misplaced(kind: &str, entries: &Map, what: &str) -> Diagnostic {
    let at = entries[kind].key_span;
    let diagnostic =
        Diagnostic::error(Code::InvalidConstruct, at, format!("`{kind}` is a kind, not a name for {what}"));
    let owner = entries.keys().find(|word| unindented(entries, word) == Some(kind));
    diagnostic.hint(match owner {
        Some(owner) => format!("indent it by two more blanks: it belongs to `{owner}`"),
        None => format!("it stands under a scope and an id: `<scope>: {{ <id>: {{ {kind}: … }} }}`"),
    })
}

/// The entries of a map whose keys are words of a path.
pub(super) fn words<'n>(node: Option<&'n Node>, what: &str, found: &mut Diagnostics) -> Vec<(&'n str, &'n Entry)> {
    let Some(node) = node else { return Vec::new() };
    let Some(entries) = node.as_map() else {
        let message = format!("expected a map with the name of {what} in each key, found {}", node.describe());
        let diagnostic = Diagnostic::error(Code::WrongType, node.span, message);
        found.push(match node.is_null() {
            true => diagnostic.hint("what belongs to it stands below it, indented by two more blanks"),
            false => diagnostic,
        });
        return Vec::new();
    };
    let mut words = Vec::with_capacity(entries.len());
    for (word, entry) in entries {
        if Path::accepts(word) {
            words.push((&**word, entry));
        } else if Kind::find(word).is_some() {
            found.push(misplaced(word, entries, what));
        } else {
            let message = format!("`{word}` is not a name for {what}: small letters, digits and `-`, a letter first");
            found.push(Diagnostic::error(Code::InvalidValue, entry.key_span, message));
        }
    }
    words
}

/// The one key of a construct's map that begins with a capital, as a kind.
pub(super) fn kind<'n>(path: &Path, entry: &Entry, entries: &'n Map) -> Outcome<(&'static Kind, &'n Entry)> {
    let mut kinds = entries.iter().filter(|(key, _)| key.starts_with(|first: char| first.is_ascii_uppercase()));
    let names = || KINDS.iter().map(|kind| kind.name);
    match (kinds.next(), kinds.next()) {
        (Some((name, properties)), None) => {
            Ok((Kind::find(name).ok_or_else(|| unknown(name, properties.key_span))?, properties))
        }
        (None, _) => {
            let message = format!("`{path}` does not say what it is: one of its keys is a kind, such as `KmsKey`");
            let near = entries.iter().find_map(|(key, entry)| Some((entry.key_span, nearest(key, names())?)));
            let (at, hint) = match near {
                Some((at, near)) => (at, format!("did you mean `{near}`?")),
                None => (entry.key_span, format!("the kinds are {}", listed(names()))),
            };
            Err(Diagnostic::error(Code::InvalidConstruct, at, message).hint(hint).into())
        }
        (Some((_, first)), Some((name, second))) => {
            let message = format!("`{path}` has a kind already, so `{name}` cannot be here");
            let diagnostic = Diagnostic::error(Code::InvalidConstruct, second.key_span, message);
            Err(diagnostic.related(first.key_span, "the first kind").into())
        }
    }
}
