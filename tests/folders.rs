//! What a folder can hold besides stack files: it is read, left out or reported, and never waited for.

mod common;

use std::fs;

use common::{ENVIRONMENTS, findings, folder, try_synthesize};

const KEYS: &str = "constructs: { security: { data: { KmsKey: {} } } }";

#[test]
fn marks_line_ends_and_comments_are_no_mistakes() {
    let mistake = "constructs:\n  security:\n    data:\n      KmsKy: {}\n";
    for text in [format!("\u{feff}{mistake}"), mistake.replace('\n', "\r\n")] {
        let found = findings(ENVIRONMENTS, &text, "dev");
        assert!(found.contains(" --> app.yaml:4:7\n") && found.contains("4 |       KmsKy: {}\n"), "{found}");
    }
    let header = "# one of many\n".repeat(5_000);
    let within =
        "constructs:\n  security:\n".to_owned() + &"    # out of use\n".repeat(5_000) + "    data: { KmsKey: {} }\n";
    assert_eq!(findings(ENVIRONMENTS, &format!("{header}{within}{header}"), "dev"), "");
}

#[test]
fn a_folder_may_be_called_like_a_file() {
    let folder = folder(ENVIRONMENTS, &[]);
    fs::create_dir(folder.path().join("shop.yaml")).expect("a folder can be made");
    let (_, found) = try_synthesize(folder.path(), "dev");
    assert!(found.contains("error[no-stacks]: there are no stack files in"), "{found}");
    fs::write(folder.path().join("shop.yaml/keys.yaml"), KEYS).expect("a file can be written");
    assert_eq!(try_synthesize(folder.path(), "dev").1, "");
}

#[test]
fn environments_that_are_not_there_are_asked_for() {
    let folder = folder(ENVIRONMENTS, &[("keys.yaml", KEYS)]);
    fs::rename(folder.path().join("environments.yaml"), folder.path().join("environments.yml"))
        .expect("it can be moved");
    let (_, found) = try_synthesize(folder.path(), "dev");
    assert!(found.contains("error[unreadable-file]: cannot read `environments.yaml`"), "{found}");
    assert!(found.contains("hint: `environments.yml` has to end in `.yaml`"), "{found}");
    fs::remove_file(folder.path().join("environments.yml")).expect("it can be removed");
    let (_, found) = try_synthesize(folder.path(), "dev");
    assert!(found.contains("hint: it lists the environments"), "{found}");
    let (_, found) = try_synthesize(&folder.path().join("nowhere"), "dev");
    assert!(found.contains("hint: `synth init` makes a new project"), "{found}");
}

#[test]
fn what_is_too_large_is_not_read() {
    let folder = folder(ENVIRONMENTS, &[("keys.yaml", KEYS), ("large.yaml", "")]);
    let file = fs::File::options().write(true).open(folder.path().join("large.yaml")).expect("it is there");
    file.set_len(1 << 40).expect("a file can have a hole");
    let (_, found) = try_synthesize(folder.path(), "dev");
    assert!(found.contains("error[unreadable-file]: cannot read `large.yaml`: it has 1099511627776 bytes"), "{found}");
}

#[test]
fn a_reference_to_a_stack_that_cannot_be_read_is_no_second_mistake() {
    let table = "constructs: { a: { t: { EncryptedTable: { key: 'keys:a/k', partition-key: { id: S } } } } }";
    let folder = folder(ENVIRONMENTS, &[("app.yaml", table)]);
    fs::write(folder.path().join("keys.yaml"), b"constructs: { a: { k: { KmsKey: { description: caf\xe9 } } } }")
        .expect("a file can be written");
    let (_, found) = try_synthesize(folder.path(), "dev");
    assert!(found.contains("byte 0xe9 in line 1 is not UTF-8"), "{found}");
    assert_eq!(found.matches("error[").count(), 1, "{found}");
}

#[cfg(unix)]
mod links_and_pipes {
    use std::os::unix::fs::symlink;
    use std::process::Command;

    use super::*;

    #[test]
    fn links_that_lead_nowhere_or_back_are_reported() {
        let folder = folder(ENVIRONMENTS, &[("keys.yaml", KEYS)]);
        let link = |to: &str, name: &str| symlink(to, folder.path().join(name)).expect("a link can be made");
        link("nowhere.yaml", "lost.yaml");
        link("itself.yaml", "itself.yaml");
        fs::create_dir(folder.path().join("shop")).expect("a folder can be made");
        fs::write(folder.path().join("shop/table.yaml"), KEYS).expect("a file can be written");
        // Two of them in one folder are ways without end, and more of them with every step.
        link(".", "shop/again");
        link(".", "shop/and-again");
        let (_, found) = try_synthesize(folder.path(), "dev");
        for file in ["lost.yaml", "itself.yaml"] {
            assert!(found.contains(&format!("error[unreadable-file]: cannot read `{file}`")), "{found}");
        }
        for link in ["shop/again", "shop/and-again"] {
            let message = format!("error[unreadable-file]: `{link}` is the folder `shop`, which is read already");
            assert!(found.contains(&message), "{found}");
        }
        assert_eq!(found.matches("error[").count(), 4, "{found}");
    }

    #[test]
    fn pipes_and_devices_are_not_waited_for() {
        let function = "constructs: { a: { k: { KmsKey: {} }, f: { EncryptedFunction:
            { code: pipe.py, runtime: python3.13, logs-key: a/k } } } }";
        let folder = folder(ENVIRONMENTS, &[("app.yaml", function)]);
        for pipe in ["pipe.yaml", "pipe.py"] {
            let made = Command::new("mkfifo").arg(folder.path().join(pipe)).status().expect("a pipe can be made");
            assert!(made.success());
        }
        symlink("/dev/zero", folder.path().join("zero.yaml")).expect("a link can be made");
        let (_, found) = try_synthesize(folder.path(), "dev");
        for shown in ["`pipe.yaml`", "`zero.yaml`", "`pipe.py` beside the stack file"] {
            assert!(found.contains(&format!("cannot read {shown}: it is not a file")), "{found}");
        }
    }
}

#[test]
fn what_is_hidden_is_no_stack_file() {
    let folder = folder(ENVIRONMENTS, &[("keys.yaml", KEYS), (".#keys.yaml", "lock: [")]);
    fs::create_dir(folder.path().join(".backup")).expect("a folder can be made");
    fs::write(folder.path().join(".backup/keys.yaml"), KEYS).expect("a file can be written");
    assert_eq!(try_synthesize(folder.path(), "dev").1, "");
}

#[test]
#[cfg(unix)]
fn no_path_leaves_the_project() {
    use std::os::unix::fs::symlink;

    let root = tempfile::tempdir().expect("a folder can be made");
    let [stacks, elsewhere] = ["shop/stacks", "elsewhere"].map(|name| root.path().join(name));
    fs::create_dir_all(stacks.join("team")).expect("a folder can be made");
    fs::create_dir_all(root.path().join("shop/src")).expect("a folder can be made");
    fs::create_dir(&elsewhere).expect("a folder can be made");
    fs::write(stacks.join("environments.yaml"), ENVIRONMENTS).expect("a file can be written");
    for code in ["shop/src/intake.py", "shop/stacks/team/intake.py", "elsewhere/intake.py"] {
        fs::write(root.path().join(code), "def handler(event, context): pass").expect("a file can be written");
    }
    symlink(&elsewhere, root.path().join("shop/src/linked")).expect("a link can be made");
    symlink(root.path().join("shop/src/intake.py"), stacks.join("team/alias.py")).expect("a link can be made");
    let found = |code: &str| {
        let function = format!("EncryptedFunction: {{ code: {code}, runtime: python3.13, logs-key: a/k }}");
        let stack = format!("constructs: {{ a: {{ k: {{ KmsKey: {{}} }}, f: {{ {function} }} }} }}");
        fs::write(stacks.join("team/app.yaml"), stack).expect("a file can be written");
        try_synthesize(&stacks, "dev").1
    };
    for code in ["intake.py", "alias.py", "../../src/intake.py", "../team/intake.py"] {
        assert_eq!(found(code), "", "{code}");
    }
    for code in ["../../../elsewhere/intake.py", "../../src/linked/intake.py"] {
        let message = format!("error[unreadable-file]: `{code}` leaves the project");
        assert!(found(code).contains(&message), "{code}: {}", found(code));
    }
    symlink(&elsewhere, stacks.join("shared")).expect("a link can be made");
    let text = fs::read_to_string(stacks.join("team/app.yaml")).expect("it is there");
    fs::remove_file(stacks.join("team/app.yaml")).expect("it can be removed");
    fs::write(elsewhere.join("app.yaml"), text.replace("../../src/linked/intake.py", "intake.py"))
        .expect("a file can be written");
    assert_eq!(try_synthesize(&stacks, "dev").1, "", "what lies beside a stack file that is linked");
}
