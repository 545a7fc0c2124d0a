//! The last pass of a function.

use indexmap::IndexMap;

use super::code::Code;
use super::destination::{self, Accepts};
use super::network::Network;
use super::settings::{Logging, RuntimeUpdates};
use super::trigger::Trigger;
use super::{EncryptedFunction, Parts, caller};
use crate::cfn::policy::{Condition, Statement};
use crate::cfn::{Arn, Val, lambda, logs};
use crate::construct::{Cx, Resources, To};
use crate::constructs::encrypted_log_group::log_group;
use crate::diagnostic::{Diagnostics, Result};
use crate::name::Bounded;
use crate::service::{lambda as facts, logs as log_facts};

impl EncryptedFunction {
    pub(super) fn build_parts(&self, parts: &Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        let Parts { function, role, log, callers, triggers, sources, asynchronous, url } = parts;
        let mut found = self.check(cx);
        let roles: Vec<_> = self.callers.iter().map(|to| found.take(cx.get(to))).collect();
        let topics: Vec<_> = self.triggers.iter().map(|to| found.take(Trigger::topic(to, cx))).collect();
        let lower = |source: &super::Source| source.lower(function, cx);
        let mappings: Vec<_> = self.sources.values().map(|source| found.take(lower(source))).collect();
        let calls = self.asynchronous.as_ref().map(|calls| found.take(calls.lower(function, cx)));
        found.take(log_group(log, self.logs_key.as_ref(), logs::LogGroup::default(), cx, out));
        let properties = found.take(self.function(parts, cx));
        let name = cx.entry().path.to_string();
        let may = format!("what the function {name} may do");
        let statements = self.statements(parts, cx, &mut found);
        role.build(cx, out, &may, &facts::PRINCIPAL, Condition::default(), statements);
        out.report(found)?;
        out.add(function, properties.expect("without it something was found"));
        for (permission, role) in callers.iter().zip(roles.into_iter().flatten()) {
            caller::build(&role, permission, function, out);
        }
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
        let code = found.take(Code::lower(&self.code, &self.runtime, cx)).unwrap_or_default();
        let mut key = |to: Option<&To<_>>| to.and_then(|to| found.take(cx.encryption(Some(to)))?.key_arn());
        let (code_key, environment_key) = (key(self.code_key.as_ref()), key(self.environment_key.as_ref()));
        let durable_key = key(self.durable.as_ref().and_then(|durable| durable.key.as_ref()));
        let dead_letter = self.dead_letter.as_ref();
        let dead_letter = dead_letter.and_then(|to| found.take(destination::arn(to, Accepts::DeadLetters, cx)));
        let mut variables: IndexMap<String, Val<String>> = IndexMap::new();
        for (name, variable) in &self.environment {
            let value = found.take(variable.name(cx));
            variables.extend(value.map(|value| (name.value.as_str().to_owned(), value)));
        }
        let layers: Vec<_> = self.layers.iter().filter_map(|layer| found.take(layer.value(cx))).collect();
        let signing = self.code_signing.as_ref().and_then(|signing| found.take(signing.value(cx)));
        let network = self.network.as_ref().and_then(|network| found.take(network.lower(cx)));
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
            timeout: self.timeout.as_ref().map(|it| it.value.get()),
            ephemeral_storage: self.ephemeral_storage.map(|size| lambda::EphemeralStorage { size: size.get() }),
            layers: (!layers.is_empty()).then_some(layers),
            environment: (!variables.is_empty()).then_some(lambda::Environment { variables }),
            kms_key_arn: environment_key,
            vpc_config: network,
            logging_config: Some(Logging::lower(self.logging.as_ref(), log)),
            dead_letter_config: dead_letter.map(|target_arn| lambda::DeadLetterConfig { target_arn }),
            tracing_config: self.tracing.map(|mode| lambda::TracingConfig { mode }),
            // It works for versions, and there are none. For Java that is worth saying.
            snap_start: self.runtime.value.is_java().then_some(lambda::SnapStart { apply_on: "None" }),
            reserved_concurrent_executions: self.reserved_concurrency,
            runtime_management_config: self.runtime_updates.as_ref().map(RuntimeUpdates::lower),
            recursive_loop: self.recursive_loop,
            code_signing_config_arn: signing,
            durable_config: self.durable.as_ref().map(|durable| durable.lower(durable_key)),
            tags: Vec::new(),
        })
    }

    /// What the function's role may do besides what was granted.
    fn statements(&self, parts: &Parts, cx: &Cx<'_>, found: &mut Diagnostics) -> Vec<Statement> {
        let Parts { function, log, .. } = parts;
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
        for (name, source) in &self.sources {
            own.extend(found.take(source.statement(&name.value, cx)).flatten());
        }
        own
    }
}
