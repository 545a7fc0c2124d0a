//! `synth init`: a new project synthesizes as it is, and nothing that was there is touched.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn synth(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_synth"));
    let Output { status, stdout, stderr } =
        command.current_dir(folder).args(arguments).output().expect("the command can be run");
    let text = |bytes| String::from_utf8(bytes).expect("output is text");
    (status.code(), text(stdout), text(stderr))
}

/// Everything in a folder, with the texts of files.
fn tree(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the folder can be read").path();
        match path.is_dir() {
            true => {
                all.extend(tree(&path));
                all.push((path, String::new()));
            }
            false => all.push((path.clone(), fs::read_to_string(&path).expect("files are text"))),
        }
    }
    all.sort();
    all
}

const FILES: &str = "shop/stacks/environments.yaml\nshop/stacks/orders.yaml\nshop/stacks/orders/intake.py\n";

#[test]
fn a_new_project_synthesizes() {
    let root = tempfile::tempdir().expect("a folder can be made");
    let (status, written, talk) = synth(root.path(), &["init", "shop"]);
    assert_eq!((status, written.as_str()), (Some(0), FILES));
    assert_eq!(talk, "made a project; next: cd shop; synth dev\n");
    let shop = root.path().join("shop");
    for environment in ["dev", "staging", "prod"] {
        let (status, _, talk) = synth(&shop, &[environment]);
        assert_eq!(status, Some(0), "{talk}");
        // Who deploys is for the user to say, and `dev` needs nobody.
        assert_eq!(talk.starts_with("wrote "), environment == "dev", "{talk}");
        assert!(!talk.contains("error[") && !talk.contains("warning["), "{talk}");
        assert_eq!(talk.matches("note[").count(), usize::from(environment != "dev"), "{talk}");
        assert!(shop.join("out").join(environment).join("orders.template.json").exists());
    }
}

#[test]
fn a_project_can_be_made_in_this_folder() {
    let root = tempfile::tempdir().expect("a folder can be made");
    fs::write(root.path().join("notes.txt"), "mine").expect("a file can be written");
    let (status, _, talk) = synth(root.path(), &["init"]);
    assert_eq!((status, talk.as_str()), (Some(0), "made a project; next: synth dev\n"));
    assert_eq!(fs::read_to_string(root.path().join("notes.txt")).expect("it is still there"), "mine");
}

#[test]
fn files_that_are_there_are_not_overwritten() {
    for taken in ["stacks/environments.yaml", "stacks/orders.yaml", "stacks/orders/intake.py"] {
        let root = tempfile::tempdir().expect("a folder can be made");
        let path = root.path().join(taken);
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("a folder can be made");
        fs::write(&path, "mine").expect("a file can be written");
        let before = tree(root.path());
        let (status, written, talk) = synth(root.path(), &["init"]);
        assert_eq!((status, written.as_str()), (Some(2), ""));
        assert!(
            talk.contains("error[unwritable-output]") && talk.contains(&format!("{taken}` is there already")),
            "{talk}"
        );
        assert_eq!(tree(root.path()), before, "nothing else is written");
    }
}

#[test]
fn what_cannot_be_made_leaves_nothing_behind() {
    let root = tempfile::tempdir().expect("a folder can be made");
    fs::write(root.path().join("file"), "mine").expect("a file can be written");
    let before = tree(root.path());
    let (status, written, talk) = synth(root.path(), &["init", "file/shop"]);
    assert_eq!((status, written.as_str()), (Some(2), ""));
    assert!(talk.contains("error[unwritable-output]: cannot make a project in `file/shop`"), "{talk}");
    // A file stands where a folder has to be made, which shows when others are made already.
    fs::create_dir_all(root.path().join("new/stacks")).expect("a folder can be made");
    fs::write(root.path().join("new/stacks/orders"), "mine").expect("a file can be written");
    let with_new = tree(root.path());
    assert_eq!(synth(root.path(), &["init", "new"]).0, Some(2));
    assert_eq!(tree(root.path()), with_new);
    assert_ne!(before, with_new);
}
