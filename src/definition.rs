//! Stack files as they are written, and what they describe in one environment.
//!
//! A [`Project`] is what was read from a folder. Its [`Definition`] in an environment has that environment's
//! refinements merged in, and typed constructs.

mod env_file;
mod folder;
mod in_rust;
mod kind;
mod load;
mod schema;
mod stack;
mod was;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::construct::{AttributeOf, Folder, RawProperties};
use crate::constructs::AnyConstruct;
use crate::diagnostic::{FileId, Hazard, Span};
use crate::document::{Node, Spanned};
use crate::environment::{Environments, Rules};
use crate::name::{Bounded, Path, Tags, text_type};

pub use env_file::{EnvFile, EnvName};
pub use in_rust::InRust;
pub(crate) use load::{ENVIRONMENTS, environments};
pub use schema::stack_file_schema;
pub(crate) use stack::Constructs;

/// What stands in `in:` in place of a refinement, where an environment does without a construct.
const ABSENT: &str = "absent";

/// A folder of stack files with its environments.
#[derive(Debug)]
pub struct Project {
    /// The folder: that of its `environments.yaml`, and of all files that it names.
    pub folder: PathBuf,
    /// Its environments.
    pub environments: Environments,
    /// Its stack files, in the order of their paths.
    pub files: Vec<StackFile>,
    /// What files that are not YAML would be called as stacks.
    pub broken: Vec<Arc<str>>,
    /// Its stacks that are written in Rust, by environment.
    pub in_rust: IndexMap<String, InRust>,
}

/// A stack file that was read.
#[derive(Debug)]
pub struct StackFile {
    /// Its text.
    pub file: FileId,
    /// Its name without the ending: what its stack is called unless it says otherwise.
    pub stem: String,
    /// Where the files lie that it names.
    pub folder: Folder,
    /// What it says.
    pub node: Node,
}

/// What a project is in one environment.
#[derive(Debug)]
pub struct Definition {
    /// The environment's name.
    pub environment: Arc<str>,
    /// Its stacks, in the order of the files.
    pub stacks: Vec<Stack>,
    /// Stacks that are there but could not be read.
    pub broken: Vec<Arc<str>>,
}

/// A stack in one environment.
#[derive(Clone, Debug)]
pub struct Stack {
    /// Its name.
    pub name: Arc<str>,
    /// The project that names are made of.
    pub project: Arc<str>,
    /// Where its name is written, or where its file begins.
    pub place: Span,
    /// Where the files lie that it names.
    pub folder: Folder,
    /// The tags of all its resources.
    pub tags: Tags,
    /// The naming rule, if it has one of its own.
    pub naming: Option<Spanned<String>>,
    /// The account that it is deployed to, where that is not the environment's: a template over variables.
    pub account: Option<Spanned<String>>,
    /// The user's variables: the environment's, and its own.
    pub variables: Arc<HashMap<String, String>>,
    /// Its rules.
    pub rules: Rules,
    /// Why it may be protected less than its environment.
    pub unprotected: Option<Reason>,
    /// Its constructs, in the order of the file.
    pub constructs: Vec<Described>,
    /// Constructs that the environment does without, and where that is said.
    pub absent: Vec<(Path, Span)>,
    /// Constructs that are there but could not be read.
    pub broken: Vec<Path>,
    /// Its outputs, by name.
    pub outputs: IndexMap<OutputName, Spanned<AttributeOf>>,
    /// Variables for programs outside of AWS.
    pub env_file: EnvFile,
}

/// A construct of a stack file, and what stands beside its kind.
#[derive(Clone, Debug)]
pub struct Described {
    /// Its scope and id.
    pub path: Path,
    /// Where its id is written.
    pub place: Span,
    /// Where its kind is written.
    pub kind_at: Span,
    /// What it is.
    pub construct: AnyConstruct,
    /// Its rules, name, region and generation.
    pub beside: Beside,
}

/// Properties that users put in place of a construct's own, by logical id.
pub type Overrides = IndexMap<Spanned<String>, RawProperties>;

/// What can stand beside a construct's kind, besides rules and `in`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Beside {
    /// The physical name of the main resource, instead of what the naming rule gives; a template too.
    pub name: Option<Spanned<String>>,
    /// A naming rule for this construct.
    pub naming: Option<Spanned<String>>,
    /// The region that it is in, where that is not the environment's first: a region, or a variable (`{{ … }}`).
    pub region: Option<Spanned<String>>,
    /// A number that enters the names from 2 on: what has a name cannot be replaced under the same name.
    pub generation: Option<Bounded<1, 9999>>,
    /// The environments that have it; all, where nothing is said. `in: { dev: absent }` leaves it out of one.
    #[serde(default)]
    pub only: Vec<Spanned<String>>,
    /// Where it stood before it was moved or renamed: its resources keep the logical ids and names they have.
    pub was: Option<Spanned<Path>>,
    /// Properties in place of what its resources have, by logical id and CloudFormation's names. They are not checked,
    /// and named on every run.
    #[serde(default)]
    pub overrides: Overrides,
    /// Why it may be protected less than its environment.
    pub unprotected: Option<Reason>,
    /// What the audit finds here and is right all the same, each with the reason: `{ over-permission: "…" }`.
    #[serde(default)]
    pub allow: IndexMap<Spanned<Hazard>, Reason>,
    /// The construct's rules.
    #[serde(skip)]
    #[schemars(skip)]
    pub rules: Rules,
}

/// What can stand at the top of a stack file, besides rules, `in` and `constructs`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Top {
    /// The stack's name, by default the name of its file.
    stack: Option<Spanned<crate::name::Word>>,
    /// The project that names are made of, by default the stack's name.
    pub project: Option<crate::name::Word>,
    /// The account that it is deployed to, where that is not the environment's: its twelve digits, or a variable
    /// (`{{ … }}`).
    pub account: Option<Spanned<String>>,
    /// The naming rule of this stack.
    pub naming: Option<Spanned<String>>,
    /// Tags for every resource of the stack that can have tags.
    #[serde(default)]
    pub tags: Tags,
    /// Values for naming templates.
    #[serde(default)]
    pub variables: IndexMap<String, String>,
    /// Why the stack may be protected less than its environment.
    pub unprotected: Option<Reason>,
    /// Values that the CloudFormation stack shows, by name: `{ TopicArn: messaging/events.arn }`.
    #[serde(default)]
    pub outputs: IndexMap<OutputName, Spanned<AttributeOf>>,
    /// Variables for programs outside of AWS, written to `<stack>.env` after `AWS_REGION`: texts, and what constructs
    /// are called. No value may be a secret. Each is known before the deployment, and has letters, digits and
    /// `_-.,:/@+%` only, which every shell takes as they are.
    #[serde(default)]
    pub env_file: EnvFile,
    /// The stack's rules.
    #[serde(skip)]
    #[schemars(skip)]
    pub rules: Rules,
}

/// The name of an output: letters and digits.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html>
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OutputName(Arc<str>);

impl OutputName {
    /// The name, if the text is one.
    pub fn new(text: &str) -> Option<Self> {
        let form = (1..=255).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric());
        form.then(|| Self(text.into()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_type!(OutputName, "a name for an output: letters and digits", r"^[A-Za-z0-9]{1,255}$");

/// Why something may be protected less than its environment: a few words, for whoever reads the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason(Arc<str>);

impl Reason {
    /// The reason, if the text can be one.
    pub fn new(text: &str) -> Option<Self> {
        (text.split_whitespace().count() > 1).then(|| Self(text.trim().into()))
    }

    /// The reason as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_type!(Reason, "a reason: say why in a few words", r"\S\s+\S");
