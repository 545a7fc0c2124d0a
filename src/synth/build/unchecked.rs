//! What users wrote for themselves: resources of any type, and properties in place of a construct's own.

use super::Named;
use crate::cfn::{AnyHandle, KnownType};
use crate::construct::{Cx, Entry, EntryId, Resources, Untagged};
use crate::definition::Overrides;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span, listed};
use crate::name::TagKey;

/// Names all of it, puts properties in the place of others, and looks for tags that are required.
pub(super) fn report(named: &Named<'_>, me: EntryId, cx: &Cx<'_>, out: &mut Resources<'_>, found: &mut Diagnostics) {
    let entry = cx.entry();
    found.extend(as_written(entry, cx, out));
    for (id, over) in &named.beside[me].overrides {
        let Some(handle) = entry.handles.iter().find(|handle| handle.id.logical.as_str() == id.value) else {
            let own = entry.handles.iter().map(|handle| handle.id.logical.as_str());
            let message = format!("`{}` makes no resource `{}`", entry.path, id.value);
            found.push(Diagnostic::error(Code::UnknownReference, id.span, message).nearest(&id.value, own));
            continue;
        };
        found.extend(over.keys().filter_map(|property| fixed(property, handle, id.span, out)));
        let properties: Vec<&str> = over.keys().map(String::as_str).collect();
        let message = format!("`{}` has properties in place of its own: {}", id.value, listed(properties));
        found.push(Diagnostic::note(Code::Unchecked, id.span, message));
        found.take(out.override_properties(&id.value, over, id.span, cx));
    }
    found.extend(out.take_untagged().into_iter().map(|tag| missing_tag(tag, entry, &named.beside[me].overrides)));
}

/// A resource of any type. Of a type that is not known here nobody knows whether it has tags.
fn as_written(entry: &Entry, cx: &Cx<'_>, out: &Resources<'_>) -> Option<Diagnostic> {
    let handle = entry.handles.first().filter(|_| entry.is_raw)?;
    let message = format!("`{}` is a resource as it is written, of type `{}`", entry.path, handle.kind);
    let note = Diagnostic::note(Code::Unchecked, entry.place, message);
    let required = listed(cx.house().required_tags.iter().map(TagKey::as_str));
    let tagged = KnownType::find(&handle.kind).is_some() || out.has_tags(handle);
    Some(match required.is_empty() || tagged {
        true => note,
        false => {
            note.note_line(format!("it has no `Tags`; where its type has any, `required-tags` asks for {required}"))
        }
    })
}

/// Who says what a property is.
#[derive(Clone, Copy)]
enum Says {
    /// A rule.
    Rule(&'static str),
    /// A property of the construct, or what it does by itself.
    Construct(&'static str),
}

/// Properties that keep something from being lost or read, and who says what they are.
const PROTECTION: &[(&str, Says)] = &[
    ("AccessPolicy", Says::Construct("what roles and services may do is granted")),
    ("AssumeRolePolicyDocument", Says::Construct("`assumed-by` of a `Role` says who may assume it")),
    ("BucketEncryption", Says::Construct(KEY)),
    ("DeletionProtection", Says::Rule("deletion-protection")),
    ("DeletionProtectionEnabled", Says::Rule("deletion-protection")),
    ("EnableKeyRotation", Says::Construct("`rotation` of the key says whether it rotates")),
    ("EnableLogFileValidation", Says::Construct(TRAIL)),
    ("IncludeGlobalServiceEvents", Says::Construct(TRAIL)),
    ("IsLogging", Says::Construct(TRAIL)),
    ("IsMultiRegionTrail", Says::Construct(TRAIL)),
    ("KMSKeyId", Says::Construct(KEY)),
    ("KeyPolicy", Says::Construct("`extra-statements` adds to the policy of a key")),
    ("KmsKeyArn", Says::Construct("`environment-key` and `filter-key` of the function name its keys")),
    ("KmsKeyId", Says::Construct(KEY)),
    ("KmsMasterKeyId", Says::Construct(KEY)),
    ("ManagedPolicyArns", Says::Construct("what a role may do is granted")),
    (
        "ObjectLockConfiguration",
        Says::Construct("`object-lock` of the bucket, or the trail's `retention`, locks objects"),
    ),
    ("ObjectLockEnabled", Says::Construct("`object-lock` of the bucket, or the trail's `retention`, locks objects")),
    ("OwnershipControls", Says::Construct(PRIVATE)),
    ("PendingWindowInDays", Says::Rule("key-pending-window")),
    ("PermissionsBoundary", Says::Rule("permissions-boundary")),
    ("PointInTimeRecoverySpecification", Says::Rule("point-in-time-recovery")),
    ("PolicyDocument", Says::Construct("what roles and services may do is granted")),
    ("PublicAccessBlockConfiguration", Says::Construct(PRIVATE)),
    ("Replicas", Says::Construct("`replicas` of the table, and the rules, say what each has")),
    ("ResourcePolicy", Says::Construct("what roles may do is granted")),
    ("RetentionInDays", Says::Rule("log-retention")),
    ("SSESpecification", Says::Construct(KEY)),
    ("SqsManagedSseEnabled", Says::Construct(KEY)),
    ("VersioningConfiguration", Says::Rule("versioning")),
];

const KEY: &str = "the construct's key, and the rule `encryption`, say how it is encrypted";
const PRIVATE: &str = "its buckets are private; a `Resource` of the type `AWS::S3::Bucket` can be another";
const TRAIL: &str = "a record with holes is none; a `Resource` of the type `AWS::CloudTrail::Trail` can be another";

/// A property that nobody can put another value in place of: what others know a resource by, what they need as it is,
/// and what protects data and keys, which is said in one place and compared between environments.
fn fixed(property: &str, handle: &AnyHandle, at: Span, out: &mut Resources<'_>) -> Option<Diagnostic> {
    let says = PROTECTION.iter().find(|(known, _)| *known == property).map(|(_, says)| *says);
    let (relied, hint) = match says {
        _ if out.is_name(property, handle) => {
            ("what others rely on", "`name: …` beside the kind says what it is called".to_owned())
        }
        Some(Says::Rule(rule)) => (
            "what a rule decides",
            format!(
                "`{rule}: …` beside the kind says it; less than the environment asks for takes `unprotected: \"why\"`"
            ),
        ),
        Some(Says::Construct(hint)) => ("what others rely on", hint.to_owned()),
        None => return None,
    };
    let message = format!("`{property}` of `{}` is {relied}, so nothing can stand in its place", handle.id.logical);
    Some(Diagnostic::error(Code::ConflictingProperties, at, message).hint(hint))
}

/// A tag that the rules require of a construct's resources.
fn missing_tag(tag: Untagged<'_>, entry: &Entry, overrides: &Overrides) -> Diagnostic {
    let (key, message) = match tag {
        Untagged::Missing(key) => (key, format!("`{}` has no tag `{key}`, which `required-tags` asks for", entry.path)),
        Untagged::Empty(key) => {
            (key, format!("the tag `{key}` of `{}` is empty, and `required-tags` asks for it", entry.path))
        }
    };
    let as_written = entry.is_raw || overrides.values().any(|over| over.contains_key("Tags"));
    let hint = match as_written {
        true => "its `Tags` are as they are written: the stack's are not among them".to_owned(),
        false => format!("`tags: {{ {key}: … }}` at the top of the file is for all of its constructs"),
    };
    Diagnostic::error(Code::MissingTag, entry.place, message).hint(hint)
}
