//! What is known of resource types by their names, for resources that users write as CloudFormation takes them.

use super::resource::{Holds, Resource};
use super::{
    acm, apigateway, application_auto_scaling, cloudfront, cloudtrail, cloudwatch, cognito, dynamodb, iam, kms, lambda,
    logs, route53, s3, secretsmanager, sns, sqs, ssm,
};

/// A resource type.
#[derive(Clone, Copy, Debug)]
pub struct KnownType {
    /// Its name: `AWS::SNS::Topic`.
    pub name: &'static str,
    /// What is lost with one.
    pub holds: Holds,
    /// The property that has its tags, if it has one.
    pub tags: Option<&'static str>,
}

impl KnownType {
    /// The type of this name, if it is known.
    pub fn find(name: &str) -> Option<&'static Self> {
        KNOWN_TYPES.iter().find(|known| known.name == name)
    }
}

const fn untagged<R: Resource>() -> KnownType {
    KnownType { name: R::TYPE, holds: R::HOLDS, tags: None }
}

const fn tagged<R: Resource>() -> KnownType {
    KnownType { name: R::TYPE, holds: R::HOLDS, tags: Some("Tags") }
}

/// All types that have property structs here.
pub const KNOWN_TYPES: &[KnownType] = &[
    tagged::<acm::Certificate>(),
    untagged::<apigateway::Account>(),
    untagged::<apigateway::BasePathMapping>(),
    untagged::<apigateway::Deployment>(),
    tagged::<apigateway::DomainName>(),
    untagged::<apigateway::Method>(),
    untagged::<apigateway::Resource>(),
    tagged::<apigateway::RestApi>(),
    tagged::<apigateway::Stage>(),
    tagged::<application_auto_scaling::ScalableTarget>(),
    untagged::<application_auto_scaling::ScalingPolicy>(),
    tagged::<cloudfront::Distribution>(),
    untagged::<cloudfront::OriginAccessControl>(),
    untagged::<cloudfront::ResponseHeadersPolicy>(),
    tagged::<cloudtrail::Trail>(),
    tagged::<cloudwatch::Alarm>(),
    KnownType { tags: Some("UserPoolTags"), ..untagged::<cognito::UserPool>() },
    untagged::<cognito::UserPoolClient>(),
    untagged::<dynamodb::GlobalTable>(), // each replica has tags of its own
    tagged::<dynamodb::Table>(),
    untagged::<iam::ManagedPolicy>(),
    tagged::<iam::Role>(),
    untagged::<kms::Alias>(),
    tagged::<kms::Key>(),
    tagged::<kms::ReplicaKey>(),
    untagged::<lambda::EventInvokeConfig>(),
    tagged::<lambda::EventSourceMapping>(),
    tagged::<lambda::Function>(),
    untagged::<lambda::Permission>(),
    untagged::<lambda::Url>(),
    tagged::<logs::LogGroup>(),
    untagged::<logs::MetricFilter>(),
    untagged::<logs::SubscriptionFilter>(),
    untagged::<logs::Transformer>(),
    untagged::<route53::RecordSet>(),
    tagged::<s3::Bucket>(),
    untagged::<s3::BucketPolicy>(),
    tagged::<secretsmanager::Secret>(),
    untagged::<sns::Subscription>(),
    tagged::<sns::Topic>(),
    untagged::<sns::TopicPolicy>(),
    tagged::<sqs::Queue>(),
    untagged::<sqs::QueuePolicy>(),
    tagged::<ssm::Parameter>(),
];
