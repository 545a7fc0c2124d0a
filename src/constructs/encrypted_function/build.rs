//! The last pass of a function, and what it finds.

use indexmap::IndexMap;

use super::destination::{self, Accepts};
use super::{EncryptedFunction, Parts};
use crate::cfn::policy::{Condition, Statement};
use crate::cfn::{Arn, Val, lambda, logs};
use crate::construct::{Cx, Resources, To};
use crate::constructs::encrypted_log_group::log_group;
use crate::constructs::twice;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result};
use crate::name::Bounded;
use crate::service::{lambda as facts, logs as log_facts};

use super::code::Code as FunctionCode;
use super::network::Network;
use super::settings::{Logging, RuntimeUpdates};
use super::trigger::Trigger;

impl EncryptedFunction {
    pub(super) fn build_parts(&self, parts: &Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        let Parts { function, role, log, triggers, sources, asynchronous, url } = parts;
        let mut found = self.check(cx);
        let topics: Vec<_> = self.triggers.iter().map(|to| found.take(Trigger::topic(to, cx))).collect();
        let lower = |source: &super::Source| source.lower(function, cx);
        let mappings: Vec<_> = self.sources.values().map(|source| found.take(lower(source))).collect();
        let calls = self.asynchronous.as_ref().map(|calls| found.take(calls.lower(function, cx)));
        found.take(log_group(log, self.logs_key.as_ref(), logs::LogGroup::default(), cx, out));
        let properties = found.take(self.function(parts, cx));
        let name = cx.entry().path.to_string();
        let may = format!("what the function {name} may do");
        role.build(cx, out, &may, &facts::PRINCIPAL, Condition::default(), self.statements(parts));
        found.or(())?;
        out.add(function, properties.expect("without it something was found"));
        for (trigger, topic) in triggers.iter().zip(topics.into_iter().flatten()) {
            trigger.build(&topic, function, cx, out);
        }
        for (handle, mapping) in sources.iter().zip(mappings.into_iter().flatten()) {
            out.add(handle, mapping);
        }
        if let (Some(handle), Some(calls)) = (asynchronous, calls.flatten()) {
            out.add(handle, calls);
        }
        if let (Some(handle), Some(url)) = (url, &self.url) {
            out.add(handle, url.lower(function));
        }
        Ok(())
    }

    fn function(&self, parts: &Parts, cx: &Cx<'_>) -> Result<lambda::Function> {
        let Parts { function, role, log, .. } = parts;
        let mut found = Diagnostics::default();
        let code = found.take(FunctionCode::lower(&self.code, &self.runtime, cx)).unwrap_or_default();
        let mut key = |to: Option<&To<_>>| to.and_then(|to| found.take(cx.encryption(Some(to)))?.key_arn());
        let (code_key, environment_key) = (key(self.code_key.as_ref()), key(self.environment_key.as_ref()));
        let durable_key = key(self.durable.as_ref().and_then(|durable| durable.key.as_ref()));
        let dead_letter = self.dead_letter.as_ref();
        let dead_letter = dead_letter.and_then(|to| found.take(destination::arn(to, Accepts::TopicsAndQueues, cx)));
        let mut variables: IndexMap<String, Val<String>> = IndexMap::new();
        for (name, variable) in &self.environment {
            let value = found.take(variable.value(cx));
            variables.extend(value.map(|value| (name.value.as_str().to_owned(), value)));
        }
        let layers: Vec<String> = self.layers.iter().map(|layer| layer.value.as_str().to_owned()).collect();
        let handler = self.handler.as_ref().map_or("index.handler", |handler| handler.value.as_str());
        found.or(lambda::Function {
            function_name: Some(function.name()),
            description: self.description.as_ref().map(|text| text.as_str().to_owned()),
            runtime: Some(self.runtime.value),
            handler: Some(handler.to_owned()),
            code: lambda::Code { source_kms_key_arn: code_key, ..code },
            role: Some(role.role().arn()),
            architectures: self.architecture.map(|architecture| vec![architecture]),
            memory_size: self.memory.map(Bounded::get),
            timeout: self.timeout.map(Bounded::get),
            ephemeral_storage: self.ephemeral_storage.map(|size| lambda::EphemeralStorage { size: size.get() }),
            layers: (!layers.is_empty()).then_some(layers),
            environment: (!variables.is_empty()).then_some(lambda::Environment { variables }),
            kms_key_arn: environment_key,
            vpc_config: self.network.as_ref().map(Network::lower),
            logging_config: Some(Logging::lower(self.logging.as_ref(), log)),
            dead_letter_config: dead_letter.map(|target_arn| lambda::DeadLetterConfig { target_arn }),
            tracing_config: self.tracing.map(|mode| lambda::TracingConfig { mode }),
            reserved_concurrent_executions: self.reserved_concurrency,
            runtime_management_config: self.runtime_updates.as_ref().map(RuntimeUpdates::lower),
            recursive_loop: self.recursive_loop,
            code_signing_config_arn: self.code_signing.as_ref().map(|arn| arn.value.as_str().to_owned()),
            durable_config: self.durable.as_ref().map(|durable| durable.lower(durable_key)),
            tags: Vec::new(),
        })
    }

    /// What the function's role may do besides what was granted.
    fn statements(&self, Parts { function, log, .. }: &Parts) -> Vec<Statement> {
        let mut own = vec![Statement::allow("WriteOwnLog", log_facts::WRITE.to_vec(), vec![Arn::of(log).join(":*")])];
        if self.tracing.is_some() {
            own.push(Statement::allow("SendTraces", facts::TRACE.to_vec(), vec![Arn::any()]));
        }
        if self.durable.is_some() {
            let executions = vec![Arn::naming(function).join(":*")];
            own.push(Statement::allow("KeepOwnExecutions", facts::CHECKPOINT.to_vec(), executions));
        }
        if self.network.is_some() {
            own.extend(Network::statements(function));
        }
        own.extend(self.sources.iter().filter_map(|(name, source)| source.statement(&name.value)));
        own
    }

    /// What would be accepted, and fail when the function is made or runs.
    fn check(&self, cx: &Cx<'_>) -> Diagnostics {
        let mut found = Diagnostics::default();
        let conflict = |at, message: &str| Diagnostic::error(Code::ConflictingProperties, at, message);
        if let Some(handler) =
            self.handler.as_ref().filter(|it| self.code.value.is_file() && !it.value.starts_with("index."))
        {
            let function = handler.value.rsplit('.').next().unwrap_or("handler");
            let message = format!("code from a file is the file `index`, and `{}` is in another", handler.value);
            found.push(conflict(handler.span, &message).hint(format!("did you mean `index.{function}`?")));
        }
        if let Some(signing) = self.code_signing.as_ref().filter(|_| self.code.value.is_file()) {
            let diagnostic = conflict(signing.span, "code from a file has no signature");
            found.push(diagnostic.related(self.code.span, "a file").hint("put a signed archive into a bucket"));
        }
        let trigger = |dead: &To<_>| self.triggers.iter().find(|trigger| trigger.names_the_same(dead));
        if let Some(dead) = &self.dead_letter
            && let Some(trigger) = trigger(dead)
        {
            let message = format!("what fails would call the function again: `{dead}` triggers it too");
            found.push(conflict(dead.span(), &message).related(trigger.span(), "the trigger"));
        }
        if let Some(layer) = self.layers.get(facts::LAYERS) {
            let message = format!("a function may have {} layers", facts::LAYERS);
            found.push(Diagnostic::error(Code::LimitExceeded, layer.span, message));
        }
        for layer in &self.layers {
            if let (Some(here), Some(there)) = (&cx.target().region, layer.value.region())
                && *here != there
            {
                let message = format!("a function uses layers of its own region, `{here}`, only");
                found.push(Diagnostic::error(Code::WrongReference, layer.span, message));
            }
        }
        found.extend(twice(self.layers.iter().map(|layer| (layer.value.as_str().to_owned(), layer.span))));
        found.extend(twice(self.triggers.iter().map(|to| (to.to_string(), to.span()))));
        found.extend(twice(self.sources.values().map(super::Source::from)));
        found.extend(self.network.iter().flat_map(Network::check));
        found.extend(self.logging.iter().flat_map(Logging::check));
        found.extend(self.check_environment(cx));
        found.extend(self.check_grants(cx));
        found
    }

    fn check_environment(&self, cx: &Cx<'_>) -> Diagnostics {
        let mut found: Diagnostics = self.environment.values().filter_map(|variable| variable.check(cx)).collect();
        let mut bytes = 0;
        for (name, variable) in &self.environment {
            let value = variable.value(cx).map_or(0, |value| value.longest().len());
            let before = bytes;
            bytes += name.value.as_str().len() + value;
            if before <= facts::ENVIRONMENT_LIMIT && bytes > facts::ENVIRONMENT_LIMIT {
                let message = format!("the variables have over {} bytes from here on", facts::ENVIRONMENT_LIMIT);
                let diagnostic = Diagnostic::error(Code::LimitExceeded, name.span, message);
                found.push(diagnostic.hint("Lambda accepts 4 KB, names and values together"));
            }
        }
        found
    }

    /// `invoke-url` needs a URL.
    fn check_grants(&self, cx: &Cx<'_>) -> Diagnostics {
        let words = cx.granted().iter().flat_map(|grant| &grant.words);
        let urls = words.filter(|word| word.value == "invoke-url" && self.url.is_none());
        let missing = urls.map(|word| {
            let message = "the function has no URL that could be called";
            let diagnostic = Diagnostic::error(Code::ConflictingProperties, word.span, message);
            diagnostic.related(cx.entry().place, "the function").hint("`url: {}` gives it one")
        });
        missing.collect()
    }
}
