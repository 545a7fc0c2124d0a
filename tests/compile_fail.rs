//! What must not compile: each file in `tests/compile_fail/` has the errors that its comments announce, and no others.
//!
//! A comment `//~ E0308` stands at the line of the error, with its code. The words of an error are the compiler's own
//! and change with its versions; codes and lines stay.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value as Json;

const CASES: &str = "tests/compile_fail";

/// The file without mistakes: it shows that it is the mistakes by which the others do not compile.
const CORRECT: &str = "as_it_should_be.rs";

/// The code by which a compiler refuses what another version of it made.
const OTHER_COMPILER: &str = "E0514";

/// Errors by line and code.
type Errors = BTreeSet<(u64, String)>;

/// The errors that a file announces.
fn announced(file: &Path) -> Errors {
    let text = fs::read_to_string(file).expect("the file can be read");
    let lines = (1..).zip(text.lines());
    lines.filter_map(|(line, text)| Some((line, text.split_once("//~ ")?.1.to_owned()))).collect()
}

/// The errors of a file, and everything that the compiler says about it.
fn compile(file: &Path, library: &Path) -> (Errors, String) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let dependencies = library.parent().expect("a file is in a folder");
    let compiler = env::var_os("RUSTC").unwrap_or("rustc".into());
    let output = Command::new(compiler)
        .args(["--edition=2024", "--crate-type=lib", "--emit=metadata", "--error-format=json"])
        .arg("--extern")
        .arg(format!("synth={}", library.display()))
        .arg("-L")
        .arg(format!("dependency={}", dependencies.display()))
        .arg("--out-dir")
        .args([folder.path(), file])
        .output()
        .expect("the compiler runs");
    let said = String::from_utf8(output.stderr).expect("the compiler speaks UTF-8");
    let messages: Vec<Json> = said.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let errors = messages.iter().filter(|message| message["level"] == "error").filter_map(|message| {
        let mut primary = message["spans"].as_array()?.iter().filter(|span| span["is_primary"] == true);
        let line = primary.find_map(|span| span["line_start"].as_u64());
        let code = message["code"]["code"].as_str();
        // Neither has the count of the errors, with which the compiler ends.
        (line.is_some() || code.is_some()).then(|| (line.unwrap_or(0), code.unwrap_or("no code").to_owned()))
    });
    let errors: Errors = errors.collect();
    let rendered: String = messages.iter().filter_map(|message| message["rendered"].as_str()).collect();
    assert_eq!(errors.is_empty(), output.status.success(), "{said}");
    (errors, rendered)
}

/// The library that these tests were built with: the last one that is of this compiler. The file without mistakes
/// compiles with it.
fn library() -> PathBuf {
    let tests = env::current_exe().expect("a test is a file");
    let folder = fs::read_dir(tests.parent().expect("a file is in a folder")).expect("the folder can be read");
    let paths = folder.map(|entry| entry.expect("the folder can be read").path());
    let is_library = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.starts_with("libsynth-") && path.extension().is_some_and(|ending| ending == "rlib")
    };
    let mut libraries: Vec<PathBuf> = paths.filter(is_library).collect();
    libraries.sort_by_key(|path| fs::metadata(path).and_then(|it| it.modified()).expect("files have times"));
    let correct = Path::new(CASES).join(CORRECT);
    let of_this_compiler = |library: PathBuf| {
        let (errors, said) = compile(&correct, &library);
        let foreign = errors.iter().any(|(_, code)| code == OTHER_COMPILER);
        (!foreign).then_some((library, errors, said))
    };
    let (library, errors, said) = libraries.into_iter().rev().find_map(of_this_compiler).expect("there is a library");
    assert!(errors.is_empty(), "{} compiles\n{said}", correct.display());
    library
}

#[test]
fn misuse_does_not_compile() {
    let library = library();
    let entries = fs::read_dir(CASES).expect("there are cases");
    let mut cases: Vec<PathBuf> = entries.map(|entry| entry.expect("the folder can be read").path()).collect();
    cases.retain(|case| !case.ends_with(CORRECT));
    cases.sort();
    assert!(!cases.is_empty());
    for case in cases {
        let announced = announced(&case);
        assert!(!announced.is_empty(), "{} announces an error", case.display());
        let (errors, said) = compile(&case, &library);
        assert_eq!(errors, announced, "{}\n{said}", case.display());
    }
}
