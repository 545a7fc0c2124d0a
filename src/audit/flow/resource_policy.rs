//! The policies that resources have of their own.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value as Json;

use super::super::deployment::Resource;
use super::super::world::World;
use crate::access::{Attached, Policy, Statement};

/// What gives resources policies: the type, the property that names them, where the policy stands, and their type.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html>
const GIVEN: &[(&str, &str, &str, &str)] = &[
    ("AWS::Kinesis::ResourcePolicy", "ResourceArn", "ResourcePolicy", "AWS::Kinesis::Stream"),
    ("AWS::S3::BucketPolicy", "Bucket", "PolicyDocument", "AWS::S3::Bucket"),
    ("AWS::SNS::TopicInlinePolicy", "TopicArn", "PolicyDocument", "AWS::SNS::Topic"),
    ("AWS::SNS::TopicPolicy", "Topics", "PolicyDocument", "AWS::SNS::Topic"),
    ("AWS::SQS::QueueInlinePolicy", "Queue", "PolicyDocument", "AWS::SQS::Queue"),
    ("AWS::SQS::QueuePolicy", "Queues", "PolicyDocument", "AWS::SQS::Queue"),
    ("AWS::SecretsManager::ResourcePolicy", "SecretId", "ResourcePolicy", "AWS::SecretsManager::Secret"),
];

/// The policies that resources have of their own, by the number of the resource.
#[derive(Debug, Default)]
pub(super) struct ResourcePolicies(HashMap<usize, Given>);

/// The policy of a resource.
#[derive(Debug)]
struct Given {
    /// All statements together.
    policy: Arc<Policy>,
    /// The resources that give it, one for each statement.
    by: Vec<usize>,
}

impl ResourcePolicies {
    pub(super) fn of(world: &World<'_>) -> Self {
        let mut all = Self::default();
        for (at, resource) in world.deployment.resources.iter().enumerate() {
            if let Some((_, targets, document, kind)) = GIVEN.iter().find(|(kind, ..)| *kind == resource.kind()) {
                for target in resource.list(&[targets]).iter().filter_map(Json::as_str) {
                    if let Some(target) = world.deployment.find(kind, target, world.site(at)) {
                        all.add(target, at, resource, &[document]);
                    }
                }
            }
            if resource.kind() == "AWS::DynamoDB::Table" {
                all.add(at, at, resource, &["ResourcePolicy", "PolicyDocument"]);
            }
        }
        all
    }

    fn add(&mut self, target: usize, by: usize, resource: &Resource<'_>, document: &[&str]) {
        let Some(policy) = resource.get(document).and_then(|json| Policy::parse(json, Attached::Resource).ok()) else {
            return;
        };
        let new = vec![by; policy.statements.len()];
        match self.0.get_mut(&target) {
            None => drop(self.0.insert(target, Given { policy: Arc::new(policy), by: new })),
            Some(given) => {
                Arc::make_mut(&mut given.policy).statements.extend(policy.statements);
                given.by.extend(new);
            }
        }
    }

    /// The policy of a resource.
    pub(super) fn policy(&self, resource: usize) -> Option<&Arc<Policy>> {
        self.0.get(&resource).map(|given| &given.policy)
    }

    /// The statements of a resource's policy, each with the resource that gives it.
    pub(super) fn statements(&self, resource: usize) -> impl Iterator<Item = (usize, &Statement)> {
        let given = self.0.get(&resource).into_iter();
        given.flat_map(|given| given.by.iter().copied().zip(&given.policy.statements))
    }
}
