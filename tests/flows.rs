//! Who has to be able to use which key, found in templates, and what is said where somebody is not.

mod common;

use common::audit::audited;
use synth::audit::Site;

/// A key that leaves everything to the account, and a role without policies of its own.
const KEY: &str = "
  Key: { Type: AWS::KMS::Key }
";

fn role(id: &str, statements: &str) -> String {
    format!(
        "
  {id}:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {{ Version: 2012-10-17, Statement: [] }}
      Policies: [{{ PolicyName: own, PolicyDocument: {{ Version: 2012-10-17, Statement: [{statements}] }} }}]
"
    )
}

/// What is found in these resources, each with its code, severity and hint.
fn found(resources: &[&str]) -> Vec<String> {
    let text = format!("Resources:\n{}", resources.concat());
    let site = Site::new("eu-west-1", "111122223333");
    let findings = audited(&site, &[("app.yaml", "app", &text)], |_, audit| audit.findings.clone());
    let of_flows = findings.iter().filter(|it| matches!(it.hazard.name().as_str(), "key-unusable" | "self-denial"));
    let words = of_flows.map(|it| {
        let hint = it.hint.as_deref().unwrap_or_default();
        format!("{}: {} [{hint}]", it.severity.name(), it.message)
    });
    words.collect()
}

/// Asserts that each of these is found, and nothing else.
fn expect(resources: &[&str], expected: &[&str]) {
    let found = found(resources);
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for words in expected {
        assert!(found.iter().any(|one| one.contains(words)), "{words} is not in {found:#?}");
    }
}

#[test]
fn replication_decrypts_at_the_source_and_encrypts_at_the_destination() {
    let bucket = |id: &str, more: &str| {
        format!(
            "
  {id}:
    Type: AWS::S3::Bucket
    Properties:
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - {{ BucketKeyEnabled: true, ServerSideEncryptionByDefault: {{ SSEAlgorithm: aws:kms, KMSMasterKeyID: !GetAtt Key.Arn }} }}
{more}"
        )
    };
    let from = bucket(
        "From",
        "
      ReplicationConfiguration:
        Role: !GetAtt Replicator.Arn
        Rules:
          - Status: Enabled
            SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: Enabled } }
            Destination: { Bucket: !GetAtt To.Arn, EncryptionConfiguration: { ReplicaKmsKeyID: !GetAtt Key.Arn } }
",
    );
    let to = bucket("To", "");
    let none = role("Replicator", "");
    expect(
        &[KEY, &from, &to, &none],
        &["replicates encrypted objects of `From`, and no policy allows `kms:Decrypt`", "writes replicas"],
    );
    let all = role("Replicator", "{ Effect: Allow, Action: [kms:Decrypt, kms:Encrypt], Resource: !GetAtt Key.Arn }");
    expect(&[KEY, &from, &to, &all], &[]);
}

#[test]
fn an_inventory_is_written_by_s3_itself_under_the_key_of_its_destination() {
    let buckets = "
  Lists:
    Type: AWS::S3::Bucket
    Properties:
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - { ServerSideEncryptionByDefault: { SSEAlgorithm: aws:kms, KMSMasterKeyID: !GetAtt Key.Arn } }
  Data:
    Type: AWS::S3::Bucket
    Properties:
      InventoryConfigurations:
        - { Id: all, Enabled: true, IncludedObjectVersions: All, ScheduleFrequency: Daily, Destination: { BucketArn: !GetAtt Lists.Arn, Format: CSV } }
";
    expect(
        &[KEY, buckets],
        &["S3 writes the inventory of `Data` to `Lists`, and no policy allows `kms:GenerateDataKey`"],
    );
}

#[test]
fn cloudfront_cannot_read_under_the_key_that_aws_manages() {
    let site = "
  Site:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: site
      BucketEncryption:
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: aws:kms } }]
  Distribution:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins: [{ Id: site, DomainName: !GetAtt Site.RegionalDomainName, OriginAccessControlId: E1, S3OriginConfig: {} }]
";
    expect(&[site], &["error: CloudFront reads `Site` for `Distribution`, and `alias/aws/s3`, which AWS manages"]);
}

#[test]
fn functions_send_what_failed_as_their_role() {
    let function = "
  Queue: { Type: AWS::SQS::Queue, Properties: { KmsMasterKeyId: !Ref Key } }
  Topic: { Type: AWS::SNS::Topic, Properties: { KmsMasterKeyId: !Ref Key } }
  Function:
    Type: AWS::Lambda::Function
    Properties: { Role: !GetAtt Worker.Arn, Code: { ZipFile: x }, DeadLetterConfig: { TargetArn: !GetAtt Queue.Arn } }
  Results:
    Type: AWS::Lambda::EventInvokeConfig
    Properties: { FunctionName: !Ref Function, Qualifier: $LATEST, DestinationConfig: { OnFailure: { Destination: !Ref Topic } } }
";
    expect(
        &[KEY, function, &role("Worker", "")],
        &["`Worker` sends events that failed to `Queue`", "`Worker` sends results to `Topic`"],
    );
}

#[test]
fn functions_poll_queues_and_streams_as_their_role() {
    let sources = "
  Letters: { Type: AWS::SQS::Queue, Properties: { KmsMasterKeyId: !Ref Key } }
  Queue: { Type: AWS::SQS::Queue, Properties: { KmsMasterKeyId: !Ref Key, RedrivePolicy: { deadLetterTargetArn: !GetAtt Letters.Arn, maxReceiveCount: 3 } } }
  Stream: { Type: AWS::Kinesis::Stream, Properties: { StreamEncryption: { EncryptionType: KMS, KeyId: !Ref Key } } }
  Function: { Type: AWS::Lambda::Function, Properties: { Role: !GetAtt Worker.Arn, Code: { ZipFile: x } } }
  FromLetters: { Type: AWS::Lambda::EventSourceMapping, Properties: { FunctionName: !GetAtt Function.Arn, EventSourceArn: !GetAtt Letters.Arn } }
  FromStream: { Type: AWS::Lambda::EventSourceMapping, Properties: { FunctionName: !Ref Function, EventSourceArn: !GetAtt Stream.Arn } }
";
    expect(
        &[KEY, sources, &role("Worker", "")],
        &["receives from `Letters`", "receives the dead letters of `Queue`", "reads `Stream`"],
    );
}

#[test]
fn secrets_are_rotated_by_the_role_of_the_function() {
    let secret = "
  Secret: { Type: AWS::SecretsManager::Secret, Properties: { KmsKeyId: !Ref Key } }
  Function: { Type: AWS::Lambda::Function, Properties: { Role: !GetAtt Worker.Arn, Code: { ZipFile: x } } }
  Rotation: { Type: AWS::SecretsManager::RotationSchedule, Properties: { SecretId: !Ref Secret, RotationLambdaARN: !GetAtt Function.Arn } }
";
    expect(&[KEY, secret, &role("Worker", "")], &["`Worker` rotates `Secret`"]);
}

#[test]
fn firehose_reads_streams_and_writes_buckets_as_its_role() {
    let stream = "
  Stream: { Type: AWS::Kinesis::Stream, Properties: { StreamEncryption: { EncryptionType: KMS, KeyId: !Ref Key } } }
  Records:
    Type: AWS::S3::Bucket
    Properties:
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - { ServerSideEncryptionByDefault: { SSEAlgorithm: aws:kms, KMSMasterKeyID: !GetAtt Key.Arn } }
  Firehose:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      KinesisStreamSourceConfiguration: { KinesisStreamARN: !GetAtt Stream.Arn, RoleARN: !GetAtt Worker.Arn }
      ExtendedS3DestinationConfiguration: { BucketARN: !GetAtt Records.Arn, RoleARN: !GetAtt Worker.Arn, Prefix: clicks/ }
";
    expect(
        &[KEY, stream, &role("Worker", "")],
        &["`Worker` reads `Stream`", "`Worker` delivers records of `Firehose` to `Records`"],
    );
    // The encryption context is an object below the prefix.
    let narrow = "{ Effect: Allow, Action: [kms:Decrypt, kms:GenerateDataKey], Resource: !GetAtt Key.Arn, Condition: { StringLike: { 'kms:EncryptionContext:aws:s3:arn': !Sub '${Records.Arn}/clicks/*' } } }";
    expect(&[KEY, stream, &role("Worker", narrow)], &["`Worker` reads `Stream`"]);
}

#[test]
fn log_subscriptions_write_to_streams_as_their_role() {
    let filter = "
  Stream: { Type: AWS::Kinesis::Stream, Properties: { StreamEncryption: { EncryptionType: KMS, KeyId: !Ref Key } } }
  Filter: { Type: AWS::Logs::SubscriptionFilter, Properties: { LogGroupName: app, FilterPattern: '', DestinationArn: !GetAtt Stream.Arn, RoleArn: !GetAtt Worker.Arn } }
";
    expect(&[KEY, filter, &role("Worker", "")], &["`Worker` sends log events to `Stream`"]);
}

#[test]
fn services_publish_for_what_the_templates_show() {
    let topic = "
  Topic: { Type: AWS::SNS::Topic, Properties: { KmsMasterKeyId: !Ref Key } }
  Budget:
    Type: AWS::Budgets::Budget
    Properties:
      Budget: { BudgetType: COST, TimeUnit: MONTHLY }
      NotificationsWithSubscribers:
        - Notification: { NotificationType: ACTUAL, ComparisonOperator: GREATER_THAN, Threshold: 80 }
          Subscribers: [{ SubscriptionType: SNS, Address: !Ref Topic }]
  Events: { Type: AWS::RDS::EventSubscription, Properties: { SnsTopicArn: !Ref Topic } }
  Trail: { Type: AWS::CloudTrail::Trail, Properties: { S3BucketName: logs, IsLogging: true, SnsTopicName: !GetAtt Topic.TopicName } }
";
    expect(
        &[KEY, topic],
        &[
            "AWS Budgets publishes to `Topic` for `Budget`",
            "Amazon RDS publishes to `Topic` for `Events`",
            "CloudTrail publishes to `Topic` for `Trail`",
        ],
    );
}

#[test]
fn a_topic_that_replays_an_archive_decrypts_by_itself() {
    let topic = "
  Topic: { Type: AWS::SNS::Topic, Properties: { FifoTopic: true, TopicName: t.fifo, ArchivePolicy: { MessageRetentionPeriod: 30 }, KmsMasterKeyId: !Ref Key } }
";
    expect(&[KEY, topic], &["SNS replays the archive of `Topic`, and no policy allows `kms:Decrypt`"]);
}

/// A topic whose policy lets alarms of another stack publish.
fn admitting(source: &str, key_tests: &str) -> String {
    format!(
        "
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: 2012-10-17
        Statement:
          - {{ Effect: Allow, Principal: {{ AWS: !Sub 'arn:aws:iam::${{AWS::AccountId}}:root' }}, Action: kms:*, Resource: '*' }}
          - {{ Sid: Alarms, Effect: Allow, Principal: {{ Service: cloudwatch.amazonaws.com }}, Action: [kms:Decrypt, kms:GenerateDataKey*], Resource: '*', Condition: {{ ArnLike: {{ aws:SourceArn: '{key_tests}' }} }} }}
  Topic: {{ Type: AWS::SNS::Topic, Properties: {{ KmsMasterKeyId: !Ref Key }} }}
  Policy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Topic]
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - {{ Effect: Allow, Principal: {{ Service: cloudwatch.amazonaws.com }}, Action: sns:Publish, Resource: !Ref Topic, Condition: {{ ArnLike: {{ aws:SourceArn: '{source}' }} }} }}
"
    )
}

#[test]
fn a_service_that_a_topic_lets_in_has_to_be_able_to_use_its_key_for_the_same_source() {
    let alarm = |name: &str| format!("arn:aws:cloudwatch:eu-west-1:111122223333:alarm:{name}");
    expect(&[&admitting(&alarm("a"), &alarm("a"))], &[]);
    expect(&[&admitting(&alarm("*"), &alarm("*"))], &[]);
    // Which alarms there are, nobody knows: the key lets some of them.
    expect(&[&admitting(&alarm("*"), &alarm("a"))], &[]);
    expect(
        &[&admitting(&alarm("a"), &alarm("b"))],
        &["`cloudwatch.amazonaws.com` publishes to `Topic`, and no policy allows `kms:Decrypt`, `kms:GenerateDataKey`"],
    );
}

/// A table under a key that its account may manage, and that one role may use through DynamoDB.
fn deployed(principal: &str, manage: &str, actions: &str) -> String {
    format!(
        "
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: 2012-10-17
        Statement:
          - {{ Effect: Allow, Principal: {{ AWS: !Sub 'arn:aws:iam::${{AWS::AccountId}}:root' }}, Action: [kms:Get*, kms:Put*], Resource: '*'{manage} }}
          - Sid: Create
            Effect: Allow
            {principal}
            Action: [{actions}]
            Resource: '*'
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      KeySchema: [{{ AttributeName: id, KeyType: HASH }}]
      SSESpecification: {{ SSEEnabled: true, KMSMasterKeyId: !GetAtt Key.Arn }}
"
    )
}

#[test]
fn it_is_enough_if_one_who_may_manage_the_key_can_create_what_is_under_it() {
    let use_it = "kms:Decrypt, kms:Encrypt, kms:GenerateDataKey*, kms:ReEncrypt*, kms:DescribeKey, kms:CreateGrant";
    let named = "Principal: { AWS: arn:aws:iam::111122223333:role/deployer }";
    expect(&[&deployed(named, "", use_it)], &[]);
    let by_pattern = "Principal: { AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root' }
            Condition: { ArnLike: { aws:PrincipalArn: 'arn:aws:iam::*:role/deploy/*' } }";
    expect(&[&deployed(by_pattern, "", use_it)], &[]);
    expect(
        &[&deployed(named, "", "kms:Decrypt, kms:Encrypt, kms:GenerateDataKey*, kms:ReEncrypt*, kms:DescribeKey")],
        &[
            "`role/deployer` creates `Table`, and no policy allows `kms:CreateGrant` on `Key` [add `kms:CreateGrant` to statement `Create` of the key policy",
        ],
    );
    // Who may use it may not manage it, and the other way round.
    let only_admin = ", Condition: { ArnEquals: { aws:PrincipalArn: 'arn:aws:iam::111122223333:role/admin' } }";
    expect(&[&deployed(named, only_admin, use_it)], &["`role/admin` creates `Table`, and no policy allows"]);
}

#[test]
fn a_policy_that_names_a_key_has_to_have_the_keys_consent() {
    let key = "
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: 2012-10-17
        Statement:
          - { Effect: Allow, Principal: { AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root' }, Action: kms:*, Resource: '*', Condition: { StringEquals: { kms:ViaService: s3.eu-west-1.amazonaws.com } } }
";
    let via = |service: &str| {
        role(
            "Worker",
            &format!(
                "{{ Effect: Allow, Action: kms:Decrypt, Resource: !GetAtt Key.Arn, Condition: {{ StringEquals: {{ kms:ViaService: {service}.eu-west-1.amazonaws.com }} }} }}"
            ),
        )
    };
    expect(&[key, &via("s3")], &[]);
    expect(
        &[key, &via("sqs")],
        &["a policy of `Worker` lets it use `Key`, and the policy of the key does not allow `kms:Decrypt`"],
    );
}

#[test]
fn requests_carry_the_tags_of_roles_and_keys_and_what_keys_are() {
    let key = "
  Key:
    Type: AWS::KMS::Key
    Properties:
      Tags: [{ Key: of, Value: orders }]
      KeyPolicy:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Principal: { AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root' }
            Action: kms:*
            Resource: '*'
            Condition: { StringEquals: { kms:KeySpec: SYMMETRIC_DEFAULT, kms:KeyUsage: ENCRYPT_DECRYPT, aws:ResourceTag/of: orders, aws:RequestedRegion: eu-west-1, aws:PrincipalTag/team: orders }, Bool: { kms:MultiRegion: 'false' } }
  Topic: { Type: AWS::SNS::Topic, Properties: { KmsMasterKeyId: !Ref Key } }
";
    let worker = |team: &str| {
        let own = role(
            "Worker",
            "{ Effect: Allow, Action: sns:Publish, Resource: !Ref Topic }, { Effect: Allow, Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: !GetAtt Key.Arn }",
        );
        format!("{own}      Tags: [{{ Key: team, Value: {team} }}]\n")
    };
    expect(&[key, &worker("orders")], &[]);
    expect(&[key, &worker("carts")], &["fails, since the request carries `carts`"]);
}

#[test]
fn a_denial_outside_of_addresses_hits_no_request_that_comes_through_a_service() {
    let key = "
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: 2012-10-17
        Statement:
          - { Effect: Allow, Principal: { AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root' }, Action: kms:*, Resource: '*' }
          - { Sid: Office, Effect: Deny, Principal: '*', Action: kms:Decrypt, Resource: '*', Condition: { OPERATOR: { aws:SourceIp: 203.0.113.0/24 } } }
  Topic: { Type: AWS::SNS::Topic, Properties: { KmsMasterKeyId: !Ref Key } }
";
    let worker = role(
        "Worker",
        "{ Effect: Allow, Action: sns:Publish, Resource: !Ref Topic }, { Effect: Allow, Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: !GetAtt Key.Arn, Condition: { StringEquals: { kms:ViaService: sns.eu-west-1.amazonaws.com } } }",
    );
    expect(&[&key.replace("OPERATOR", "IpAddress"), &worker], &[]);
    expect(
        &[&key.replace("OPERATOR", "NotIpAddress"), &worker],
        &[
            "a statement denies `kms:Decrypt` on `Key` [statement `Office` of the key policy denies it by its `NotIpAddress`",
        ],
    );
}

#[test]
fn hints_name_the_policy_and_the_statement_that_are_short_of_something() {
    let topic = "
  Topic: { Type: AWS::SNS::Topic, Properties: { KmsMasterKeyId: !Ref Key } }
";
    let with = |key: &str| {
        role(
            "Worker",
            &format!(
                "{{ Effect: Allow, Action: sns:Publish, Resource: !Ref Topic }}, {{ Effect: Allow, Action: {key}, Resource: !GetAtt Key.Arn }}"
            ),
        )
    };
    expect(
        &[KEY, topic, &with("kms:Decrypt")],
        &["add `kms:GenerateDataKey` to the statement of identity policy own that is about the key"],
    );
    expect(
        &[KEY, topic, &role("Worker", "{ Effect: Allow, Action: sns:Publish, Resource: !Ref Topic }")],
        &[
            "add to a policy of `Worker`: {\"Effect\":\"Allow\",\"Action\":[\"kms:Decrypt\",\"kms:GenerateDataKey\"],\"Resource\":{\"Fn::GetAtt\":[\"Key\",\"Arn\"]},\"Condition\":{\"StringEquals\":{\"kms:ViaService\":\"sns.eu-west-1.amazonaws.com\"},\"ArnEquals\":{\"kms:EncryptionContext:aws:sns:topicArn\"",
        ],
    );
    let logs = "
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: 2012-10-17
        Statement:
          - { Sid: Logs, Effect: Allow, Principal: { Service: logs.amazonaws.com }, Action: kms:*, Resource: '*' }
          - { Effect: Allow, Principal: { AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root' }, Action: kms:*, Resource: '*' }
  Group: { Type: AWS::Logs::LogGroup, Properties: { KmsKeyId: !GetAtt Key.Arn } }
";
    expect(
        &[logs],
        &[
            "statement `Logs` of the key policy names `logs.amazonaws.com`, and the service has a principal for each region: `logs.eu-west-1.amazonaws.com`",
        ],
    );
}

#[test]
fn keys_that_nobody_sees_give_one_finding_for_each_place_that_names_one() {
    let topic = "
  Topic: { Type: AWS::SNS::Topic, Properties: { KmsMasterKeyId: 'arn:aws:kms:eu-west-1:444455556666:key/1234' } }
  Alarm: { Type: AWS::CloudWatch::Alarm, Properties: { AlarmName: a, AlarmActions: [!Ref Topic] } }
  Other: { Type: AWS::CloudWatch::Alarm, Properties: { AlarmName: b, AlarmActions: [!Ref Topic] } }
";
    expect(
        &[topic],
        &[
            "unknown: CloudWatch publishes to `Topic` for `Alarm`, CloudWatch publishes to `Topic` for `Other`, and the policy of `arn:aws:kms:eu-west-1:444455556666:key/1234` is not in the templates [ask whoever owns the key whether its policy has {\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"cloudwatch.amazonaws.com\"}",
        ],
    );
}

#[test]
fn a_role_needs_its_own_policy_too_for_a_key_of_another_account() {
    let topic = "
  Topic: { Type: AWS::SNS::Topic, Properties: { KmsMasterKeyId: 'arn:aws:kms:eu-west-1:444455556666:key/1234' } }
";
    let with =
        |more: &str| role("Worker", &format!("{{ Effect: Allow, Action: sns:Publish, Resource: !Ref Topic }}{more}"));
    let unknown = "unknown: `Worker` publishes to `Topic`, and the policy of `arn:aws:kms:eu-west-1:444455556666:key/1234` is not in the templates";
    expect(
        &[topic, &with("")],
        &[
            unknown,
            "error: `Worker` publishes to `Topic`, and no policy of its own allows `kms:Decrypt`, `kms:GenerateDataKey`",
        ],
    );
    let allowed = ", { Effect: Allow, Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: '*' }";
    expect(&[topic, &with(allowed)], &[unknown]);
    // The key's policy may let a role of its own account in by itself, and a denial of the role's wins over it.
    let own = topic.replace("444455556666", "111122223333");
    let unknown = unknown.replace("444455556666", "111122223333");
    expect(&[&own, &with("")], &[&unknown]);
    let denied = ", { Effect: Deny, Action: 'kms:*', Resource: '*' }";
    expect(&[&own, &with(denied)], &[&unknown, "and a statement of its own denies `kms:Decrypt`"]);
}

#[test]
fn an_origin_access_identity_cannot_read_under_a_key() {
    let site = "
  Site:
    Type: AWS::S3::Bucket
    Properties:
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - { ServerSideEncryptionByDefault: { SSEAlgorithm: ALGORITHM } }
  Distribution:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins: [{ Id: site, DomainName: !GetAtt Site.DomainName, S3OriginConfig: { OriginAccessIdentity: origin-access-identity/cloudfront/E1 } }]
";
    expect(&[&site.replace("ALGORITHM", "AES256")], &[]);
    expect(
        &[&site.replace("ALGORITHM", "aws:kms")],
        &["error: CloudFront reads `Site` for `Distribution` by an origin access identity"],
    );
}

#[test]
fn archives_of_events_are_encrypted_by_event_bridge() {
    let archive = "
  Archive: { Type: AWS::Events::Archive, Properties: { SourceArn: !Sub 'arn:aws:events:${AWS::Region}:${AWS::AccountId}:event-bus/default', KmsKeyIdentifier: !GetAtt Key.Arn } }
";
    expect(
        &[KEY, archive],
        &[
            "EventBridge encrypts and decrypts the events of `Archive`, and no policy allows `kms:Decrypt`, `kms:GenerateDataKey`, `kms:ReEncryptFrom`, `kms:ReEncryptTo`",
        ],
    );
}
