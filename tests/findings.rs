//! What an audit finds in several templates together, and what it must not find.

mod common;

use common::audit::audited;
use synth::audit::Site;

/// What is found in templates that are deployed together, each with its code and severity.
fn found(account: &str, texts: &[&str]) -> Vec<String> {
    let names: Vec<String> = (0..texts.len()).map(|at| format!("stack-{at}")).collect();
    let templates: Vec<(&str, &str, &str)> =
        names.iter().zip(texts).map(|(name, text)| (name.as_str(), name.as_str(), *text)).collect();
    let findings = audited(&Site::new("eu-west-1", account), &templates, |_, audit| audit.findings.clone());
    let told = findings.iter().filter(|it| it.severity.name() != "note");
    told.map(|it| format!("{} {}: {}", it.severity.name(), it.hazard.name(), it.message)).collect()
}

const ACCOUNT: &str = "111122223333";

/// The account of templates whose account nobody gives.
const UNKNOWN: &str = synth::audit::deployment::SOME_ACCOUNT;

#[test]
fn names_are_unique_across_stacks_where_the_service_asks_for_that() {
    let topic = "Resources: { Alerts: { Type: AWS::SNS::Topic, Properties: { TopicName: alerts } } }";
    let wanted = "error duplicate-name: `Alerts` has the name of `Alerts` of the stack `stack-0`: `alerts`";
    assert_eq!(found(ACCOUNT, &[topic, topic]), [wanted]);
    let queue = "Resources: { Alerts: { Type: AWS::SQS::Queue, Properties: { QueueName: alerts } } }";
    assert!(found(ACCOUNT, &[topic, queue]).is_empty(), "a queue is no topic");
}

#[test]
fn of_two_resources_with_one_name_a_condition_may_leave_one() {
    let text = "
Parameters: { Kind: { Type: String } }
Conditions: { IsFast: !Equals [!Ref Kind, fast], IsSlow: !Not [!Condition IsFast] }
Resources:
  Fast: { Type: AWS::SQS::Queue, Condition: IsFast, Properties: { QueueName: orders } }
  Slow: { Type: AWS::SQS::Queue, Condition: IsSlow, Properties: { QueueName: orders } }
";
    assert!(found(ACCOUNT, &[text]).is_empty());
}

#[test]
fn a_key_counts_with_what_other_stacks_encrypt_under_it() {
    let keys = "
Resources: { Key: { Type: AWS::KMS::Key } }
Outputs: { Key: { Value: !GetAtt Key.Arn, Export: { Name: orders-key } } }
";
    let data = "
Resources:
  Orders:
    Type: AWS::EFS::FileSystem
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties: { Encrypted: true, KmsKeyId: !ImportValue orders-key }
";
    let found = found(ACCOUNT, &[keys, data]);
    let wanted = "error key-outlived: `Key` is deleted with its stack and when it is replaced, and `Orders`, encrypted \
                  under it, stays";
    assert!(found.contains(&wanted.to_owned()), "{found:#?}");
}

fn key_of(account: &str) -> String {
    format!(
        "
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: 2012-10-17
        Statement:
          - {{ Effect: Allow, Principal: {{ AWS: \"arn:aws:iam::{account}:root\" }}, Action: \"kms:*\", Resource: \"*\" }}
"
    )
}

#[test]
fn the_account_that_a_policy_names_may_be_that_of_the_key_where_nobody_says_which_it_is() {
    let found_in = |account: &str| found(account, &[&key_of("444455556666")]);
    assert_eq!(found_in(UNKNOWN), ["unknown lock-out: whether anybody can change the policy of `Key` is not known"]);
    assert!(found_in("444455556666").is_empty());
    let elsewhere = found_in(ACCOUNT);
    assert!(elsewhere.iter().any(|it| it.starts_with("error lock-out")), "{elsewhere:#?}");
    assert!(elsewhere.iter().any(|it| it.starts_with("warning wildcard-principal")), "{elsewhere:#?}");
}

#[test]
fn whoever_satisfies_the_conditions_of_a_policy_manages_the_key() {
    for condition in [
        "StringEquals: { \"aws:PrincipalOrgID\": o-abcdefghij }",
        "StringLike: { \"aws:PrincipalTag/team\": \"secur*\" }",
        "IpAddress: { \"aws:SourceIp\": 198.51.100.0/24 }",
        "ArnLike: { \"aws:PrincipalArn\": \"arn:aws:iam::111122223333:role/admin/*\" }",
    ] {
        let text =
            key_of(ACCOUNT).replace("Resource: \"*\"", &format!("Resource: \"*\", Condition: {{ {condition} }}"));
        assert!(!found(ACCOUNT, &[&text]).iter().any(|it| it.contains("lock-out")), "{condition}");
    }
}

#[test]
fn a_resource_that_cannot_be_told_apart_is_not_missing() {
    let alarm = |name: &str| {
        format!(
            "
Parameters: {{ Name: {{ Type: String }} }}
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: 2012-10-17
        Statement:
          - {{ Effect: Allow, Principal: {{ AWS: \"111122223333\" }}, Action: \"kms:*\", Resource: \"*\" }}
          - Effect: Allow
            Principal: {{ Service: cloudwatch.amazonaws.com }}
            Action: kms:Decrypt
            Resource: \"*\"
            Condition:
              ArnEquals: {{ \"aws:SourceArn\": \"arn:aws:cloudwatch:eu-west-1:111122223333:alarm:late\" }}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {{ AlarmName: {name}, ComparisonOperator: GreaterThanThreshold, EvaluationPeriods: 1 }}
"
        )
    };
    let dead = |name: &str| found(ACCOUNT, &[&alarm(name)]).iter().any(|it| it.contains("dead-statement"));
    assert!(dead("early"));
    assert!(!dead("late"));
    assert!(!dead("!Ref Name"), "nobody knows its name");
}

/// A queue under a key that leaves it to the account, and a role that sends to it and has this besides.
fn sender(role: &str, others: &str) -> String {
    format!(
        "
Parameters: {{ Stage: {{ Type: String }} }}
Conditions: {{ IsLive: !Equals [!Ref Stage, live] }}
Resources:
  Key: {{ Type: AWS::KMS::Key }}
  Orders: {{ Type: AWS::SQS::Queue, Properties: {{ KmsMasterKeyId: !Ref Key }} }}
  Sender:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {{}}
      Policies:
        - PolicyName: send
          PolicyDocument:
            Statement: {{ Effect: Allow, Action: 'sqs:SendMessage', Resource: !GetAtt Orders.Arn }}
{role}{others}"
    )
}

#[test]
fn what_a_policy_says_that_is_not_in_the_templates_is_unknown() {
    let severity = |text: &str| found(ACCOUNT, &[text]).first().map(|it| it.split(' ').next().map(str::to_owned));
    let alone = |role: &str| severity(&sender(role, ""));
    assert_eq!(alone(""), Some(Some("error".to_owned())));
    let attached = "      ManagedPolicyArns: ['arn:aws:iam::111122223333:policy/use-of-keys']\n";
    assert_eq!(alone(attached), Some(Some("unknown".to_owned())));
    assert_eq!(alone("      ManagedPolicyArns: [!Ref Stage]\n"), Some(Some("unknown".to_owned())));
    let of_aws = "      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']\n";
    assert_eq!(alone(of_aws), Some(Some("error".to_owned())), "it is known to give no use of keys");
    let policy = |condition: &str| {
        format!(
            "
  Use:
    Type: AWS::IAM::Policy
{condition}    Properties:
      PolicyName: use
      Roles: [!Ref Sender]
      PolicyDocument:
        Statement: {{ Effect: Allow, Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: !GetAtt Key.Arn }}
"
        )
    };
    assert_eq!(severity(&sender("", &policy(""))), None);
    let perhaps = policy("    Condition: IsLive\n");
    assert_eq!(severity(&sender("", &perhaps)), Some(Some("unknown".to_owned())), "it may not be there");
}

#[test]
fn budgets_and_events_of_databases_publish_by_the_source_that_aws_names() {
    let publishes = |service: &str, source: &str, resource: &str| {
        format!(
            "
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: '2012-10-17'
        Statement:
          - {{ Effect: Allow, Principal: {{ AWS: !Sub 'arn:aws:iam::${{AWS::AccountId}}:root' }}, Action: 'kms:*', Resource: '*' }}
          - Effect: Allow
            Principal: {{ Service: {service}.amazonaws.com }}
            Action: ['kms:Decrypt', 'kms:GenerateDataKey*']
            Resource: '*'
            Condition: {{ ArnLike: {{ 'aws:SourceArn': !Sub '{source}' }} }}
  Alerts: {{ Type: AWS::SNS::Topic, Properties: {{ KmsMasterKeyId: !Ref Key }} }}
{resource}"
        )
    };
    let budget = "
  Budget:
    Type: AWS::Budgets::Budget
    Properties:
      Budget: { BudgetType: COST, TimeUnit: MONTHLY }
      NotificationsWithSubscribers:
        - Notification: { ComparisonOperator: GREATER_THAN, NotificationType: ACTUAL, Threshold: 80 }
          Subscribers: [{ SubscriptionType: SNS, Address: !Ref Alerts }]
";
    let events = "
  Events: { Type: AWS::RDS::EventSubscription, Properties: { SnsTopicArn: !Ref Alerts } }
";
    for (service, source, resource) in [
        ("budgets", "arn:aws:budgets::${AWS::AccountId}:*", budget),
        ("events.rds", "arn:aws:rds:${AWS::Region}:${AWS::AccountId}:*", events),
    ] {
        assert_eq!(found(ACCOUNT, &[&publishes(service, source, resource)]), Vec::<String>::new(), "{service}");
        let elsewhere = source.replace("${AWS::AccountId}", "444455556666");
        assert!(!found(ACCOUNT, &[&publishes(service, &elsewhere, resource)]).is_empty(), "{service}");
    }
}
