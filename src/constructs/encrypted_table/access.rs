//! Who uses a table, and its keys for it.

use super::EncryptedTable;
use crate::cfn::policy::{Action, Condition};
use crate::cfn::{Arn, Handle, Named, iam, kms};
use crate::construct::{Access, By, Cx, Encryption, Grant, GrantedWord, KeyUse, To, Uses};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result};
use crate::environment::PrincipalPattern;
use crate::name::Region;
use crate::service::{Subject, dynamodb as facts};

/// The grant of a stream's records.
pub(super) const READ_STREAM: &str = "read-stream";

/// A table in one of its regions, with the key there.
type Place<'t, R> = (Handle<R>, Option<&'t To<kms::Key>>);

impl EncryptedTable {
    /// Who uses the keys, each in its region, and what grantees may do with the table in all of them.
    pub(super) fn uses_of<R: Named>(&self, table: &Handle<R>, cx: &Cx<'_>) -> Result<Uses> {
        let mut found = Diagnostics::default();
        let mut uses = Uses::default();
        let replicas = self.replicas(cx.target()).filter_map(|(region, replica)| {
            let (place, key) = (table.replica(&region.value), replica.key.as_ref());
            if key.is_none() {
                found.take(cx.encryption_at(region.span, None, place.target()))?;
            }
            Some((place, key))
        });
        let places: Vec<Place<'_, R>> = std::iter::once((table.clone(), self.key.as_ref())).chain(replicas).collect();
        for place in &places {
            uses.add(found.take(created(place, &places, cx)).unwrap_or_default());
            uses.keys.extend(found.take(self.restored(place, cx)).into_iter().flatten());
        }
        for (grant, role) in cx.granted_to_roles() {
            let places = reached(&places, role, cx);
            for (place, key) in places {
                let items = found.take(cx.data(*key, Subject::of(place)));
                uses.keys.extend(items.and_then(|items| items.used(By::Role(role.clone()), &facts::USE)));
            }
            let of = |parts: &[&str]| -> Vec<Arn> {
                places.iter().flat_map(|(place, _)| parts.iter().map(|part| Arn::of(place).join(part))).collect()
            };
            let mut allow = |sid: &str, actions: Vec<Action>, resources: Vec<Arn>| {
                let (sid, role) = (format!("{sid}{}", table.id().logical), role.clone());
                uses.accesses.push(Access { role, sid, actions, resources, condition: Condition::default() });
            };
            if grant.reads() || grant.writes() {
                allow(grant.verb(), grant.actions(facts::READ, facts::WRITE), of(self.parts_of(grant)));
            }
            if let Some(word) = stream_word(grant) {
                allow("ReadStream", facts::READ_STREAM.to_vec(), of(&["/stream/*"]));
                allow("ListStreamsFor", facts::LIST_STREAMS.to_vec(), vec![Arn::any()]);
                found.extend(self.check_stream(word, cx));
            }
        }
        found.or(uses)
    }

    /// The uses of a place's key by whoever restores the table there, which makes it a table of its own.
    fn restored<R: Named>(&self, (place, key): &Place<'_, R>, cx: &Cx<'_>) -> Result<Vec<KeyUse>> {
        let Some(role) = &self.restore_role else { return Ok(Vec::new()) };
        let items = cx.data(*key, Subject::of(place))?;
        let by = || By::Creator(vec![role.pattern().clone()]);
        Ok(facts::RESTORER.iter().filter_map(|access| items.used(by(), access)).collect())
    }

    /// What a grant of items is about: the table, and for readers its indexes.
    pub(super) fn parts_of(&self, grant: &Grant) -> &'static [&'static str] {
        let indexes = !(self.global_indexes.is_empty() && self.local_indexes.is_empty());
        if grant.reads() && indexes { &["", "/index/*"] } else { &[""] }
    }

    /// A stream that is granted, and not there.
    fn check_stream(&self, word: &GrantedWord, cx: &Cx<'_>) -> Option<Diagnostic> {
        if self.stream_view().is_some() {
            return None;
        }
        let message = format!("`{}` has no stream to read", cx.entry().path);
        let diagnostic = Diagnostic::error(Code::ConflictingProperties, word.span, message);
        Some(diagnostic.related(cx.entry().place, "the table").hint("`stream: new-and-old-images` gives it one"))
    }
}

/// What is in a place is under its key, and whoever creates the table uses the key. That happens in one region, and DynamoDB "can make
/// cross-Region calls" for a table with replicas, so it may come to each key from any of the table's regions.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html#dynamodb-customer-cmk-policy>
fn created<R: Named>((place, key): &Place<'_, R>, places: &[Place<'_, R>], cx: &Cx<'_>) -> Result<Uses> {
    let regions: Vec<Region> = match places.len() {
        1 => Vec::new(),
        _ => places.iter().filter_map(|(place, _)| place.target().region.clone()).collect(),
    };
    check_account(&cx.encryption(*key)?, *key, place, cx)?;
    let items = cx.data(*key, Subject::of(place).called_from(&regions))?;
    let deployers: &[PrincipalPattern] = &cx.house().deployers;
    let by = || By::Creator(deployers.to_vec());
    Ok(Uses {
        keys: facts::CREATOR.iter().filter_map(|access| items.used(by(), access)).collect(),
        stored: items.stored(cx.house().kept()).into_iter().collect(),
        accesses: Vec::new(),
    })
}

/// DynamoDB looks whether the key "exists in the account and region" of the table.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html#dynamodb-cmk-trail>
fn check_account<R: Named>(
    encryption: &Encryption,
    key: Option<&To<kms::Key>>,
    place: &Handle<R>,
    cx: &Cx<'_>,
) -> Result<()> {
    let foreign = encryption.key().filter(|key| place.target().is_foreign(key.target()));
    let accounts = foreign.and_then(|key| key.target().account.as_ref()).zip(place.target().account.as_ref());
    let Some((there, here)) = accounts else { return Ok(()) };
    let message = format!("the key is in the account `{there}`, and a table takes one of its own, which is `{here}`");
    Err(Diagnostic::error(Code::WrongReference, key.map_or(cx.entry().place, To::span), message).into())
}

/// Where a role reaches the table. From another account that takes a policy of the table, and CloudFormation cannot
/// make a replica together with its policy: so only in the table's own region. A role that may be of this account is
/// let use the replicas, too.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-considerations.html>
fn reached<'p, 't, R>(places: &'p [Place<'t, R>], role: &Handle<iam::Role>, cx: &Cx<'_>) -> &'p [Place<'t, R>] {
    if cx.is_foreign(role) { &places[..1] } else { places }
}

/// The word that grants the records of the stream.
pub(super) fn stream_word(grant: &Grant) -> Option<&GrantedWord> {
    grant.words.iter().find(|word| word.value == READ_STREAM)
}
