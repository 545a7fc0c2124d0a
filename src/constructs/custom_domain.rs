//! `CustomDomain`

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::domain::{DOMAIN, check_certificate};
use crate::cfn::{Handle, Val, acm, apigateway};
use crate::construct::{Attribute, Construct, Cx, Naming, Resources, To};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result};
use crate::document::Spanned;
use crate::name::{Tags, pascal, text_type};

/// A domain of one's own by which `RestApi`s of the same region are called, over TLS 1.2 or later only.
///
/// A `DnsRecord` leads to it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CustomDomain {
    /// The domain: a template, as names are.
    pub domain: Spanned<String>,
    /// The certificate that is for it, of the same region.
    pub certificate: To<acm::Certificate>,
    /// The APIs that it leads to, by the first part of the path: `/` is the API for all that no other is for.
    pub apis: IndexMap<BasePath, To<apigateway::RestApi>>,
    /// Tags, besides the stack's.
    #[serde(default)]
    pub tags: Tags,
}

/// The first part of a path: empty for `/`.
/// <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateBasePathMapping.html>
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BasePath(String);

impl BasePath {
    fn new(text: &str) -> Option<Self> {
        let letters = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
        match text {
            "/" => Some(Self(String::new())),
            text => (!text.is_empty() && letters(text)).then(|| Self(text.to_owned())),
        }
    }
}

text_type!(BasePath, "`/`, or the first part of a path: letters, digits, `-`, `_` and `.`", r"^(/|[A-Za-z0-9._-]+)$");

/// The resources of a domain.
#[derive(Debug)]
pub struct Parts {
    domain: Handle<apigateway::DomainName>,
    name: Val<String>,
    mappings: Vec<Handle<apigateway::BasePathMapping>>,
}

impl Construct for CustomDomain {
    type Main = apigateway::DomainName;
    type Parts = Parts;

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn names(&self) -> Vec<&Spanned<String>> {
        vec![&self.domain]
    }

    fn name(&self, naming: &mut Naming<'_>) -> Parts {
        let name = naming.text(&self.domain, &DOMAIN);
        naming.claim(name.clone(), &apigateway::DomainName::NAME);
        naming.serve(vec![name.clone()]);
        naming.offer_value(Attribute::Name, name.clone());
        naming.offer_value(Attribute::Url, Val::concat(["https://".into(), name.clone()]));
        let mappings = self.apis.keys().map(|path| format!("{}Mapping", pascal(&path.0)));
        let mappings: Vec<String> = mappings.collect();
        Parts { domain: naming.unnamed(""), name, mappings: mappings.iter().map(|role| naming.unnamed(role)).collect() }
    }

    fn build(&self, parts: &Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        let Parts { domain, name, mappings } = parts;
        let mut found = Diagnostics::default();
        if self.apis.is_empty() {
            let message = "the domain leads to no API";
            found.push(Diagnostic::error(Code::MissingProperty, cx.entry().place, message));
        }
        let certificate = found.take(cx.get_here(&self.certificate));
        if certificate.is_some() {
            found.take(check_certificate(&self.certificate, [(name, &self.domain)], cx));
        }
        let stages: Vec<_> = self.apis.values().map(|to| found.take(stage(to, cx))).collect();
        found.or(())?;
        let Some(certificate) = certificate else { return Ok(()) };
        let properties = apigateway::DomainName {
            domain_name: name.clone(),
            regional_certificate_arn: certificate.reference(),
            endpoint_configuration: apigateway::EndpointConfiguration::REGIONAL,
            security_policy: "TLS_1_2",
            tags: Vec::new(),
        };
        out.add(domain, properties);
        for ((path, mapping), (api, stage)) in self.apis.keys().zip(mappings).zip(stages.into_iter().flatten()) {
            out.add(
                mapping,
                apigateway::BasePathMapping {
                    domain_name: domain.reference(),
                    base_path: Some(path.0.clone()).filter(|path| !path.is_empty()),
                    rest_api_id: api.reference(),
                    stage: stage.reference(),
                },
            );
        }
        Ok(())
    }
}

/// An API of the domain's account and region, and its stage.
fn stage(
    to: &To<apigateway::RestApi>,
    cx: &Cx<'_>,
) -> Result<(Handle<apigateway::RestApi>, Handle<apigateway::Stage>)> {
    let api = cx.get_here(to)?;
    let stage = cx.find_in(&to.any())?.filter(|_| !cx.is_foreign(&api));
    stage.map(|stage| (api, stage)).ok_or_else(|| {
        let message = format!("`{to}` is in another account, and a domain leads to APIs of its own");
        Diagnostic::error(Code::WrongReference, to.span(), message).into()
    })
}
