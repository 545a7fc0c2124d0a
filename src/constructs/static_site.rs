//! `StaticSite`

mod distribution;

use schemars::JsonSchema;
use serde::Deserialize;

use super::domain::{DOMAIN, check_certificate};
use super::private_bucket::{
    PrivateBucket, abort_incomplete_uploads, access_logs, default_encryption, only_this_encryption, versioning,
};
use super::twice;
use crate::cfn::cloudfront::{Distribution, OriginAccessControl, PriceClass, ResponseHeadersPolicy};
use crate::cfn::policy::{Condition, Operator, Principal, Statement};
use crate::cfn::{Handle, Val, acm, global_arn, kms, s3};
use crate::construct::{
    Attribute, By, Construct, Cx, Encryption, Grant, Grantee, Naming, Resources, ServiceGrantee, To, Uses,
};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result};
use crate::document::Spanned;
use crate::name::{Region, Tags, Text};
use crate::service::Subject;
use crate::service::cloudfront::{CERTIFICATES, PRINCIPAL, READ, READ_OBJECTS};
use crate::service::s3::{DISTRIBUTION_LOGS, PERMISSIONS};

/// Files of a private, encrypted bucket as a web site: by `CloudFront`, over HTTPS with TLS 1.2 or later, under domains
/// of one's own.
///
/// The bucket lets exactly this distribution read, and so does its key. Roles are granted `read`, `write`,
/// `read-write`, `list` or `delete` on the bucket, whose name is its `name`; its `id` is that of the distribution.
/// Browsers are told to come by HTTPS only, to show the site in no frame, and to guess no types. A `DnsRecord` for each
/// domain leads here.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StaticSite {
    /// The domains that it answers to: templates, as names are.
    pub domains: Vec<Spanned<String>>,
    /// The certificate that is for all of them, in us-east-1.
    pub certificate: To<acm::Certificate>,
    /// The key that encrypts the files, needed where `encryption` is `customer-managed`. `CloudFront` cannot read under
    /// the key that AWS manages.
    pub key: Option<To<kms::Key>>,
    /// The file that `/` is, by default `index.html`.
    pub index: Option<Text<255>>,
    /// Whether one page answers for all paths: where there is no file, the `index` is the answer.
    #[serde(default)]
    pub single_page: bool,
    /// The file that is the answer, with status 404, where there is no file.
    pub error_page: Option<Spanned<Text<255>>>,
    /// What pages may load and run, as the header `Content-Security-Policy` says it.
    pub content_security_policy: Option<Text<1024>>,
    /// From where answers come, by default `price-class-all`.
    #[serde(default)]
    pub price_class: PriceClass,
    /// The `LogBucket` that gets a record of each request, to the site and to its bucket, in the same region.
    pub access_logs: Option<To<s3::Bucket>>,
    /// Whether the bucket is made before the distribution. Then the key lets all distributions of the account read this
    /// bucket's files, and the bucket alone lets exactly this one. It is so where the key is in another stack.
    #[serde(default)]
    pub bucket_first: bool,
    /// Tags, besides the stack's.
    #[serde(default)]
    pub tags: Tags,
}

/// The resources of a site.
#[derive(Debug)]
pub struct Parts {
    bucket: PrivateBucket,
    distribution: Handle<Distribution>,
    access: Handle<OriginAccessControl>,
    headers: Handle<ResponseHeadersPolicy>,
    /// What the two are called.
    name: Val<String>,
    domains: Vec<Val<String>>,
}

impl Construct for StaticSite {
    type Main = s3::Bucket;
    type Parts = Parts;

    const ADMITS_OTHER_ACCOUNTS: bool = true;

    fn grantable() -> Vec<&'static str> {
        PERMISSIONS.iter().map(|permission| permission.word).filter(|word| *word != "replicate").collect()
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn names(&self) -> Vec<&Spanned<String>> {
        self.domains.iter().collect()
    }

    fn name(&self, naming: &mut Naming<'_>) -> Parts {
        let bucket = PrivateBucket::name(None, naming);
        let name = naming.physical("site");
        naming.claim(name.clone(), &OriginAccessControl::NAME);
        naming.claim(name.clone(), &ResponseHeadersPolicy::NAME);
        let domains: Vec<Val<String>> = self.domains.iter().map(|domain| naming.text(domain, &DOMAIN)).collect();
        for domain in &domains {
            naming.claim(domain.clone(), &Distribution::ALIAS);
        }
        naming.serve(domains.clone());
        let distribution: Handle<Distribution> = naming.unnamed("Distribution");
        naming.offer_value(Attribute::Id, distribution.any().reference());
        let url = domains.first().map(|domain| Val::concat(["https://".into(), domain.clone()]));
        naming.offer_value(Attribute::Url, url.unwrap_or_else(|| "".into()));
        let (access, headers) = (naming.unnamed("Access"), naming.unnamed("Headers"));
        Parts { bucket, distribution, access, headers, name, domains }
    }

    fn grants(&self, parts: &Parts, cx: &Cx<'_>, found: &mut Diagnostics) -> Vec<Grant> {
        let Some(to) = &self.access_logs else { return Vec::new() };
        let bucket = parts.bucket.bucket();
        let service = ServiceGrantee { principal: &DISTRIBUTION_LOGS.principal, source: Subject::of(bucket) };
        let of_bucket = access_logs::grant(to, bucket, cx, found);
        let of_site = of_bucket.as_ref().map(|it| Grant::of("write", Grantee::Service(service), it.on, it.at));
        of_bucket.into_iter().chain(of_site).collect()
    }

    fn uses(&self, parts: &Parts, cx: &Cx<'_>) -> Result<Uses> {
        let files = cx.data(self.key.as_ref(), Subject::of(parts.bucket.bucket()))?;
        let mut uses = parts.bucket.uses(Some(&files), cx);
        let number = if self.is_named_by(&cx.encryption(self.key.as_ref())?, parts) {
            parts.distribution.any().reference()
        } else {
            "*".into()
        };
        let source = Subject::numbered(&parts.distribution, arn(number, cx));
        uses.keys.extend(files.used(By::Service(Some(source)), &READ));
        Ok(uses)
    }

    fn build(&self, parts: &Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        let bucket = &parts.bucket;
        let mut found = self.check(parts, cx);
        let encryption = cx.encryption(self.key.as_ref())?;
        let certificate = found.take(self.certificate(parts, cx));
        let logs = self.access_logs.as_ref().map(|to| found.take(access_logs::lower(to, cx)));
        let log_bucket = self.access_logs.as_ref().and_then(|to| found.take(cx.get_here(to)));
        if matches!(encryption, Encryption::AwsManaged) {
            // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
            let message = "CloudFront cannot read under the key that AWS manages for S3";
            let diagnostic = Diagnostic::error(Code::AbsentKey, cx.entry().place, message);
            let rule = cx.house().place_of("encryption");
            let diagnostic = rule.into_iter().fold(diagnostic, |all, rule| all.related(rule, "the rule"));
            found.push(diagnostic.hint("`encryption: aws-owned` beside the kind, or `customer-managed` with a `key`"));
        }
        found.or(())?;
        let Some(certificate) = certificate else { return Ok(()) };
        let properties = s3::Bucket {
            bucket_encryption: Some(default_encryption(&encryption)),
            versioning_configuration: versioning(cx.house().versioning),
            lifecycle_configuration: Some(s3::LifecycleConfiguration { rules: vec![abort_incomplete_uploads(None)] }),
            logging_configuration: logs.flatten(),
            ..s3::Bucket::default()
        };
        let source = arn(parts.distribution.any().reference(), cx);
        let condition = Condition::default().and(Operator::ArnEquals, "aws:SourceArn", [source]);
        let read = Statement::allow("ReadByDistribution", READ_OBJECTS.to_vec(), vec![bucket.objects()])
            .to(Principal::Service(vec![PRINCIPAL.at(cx.target())]))
            .when(condition);
        let mut statements = vec![read];
        statements.extend(only_this_encryption(bucket, &encryption));
        bucket.build(properties, statements, cx, out)?;
        let waits = !self.is_named_by(&encryption, parts);
        self.distribute(parts, &certificate, log_bucket.as_ref(), waits, cx, out);
        Ok(())
    }
}

impl StaticSite {
    /// A site under these domains, with every other property at its default.
    pub fn new<const N: usize>(domains: [&str; N], certificate: To<acm::Certificate>) -> Self {
        Self {
            domains: domains.into_iter().map(Into::into).collect(),
            certificate,
            key: None,
            index: None,
            single_page: false,
            error_page: None,
            content_security_policy: None,
            price_class: PriceClass::default(),
            access_logs: None,
            bucket_first: false,
            tags: Tags::new(),
        }
    }

    /// Whether the key's policy can name the distribution by its number. Then key and bucket wait for it, and it knows
    /// the bucket by its name alone. A key in another stack would wait for this one, which waits for the key.
    fn is_named_by(&self, encryption: &Encryption, parts: &Parts) -> bool {
        let here = |key: &Handle<kms::Key>| !key.is_outside() && key.id().instance == parts.distribution.id().instance;
        !self.bucket_first && encryption.key().is_some_and(here)
    }

    /// The certificate, if it is one for these domains that the distribution can have.
    fn certificate(&self, parts: &Parts, cx: &Cx<'_>) -> Result<Handle<acm::Certificate>> {
        let certificate = cx.get(&self.certificate)?;
        let region = certificate.target().region.as_ref();
        if region.is_none_or(|region| region.as_str() != CERTIFICATES) {
            let here = region.map_or("a region that is not named", Region::as_str);
            let message = format!("CloudFront takes certificates of `{CERTIFICATES}` only, and this is in `{here}`");
            let diagnostic = Diagnostic::error(Code::WrongReference, self.certificate.span(), message);
            let hint = format!(
                "`region: {CERTIFICATES}` beside the `Certificate`, and among the `regions` of the environment"
            );
            return Err(diagnostic.hint(hint).into());
        }
        check_certificate(&self.certificate, parts.domains.iter().zip(&self.domains), cx)?;
        Ok(certificate)
    }

    fn check(&self, parts: &Parts, cx: &Cx<'_>) -> Diagnostics {
        let mut found = Diagnostics::default();
        let place = cx.entry().place;
        if self.domains.is_empty() {
            let message = "a site without domains has no certificate of its own, and takes old versions of TLS";
            found.push(Diagnostic::error(Code::MissingProperty, place, message));
        }
        found.extend(twice(parts.domains.iter().zip(&self.domains).map(|(name, at)| (name.symbolic(), at.span))));
        if let (true, Some(page)) = (self.single_page, &self.error_page) {
            let message = "with `single-page` the index answers where there is no file";
            found.push(Diagnostic::error(Code::ConflictingProperties, page.span, message));
        }
        let partition = cx.target().partition().filter(|partition| PRINCIPAL.absent_from.contains(partition));
        if let Some(partition) = partition {
            let message = format!("sites cannot be had in the partition `{}`", partition.name());
            found.push(Diagnostic::error(Code::UnavailableService, place, message));
        }
        if let Some(to) = &self.access_logs
            && let Some(entry) = found.take(cx.construct_of(to))
            && entry.kind != "LogBucket"
        {
            // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html
            let message = format!("CloudFront delivers by ACLs, which only a `LogBucket` takes, and `{to}` is none");
            let diagnostic = Diagnostic::error(Code::WrongReference, to.span(), message);
            found.push(diagnostic.related(entry.place, format!("the `{}`", entry.kind)));
        }
        found
    }
}

/// The ARN of a distribution.
fn arn(number: Val<String>, cx: &Cx<'_>) -> Val<String> {
    global_arn("cloudfront", cx.target(), Val::concat(["distribution/".into(), number]))
}
