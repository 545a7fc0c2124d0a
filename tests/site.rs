//! Sites: who may read the files, by which key, and what browsers are told.

mod common;

use common::{json, statements, synthesize_all};
use serde_json::{Value as Json, json as expected};
use synth::synth::Synthesis;
use synth::template::Template;

const ENVIRONMENTS: &str = "environments: { dev: { protection: open, regions: [eu-west-1, us-east-1] } }";

/// A stack with a site of these properties, besides its domains and certificate.
fn stack(site: &str) -> String {
    format!(
        "
variables: {{ hosted-zone-id: Z0123 }}
constructs:
  security: {{ files: {{ KmsKey: {{}} }} }}
  web:
    certificate: {{ Certificate: {{ domain: a.com, alternative-names: [www.a.com] }}, region: us-east-1 }}
    logs: {{ LogBucket: {{}} }}
    site: {{ StaticSite: {{ domains: [a.com, www.a.com], certificate: web/certificate, {site} }} }}
    records: {{ DnsRecord: {{ domain: www.a.com, to: web/site }} }}
"
    )
}

/// The template of the site's own region.
fn primary(synthesis: Synthesis, name: &str) -> Template {
    synthesis.stacks.into_iter().find(|stack| stack.primary && stack.stack == name).expect("it is there").template
}

fn built(site: &str) -> Template {
    primary(synthesize_all(ENVIRONMENTS, &[("app.yaml", &stack(site))], "dev"), "app")
}

fn found(site: &str) -> String {
    common::findings(ENVIRONMENTS, &stack(site), "dev")
}

fn config(template: &Template) -> Json {
    json(&template.resources["WebSiteDistribution"].properties["DistributionConfig"])
}

fn one(template: &Template, id: &str, property: &str, sid: &str) -> Json {
    let all = statements(template, id, property);
    let ids: Vec<&String> = all.iter().map(|(id, _)| id).collect();
    all.iter().find(|(id, _)| id == sid).unwrap_or_else(|| panic!("{sid} is among {ids:?}")).1.clone()
}

const BUCKET: &str = "arn:${AWS::Partition}:s3:::app-dev-web-bucket-site";

fn distribution(number: &str) -> Json {
    expected!({ "Fn::Sub": format!("arn:${{AWS::Partition}}:cloudfront::${{AWS::AccountId}}:distribution/{number}") })
}

#[test]
fn exactly_this_distribution_reads_by_bucket_and_key_without_a_circle() {
    let template = built("key: security/files");
    let exact = distribution("${WebSiteDistribution}");
    let principal = expected!({ "Service": "cloudfront.amazonaws.com" });
    let in_bucket = one(&template, "WebSitePolicy", "PolicyDocument", "ReadByDistribution");
    assert_eq!(in_bucket["Principal"], principal);
    assert_eq!(in_bucket["Action"], "s3:GetObject");
    assert_eq!(in_bucket["Resource"], expected!({ "Fn::Sub": format!("{BUCKET}/*") }));
    assert_eq!(in_bucket["Condition"], expected!({ "ArnEquals": { "aws:SourceArn": exact } }));
    let in_key = one(&template, "SecurityFiles", "KeyPolicy", "CloudFrontReadToWebSite");
    assert_eq!(in_key["Principal"], principal);
    assert_eq!(in_key["Action"], "kms:Decrypt");
    let context = expected!({ "Fn::Sub": BUCKET });
    let condition = expected!({ "aws:SourceArn": exact, "kms:EncryptionContext:aws:s3:arn": context });
    assert_eq!(in_key["Condition"], expected!({ "ArnEquals": condition }));
    assert_eq!(synth::template::cycle(&template), None);
    // The distribution knows the bucket by its name alone.
    let origin = &config(&template)["Origins"][0];
    let name = expected!({ "Fn::Sub": "app-dev-web-bucket-site.s3.${AWS::Region}.${AWS::URLSuffix}" });
    assert_eq!(origin["DomainName"], name);
    assert_eq!(origin["S3OriginConfig"], expected!({ "OriginAccessIdentity": "" }));
    assert_eq!(origin["OriginAccessControlId"], expected!({ "Ref": "WebSiteAccess" }));
    assert_eq!(template.resources["WebSiteDistribution"].depends_on, Vec::<String>::new());
}

#[test]
fn a_bucket_that_comes_first_has_a_key_for_the_distributions_of_the_account() {
    let template = built("key: security/files, bucket-first: true");
    let in_key = one(&template, "SecurityFiles", "KeyPolicy", "CloudFrontReadToWebSite");
    assert_eq!(in_key["Condition"]["ArnLike"]["aws:SourceArn"], distribution("*"));
    let context = expected!({ "kms:EncryptionContext:aws:s3:arn": { "Fn::Sub": BUCKET } });
    assert_eq!(in_key["Condition"]["ArnEquals"], context);
    let in_bucket = one(&template, "WebSitePolicy", "PolicyDocument", "ReadByDistribution");
    let exact = expected!({ "aws:SourceArn": distribution("${WebSiteDistribution}") });
    assert_eq!(in_bucket["Condition"]["ArnEquals"], exact);
    let origin = config(&template)["Origins"][0]["DomainName"].clone();
    assert_eq!(origin, expected!({ "Fn::Sub": "${WebSite}.s3.${AWS::Region}.${AWS::URLSuffix}" }));
}

#[test]
fn a_key_of_another_stack_does_not_wait_for_the_site() {
    let keys = "constructs: { security: { files: { KmsKey: {} } } }";
    let app = stack("key: 'keys:security/files'").replace("  security: { files: { KmsKey: {} } }\n", "");
    let synthesis = synthesize_all(ENVIRONMENTS, &[("app.yaml", &app), ("keys.yaml", keys)], "dev");
    let template = primary(synthesis, "keys");
    let in_key = one(&template, "SecurityFiles", "KeyPolicy", "CloudFrontReadToWebSite");
    assert_eq!(in_key["Condition"]["ArnLike"]["aws:SourceArn"], distribution("*"));
}

#[test]
fn visitors_come_by_https_under_the_certificate_of_another_region() {
    let synthesis = synthesize_all(ENVIRONMENTS, &[("app.yaml", &stack("key: security/files"))], "dev");
    let order: Vec<String> = synthesis.stacks.iter().map(synth::synth::SynthesizedStack::at_region).collect();
    assert_eq!(order, ["app@us-east-1", "app@eu-west-1"], "the certificate is deployed before");
    let config = config(&primary(synthesis, "app"));
    let arn = expected!({ "StackName": "app-dev", "OutputName": "WebCertificateRef", "Region": "us-east-1" });
    let certificate = expected!({
        "AcmCertificateArn": { "Fn::GetStackOutput": arn },
        "MinimumProtocolVersion": "TLSv1.2_2021",
        "SslSupportMethod": "sni-only"
    });
    assert_eq!(config["ViewerCertificate"], certificate);
    assert_eq!(config["Aliases"], expected!(["a.com", "www.a.com"]));
    assert_eq!(config["DefaultCacheBehavior"]["ViewerProtocolPolicy"], "redirect-to-https");
    assert_eq!((&config["HttpVersion"], &config["IPV6Enabled"]), (&expected!("http2and3"), &expected!(true)));
    assert_eq!(config["PriceClass"], "PriceClass_All");
    assert_eq!(config["DefaultRootObject"], "index.html");
    assert_eq!(config["CustomErrorResponses"], Json::Null);
}

#[test]
fn what_is_no_file_is_answered_as_the_site_says() {
    let pages = |site: &str| config(&built(&format!("key: security/files, {site}")))["CustomErrorResponses"].clone();
    let page = |code: u32, status: u32, path: &str| expected!({ "ErrorCode": code, "ResponseCode": status, "ResponsePagePath": path });
    let single = expected!([page(403, 200, "/app.html"), page(404, 200, "/app.html")]);
    assert_eq!(pages("single-page: true, index: app.html"), single);
    assert_eq!(pages("error-page: 404.html"), expected!([page(403, 404, "/404.html"), page(404, 404, "/404.html")]));
}

#[test]
fn browsers_are_told_how_to_treat_the_site() {
    let template = built("key: security/files, content-security-policy: \"default-src 'self'\"");
    let config = &json(&template.resources["WebSiteHeaders"].properties["ResponseHeadersPolicyConfig"]);
    let headers = &config["SecurityHeadersConfig"];
    assert_eq!(headers["StrictTransportSecurity"]["AccessControlMaxAgeSec"], 31_536_000);
    assert_eq!(headers["FrameOptions"]["FrameOption"], "DENY");
    assert_eq!(headers["ContentTypeOptions"]["Override"], true);
    assert_eq!(headers["ContentSecurityPolicy"]["ContentSecurityPolicy"], "default-src 'self'");
}

#[test]
fn a_log_bucket_takes_acls_only_where_a_site_logs() {
    let template = built("key: security/files, access-logs: web/logs");
    let ownership = |template: &Template| {
        json(&template.resources["WebLogs"].properties["OwnershipControls"])["Rules"][0]["ObjectOwnership"].clone()
    };
    assert_eq!(ownership(&template), "BucketOwnerPreferred");
    assert_eq!(ownership(&built("key: security/files")), "BucketOwnerEnforced");
    let logging = &config(&template)["Logging"];
    let bucket = expected!({ "Fn::Sub": "app-dev-web-bucket-logs.s3.${AWS::Region}.${AWS::URLSuffix}" });
    assert_eq!(logging["Bucket"], bucket);
    assert_eq!(logging["IncludeCookies"], false);
    assert_eq!(template.resources["WebSiteDistribution"].depends_on, ["WebLogsPolicy"]);
    // S3's own records come by policy, and the site's by no statement of it.
    let delivery = one(&template, "WebLogsPolicy", "PolicyDocument", "AccessLogDelivery");
    assert_eq!(delivery["Condition"]["ArnEquals"]["aws:SourceArn"], expected!({ "Fn::Sub": BUCKET }));
    assert!(
        !json(&template.resources["WebLogsPolicy"].properties["PolicyDocument"]).to_string().contains("cloudfront")
    );
}

#[test]
fn records_lead_to_a_distribution() {
    let template = built("key: security/files");
    let target = expected!({
        "DNSName": { "Fn::GetAtt": ["WebSiteDistribution", "DomainName"] },
        "HostedZoneId": "Z2FDTNDATAQYW2"
    });
    for id in ["WebRecords", "WebRecordsIpv6"] {
        assert_eq!(json(&template.resources[id].properties["AliasTarget"]), target);
    }
}

#[test]
fn files_may_be_under_keys_of_s3_and_not_under_that_which_aws_manages() {
    let tier = |tier: &str| {
        let stack = stack("").replace("certificate: web/certificate,  }", "certificate: web/certificate }");
        stack.replace(
            "web/certificate } }",
            &format!("web/certificate }}, encryption: {tier}, unprotected: to show it }}"),
        )
    };
    let owned = primary(synthesize_all(ENVIRONMENTS, &[("app.yaml", &tier("aws-owned"))], "dev"), "app");
    assert!(json(&owned.resources["WebSite"].properties["BucketEncryption"]).to_string().contains("AES256"));
    let origin = config(&owned)["Origins"][0]["DomainName"].to_string();
    assert!(origin.contains("${WebSite}"), "there is no key that would wait: {origin}");
    let found = common::findings(ENVIRONMENTS, &tier("aws-managed"), "dev");
    assert!(
        found.contains("error[absent-key]: CloudFront cannot read under the key that AWS manages for S3"),
        "{found}"
    );
}

#[test]
fn what_cloudfront_refuses_is_refused() {
    for (site, from, to, message) in [
        (
            "",
            ", region: us-east-1 }",
            " }",
            "CloudFront takes certificates of `us-east-1` only, and this is in `eu-west-1`",
        ),
        ("", "alternative-names: [www.a.com]", "", "the certificate is for `a.com`, and not for `www.a.com`"),
        ("", "domains: [a.com, www.a.com]", "domains: []", "a site without domains has no certificate of its own"),
        ("", "domains: [a.com, www.a.com]", "domains: [a.com, a.com]", "`a.com` is here twice"),
        ("single-page: true, error-page: 404.html", "", "", "with `single-page` the index answers"),
        ("access-logs: web/site", "", "", "which only a `LogBucket` takes, and `web/site` is none"),
        ("access-logs: security/files", "", "", "`security/files` is a `KmsKey`, not a bucket"),
    ] {
        let stack = stack(&format!("key: security/files, {site}")).replace(from, to);
        let found = common::findings(ENVIRONMENTS, &stack, "dev");
        assert!(found.contains(message), "{message}: {found}");
    }
    let china = ENVIRONMENTS.replace("eu-west-1, us-east-1", "cn-north-1, us-east-1");
    let found = common::findings(&china, &stack("key: security/files"), "dev");
    assert!(found.contains("error[unavailable-service]: sites cannot be had in the partition `aws-cn`"), "{found}");
}

#[test]
fn two_sites_cannot_answer_to_one_domain() {
    let environments = "
environments:
  dev: { protection: open, account: '111122223333', regions: [eu-west-1, us-east-1] }
  prod: { protection: open, account: '444455556666', regions: [eu-central-1, us-east-1] }
";
    let found = common::findings(environments, &stack("key: security/files"), "dev");
    assert!(found.contains("a domain of a distribution called `a.com` is also in `prod`"), "{found}");
    assert!(!self::found("key: security/files").contains("error["), "one is fine");
}
