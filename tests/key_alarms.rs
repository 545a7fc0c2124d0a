//! Alarms on the use of keys: what counts, when they go off, and that they arrive.

mod common;

use common::{ENVIRONMENTS, findings, json, statements};
use serde_json::{Value as Json, json as expected};
use synth::template::Template;

fn stack(properties: &str) -> String {
    format!(
        "
constructs:
  security:
    pool: {{ KeyPool: {{ size: 2 }} }}
    data: {{ KmsKey: {{}} }}
    alerts: {{ KmsKey: {{}} }}
  audit:
    trail: {{ AuditTrail: {{ key: security/data, bucket-name: 'records-{{{{ env }}}}' }} }}
  messaging:
    alerts: {{ EncryptedTopic: {{ key: security/alerts }} }}
  monitoring:
    keys:
      KeyAlarms: {{ trail: audit/trail, topic: messaging/alerts, {properties} }}
"
    )
}

fn template(properties: &str) -> Template {
    common::template(ENVIRONMENTS, &stack(properties), "dev")
}

fn property(template: &Template, id: &str, property: &str) -> Json {
    template.resources[id].properties.get(property).map_or(Json::Null, json)
}

fn pattern(template: &Template, filter: &str) -> String {
    let pattern = property(template, &format!("MonitoringKeys{filter}Filter"), "FilterPattern");
    pattern["Fn::Sub"].as_str().or(pattern.as_str()).expect("a pattern is text").to_owned()
}

const NAME: &str = "app-dev-monitoring-alarm-keys";

#[test]
fn events_count_that_name_a_key() {
    let template = template("keys: [security/data, security/pool]");
    let kms = r#"{($.eventSource="kms.amazonaws.com")"#;
    let own = r#"&&(($.resources[0].ARN="*${SecurityData}"))}"#;
    for (counter, test) in [
        ("Requests", ""),
        ("Errors", r#"&&($.errorCode="*")"#),
        ("FailedDecryptions", r#"&&($.eventName="Decrypt")&&($.errorCode="*")"#),
        ("Denials", r#"&&($.errorCode="AccessDenied*")"#),
    ] {
        assert_eq!(pattern(&template, &format!("SecurityData{counter}")), format!("{kms}{test}{own}"));
        // Who is denied a key finds no resource in the record, but the key in the message.
        let message = r#"&&($.resources[0].ARN NOT EXISTS)&&(($.errorMessage="*${SecurityData}*"))}"#;
        assert_eq!(pattern(&template, &format!("SecurityData{counter}InMessage")), format!("{kms}{test}{message}"));
    }
    let both = r#"&&(($.resources[0].ARN="*${SecurityPoolKey1}")||($.resources[0].ARN="*${SecurityPoolKey2}"))}"#;
    assert_eq!(pattern(&template, "SecurityPoolRequests"), format!("{kms}{both}"));
    let cis = "{($.eventSource=kms.amazonaws.com) && (($.eventName=DisableKey) || ($.eventName=ScheduleKeyDeletion))}";
    assert_eq!(pattern(&template, "Destruction"), cis);
}

#[test]
fn filters_feed_one_metric_from_the_log_group_of_the_trail() {
    let template = template("keys: [security/data, security/pool]");
    for filter in ["SecurityDataErrors", "SecurityDataErrorsInMessage", "SecurityPoolErrors"] {
        let id = format!("MonitoringKeys{filter}Filter");
        let metric = expected!([{
            "MetricNamespace": NAME, "MetricName": "Errors", "MetricValue": "1", "DefaultValue": 0
        }]);
        assert_eq!(property(&template, &id, "MetricTransformations"), metric);
        assert_eq!(property(&template, &id, "LogGroupName"), "app-dev-audit-logs-trail");
        assert_eq!(template.resources[&id].depends_on, ["AuditTrailLogs"]);
    }
    let names: Vec<Json> = template
        .resources
        .iter()
        .filter(|(_, resource)| resource.kind == "AWS::Logs::MetricFilter")
        .map(|(id, _)| property(&template, id, "FilterName"))
        .collect();
    let unique: std::collections::BTreeSet<String> = names.iter().map(ToString::to_string).collect();
    assert_eq!((names.len(), unique.len()), (17, 17));
}

#[test]
fn each_alarm_watches_its_metric() {
    let template = template(
        "keys: [security/data], access-denied: { threshold: 3, period: 600, periods: 2, missing-data: missing }",
    );
    let denied = "MonitoringKeysAccessDeniedAlarm";
    assert_eq!(property(&template, denied, "AlarmName"), format!("{NAME}-access-denied"));
    let metrics = |id: &str, name: &str, period: u32, shown: bool| {
        let metric = expected!({ "Namespace": NAME, "MetricName": name });
        expected!({ "Id": id, "MetricStat": { "Metric": metric, "Period": period, "Stat": "Sum" }, "ReturnData": shown })
    };
    assert_eq!(property(&template, denied, "Metrics"), expected!([metrics("m1", "Denials", 600, true)]));
    assert_eq!(property(&template, denied, "Threshold"), 3);
    assert_eq!(property(&template, denied, "EvaluationPeriods"), 2);
    assert_eq!(property(&template, denied, "TreatMissingData"), "missing");
    assert_eq!(property(&template, denied, "ComparisonOperator"), "GreaterThanOrEqualToThreshold");

    let errors = property(&template, "MonitoringKeysErrorsAlarm", "Metrics");
    assert_eq!(errors[0], metrics("m1", "Errors", 300, false));
    assert_eq!(errors[1], metrics("m2", "Requests", 300, false));
    assert_eq!(errors[2]["Expression"], "IF(m2 > 0, 100 * m1 / m2, 0)");
    assert_eq!(property(&template, "MonitoringKeysErrorsAlarm", "Threshold"), 5);
    for kind in ["FailedDecryption", "Destruction"] {
        let alarm = format!("MonitoringKeys{kind}Alarm");
        assert_eq!(property(&template, &alarm, "Threshold"), 1, "{kind}");
        assert_eq!(property(&template, &alarm, "TreatMissingData"), "notBreaching", "{kind}");
    }
}

#[test]
fn what_is_usual_is_learnt_or_said() {
    let learnt = template("keys: [security/data]");
    let alarm = "MonitoringKeysUnusualUseAlarm";
    assert_eq!(property(&learnt, alarm, "Metrics")[1]["Expression"], "ANOMALY_DETECTION_BAND(m1, 3)");
    assert_eq!(property(&learnt, alarm, "ThresholdMetricId"), "band");
    assert_eq!(property(&learnt, alarm, "ComparisonOperator"), "GreaterThanUpperThreshold");
    assert_eq!(property(&learnt, alarm, "Threshold"), Json::Null);
    let said = template("keys: [security/data], unusual-use: { threshold: 1000 }");
    assert_eq!(property(&said, alarm, "Threshold"), 1000);
    assert_eq!(property(&said, alarm, "ThresholdMetricId"), Json::Null);
}

#[test]
fn exactly_these_alarms_may_publish_under_the_key_of_the_topic() {
    let template = template("keys: [security/data]");
    let arns: Vec<Json> = ["unusual-use", "errors", "failed-decryption", "access-denied", "destruction"]
        .map(|word| {
            format!("arn:${{AWS::Partition}}:cloudwatch:${{AWS::Region}}:${{AWS::AccountId}}:alarm:{NAME}-{word}")
        })
        .map(|arn| expected!({ "Fn::Sub": arn }))
        .into();
    let key = statements(&template, "SecurityAlerts", "KeyPolicy");
    let (_, publish) =
        key.iter().find(|(id, _)| id == "SnsPublishByCloudWatchToMessagingAlerts").expect("CloudWatch may use the key");
    assert_eq!(publish["Principal"], expected!({ "Service": "cloudwatch.amazonaws.com" }));
    assert_eq!(publish["Action"], expected!(["kms:Decrypt", "kms:GenerateDataKey*"]));
    assert_eq!(publish["Condition"]["ArnEquals"]["aws:SourceArn"], expected!(arns));
    let policy = statements(&template, "MessagingAlertsPolicy", "PolicyDocument");
    let sources: Vec<&Json> = policy
        .iter()
        .filter(|(id, _)| id.starts_with("SnsPublishByCloudWatchFor"))
        .map(|(_, statement)| &statement["Condition"]["ArnEquals"]["aws:SourceArn"])
        .collect();
    assert_eq!(sources, arns.iter().collect::<Vec<_>>());
    let topic = expected!([{ "Fn::Sub": "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:app-dev-messaging-topic-alerts" }]);
    assert_eq!(property(&template, "MonitoringKeysErrorsAlarm", "AlarmActions"), topic);
    assert!(template.resources["MonitoringKeysErrorsAlarm"].depends_on.contains(&"MessagingAlertsPolicy".to_owned()));
}

#[test]
fn no_alarm_arrives_under_the_key_that_aws_manages() {
    let environments = "environments: { dev: { protection: open } }";
    let managed = stack("keys: [security/data]").replace(
        "EncryptedTopic: { key: security/alerts } }",
        "EncryptedTopic: {}, encryption: aws-managed, unprotected: only a test of this }",
    );
    let found = findings(environments, &managed, "dev");
    assert!(found.contains("`cloudwatch` cannot publish under the key that AWS manages for SNS"), "{found}");
}

#[test]
fn without_keys_there_is_nothing_to_watch() {
    let environments = "environments: { dev: { protection: open, encryption: aws-owned }, prod: { protection: open } }";
    let here = stack("keys: [security/data]").replace("    pool: { KeyPool: { size: 2 } }\n", "");
    let found = findings(environments, &here, "dev");
    assert!(found.contains("`monitoring/keys`"), "{found}");
    assert!(found.contains("error[absent-key]"), "{found}");
    let left_out = here.replace("      KeyAlarms:", "      only: [prod]\n      KeyAlarms:");
    assert!(!findings(environments, &left_out, "dev").contains("error["));
}

#[test]
fn mistakes_of_alarms() {
    for (properties, message) in [
        ("keys: []", "no key is named here"),
        ("keys: [messaging/alerts]", "`messaging/alerts` is an `EncryptedTopic`, not a key"),
        ("keys: [security/data, security/data]", "`security/data` is here twice"),
        ("keys: ['security/pool[3]']", "`security/pool` has 2 keys, and so no key 3"),
        ("keys: [security/data], errors: { threshold: 101 }", "this is a percentage"),
        ("keys: [security/data], errors: { period: 90 }", "90 seconds are none"),
        ("keys: [security/data], errors: { period: 1800, periods: 100 }", "are more than a day"),
        ("keys: [security/data], errors: { period: 3600, periods: 200 }", "are more than a week"),
    ] {
        let found = findings(ENVIRONMENTS, &stack(properties), "dev");
        assert_eq!(found.matches(message).count(), 1, "{properties}: {found}");
        assert_eq!(found.matches("error[").count(), 1, "{properties}: {found}");
    }
    let large = stack("keys: [security/pool]").replace("size: 2", "size: 16");
    let found = findings(ENVIRONMENTS, &large, "dev");
    assert!(found.contains("a filter pattern may have 1024 characters"), "{found}");
    assert_eq!(found.matches("error[").count(), 1, "{found}");
}
