//! Resources that need an order and have none.
//!
//! CloudFormation makes resources at the same time unless one refers to the other or says `DependsOn`.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html>

use std::collections::HashMap;

use serde_json::Value as Json;

use super::super::finding::{Finding, Hazard, Severity};
use super::super::key::KeyReference;
use super::super::world::World;
use super::some_of;
use crate::template::Graph;

/// All races, within templates: across stacks, whoever deploys has the order in hand.
pub(super) fn check(world: &World<'_>, found: &mut Vec<Finding>) {
    let mut races = Races::of(world, found);
    races.notifications();
    races.trails();
    races.functions();
    races.deployments();
    races.subscriptions();
    races.aliases();
}

/// What has to be there before something else is used: the policies of topics, queues and buckets, and the permissions
/// of functions.
const GATES: &[(&str, &str, &str)] = &[
    ("AWS::SNS::TopicPolicy", "Topics", "AWS::SNS::Topic"),
    ("AWS::SQS::QueuePolicy", "Queues", "AWS::SQS::Queue"),
    ("AWS::S3::BucketPolicy", "Bucket", "AWS::S3::Bucket"),
    ("AWS::Lambda::Permission", "FunctionName", "AWS::Lambda::Function"),
];

struct Races<'r, 'w> {
    world: &'r World<'w>,
    found: &'r mut Vec<Finding>,
    graphs: HashMap<usize, Graph>,
    gates: HashMap<usize, Vec<usize>>,
}

impl<'r, 'w> Races<'r, 'w> {
    fn of(world: &'r World<'w>, found: &'r mut Vec<Finding>) -> Self {
        let mut gates: HashMap<usize, Vec<usize>> = HashMap::new();
        for (at, gate) in world.deployment.resources.iter().enumerate() {
            let Some((_, property, kind)) = GATES.iter().find(|(known, ..)| *known == gate.kind()) else { continue };
            let gated = gate.list(&[property]).iter().filter_map(|value| named(world, at, kind, value));
            gated.for_each(|of| gates.entry(of).or_default().push(at));
        }
        Self { world, found, graphs: HashMap::new(), gates }
    }

    /// Whether two resources of a template can be made in any order.
    fn is_race(&mut self, one: usize, other: usize) -> bool {
        let (one, other) = (self.world.resource(one), self.world.resource(other));
        if one.stack != other.stack {
            return false;
        }
        let template = self.world.deployment.sources[one.stack].template;
        let graph = self.graphs.entry(one.stack).or_insert_with(|| Graph::of(template));
        !graph.reaches(one.id, other.id) && !graph.reaches(other.id, one.id)
    }

    /// Reports those for which a resource has to wait and does not.
    fn waits(&mut self, who: usize, pointer: String, what: &str, wanted: &[usize]) {
        let missing: Vec<usize> = wanted.iter().copied().filter(|wanted| self.is_race(who, *wanted)).collect();
        if missing.is_empty() {
            return;
        }
        let ids: Vec<&str> = missing.iter().map(|at| self.world.resource(*at).id).collect();
        let id = self.world.resource(who).id;
        let message = format!("`{id}` {what}, and does not wait for {}", some_of(&ids));
        let hint = format!("add {} to the `DependsOn` of `{id}`", some_of(&ids));
        let at = self.world.at(who, pointer);
        self.found.push(Finding::new(Hazard::OrderRace, Severity::Warning, at, message).hint(hint));
    }

    /// The gates of a resource; of a function, those that let a service in.
    fn gates(&self, of: usize, service: &str) -> Vec<usize> {
        let lets = |at: &usize| match self.world.resource(*at).text(&["Principal"]) {
            Some(principal) => principal.split('.').next() == Some(service),
            None => true,
        };
        self.gates.get(&of).into_iter().flatten().copied().filter(lets).collect()
    }

    /// S3 tries the destinations of notifications when it is told of them.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html>
    fn notifications(&mut self) {
        const DESTINATIONS: &[(&str, &str, &str)] = &[
            ("TopicConfigurations", "Topic", "AWS::SNS::Topic"),
            ("QueueConfigurations", "Queue", "AWS::SQS::Queue"),
            ("LambdaConfigurations", "Function", "AWS::Lambda::Function"),
        ];
        for (at, bucket) in self.world.deployment.of_kind("AWS::S3::Bucket") {
            for (list, property, kind) in DESTINATIONS {
                for (index, item) in bucket.list(&["NotificationConfiguration", list]).iter().enumerate() {
                    let Some(to) = named(self.world, at, kind, &item[*property]) else { continue };
                    let what = format!("sends notifications to `{}`", self.world.resource(to).id);
                    let pointer = format!("/Properties/NotificationConfiguration/{list}/{index}/{property}");
                    self.waits(at, pointer, &what, &self.gates(to, "s3"));
                }
            }
        }
    }

    /// CloudTrail tries the bucket when the trail is made.
    /// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html>
    fn trails(&mut self) {
        const PLACES: [(&str, &str); 2] = [("S3BucketName", "AWS::S3::Bucket"), ("SnsTopicName", "AWS::SNS::Topic")];
        for (at, trail) in self.world.deployment.of_kind("AWS::CloudTrail::Trail") {
            for (property, kind) in PLACES {
                let Some(to) = trail.get(&[property]).and_then(|value| named(self.world, at, kind, value)) else {
                    continue;
                };
                let what = format!("delivers to `{}`", self.world.resource(to).id);
                self.waits(at, format!("/Properties/{property}"), &what, &self.gates(to, "cloudtrail"));
            }
        }
    }

    /// Lambda makes the log group of a function that is called before it is there, without a key and for ever.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html>
    fn functions(&mut self) {
        for (group, found) in self.world.deployment.of_kind("AWS::Logs::LogGroup") {
            let name = found.text(&["LogGroupName"]).and_then(|name| name.strip_prefix("/aws/lambda/"));
            let site = self.world.site(group);
            let function = name.and_then(|name| self.world.deployment.find("AWS::Lambda::Function", name, site));
            let logs_here = |at: &usize| self.world.resource(*at).get(&["LoggingConfig", "LogGroup"]).is_none();
            if let Some(function) = function.filter(logs_here) {
                self.waits(function, String::new(), "writes to a log group of its name", &[group]);
            }
        }
    }

    /// A deployment holds the methods that are there when it is made.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-deployment.html>
    fn deployments(&mut self) {
        const APIS: [(&str, &str, &str, &str); 2] = [
            ("AWS::ApiGateway::Deployment", "RestApiId", "AWS::ApiGateway::Method", "methods"),
            ("AWS::ApiGatewayV2::Deployment", "ApiId", "AWS::ApiGatewayV2::Route", "routes"),
        ];
        for (kind, api, part, parts) in APIS {
            let mut of_api: HashMap<&str, Vec<usize>> = HashMap::new();
            for (at, method) in self.world.deployment.of_kind(part) {
                of_api.entry(method.text(&[api]).unwrap_or_default()).or_default().push(at);
            }
            for (at, deployment) in self.world.deployment.of_kind(kind) {
                let Some(methods) = deployment.text(&[api]).and_then(|api| of_api.get(api)) else { continue };
                self.waits(at, String::new(), &format!("deploys the {parts} of its API"), methods);
            }
        }
    }

    /// CloudWatch Logs tries the function when the filter is made.
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html#LambdaFunctionExample>
    fn subscriptions(&mut self) {
        for (at, filter) in self.world.deployment.of_kind("AWS::Logs::SubscriptionFilter") {
            let destination = filter.get(&["DestinationArn"]);
            let to = destination.and_then(|arn| named(self.world, at, "AWS::Lambda::Function", arn));
            let Some(to) = to else { continue };
            let what = format!("sends log events to `{}`", self.world.resource(to).id);
            self.waits(at, "/Properties/DestinationArn".to_owned(), &what, &self.gates(to, "logs"));
        }
    }

    /// An alias that is written as text has to be there when the key is used first. Buckets, topics and queues take any
    /// name, and look for the key when data comes.
    fn aliases(&mut self) {
        for datum in &self.world.data {
            let KeyReference::Own(key) = datum.key else { continue };
            let late = matches!(datum.place.kind, "AWS::S3::Bucket" | "AWS::SNS::Topic" | "AWS::SQS::Queue");
            let property = datum.pointer.trim_start_matches("/Properties");
            let value = self.world.resource(datum.resource).properties.pointer(property);
            let alias =
                value.filter(|_| !late).and_then(|value| named(self.world, datum.resource, "AWS::KMS::Alias", value));
            if let Some(alias) = alias {
                let key = self.world.resource(self.world.key(key).resource).id;
                let what = format!("uses `{key}` by its alias");
                self.waits(datum.resource, datum.pointer.clone(), &what, &[alias]);
            }
        }
    }
}

/// The resource of a type that a value means where another one says it.
fn named(world: &World<'_>, by: usize, kind: &str, value: &Json) -> Option<usize> {
    world.deployment.find(kind, value.as_str()?, world.site(by))
}
