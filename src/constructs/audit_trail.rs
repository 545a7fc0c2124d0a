//! `AuditTrail`

mod bucket;
mod events;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::encrypted_bucket::Period;
use super::encrypted_log_group::{encrypted, log_group};
use super::private_bucket::{PrivateBucket, access_logs};
use super::service_role::ServiceRole;
use super::twice;
use crate::cfn::cloudtrail::{self, InsightType, ReadWriteType};
use crate::cfn::policy::{Condition, Statement};
use crate::cfn::{Arn, Handle, Val, account, kms, logs, region, s3, sns};
use crate::construct::{
    Any, By, Construct, Cx, Encryption, Grant, Grantee, Naming, Resources, ServiceGrantee, To, Uses,
};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result};
use crate::document::Spanned;
use crate::name::{OrganizationId, Tags, Text};
use crate::service::{Subject, cloudtrail as facts, logs as log_facts};

/// A record of every management event of the account in all regions, which nobody can change unseen: a CloudTrail trail
/// with its bucket and its log group.
///
/// Log files are encrypted under a key of these stacks and validated by digests. Their bucket lets this trail alone
/// write to it. In a locked environment no log file can be deleted before its `retention` is over, whoever asks;
/// elsewhere they go after the days of the rule `log-retention`, as events of the log group do. Roles are granted
/// `read` on the log files. Where AWS's keys encrypt, log files are under keys that S3 owns.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AuditTrail {
    /// The key that encrypts the log files, needed where `encryption` is `customer-managed`.
    pub key: Option<To<kms::Key>>,
    /// The key that encrypts the log group, by default `key`.
    pub logs_key: Option<To<kms::Key>>,
    /// The name of the bucket, instead of what the naming rule gives; a template too.
    pub bucket_name: Option<Spanned<String>>,
    /// How the keys of log files begin, before `AWSLogs/`; at most 200 characters.
    pub prefix: Option<Text<200>>,
    /// For how long nobody can delete a log file, in environments whose `protection` is `locked`. What was locked stays
    /// afterwards, until somebody deletes it.
    pub retention: Option<Period>,
    /// Constructs whose data events are recorded too, with which: `{ storage/resumes: all }`. A bucket's are requests
    /// for its objects, a table's for its items, a function's its calls.
    #[serde(default)]
    pub data_events: IndexMap<To<Any>, ReadWriteType>,
    /// What CloudTrail looks for in management events by itself.
    #[serde(default)]
    pub insights: Vec<Spanned<InsightType>>,
    /// The topic that is told of each log file.
    pub topic: Option<To<sns::Topic>>,
    /// Whether it records the events of all accounts of the `organization`, to which it then belongs as a whole. The
    /// trail has to be in the organization's management account.
    pub organization_wide: Option<Spanned<bool>>,
    /// The `LogBucket` that gets a record of each request for log files, in the same region.
    pub access_logs: Option<To<s3::Bucket>>,
    /// Tags, besides the stack's.
    #[serde(default)]
    pub tags: Tags,
}

/// The resources of a trail.
#[derive(Debug)]
pub struct Parts {
    trail: Handle<cloudtrail::Trail>,
    bucket: PrivateBucket,
    log: Handle<logs::LogGroup>,
    /// The role by which CloudTrail writes to the log group.
    role: ServiceRole,
}

impl Construct for AuditTrail {
    type Main = cloudtrail::Trail;
    type Parts = Parts;

    const ADMITS_OTHER_ACCOUNTS: bool = true;

    fn grantable() -> Vec<&'static str> {
        vec!["read"]
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn names(&self) -> Vec<&Spanned<String>> {
        self.bucket_name.iter().collect()
    }

    fn name(&self, naming: &mut Naming<'_>) -> Parts {
        Parts {
            trail: naming.main("trail"),
            bucket: PrivateBucket::part("Bucket", self.bucket_name.as_ref(), naming),
            log: naming.part("Logs", "logs"),
            role: ServiceRole::name(naming),
        }
    }

    fn grants(&self, parts: &Parts, cx: &Cx<'_>, found: &mut Diagnostics) -> Vec<Grant> {
        let logs = self.access_logs.as_ref().and_then(|to| access_logs::grant(to, parts.bucket.bucket(), cx, found));
        let topic = self.topic.as_ref().and_then(|to| {
            let service = ServiceGrantee { principal: &facts::PRINCIPAL, source: Subject::of(&parts.trail) };
            Some(Grant::of("publish", Grantee::Service(service), found.take(cx.entry_of(to))?, to.span()))
        });
        logs.into_iter().chain(topic).collect()
    }

    fn uses(&self, parts: &Parts, cx: &Cx<'_>) -> Result<Uses> {
        let mut found = Diagnostics::default();
        let mut uses = parts.bucket.uses(None, cx);
        if let Some(files) = found.take(cx.data(self.key.as_ref(), Subject::of(&parts.trail))) {
            let trail = By::Service(Some(Subject::of(&parts.trail)));
            uses.stored.extend(files.stored(Self::kept(cx)));
            uses.keys
                .extend([&facts::ENCRYPT, &facts::DESCRIBE].into_iter().filter_map(|it| files.used(trail.clone(), it)));
            let readers = cx.granted_to_roles().map(|(_, role)| By::Role(role.clone()));
            uses.keys.extend(readers.filter_map(|role| files.used(role, &facts::READ)));
        }
        uses.add(found.take(encrypted(&parts.log, self.logs_key(), cx)).unwrap_or_default());
        found.or(uses)
    }

    fn build(&self, parts: &Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        let Parts { trail, bucket, log, role } = parts;
        let mut found = self.check(cx);
        let encryption = found.take(cx.encryption(self.key.as_ref()));
        let topic = self.topic.as_ref().and_then(|to| found.take(cx.get_here(to)));
        let selectors = found.take(events::selectors(&self.data_events, cx)).flatten();
        found.take(log_group(log, self.logs_key(), logs::LogGroup::default(), cx, out));
        let encryption = encryption.unwrap_or(Encryption::AwsOwned);
        found.take(self.build_bucket(parts, &encryption, cx, out));
        let may = format!("writes the events of the trail {} to its log group", cx.entry().path);
        // AWS documents no source that CloudTrail names here.
        // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/send-cloudtrail-events-to-cloudwatch-logs.html
        role.build(cx, out, &may, &facts::PRINCIPAL, Condition::default(), vec![self.write_events(log, cx)]);
        let insights = self.insights.iter().map(|it| cloudtrail::InsightSelector { insight_type: it.value });
        let properties = cloudtrail::Trail {
            trail_name: Some(trail.name()),
            s3_bucket_name: bucket.bucket().name_in_use(),
            s3_key_prefix: self.prefix.as_ref().map(|prefix| prefix.as_str().to_owned()),
            kms_key_id: encryption.key_arn(),
            is_logging: true,
            is_multi_region_trail: true,
            is_organization_trail: self.organization(cx).map(|_| true),
            include_global_service_events: true,
            enable_log_file_validation: true,
            cloud_watch_logs_log_group_arn: log.streams(),
            cloud_watch_logs_role_arn: Arn::literal(role.role().arn()),
            sns_topic_name: topic.as_ref().map(Arn::of),
            event_selectors: selectors,
            insight_selectors: (!self.insights.is_empty()).then(|| insights.collect()),
            tags: Vec::new(),
        };
        out.add(trail, properties);
        found.or(())
    }
}

impl AuditTrail {
    fn logs_key(&self) -> Option<&To<kms::Key>> {
        self.logs_key.as_ref().or(self.key.as_ref())
    }

    /// The organization whose events it records.
    fn organization<'c>(&self, cx: &Cx<'c>) -> Option<&'c str> {
        let wide = self.organization_wide.as_ref().is_some_and(|wide| wide.value);
        cx.house().organization.as_ref().filter(|_| wide).map(OrganizationId::as_str)
    }

    /// CloudTrail writes to streams whose names begin with the account or the organization.
    /// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html>
    fn write_events(&self, log: &Handle<logs::LogGroup>, cx: &Cx<'_>) -> Statement {
        let at = cx.target();
        let own = Val::concat([account(at), "_CloudTrail_".into(), region(at)]);
        let of_all = self.organization(cx).map(|id| format!("{id}_").into());
        let streams = std::iter::once(own).chain(of_all).map(|stream: Val<String>| {
            Arn::literal(Val::concat([Arn::of(log).text(), ":log-stream:".into(), stream, "*".into()]))
        });
        Statement::allow("WriteEvents", log_facts::WRITE.to_vec(), streams.collect())
    }

    fn check(&self, cx: &Cx<'_>) -> Diagnostics {
        let words = self.insights.iter().map(|it| (it.value.word().to_owned(), it.span));
        let mut found = twice(words);
        let wide = self.organization_wide.as_ref().filter(|wide| wide.value);
        if let Some(wide) = wide.filter(|_| cx.house().organization.is_none()) {
            let message = "the trail of an organization names it, and the rule `organization` does not say which it is";
            let diagnostic = Diagnostic::error(Code::MissingProperty, wide.span, message);
            found.push(diagnostic.hint("`organization: o-…` in environments.yaml, or at the top of the file"));
        }
        found
    }
}
