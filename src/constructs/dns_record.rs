//! `DnsRecord`

use schemars::JsonSchema;
use serde::Deserialize;

use super::domain::{DOMAIN, HostedZoneId, Zone};
use super::or_reference::OrReference;
use crate::cfn::route53::{AliasTarget, RecordSet, RecordType};
use crate::cfn::{Handle, Val, apigateway, cloudfront};
use crate::construct::{Any, Construct, Cx, Naming, Resources, To, a};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result};
use crate::document::Spanned;
use crate::name::Bounded;
use crate::service::cloudfront::HOSTED_ZONE;

/// Records of Route 53: those that lead a domain to a `CustomDomain` or a `StaticSite`, by IPv4 and IPv6, or records
/// with values of their own.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DnsRecord {
    /// The domain that is asked for: a template, as names are.
    pub domain: Spanned<String>,
    /// The `CustomDomain` or `StaticSite` that it leads to, which answers to this domain.
    pub to: Option<To<Any>>,
    /// What the records say, where they lead to no construct.
    #[serde(rename = "type")]
    pub kind: Option<Spanned<RecordType>>,
    /// Their values. Texts (`TXT`) need no quotes of their own.
    #[serde(default)]
    pub values: Vec<Spanned<String>>,
    /// Seconds for which the values may be remembered, by default 300.
    pub ttl: Option<Spanned<Bounded<0, 2_147_483_647>>>,
    /// The hosted zone of the domain, as an id or `{ ref: dns/zone.id }`, by default the variable `hosted-zone-id`.
    pub hosted_zone_id: Option<OrReference<HostedZoneId>>,
}

/// The records of a domain.
#[derive(Debug)]
pub struct Parts {
    name: Val<String>,
    zone: Zone,
    records: Vec<(RecordType, Handle<RecordSet>)>,
}

impl Construct for DnsRecord {
    type Main = RecordSet;
    type Parts = Parts;

    fn names(&self) -> Vec<&Spanned<String>> {
        vec![&self.domain]
    }

    fn name(&self, naming: &mut Naming<'_>) -> Parts {
        let name = naming.text(&self.domain, &DOMAIN);
        let zone = Zone::name(naming);
        let kinds = match &self.kind {
            Some(kind) => vec![(kind.value, "")],
            None => vec![(RecordType::A, ""), (RecordType::Aaaa, "Ipv6")],
        };
        let records = kinds.into_iter().map(|(kind, role)| {
            let zone = format!(" in {}", zone.symbolic(self.hosted_zone_id.as_ref()));
            let whole = Val::concat([format!("{} ", kind.name()).into(), name.clone(), zone.into()]);
            naming.claim(whole, &RecordSet::NAME);
            (kind, naming.unnamed(role))
        });
        let records = records.collect();
        Parts { name, zone, records }
    }

    fn build(&self, parts: &Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        let Parts { name, zone, records } = parts;
        let mut found = self.check(cx);
        let zone = found.take(zone.value(self.hosted_zone_id.as_ref(), cx));
        let target = self.to.as_ref().and_then(|to| found.take(self.target(to, name, cx)));
        found.or(())?;
        let Some(zone) = zone else { return Ok(()) };
        let ttl = self.ttl.as_ref().map_or(300, |ttl| ttl.value.get());
        for (kind, handle) in records {
            let values = self.values.iter().map(|value| printed(*kind, &value.value)).collect();
            out.add(
                handle,
                RecordSet {
                    hosted_zone_id: zone.clone(),
                    name: name.clone(),
                    r#type: *kind,
                    ttl: target.is_none().then(|| ttl.to_string()),
                    resource_records: target.is_none().then_some(values),
                    alias_target: target.clone(),
                },
            );
        }
        Ok(())
    }
}

impl DnsRecord {
    /// Records that lead a domain to a construct.
    pub fn to(domain: &str, to: To<Any>) -> Self {
        Self { domain: domain.into(), to: Some(to), kind: None, values: Vec::new(), ttl: None, hosted_zone_id: None }
    }

    /// What leads the domain to a construct that answers to it.
    /// <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html>
    fn target(&self, to: &To<Any>, name: &Val<String>, cx: &Cx<'_>) -> Result<AliasTarget> {
        let entry = &cx.model.entries()[cx.target_of(to)?];
        let wrong = |message: String| Diagnostic::error(Code::WrongReference, to.span(), message);
        let of_api = cx.find_in::<apigateway::DomainName>(to)?;
        let of_api = of_api.map(|domain| (domain.regional_domain_name(), domain.regional_hosted_zone_id()));
        let of_site = cx.find_in::<cloudfront::Distribution>(to)?;
        let of_site = of_site.map(|distribution| (distribution.domain_name(), HOSTED_ZONE.into()));
        let Some((dns_name, hosted_zone_id)) = of_api.or(of_site) else {
            let kind = a(entry.kind);
            let message = format!("`{to}` is {kind}, and a record leads to a `CustomDomain` or a `StaticSite`");
            return Err(wrong(message).related(entry.place, format!("the `{}`", entry.kind)).into());
        };
        if entry.domains.iter().all(|domain| domain.symbolic() != name.symbolic()) {
            let names: Vec<String> = entry.domains.iter().map(|name| format!("`{}`", name.symbolic())).collect();
            let message = format!("`{to}` answers to {}, and not to `{}`", names.join(", "), name.symbolic());
            return Err(wrong(message).related(self.domain.span, "the domain").into());
        }
        Ok(AliasTarget { dns_name, hosted_zone_id })
    }

    fn check(&self, cx: &Cx<'_>) -> Diagnostics {
        let mut found = Diagnostics::default();
        let own = [
            self.kind.as_ref().map(|kind| ("type", kind.span)),
            self.values.first().map(|value| ("values", value.span)),
            self.ttl.as_ref().map(|ttl| ("ttl", ttl.span)),
        ];
        if let Some(to) = &self.to {
            found.extend(own.into_iter().flatten().map(|(property, at)| {
                let message = format!("a record that leads to a construct has no `{property}` of its own");
                Diagnostic::error(Code::ConflictingProperties, at, message).related(to.span(), "the construct")
            }));
            return found;
        }
        for (property, missing) in [("type", self.kind.is_none()), ("values", self.values.is_empty())] {
            if missing {
                let message = format!("a record that leads to no construct needs `{property}`");
                let diagnostic = Diagnostic::error(Code::MissingProperty, cx.entry().place, message);
                found.push(diagnostic.hint("`to: web/domain` leads to a construct"));
            }
        }
        // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html#CNAMEFormat
        let second =
            self.values.get(1).filter(|_| self.kind.as_ref().is_some_and(|kind| kind.value == RecordType::Cname));
        found.extend(
            second.map(|value| Diagnostic::error(Code::LimitExceeded, value.span, "a `CNAME` record has one value")),
        );
        found
    }
}

/// A value as Route 53 takes it: texts in quotes, each of at most 255 characters.
/// <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html#TXTFormat>
fn printed(kind: RecordType, value: &str) -> String {
    if kind != RecordType::Txt || value.starts_with('"') {
        return value.to_owned();
    }
    let characters: Vec<char> = value.chars().collect();
    let quoted = |text: &[char]| format!("\"{}\"", text.iter().collect::<String>().replace('"', "\\\""));
    characters.chunks(255).map(quoted).collect::<Vec<_>>().join(" ")
}
