//! Amazon CloudWatch Logs.

use super::{Caller, ContextValue, KeyAccess, ServicePrincipal, Source, SourceHolds};
use crate::cfn::policy::Action;
use crate::name::Partition;

/// What CloudWatch Logs does with the key of a log group, as the principal of its region and for the group that the
/// encryption context names. AWS's sample also lists `kms:Describe*` under the context, where it can never match.
/// The wildcards that cover one action only are written as that action.
pub const ENCRYPT: KeyAccess = KeyAccess {
    id: "LogsEncrypt",
    caller: Caller::Service(OF_KEYS, None),
    actions: &["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
    context: &[("aws:logs:arn", ContextValue::Arn)],
    source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
};

/// CloudWatch Logs where it calls KMS: each region has its own principal, and what it acts for stands in the encryption
/// context alone.
pub const OF_KEYS: ServicePrincipal = ServicePrincipal { name: "logs", regional: true, absent_from: &[] };

/// CloudWatch Logs where it sends what a subscription asks for: it calls functions, and assumes the role by which it
/// writes to streams. Elsewhere than in key policies its principal is the same in all regions. The source that it names
/// where it calls a function is `{group arn}:*`.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html>
pub const SUBSCRIPTIONS: ServicePrincipal = ServicePrincipal::new("logs");

/// What writing log events takes, on the streams of a group: `{group arn}:*`.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html>
pub const WRITE: &[Action] = &["logs:CreateLogStream", "logs:PutLogEvents"];

/// What reading log events takes, on the group and its streams: as they are, and by queries of Logs Insights, which
/// are the only way into a group of infrequent access, and to what a transformer made.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/permissions-reference-cwl.html>
pub const READ: &[Action] = &[
    "logs:DescribeLogStreams",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "logs:GetLogGroupFields",
    "logs:GetLogRecord",
    "logs:GetQueryResults",
    "logs:StartQuery",
];

/// What seeing masked data takes, besides reading.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/data-protection-policy-permissions.html>
pub const UNMASK: &[Action] = &["logs:Unmask"];

/// An AWS service that writes to log groups by its own principal, so that the group's policy has to let it.
#[derive(Debug, PartialEq, Eq)]
pub struct Writer {
    /// What it is called in statement ids.
    pub id: &'static str,
    /// The service.
    pub principal: ServicePrincipal,
    /// The source that it names when it writes.
    pub source: Source,
    /// The page of AWS's documentation that says so.
    pub page: &'static str,
}

/// The delivery of logs for other services: API Gateway, Step Functions, VPC flow logs and others; and of what was
/// found in other groups. Each names a delivery of this account as its source.
pub const DELIVERY: Writer = Writer {
    id: "LogsDelivery",
    principal: ServicePrincipal::new("delivery.logs"),
    source: Source { service: "logs", holds: SourceHolds::RegionAndAccount, resource: "*", names_organization: false },
    page: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-CWL.html",
};

/// Amazon `OpenSearch` Service, for its domains.
pub const OPENSEARCH: Writer = Writer {
    id: "OpenSearch",
    principal: ServicePrincipal::new("es"),
    source: Source {
        service: "es",
        holds: SourceHolds::RegionAndAccount,
        resource: "domain/*",
        names_organization: false,
    },
    page: "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/createdomain-configure-slow-logs.html",
};

/// Amazon Route 53, for the public zones of the account. It writes in us-east-1 only.
/// <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/query-logs.html>
pub const ROUTE53: Writer = Writer {
    id: "Route53",
    principal: ServicePrincipal::new("route53").absent_from(&[Partition::China, Partition::GovCloud]),
    source: Source {
        service: "route53",
        holds: SourceHolds::Neither,
        resource: "hostedzone/*",
        names_organization: false,
    },
    page: "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html",
};

/// Where Route 53 writes.
/// <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/query-logs.html>
pub const ROUTE53_REGION: &str = "us-east-1";

/// The data that CloudWatch Logs finds by itself, with the countries for which it does; none where they do not
/// matter.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL-managed-data-identifiers.html>
pub const DATA_IDENTIFIERS: &[(&str, &[&str])] = &[
    ("Address", &[]),
    ("AwsSecretKey", &[]),
    ("BankAccountNumber", &["DE", "ES", "FR", "GB", "IT", "US"]),
    ("CepCode", &["BR"]),
    ("Cnpj", &["BR"]),
    ("CpfCode", &["BR"]),
    ("CreditCardExpiration", &[]),
    ("CreditCardNumber", &[]),
    ("CreditCardSecurityCode", &[]),
    (
        "DriversLicense",
        &[
            "AT", "AU", "BE", "BG", "CA", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE",
            "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "US",
        ],
    ),
    ("DrugEnforcementAgencyNumber", &["US"]),
    ("ElectoralRollNumber", &["GB"]),
    ("EmailAddress", &[]),
    ("HealthInsuranceCardNumber", &["EU"]),
    ("HealthInsuranceClaimNumber", &["US"]),
    ("HealthInsuranceNumber", &["FR"]),
    ("HealthcareProcedureCode", &["US"]),
    ("IndividualTaxIdentificationNumber", &["US"]),
    ("InseeCode", &["FR"]),
    ("IpAddress", &[]),
    ("LatLong", &[]),
    ("MedicareBeneficiaryNumber", &["US"]),
    ("Name", &[]),
    ("NationalDrugCode", &["US"]),
    ("NationalIdentificationNumber", &["DE", "ES", "IT"]),
    ("NationalInsuranceNumber", &["GB"]),
    ("NationalProviderId", &["US"]),
    ("NhsNumber", &["GB"]),
    ("NieNumber", &["ES"]),
    ("NifNumber", &["ES"]),
    ("OpenSshPrivateKey", &[]),
    ("PassportNumber", &["CA", "DE", "ES", "FR", "GB", "IT", "US"]),
    ("PermanentResidenceNumber", &["CA"]),
    ("PersonalHealthNumber", &["CA"]),
    ("PgpPrivateKey", &[]),
    ("PhoneNumber", &["BR", "DE", "ES", "FR", "GB", "IT", "US"]),
    ("PkcsPrivateKey", &[]),
    ("PostalCode", &["CA"]),
    ("PuttyPrivateKey", &[]),
    ("RgNumber", &["BR"]),
    ("SocialInsuranceNumber", &["CA"]),
    ("Ssn", &["ES", "US"]),
    ("TaxId", &["DE", "ES", "FR", "GB"]),
    ("VehicleIdentificationNumber", &[]),
    ("ZipCode", &["US"]),
];

/// The most custom data identifiers of a policy, and the most characters of a regular expression.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL-custom-data-identifiers.html>
pub const CUSTOM_IDENTIFIERS: usize = 10;

/// The most metric filters that a group can have.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html>
pub const METRIC_FILTERS: usize = 100;

/// The most subscription filters that a group can have.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html>
pub const SUBSCRIPTION_FILTERS: usize = 2;

/// The most characters of a filter's pattern.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html>
pub const FILTER_PATTERN: usize = 1024;

/// The most fields that a group can index.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatchLogs-Field-Indexing-Syntax.html>
pub const INDEXED_FIELDS: usize = 20;

/// The days for which a group can keep its events.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html>
pub const RETENTION_DAYS: &[u32] =
    &[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];
