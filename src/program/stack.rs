//! Stacks that are written in Rust.

use std::collections::HashMap;
use std::panic::Location;
use std::sync::Arc;

use indexmap::map::Entry;

use super::{Places, Within};
use crate::construct::{AttributeOf, Construct, Reference, To};
use crate::constructs::AnyConstruct;
use crate::definition::{self, Beside, Constructs, Described, OutputName, Top};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::document::Spanned;
use crate::name::{Path, Word};

/// A stack, as a program describes it for one environment.
///
/// What is wrong with it is not found while it is described, but all together when the project is synthesized. Each
/// finding names the stack, the construct, and the line of the program that adds it.
#[derive(Debug)]
pub struct Stack {
    /// What stands at the top of a stack file: tags, rules, naming.
    pub top: Top,
    name: String,
    at: &'static Location<'static>,
    constructs: Vec<Added>,
    outputs: Vec<(String, AttributeOf, &'static Location<'static>)>,
}

/// A construct that was added to a stack.
#[derive(Debug)]
struct Added {
    path: String,
    construct: AnyConstruct,
    beside: Beside,
    at: &'static Location<'static>,
}

impl Stack {
    /// A stack of this name, without constructs.
    #[track_caller]
    pub fn new(name: &str) -> Self {
        let at = Location::caller();
        Self { top: Top::default(), name: name.to_owned(), at, constructs: Vec::new(), outputs: Vec::new() }
    }

    /// Adds a construct at a path, `scope/id`. The reference to it fits where its resource is needed, in this stack and
    /// in others, and nowhere else.
    ///
    /// ```
    /// # use synth::constructs::{EncryptedTopic, KmsKey};
    /// # let mut stack = synth::program::Stack::new("shop");
    /// let key = stack.add("security/messages", KmsKey::default());
    /// stack.add("messaging/orders", EncryptedTopic { key: Some(key), ..EncryptedTopic::default() });
    /// ```
    ///
    /// ```compile_fail,E0308
    /// # use synth::constructs::EncryptedTopic;
    /// # let mut stack = synth::program::Stack::new("shop");
    /// let topic = stack.add("messaging/orders", EncryptedTopic::default());
    /// stack.add("messaging/visits", EncryptedTopic { key: Some(topic), ..EncryptedTopic::default() });
    /// ```
    #[track_caller]
    pub fn add<C: Construct + Into<AnyConstruct>>(&mut self, path: &str, construct: C) -> To<C::Main> {
        self.add_with(path, construct, Beside::default())
    }

    /// Adds a construct, with what stands beside its kind in a stack file: rules, a name, a generation.
    ///
    /// ```
    /// use synth::constructs::EncryptedLogGroup;
    /// use synth::definition::Beside;
    /// use synth::environment::{RetentionDays, Rules};
    ///
    /// # let mut stack = synth::program::Stack::new("shop");
    /// let rules = Rules { log_retention: Some(RetentionDays::of::<90>().into()), ..Rules::default() };
    /// let beside = Beside { name: Some("orders-{{ env }}".into()), rules, ..Beside::default() };
    /// stack.add_with("events/orders", EncryptedLogGroup::default(), beside);
    /// ```
    #[track_caller]
    pub fn add_with<C: Construct + Into<AnyConstruct>>(
        &mut self,
        path: &str,
        construct: C,
        beside: Beside,
    ) -> To<C::Main> {
        let at = Location::caller();
        self.constructs.push(Added { path: path.to_owned(), construct: construct.into(), beside, at });
        let stack = Some(self.name.as_str().into());
        To::new(Reference { stack, path: path_of(path), member: None, region: None }.into())
    }

    /// Adds a value that the CloudFormation stack shows: an attribute that the construct's resource has.
    ///
    /// ```
    /// # use synth::constructs::KmsKey;
    /// # let mut stack = synth::program::Stack::new("shop");
    /// let key = stack.add("security/items", KmsKey::default());
    /// stack.output("KeyId", key.key_id());
    /// ```
    #[track_caller]
    pub fn output(&mut self, name: &str, value: AttributeOf) {
        self.outputs.push((name.to_owned(), value, Location::caller()));
    }

    /// The stack as a stack file describes one, or what it is called where that is no name.
    pub(super) fn place(
        self,
        within: &Within<'_>,
        places: &mut Places<'_>,
    ) -> (Result<definition::Stack, Arc<str>>, Diagnostics) {
        let Self { top, name, at, constructs, outputs } = self;
        let mut found = Diagnostics::default();
        let place = places.of(at, &name);
        let mut top = top.or_at(place);
        for (output, value, at) in outputs {
            let span = places.of(at, &format!("{name}: {output}"));
            match output.parse::<OutputName>().map(|output| top.outputs.entry(output)) {
                Err(refused) => found.push(refused.at(span)),
                Ok(Entry::Vacant(slot)) => drop(slot.insert(Spanned { value, span })),
                Ok(Entry::Occupied(slot)) => found.push(twice(slot.key().as_str(), span, slot.get().span)),
            }
        }
        let mut constructs = described(constructs, &name, within, places, &mut found);
        constructs.check_was(&mut found);
        match name.parse::<Word>() {
            Ok(word) => {
                let Within { environment, environments, folder } = within;
                (Ok(top.stack(&word, place, folder.clone(), constructs, environments, environment)), found)
            }
            Err(refused) => {
                found.push(refused.at(place));
                (Err(name.into()), found)
            }
        }
    }
}

/// The constructs of a stack as a stack file describes them.
fn described(
    added: Vec<Added>,
    stack: &str,
    within: &Within<'_>,
    places: &mut Places<'_>,
    found: &mut Diagnostics,
) -> Constructs {
    let mut constructs = Constructs::default();
    let mut taken = HashMap::new();
    for Added { path, construct, beside, at } in added {
        let place = places.of(at, &format!("{stack}:{path}"));
        let path = match path.parse::<Path>() {
            Ok(path) => path,
            Err(refused) => {
                found.push(refused.at(place));
                constructs.broken.push(path_of(&path));
                continue;
            }
        };
        if let Some(first) = taken.insert(path.clone(), place) {
            found.push(twice(&path.to_string(), place, first));
        } else if within.lacks(&beside.only, place, found) {
            constructs.absent.push((path, place));
        } else {
            constructs.described.push(Described {
                path,
                place,
                kind_at: place,
                construct,
                beside: beside.or_at(place),
            });
        }
    }
    constructs
}

/// The path that a text is, or one that holds its words.
fn path_of(text: &str) -> Path {
    let (scope, id) = text.split_once('/').unwrap_or(("", text));
    Path { scope: scope.into(), id: id.into() }
}

/// Something that is there already.
fn twice(what: &str, at: Span, first: Span) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::DuplicateKey, at, format!("`{what}` is here twice"));
    if at == first { diagnostic } else { diagnostic.related(first, "the first one") }
}
