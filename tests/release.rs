//! Output appears whole or not at all, and synth removes nothing that it did not write.

mod common;

use std::fs;
use std::path::Path;

use annotate_snippets::Renderer;
use common::{ENVIRONMENTS, folder};
use synth::definition::Project;
use synth::diagnostic::{Sources, render};
use synth::release::Release;
use synth::template::Format;
use tempfile::TempDir;

const KEYS: &str = "constructs: { security: { data: { KmsKey: {} } } }";
const LOGS: &str =
    "constructs: { security: { data: { KmsKey: {} } }, app: { log: { EncryptedLogGroup: { key: security/data } } } }";

fn release(stacks: &Path, environment: &str, only: &[&str], format: Format) -> Option<Release> {
    let project = Project::load(stacks, &mut Sources::default()).0.expect("the project can be read");
    let only: Vec<String> = only.iter().map(|&name| name.to_owned()).collect();
    Release::prepare(&project, environment, &only, format).0
}

fn write(stacks: &TempDir, environment: &str, only: &[&str], format: Format, out: &Path) {
    let release = release(stacks.path(), environment, only, format).expect("nothing is wrong");
    release.write(out).0.expect("the folder can be written to");
}

fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("there is output");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("it can be read").file_name().into_string().expect("names are text"))
        .collect();
    names.sort_unstable();
    names
}

#[test]
fn what_is_no_more_goes_and_what_others_wrote_stays() {
    let out = tempfile::tempdir().expect("a folder can be made");
    let both = folder(ENVIRONMENTS, &[("keys.yaml", KEYS), ("logs.yaml", LOGS)]);
    write(&both, "dev", &[], Format::Json, out.path());
    fs::write(out.path().join("notes.txt"), "mine").expect("it can be written");
    assert_eq!(
        files(out.path()),
        [".synth-files", "deploy.sh", "destroy.sh", "keys.template.json", "logs.template.json", "notes.txt"]
    );
    fs::remove_file(both.path().join("logs.yaml")).expect("it can be removed");
    write(&both, "dev", &[], Format::Yaml, out.path());
    assert_eq!(files(out.path()), [".synth-files", "deploy.sh", "destroy.sh", "keys.template.yaml", "notes.txt"]);
}

#[test]
fn a_selected_stack_leaves_the_rest_as_it_is() {
    let out = tempfile::tempdir().expect("a folder can be made");
    let both = folder(ENVIRONMENTS, &[("keys.yaml", KEYS), ("logs.yaml", LOGS)]);
    write(&both, "dev", &[], Format::Json, out.path());
    fs::write(out.path().join("deploy.sh"), "changed by hand").expect("it can be written");
    fs::remove_file(out.path().join("logs.template.json")).expect("it can be removed");
    write(&both, "dev", &["keys"], Format::Json, out.path());
    assert_eq!(fs::read_to_string(out.path().join("deploy.sh")).expect("it is there"), "changed by hand");
    assert!(!out.path().join("logs.template.json").exists());
    write(&both, "dev", &[], Format::Json, out.path());
    assert!(out.path().join("logs.template.json").exists());
    assert_ne!(fs::read_to_string(out.path().join("deploy.sh")).expect("it is there"), "changed by hand");
}

#[test]
fn a_stack_that_makes_nothing_is_not_written() {
    let environments = "environments: { dev: { encryption: aws-owned, regions: [eu-west-1] } }";
    let app = "constructs: { messaging: { events: { EncryptedTopic: { key: 'keys:security/data' } } } }";
    let shared = "
constructs: { outside: { role: { ImportedRole: { name: Reader, grants: { 'app:messaging/events': publish } } } } }
outputs: { Role: outside/role.arn }
";
    let stacks = folder(environments, &[("keys.yaml", KEYS), ("app.yaml", app), ("shared.yaml", shared)]);
    let out = tempfile::tempdir().expect("a folder can be made");
    write(&stacks, "dev", &[], Format::Json, out.path());
    let expected = [".synth-files", "app.template.json", "deploy.sh", "destroy.sh", "shared.outside-role.policy.json"];
    assert_eq!(files(out.path()), expected, "what others have to allow is there all the same");
    for script in ["deploy.sh", "destroy.sh"] {
        let text = fs::read_to_string(out.path().join(script)).expect("it is there");
        assert!(
            text.contains("app-dev") && !text.contains("keys-dev") && !text.contains("deploy shared-dev"),
            "{text}"
        );
    }
    let (_, found) = common::try_synthesize(stacks.path(), "dev");
    assert!(
        found.contains("note[missing-property]: `keys@eu-west-1` makes no resource, so nothing is written"),
        "{found}"
    );
    let warning =
        "warning[missing-property]: `shared@eu-west-1` makes no resource, so nothing is written for this stack";
    assert!(found.contains(warning) && found.contains("left out: the output `Role`"), "{found}");
}

#[test]
fn a_mistake_writes_nothing() {
    let broken = folder(
        ENVIRONMENTS,
        &[("keys.yaml", KEYS), ("logs.yaml", "constructs: { app: { log: { EncryptedLogGroup: { key: a/b } } } }")],
    );
    assert!(release(broken.path(), "dev", &[], Format::Json).is_none());
    assert!(
        release(broken.path(), "dev", &["keys"], Format::Json).is_none(),
        "all stacks are read, whichever is written"
    );
}

#[test]
fn a_folder_that_cannot_be_written_to_keeps_its_old_output() {
    let out = tempfile::tempdir().expect("a folder can be made");
    let keys = folder(ENVIRONMENTS, &[("keys.yaml", KEYS)]);
    write(&keys, "dev", &[], Format::Json, out.path());
    let before = fs::read_to_string(out.path().join("keys.template.json")).expect("it is there");
    // A folder in the place of a script: nothing can be put there, and nothing before it may have been.
    fs::remove_file(out.path().join("destroy.sh")).expect("it can be removed");
    fs::create_dir_all(out.path().join("destroy.sh/full")).expect("a folder can be made");
    let changed = "constructs: { security: { data: { KmsKey: { rotation: false } } } }";
    fs::write(keys.path().join("keys.yaml"), changed).expect("it can be written");
    let release = release(keys.path(), "dev", &[], Format::Json).expect("nothing is wrong");
    assert!(release.write(out.path()).0.is_none());
    assert_eq!(fs::read_to_string(out.path().join("keys.template.json")).expect("it is there"), before);
    let left: Vec<String> =
        files(out.path()).into_iter().filter(|name| name.starts_with(".synth-") && name != ".synth-files").collect();
    assert_eq!(left, Vec::<String>::new(), "nothing half-written is left");
}

/// Two projects beside each other, with different stacks.
fn two_projects() -> TempDir {
    let root = tempfile::tempdir().expect("a folder can be made");
    for (project, stack) in [("one", "keys"), ("two", "logs")] {
        let folder = root.path().join(project);
        fs::create_dir(&folder).expect("a folder can be made");
        fs::write(folder.join("environments.yaml"), ENVIRONMENTS).expect("it can be written");
        fs::write(folder.join(format!("{stack}.yaml")), LOGS).expect("it can be written");
    }
    root
}

#[test]
fn a_folder_is_the_output_of_one_project() {
    let root = two_projects();
    let out = root.path().join("out/dev");
    let of = |project: &str, only: &[&str]| {
        let release = release(&root.path().join(project), "dev", only, Format::Json).expect("nothing is wrong");
        release.write(&out)
    };
    assert!(of("one", &[]).0.is_some());
    let manifest = || fs::read_to_string(out.join(".synth-files")).expect("it is there");
    let before = (files(&out), manifest());
    assert!(before.1.starts_with("# stacks: ../one\ndeploy.sh\n"), "{}", before.1);
    for only in [&[][..], &["logs"]] {
        let (output, found) = of("two", only);
        assert!(output.is_none());
        let found = render(&found, &Sources::default(), &Renderer::plain());
        let found = found.replace(&format!("{}/", root.path().display()), "");
        let message =
            "error[unwritable-output]: `out` is the output of the project in `../one`, as seen from there, and this is";
        assert!(found.contains(message) && found.contains("that in `../two`") && found.contains("`--out`"), "{found}");
        assert_eq!((files(&out), manifest()), before, "nothing is written");
    }
    assert!(of("one", &["keys"]).0.is_some_and(|output| output.gone.is_empty()));
    assert_eq!(manifest(), before.1);
}

#[test]
fn what_an_earlier_version_wrote_is_anybodys() {
    let root = two_projects();
    let out = root.path().join("out/dev");
    fs::create_dir_all(&out).expect("a folder can be made");
    fs::write(out.join(".synth-files"), "keys.template.json\n").expect("it can be written");
    fs::write(out.join("keys.template.json"), "{}").expect("it can be written");
    let release = release(&root.path().join("two"), "dev", &[], Format::Json).expect("nothing is wrong");
    assert_eq!(release.write(&out).0.expect("it can be written").gone, ["keys.template.json"]);
    let manifest = fs::read_to_string(out.join(".synth-files")).expect("it is there");
    assert_eq!(manifest, "# stacks: ../two\ndeploy.sh\ndestroy.sh\nlogs.template.json\n");
}

#[test]
fn scripts_follow_the_protection_level() {
    let stacks = folder(
        "environments: { dev: { protection: open }, prod: { protection: locked, break-glass-role: A, account: '111122223333' } }",
        &[("keys.yaml", KEYS)],
    );
    let texts = |environment: &str| -> Vec<(String, String)> {
        let release = release(stacks.path(), environment, &[], Format::Json).expect("nothing is wrong");
        release.scripts().into_iter().map(|file| (file.name, file.text)).collect()
    };
    let dev = texts("dev");
    assert_eq!(dev.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["deploy.sh", "destroy.sh"]);
    assert!(dev[0].1.contains("deploy keys-dev keys.template.json\n"));
    assert!(!dev[0].1.contains("termination-protection"));
    assert!(dev[1].1.contains("delete-stack --stack-name keys-dev\n"));
    assert!(!dev[1].1.contains("empty"), "there is nothing to empty");
    let prod = texts("prod");
    assert_eq!(prod.len(), 1, "a locked environment has no script that destroys it");
    assert!(prod[0].1.contains("protect keys-prod\n"));
    assert!(prod[0].1.contains("--enable-termination-protection"));
    assert!(prod[0].1.contains("111122223333"), "the script stops in another account");
}

#[test]
fn buckets_are_emptied_before_they_are_deleted() {
    let stack = "constructs: { storage: { files: { EncryptedBucket: {} } } }";
    let environments = "environments: { dev: { protection: open, encryption: aws-owned, regions: [eu-west-1] } }";
    let stacks = folder(environments, &[("files.yaml", stack)]);
    let release = release(stacks.path(), "dev", &[], Format::Json).expect("nothing is wrong");
    let scripts: Vec<_> = release.scripts().into_iter().map(|file| file.text).collect();
    let at = |text: &str| scripts[1].find(text).unwrap_or_else(|| panic!("it has `{text}`: {}", scripts[1]));
    assert!(
        at("empty \"$bucket\" --region eu-west-1\n") < at("delete-stack --region eu-west-1 --stack-name files-dev\n")
    );
}

#[test]
fn nothing_is_emptied_in_another_account() {
    let bucket = "constructs: { storage: { files: { EncryptedBucket: {} } } }";
    let environments = "environments: { dev: { protection: open, encryption: aws-owned, account: '111122223333', regions: [eu-west-1] } }";
    let logs = format!("account: '444455556666'\n{bucket}");
    let stacks = folder(environments, &[("files.yaml", bucket), ("logs.yaml", &logs)]);
    let release = release(stacks.path(), "dev", &[], Format::Json).expect("nothing is wrong");
    let destroy = release.scripts().swap_remove(1).text;
    for (account, stack) in [("111122223333", "files-dev"), ("444455556666", "logs-dev")] {
        let before = destroy.find(&format!("in_account {account}\n")).expect("it goes to the account");
        let after = destroy.find(&format!("--stack-name {stack} --output text")).expect("it looks for buckets");
        assert!(before < after, "{destroy}");
    }
}

#[test]
fn templates_that_go_through_a_bucket_are_counted() {
    let text = "x".repeat(8000);
    let keys = |number: usize| format!("key-{number}: {{ KmsKey: {{ description: {text} }} }}");
    let large = format!("constructs: {{ security: {{ {} }} }}", (0..7).map(keys).collect::<Vec<_>>().join(", "));
    for (stacks, message) in [
        (1, "`a.template.json` has more than 51200 bytes: it goes through a bucket"),
        (2, "`a.template.json` and 1 other have more than 51200 bytes: they go through a bucket"),
        (3, "`a.template.json` and 2 others have more than"),
    ] {
        let files: Vec<_> =
            ["a.yaml", "b.yaml", "c.yaml"].into_iter().take(stacks).map(|name| (name, &*large)).collect();
        let folder = folder(ENVIRONMENTS, &files);
        let out = tempfile::tempdir().expect("a folder can be made");
        let release = release(folder.path(), "dev", &[], Format::Json).expect("nothing is wrong");
        let (_, found) = release.write(out.path());
        assert!(found.iter().any(|note| note.message.starts_with(message)), "{found:?}");
    }
}
