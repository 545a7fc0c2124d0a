//! `synth decide`: a request a line in, a decision a line out.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

struct Run {
    status: i32,
    lines: Vec<Value>,
    talk: String,
}

/// Runs the command with these lines on standard input.
fn decide(arguments: &[&str], input: &str) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_synth"));
    let command = command.arg("decide").args(arguments).stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command can be run");
    // A command that does not read its input closes it.
    let _closed = child.stdin.take().expect("it has an input").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("it ends");
    let text = String::from_utf8(output.stdout).expect("output is text");
    Run {
        status: output.status.code().expect("it ends by itself"),
        lines: text.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect(),
        talk: String::from_utf8(output.stderr).expect("output is text"),
    }
}

fn question(id: &Value) -> Value {
    json!({
        "id": id,
        "request": {
            "action": "kms:Decrypt",
            "resource": "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            "resource_account": "111122223333",
            "principal": "arn:aws:sts::111122223333:assumed-role/app/session",
            "context": { "kms:ViaService": "s3.eu-west-1.amazonaws.com" },
        },
        "identity_policies": [],
        "resource_policy": { "Version": "2012-10-17", "Statement": [{
            "Sid": "ThroughS3",
            "Effect": "Allow",
            "Principal": { "AWS": "arn:aws:iam::111122223333:role/app" },
            "Action": ["kms:Decrypt", "kms:Encrypt"],
            "Resource": "*",
            "Condition": { "StringEquals": { "kms:ViaService": "s3.eu-west-1.amazonaws.com" } },
        }] },
        "scps": [], "rcps": [], "boundaries": null, "session_policy": null, "endpoint_policies": null, "grants": [],
    })
}

#[test]
fn each_line_is_answered() {
    let allowed = question(&json!(1));
    let mut denied = question(&json!("two"));
    denied["request"]["context"] = json!({});
    let mut unknown = question(&json!({ "of": 3 }));
    unknown["resource_policy"]["Statement"][0]["Principal"] = json!({ "AWS": { "Fn::GetAtt": ["Role", "Arn"] } });
    let mut explicit = question(&Value::Null);
    explicit["resource_policy"]["Statement"][0]["Effect"] = json!("Deny");
    let run = decide(&["-"], &format!("{allowed}\n\n{denied}\n{unknown}\n{explicit}"));
    assert_eq!((run.status, run.talk.as_str()), (0, ""));
    let because =
        |condition: Value| json!({ "source": "resource policy", "statement": "ThroughS3", "condition": condition });
    let failed = json!({ "operator": "StringEquals", "key": "kms:ViaService" });
    assert_eq!(
        run.lines,
        [
            json!({ "id": 1, "decision": "Allowed", "because": because(Value::Null) }),
            json!({ "id": "two", "decision": "ImplicitlyDenied", "because": because(failed) }),
            json!({ "id": { "of": 3 }, "decision": "Unknown", "because": because(Value::Null) }),
            json!({ "id": null, "decision": "ExplicitlyDenied", "because": because(Value::Null) }),
        ]
    );
}

#[test]
fn requests_can_be_in_a_file() {
    let file = tempfile::NamedTempFile::new().expect("a file can be made");
    std::fs::write(file.path(), question(&json!(1)).to_string()).expect("it can be written to");
    let run = decide(&[file.path().to_str().expect("its name is text")], "");
    assert_eq!((run.status, run.lines[0]["decision"].clone()), (0, json!("Allowed")));
    let run = decide(&["nowhere.jsonl"], "");
    assert_eq!((run.status, run.lines.len()), (2, 0));
    assert!(run.talk.contains("error[unreadable-file]: cannot read `nowhere.jsonl`"), "{}", run.talk);
}

#[test]
fn a_malformed_line_is_an_error_line_and_the_others_are_answered() {
    let mut wrong = question(&json!("wrong"));
    wrong["resource_policy"]["Statement"][0]["Effect"] = json!("allow");
    let right = question(&json!("right"));
    let run = decide(&["-"], &format!("{wrong}\nno JSON\n{right}\n[]\n"));
    assert_eq!(run.status, 2);
    let message = "/resource_policy/Statement/0/Effect: expected `Allow` or `Deny`, found `allow`";
    assert_eq!(run.lines[0], json!({ "id": "wrong", "error": message }));
    assert_eq!(run.lines[1]["id"], Value::Null);
    assert!(run.lines[1]["error"].as_str().expect("an error").starts_with("not JSON: "));
    assert_eq!(run.lines[2]["decision"], json!("Allowed"));
    assert_eq!(run.lines[3], json!({ "id": null, "error": "expected a map with a `request`, found a list" }));
    assert!(run.talk.contains("`-` has malformed lines: 1, 2, 4"), "{}", run.talk);
}

#[test]
fn all_mistakes_of_a_line_are_said_with_their_places() {
    let statement = |statement: Value| json!({ "Version": "2012-10-17", "Statement": statement });
    let right = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
    let with = |key: &str, value: Value| {
        let mut changed = right.clone();
        changed[key] = value;
        statement(changed)
    };
    let without = |key: &str| {
        let mut changed = right.clone();
        changed.as_object_mut().expect("it is a map").remove(key);
        statement(changed)
    };
    for (part, value, expected) in [
        ("request", json!(1), "/request: expected a map, found `1`"),
        (
            "request",
            json!({}),
            "/request: there is no `action`; /request: there is no `resource`; /request: there is no `principal`",
        ),
        ("reqest", json!({}), "/reqest: `reqest` is no key: did you mean `request`?"),
        ("identity_policies", json!({}), "/identity_policies: expected a list, found a map"),
        ("identity_policies", json!([1]), "/identity_policies/0: expected a policy document, found `1`"),
        ("identity_policies", json!([{}]), "/identity_policies/0: there is no `Statement`"),
        (
            "identity_policies",
            json!([with("Principal", json!("*"))]),
            "/identity_policies/0/Statement: a statement of this policy is about whoever has it, so it has no principal",
        ),
        (
            "identity_policies",
            json!([without("Resource")]),
            "/identity_policies/0/Statement: a statement of this policy has a `Resource` or `NotResource`",
        ),
        (
            "identity_policies",
            json!([without("Action")]),
            "/identity_policies/0/Statement: a statement has an `Action` or `NotAction`",
        ),
        (
            "identity_policies",
            json!([without("Effect")]),
            "/identity_policies/0/Statement: a statement has an `Effect`",
        ),
        (
            "identity_policies",
            json!([with("NotAction", json!("*"))]),
            "/identity_policies/0/Statement/NotAction: a statement has `Action` or `NotAction`, not both",
        ),
        (
            "identity_policies",
            json!([with("Actions", json!("*"))]),
            "/identity_policies/0/Statement/Actions: `Actions` is no key: did you mean `Action`?",
        ),
        (
            "identity_policies",
            json!([with("Action", json!([["*"]]))]),
            "/identity_policies/0/Statement/Action/0: expected a text, found a list",
        ),
        (
            "identity_policies",
            json!([with("Condition", json!({ "StringEqual": {} }))]),
            "/identity_policies/0/Statement/Condition/StringEqual: `StringEqual` is no condition operator: did you mean `StringEquals`?",
        ),
        (
            "identity_policies",
            json!([with("Condition", json!({ "NullIfExists": {} }))]),
            "/identity_policies/0/Statement/Condition/NullIfExists: `NullIfExists` is no condition operator: did you mean `Null`?",
        ),
        (
            "identity_policies",
            json!([{ "Version": "2012", "Statement": [] }]),
            "/identity_policies/0/Version: expected `2012-10-17` or `2008-10-17`, found `2012`",
        ),
        (
            "identity_policies",
            json!([statement(json!(["*"]))]),
            "/identity_policies/0/Statement/0: expected a statement, found `*`",
        ),
        (
            "resource_policy",
            statement(right.clone()),
            "/resource_policy/Statement: a statement of a resource policy has a `Principal`",
        ),
        (
            "resource_policy",
            with("Principal", json!("arn:aws:iam::111122223333:root")),
            "/resource_policy/Statement/Principal: expected `*` or a map of principals, found `arn:aws:iam::111122223333:root`",
        ),
        (
            "resource_policy",
            with("Principal", json!({ "Aws": "*" })),
            "/resource_policy/Statement/Principal/Aws: `Aws` is no kind of principal: did you mean `AWS`?",
        ),
        ("scps", json!([{ "policies": [] }]), "/scps/0: there is no `orgIdentifier`"),
        ("grants", json!([{ "operations": ["Decrypt"] }]), "/grants/0: there is no `grantee`"),
    ] {
        let mut line = question(&json!(1));
        line[part] = value;
        let run = decide(&["-"], &line.to_string());
        assert_eq!((run.status, run.lines[0]["error"].as_str()), (2, Some(expected)), "{part}");
    }
    for (principal, expected) in [
        (
            json!("bob"),
            "expected the ARN of a principal, the name of a service or `{\"type\": \"Anonymous\"}`, found `bob`",
        ),
        (json!({ "type": "Anonymus" }), "`Anonymus` is no type of principal: did you mean `Anonymous`?"),
        (json!(["*"]), "expected a text or a map with a `type`, found a list"),
    ] {
        let mut line = question(&json!(1));
        line["request"]["principal"] = principal;
        let run = decide(&["-"], &line.to_string());
        assert_eq!(run.lines[0]["error"], json!(format!("/request/principal: {expected}")));
    }
    let mut line = question(&json!(1));
    line["request"]["resource"] = json!("*");
    line["request"]["resource_account"] = Value::Null;
    let message = "/request: there is no `resource_account`, and the resource does not tell it";
    assert_eq!(decide(&["-"], &line.to_string()).lines[0]["error"], json!(message));
}

#[test]
fn the_account_of_the_resource_can_stand_in_its_arn() {
    let mut line = question(&json!(1));
    line["request"].as_object_mut().expect("it is a map").remove("resource_account");
    assert_eq!(decide(&["-"], &line.to_string()).lines[0]["decision"], json!("Allowed"));
}
