//! `deploy.sh` deploys all templates or, where it knows beforehand that one cannot be deployed, none.
#![cfg(unix)]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};

use common::{ENVIRONMENTS, folder};
use serde_json::Value;
use synth::definition::Project;
use synth::diagnostic::Sources;
use synth::release::Release;
use synth::template::Format;
use tempfile::TempDir;

const KEYS: &str = "constructs: { security: { data: { KmsKey: {} } } }";

/// Stands for the AWS CLI: puts on record what it was asked for, and keeps each template that it is given. There is a
/// key under each alias that ends in 3.
const AWS: &str = r#"#!/usr/bin/env bash
echo "$*" >> "${0%/*}/calls"
case "$*" in
  *describe-key*-3) exit 0 ;;
  *describe-key*) echo "An error occurred (${ERROR:-NotFoundException})" >&2; exit 254 ;;
esac
while [ $# -gt 1 ]; do
  [ "$1" != --stack-name ] || stack=$2
  [ "$1" != --template-file ] || cp "$2" "${0%/*}/$stack.sent"
  shift
done
"#;

/// A deployment, with the folder in which it was.
struct Deployment {
    done: Output,
    out: TempDir,
}

impl Deployment {
    fn of(stack: &str, format: Format, bucket: Option<&str>) -> Self {
        Self::to("dev", stack, format, &bucket.map(|name| ("S3_BUCKET", name)).into_iter().collect::<Vec<_>>())
    }

    fn to(environment: &str, stack: &str, format: Format, variables: &[(&str, &str)]) -> Self {
        let stacks = folder(ENVIRONMENTS, &[("app.yaml", stack), ("keys.yaml", KEYS)]);
        let project = Project::load(stacks.path(), &mut Sources::default()).0.expect("the project can be read");
        let release = Release::prepare(&project, environment, &[], format).0.expect("nothing is wrong");
        let out = tempfile::tempdir().expect("a folder can be made");
        release.write(out.path()).0.expect("the folder can be written to");
        let aws = out.path().join("aws");
        fs::write(&aws, AWS).expect("the folder can be written to");
        fs::set_permissions(&aws, fs::Permissions::from_mode(0o755)).expect("a file can be run");
        let path = format!("{}:{}", out.path().display(), std::env::var("PATH").unwrap_or_default());
        let mut deploy = Command::new(out.path().join("deploy.sh"));
        deploy.env("PATH", path).env_remove("S3_BUCKET").envs(variables.iter().copied());
        Self { done: deploy.output().expect("the script can be run"), out }
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.out.path().join(name)).unwrap_or_default()
    }

    fn status(&self) -> i32 {
        self.done.status.code().expect("it ends by itself")
    }

    fn said(&self) -> String {
        String::from_utf8_lossy(&self.done.stderr).into_owned()
    }
}

/// A stack whose template is over 51,200 bytes, with its indentation or also without it.
fn large(keys: usize, words: usize) -> String {
    let key = |number| format!("key-{number}: {{ KmsKey: {{ description: {} }} }}", "x".repeat(words));
    format!("constructs: {{ security: {{ {} }} }}", (0..keys).map(key).collect::<Vec<_>>().join(", "))
}

#[test]
fn indentation_is_left_out_where_that_suffices() {
    let deployed = Deployment::of(&large(35, 1), Format::Json, None);
    assert_eq!(deployed.status(), 0, "{}", deployed.said());
    let (written, sent) = (deployed.read("app.template.json"), deployed.read("app-dev.sent"));
    assert!(written.len() > 51_200 && sent.len() <= 51_200, "{} {}", written.len(), sent.len());
    let read = |text: &str| serde_json::from_str::<Value>(text).expect("a template is JSON");
    assert_eq!(read(&written), read(&sent));
    assert_eq!(deployed.read("keys.template.json"), deployed.read("keys-dev.sent"), "what is small is sent as it is");
}

#[test]
fn nothing_is_deployed_where_a_template_needs_a_bucket() {
    for (format, stack) in [(Format::Json, large(8, 8000)), (Format::Yaml, large(60, 1))] {
        let refused = Deployment::of(&stack, format, None);
        let said = refused.said();
        let name = format!("app.template.{}", format.extension());
        assert_eq!((refused.status(), refused.read("calls").as_str()), (2, ""), "{said}");
        let message = format!("larger than 51200 bytes: {name}. Set S3_BUCKET to the name of a bucket for them\n");
        assert_eq!(said, message);

        let deployed = Deployment::of(&stack, format, Some("templates"));
        assert_eq!(deployed.status(), 0, "{}", deployed.said());
        let calls = deployed.read("calls");
        assert!(calls.lines().all(|call| call.contains("--s3-bucket templates")), "{calls}");
        assert_eq!(deployed.read(&name), deployed.read("app-dev.sent"));
    }
}

/// A pool with so many keys, in an account where it has had three.
fn pool(size: usize) -> String {
    format!("constructs: {{ security: {{ wallets: {{ KeyPool: {{ size: {size} }} }} }} }}")
}

#[test]
fn a_pool_that_has_more_keys_is_not_deployed_where_keys_are_kept() {
    for environment in ["staging", "prod"] {
        let refused = Deployment::to(environment, &pool(2), Format::Json, &[]);
        let alias = format!("alias/app-{environment}-security-key-wallets-3");
        let message = format!("security/wallets has more keys than the template: there is {alias}. `retired` takes");
        assert!(refused.status() == 1 && refused.said().starts_with(&message), "{}", refused.said());
        assert_eq!(refused.read(&format!("app-{environment}.sent")), "");
    }
    for (environment, size) in [("dev", 2), ("staging", 3), ("prod", 4)] {
        let deployed = Deployment::to(environment, &pool(size), Format::Json, &[]);
        assert_eq!((deployed.status(), deployed.said().as_str()), (0, ""));
        assert_ne!(deployed.read(&format!("app-{environment}.sent")), "");
    }
}

#[test]
fn whoever_may_not_look_at_a_pool_is_told_so() {
    let deployed = Deployment::to("staging", &pool(3), Format::Json, &[("ERROR", "AccessDeniedException")]);
    let said = deployed.said();
    assert_eq!(deployed.status(), 0, "{said}");
    assert!(said.contains("whether security/wallets has more keys could not be seen: An error"), "{said}");
}
