//! Calls that nobody waits for, and calls over HTTP.

use schemars::JsonSchema;
use serde::Deserialize;

use super::destination::{self, Accepts};
use crate::cfn::{Handle, lambda};
use crate::construct::{Any, Cx, Grant, Grantee, To};
use crate::diagnostic::{Diagnostics, Result};
use crate::name::Bounded;

/// Calls that nobody waits for: those of other services, and of whoever asks for it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Asynchronous {
    /// How often a call that failed is tried again, 0 to 2, by default 2.
    pub retry_attempts: Option<Bounded<0, 2>>,
    /// Seconds for which a call may wait, 60 to 21600, by default 21600.
    pub max_event_age: Option<Bounded<60, 21_600>>,
    /// The topic, queue or function that gets a record of each call that succeeded.
    pub on_success: Option<To<Any>>,
    /// The topic, queue, function or bucket that gets a record of each call that failed for good.
    pub on_failure: Option<To<Any>>,
}

impl Asynchronous {
    /// Where records go.
    pub(super) fn destinations(&self) -> impl Iterator<Item = &To<Any>> {
        self.on_success.iter().chain(&self.on_failure)
    }

    pub(super) fn grants(&self, role: &Grantee, cx: &Cx<'_>, found: &mut Diagnostics) -> Vec<Grant> {
        self.destinations().flat_map(|to| destination::grants(to, role, cx, found)).collect()
    }

    pub(super) fn lower(&self, function: &Handle<lambda::Function>, cx: &Cx<'_>) -> Result<lambda::EventInvokeConfig> {
        let mut found = Diagnostics::default();
        let mut destination = |to: Option<&To<Any>>, accepts| {
            let destination = found.take(destination::arn(to?, accepts, cx))?;
            Some(lambda::OnEvent { destination })
        };
        let on_success = destination(self.on_success.as_ref(), Accepts::Successes);
        let on_failure = destination(self.on_failure.as_ref(), Accepts::Failures);
        let somewhere = on_success.is_some() || on_failure.is_some();
        found.or(lambda::EventInvokeConfig {
            function_name: function.reference(),
            qualifier: "$LATEST",
            maximum_retry_attempts: self.retry_attempts.map(Bounded::get),
            maximum_event_age_in_seconds: self.max_event_age.map(Bounded::get),
            destination_config: somewhere.then_some(lambda::DestinationConfig { on_success, on_failure }),
        })
    }
}

/// A URL that calls the function, for whoever signs his requests and is granted `invoke-url`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Url {
    /// Which pages in browsers may call. Without it none may.
    pub cors: Option<lambda::Cors>,
    /// Whether an answer comes whole, by default `buffered`.
    pub invoke_mode: Option<lambda::InvokeMode>,
}

impl Url {
    pub(super) fn lower(&self, function: &Handle<lambda::Function>) -> lambda::Url {
        lambda::Url {
            target_function_arn: function.reference(),
            auth_type: lambda::AuthType::AwsIam,
            cors: self.cors.clone(),
            invoke_mode: self.invoke_mode,
        }
    }
}
