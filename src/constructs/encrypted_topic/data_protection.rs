//! Sensitive data in messages: found, masked, and refused.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::cfn::sns::{self, DataDirection, DataOperation};
use crate::cfn::{Handle, logs};
use crate::construct::{Cx, Grant, Grantee, ServiceGrantee, To};
use crate::constructs::sensitive_data::{self, Finder};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result, Span};
use crate::document::Spanned;
use crate::name::Bounded;
use crate::service::{Subject, logs::DELIVERY};

/// What SNS does with sensitive data in messages of a standard topic. Each list is one of kinds that SNS knows:
/// `EmailAddress`, or with a country, `DriversLicense-US`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DataProtection {
    /// Data that is looked for in some messages, and reported.
    pub audit: Option<Audit>,
    /// Data that is replaced by `#` when it is published, by its kinds: `EmailAddress`, or with a country,
    /// `DriversLicense-US`.
    #[serde(default)]
    pub mask: Vec<Spanned<String>>,
    /// Data that is taken out when it is published.
    #[serde(default)]
    pub redact: Vec<Spanned<String>>,
    /// Data with which nothing can be published.
    #[serde(default)]
    pub deny_inbound: Vec<Spanned<String>>,
    /// Data with which nothing is delivered.
    #[serde(default)]
    pub deny_outbound: Vec<Spanned<String>>,
}

/// A look at some messages.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Audit {
    /// Its kinds.
    pub identifiers: Vec<Spanned<String>>,
    /// The log group to which findings are reported; its `name` begins with `/aws/vendedlogs/`.
    pub findings: To<logs::LogGroup>,
    /// How many of a hundred messages are looked at, 0 to 99, by default 99.
    pub sample_rate: Option<Bounded<0, 99>>,
}

/// How the names of log groups begin to which findings can be reported.
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-message-data-protection-operations.html>
const VENDED: &str = "/aws/vendedlogs/";

impl DataProtection {
    /// Findings get to the log group by delivery.
    pub(super) fn grant(&self, topic: &Handle<sns::Topic>, cx: &Cx<'_>, found: &mut Diagnostics) -> Option<Grant> {
        let to = &self.audit.as_ref()?.findings;
        let grantee = ServiceGrantee { principal: &DELIVERY.principal, source: Subject::of(topic) };
        Some(Grant::of("write", Grantee::Service(grantee), found.take(cx.entry_of(to))?, to.span()))
    }

    /// The policy as SNS takes it.
    ///
    /// # Errors
    /// If a kind of data is not known, or findings cannot be reported; `at` is where the policy stands.
    pub(super) fn policy(&self, at: Span, cx: &Cx<'_>) -> Result<sns::DataProtectionPolicy> {
        let mut found = Diagnostics::default();
        let findings = self.audit.as_ref().and_then(|audit| found.take(audit.operation(cx)));
        let audited = self.audit.as_ref().map_or(&[][..], |audit| &audit.identifiers);
        let deidentify = |mask: bool| {
            let mask_config = mask.then_some(sns::Mask { mask_with_character: "#" });
            let redact_config = (!mask).then(sns::Nothing::default);
            Some(DataOperation::Deidentify(sns::Deidentify { mask_config, redact_config }))
        };
        let deny = || Some(DataOperation::Deny(sns::Nothing::default()));
        let statements = [
            ("audit", DataDirection::Inbound, audited, findings),
            ("mask", DataDirection::Inbound, &self.mask, deidentify(true)),
            ("redact", DataDirection::Inbound, &self.redact, deidentify(false)),
            ("deny-inbound", DataDirection::Inbound, &self.deny_inbound, deny()),
            ("deny-outbound", DataDirection::Outbound, &self.deny_outbound, deny()),
        ];
        let mut statement = Vec::new();
        for (sid, data_direction, identifiers, operation) in statements {
            found.extend(sensitive_data::check(identifiers, Finder::Sns));
            let Some(operation) = operation.filter(|_| !identifiers.is_empty()) else { continue };
            let data_identifier = identifiers.iter().map(|identifier| sensitive_data::arn(&identifier.value)).collect();
            let principal = ["*"];
            statement.push(sns::DataProtectionStatement { sid, data_direction, principal, data_identifier, operation });
        }
        if statement.is_empty() && !found.has_errors() {
            found.push(Diagnostic::error(Code::MissingProperty, at, "no kind of data is protected here"));
        }
        found.or(sns::DataProtectionPolicy { name: "data-protection-policy", version: "2021-06-01", statement })
    }
}

impl Audit {
    fn operation(&self, cx: &Cx<'_>) -> Result<DataOperation> {
        let group = cx.get_here(&self.findings)?;
        let name = group.name().text().longest();
        if !name.starts_with(VENDED) {
            let message =
                format!("SNS reports to log groups only whose name begins with `{VENDED}`, and not to `{name}`");
            let diagnostic = Diagnostic::error(Code::WrongReference, self.findings.span(), message);
            return Err(diagnostic.hint(format!("`name: {VENDED}…` beside the kind of the log group names it")).into());
        }
        let log_group = Some(logs::FindingsLogGroup { log_group: group.name_in_use() });
        Ok(DataOperation::Audit(sns::DataAudit {
            sample_rate: self.sample_rate.map_or(99, Bounded::get).to_string(),
            findings_destination: logs::Findings { cloud_watch_logs: log_group, firehose: None },
        }))
    }
}
