//! What becomes of objects with time.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::cfn::s3::{self, ArchiveClass};
use crate::constructs::private_bucket::Days;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::document::Spanned;
use crate::name::{Bounded, Word};

/// What becomes of objects with time.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LifecycleRule {
    /// How the keys of the objects begin, by default any.
    pub prefix: Option<String>,
    /// Tags that the objects have.
    #[serde(default)]
    pub tags: IndexMap<String, String>,
    /// Bytes that the objects have more than.
    pub larger_than: Option<u64>,
    /// Bytes that the objects have less than.
    pub smaller_than: Option<Spanned<u64>>,
    /// Days after which objects move to a storage class, as `{ standard-ia: 30, glacier: 90 }`: `standard-ia`,
    /// `intelligent-tiering`, `onezone-ia`, `glacier-ir`, `glacier` or `deep-archive`.
    #[serde(default)]
    pub transitions: Transitions,
    /// Days after which objects go. Where versions are kept, they become noncurrent then.
    pub expire: Option<Spanned<Days>>,
    /// Whether markers of deleted objects go when they are all that is left of an object.
    #[serde(default)]
    pub expired_delete_markers: Option<Spanned<bool>>,
    /// What becomes of noncurrent versions: those of objects that were overwritten or deleted.
    pub noncurrent: Option<Noncurrent>,
}

/// Storage classes, with the days after which objects move to them.
pub type Transitions = IndexMap<Spanned<ArchiveClass>, Bounded<0, 2_147_483_647>>;

/// What becomes of noncurrent versions.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Noncurrent {
    /// Days after which they move to a storage class, once they are noncurrent.
    #[serde(default)]
    pub transitions: Transitions,
    /// Days after which they go, once they are noncurrent.
    pub expire: Option<Spanned<Days>>,
    /// How many of the newest noncurrent versions neither move nor go, 1 to 100.
    pub keep: Option<Bounded<1, 100>>,
}

/// Tags as S3 filters by them; none where there are none.
pub(super) fn tag_filters(tags: &IndexMap<String, String>) -> Option<Vec<s3::TagFilter>> {
    let filter = |(key, value): (&String, &String)| s3::TagFilter { key: key.clone(), value: value.clone() };
    (!tags.is_empty()).then(|| tags.iter().map(filter).collect())
}

impl LifecycleRule {
    pub(super) fn lower(&self, id: &Word) -> s3::Rule {
        let transition = |(class, days): (&Spanned<ArchiveClass>, &Bounded<0, 2_147_483_647>)| s3::Transition {
            storage_class: class.value,
            transition_in_days: days.get(),
        };
        let transitions: Vec<_> = self.transitions.iter().map(transition).collect();
        let keep = self.noncurrent.as_ref().and_then(|older| older.keep).map(Bounded::get);
        let older = self.noncurrent.iter().flat_map(|older| &older.transitions);
        let older = older.map(|(class, days)| s3::NoncurrentVersionTransition {
            storage_class: class.value,
            transition_in_days: days.get(),
            newer_noncurrent_versions: keep,
        });
        let older: Vec<_> = older.collect();
        let expire = self.noncurrent.as_ref().and_then(|older| older.expire.as_ref());
        s3::Rule {
            id: id.as_str().to_owned(),
            prefix: self.prefix.clone(),
            tag_filters: tag_filters(&self.tags),
            object_size_greater_than: self.larger_than.map(|bytes| bytes.to_string()),
            object_size_less_than: self.smaller_than.as_ref().map(|bytes| bytes.value.to_string()),
            transitions: (!transitions.is_empty()).then_some(transitions),
            expiration_in_days: self.expire.as_ref().map(|days| days.value.get()),
            expired_object_delete_marker: self.removes_markers().then_some(true),
            noncurrent_version_transitions: (!older.is_empty()).then_some(older),
            noncurrent_version_expiration: expire.map(|days| s3::NoncurrentVersionExpiration {
                noncurrent_days: days.value.get(),
                newer_noncurrent_versions: keep,
            }),
            ..s3::Rule::default()
        }
    }

    fn removes_markers(&self) -> bool {
        self.expired_delete_markers.as_ref().is_some_and(|on| on.value)
    }

    /// What S3 refuses.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html>
    pub(super) fn check(&self, at: Span, found: &mut Diagnostics) {
        let older = self.noncurrent.as_ref();
        check_times(&self.transitions, self.expire.as_ref(), found);
        if let Some(older) = older {
            check_times(&older.transitions, older.expire.as_ref(), found);
        }
        let idle = |older: &Noncurrent| older.transitions.is_empty() && older.expire.is_none();
        if self.transitions.is_empty() && self.expire.is_none() && !self.removes_markers() && older.is_none_or(idle) {
            let message = "this rule does nothing: it needs `transitions`, `expire` or `noncurrent` with one of them";
            found.push(Diagnostic::error(Code::InvalidValue, at, message));
        }
        if let Some(smaller) = &self.smaller_than
            && self.larger_than.is_some_and(|larger| larger >= smaller.value)
        {
            let message = "no object is smaller than this and larger than `larger-than`";
            found.push(Diagnostic::error(Code::ConflictingProperties, smaller.span, message));
        }
        if let Some(markers) = self.expired_delete_markers.as_ref().filter(|markers| markers.value) {
            let mut conflict = |message: &str, other: Option<Span>| {
                let diagnostic = Diagnostic::error(Code::ConflictingProperties, markers.span, message);
                found.push(other.into_iter().fold(diagnostic, |all, span| all.related(span, "`expire`")));
            };
            if let Some(expire) = &self.expire {
                conflict("a rule with `expire` removes these markers anyway", Some(expire.span));
            }
            if !self.tags.is_empty() {
                conflict("a marker has no tags, so a rule for tagged objects finds none", None);
            }
        }
    }
}

/// The fewest days in which an object can be where it comes from, or in an infrequent-access class.
const SOJOURN: u32 = 30;

/// Objects move away from where they are read, one class after the other, and go at last.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html>
fn check_times(transitions: &Transitions, expire: Option<&Spanned<Days>>, found: &mut Diagnostics) {
    use ArchiveClass::{DeepArchive, Glacier, GlacierIr, OnezoneIa, StandardIa};
    let error = |at: Span, message: String| Diagnostic::error(Code::ConflictingProperties, at, message);
    let mut moves: Vec<(ArchiveClass, u32, Span)> =
        transitions.iter().map(|(class, days)| (class.value, days.get(), class.span)).collect();
    moves.sort_unstable();
    for (class, days, at) in &moves {
        if matches!(class, StandardIa | OnezoneIa) && *days < SOJOURN {
            let message = format!("objects move to this class after {SOJOURN} days at the earliest, not after {days}");
            found.push(error(*at, message));
        }
        if let Some(expire) = expire.filter(|expire| expire.value.get() <= *days) {
            let message = format!("objects go after {} days, before they move", expire.value.get());
            found.push(error(expire.span, message).related(*at, format!("after {days} days")));
        }
    }
    for pair in moves.windows(2) {
        let [(nearer, before, first), (farther, after, second)] = *pair else { continue };
        let stay = match (nearer, farther) {
            (StandardIa | OnezoneIa, Glacier | DeepArchive) | (StandardIa, OnezoneIa) => SOJOURN,
            _ => 1,
        };
        if (nearer, farther) == (OnezoneIa, GlacierIr) {
            let message = "objects cannot move here from `onezone-ia`".to_owned();
            found.push(error(second, message).related(first, "where they are before"));
        } else if after < before + stay {
            let earliest = before + stay;
            let message = format!("objects move here after {earliest} days at the earliest, not after {after}");
            found.push(error(second, message).related(first, format!("where they are from day {before}")));
        }
    }
}
