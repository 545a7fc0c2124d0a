//! The stable names of findings.

use clap::ValueEnum;
use schemars::JsonSchema;

/// What kind of mistake a finding is. Its name is the variant in kebab-case, and its documentation is the long
/// explanation that users get; both are public contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, JsonSchema, ValueEnum)]
#[schemars(rename_all = "kebab-case")]
pub enum Code {
    /// The text is not YAML. Reading of that file ends where the mistake is; other files are still read.
    ///
    /// Text with `: ` or ` #` in it needs quotes, and lines are indented with blanks. The mistake may stand a line
    /// before the place that is shown.
    InvalidYaml,
    /// The text is YAML, but uses something that stack files do without: anchors, aliases, merge keys, tags, several
    /// documents in one file, keys that are not text, or nesting deeper than 64 levels.
    ///
    /// Write the value out where it is needed, and each stack into a file of its own. What several constructs share is
    /// a rule at the top of the file, or a stack of its own.
    UnsupportedYaml,
    /// A map has one key twice. YAML readers that accept this lose one of the two values without a word.
    ///
    /// Take one of the two out, or give one of two constructs another id.
    DuplicateKey,
    /// A file or folder cannot be read, is not UTF-8, or is too large.
    ///
    /// Paths in a stack file begin at its folder. Save texts as UTF-8, and take out links that lead nowhere or back.
    UnreadableFile,
    /// A key that the last output had is in the new one no more, where keys are kept when they leave their template.
    /// The roles of a pool could not decrypt what is encrypted under it, which is an error; any other key stays, and no
    /// stack manages it, which is a warning.
    ///
    /// `was` says where a construct stood before it was moved. A pool stays as large as it is: `retired` takes a key
    /// out of use.
    LostKey,
    /// The output cannot be written: the disk is full, the folder belongs to somebody else, what another project wrote
    /// is there, or a file that is not overwritten.
    ///
    /// `--out` names another folder. What was written before is still there.
    UnwritableOutput,
    /// The folder of stack files holds none.
    ///
    /// A stack file is a file ending in `.yaml` or `.yml` beside `environments.yaml` or in a folder there; `synth init`
    /// makes one.
    NoStacks,
    /// Two files describe a stack of the same name.
    ///
    /// A stack is called like its file unless `stack: …` at the top of the file says otherwise.
    DuplicateStack,
    /// A construct's map does not name exactly one kind: kinds are the keys that begin with a capital letter.
    ///
    /// Put each kind under an id of its own. `synth schema` gives editors the list of kinds.
    InvalidConstruct,
    /// No construct has this name.
    ///
    /// The kinds are in docs/constructs.md. A kind that `synth` does not have can be written as a `Resource` of its
    /// CloudFormation type.
    UnknownConstruct,
    /// The construct, rule or map does not have this property.
    ///
    /// Properties of a kind stand in it; `name`, `in` and rules such as `log-retention` stand beside it.
    /// docs/constructs.md has the properties of each kind.
    UnknownProperty,
    /// A value is of another type than its property: text where a number is needed, a list where a map is.
    ///
    /// Only `true` and `false` are truth values, and a number has no quotes and no unit.
    WrongType,
    /// A number is smaller or larger than the service accepts.
    ///
    /// The bounds are in the message; they are the service's.
    OutOfRange,
    /// A property that has no default is not there.
    ///
    /// docs/constructs.md shows in bold what has no default. In `in:`, `null` takes a property away: what has no
    /// default must stay.
    MissingProperty,
    /// A value has the right type, but is not one of those that its property accepts.
    ///
    /// The message says what is accepted, or what is nearest.
    InvalidValue,
    /// Two properties, each right by itself, that do not go together.
    ///
    /// Take one of the two out. Where a rule is the other one, `synth explain <ENV> <construct>` says where it is set.
    ConflictingProperties,
    /// A reference names nothing that these stack files describe.
    ///
    /// A reference is `scope/id` in the same stack and `stack:scope/id` in another, with `@region` behind it where a
    /// stack has several. `synth list` shows everything that can be named.
    UnknownReference,
    /// A reference names something, but not of the type that is needed here.
    ///
    /// The hint names what is of the right type in this stack. An alias cannot be granted: grant its key.
    WrongReference,
    /// A reference names a construct that the environment does without.
    ///
    /// Leave out what refers to it as well, by `in: { <env>: absent }` or `only`, or refine the reference in `in:`.
    AbsentConstruct,
    /// Encryption is `customer-managed`, and no key is named.
    ///
    /// Name a key: `key: security/data`. Or set `encryption` to `aws-managed` or `aws-owned` for the construct, its
    /// stack or the environment.
    MissingKey,
    /// A key is needed where `encryption` is not `customer-managed`, and so no key of these stacks exists.
    ///
    /// What AWS's own keys cannot do (grants on a key, pools, replicas) has to go in this environment, or the construct
    /// needs `encryption: customer-managed`.
    AbsentKey,
    /// A resource lacks a tag that the rule `required-tags` asks for.
    ///
    /// Tags can stand at the top of `environments.yaml`, in an environment, at the top of a stack file and in a
    /// construct.
    MissingTag,
    /// Something outside of these stacks has to allow what they do, and its owner has to add statements to a policy.
    ///
    /// The statements are in the report, and in `<stack>.<scope>-<id>.policy.json` beside the templates. It is a note
    /// on every run, since nothing here can see whether they are there.
    OutsidePolicy,
    /// A resource or a property is written as CloudFormation takes it: what it means is not known here.
    ///
    /// It is a note on every run, so that whoever reviews the templates knows where to look.
    Unchecked,
    /// The first word of the command line is neither a command nor an environment, or it is the name of a command that
    /// this version does not have yet.
    ///
    /// `synth help` lists the commands, `synth list` the environments.
    UnknownCommand,
    /// A word, a rule or a command line names an environment that `environments.yaml` does not have.
    ///
    /// Environments are the keys below `environments` in `environments.yaml`.
    UnknownEnvironment,
    /// A naming template is not a template, uses an unknown variable, or computes with the account or the region
    /// where these are known only at deployment.
    ///
    /// The variables are `project`, `stack`, `env`, `scope`, `kind`, `id`, `account`, `region` and your own, the
    /// filters `lower`, `upper` and `replace`. `account` and `regions` in `environments.yaml` make account and region
    /// known.
    InvalidNaming,
    /// The service refuses a name that the naming rule gives: a character, its beginning, or too few of them.
    ///
    /// Change the naming rule, or give this construct a `name` of its own.
    InvalidName,
    /// A name that the naming rule gives is longer than the service accepts. Where it holds the account or the
    /// region, their longest possible values count.
    ///
    /// Shorten the id, the stack's name or the naming rule, or give this construct a `name` of its own.
    NameTooLong,
    /// Two constructs get one physical name where the service wants it to be unique: in the account and region, or
    /// in the account, across every environment that shares the account or may share it; in the partition, across all
    /// environments. Or they make one setting of an account.
    ///
    /// Put what tells the two apart into the naming rule: `{{ env }}`, `{{ scope }}`, `{{ region }}`. Or name the
    /// `account` of each environment, where they differ. `only` leaves a setting to one environment.
    DuplicateName,
    /// Two paths give one logical id, which would make one resource of two.
    ///
    /// Give one of the two another id: `a-1` and `a1` are one word in a logical id.
    DuplicateLogicalId,
    /// A stack reads an output of a stack in another account, and no `stack-output-role` is named for it.
    ///
    /// Name a role of the other stack's account in its environment: `stack-output-role: role/read-outputs`. It takes
    /// `cloudformation:DescribeStacks`, and has to let the deploying role assume it.
    MissingOutputRole,
    /// A locked environment needs a break-glass role: nobody else may destroy its keys.
    ///
    /// `break-glass-role: security/BreakGlass` names it, by path and name or as an ARN. It need not exist yet, but
    /// nobody can delete a key before it does.
    MissingBreakGlass,
    /// A key that only its administrators may manage needs `deployers`: KMS refuses a key whose creator may not put
    /// its policy. Where an environment keeps its data and names none, whoever IAM lets may create what keys encrypt,
    /// and a note says so.
    ///
    /// `deployers: [role/deploy/CloudFormation]` names them, in `environments.yaml` or beside the construct.
    MissingDeployers,
    /// A stack or construct asks for less protection than its environment, without `unprotected: "why"`.
    ///
    /// Take the rule out, or give the reason beside it: `unprotected: "restored nightly"`. Every run prints it as a
    /// note.
    WeakerProtection,
    /// An environment is protected less than one that comes before it in `order`.
    ///
    /// Raise the rule that the message names, or change `order`.
    WeakerEnvironment,
    /// The partition or region that the environment names does not have the service.
    ///
    /// Leave it out of this environment by `in: { <env>: … }`, or deploy to another region.
    UnavailableService,
    /// A resource would have to exist before itself.
    ///
    /// Take one of the references of the circle out. Between stacks, put what both need into a third.
    DependencyCycle,
    /// The result is larger than AWS accepts.
    ///
    /// Divide the stack, or share the work between several constructs.
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
        explanation::<Self>(&self.name())
    }
}

/// What the documentation of an enum says of one of its names.
pub(super) fn explanation<T: JsonSchema>(name: &str) -> String {
    let schema = schemars::schema_for!(T).to_value();
    let mut codes = schema["oneOf"].as_array().into_iter().flatten();
    let own = codes.find(|code| code["const"] == *name).expect("every code is documented");
    own["description"].as_str().expect("documentation is text").to_owned()
}
