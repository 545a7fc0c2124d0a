//! How a function runs: its log, its runtime's updates, its executions that last.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::cfn::{Handle, Val, kms, lambda, logs};
use crate::construct::To;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::Spanned;
use crate::name::{Bounded, RuntimeArn};

/// How log events are written, and which.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Logging {
    /// How they are written, by default `json`.
    pub format: Option<Spanned<lambda::LogFormat>>,
    /// Which events of the code are written, by default `info` and above.
    pub application_level: Option<Spanned<lambda::ApplicationLogLevel>>,
    /// Which events of Lambda itself are written, by default `info` and above.
    pub system_level: Option<Spanned<lambda::SystemLogLevel>>,
}

impl Logging {
    pub(super) fn lower(this: Option<&Self>, log: &Handle<logs::LogGroup>) -> lambda::LoggingConfig {
        lambda::LoggingConfig {
            log_group: log.reference(),
            log_format: this.map(Self::format),
            application_log_level: this.and_then(|logging| Some(logging.application_level.as_ref()?.value)),
            system_log_level: this.and_then(|logging| Some(logging.system_level.as_ref()?.value)),
        }
    }

    fn format(&self) -> lambda::LogFormat {
        self.format.as_ref().map_or_else(lambda::LogFormat::default, |format| format.value)
    }

    /// Levels are known of JSON only.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html>
    pub(super) fn check(&self) -> Diagnostics {
        let Some(format) = self.format.as_ref().filter(|format| format.value == lambda::LogFormat::Text) else {
            return Diagnostics::default();
        };
        let application = self.application_level.as_ref().map(|level| level.span);
        let system = self.system_level.as_ref().map(|level| level.span);
        let conflict = |at| {
            let message = "only a log of JSON knows levels";
            Diagnostic::error(Code::ConflictingProperties, at, message).related(format.span, "a log of text")
        };
        application.into_iter().chain(system).map(conflict).collect()
    }
}

/// When the runtime is updated.
/// <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-update.html>
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RuntimeUpdates {
    /// When AWS has a new version.
    Auto,
    /// When the function is updated.
    FunctionUpdate,
    /// Never: it is this version, by its ARN.
    Manual(RuntimeArn),
}

impl RuntimeUpdates {
    pub(super) fn lower(&self) -> lambda::RuntimeManagementConfig {
        let (update_runtime_on, version) = match self {
            Self::Auto => (lambda::UpdateRuntimeOn::Auto, None),
            Self::FunctionUpdate => (lambda::UpdateRuntimeOn::FunctionUpdate, None),
            Self::Manual(version) => (lambda::UpdateRuntimeOn::Manual, Some(version.as_str().to_owned())),
        };
        lambda::RuntimeManagementConfig { update_runtime_on, runtime_version_arn: version }
    }
}

/// Executions that last up to a year, and go on after waiting and failures. It can be said only when the function is
/// made.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Durable {
    /// Seconds that an execution may take, up to 31622400, which is 366 days.
    pub timeout: Bounded<1, 31_622_400>,
    /// Days for which what an execution did is kept, 1 to 90.
    pub retention_days: Option<Bounded<1, 90>>,
    /// The key that encrypts what executions leave. By default that is under a key that AWS owns.
    pub key: Option<To<kms::Key>>,
}

impl Durable {
    pub(super) fn lower(&self, key: Option<Val<kms::KeyArn>>) -> lambda::DurableConfig {
        lambda::DurableConfig {
            execution_timeout: self.timeout.get(),
            retention_period_in_days: self.retention_days.map(Bounded::get),
            kms_key_arn: key,
        }
    }
}
