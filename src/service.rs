//! What AWS services do with KMS keys, as data.
//!
//! Each fact stands here once, with its source. Constructs derive the statements of key policies and identity
//! policies from it; whatever checks a policy derives the requests it must allow from the same facts.

pub mod apigateway;
pub mod cloudfront;
pub mod cloudtrail;
pub mod cloudwatch;
pub mod cognito;
pub mod dynamodb;
pub mod ec2;
pub mod events;
pub mod kinesis;
pub mod kms;
pub mod lambda;
pub mod logs;
mod principals;
pub mod rds;
pub mod s3;
pub mod secretsmanager;
mod sender;
pub mod sns;
pub mod sqs;
pub mod ssm;
pub mod states;
pub mod sts;

pub use principals::PRINCIPALS;
pub use sender::{Sender, words};

use std::sync::Arc;

use crate::cfn::policy::{Action, Condition, Operator};
use crate::cfn::{AnyHandle, Handle, Named, Outside, Part, Pseudo, Resource, ResourceId, Val, account, region};
use crate::name::{OrganizationId, Partition, Region, ResourceArn, Target};

/// One way in which a service uses a key.
#[derive(Debug, PartialEq, Eq)]
pub struct KeyAccess {
    /// What it is called in statement ids: `DynamoDbUse`.
    pub id: &'static str,
    /// Who calls KMS.
    pub caller: Caller,
    /// What the caller does with the key.
    pub actions: &'static [Action],
    /// The encryption context that the request carries. `kms:DescribeKey` carries none, so a condition on it would
    /// never hold: it stands in an access of its own, with no context.
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-services.html>
    pub context: &'static [(&'static str, ContextValue)],
    /// The page of AWS's documentation that says so.
    pub source: &'static str,
}

/// All uses of keys by services' own principals; of one principal, the more usual first.
pub fn by_services() -> impl Iterator<Item = &'static KeyAccess> {
    let publishers = sns::PUBLISHERS.iter().map(|sender| &sender.key);
    let senders = sqs::SENDERS.iter().map(|sender| &sender.key);
    let others: [&KeyAccess; 12] = [
        &cloudfront::READ,
        &cloudtrail::DECRYPT,
        &cloudtrail::DESCRIBE,
        &cloudtrail::ENCRYPT,
        &events::DESCRIBE,
        &events::ENCRYPT,
        &lambda::CODE,
        &lambda::DURABLE_USE,
        &lambda::FILTER_USE,
        &logs::ENCRYPT,
        &sqs::SNS.key,
        &sns::REPLAY,
    ];
    publishers.chain(senders).chain(others).chain(&s3::INVENTORY.key)
}

/// Who calls KMS.
#[derive(Debug, PartialEq, Eq)]
pub enum Caller {
    /// Whoever called the service, through the service: KMS sees the caller, and the service in `kms:ViaService`.
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service>
    Through(&'static str),
    /// The service itself, for a source that it names in `aws:SourceArn` and `aws:SourceAccount`, where it sends
    /// them to KMS.
    Service(ServicePrincipal, Option<Source>),
    /// Whoever uses the key itself.
    Directly,
}

/// The value of a pair of the encryption context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContextValue {
    /// The ARN of the resource whose data is encrypted.
    Arn,
    /// The name of that resource.
    Name,
    /// The names of what it is restored to: its own, then `-restore`, then any text.
    Restored,
    /// The account that owns it.
    Account,
    /// What nobody knows before the service uses the key, such as the number of a version. No condition tests it.
    Numbered,
}

/// An AWS service as a principal.
#[derive(Debug, PartialEq, Eq)]
pub struct ServicePrincipal {
    /// The name before the domain.
    pub name: &'static str,
    /// Whether each region has its own principal, in the domain of the partition; all others are the same
    /// everywhere.
    pub regional: bool,
    /// The partitions that do not have the service.
    pub absent_from: &'static [Partition],
}

impl ServicePrincipal {
    /// A principal that is the same in all regions and partitions.
    pub const fn new(name: &'static str) -> Self {
        Self { name, regional: false, absent_from: &[] }
    }

    /// The same service, in fewer partitions.
    #[must_use]
    pub const fn absent_from(self, partitions: &'static [Partition]) -> Self {
        Self { absent_from: partitions, ..self }
    }

    /// The principal as policies at a target name it.
    pub fn at(&self, target: &Target) -> Val<String> {
        if self.regional {
            let name = format!("{}.", self.name).into();
            Val::concat([name, region(target), ".".into(), Pseudo::UrlSuffix.into()])
        } else {
            format!("{}.amazonaws.com", self.name).into()
        }
    }
}

/// What a service principal acts for: the pattern of `aws:SourceArn`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// The service in the ARN.
    pub service: &'static str,
    /// Which of region and account the ARN holds.
    pub holds: SourceHolds,
    /// The resource in the ARN.
    pub resource: &'static str,
    /// Whether the request also names the organization, in `aws:SourceOrgID`.
    pub names_organization: bool,
}

/// Which parts an ARN has: those of S3 buckets hold neither region nor account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum SourceHolds {
    RegionAndAccount,
    Account,
    Neither,
}

impl Source {
    /// A resource of a region and an account.
    pub const fn regional(service: &'static str, resource: &'static str) -> Self {
        Self { service, holds: SourceHolds::RegionAndAccount, resource, names_organization: false }
    }

    /// Tests for this source, and for the account: an ARN without one would match any account's.
    pub fn condition(&self, at: &Target, organization: Option<&OrganizationId>) -> Condition {
        let (region, account) = match self.holds {
            SourceHolds::RegionAndAccount => (region(at), account(at)),
            SourceHolds::Account => ("".into(), account(at)),
            SourceHolds::Neither => ("".into(), "".into()),
        };
        let colon = || Val::from(":");
        let service = Val::from(format!(":{}:", self.service));
        let resource = format!(":{}", self.resource).into();
        let arn = Val::concat(["arn:".into(), Pseudo::Partition.into(), service, region, colon(), account, resource]);
        let condition = Condition::default().source_account(at).and(Operator::ArnLike, "aws:SourceArn", [arn]);
        self.within(condition, organization)
    }

    fn within(&self, condition: Condition, organization: Option<&OrganizationId>) -> Condition {
        match organization.filter(|_| self.names_organization) {
            Some(id) => condition.and(Operator::StringEquals, "aws:SourceOrgID", [id.as_str().into()]),
            None => condition,
        }
    }

    /// Tests for exactly these resources, and for their account where their ARNs hold none.
    pub fn exactly<'s>(
        &self,
        sources: impl IntoIterator<Item = &'s Subject>,
        organization: Option<&OrganizationId>,
    ) -> Condition {
        let condition = sources.into_iter().fold(Condition::default(), |condition, source| {
            let condition = match self.holds {
                SourceHolds::Neither => condition.source_account(source.target()),
                SourceHolds::RegionAndAccount | SourceHolds::Account => condition,
            };
            let arn = source.value(ContextValue::Arn);
            let operator = if arn.longest().ends_with('*') { Operator::ArnLike } else { Operator::ArnEquals };
            condition.and(operator, "aws:SourceArn", [arn])
        });
        self.within(condition, organization)
    }
}

/// The resource whose data is encrypted, as contexts name it.
#[derive(Clone, Debug)]
pub struct Subject {
    resource: Arc<AnyHandle>,
    called_from: Vec<Region>,
}

impl Subject {
    /// A resource that has a name.
    pub fn of<R: Named>(handle: &Handle<R>) -> Self {
        Self { resource: Arc::clone(handle.any()), called_from: Vec::new() }
    }

    /// A resource outside of these stacks that is known by its ARN alone; `user` is what uses it, in the same region.
    pub fn outside<R: Resource>(user: &Handle<R>, arn: &ResourceArn) -> Self {
        Self::numbered(user, arn.as_str().into())
    }

    /// A resource that AWS numbers, whose ARN follows from its number.
    pub fn numbered<R: Resource>(handle: &Handle<R>, arn: Val<String>) -> Self {
        let AnyHandle { id, kind, path, target, .. } = &**handle.any();
        let (id, kind, path) = (id.clone(), kind.clone(), Arc::clone(path));
        let (name, target) = (Val::from("").into_name(), target.clone());
        let outside = Some(Outside { arn, reference: "".into() });
        let resource = AnyHandle { id, kind, name, arn_rule: None, path, target, outside };
        Self { resource: Arc::new(resource), called_from: Vec::new() }
    }

    /// The same resource, for which its service calls KMS from these regions, not just from its own.
    #[must_use]
    pub fn called_from(self, regions: &[Region]) -> Self {
        Self { called_from: regions.to_vec(), ..self }
    }

    /// The regions from which its service calls KMS, where these are not just its own.
    pub fn calling_regions(&self) -> &[Region] {
        &self.called_from
    }

    /// Its identity.
    pub fn id(&self) -> &ResourceId {
        &self.resource.id
    }

    /// Where it is deployed.
    pub fn target(&self) -> &Target {
        &self.resource.target
    }

    /// Its ARN, for a place that only speaks about it.
    pub fn arn(&self) -> Val<String> {
        self.value(ContextValue::Arn)
    }

    fn value(&self, of: ContextValue) -> Val<String> {
        match of {
            ContextValue::Arn => self.resource.arn().unwrap_or_else(|| "".into()),
            ContextValue::Name => self.resource.name.clone().text(),
            ContextValue::Restored => Val::concat([self.resource.name.clone().text(), "-restore*".into()]),
            ContextValue::Account => account(&self.resource.target),
            ContextValue::Numbered => "*".into(),
        }
    }
}

impl KeyAccess {
    /// What a statement that allows this access tests about the request, beyond who the caller is: the service it
    /// comes through or acts for, with these resources as its source where there are any, and the encryption context
    /// of any of the subjects; of replicas, their regions.
    pub fn condition(
        &self,
        key_at: &Target,
        subjects: &[&Subject],
        sources: &[&Subject],
        organization: Option<&OrganizationId>,
    ) -> Condition {
        let mut condition = match &self.caller {
            Caller::Through(service) => {
                let elsewhere: Vec<&Region> = subjects.iter().flat_map(|it| it.calling_regions()).collect();
                let regions: Vec<Val<String>> = match elsewhere.is_empty() {
                    true => vec![region(key_at)],
                    false => elsewhere.into_iter().map(|region| Part::Region(region.clone()).into()).collect(),
                };
                let via = |region| Val::concat([format!("{service}.").into(), region, ".amazonaws.com".into()]);
                Condition::default().and(Operator::StringEquals, "kms:ViaService", regions.into_iter().map(via))
            }
            Caller::Service(_, Some(source)) if sources.is_empty() => {
                source.condition(subjects.first().map_or(key_at, |subject| subject.target()), organization)
            }
            Caller::Service(_, Some(source)) => source.exactly(sources.iter().copied(), organization),
            Caller::Service(_, None) | Caller::Directly => Condition::default(),
        };
        for subject in subjects {
            for (key, value) in self.context {
                let operator = match value {
                    ContextValue::Arn => Operator::ArnEquals,
                    ContextValue::Name | ContextValue::Account => Operator::StringEquals,
                    ContextValue::Restored => Operator::StringLike,
                    ContextValue::Numbered => continue,
                };
                condition = condition.and(operator, &format!("kms:EncryptionContext:{key}"), [subject.value(*value)]);
            }
        }
        if self.actions.contains(&"kms:CreateGrant") {
            condition = condition.and(Operator::Bool, "kms:GrantIsForAWSResource", ["true".into()]);
        }
        if self.actions.contains(&"kms:ReplicateKey") {
            let regions = subjects.iter().map(|replica| region(replica.target()));
            condition = condition.and(Operator::StringEquals, "kms:ReplicaRegion", regions);
        }
        condition
    }
}
