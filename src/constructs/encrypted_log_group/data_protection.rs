//! Sensitive data in events: found, counted and masked.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::cfn::{Pseudo, Val, logs};
use crate::construct::{Cx, Grant, Grantee, ServiceGrantee, To};
use crate::constructs::twice;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result, Span, nearest};
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

impl DataProtection {
    /// CloudWatch Logs delivers findings to the other group.
    pub(super) fn grant(&self, source: Subject, cx: &Cx<'_>, found: &mut Diagnostics) -> Option<Grant> {
        let to = self.findings.as_ref()?;
        let grantee = ServiceGrantee { principal: &facts::DELIVERY.principal, source };
        let on = found.take(cx.entry_of(to))?;
        Some(Grant::of("write", Grantee::Service(grantee), on, to.span()))
    }

    /// The policy, with the same data in both of its statements, as CloudWatch Logs asks for.
    pub(super) fn policy(&self, at: Span, cx: &Cx<'_>) -> Result<logs::DataProtectionPolicy> {
        let mut found = self.check(at);
        let log_group = self.findings.as_ref().and_then(|to| found.take(cx.get_here(to)));
        let managed = self.identifiers.iter().map(|identifier| {
            let resource = format!(":dataprotection::aws:data-identifier/{}", identifier.value);
            Val::concat(["arn:".into(), Pseudo::Partition.into(), resource.into()])
        });
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
        let mut found: Diagnostics = self.identifiers.iter().filter_map(unknown).collect();
        found.extend(twice(self.identifiers.iter().map(|identifier| (identifier.value.clone(), identifier.span))));
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

/// A kind of data that CloudWatch Logs does not know.
fn unknown(identifier: &Spanned<String>) -> Option<Diagnostic> {
    let known = |(name, countries): &(&str, &[&str])| -> Vec<String> {
        match countries {
            [] => vec![(*name).to_owned()],
            countries => countries.iter().map(|country| format!("{name}-{country}")).collect(),
        }
    };
    let all: Vec<String> = facts::DATA_IDENTIFIERS.iter().flat_map(known).collect();
    if all.contains(&identifier.value) {
        return None;
    }
    let message = format!("`{}` is not a kind of data that CloudWatch Logs knows", identifier.value);
    let diagnostic = Diagnostic::error(Code::InvalidValue, identifier.span, message);
    let name = identifier.value.split('-').next().unwrap_or_default();
    let countries = facts::DATA_IDENTIFIERS.iter().find(|(known, countries)| *known == name && !countries.is_empty());
    Some(match countries {
        Some(kind) => diagnostic.allowed(known(kind).iter().map(String::as_str)),
        None => match nearest(&identifier.value, all.iter().map(String::as_str)) {
            Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
            None => diagnostic.hint(
                "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL-managed-data-identifiers.html lists them",
            ),
        },
    })
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
