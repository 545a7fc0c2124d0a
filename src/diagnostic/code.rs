//! The stable names of findings.

use clap::ValueEnum;
use schemars::JsonSchema;

/// What kind of mistake a finding is. Its name is the variant in kebab-case, and its documentation is the long
/// explanation that users get; both are public contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, JsonSchema, ValueEnum)]
#[schemars(rename_all = "kebab-case")]
pub enum Code {
    /// The text is not YAML. Reading of that file ends where the mistake is; other files are still read.
    InvalidYaml,
    /// The text is YAML, but uses something that stack files do without: anchors, aliases, merge keys, tags, several
    /// documents in one file, keys that are not text, or nesting deeper than 64 levels.
    UnsupportedYaml,
    /// A map has one key twice. YAML readers that accept this lose one of the two values without a word.
    DuplicateKey,
    /// A file or folder cannot be read, is not UTF-8, or is too large.
    UnreadableFile,
    /// The output cannot be written: the disk is full, the folder belongs to somebody else, or a
    /// file is there that is not overwritten.
    UnwritableOutput,
    /// The folder of stack files holds none.
    NoStacks,
    /// Two files describe a stack of the same name.
    DuplicateStack,
    /// A construct's map does not name exactly one kind: kinds are the keys that begin with a capital letter.
    InvalidConstruct,
    /// No construct has this name.
    UnknownConstruct,
    /// The construct, rule or map does not have this property.
    UnknownProperty,
    /// A value is of another type than its property: text where a number is needed, a list where a map is.
    WrongType,
    /// A number is smaller or larger than the service accepts.
    OutOfRange,
    /// A property that has no default is not there.
    MissingProperty,
    /// A value has the right type, but is not one of those that its property accepts.
    InvalidValue,
    /// Two properties, each right by itself, that do not go together.
    ConflictingProperties,
    /// A reference names nothing that these stack files describe.
    UnknownReference,
    /// A reference names something, but not of the type that is needed here.
    WrongReference,
    /// A reference names a construct that the environment does without.
    AbsentConstruct,
    /// Encryption is `customer-managed`, and no key is named.
    MissingKey,
    /// A key is needed where `encryption` is not `customer-managed`, and so no key of these stacks exists.
    AbsentKey,
    /// A resource lacks a tag that the rule `required-tags` asks for.
    MissingTag,
    /// Something outside of these stacks has to allow what they do, and its owner has to add statements to a policy.
    OutsidePolicy,
    /// A resource or a property is written as CloudFormation takes it: what it means is not known here.
    Unchecked,
    /// The first word of the command line is neither a command nor an environment, or it is the name of a command that
    /// this version does not have yet.
    UnknownCommand,
    /// A word, a rule or a command line names an environment that `environments.yaml` does not have.
    UnknownEnvironment,
    /// A naming template is not a template, uses an unknown variable, or computes with the account or the region
    /// where these are known only at deployment.
    InvalidNaming,
    /// The service refuses a name that the naming rule gives: a character, its beginning, or too few of them.
    InvalidName,
    /// A name that the naming rule gives is longer than the service accepts. Where it holds the account or the
    /// region, their longest possible values count.
    NameTooLong,
    /// Two constructs get one physical name where the service wants it to be unique: in the account and region, or
    /// in the account, across every environment that shares the account or may share it; in the partition, across all
    /// environments.
    DuplicateName,
    /// Two paths give one logical id, which would make one resource of two.
    DuplicateLogicalId,
    /// A stack reads an output of a stack in another account, and no `stack-output-role` is named for it.
    MissingOutputRole,
    /// A locked environment needs a break-glass role: nobody else may destroy its keys.
    MissingBreakGlass,
    /// A key that only its administrators may manage needs `deployers`: KMS refuses a key whose creator may not put
    /// its policy.
    MissingDeployers,
    /// A stack or construct asks for less protection than its environment, without `unprotected: "why"`.
    WeakerProtection,
    /// An environment is protected less than one that comes before it in `order`.
    WeakerEnvironment,
    /// The partition or region that the environment names does not have the service.
    UnavailableService,
    /// A resource would have to exist before itself.
    DependencyCycle,
    /// The result is larger than AWS accepts.
    LimitExceeded,
}

impl Code {
    /// The code as it is written: `unknown-construct`.
    pub fn name(self) -> String {
        self.to_possible_value().expect("no code is hidden").get_name().to_owned()
    }

    /// The code of this name.
    pub fn find(name: &str) -> Option<Self> {
        Self::value_variants().iter().copied().find(|code| code.name() == name)
    }

    /// Its documentation.
    pub fn explanation(self) -> String {
        let schema = schemars::schema_for!(Self).to_value();
        let mut codes = schema["oneOf"].as_array().into_iter().flatten();
        let own = codes.find(|code| code["const"] == *self.name()).expect("every code is documented");
        own["description"].as_str().expect("documentation is text").to_owned()
    }
}
