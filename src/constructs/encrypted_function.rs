//! `EncryptedFunction`

mod build;
mod caller;
mod check;
mod code;
mod destination;
mod invocation;
mod network;
mod settings;
mod source;
mod trigger;
mod variable;

use indexmap::{IndexMap, IndexSet};
use schemars::JsonSchema;
use serde::Deserialize;

pub use self::code::{BucketName, Code, Object};
pub use self::invocation::{Asynchronous, Url};
pub use self::network::{Network, SecurityGroupId, SubnetId};
pub use self::settings::{Durable, Logging, RuntimeUpdates};
pub use self::source::{EventSource, Pollers, Source, StartingPosition};
use self::trigger::Trigger;
pub use self::variable::{Scalar, Variable, VariableName};
use super::encrypted_log_group::encrypted;
use super::grants::{self, Grants};
use super::or_reference::OrReference;
use super::service_role::ServiceRole;
use crate::cfn::lambda::Runtime;
use crate::cfn::policy::{Action, Condition, Operator};
use crate::cfn::{Arn, Handle, Val, iam, kms, lambda, logs, sns};
use crate::construct::{Access, Any, Attribute, By, Construct, Cx, Grant, Grantee, Naming, Resources, To, Uses};
use crate::diagnostic::{Diagnostics, Result};
use crate::document::Spanned;
use crate::environment::Kept;
use crate::name::{Bounded, CodeSigningArn, LayerArn, Tags, Text, Word};
use crate::service::{Subject, lambda as facts};

/// A Lambda function with a role of its own, which may do exactly what is granted here, and an encrypted log group.
///
/// Roles are granted `invoke` on it, and `invoke-url` where it has a `url`; those of other accounts are its `callers`.
/// How long its log is kept is the rule `log-retention`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EncryptedFunction {
    /// What the function does, in at most 256 characters.
    // https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html#lambda-CreateFunction-request-Description
    pub description: Option<Text<256>>,
    /// A file of Python or JavaScript, from the stack file's folder, whose text goes into the template; or an object
    /// in a bucket: `{ bucket: artifacts, key: processor.zip }`. Code of more than one file has to be an object. No
    /// path leaves the project, which is the folder that holds that of the stack files.
    pub code: Spanned<Code>,
    /// The key that encrypts the code. By default it is under a key that AWS owns.
    pub code_key: Option<To<kms::Key>>,
    /// The configuration that says whose signature the code needs, by its ARN or as `{ ref: signing/config.id }`.
    pub code_signing: Option<OrReference<CodeSigningArn>>,
    /// What runs the code.
    pub runtime: Spanned<Runtime>,
    /// When AWS may update the runtime, by default `auto`.
    pub runtime_updates: Option<RuntimeUpdates>,
    /// File and function to call, by default `index.handler`; code from a file is always the file `index`.
    pub handler: Option<Spanned<String>>,
    /// Layers that the code uses, by the ARNs of their versions or as `{ ref: layers/tools.id }`; at most five.
    #[serde(default)]
    pub layers: Vec<OrReference<LayerArn>>,
    /// The processors it runs on, by default `x86_64`.
    pub architecture: Option<lambda::Architecture>,
    /// Memory in MB, 128 to 10240, by default 128. Processor time follows from it.
    pub memory: Option<Bounded<128, 10_240>>,
    /// Seconds that a call may take, 1 to 900, by default 3.
    pub timeout: Option<Spanned<Bounded<1, 900>>>,
    /// Disk space in `/tmp` in MB, 512 to 10240, by default 512.
    pub ephemeral_storage: Option<Bounded<512, 10_240>>,
    /// How many calls may run at once, which are kept for this function; 0 stops it. By default as many as the account
    /// has left.
    pub reserved_concurrency: Option<u32>,
    /// Executions that last up to a year. By default a call is all there is.
    pub durable: Option<Durable>,
    /// Environment variables: texts, or what other constructs are called: `{ ref: storage/orders.name }`.
    #[serde(default)]
    pub environment: IndexMap<Spanned<VariableName>, Variable>,
    /// The key that encrypts the environment, and code that waits for calls where there is a `code-key`. By default
    /// they are under the account's `aws/lambda` key.
    pub environment_key: Option<To<kms::Key>>,
    /// The VPC that it runs in. By default it runs in none and reaches the internet.
    pub network: Option<Network>,
    /// The key that encrypts the log, needed where `encryption` is `customer-managed`.
    pub logs_key: Option<To<kms::Key>>,
    /// How the log is written, by default as lines of text.
    pub logging: Option<Logging>,
    /// What the function may do with other constructs: words that each construct's kind offers.
    #[serde(default)]
    pub grants: Grants,
    /// Roles of other accounts that may call the function, such as an `ImportedRole`. Those of its own account are
    /// granted `invoke`.
    #[serde(default)]
    pub callers: Vec<To<iam::Role>>,
    /// Topics whose messages call the function.
    #[serde(default)]
    pub triggers: Vec<To<sns::Topic>>,
    /// Queues and streams that Lambda reads and calls the function with, by name.
    #[serde(default)]
    pub sources: IndexMap<Spanned<Word>, Source>,
    /// What becomes of calls that nobody waits for.
    pub asynchronous: Option<Asynchronous>,
    /// The topic or queue to which events go that the function failed to handle. `asynchronous.on-failure` says more
    /// about them.
    pub dead_letter: Option<To<Any>>,
    /// What Lambda does when the function calls itself in a circle, by default `terminate`.
    pub recursive_loop: Option<lambda::RecursiveLoop>,
    /// A URL that calls the function, for those who are granted `invoke-url`; nobody can call it without signing.
    pub url: Option<Url>,
    /// Which calls X-Ray records, by default none.
    pub tracing: Option<lambda::TracingMode>,
    /// Tags, besides the stack's.
    #[serde(default)]
    pub tags: Tags,
}

/// The resources of a function.
#[derive(Debug)]
pub struct Parts {
    function: Handle<lambda::Function>,
    role: ServiceRole,
    log: Handle<logs::LogGroup>,
    callers: Vec<Handle<lambda::Permission>>,
    triggers: Vec<Trigger>,
    sources: Vec<Handle<lambda::EventSourceMapping>>,
    asynchronous: Option<Handle<lambda::EventInvokeConfig>>,
    url: Option<Handle<lambda::Url>>,
}

impl Construct for EncryptedFunction {
    type Main = lambda::Function;
    type Parts = Parts;
    const ADMITS_OTHER_ACCOUNTS: bool = true; // its `callers`

    fn grantable() -> Vec<&'static str> {
        vec!["invoke", "invoke-url"]
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn name(&self, naming: &mut Naming<'_>) -> Parts {
        let function: Handle<lambda::Function> = naming.main("function");
        let log = Val::concat(["/aws/lambda/".into(), function.name().text()]);
        let url: Option<Handle<lambda::Url>> = self.url.as_ref().map(|_| naming.unnamed("Url"));
        if let Some(url) = &url {
            naming.offer_value(Attribute::Url, url.function_url());
        }
        let sources = self.sources.keys().map(|name| format!("{}Source", name.value.pascal()));
        // What is named twice is a mistake that is reported by itself.
        let callers: IndexSet<_> = self.callers.iter().collect();
        let triggers: IndexSet<_> = self.triggers.iter().collect();
        Parts {
            function,
            role: ServiceRole::name(naming),
            log: naming.named("Logs", log),
            callers: callers.into_iter().map(|to| caller::name(to, naming)).collect(),
            triggers: triggers.into_iter().map(|to| Trigger::name(to, naming)).collect(),
            sources: sources.map(|role| naming.unnamed(&role)).collect(),
            asynchronous: self.asynchronous.as_ref().map(|_| naming.unnamed("Asynchronous")),
            url,
        }
    }

    fn grants(&self, parts: &Parts, cx: &Cx<'_>, found: &mut Diagnostics) -> Vec<Grant> {
        let mut grants = grants::to_role(parts.role.role(), &self.grants, cx, found);
        let role = Grantee::Role(parts.role.role().clone());
        grants.extend(self.callers.iter().filter_map(|to| caller::grant(to, cx, found)));
        grants.extend(self.sources.values().flat_map(|source| source.grants(&role, cx, found)));
        grants.extend(self.asynchronous.iter().flat_map(|calls| calls.grants(&role, cx, found)));
        grants.extend(self.dead_letter.iter().flat_map(|to| destination::grants(to, &role, cx, found)));
        grants
    }

    fn uses(&self, parts: &Parts, cx: &Cx<'_>) -> Result<Uses> {
        let mut found = Diagnostics::default();
        let mut uses = Uses::default();
        uses.add(found.take(encrypted(&parts.log, self.logs_key.as_ref(), cx)).unwrap_or_default());
        let function = || Subject::of(&parts.function);
        let mut under = |key: Option<&To<kms::Key>>, accesses: &[(By, &[&'static _])]| {
            let Some(data) = key.and_then(|key| found.take(cx.data(Some(key), function()))) else { return };
            uses.stored.extend(data.stored(Kept::NOT));
            for (by, accesses) in accesses {
                uses.keys.extend(accesses.iter().filter_map(|access| data.used(by.clone(), access)));
            }
        };
        let creator = By::Creator(cx.house().deployers.clone());
        under(self.environment_key.as_ref(), &[(creator.clone(), facts::CONFIGURE)]);
        under(self.code_key.as_ref(), &[(By::Service(None), &[&facts::CODE])]);
        for source in self.sources.values() {
            let accesses = [(By::Service(None), &[&facts::FILTER_USE][..]), (creator.clone(), facts::FILTER_CREATOR)];
            under(source.filter_key.as_ref(), &accesses);
        }
        let durable = [
            (By::Service(Some(function())), &[&facts::DURABLE_USE][..]),
            (By::Role(parts.role.role().clone()), &[&facts::DURABLE_ROLE]),
            (creator, facts::DURABLE_CREATOR),
        ];
        under(self.durable.as_ref().and_then(|durable| durable.key.as_ref()), &durable);
        for (source, mapping) in self.sources.values().zip(&parts.sources) {
            uses.keys.extend(found.take(source.key_use(mapping, parts.role.role(), cx)).flatten());
        }
        for (grant, role) in cx.granted_to_roles() {
            uses.accesses.extend(grant.words.iter().flat_map(|word| called(&parts.function, &word.value, role)));
        }
        found.or(uses)
    }

    fn build(&self, parts: &Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        self.build_parts(parts, cx, out)
    }
}

impl EncryptedFunction {
    /// A function with this code, and every other property at its default.
    ///
    /// ```
    /// use synth::cfn::lambda::Runtime;
    /// use synth::constructs::EncryptedFunction;
    /// use synth::name::Bounded;
    ///
    /// let function = EncryptedFunction {
    ///     memory: Some(Bounded::of::<256>()),
    ///     ..EncryptedFunction::new("smsbot/processor.py", Runtime::Python313)
    /// };
    /// ```
    pub fn new(code: impl Into<Code>, runtime: Runtime) -> Self {
        Self {
            description: None,
            code: code.into().into(),
            code_key: None,
            code_signing: None,
            runtime: runtime.into(),
            runtime_updates: None,
            handler: None,
            layers: Vec::new(),
            architecture: None,
            memory: None,
            timeout: None,
            ephemeral_storage: None,
            reserved_concurrency: None,
            durable: None,
            environment: IndexMap::new(),
            environment_key: None,
            network: None,
            logs_key: None,
            logging: None,
            grants: Grants::new(),
            callers: Vec::new(),
            triggers: Vec::new(),
            sources: IndexMap::new(),
            asynchronous: None,
            dead_letter: None,
            recursive_loop: None,
            url: None,
            tracing: None,
            tags: Tags::new(),
        }
    }
}

/// What a role may do that was granted a word on a function. Over a URL that takes two permissions, and the second is
/// only for the URL.
/// <https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html#urls-auth-iam>
fn called(function: &Handle<lambda::Function>, word: &str, role: &Handle<iam::Role>) -> Vec<Access> {
    let access = |verb: &str, action: Action, condition| Access {
        role: role.clone(),
        sid: format!("{verb}{}", function.id().logical),
        actions: vec![action],
        resources: vec![Arn::of(function)],
        condition,
    };
    let test = |operator, key, value: &str| Condition::default().and(operator, key, [value.into()]);
    match word {
        "invoke" => vec![access("Invoke", "lambda:InvokeFunction", Condition::default())],
        "invoke-url" => vec![
            access(
                "InvokeUrlOf",
                "lambda:InvokeFunctionUrl",
                test(Operator::StringEquals, "lambda:FunctionUrlAuthType", "AWS_IAM"),
            ),
            access(
                "InvokeByUrl",
                "lambda:InvokeFunction",
                test(Operator::Bool, "lambda:InvokedViaFunctionUrl", "true"),
            ),
        ],
        _ => Vec::new(), // reported where it is granted
    }
}
