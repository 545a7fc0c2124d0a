//! What an organisation demands: tags, boundaries of roles, and that nobody from outside comes in.

mod common;

use serde_json::json;
use synth::template::Template;

const ENVIRONMENTS: &str = "
organization: o-a1b2c3d4e5
permissions-boundary: security/Boundary
required-tags: [CostCenter]
tags: { CostCenter: shared, Team: platform }
environments:
  dev: { protection: open, tags: { Stage: dev, Team: dev } }
";

const STACK: &str = "
tags: { Team: orders }
constructs:
  security:
    data: { KmsKey: { tags: { CostCenter: keys } } }
  messaging:
    events: { EncryptedTopic: { key: security/data, publishers: [cloudwatch, events] } }
  compute:
    worker:
      EncryptedFunction:
        code: { bucket: artifacts, key: worker.zip }
        runtime: python3.13
        logs-key: security/data
";

fn template() -> Template {
    common::template(ENVIRONMENTS, STACK, "dev")
}

#[test]
fn the_nearest_tag_wins() {
    let template = template();
    let tags = |id: &str| common::json(&template.resources[id].properties["Tags"]);
    let tag = |key: &str, value: &str| json!({ "Key": key, "Value": value });
    assert_eq!(tags("SecurityData"), json!([tag("CostCenter", "keys"), tag("Team", "orders"), tag("Stage", "dev")]));
    assert_eq!(
        tags("MessagingEvents"),
        json!([tag("CostCenter", "shared"), tag("Team", "orders"), tag("Stage", "dev")])
    );
}

#[test]
fn roles_have_the_boundary() {
    let boundary = common::json(&template().resources["ComputeWorkerRole"].properties["PermissionsBoundary"]);
    assert_eq!(boundary, json!({ "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/security/Boundary" }));
}

#[test]
fn services_that_name_their_organization_are_held_to_it() {
    let template = template();
    for (id, property) in [("SecurityData", "KeyPolicy"), ("MessagingEventsPolicy", "PolicyDocument")] {
        let statements = common::statements(&template, id, property);
        let of = |sid: &str| &statements.iter().find(|(found, _)| found == sid).expect("it is there").1;
        assert_eq!(of("SnsPublishByCloudWatch")["Condition"]["StringEquals"]["aws:SourceOrgID"], "o-a1b2c3d4e5");
        let bus = &of("SnsPublishByEventBridge")["Condition"]["StringEquals"];
        assert!(bus["aws:SourceOrgID"].is_null(), "EventBridge does not name it: {bus}");
    }
}

#[test]
fn what_is_written_as_it_is_has_the_required_tags_where_its_type_has_tags() {
    let found = |resource: &str| {
        let stack = format!("constructs: {{ raw: {{ it: {{ Resource: {{ {resource} }} }} }} }}");
        common::findings(ENVIRONMENTS, &stack, "dev")
    };
    let missing = "error[missing-tag]: `raw/it` has no tag `CostCenter`, which `required-tags` asks for";
    for resource in [
        "type: AWS::SNS::Topic",
        "type: AWS::S3::Bucket, properties: { Tags: [{ Key: Team, Value: orders }] }",
        "type: AWS::Cognito::UserPool, properties: { UserPoolTags: { Team: orders } }",
    ] {
        assert!(found(resource).contains(missing), "{resource}: {}", found(resource));
    }
    for resource in [
        "type: AWS::SNS::Topic, properties: { Tags: [{ Key: CostCenter, Value: a }] }",
        "type: AWS::Cognito::UserPool, properties: { UserPoolTags: { CostCenter: a } }",
        "type: AWS::SNS::TopicPolicy",
    ] {
        let found = found(resource);
        assert!(common::only_notes(&found) && !found.contains("it has no `Tags`"), "{resource}: {found}");
    }
    assert!(found("type: AWS::EC2::VPC").contains("it has no `Tags`; where its type has any"), "nobody knows here");
}
