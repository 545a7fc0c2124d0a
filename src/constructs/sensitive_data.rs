//! The kinds of sensitive data that services find by themselves.

use super::twice;
use crate::cfn::{Pseudo, Val};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::document::Spanned;
use crate::service::logs::DATA_IDENTIFIERS;

/// A service that finds sensitive data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Finder {
    /// CloudWatch Logs, in log events.
    Logs,
    /// SNS, in messages.
    Sns,
}

impl Finder {
    fn name(self) -> &'static str {
        match self {
            Self::Logs => "CloudWatch Logs",
            Self::Sns => "SNS",
        }
    }

    /// The page that lists what it finds.
    fn page(self) -> &'static str {
        match self {
            Self::Logs => "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL-managed-data-identifiers.html",
            Self::Sns => {
                "https://docs.aws.amazon.com/sns/latest/dg/sns-message-data-protection-managed-data-identifiers.html"
            }
        }
    }

    /// What it finds. SNS finds what CloudWatch Logs does, but for the addresses of devices.
    fn identifiers(self) -> impl Iterator<Item = &'static (&'static str, &'static [&'static str])> {
        DATA_IDENTIFIERS.iter().filter(move |(name, _)| self == Self::Logs || *name != "IpAddress")
    }
}

/// The ARN of a kind of data.
pub(super) fn arn(identifier: &str) -> Val<String> {
    let resource = format!(":dataprotection::aws:data-identifier/{identifier}");
    Val::concat(["arn:".into(), Pseudo::Partition.into(), resource.into()])
}

/// Kinds of data that the service does not know, and those that are there twice.
pub(super) fn check(identifiers: &[Spanned<String>], by: Finder) -> impl Iterator<Item = Diagnostic> {
    let unknown = identifiers.iter().filter_map(move |identifier| unknown(identifier, by));
    unknown.chain(twice(identifiers.iter().map(|identifier| (identifier.value.clone(), identifier.span))))
}

fn unknown(identifier: &Spanned<String>, by: Finder) -> Option<Diagnostic> {
    let known = |(name, countries): &(&str, &[&str])| -> Vec<String> {
        match countries {
            [] => vec![(*name).to_owned()],
            countries => countries.iter().map(|country| format!("{name}-{country}")).collect(),
        }
    };
    let all: Vec<String> = by.identifiers().flat_map(known).collect();
    if all.contains(&identifier.value) {
        return None;
    }
    let message = format!("`{}` is not a kind of data that {} knows", identifier.value, by.name());
    let diagnostic = Diagnostic::error(Code::InvalidValue, identifier.span, message);
    let name = identifier.value.split('-').next().unwrap_or_default();
    let countries = by.identifiers().find(|(known, countries)| *known == name && !countries.is_empty());
    Some(match countries {
        Some(kind) => diagnostic.allowed(known(kind).iter().map(String::as_str)),
        None => match nearest(&identifier.value, all.iter().map(String::as_str)) {
            Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
            None => diagnostic.hint(format!("{} lists them", by.page())),
        },
    })
}
