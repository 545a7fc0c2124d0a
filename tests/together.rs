//! What is right by itself, and not together with another construct.

mod common;

use common::{ENVIRONMENTS, findings, only_notes};

/// A function that reads a queue and gets the messages of a topic, each with these properties.
fn stack(function: &str, queue: &str, topic: &str) -> String {
    format!(
        "
constructs:
  security: {{ data: {{ KmsKey: {{}} }} }}
  messaging:
    jobs: {{ EncryptedQueue: {{ key: security/data, {queue} }} }}
    events: {{ EncryptedTopic: {{ key: security/data, {topic} }} }}
  compute:
    worker:
      EncryptedFunction:
        code: {{ bucket: artifacts, key: worker.zip }}
        runtime: python3.13
        logs-key: security/data
        sources: {{ jobs: {{ from: {{ queue: messaging/jobs }} }} }}
        {function}
"
    )
}

#[test]
fn a_queue_hides_messages_for_as_long_as_its_reader_may_take() {
    let found = findings(ENVIRONMENTS, &stack("timeout: 60", "visibility-timeout: 59", ""), "dev");
    let message = "error[conflicting-properties]: messages are hidden for 59 seconds, and `compute/worker`, which reads \
        them, may take 60";
    assert!(found.contains(message), "{found}");
    assert!(found.contains("visibility-timeout: 59") && found.contains("timeout: 60"), "both are shown: {found}");
    assert!(found.contains("`visibility-timeout: 360` is six times as long"), "{found}");
    for (function, queue) in [
        ("timeout: 60", ""),           // of 30 seconds, unless the queue says otherwise
        ("", "visibility-timeout: 2"), // of 3 seconds, unless the function says otherwise
        ("timeout: 900", "visibility-timeout: 0"),
    ] {
        let found = findings(ENVIRONMENTS, &stack(function, queue, ""), "dev");
        assert!(
            found.contains("error[conflicting-properties]: messages are hidden for"),
            "{function} {queue}: {found}"
        );
    }
    for (function, queue) in
        [("", ""), ("timeout: 30", ""), ("timeout: 60", "visibility-timeout: 60"), ("", "visibility-timeout: 3")]
    {
        let found = findings(ENVIRONMENTS, &stack(function, queue, ""), "dev");
        assert!(only_notes(&found), "{function} {queue}: {found}");
    }
}

#[test]
fn a_topic_calls_a_function_once_with_each_message() {
    let topic = "subscriptions: [{ function: compute/worker }]";
    let found = findings(ENVIRONMENTS, &stack("triggers: [messaging/events]", "", topic), "dev");
    let message = "error[conflicting-properties]: `messaging/events` subscribes this function itself";
    assert!(found.contains(message), "{found}");
    assert!(found.contains("triggers: [messaging/events]") && found.contains(topic), "both are shown: {found}");
    for (function, topic) in [("triggers: [messaging/events]", ""), ("", topic)] {
        let found = findings(ENVIRONMENTS, &stack(function, "", topic), "dev");
        assert!(only_notes(&found), "{function} {topic}: {found}");
    }
}
