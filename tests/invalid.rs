//! Every mistake that stack files can hold, and what users read about it.
//!
//! An entry of `stacks/invalid/` is called like the code that it is reported with: a stack file, or a folder of
//! several, each of which makes the mistake in another way. Where the mistake takes an `environments.yaml` of its own,
//! the folder has one.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use annotate_snippets::Renderer;
use clap::ValueEnum;
use insta::{assert_snapshot, glob, with_settings};
use synth::definition::Project;
use synth::diagnostic::{Code, Diagnostics, Sources, render};
use synth::synth::synthesize;

const ENTRIES: &str = "stacks/invalid";
const ENVIRONMENTS: &str = "environments.yaml";
const SNAPSHOTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/invalid");

/// The codes that no text of a stack file or of `environments.yaml` can cause, and what does.
const NOT_IN_FILES: &[(Code, &str)] = &[
    (Code::Unchecked, "no mistake: what is written as it is, is a note"),
    (Code::OutsidePolicy, "no mistake: what others have to allow is a note"),
    (Code::UnknownCommand, "a word of the command line"),
    (Code::LostKey, "an output that is there already"),
    (Code::UnwritableOutput, "a full disk, or a folder of somebody else"),
];

#[test]
fn every_mistake_reads_well() {
    let mut unreported = Vec::new();
    // The name of every code has a hyphen; `environments.yaml`, which belongs to all entries, has none.
    glob!("../stacks/invalid", "*-*", |path| {
        // Messages show paths as they were given: relative, so that they are the same everywhere.
        let entry = Path::new(ENTRIES).join(path.file_name().expect("an entry has a name"));
        let code = code_of(&entry);
        let mut sources = Sources::default();
        let found = mistakes(&entry, &mut sources);
        if !found.has_errors() || found.iter().all(|diagnostic| diagnostic.code.name() != code) {
            unreported.push(code.clone());
        }
        let text = render(&found, &sources, &Renderer::plain());
        unreported.extend(silent(&entry, &text));
        with_settings!({
            snapshot_path => SNAPSHOTS,
            prepend_module_to_snapshot => false,
            snapshot_suffix => "",
            omit_expression => true,
            input_file => &entry,
        }, { assert_snapshot!(code, text) });
    });
    assert!(unreported.is_empty(), "these are not reported with their code: {unreported:?}");
}

#[test]
fn every_code_has_an_entry() {
    let entries: BTreeSet<String> = names(ENTRIES).filter(|name| name != "environments").collect();
    let elsewhere: BTreeSet<String> = NOT_IN_FILES.iter().map(|(code, _)| code.name()).collect();
    let codes: BTreeSet<String> = Code::value_variants().iter().map(|code| code.name()).collect();
    assert_eq!(codes, &entries | &elsewhere, "each code is the name of an entry, or an exception");
    assert!(entries.is_disjoint(&elsewhere), "what has an entry is no exception");
    assert_eq!(names(SNAPSHOTS).collect::<BTreeSet<_>>(), entries, "each entry has a snapshot, and nothing else has");
}

/// What is found in an entry's last environment.
fn mistakes(entry: &Path, sources: &mut Sources) -> Diagnostics {
    let (project, mut found) = if entry.join(ENVIRONMENTS).exists() {
        Project::load(entry, sources)
    } else {
        Project::load_files(&Path::new(ENTRIES).join(ENVIRONMENTS), &stack_files(entry), sources)
    };
    if let Some(project) = project {
        let environment = project.environments.all.keys().last().expect("every entry has an environment");
        found.extend(synthesize(&project, environment).1);
    }
    found
}

/// The stack files of an entry.
fn stack_files(entry: &Path) -> Vec<PathBuf> {
    if !entry.is_dir() {
        return vec![entry.to_owned()];
    }
    let entries = fs::read_dir(entry).expect("an entry can be read");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry can be read").path()).collect();
    files.sort();
    files
}

/// The files of an entry of which nothing is said. Where environments are wrong, stack files need not be.
fn silent(entry: &Path, text: &str) -> Vec<String> {
    let files = if entry.join(ENVIRONMENTS).exists() { Vec::new() } else { stack_files(entry) };
    let files = files.iter().map(|file| file.display().to_string());
    files.filter(|file| !text.contains(file.as_str())).collect()
}

/// What the files and folders in a folder are called, without their endings.
fn names(folder: &str) -> impl Iterator<Item = String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("cannot read {folder}: {error}"));
    entries.map(|entry| code_of(&entry.expect("the folder can be listed").path()))
}

/// The code that an entry or a snapshot is called like: its name up to the first dot.
fn code_of(path: &Path) -> String {
    let name = path.file_name().and_then(|name| name.to_str()).expect("codes are text");
    name.split('.').next().unwrap_or(name).to_owned()
}
