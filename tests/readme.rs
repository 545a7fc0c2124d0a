//! What the README shows is true: its stack files synthesize, and its statements stand in their templates.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

const README: &str = include_str!("../README.md");

/// The blocks of the README in a language.
fn blocks(language: &str) -> impl Iterator<Item = &'static str> {
    let fence = format!("\n```{language}\n");
    let blocks: Vec<&str> = README.split(fence.as_str()).skip(1).collect();
    blocks.into_iter().map(|block| block.split("\n```").next().expect("a split has a first part"))
}

/// The block of environments, which every stack file of the README is for.
fn environments() -> &'static str {
    blocks("yaml").find(|block| block.contains("\nenvironments:")).expect("the README shows an environments.yaml")
}

fn stack_files() -> Vec<&'static str> {
    blocks("yaml").filter(|block| block.contains("\nconstructs:")).collect()
}

/// What a stack file gives that is alone in its folder.
fn run(stack_file: &str, arguments: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file can be written");
    write("environments.yaml", environments());
    write("stack.yaml", stack_file);
    let mut synth = Command::new(env!("CARGO_BIN_EXE_synth"));
    let done = synth.args(arguments).args(["--stacks", "."]).current_dir(folder.path()).output().expect("synth runs");
    assert!(done.status.success(), "{stack_file}\n{}", String::from_utf8_lossy(&done.stderr));
    done.stdout
}

#[test]
fn stack_files_synthesize() {
    let files = stack_files();
    assert!(!files.is_empty());
    for file in files {
        for environment in ["dev", "staging", "prod"] {
            run(file, &[environment]);
        }
    }
}

#[test]
fn the_statement_is_what_comes_out() {
    let statement: Value = serde_json::from_str(blocks("json").next().expect("a statement")).expect("JSON");
    let template: Value =
        serde_json::from_slice(&run(stack_files()[0], &["dev", "--stdout"])).expect("a template is JSON");
    let statements = &template["Resources"]["SecurityItems"]["Properties"]["KeyPolicy"]["Statement"];
    assert!(statements.as_array().expect("a key has statements").contains(&statement));
}

#[test]
fn the_program_is_the_one_of_the_documentation() {
    let program: String = blocks("rust").next().expect("a program").lines().fold(String::new(), |text, line| {
        let line = format!("//! {line}");
        text + line.trim_end() + "\n"
    });
    let documentation = include_str!("../src/lib.rs");
    assert!(documentation.contains(&program), "which is compiled");
}

#[test]
fn linked_files_exist() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let links = README.split("](").skip(1).filter_map(|link| link.split(')').next());
    for file in links.filter(|link| !link.starts_with("http") && !link.starts_with('#')) {
        assert!(repository.join(file).exists(), "{file}");
    }
}
