//! `Certificate`

use schemars::JsonSchema;
use serde::Deserialize;

use super::domain::{DOMAIN, HostedZoneId, Zone};
use super::or_reference::OrReference;
use super::twice;
use crate::cfn::{Handle, Val, acm};
use crate::construct::{Attribute, Construct, Cx, Naming, Resources};
use crate::diagnostic::{Diagnostics, Result};
use crate::document::Spanned;
use crate::name::Tags;

/// A certificate of AWS Certificate Manager for domains in a hosted zone of Route 53, where AWS proves by records that
/// they are yours, and renews it by them.
///
/// It is for what is in its region: for a `StaticSite` that is us-east-1, by `region: us-east-1` beside the kind. It is
/// recorded in public logs of certificates, as browsers ask.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Certificate {
    /// The domain that it is for: a template, as names are. `*.example.com` is every domain one part longer.
    pub domain: Spanned<String>,
    /// Other domains that it is for, in the same hosted zone: templates, too.
    #[serde(default)]
    pub alternative_names: Vec<Spanned<String>>,
    /// The hosted zone of the domains, as an id or `{ ref: dns/zone.id }`, by default the variable `hosted-zone-id`.
    pub hosted_zone_id: Option<OrReference<HostedZoneId>>,
    /// Tags, besides the stack's.
    #[serde(default)]
    pub tags: Tags,
}

/// A certificate with its domains.
#[derive(Debug)]
pub struct Parts {
    certificate: Handle<acm::Certificate>,
    domains: Vec<Val<String>>,
    zone: Zone,
}

impl Construct for Certificate {
    type Main = acm::Certificate;
    type Parts = Parts;

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn names(&self) -> Vec<&Spanned<String>> {
        self.written().collect()
    }

    fn name(&self, naming: &mut Naming<'_>) -> Parts {
        let certificate: Handle<acm::Certificate> = naming.unnamed("");
        naming.offer_value(Attribute::Arn, certificate.any().reference());
        let domains: Vec<Val<String>> = self.written().map(|domain| naming.text(domain, &DOMAIN)).collect();
        naming.serve(domains.clone());
        Parts { certificate, domains, zone: Zone::name(naming) }
    }

    fn build(&self, parts: &Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        let Parts { certificate, domains, zone } = parts;
        let mut found = Diagnostics::default();
        found.extend(twice(domains.iter().zip(self.written()).map(|(domain, at)| (domain.symbolic(), at.span))));
        let zone = found.take(zone.value(self.hosted_zone_id.as_ref(), cx));
        found.or(())?;
        let Some(zone) = zone else { return Ok(()) };
        // One record proves a domain and the domains below it.
        // https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
        let proven = |domain: &&Val<String>| {
            let domain = domain.symbolic();
            let base = domain.strip_prefix("*.");
            base.is_none_or(|base| domains.iter().all(|other| other.symbolic() != base))
        };
        let options = domains
            .iter()
            .filter(proven)
            .map(|domain| acm::DomainValidationOption { domain_name: domain.clone(), hosted_zone_id: zone.clone() });
        let properties = acm::Certificate {
            domain_name: domains[0].clone(),
            subject_alternative_names: domains[1..].to_vec(),
            validation_method: "DNS",
            domain_validation_options: options.collect(),
            certificate_transparency_logging_preference: "ENABLED",
            tags: Vec::new(),
        };
        out.add(certificate, properties);
        Ok(())
    }
}

impl Certificate {
    /// A certificate for a domain, and every other property at its default.
    pub fn new(domain: &str) -> Self {
        Self { domain: domain.into(), alternative_names: Vec::new(), hosted_zone_id: None, tags: Tags::new() }
    }

    fn written(&self) -> impl Iterator<Item = &Spanned<String>> {
        std::iter::once(&self.domain).chain(&self.alternative_names)
    }
}
