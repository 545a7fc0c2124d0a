//! Amazon `EventBridge`.
//!
//! It encrypts the events of a bus by its own principal, for the bus that it names as its source and as encryption
//! context. What its rules send to is encrypted under the keys of the targets.

use super::{Caller, ContextValue, KeyAccess, ServicePrincipal, Source};
use crate::cfn::policy::Action;

const PRINCIPAL: ServicePrincipal = ServicePrincipal::new("events");

const PAGE: &str = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-cmkey.html";

const fn by_event_bridge(
    id: &'static str,
    actions: &'static [Action],
    context: &'static [(&str, ContextValue)],
) -> KeyAccess {
    let caller = Caller::Service(PRINCIPAL, Some(Source::regional("events", "event-bus/*")));
    KeyAccess { id, caller, actions, context, source: PAGE }
}

/// What `EventBridge` does with the key of a bus: it encrypts events, and decrypts them to match patterns.
pub const ENCRYPT: KeyAccess = by_event_bridge(
    "EventBusEncrypt",
    &["kms:Decrypt", "kms:GenerateDataKey"],
    &[("aws:events:event-bus:arn", ContextValue::Arn)],
);

/// And a look at it, which carries no encryption context. AWS's page asks for that, and AWS CDK's policy for buses has it
/// under a test of the context, where it never holds: the bus is made all the same.
/// <https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/aws-events/lib/event-bus.ts>
pub const DESCRIBE: KeyAccess = by_event_bridge("EventBusDescribe", &["kms:DescribeKey"], &[]);

/// What `EventBridge` does with the key of an archive. AWS's page names the bus in the encryption context and the archive
/// as what it is about, and does not say what the source is.
pub const ARCHIVE: KeyAccess = KeyAccess {
    id: "EventArchive",
    caller: Caller::Service(PRINCIPAL, None),
    actions: &["kms:Decrypt", "kms:GenerateDataKey", "kms:ReEncrypt*"],
    context: &[("aws:events:event-bus:arn", ContextValue::Numbered)],
    source: "https://docs.aws.amazon.com/eventbridge/latest/userguide/encryption-archives.html",
};

const fn creates(id: &'static str, actions: &'static [Action], context: &'static [(&str, ContextValue)]) -> KeyAccess {
    KeyAccess { id, caller: Caller::Through("events"), actions, context, source: PAGE }
}

/// What making a bus under a key takes.
pub const CREATOR: &[&KeyAccess] = &[
    &creates(
        "EventBusCreate",
        &["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncrypt*"],
        &[("aws:events:event-bus:arn", ContextValue::Arn)],
    ),
    &creates("EventBusCreateDescribe", &["kms:DescribeKey"], &[]),
];
