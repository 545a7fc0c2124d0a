//! Projects whose stacks are written in Rust.
//!
//! A [`Program`] describes its stacks anew for each environment, so what is different in one of them is an `if`. What
//! it describes is what stack files describe, and goes the same way: the same passes, checks and commands.
//!
//! Constructs are struct literals, in which `..` stands for what is left at its default. Adding one to a
//! [stack](Stack::add) gives a typed [reference](crate::construct::To), so that a topic where a key is needed does not
//! compile. Words and numbers are of types that hold only what AWS accepts: `?` behind one reports it.
//!
//! ```
//! use std::path::Path;
//!
//! use synth::constructs::{EncryptedTopic, KmsKey};
//! use synth::diagnostic::{Result, Sources};
//! use synth::environment::{Environments, Protection};
//! use synth::program::{Program, Stack};
//! use synth::synth::synthesize;
//!
//! fn stacks(_environment: &str) -> Result<[Stack; 2]> {
//!     let mut keys = Stack::new("keys");
//!     let messages = keys.add("security/messages", KmsKey::default());
//!     let mut shop = Stack::new("shop");
//!     shop.add("messaging/orders", EncryptedTopic { key: Some(messages), ..EncryptedTopic::default() });
//!     Ok([keys, shop])
//! }
//!
//! let mut program = Program::new(stacks);
//! program.environments = Some(Environments {
//!     all: [("dev".to_owned(), Protection::Open.into())].into(),
//!     ..Environments::default()
//! });
//! let (project, found) = program.load(Path::new("."), &mut Sources::default());
//! assert!(found.is_empty());
//! let (synthesis, found) = synthesize(&project.expect("nothing was found"), "dev");
//! assert!(found.is_empty());
//! let names: Vec<String> = synthesis.expect("nothing was found").stacks.into_iter().map(|it| it.stack_name).collect();
//! assert_eq!(names, ["keys-dev", "shop-dev"]);
//! ```

mod stack;

use std::collections::HashMap;
use std::fmt;
use std::panic::Location;
use std::path::Path;

use indexmap::IndexMap;

pub use stack::Stack;

use crate::construct::Folder;
use crate::definition::{self, InRust, Project};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, Result, Sources, Span};
use crate::document::Spanned;
use crate::environment::{Environments, unknown_environment};

/// A project whose stacks are written in Rust.
pub struct Program {
    /// Its environments. Without any, they are those of the folder's `environments.yaml`.
    pub environments: Option<Environments>,
    stacks: Box<Describe>,
    at: &'static Location<'static>,
}

/// What a program's stacks are in an environment.
type Describe = dyn Fn(&str) -> Result<Vec<Stack>>;

impl Program {
    /// The project that `describe` describes: the stacks of an environment, by its name.
    #[track_caller]
    pub fn new<S: IntoIterator<Item = Stack>>(describe: impl Fn(&str) -> Result<S> + 'static) -> Self {
        let stacks = move |environment: &str| Ok(describe(environment)?.into_iter().collect());
        Self { environments: None, stacks: Box::new(stacks), at: Location::caller() }
    }

    /// The project, with `folder` as the place of its `environments.yaml` and of the files that it names. The folder's
    /// stack files do not belong to it.
    ///
    /// # Errors
    /// What is wrong with the environments. What is wrong with a stack is found when its environment is defined.
    pub fn load(&self, folder: &Path, sources: &mut Sources) -> (Option<Project>, Diagnostics) {
        let mut places = Places { known: HashMap::new(), sources };
        let (environments, mut found) = match &self.environments {
            Some(environments) => environments.clone().in_rust(|words| places.of(self.at, words)),
            None => definition::environments(&folder.join(definition::ENVIRONMENTS), places.sources),
        };
        let Some(environments) = environments else { return (None, found) };
        let mut describe = |environment: &String| {
            let within = Within { environment, environments: &environments, folder: Folder::new(folder, folder) };
            (environment.clone(), self.describe(&within, &mut places))
        };
        let in_rust: IndexMap<String, InRust> = environments.all.keys().map(&mut describe).collect();
        if in_rust.values().all(|it| it.stacks.is_empty() && it.broken.is_empty() && it.found.is_empty()) {
            let message = "this program describes no stacks";
            found.push(Diagnostic::error(Code::NoStacks, Place::Program(self.at), message));
        }
        let (folder, files, broken) = (folder.to_owned(), Vec::new(), Vec::new());
        (Some(Project { folder, environments, files, broken, in_rust }), found)
    }

    fn describe(&self, within: &Within<'_>, places: &mut Places<'_>) -> InRust {
        let mut described = InRust::default();
        for stack in described.found.take((self.stacks)(within.environment)).unwrap_or_default() {
            let (stack, mistakes) = stack.place(within, places);
            described.found.extend(mistakes);
            match stack {
                Ok(stack) => described.stacks.push(stack),
                Err(name) => described.broken.push(name),
            }
        }
        described
    }
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Program").field("at", &self.at).finish_non_exhaustive()
    }
}

/// Where stacks are described.
struct Within<'w> {
    environment: &'w str,
    environments: &'w Environments,
    folder: Folder,
}

impl Within<'_> {
    /// Whether the environment does without what is `only` in others. Those that do not exist are reported.
    fn lacks(&self, only: &[Spanned<String>], at: Span, found: &mut Diagnostics) -> bool {
        let known = &self.environments.all;
        let unknown = only.iter().filter(|name| !known.contains_key(&name.value));
        found.extend(unknown.map(|name| unknown_environment(&name.value, at, known.keys().map(String::as_str))));
        !only.is_empty() && only.iter().all(|name| name.value != self.environment)
    }
}

/// The places of what a program writes: one for the same words at the same line, whatever the environment.
struct Places<'s> {
    known: HashMap<(&'static Location<'static>, String), Span>,
    sources: &'s mut Sources,
}

impl Places<'_> {
    fn of(&mut self, at: &'static Location<'static>, words: &str) -> Span {
        let new = || self.sources.add_line(at.file(), at.line(), words);
        *self.known.entry((at, words.to_owned())).or_insert_with(new)
    }
}
