//! Domains: certificates, what answers to a domain, and the records that lead there.

mod common;

use common::{ENVIRONMENTS, findings, json, template};
use serde_json::{Value as Json, json as expected};
use synth::template::Template;

/// A stack with an API, and these constructs for its domain.
fn stack(web: &str) -> String {
    format!(
        "
variables: {{ hosted-zone-id: Z0123 }}
constructs:
  security: {{ logs: {{ KmsKey: {{}} }} }}
  compute:
    orders: {{ EncryptedFunction: {{ code: {{ bucket: artifacts, key: o.zip }}, runtime: python3.13, logs-key: security/logs }} }}
  web:
    orders: {{ RestApi: {{ logs-key: security/logs, routes: {{ GET orders: compute/orders }} }} }}
{web}
"
    )
}

const WEB: &str = "
    certificate: { Certificate: { domain: api.example.com, alternative-names: ['*.api.example.com'] } }
    domain: { CustomDomain: { domain: '{{ env }}.api.example.com', certificate: web/certificate, apis: { /: web/orders } } }
    records: { DnsRecord: { domain: '{{ env }}.api.example.com', to: web/domain } }";

fn built(web: &str) -> Template {
    template(ENVIRONMENTS, &stack(web), "dev")
}

fn property(template: &Template, id: &str, property: &str) -> Json {
    template.resources[id].properties.get(property).map_or(Json::Null, json)
}

#[test]
fn a_certificate_is_proven_by_records_in_the_zone_of_the_environment() {
    let template = built(WEB);
    let of = |name| property(&template, "WebCertificate", name);
    assert_eq!(of("DomainName"), "api.example.com");
    assert_eq!(of("SubjectAlternativeNames"), expected!(["*.api.example.com"]));
    assert_eq!(of("ValidationMethod"), "DNS");
    assert_eq!(of("CertificateTransparencyLoggingPreference"), "ENABLED");
    // The record of a domain proves those below it, too.
    let options = expected!([{ "DomainName": "api.example.com", "HostedZoneId": "Z0123" }]);
    assert_eq!(of("DomainValidationOptions"), options);
}

#[test]
fn a_domain_of_an_api_is_regional_and_takes_tls_1_2() {
    let template = built(WEB);
    let of = |name| property(&template, "WebDomain", name);
    assert_eq!(of("DomainName"), "dev.api.example.com");
    assert_eq!(of("SecurityPolicy"), "TLS_1_2");
    assert_eq!(of("RegionalCertificateArn"), expected!({ "Ref": "WebCertificate" }));
    assert_eq!(of("EndpointConfiguration"), expected!({ "Types": ["REGIONAL"], "IpAddressType": "dualstack" }));
    let mapping = |name| property(&template, "WebDomainMapping", name);
    assert_eq!(mapping("RestApiId"), expected!({ "Ref": "WebOrders" }));
    assert_eq!(mapping("Stage"), expected!({ "Ref": "WebOrdersStage" }), "a mapping waits for its stage");
    assert_eq!(mapping("BasePath"), Json::Null);
}

#[test]
fn records_lead_to_a_domain_by_both_kinds_of_addresses() {
    let template = built(WEB);
    let target = expected!({
        "DNSName": { "Fn::GetAtt": ["WebDomain", "RegionalDomainName"] },
        "HostedZoneId": { "Fn::GetAtt": ["WebDomain", "RegionalHostedZoneId"] }
    });
    for (id, kind) in [("WebRecords", "A"), ("WebRecordsIpv6", "AAAA")] {
        assert_eq!(property(&template, id, "Type"), kind);
        assert_eq!(property(&template, id, "Name"), "dev.api.example.com");
        assert_eq!(property(&template, id, "HostedZoneId"), "Z0123");
        assert_eq!(property(&template, id, "AliasTarget"), target);
        assert_eq!(property(&template, id, "TTL"), Json::Null);
    }
}

#[test]
fn records_have_values_as_route_53_takes_them() {
    let long = "x".repeat(300);
    let template = built(&format!(
        "
    text: {{ DnsRecord: {{ domain: '{{{{ env }}}}.example.com', type: TXT, values: ['say \"a\"', '{long}'] }} }}
    mail: {{ DnsRecord: {{ domain: '{{{{ env }}}}.example.com', type: MX, values: ['10 mail.example.com'], ttl: 60, hosted-zone-id: Z9 }} }}"
    ));
    let texts = property(&template, "WebText", "ResourceRecords");
    assert_eq!(texts[0], r#""say \"a\"""#);
    assert_eq!(texts[1], format!("\"{}\" \"{}\"", "x".repeat(255), "x".repeat(45)));
    assert_eq!(property(&template, "WebText", "TTL"), "300");
    assert_eq!(property(&template, "WebMail", "ResourceRecords"), expected!(["10 mail.example.com"]));
    assert_eq!(property(&template, "WebMail", "TTL"), "60");
    assert_eq!(property(&template, "WebMail", "HostedZoneId"), "Z9", "nearer than the variable");
}

#[test]
fn what_aws_refuses_of_domains_is_refused() {
    for (from, to, message) in [
        ("variables: { hosted-zone-id: Z0123 }", "", "error[missing-property]: no hosted zone is named for this"),
        ("hosted-zone-id: Z0123 }", "hosted-zone-id: here }", "which is not the id of a hosted zone"),
        ("domain: api.example.com,", "domain: API.example.com,", "error[invalid-name]: `API.example.com` has capitals"),
        ("'*.api.example.com'", "'api.*.example.com'", "has a `*` elsewhere than as its first part"),
        ("'*.api.example.com'", "'api.example.com'", "`api.example.com` is here twice"),
        (
            "alternative-names: ['*.api.example.com']",
            "",
            "the certificate is for `api.example.com`, and not for `dev.api.example.com`",
        ),
        ("certificate: web/certificate", "certificate: web/orders", "`web/orders` is a `RestApi`, not a certificate"),
        ("apis: { /: web/orders }", "apis: {}", "the domain leads to no API"),
        (
            "to: web/domain",
            "to: web/orders",
            "`web/orders` is a `RestApi`, and a record leads to a `CustomDomain` or a `StaticSite`",
        ),
        (
            "DnsRecord: { domain: '{{ env }}.api",
            "DnsRecord: { domain: '{{ env }}.other",
            "`web/domain` answers to `dev.api.example.com`, and not to `dev.other.example.com`",
        ),
        (", to: web/domain", "", "a record that leads to no construct needs `type`"),
        (", to: web/domain", ", to: web/domain, ttl: 5", "a record that leads to a construct has no `ttl` of its own"),
        (", to: web/domain", ", type: CNAME, values: [a, b]", "a `CNAME` record has one value"),
    ] {
        let stack = stack(WEB);
        assert!(stack.contains(from), "{from}");
        let found = findings(ENVIRONMENTS, &stack.replace(from, to), "dev");
        assert!(found.contains(message), "{message}: {found}");
    }
}

#[test]
fn a_domain_answers_once() {
    let fixed = WEB.replace("{{ env }}.api", "one.api");
    let environments = "
environments:
  dev: { protection: open, account: '111122223333', regions: [eu-west-1] }
  prod: { protection: open, account: '444455556666', regions: [eu-west-1] }
";
    let found = findings(environments, &stack(&fixed), "dev");
    let message =
        "a custom domain called `one.api.example.com` is also in `prod`, and no two accounts can have one name";
    assert!(found.contains(message), "{found}");
    assert!(
        found.contains("a set of DNS records called `A one.api.example.com in Z0123` is also in `prod`"),
        "{found}"
    );
    let apart = environments.replace("'444455556666', regions: [eu-west-1]", "'444455556666', regions: [eu-central-1]");
    let found = findings(&apart, &stack(&fixed), "dev");
    assert!(!found.contains("a custom domain called"), "another region has domains of its own: {found}");
}

#[test]
fn a_certificate_of_another_region_is_no_use() {
    let environments = "environments: { dev: { protection: open, regions: [eu-west-1, us-east-1] } }";
    let elsewhere = WEB.replace("['*.api.example.com'] } }", "['*.api.example.com'] }, region: us-east-1 }");
    let found = findings(environments, &stack(&elsewhere), "dev");
    assert!(found.contains("`web/certificate` is in `us-east-1`, and has to be in the same region as this"), "{found}");
}
