//! What resources are known by: their names, what `Ref` gives, and their ARNs.
//!
//! What AWS numbers has a number here that nothing else has. A name that CloudFormation makes begins with that of the
//! stack and the logical id.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html>

use super::deployment::{Site, Source};

/// What a resource is known by.
#[derive(Clone, Debug)]
pub(super) struct Identity {
    /// What `Ref` gives.
    pub(super) reference: String,
    /// Its ARN.
    pub(super) arn: Option<String>,
    /// Its name, or its number.
    pub(super) name: String,
    kind: &'static Kind,
    site: Site,
}

/// The parts of a site, for ARNs.
pub(super) struct Arn<'s> {
    pub(super) partition: &'s str,
    pub(super) region: &'s str,
    pub(super) account: &'s str,
}

impl<'s> Arn<'s> {
    pub(super) fn of(site: &'s Site) -> Self {
        Self { partition: &site.partition, region: &site.region, account: &site.account }
    }
}

/// What `Ref` gives.
#[derive(Clone, Copy, Debug)]
enum Reference {
    Name,
    Arn,
    QueueUrl,
}

/// What is known of the resources of a type.
#[derive(Debug)]
struct Kind {
    kind: &'static str,
    /// The property that names them; empty where AWS numbers them.
    name: &'static str,
    reference: Reference,
    /// The ARN, with `{p}`, `{r}`, `{a}`, `{n}` for partition, region, account and name; empty where there is none.
    arn: &'static str,
}

const fn kind(kind: &'static str, name: &'static str, reference: Reference, arn: &'static str) -> Kind {
    Kind { kind, name, reference, arn }
}

use Reference::{Arn as ByArn, Name as ByName, QueueUrl};

/// Types whose names and ARNs policies speak of. For each, `Ref` stands on its page under
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html>, and the
/// ARN on that of its service under
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>.
const KINDS: &[Kind] = &[
    kind("AWS::Budgets::Budget", "", ByName, "arn:{p}:budgets::{a}:budget/{n}"),
    kind("AWS::CloudFront::Distribution", "", ByName, "arn:{p}:cloudfront::{a}:distribution/{n}"),
    kind("AWS::CloudTrail::Trail", "TrailName", ByName, "arn:{p}:cloudtrail:{r}:{a}:trail/{n}"),
    kind("AWS::CloudWatch::Alarm", "AlarmName", ByName, "arn:{p}:cloudwatch:{r}:{a}:alarm:{n}"),
    kind("AWS::CloudWatch::CompositeAlarm", "AlarmName", ByName, "arn:{p}:cloudwatch:{r}:{a}:alarm:{n}"),
    kind("AWS::Cognito::UserPool", "", ByName, "arn:{p}:cognito-idp:{r}:{a}:userpool/{n}"),
    kind("AWS::DMS::EventSubscription", "SubscriptionName", ByName, "arn:{p}:dms:{r}:{a}:es:{n}"),
    kind("AWS::DynamoDB::GlobalTable", "TableName", ByName, "arn:{p}:dynamodb:{r}:{a}:table/{n}"),
    kind("AWS::DynamoDB::Table", "TableName", ByName, "arn:{p}:dynamodb:{r}:{a}:table/{n}"),
    kind("AWS::ECR::Repository", "RepositoryName", ByName, "arn:{p}:ecr:{r}:{a}:repository/{n}"),
    kind("AWS::Events::EventBus", "Name", ByName, "arn:{p}:events:{r}:{a}:event-bus/{n}"),
    kind("AWS::Events::Rule", "Name", ByName, "arn:{p}:events:{r}:{a}:rule/{n}"),
    kind("AWS::IAM::Group", "GroupName", ByName, "arn:{p}:iam::{a}:group/{n}"),
    kind("AWS::IAM::ManagedPolicy", "ManagedPolicyName", ByArn, "arn:{p}:iam::{a}:policy/{n}"),
    kind("AWS::IAM::Role", "RoleName", ByName, "arn:{p}:iam::{a}:role/{n}"),
    kind("AWS::IAM::User", "UserName", ByName, "arn:{p}:iam::{a}:user/{n}"),
    kind("AWS::KMS::Alias", "AliasName", ByName, "arn:{p}:kms:{r}:{a}:{n}"),
    kind("AWS::KMS::Key", "", ByName, "arn:{p}:kms:{r}:{a}:key/{n}"),
    kind("AWS::KMS::ReplicaKey", "", ByName, "arn:{p}:kms:{r}:{a}:key/{n}"),
    kind("AWS::Kinesis::Stream", "Name", ByName, "arn:{p}:kinesis:{r}:{a}:stream/{n}"),
    kind(
        "AWS::KinesisFirehose::DeliveryStream",
        "DeliveryStreamName",
        ByName,
        "arn:{p}:firehose:{r}:{a}:deliverystream/{n}",
    ),
    kind("AWS::Lambda::Function", "FunctionName", ByName, "arn:{p}:lambda:{r}:{a}:function:{n}"),
    kind("AWS::Logs::LogGroup", "LogGroupName", ByName, "arn:{p}:logs:{r}:{a}:log-group:{n}"),
    kind("AWS::RDS::EventSubscription", "SubscriptionName", ByName, "arn:{p}:rds:{r}:{a}:es:{n}"),
    kind("AWS::S3::Bucket", "BucketName", ByName, "arn:{p}:s3:::{n}"),
    kind("AWS::SNS::Topic", "TopicName", ByArn, "arn:{p}:sns:{r}:{a}:{n}"),
    kind("AWS::SQS::Queue", "QueueName", QueueUrl, "arn:{p}:sqs:{r}:{a}:{n}"),
    kind("AWS::SSM::Parameter", "Name", ByName, "arn:{p}:ssm:{r}:{a}:parameter/{n}"),
    kind("AWS::SecretsManager::Secret", "Name", ByArn, "arn:{p}:secretsmanager:{r}:{a}:secret:{n}-Abc123"),
    kind("AWS::StepFunctions::Activity", "Name", ByArn, "arn:{p}:states:{r}:{a}:activity:{n}"),
    kind("AWS::StepFunctions::StateMachine", "StateMachineName", ByArn, "arn:{p}:states:{r}:{a}:stateMachine:{n}"),
];

static OTHER: Kind = kind("", "", ByName, "");

/// The property that names the resources of a type; nothing where AWS numbers them, or where it is not known.
pub(super) fn name_property(kind: &str) -> Option<&'static str> {
    KINDS.iter().find(|known| known.kind == kind).map(|known| known.name).filter(|name| !name.is_empty())
}

/// The types whose resources have ARNs like this one.
pub(super) fn kinds_of(arn: &str) -> impl Iterator<Item = &'static str> {
    fn parts(arn: &str) -> Option<(&str, &str)> {
        let mut fields = arn.splitn(6, ':').skip(2);
        Some((fields.next()?, fields.nth(2)?))
    }
    let wanted = parts(arn);
    let alike = move |known: &&Kind| match (wanted, parts(known.arn)) {
        (Some((service, resource)), Some((own, pattern))) => {
            let before = pattern.split("{n}").next().unwrap_or_default();
            service == own && resource.starts_with(before) && !resource[before.len()..].is_empty()
        }
        _ => false,
    };
    KINDS.iter().filter(alike).map(|known| known.kind)
}

impl Identity {
    /// What a resource is known by; `property` gives the text of its properties, where it is known.
    pub(super) fn of(id: &str, kind: &str, source: &Source<'_>, property: &dyn Fn(&str) -> Option<String>) -> Self {
        let kind = KINDS.iter().find(|known| known.kind == kind).unwrap_or(&OTHER);
        let site = source.site.clone();
        let made = || format!("{}-{id}-MADE", source.stack);
        let name = match kind.name {
            "" => format!("{}.{id}", source.stack),
            named => property(named).unwrap_or_else(made),
        };
        let in_arn = match kind.kind {
            "AWS::IAM::Role" | "AWS::IAM::User" | "AWS::IAM::ManagedPolicy" | "AWS::IAM::Group" => {
                let path = property("Path").unwrap_or_else(|| "/".to_owned());
                format!("{}{name}", path.trim_start_matches('/'))
            }
            "AWS::Events::Rule" => match property("EventBusName") {
                Some(bus) if bus != "default" => format!("{}/{name}", bus.rsplit('/').next().unwrap_or_default()),
                _ => name.clone(),
            },
            "AWS::SSM::Parameter" => name.trim_start_matches('/').to_owned(),
            _ => name.clone(),
        };
        let arn = (!kind.arn.is_empty()).then(|| {
            let Arn { partition, region, account } = Arn::of(&site);
            let arn = kind.arn.replace("{p}", partition).replace("{r}", region).replace("{a}", account);
            arn.replace("{n}", &in_arn)
        });
        let reference = match kind.reference {
            Reference::Name => name.clone(),
            Reference::Arn => arn.clone().unwrap_or_default(),
            QueueUrl => {
                format!("https://sqs.{}.{}/{}/{name}", site.region, site.url_suffix(), site.account)
            }
        };
        Self { reference, arn, name, kind, site }
    }

    /// What `Fn::GetAtt` gives.
    pub(super) fn attribute(&self, attribute: &str) -> String {
        let unique = || format!("{}.{attribute}", self.name);
        match (self.kind.kind, attribute, &self.arn) {
            // Of all types, log groups alone have an ARN that is a pattern:
            // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html
            ("AWS::Logs::LogGroup", "Arn", Some(arn)) => format!("{arn}:*"),
            (_, "Arn" | "TopicArn" | "RoleArn" | "StateMachineArn", Some(arn))
            | ("AWS::SecretsManager::Secret", "Id", Some(arn)) => arn.clone(),
            (_, "KeyId" | "TopicName" | "QueueName" | "Name" | "UserPoolId" | "Id", Some(_)) => self.name.clone(),
            ("AWS::SQS::Queue", "QueueUrl", _) => self.reference.clone(),
            ("AWS::DynamoDB::Table" | "AWS::DynamoDB::GlobalTable", "StreamArn", Some(arn)) => {
                format!("{arn}/stream/{}", unique())
            }
            ("AWS::S3::Bucket", "DomainName", _) => format!("{}.s3.{}", self.name, self.site.url_suffix()),
            ("AWS::S3::Bucket", "RegionalDomainName", _) => {
                format!("{}.s3.{}.{}", self.name, self.site.region, self.site.url_suffix())
            }
            (_, "Arn", None) => {
                let Arn { partition, region, account } = Arn::of(&self.site);
                format!("arn:{partition}:other:{region}:{account}:{}", self.name)
            }
            _ => unique(),
        }
    }
}
