//! The distribution of a site.

use super::{Parts, StaticSite};
use crate::cfn::cloudfront::{
    CacheBehavior, ContentSecurityPolicy, ContentTypeOptions, CustomErrorResponse, Distribution, DistributionConfig,
    FrameOptions, Logging, Origin, OriginAccessControl, OriginAccessControlConfig, ReferrerPolicy,
    ResponseHeadersPolicy, ResponseHeadersPolicyConfig, S3OriginConfig, SecurityHeadersConfig, StrictTransportSecurity,
    ViewerCertificate,
};
use crate::cfn::{Handle, Pseudo, Val, acm, region, s3};
use crate::construct::{Cx, Resources};
use crate::name::Text;
use crate::service::cloudfront::CACHING_OPTIMIZED;

const ORIGIN: &str = "Bucket";

/// Seconds for which browsers come by HTTPS only: a year, as AWS's own policy has it.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html>
const HTTPS_ONLY: u32 = 31_536_000;

impl StaticSite {
    /// Makes the distribution; `waits` says whether it does for the bucket.
    pub(super) fn distribute(
        &self,
        parts: &Parts,
        certificate: &Handle<acm::Certificate>,
        logs: Option<&Handle<s3::Bucket>>,
        waits: bool,
        cx: &Cx<'_>,
        out: &mut Resources<'_>,
    ) {
        let Parts { bucket, distribution, access, headers, name, domains } = parts;
        let bucket = bucket.bucket();
        // The bucket's policy, which makes it usable, names the distribution: that waits for the bucket alone.
        let known = if waits { bucket.reference() } else { bucket.name().text() };
        out.add(
            access,
            OriginAccessControl {
                origin_access_control_config: OriginAccessControlConfig {
                    name: name.clone(),
                    origin_access_control_origin_type: "s3",
                    signing_behavior: "always",
                    signing_protocol: "sigv4",
                },
            },
        );
        out.add(
            headers,
            ResponseHeadersPolicy {
                response_headers_policy_config: ResponseHeadersPolicyConfig {
                    name: name.clone(),
                    security_headers_config: self.headers(),
                },
            },
        );
        let config = DistributionConfig {
            enabled: true,
            comment: cx.entry().path.to_string(),
            aliases: domains.clone(),
            default_root_object: self.index().to_owned(),
            http_version: "http2and3",
            ipv6_enabled: true,
            price_class: self.price_class,
            origins: [Origin {
                id: ORIGIN,
                domain_name: endpoint(known, cx),
                origin_access_control_id: access.reference(),
                s3_origin_config: S3OriginConfig { origin_access_identity: "" },
            }],
            default_cache_behavior: CacheBehavior {
                target_origin_id: ORIGIN,
                viewer_protocol_policy: "redirect-to-https",
                allowed_methods: ["GET", "HEAD"],
                compress: true,
                cache_policy_id: CACHING_OPTIMIZED,
                response_headers_policy_id: headers.reference(),
            },
            viewer_certificate: ViewerCertificate {
                acm_certificate_arn: certificate.reference(),
                minimum_protocol_version: "TLSv1.2_2021",
                ssl_support_method: "sni-only",
            },
            custom_error_responses: self.errors(),
            logging: logs.map(|logs| Logging {
                bucket: endpoint(logs.name_in_use(), cx),
                prefix: Val::concat(["cloudfront/".into(), name.clone(), "/".into()]),
                include_cookies: false,
            }),
        };
        out.add(distribution, Distribution { distribution_config: config, tags: Vec::new() });
    }

    fn index(&self) -> &str {
        self.index.as_ref().map_or("index.html", Text::as_str)
    }

    /// What answers where there is no file: the bucket says 403 of it to who may not list.
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-procedure.html>
    fn errors(&self) -> Vec<CustomErrorResponse> {
        let page = match (self.single_page, &self.error_page) {
            (true, _) => Some((200, self.index())),
            (false, Some(page)) => Some((404, page.value.as_str())),
            (false, None) => None,
        };
        let answer = |(response_code, page): (u32, &str)| {
            let page = format!("/{}", page.trim_start_matches('/'));
            [403, 404].map(|error_code| CustomErrorResponse {
                error_code,
                response_code,
                response_page_path: page.clone(),
            })
        };
        page.into_iter().flat_map(answer).collect()
    }

    /// What browsers are told of every answer.
    fn headers(&self) -> SecurityHeadersConfig {
        let policy = self.content_security_policy.as_ref();
        SecurityHeadersConfig {
            strict_transport_security: StrictTransportSecurity {
                access_control_max_age_sec: HTTPS_ONLY,
                r#override: true,
            },
            content_type_options: ContentTypeOptions { r#override: true },
            frame_options: FrameOptions { frame_option: "DENY", r#override: true },
            referrer_policy: ReferrerPolicy { referrer_policy: "strict-origin-when-cross-origin", r#override: true },
            content_security_policy: policy.map(|policy| ContentSecurityPolicy {
                content_security_policy: policy.as_str().to_owned(),
                r#override: true,
            }),
        }
    }
}

/// Where a bucket of the construct's region answers.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html>
fn endpoint(bucket: Val<String>, cx: &Cx<'_>) -> Val<String> {
    Val::concat([bucket, ".s3.".into(), region(cx.target()), ".".into(), Pseudo::UrlSuffix.into()])
}
