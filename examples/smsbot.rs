//! The stack of `stacks/smsbot.yaml`, written in Rust. It has the commands of `synth`:
//!
//! ```sh
//! cargo run --example smsbot -- dev --out out/rust
//! ```

use std::process::ExitCode;

use synth::cfn::dynamodb::AttributeType::S;
use synth::cfn::lambda::Runtime;
use synth::constructs::{EncryptedFunction, EncryptedLogGroup, EncryptedQueue, EncryptedTable, EncryptedTopic, KmsKey};
use synth::diagnostic::Result;
use synth::name::{Bounded, tags};
use synth::program::{Program, Stack};

fn main() -> ExitCode {
    synth::cli::run_program(&Program::new(smsbot))
}

/// AWS End User Messaging puts inbound messages into a topic, a function keeps the conversation and reports each
/// delivery.
pub(crate) fn smsbot(environment: &str) -> Result<[Stack; 1]> {
    let mut stack = Stack::new("smsbot");
    stack.top.naming = Some("{{ project }}-{{ env }}-{{ scope }}-{{ kind }}-{{ id }}".into());
    stack.top.tags = tags([("Project", "smsbot")])?;

    let smsbot = stack.add("security/smsbot", key("smsbot general use")?);
    let sns = stack.add("security/sns", key("smsbot messages in topics")?);
    let dynamodb = stack.add("security/dynamodb", key("smsbot items in tables")?);
    let logs = stack.add("security/logs", key("smsbot log events")?);

    let inbound_sms = stack.add(
        "messaging/inbound-sms",
        EncryptedTopic { key: Some(sns.clone()), publishers: vec!["sms-voice".parse()?], ..EncryptedTopic::default() },
    );
    let delivery_status =
        stack.add("messaging/delivery-status", EncryptedTopic { key: Some(sns.clone()), ..EncryptedTopic::default() });
    let record =
        stack.add("messaging/sns", EncryptedLogGroup { key: Some(logs.clone()), ..EncryptedLogGroup::default() });

    let failed = stack.add(
        "messaging/failed",
        EncryptedQueue {
            key: Some(smsbot.clone()),
            retention: Some(Bounded::of::<1_209_600>()), // fourteen days
            ..EncryptedQueue::default()
        },
    );

    let conversations = stack.add(
        "storage/conversations",
        EncryptedTable {
            key: Some(dynamodb.clone()),
            contributor_insights: (environment == "prod").into(),
            ..EncryptedTable::new("conversationId", S)
        },
    );
    let analytics = stack.add(
        "storage/analytics",
        EncryptedTable {
            key: Some(dynamodb.clone()),
            sort_key: Some([("day", S)].into()),
            ..EncryptedTable::new("metricId", S)
        },
    );

    stack.add(
        "compute/processor",
        EncryptedFunction {
            description: Some("keeps conversations and reports deliveries".parse()?),
            memory: Some(Bounded::of::<256>()),
            timeout: Some(Bounded::of::<30>().into()),
            reserved_concurrency: Some(20),
            logs_key: Some(logs),
            triggers: vec![inbound_sms],
            dead_letter: Some(failed.any()),
            grants: [
                conversations.grant(["read-write"]),
                analytics.grant(["read-write"]),
                delivery_status.grant(["publish"]),
                record.grant(["write"]),
            ]
            .into(),
            environment: [
                ("CONVERSATIONS_TABLE".parse()?, conversations.name().into()),
                ("ANALYTICS_TABLE".parse()?, analytics.name().into()),
                ("DELIVERY_STATUS_TOPIC_ARN".parse()?, delivery_status.arn().into()),
                ("RECORD_LOG_GROUP".parse()?, record.name().into()),
            ]
            .into(),
            ..EncryptedFunction::new("smsbot/processor.py", Runtime::Python314)
        },
    );

    stack.output("SMSBotKMSKeyId", smsbot.key_id());
    stack.output("SMSBotKMSKeyArn", smsbot.arn());
    stack.output("DynamoDBKMSKeyId", dynamodb.key_id());
    stack.output("SNSKMSKeyId", sns.key_id());
    Ok([stack])
}

/// A key that is on outside of office hours, too.
fn key(description: &str) -> Result<KmsKey> {
    Ok(KmsKey {
        description: Some(description.parse()?),
        tags: tags([("OffHoursShutdown", "disabled")])?,
        ..KmsKey::default()
    })
}
