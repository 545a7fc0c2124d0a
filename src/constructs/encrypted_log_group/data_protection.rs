//! Sensitive data in events: found, counted and masked.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::cfn::{Handle, Val, logs};
use crate::construct::{Cx, Grant, Grantee, ServiceGrantee, To, a};
use crate::constructs::sensitive_data::{self, Finder};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result, Span};
use crate::document::Spanned;
use crate::service::{Subject, logs as facts};

/// Sensitive data, and where findings are reported.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DataProtection {
    /// Kinds of data that CloudWatch Logs knows: `EmailAddress`, or with a country, `DriversLicense-US`.
    #[serde(default)]
    pub identifiers: Vec<Spanned<String>>,
    /// Other data, by name, each with the regular expression that it matches; at most ten.
    #[serde(default)]
    pub patterns: IndexMap<Spanned<String>, Spanned<String>>,
    /// The log group to which findings are reported. The metric `LogEventsWithFindings` counts them in any case.
    pub findings: Option<To<logs::LogGroup>>,
    /// The delivery stream to which findings are reported, by name.
    pub findings_stream: Option<String>,
}

/// The log group of findings. Its policy has to let them in: that of another's nobody here writes, and those of trails
/// and functions let in nobody else.
fn receiver(to: &To<logs::LogGroup>, cx: &Cx<'_>) -> Result<Handle<logs::LogGroup>> {
    let group = cx.get_here(to)?;
    let kind = cx.construct_of(to)?.kind;
    if !group.is_outside() && kind != "EncryptedLogGroup" {
        let message = format!("`{to}` is {} with a log group of its own, which takes no findings", a(kind));
        let diagnostic = Diagnostic::error(Code::WrongReference, to.span(), message);
        return Err(diagnostic.hint("findings go to an `EncryptedLogGroup`").into());
    }
    if group.is_outside() {
        let message = format!("`{to}` is outside of these stacks, and its policy would have to let findings in");
        return Err(Diagnostic::error(Code::WrongReference, to.span(), message).into());
    }
    Ok(group)
}

impl DataProtection {
    /// CloudWatch Logs delivers findings to the other group.
    pub(super) fn grant(&self, source: Subject, cx: &Cx<'_>, found: &mut Diagnostics) -> Option<Grant> {
        let to = self.findings.as_ref()?;
        found.take(receiver(to, cx))?;
        let grantee = ServiceGrantee { principal: &facts::DELIVERY.principal, source };
        let on = found.take(cx.entry_of(to))?;
        Some(Grant::of("write", Grantee::Service(grantee), on, to.span()))
    }

    /// The policy, with the same data in both of its statements, as CloudWatch Logs asks for.
    pub(super) fn policy(&self, at: Span, cx: &Cx<'_>) -> Result<logs::DataProtectionPolicy> {
        let mut found = self.check(at);
        let log_group = self.findings.as_ref().and_then(|to| found.take(receiver(to, cx)));
        let managed = self.identifiers.iter().map(|identifier| sensitive_data::arn(&identifier.value));
        let custom = self.patterns.keys().map(|name| Val::from(name.value.as_str()));
        let data: Vec<Val<String>> = managed.chain(custom).collect();
        let identifier = |(name, regex): (&Spanned<String>, &Spanned<String>)| logs::CustomDataIdentifier {
            name: name.value.clone(),
            regex: regex.value.clone(),
        };
        let custom_data_identifier: Vec<_> = self.patterns.iter().map(identifier).collect();
        let findings_destination = logs::Findings {
            cloud_watch_logs: log_group.map(|group| logs::FindingsLogGroup { log_group: group.name_in_use() }),
            firehose: self.findings_stream.clone().map(|delivery_stream| logs::FindingsStream { delivery_stream }),
        };
        let statement =
            |sid, operation| logs::DataProtectionStatement { sid, data_identifier: data.clone(), operation };
        found.or(logs::DataProtectionPolicy {
            name: "data-protection-policy",
            version: "2021-06-01",
            configuration: (!self.patterns.is_empty()).then_some(logs::Configuration { custom_data_identifier }),
            statement: vec![
                statement("audit", logs::Operation::Audit(logs::Audit { findings_destination })),
                statement("redact", logs::Operation::Deidentify(logs::Deidentify::default())),
            ],
        })
    }

    fn check(&self, at: Span) -> Diagnostics {
        let mut found: Diagnostics = sensitive_data::check(&self.identifiers, Finder::Logs).collect();
        if self.identifiers.is_empty() && self.patterns.is_empty() {
            let message = "nothing is protected here without `identifiers` or `patterns`";
            found.push(Diagnostic::error(Code::MissingProperty, at, message));
        }
        if let Some((name, _)) = self.patterns.get_index(facts::CUSTOM_IDENTIFIERS) {
            let message = format!("a log group may have {} patterns of its own", facts::CUSTOM_IDENTIFIERS);
            found.push(Diagnostic::error(Code::LimitExceeded, name.span, message));
        }
        for (name, regex) in &self.patterns {
            found.extend(refused(name, 128, "_-", "the name of a pattern"));
            found.extend(refused(regex, 200, "_#=@/;,- ^$?[]{}|\\*+.", "a pattern"));
            if facts::DATA_IDENTIFIERS.iter().any(|(known, _)| *known == name.value) {
                let message = format!("`{}` is a kind of data that CloudWatch Logs knows itself", name.value);
                found.push(Diagnostic::error(Code::InvalidValue, name.span, message));
            }
        }
        found
    }
}

/// A text that is empty, too long, or has a character that is not allowed.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL-custom-data-identifiers.html#custom-data-identifiers-constraints>
fn refused(text: &Spanned<String>, most: usize, marks: &str, what: &str) -> Option<Diagnostic> {
    let length = text.value.chars().count();
    if length == 0 || length > most {
        let message = format!("{what} has 1 to {most} characters, and this has {length}");
        return Some(Diagnostic::error(Code::OutOfRange, text.span, message));
    }
    let bad = text.value.chars().find(|c| !c.is_ascii_alphanumeric() && !marks.contains(*c))?;
    let message = format!("{what} cannot have `{bad}` in it");
    Some(Diagnostic::error(Code::InvalidValue, text.span, message))
}
