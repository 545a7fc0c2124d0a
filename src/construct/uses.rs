//! What constructs use of each other.

use crate::cfn::policy::{Action, Condition};
use crate::cfn::{Arn, Handle, ResourceId, iam, kms};
use crate::diagnostic::Span;
use crate::document::Spanned;
use crate::environment::{Kept, PrincipalPattern};
use crate::name::Target;
use crate::service::{Caller, KeyAccess, ServicePrincipal, Subject};

use super::model::EntryId;

/// What somebody was granted on a construct.
#[derive(Clone, Debug)]
pub struct Grant {
    /// Who was granted it.
    pub to: Grantee,
    /// The construct it was granted on.
    pub on: EntryId,
    /// Where the construct is named.
    pub at: Span,
    /// What: words that the construct [offers](super::Construct::grantable).
    pub words: Vec<GrantedWord>,
}

/// A word of a grant.
#[derive(Clone, Debug)]
pub struct GrantedWord {
    /// The word.
    pub value: String,
    /// Where it stands, or the reference that says as much.
    pub span: Span,
    /// Whether a reference says as much, and nobody spells it.
    pub implied: bool,
}

/// A word that a user spells.
impl From<Spanned<String>> for GrantedWord {
    fn from(Spanned { value, span }: Spanned<String>) -> Self {
        Self { value, span, implied: false }
    }
}

/// Who can be granted something.
#[derive(Clone, Debug)]
pub enum Grantee {
    /// A role, which gets the other half in its own policy.
    Role(Handle<iam::Role>),
    /// A service that acts for a resource: S3 for the bucket that notifies a topic.
    Service(ServiceGrantee),
}

/// A service that acts for a resource.
#[derive(Clone, Debug)]
pub struct ServiceGrantee {
    /// The service.
    pub principal: &'static ServicePrincipal,
    /// What it acts for: the source that it names in its requests.
    pub source: Subject,
}

impl Grantee {
    /// Whether both are the same role, or the same service for the same resource.
    pub fn is(&self, other: &Grantee) -> bool {
        match (self, other) {
            (Self::Role(one), Self::Role(other)) => one.id() == other.id(),
            (Self::Service(one), Self::Service(other)) => {
                one.principal == other.principal && one.source.id() == other.source.id()
            }
            _ => false,
        }
    }
}

impl Grant {
    /// A grant of one word that the stack file does not spell, since a reference in it says as much.
    pub fn of(word: &str, to: Grantee, on: EntryId, at: Span) -> Self {
        Self { to, on, at, words: vec![GrantedWord { value: word.to_owned(), span: at, implied: true }] }
    }

    /// The role that it was granted to, if it was one.
    pub fn role(&self) -> Option<&Handle<iam::Role>> {
        match &self.to {
            Grantee::Role(role) => Some(role),
            Grantee::Service(_) => None,
        }
    }

    /// The service that it was granted to, if it was one.
    pub fn service(&self) -> Option<&ServiceGrantee> {
        match &self.to {
            Grantee::Role(_) => None,
            Grantee::Service(service) => Some(service),
        }
    }

    /// The grant, with `around` as the place of what is [written in Rust](Span::IN_RUST).
    #[must_use]
    pub(crate) fn or_at(mut self, around: Span) -> Self {
        self.at = self.at.or(around);
        for word in &mut self.words {
            word.span = word.span.or(around);
        }
        self
    }

    /// Grants more words on the same construct.
    pub fn add(&mut self, words: Vec<GrantedWord>) {
        let fresh = words.into_iter().filter(|word| self.words.iter().all(|known| known.value != word.value));
        let fresh: Vec<_> = fresh.collect();
        self.words.extend(fresh);
    }

    /// Whether it lets the role read: by `read` or `read-write`.
    pub fn reads(&self) -> bool {
        self.words.iter().any(|word| matches!(word.value.as_str(), "read" | "read-write"))
    }

    /// Whether it lets the role write: by `write` or `read-write`.
    pub fn writes(&self) -> bool {
        self.words.iter().any(|word| matches!(word.value.as_str(), "write" | "read-write"))
    }

    /// Which of these actions it gives.
    pub fn actions(&self, read: &[Action], write: &[Action]) -> Vec<Action> {
        let mut actions: Vec<Action> = Vec::new();
        actions.extend(read.iter().filter(|_| self.reads()));
        actions.extend(write.iter().filter(|_| self.writes()));
        actions.sort_unstable();
        actions.dedup();
        actions
    }

    /// The word in statement ids.
    pub fn verb(&self) -> &'static str {
        match (self.reads(), self.writes()) {
            (true, true) => "ReadWrite",
            (true, false) => "Read",
            _ => "Write",
        }
    }
}

/// Who uses a key.
#[derive(Clone, Debug)]
pub enum By {
    /// Whoever creates the resource that is encrypted: its deployers, or whoever IAM lets where nobody is named.
    Creator(Vec<PrincipalPattern>),
    /// The service, by its own principal: for the one resource that it names as its source, or else for all that the
    /// fact about it allows.
    Service(Option<Subject>),
    /// A role, itself or through a service.
    Role(Handle<iam::Role>),
}

impl By {
    /// The deployers who are meant, if it is who creates something; nobody, where it is whoever IAM lets.
    pub fn deployers(&self) -> Option<&[PrincipalPattern]> {
        match self {
            Self::Creator(deployers) => Some(deployers),
            Self::Service(_) | Self::Role(_) => None,
        }
    }
}

/// A use of a key.
#[derive(Clone, Debug)]
pub struct KeyUse {
    /// The key.
    pub key: Handle<kms::Key>,
    /// Where the reference to the key stands that makes it necessary.
    pub at: Span,
    /// Who uses it.
    pub by: By,
    /// How: a fact about a service.
    pub access: &'static KeyAccess,
    /// What is encrypted, or replicates the key; none where the key is used directly.
    pub subject: Option<Subject>,
}

impl KeyUse {
    /// Where the data is that is encrypted; where the key is, if that is used directly.
    pub fn data_at<'u>(&'u self, key_at: &'u Target) -> &'u Target {
        self.subject.as_ref().map_or(key_at, Subject::target)
    }

    /// Whether data of a service is encrypted under the key.
    pub fn is_for_data(&self) -> bool {
        self.subject.is_some() && self.access.caller != Caller::Directly
    }

    /// Where whoever uses the key is.
    pub fn caller_at(&self) -> &Target {
        match &self.by {
            By::Role(role) => role.target(),
            By::Service(Some(source)) => source.target(),
            By::Service(None) | By::Creator(_) => self.data_at(self.key.target()),
        }
    }

    /// What is encrypted, if the encryption context names it.
    pub(super) fn in_context(&self) -> Option<&ResourceId> {
        self.subject.as_ref().filter(|_| !self.access.context.is_empty()).map(Subject::id)
    }
}

/// Data that is put under a key, whoever uses the key for it.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The key.
    pub key: Handle<kms::Key>,
    /// Where the reference to the key stands.
    pub at: Span,
    /// How long the data stays.
    pub kept: Kept,
}

/// What a role may do with a resource.
#[derive(Clone, Debug)]
pub struct Access {
    /// Who may.
    pub role: Handle<iam::Role>,
    /// Why, for statement ids: `ReadStorageConversations`.
    pub sid: String,
    /// What.
    pub actions: Vec<Action>,
    /// On what, with an order: the role is of use only when these are there.
    pub resources: Vec<Arn>,
    /// When.
    pub condition: Condition,
}

/// What follows from a construct and the grants on it.
#[derive(Clone, Debug, Default)]
pub struct Uses {
    /// Uses of keys.
    pub keys: Vec<KeyUse>,
    /// What is under which key.
    pub stored: Vec<Stored>,
    /// What roles may do.
    pub accesses: Vec<Access>,
}

impl Uses {
    /// Adds what follows from another part of the construct.
    pub fn add(&mut self, more: Self) {
        self.keys.extend(more.keys);
        self.stored.extend(more.stored);
        self.accesses.extend(more.accesses);
    }

    /// The uses, with `around` as the place of what is [written in Rust](Span::IN_RUST).
    #[must_use]
    pub(crate) fn or_at(mut self, around: Span) -> Self {
        for used in &mut self.keys {
            used.at = used.at.or(around);
        }
        for stored in &mut self.stored {
            stored.at = stored.at.or(around);
        }
        self
    }
}
