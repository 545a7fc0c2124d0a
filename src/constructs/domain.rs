//! Domains: the zones that they are in, and the certificates that are for them.

use std::sync::Arc;

use crate::cfn::{Val, acm};
use crate::construct::{Cx, Naming, To};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result};
use crate::document::Spanned;
use crate::name::{NameRule, Scope, text_type};

use super::or_reference::OrReference;

/// What can be the name of a domain. It is unique only where something answers to it.
/// <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html>
pub(super) static DOMAIN: NameRule = NameRule {
    of: "a domain",
    min: 1,
    max: 253,
    punctuation: ".-_*",
    ending: "",
    reserved: &[],
    refuses: Some(|name| {
        let is_label = |label: &str| (1..=63).contains(&label.len());
        let inner = name.strip_prefix("*.").unwrap_or(name);
        match () {
            () if name.chars().any(|c| c.is_ascii_uppercase()) => Some("has capitals, which domains do not tell apart"),
            () if inner.contains('*') => Some("has a `*` elsewhere than as its first part"),
            () if !inner.contains('.') || !inner.split('.').all(is_label) => {
                Some("is not parts of 1 to 63 characters with dots between them")
            }
            () => None,
        }
        .map(str::to_owned)
    }),
    scope: Scope::Partition,
    source: "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html",
};

/// The number of a hosted zone of Route 53.
/// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_HostedZone.html>
#[derive(Clone, Debug)]
pub struct HostedZoneId(Arc<str>);

impl HostedZoneId {
    fn new(text: &str) -> Option<Self> {
        let letters = text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
        (letters && text.starts_with('Z') && (2..=32).contains(&text.len())).then(|| Self(text.into()))
    }
}

text_type!(HostedZoneId, "the id of a hosted zone, such as `Z0123456789ABCDEFGHIJ`", r"^Z[A-Z0-9]{1,31}$");

impl AsRef<str> for HostedZoneId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// The variable that says in which hosted zone everything is that does not say so itself.
const VARIABLE: &str = "hosted-zone-id";

/// The hosted zone that the variables of an environment or stack name.
#[derive(Debug)]
pub(super) struct Zone(Option<String>);

impl Zone {
    pub(super) fn name(naming: &Naming<'_>) -> Self {
        Self(naming.variables.own.get(VARIABLE).cloned())
    }

    /// What `own` says, or else the variable.
    pub(super) fn value(&self, own: Option<&OrReference<HostedZoneId>>, cx: &Cx<'_>) -> Result<Val<String>> {
        let place = cx.entry().place;
        match (own, &self.0) {
            (Some(own), _) => own.value(cx),
            (None, Some(variable)) => HostedZoneId::new(variable).map(|zone| zone.as_ref().into()).ok_or_else(|| {
                let message =
                    format!("the variable `{VARIABLE}` is `{variable}`, which is not the id of a hosted zone");
                Diagnostic::error(Code::InvalidValue, place, message).into()
            }),
            (None, None) => {
                let diagnostic = Diagnostic::error(Code::MissingProperty, place, "no hosted zone is named for this");
                let hint = format!("`{VARIABLE}: Z…` in it, or a variable of that name in environments.yaml");
                Err(diagnostic.hint(hint).into())
            }
        }
    }

    /// How its records are told apart from those of others.
    pub(super) fn symbolic(&self, own: Option<&OrReference<HostedZoneId>>) -> String {
        match own {
            Some(own) => own.text().0.replace([':', '@', '[', ']'], "-"),
            None => self.0.clone().unwrap_or_default(),
        }
    }
}

/// That a certificate is for all of these domains.
pub(super) fn check_certificate<'d>(
    to: &To<acm::Certificate>,
    domains: impl IntoIterator<Item = (&'d Val<String>, &'d Spanned<String>)>,
    cx: &Cx<'_>,
) -> Result<()> {
    let certificate = cx.construct_of(to)?;
    let covered = |domain: &str| certificate.domains.iter().any(|name| covers(&name.symbolic(), domain));
    let mut found = Diagnostics::default();
    for (domain, written) in domains {
        let domain = domain.symbolic();
        if !covered(&domain) {
            let names: Vec<String> = certificate.domains.iter().map(|name| format!("`{}`", name.symbolic())).collect();
            let message = format!("the certificate is for {}, and not for `{domain}`", names.join(", "));
            let diagnostic = Diagnostic::error(Code::ConflictingProperties, written.span, message);
            found.push(diagnostic.related(to.span(), "the certificate"));
        }
    }
    found.or(())
}

/// Whether a name of a certificate is for a domain. A `*` stands for one part.
/// <https://docs.aws.amazon.com/acm/latest/userguide/acm-certificate-characteristics.html>
fn covers(name: &str, domain: &str) -> bool {
    let below = |name: &str| domain.split_once('.').is_some_and(|(_, rest)| rest == name);
    name == domain || name.strip_prefix("*.").is_some_and(below)
}
