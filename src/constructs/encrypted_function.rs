//! `EncryptedFunction`

mod code;
mod variable;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use self::code::Code;
pub(super) use self::variable::Variable;
use self::variable::VariableName;
use super::encrypted_log_group::{encrypted, log_group};
use super::fifo::is_fifo;
use super::grants::{self, Grants};
use super::service_role::ServiceRole;
use super::twice;
use crate::cfn::policy::{Condition, Statement};
use crate::cfn::{Arn, Handle, Val, kms, lambda, logs, sns};
use crate::construct::{Access, Construct, Cx, Grant, Grantee, Naming, Resources, To, Uses};
use crate::diagnostic::{Code as Mistake, Diagnostic, Diagnostics, Result};
use crate::document::Spanned;
use crate::name::{Bounded, Tags, Text};
use crate::service::sns::PRINCIPAL;
use crate::service::{lambda as facts, logs as log_facts};

/// A Lambda function with a role of its own, which may do exactly what is granted here, and an encrypted log group.
///
/// Other roles are granted `invoke` on it. Its code stays under a key that AWS owns, its environment under the
/// account's `aws/lambda` key. How long its log is kept is the rule `log-retention`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EncryptedFunction {
    /// What the function does, in at most 256 characters.
    // https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html#lambda-CreateFunction-request-Description
    description: Option<Text<256>>,
    /// A file of Python or JavaScript, from the stack file's folder, whose text goes into the template; or an object
    /// in a bucket: `{ bucket: artifacts, key: processor.zip }`.
    code: Spanned<Code>,
    /// What runs the code.
    runtime: Spanned<lambda::Runtime>,
    /// File and function to call, by default `index.handler`; code from a file is always the file `index`.
    handler: Option<Spanned<String>>,
    /// The processors it runs on, by default `x86_64`.
    architecture: Option<lambda::Architecture>,
    /// Memory in MB, 128 to 10240, by default 128. Processor time follows from it.
    memory: Option<Bounded<128, 10_240>>,
    /// Seconds that a call may take, 1 to 900, by default 3.
    timeout: Option<Bounded<1, 900>>,
    /// Disk space in `/tmp` in MB, 512 to 10240, by default 512.
    ephemeral_storage: Option<Bounded<512, 10_240>>,
    /// Environment variables: texts, or what other constructs are called: `{ ref: storage/orders.name }`.
    #[serde(default)]
    environment: IndexMap<VariableName, Variable>,
    /// The key that encrypts the log, needed where `encryption` is `customer-managed`.
    logs_key: Option<To<kms::Key>>,
    /// What the function may do with other constructs: words that each construct's kind offers.
    #[serde(default)]
    grants: Grants,
    /// Topics whose messages call the function.
    #[serde(default)]
    triggers: Vec<To<sns::Topic>>,
    /// The topic to which events go that the function failed to handle.
    dead_letter: Option<To<sns::Topic>>,
    /// Which calls X-Ray records, by default none.
    tracing: Option<lambda::TracingMode>,
    /// Tags, besides the stack's.
    #[serde(default)]
    tags: Tags,
}

/// The resources of a function.
#[derive(Debug)]
pub struct Parts {
    function: Handle<lambda::Function>,
    role: ServiceRole,
    log: Handle<logs::LogGroup>,
    triggers: Vec<(Handle<sns::Subscription>, Handle<lambda::Permission>)>,
}

impl Construct for EncryptedFunction {
    type Parts = Parts;

    fn grantable() -> Vec<&'static str> {
        vec!["invoke"]
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn name(&self, naming: &mut Naming<'_>) -> Parts {
        let function: Handle<lambda::Function> = naming.main("function");
        let log = Val::concat(["/aws/lambda/".into(), function.name().text()]);
        let trigger = |to: &To<sns::Topic>, naming: &mut Naming<'_>| {
            let topic = to.pascal();
            (naming.unnamed(&format!("{topic}Subscription")), naming.unnamed(&format!("{topic}Permission")))
        };
        Parts {
            function,
            role: ServiceRole::name(naming),
            log: naming.named("Logs", log),
            triggers: self.triggers.iter().map(|to| trigger(to, naming)).collect(),
        }
    }

    fn grants(&self, parts: &Parts, cx: &Cx<'_>, found: &mut Diagnostics) -> Vec<Grant> {
        let role = parts.role.role();
        let mut grants = grants::to_role(role, &self.grants, cx, found);
        if let Some(to) = &self.dead_letter
            && let Some(on) = found.take(cx.entry_of(to))
        {
            grants.push(Grant::of("publish", Grantee::Role(role.clone()), on, to.span()));
        }
        grants
    }

    fn uses(&self, parts: &Parts, cx: &Cx<'_>) -> Result<Uses> {
        let keys = encrypted(&parts.log, self.logs_key.as_ref(), cx)?.into_iter().collect();
        let invoke = cx.granted().iter().filter_map(Grant::role).map(|role| Access {
            role: role.clone(),
            sid: format!("Invoke{}", parts.function.id().logical),
            actions: vec!["lambda:InvokeFunction"],
            resources: vec![Arn::of(&parts.function)],
            condition: Condition::default(),
        });
        Ok(Uses { keys, accesses: invoke.collect() })
    }

    fn build(&self, parts: &Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        let Parts { function, role, log, triggers } = parts;
        let mut found = Diagnostics::default();
        let code = found.take(Code::lower(&self.code, &self.runtime, cx));
        found.extend(self.check(cx));
        let mut variables = IndexMap::new();
        for (name, variable) in &self.environment {
            variables.extend(found.take(variable.value(cx)).map(|value| (name.as_str().to_owned(), value)));
        }
        let mut topic = |to: &To<sns::Topic>| {
            let topic = found.take(cx.get_here(to))?;
            if is_fifo(&topic) {
                // https://docs.aws.amazon.com/sns/latest/dg/fifo-message-delivery.html
                let message =
                    "messages of a FIFO topic reach queues only, and a function reports to standard topics only";
                found.push(Diagnostic::error(Mistake::ConflictingProperties, to.span(), message));
            }
            Some(topic)
        };
        let topics: Vec<_> = self.triggers.iter().map(&mut topic).collect();
        let dead_letter = self.dead_letter.as_ref().and_then(topic);
        found.extend(twice(self.triggers.iter().map(|to| (to.to_string(), to.span()))));
        found.take(log_group(log, self.logs_key.as_ref(), None, cx, out));
        let mut own = vec![Statement::allow("WriteOwnLog", log_facts::WRITE.to_vec(), vec![Arn::of(log).join(":*")])];
        if self.tracing.is_some() {
            own.push(Statement::allow("SendTraces", facts::TRACE.to_vec(), vec![Arn::any()]));
        }
        let name = cx.entry().path.to_string();
        role.build(cx, out, &format!("what the function {name} may do"), &facts::PRINCIPAL, own);
        let properties = lambda::Function {
            function_name: Some(function.name()),
            description: self.description.as_ref().map(|text| text.as_str().to_owned()),
            runtime: Some(self.runtime.value),
            handler: Some(
                self.handler.as_ref().map_or_else(|| "index.handler".to_owned(), |handler| handler.value.clone()),
            ),
            code: found.or(code)?.unwrap_or_default(),
            role: Some(role.role().arn()),
            architectures: self.architecture.map(|architecture| vec![architecture]),
            memory_size: self.memory.map(Bounded::get),
            timeout: self.timeout.map(Bounded::get),
            ephemeral_storage: self.ephemeral_storage.map(|size| lambda::EphemeralStorage { size: size.get() }),
            environment: (!variables.is_empty()).then_some(lambda::Environment { variables }),
            logging_config: Some(lambda::LoggingConfig { log_group: log.reference() }),
            dead_letter_config: dead_letter.map(|topic| lambda::DeadLetterConfig { target_arn: Arn::of(&topic) }),
            tracing_config: self.tracing.map(|mode| lambda::TracingConfig { mode }),
            tags: Vec::new(),
        };
        out.add(function, properties);
        for ((subscription, permission), topic) in triggers.iter().zip(topics) {
            let Some(topic) = topic else { continue };
            let properties = lambda::Permission {
                function_name: function.reference(),
                action: "lambda:InvokeFunction",
                principal: PRINCIPAL.at(cx.target()),
                source_account: None,
                source_arn: Arn::naming(&topic),
            };
            out.add(permission, properties);
            out.gate(function, permission);
            let properties =
                sns::Subscription::new(Arn::of(&topic).text(), sns::Protocol::Lambda, Arn::of(function).text());
            out.add(subscription, properties);
        }
        Ok(())
    }
}

impl EncryptedFunction {
    /// What would be accepted, and fail when the function runs.
    fn check(&self, cx: &Cx<'_>) -> Diagnostics {
        let mut found = Diagnostics::default();
        if let Some(handler) =
            self.handler.as_ref().filter(|it| self.code.value.is_file() && !it.value.starts_with("index."))
        {
            let function = handler.value.rsplit('.').next().unwrap_or("handler");
            let message = format!("code from a file is the file `index`, and `{}` is in another", handler.value);
            let diagnostic = Diagnostic::error(Mistake::ConflictingProperties, handler.span, message);
            found.push(diagnostic.hint(format!("did you mean `index.{function}`?")));
        }
        if let Some(dead) = self.dead_letter.as_ref()
            && let Some(trigger) = self.triggers.iter().find(|trigger| *trigger == dead)
        {
            let message = format!("what fails would call the function again: `{dead}` triggers it too");
            let diagnostic = Diagnostic::error(Mistake::ConflictingProperties, dead.span(), message);
            found.push(diagnostic.related(trigger.span(), "the trigger"));
        }
        for variable in self.environment.values() {
            found.extend(variable.check(cx));
        }
        found
    }
}
