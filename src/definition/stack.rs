//! From the tree of a stack file to a typed stack.

use std::collections::HashMap;
use std::sync::Arc;

use super::kind::{kind, unindented, words};
use super::{ABSENT, Beside, Definition, Described, InRust, Project, Stack, StackFile, Top};
use crate::construct::Folder;
use crate::constructs::{AnyConstruct, Kind};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result as Outcome, Span};
use crate::document::{Entry, Keys, Kind as NodeKind, Map, Node, read};
use crate::environment::{Environments, Rules, unknown_environment};
use crate::name::{Path, Word};
use crate::parallel;

/// The keys of the types that stack files are made of.
struct Vocabulary {
    top: Keys,
    beside: Keys,
    rules: Keys,
}

impl Project {
    /// What the project is in an environment. What has mistakes is left out, and reported.
    ///
    /// # Panics
    /// If the project has no such environment.
    pub fn definition(&self, environment: &str) -> (Definition, Diagnostics) {
        let vocabulary = Vocabulary {
            top: Keys::of::<Top>(&["constructs", "in"]),
            beside: Keys::of::<Beside>(&[]),
            rules: Keys::of::<Rules>(&[]),
        };
        let reader = Reader { environments: &self.environments, name: environment, vocabulary: &vocabulary };
        let mut found = Diagnostics::default();
        let mut stacks: Vec<Stack> = Vec::new();
        let mut places: HashMap<Arc<str>, Span> = HashMap::new();
        let InRust { stacks: written, broken: nameless, found: mistakes } =
            self.in_rust.get(environment).cloned().unwrap_or_default();
        let mut broken = [self.broken.as_slice(), &nameless].concat();
        found.extend(mistakes);
        let read = parallel::map(self.files.iter().collect(), |file| reader.stack(file));
        let written = written.into_iter().map(|stack| (Ok(stack), Diagnostics::default()));
        for (stack, mistakes) in read.into_iter().chain(written) {
            found.extend(mistakes);
            let stack = match stack {
                Ok(stack) => stack,
                Err(name) => {
                    broken.push(name);
                    continue;
                }
            };
            match places.get(&stack.name) {
                None => {
                    places.insert(Arc::clone(&stack.name), stack.place);
                    stacks.push(stack);
                }
                Some(first) => {
                    let message = format!("another stack is called `{}` too", stack.name);
                    let diagnostic = Diagnostic::error(Code::DuplicateStack, stack.place, message);
                    found.push(diagnostic.related(*first, "the first one").hint("give one of them another name"));
                }
            }
        }
        (Definition { environment: environment.into(), stacks, broken }, found)
    }
}

struct Reader<'p> {
    environments: &'p Environments,
    name: &'p str,
    vocabulary: &'p Vocabulary,
}

impl Reader<'_> {
    /// A stack, or what it would be called.
    fn stack(&self, file: &StackFile) -> (Result<Stack, Arc<str>>, Diagnostics) {
        let mut found = Diagnostics::default();
        let Vocabulary { top: keys, rules, .. } = self.vocabulary;
        self.check_environments(&file.node, &mut found);
        let refinement = self.refinement(&file.node);
        let node = without_constructs(&file.node);
        for key in ["constructs", "in", "stack"] {
            if let Some(entry) = refinement.and_then(|refinement| refinement.value.get(key)) {
                let message = format!("`{key}` is the same in every environment");
                let diagnostic = Diagnostic::error(Code::UnknownProperty, entry.key_span, message);
                found.push(diagnostic.hint("a construct has an `in` of its own, beside its kind"));
            }
        }
        let refined = refinement.map_or(node.clone(), |refinement| node.merge(&refinement.value));
        let (mut own, shared) = keys.split(&refined, rules, &mut found);
        own.shift_remove("in");
        own.shift_remove("constructs");
        // What is wrong with the outputs alone keeps nobody from looking at the rest.
        let shown: Map = own.shift_remove_entry("outputs").into_iter().collect();
        let outputs = found.take(read::<Top>(&Node::map(file.node.span, shown), file.node.span));
        let top: Option<Top> = found.take(read(&Node::map(file.node.span, own), file.node.span));
        let rules = found.take(read::<Rules>(&Node::map(file.node.span, shared), file.node.span));
        let constructs = file.node.get("constructs");
        let misspelt = || found.iter().any(|other| other.hints.iter().any(|hint| hint.contains("`constructs`")));
        if constructs.is_none() && file.node.as_map().is_some() && !misspelt() {
            let missing = Diagnostic::error(Code::MissingProperty, file.node.span, "`constructs` is missing here");
            found.push(missing.hint("the smallest is `constructs: { security: { data: { KmsKey: {} } } }`"));
        }
        if let Some(empty) = constructs.filter(|it| it.value.as_map().is_some_and(Map::is_empty)) {
            let message = "there is no construct here, so nothing is written for this stack";
            found.push(Diagnostic::warning(Code::MissingProperty, empty.key_span, message));
        }
        let mut constructs = self.constructs(constructs, &mut found);
        constructs.check_was(&mut found);
        let (Some(top), Some(rules)) = (top, rules) else {
            let name = file.node.get("stack").and_then(|entry| entry.value.as_text()).unwrap_or(&file.stem);
            return (Err(name.into()), found);
        };
        let Some(name) = top.stack.as_ref().map(|name| name.value.clone()).or_else(|| Word::new(&file.stem)) else {
            let message = format!("the file's name, `{}`, is not one for a stack: say `stack: …` here", file.stem);
            found.push(Diagnostic::error(Code::InvalidValue, file.node.span, message));
            return (Err(file.stem.as_str().into()), found);
        };
        let place = top.stack.as_ref().map_or(file.node.span, |name| name.span);
        let outputs = outputs.map(|top| top.outputs).unwrap_or_default();
        let top = Top { outputs, rules, ..top };
        (Ok(top.stack(&name, place, file.folder.clone(), constructs, self.environments, self.name)), found)
    }

    /// What `in:` says for this environment.
    fn refinement<'n>(&self, node: &'n Node) -> Option<&'n Entry> {
        node.get("in")?.value.get(self.name)
    }

    /// That `in:` is a map of environments that exist.
    fn check_environments(&self, node: &Node, found: &mut Diagnostics) {
        let Some(refinements) = node.get("in") else { return };
        let Some(entries) = refinements.value.as_map() else {
            let message = format!("expected a map of environments, found {}", refinements.value.describe());
            return found.push(Diagnostic::error(Code::WrongType, refinements.value.span, message));
        };
        let known = &self.environments.all;
        for (name, entry) in entries.iter().filter(|(name, _)| !known.contains_key(&***name)) {
            found.push(unknown_environment(name, entry.key_span, known.keys().map(String::as_str)));
        }
    }

    fn constructs(&self, constructs: Option<&Entry>, found: &mut Diagnostics) -> Constructs {
        let mut read = Constructs::default();
        for (scope, entry) in words(constructs.map(|entry| &entry.value), "a scope", found) {
            let (scope, siblings): (Arc<str>, _) = (scope.into(), entry.value.as_map());
            for (id, entry) in words(Some(&entry.value), "a construct", found) {
                let path = Path { scope: Arc::clone(&scope), id: id.into() };
                if siblings.is_some_and(|siblings| unindented(siblings, id).is_some()) {
                    read.broken.push(path); // the kind is told where it belongs
                    continue;
                }
                self.check_environments(&entry.value, found);
                let refinement = self.refinement(&entry.value);
                if let Some(at) = self.absence(entry, refinement, found) {
                    read.absent.push((path, at));
                    continue;
                }
                match found.take(self.construct(&path, entry, refinement)) {
                    Some(construct) => read.described.push(construct),
                    None => read.broken.push(path),
                }
            }
        }
        read
    }

    /// Where it is said that this environment does without a construct, if it does.
    fn absence(&self, entry: &Entry, refinement: Option<&Entry>, found: &mut Diagnostics) -> Option<Span> {
        let absent = refinement.filter(|refinement| refinement.value.as_text() == Some(ABSENT));
        let absent = absent.map(|absent| absent.value.span);
        let Some(only) = entry.value.get("only") else { return absent };
        let NodeKind::Seq(names) = &only.value.kind else { return absent }; // of another type, which is reported
        let known = &self.environments.all;
        let unknown = |name: &Node| {
            let word = name.as_text().filter(|word| !known.contains_key(*word))?;
            Some(unknown_environment(word, name.span, known.keys().map(String::as_str)))
        };
        let misspelt: Diagnostics = names.iter().filter_map(unknown).collect();
        if names.is_empty() {
            let message = "`only` names no environment, so nothing would ever be made";
            found.push(Diagnostic::error(Code::InvalidValue, only.value.span, message));
        }
        let listed = names.iter().find(|name| name.as_text() == Some(self.name));
        let unlisted = (listed.is_none() && !names.is_empty()).then_some(only.value.span);
        match (listed, absent, unlisted, refinement) {
            (Some(listed), Some(absent), ..) => {
                let message = format!("`only` names `{}`, which does without this", self.name);
                let diagnostic = Diagnostic::warning(Code::ConflictingProperties, listed.span, message);
                found.push(diagnostic.related(absent, "left out here").hint("take one of the two out"));
            }
            (_, _, Some(only), Some(refinement)) if misspelt.is_empty() => {
                let message = format!("this changes nothing: `only` leaves the construct out of `{}`", self.name);
                let diagnostic = Diagnostic::warning(Code::ConflictingProperties, refinement.key_span, message);
                found.push(diagnostic.related(only, "left out here").hint("take one of the two out"));
            }
            _ => {}
        }
        found.extend(misspelt);
        absent.or(unlisted)
    }

    fn construct(&self, path: &Path, entry: &Entry, refinement: Option<&Entry>) -> Outcome<Described> {
        let mut found = Diagnostics::default();
        let Some(entries) = entry.value.as_map() else {
            let message = format!("expected a map with the kind of `{path}`, found {}", entry.value.describe());
            return Err(Diagnostic::error(Code::WrongType, entry.value.span, message).into());
        };
        let (kind, properties) = kind(path, entry, entries)?;
        let kind_at = properties.key_span;
        let mut properties = std::borrow::Cow::Borrowed(properties);
        let others = entries.iter().filter(|(key, _)| ***key != *kind.name && &***key != "in");
        let mut beside = Node::map(entry.value.span, others.map(|(key, entry)| (key.clone(), entry.clone())).collect());
        let Vocabulary { beside: keys, rules, .. } = self.vocabulary;
        if let Some(refinement) = refinement {
            let Some(refined) = refinement.value.as_map() else {
                let message = format!("expected a map or `absent`, found {}", refinement.value.describe());
                return Err(Diagnostic::error(Code::WrongType, refinement.value.span, message).into());
            };
            if let Some(only) = refinement.value.get("only") {
                let message = format!("`only` cannot be refined for `{}`", self.name);
                let diagnostic = Diagnostic::error(Code::UnknownProperty, only.key_span, message);
                let hint =
                    format!("it stands beside `{}`; here, `{}: absent` leaves the construct out", kind.name, self.name);
                found.push(diagnostic.hint(hint));
            }
            let (own, others): (Map, Map) =
                refined.clone().into_iter().partition(|(key, _)| keys.has(key) || rules.has(key));
            let at = refinement.value.span;
            beside = beside.merge(&Node::map(at, own));
            for (key, entry) in others {
                let over = if *key == *kind.name { entry.value } else { Node::map(at, Map::from([(key, entry)])) };
                let refined = Entry { key_span: properties.key_span, value: properties.value.merge(&over) };
                properties = std::borrow::Cow::Owned(refined);
            }
        }
        let mut misplaced = Diagnostics::default();
        let (own, shared) = keys.split(&beside, rules, &mut misplaced);
        let unindented = properties.value.is_null();
        let place = |diagnostic| place_of_properties(diagnostic, kind, &beside, unindented);
        found.extend(misplaced.into_iter().map(place));
        if unindented && found.has_errors() {
            return Err(found); // what is missing stands beside the kind
        }
        let construct = found.take(self.properties(kind, &properties, refinement));
        let beside = found.take(read::<Beside>(&Node::map(entry.value.span, own), entry.key_span));
        let rules = found.take(read::<Rules>(&Node::map(entry.value.span, shared), entry.key_span));
        match (construct, beside, rules) {
            (Some(construct), Some(beside), Some(rules)) => {
                let beside = Beside { rules, ..beside };
                found.or(Described { path: path.clone(), place: entry.key_span, kind_at, construct, beside })
            }
            _ => Err(found),
        }
    }

    /// A kind's properties; whoever puts a rule among them is told where it belongs.
    fn properties(&self, kind: &Kind, entry: &Entry, refinement: Option<&Entry>) -> Outcome<AnyConstruct> {
        let empty = Node::map(entry.key_span, Map::new());
        let node = if entry.value.is_null() { &empty } else { &entry.value };
        let Vocabulary { beside, rules, .. } = self.vocabulary;
        let place_of_rules = |mut diagnostic: Diagnostic| {
            let unknown = |property: &Entry| {
                diagnostic.code == Code::UnknownProperty && diagnostic.place == property.key_span.into()
            };
            let mut properties = entry.value.as_map().into_iter().flatten();
            let Some((key, _)) = properties.find(|(_, property)| unknown(property)) else { return diagnostic };
            if beside.has(key) || rules.has(key) {
                diagnostic.hints = vec![format!("`{key}` stands beside `{}`, not in it", kind.name)];
            } else if let Some(near) = rules.nearest(key)
                && refinement.is_some_and(|refinement| refinement.value.get(key).is_some())
                && diagnostic.hints.iter().all(|hint| !hint.starts_with("did you mean"))
            {
                diagnostic.hints = vec![format!("did you mean `{near}`?")];
            }
            diagnostic
        };
        (kind.read)(node, entry.key_span).map_err(|found| found.into_iter().map(place_of_rules).collect())
    }
}

/// The constructs of a stack in an environment.
#[derive(Default)]
pub(crate) struct Constructs {
    /// Those that it has.
    pub described: Vec<Described>,
    /// Those that it does without, and where that is said.
    pub absent: Vec<(Path, Span)>,
    /// Those that could not be read.
    pub broken: Vec<Path>,
}

impl Top {
    /// The stack that this is the top of.
    ///
    /// # Panics
    /// If there is no such environment.
    pub(crate) fn stack(
        self,
        name: &Word,
        place: Span,
        folder: Folder,
        constructs: Constructs,
        environments: &Environments,
        environment: &str,
    ) -> Stack {
        let environment = &environments.all[environment];
        let inherited = environments.project.tags.clone().into_iter().chain(environment.tags.clone());
        let variables = environment.variables.clone().into_iter().chain(self.variables);
        Stack {
            name: name.as_str().into(),
            project: self.project.as_ref().unwrap_or(name).as_str().into(),
            place,
            folder,
            tags: inherited.chain(self.tags).collect(),
            naming: self.naming,
            account: self.account,
            variables: Arc::new(variables.collect()),
            rules: self.rules,
            unprotected: self.unprotected,
            constructs: constructs.described,
            absent: constructs.absent,
            broken: constructs.broken,
            outputs: self.outputs,
            env_file: self.env_file,
        }
    }
}

/// Whoever puts a property beside its kind is told where it belongs.
fn place_of_properties(mut diagnostic: Diagnostic, kind: &Kind, beside: &Node, unindented: bool) -> Diagnostic {
    let mut entries = beside.as_map().into_iter().flatten();
    let written = entries.find(|(_, entry)| diagnostic.place == entry.key_span.into()).map(|(key, _)| &**key);
    let schema = (kind.schema)().to_value();
    if let Some(key) = written.filter(|key| schema["properties"].get(key).is_some()) {
        let mend = if unindented { ": indent it by two more blanks" } else { "" };
        diagnostic.hints = vec![format!("`{key}` stands in `{}`, not beside it{mend}", kind.name)];
    }
    diagnostic
}

/// The top of a stack file without its constructs, which have refinements of their own.
fn without_constructs(node: &Node) -> Node {
    match node.as_map() {
        Some(entries) => {
            let top = entries.iter().filter(|(key, _)| &***key != "constructs" && &***key != "in");
            Node::map(node.span, top.map(|(key, entry)| (key.clone(), entry.clone())).collect())
        }
        None => node.clone(),
    }
}
