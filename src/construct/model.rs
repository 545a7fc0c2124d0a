//! Everything that has a name in an environment, and what a construct sees of it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::folder::Folder;
use super::reference::{ALIAS, Attribute, AttributeOf, Reference};
use crate::cfn::{AnyHandle, Handle, InstanceId, Resource, Val, kms};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result, Span, listed, nearest};
use crate::document::Spanned;
use crate::environment::House;
use crate::name::{Path, Target};
use crate::service::kms::KeyKind;
use crate::template::Site;

/// The number of a construct in its environment.
pub type EntryId = usize;

/// A stack in one region.
#[derive(Clone, Debug)]
pub struct Instance {
    /// The stack's name.
    pub stack: Arc<str>,
    /// Where it is deployed.
    pub target: Target,
    /// Whether it is in the environment's primary region.
    pub primary: bool,
    /// Where the files lie that it names.
    pub folder: Folder,
}

/// A construct that has its names.
#[derive(Debug)]
pub struct Entry {
    /// Where it stands in its stack.
    pub path: Path,
    /// The stack instance that it is part of.
    pub instance: InstanceId,
    /// Its kind: `KmsKey`.
    pub kind: &'static str,
    /// Where its name is written.
    pub place: Span,
    /// Where its kind is written.
    pub kind_at: Span,
    /// What the rules mean for it.
    pub house: Arc<House>,
    /// Its resources, the main one first.
    pub handles: Vec<Arc<AnyHandle>>,
    /// What it makes in other regions by these resources: the replicas of a table.
    pub replicas: Vec<Arc<AnyHandle>>,
    /// Whether its main resource holds data, though others of its type do not.
    pub holds_data: bool,
    /// The attributes that others can use.
    pub attributes: Vec<Attribute>,
    /// The values of those that do not follow from the main resource alone.
    pub values: Vec<(Attribute, Val<String>)>,
    /// The domains that it is for: a certificate's, or those that it answers to.
    pub domains: Vec<Val<String>>,
    /// Whether it makes nothing here, since the rule `encryption` has no place for it: a key, where AWS's encrypt.
    pub left_out: bool,
    /// Whether that would be a mistake.
    pub required: bool,
    /// The kind of its keys, if it makes any and decides that itself.
    pub key_kind: Option<KeyKind>,
    /// What its keys have in common, if it is a pool of them.
    pub pool: Option<PoolNames>,
    /// Whether it is a resource of any type, of which nothing more is known.
    pub is_raw: bool,
}

/// What the keys of a pool have in common: its attributes as a whole.
#[derive(Clone, Debug)]
pub struct PoolNames {
    /// How many there are.
    pub size: usize,
    /// What their aliases begin with, before `-1`.
    pub prefix: Val<String>,
    /// The aliases of those that encrypt.
    pub active: Vec<Val<String>>,
}

impl PoolNames {
    fn attribute(&self, attribute: &Attribute) -> Option<Val<String>> {
        Some(match attribute {
            Attribute::Size => self.size.to_string().into(),
            Attribute::AliasPrefix => self.prefix.clone(),
            Attribute::Aliases => Val::join(self.active.clone(), ","),
            _ => return None,
        })
    }
}

impl Entry {
    /// That it makes something here.
    ///
    /// # Errors
    /// If the rule `encryption` leaves it out; `at` is where it is needed.
    pub fn is_there(&self, at: Span) -> Result<()> {
        if !self.left_out {
            return Ok(());
        }
        let tier = self.house.encryption.word();
        let message = format!("`{}` does not exist here, since its `encryption` is `{tier}`", self.path);
        let diagnostic = Diagnostic::error(Code::AbsentKey, at, message);
        let diagnostic = diagnostic.related(self.place, format!("the `{}`", self.kind));
        Err(match self.house.place_of("encryption") {
            Some(rule) => diagnostic.related(rule, "the rule"),
            None => diagnostic,
        }
        .into())
    }

    /// The logical ids of the keys that it makes.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        let made = self.handles.iter().filter(|handle| !self.left_out && handle.outside.is_none());
        let keys = made.filter(|handle| handle.kind == kms::Key::TYPE || handle.kind == kms::ReplicaKey::TYPE);
        keys.map(|handle| handle.id.logical.as_str())
    }

    /// The alias of one of its keys, as far as that is known.
    pub fn alias_of(&self, key: &Handle<kms::Key>) -> Option<String> {
        let at = self.handles.iter().position(|part| part.id == *key.id())?;
        let alias = self.handles.get(at + 1).filter(|part| part.kind == kms::Alias::TYPE)?;
        alias.name.known().map(|name| name.as_str().to_owned())
    }

    /// Which of its resources of a type a reference means, counted from 0: the first, but for members of a pool.
    ///
    /// # Errors
    /// If a pool is meant and no member named, or one that it does not have; or the other way round.
    pub fn member(&self, reference: &Spanned<Reference>) -> Result<usize> {
        let wrong = |message: String| Err(Diagnostic::error(Code::WrongReference, reference.span, message));
        let path = &reference.value.path;
        let size = self.pool.as_ref().map(|pool| pool.size);
        let member = match (size, reference.value.member) {
            (None, None) => Ok(0),
            (Some(size), Some(number)) if (1..=size).contains(&(number as usize)) => Ok(number as usize - 1),
            (Some(size), Some(number)) => wrong(format!("`{path}` has {size} keys, and so no key {number}")),
            (Some(_), None) => wrong(format!("`{path}` is a pool, and one of its keys is meant: `{path}[1]`")),
            (None, Some(_)) => wrong(format!("`{path}` is {}, not a pool with members", a(self.kind))),
        };
        member.map_err(|diagnostic| diagnostic.related(self.place, format!("the `{}`", self.kind)).into())
    }

    /// The value of an attribute, if the construct has it; `member` counts keys of a pool from 0.
    pub fn attribute(&self, attribute: &Attribute, member: usize) -> Option<Val<String>> {
        // A pool has a key and its alias for each member.
        let handles = if self.pool.is_some() { self.handles.get(2 * member..2 * member + 2)? } else { &self.handles };
        let main = handles.first()?;
        let of = |name: &'static str| Val::attribute(main.id.clone(), name);
        if let (Attribute::Own(name), true) = (attribute, self.is_raw) {
            return Some(Val::attribute(main.id.clone(), name.to_string()));
        }
        if !self.attributes.contains(attribute) {
            return None;
        }
        if let Some((_, value)) = self.values.iter().find(|(known, _)| known == attribute) {
            return Some(value.clone());
        }
        Some(match attribute {
            Attribute::Arn => main.arn().unwrap_or_else(|| of("Arn")),
            Attribute::Name => main.name.clone().text(),
            Attribute::Id | Attribute::KeyId | Attribute::Url => main.reference(),
            Attribute::AliasName => handles.iter().find(|part| part.kind == kms::Alias::TYPE)?.name.clone().text(),
            Attribute::StreamArn => of("StreamArn"),
            Attribute::ClientId | Attribute::Size | Attribute::AliasPrefix | Attribute::Aliases | Attribute::Own(_) => {
                return None;
            }
        })
    }

    /// The value of an attribute that was asked for.
    ///
    /// # Errors
    /// If the construct does not have it.
    pub fn attribute_or_mistake(&self, attribute: &Attribute, of: &Spanned<AttributeOf>) -> Result<Val<String>> {
        self.is_there(of.span)?;
        let whole = self.pool.as_ref().filter(|_| of.value.of.member.is_none());
        if let Some(value) = whole.and_then(|pool| pool.attribute(attribute)) {
            return Ok(value);
        }
        let member = self.member(&Spanned { value: of.value.of.clone(), span: of.span })?;
        self.attribute(attribute, member).ok_or_else(|| {
            let message = format!("`{}` is {} without `{}`", of.value.of, a(self.kind), attribute.word());
            let has = self.attributes.iter().map(Attribute::word);
            let hint = format!("it has {}", listed(has));
            Diagnostic::error(Code::WrongReference, of.span, message).hint(hint).into()
        })
    }
}

/// All constructs of an environment, by where they stand.
#[derive(Debug, Default)]
pub struct Model {
    /// The stack instances.
    pub instances: Vec<Instance>,
    /// The same, as templates see each other.
    pub sites: Vec<Site>,
    entries: Vec<Entry>,
    /// By stack, then by path: looked up without copying either.
    by_path: HashMap<Arc<str>, HashMap<Path, Vec<EntryId>>>,
    absent: HashMap<(Arc<str>, Path), Span>,
    broken: HashSet<(Arc<str>, Path)>,
    broken_stacks: HashSet<Arc<str>>,
}

impl Model {
    /// Adds a construct that has its names.
    pub fn add(&mut self, entry: Entry) {
        let stack = Arc::clone(&self.instances[entry.instance.0 as usize].stack);
        let paths = self.by_path.entry(stack).or_default();
        paths.entry(entry.path.clone()).or_default().push(self.entries.len());
        self.entries.push(entry);
    }

    /// Remembers constructs that the environment does without, and where that is said.
    pub fn mark_absent(&mut self, stack: &Arc<str>, paths: &[(Path, Span)]) {
        self.absent.extend(paths.iter().map(|(path, at)| ((Arc::clone(stack), path.clone()), *at)));
    }

    /// Remembers constructs that are there but could not be read: a reference to one is no mistake of its own.
    pub fn mark_broken(&mut self, stack: &Arc<str>, paths: &[Path]) {
        self.broken.extend(paths.iter().map(|path| (Arc::clone(stack), path.clone())));
    }

    /// Remembers stacks that are there but could not be read.
    pub fn mark_broken_stacks(&mut self, stacks: &[Arc<str>]) {
        self.broken_stacks.extend(stacks.iter().cloned());
    }

    /// The constructs, in the order of the files.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The construct that a reference in `from` means.
    ///
    /// # Errors
    /// If there is none. Of several in different regions, the one in the region of `from` is meant, or the first.
    pub fn resolve(&self, reference: &Reference, at: Span, from: InstanceId) -> Result<EntryId> {
        let home = &self.instances[from.0 as usize];
        let stack = reference.stack.as_ref().unwrap_or(&home.stack);
        let candidates = self.by_path.get(stack).and_then(|paths| paths.get(&reference.path));
        let Some(candidates) = candidates else {
            let broken = self.broken.contains(&(Arc::clone(stack), reference.path.clone()));
            if broken || self.broken_stacks.contains(stack) {
                return Err(Diagnostics::default()); // its own mistakes are reported
            }
            if let Some(said) = self.absent.get(&(Arc::clone(stack), reference.path.clone())) {
                let message = format!("`{reference}` is absent in this environment");
                let diagnostic = Diagnostic::error(Code::AbsentConstruct, at, message).related(*said, "left out here");
                return Err(diagnostic.hint("`in:` can leave out what refers to it, too").into());
            }
            return Err(self.unknown(reference, at, stack).into());
        };
        let region = |id: &EntryId| self.instances[self.entries[*id].instance.0 as usize].target.region.clone();
        let wanted = |id: &&EntryId| reference.region.is_none() || region(id) == reference.region;
        let matching: Vec<EntryId> = candidates.iter().filter(wanted).copied().collect();
        match matching.as_slice() {
            [one] => Ok(*one),
            [] => {
                let message = format!("`{reference}` is not in that region");
                Err(Diagnostic::error(Code::UnknownReference, at, message).into())
            }
            [first, ..] => Ok(*matching.iter().find(|id| self.entries[**id].instance == from).unwrap_or(first)),
        }
    }

    /// A reference to nothing, with the nearest of what is there.
    fn unknown(&self, reference: &Reference, at: Span, stack: &Arc<str>) -> Diagnostic {
        let error = |message: String| Diagnostic::error(Code::UnknownReference, at, message);
        if !self.instances.iter().any(|instance| instance.stack == *stack) {
            let mut stacks: Vec<&str> = self.instances.iter().map(|instance| &*instance.stack).collect();
            stacks.dedup();
            let diagnostic = error(format!("no stack is called `{stack}`"));
            return match nearest(stack, stacks.iter().copied()) {
                Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
                None => diagnostic.hint(format!("the stacks are {}", listed(stacks))),
            };
        }
        let mut paths: Vec<String> =
            self.by_path.get(stack).into_iter().flatten().map(|(path, _)| path.to_string()).collect();
        paths.sort_unstable();
        let prefix = reference.stack.as_ref().map_or(String::new(), |stack| format!("{stack}:"));
        let diagnostic = error(format!("nothing is called `{reference}`"));
        if format!("{}/", reference.path.scope) == ALIAS {
            let hint = format!("a key outside of these stacks is an `ImportedKey: {{ alias: {} }}`", reference.path);
            return diagnostic.hint(hint);
        }
        let elsewhere = self
            .instances
            .iter()
            .map(|instance| &instance.stack)
            .find(|other| self.by_path.get(*other).is_some_and(|paths| paths.contains_key(&reference.path)));
        if let Some(other) = elsewhere {
            let there = Reference { stack: Some(Arc::clone(other)), ..reference.clone() };
            return diagnostic.hint(format!("did you mean `{there}`, which is in another stack?"));
        }
        if let Some(near) = nearest(&reference.path.to_string(), paths.iter().map(String::as_str)) {
            diagnostic.hint(format!("did you mean `{prefix}{near}`?"))
        } else {
            let scope = format!("{}/", reference.path.scope);
            let same: Vec<&str> = paths.iter().map(String::as_str).filter(|path| path.starts_with(&scope)).collect();
            let here = if same.is_empty() { paths.iter().map(String::as_str).collect() } else { same };
            diagnostic.hint(format!("the stack has {}", listed(here.into_iter().take(10))))
        }
    }
}

/// A construct's kind with its article: an `EncryptedTable`.
pub fn a(kind: &str) -> String {
    let article = if kind.starts_with(['A', 'E', 'I', 'O', 'U']) { "an" } else { "a" };
    format!("{article} `{kind}`")
}
