//! Every template of `stacks/` as a snapshot: a change of one is somebody's deployment, and is reviewed line by line.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use insta::{assert_snapshot, with_settings};
use synth::definition::Project;
use synth::diagnostic::Sources;
use synth::release::{Audited, Release};
use synth::template::Format;

/// Every stack instance with the name of its snapshot, and its template as it is written.
fn templates() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for environment in common::real_environments() {
        let (synthesis, found) = common::try_synthesize(Path::new("stacks"), &environment);
        assert!(common::only_notes(&found), "{environment}: {found}");
        let stacks = synthesis.expect("nothing was found").stacks;
        for stack in stacks.into_iter().filter(synth::synth::SynthesizedStack::is_written) {
            let region = stack.target.region.as_ref().filter(|_| !stack.primary);
            let region = region.map_or(String::new(), |region| format!(".{region}"));
            all.push((format!("{}.{environment}{region}", stack.stack), stack.template.print(Format::Json)));
        }
    }
    all
}

/// The audit of every environment.
fn audits() -> Vec<(String, Audited)> {
    let audit = |environment: String| {
        let project = Project::load(Path::new("stacks"), &mut Sources::default()).0.expect("it can be read");
        let release = Release::prepare(&project, &environment, &[], Format::Json).0;
        (environment, release.expect("nothing is wrong").audit(&|_| None))
    };
    common::real_environments().into_iter().map(audit).collect()
}

/// Who may do what with which key in every environment, with the names of the snapshots.
fn matrices() -> Vec<(String, String)> {
    let files = |(environment, audited): (String, Audited)| {
        let name = move |file: &str| {
            let (stem, ending) = file.split_once('.').expect("it has an ending");
            let ending = if ending == "md" { String::new() } else { format!(".{ending}") };
            format!("{stem}.{environment}{ending}")
        };
        audited.matrix.into_iter().map(move |file| (name(&file.name), file.text))
    };
    audits().into_iter().flat_map(files).collect()
}

#[test]
fn nothing_is_found_but_what_is_acknowledged() {
    for (environment, audited) in audits() {
        let found: Vec<&str> = audited.text.lines().filter(|line| line.contains("]: ")).collect();
        assert!(found.iter().all(|line| line.starts_with("acknowledged[")), "{environment}: {}", audited.text);
    }
}

#[test]
fn every_template_and_every_matrix_is_as_it_was_reviewed() {
    for (name, text) in templates().into_iter().chain(matrices()) {
        with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
            assert_snapshot!(name, text);
        });
    }
}

#[test]
fn no_snapshot_is_left_of_a_template_that_is_gone() {
    let now: BTreeSet<String> =
        templates().into_iter().chain(matrices()).map(|(name, _)| format!("{name}.snap")).collect();
    let files = fs::read_dir("snapshots").expect("there are snapshots");
    let files =
        files.map(|file| file.expect("the folder can be read").file_name().into_string().expect("names are text"));
    let orphans: Vec<String> = files
        .filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "snap") && !now.contains(name))
        .collect();
    assert_eq!(orphans, Vec::<String>::new(), "these snapshots belong to no template: delete them");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    assert_eq!(templates(), templates());
    assert_eq!(matrices(), matrices());
}
