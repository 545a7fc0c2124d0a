//! Every template of `stacks/` as a snapshot: a change of one is somebody's deployment, and is reviewed line by line.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use insta::{assert_snapshot, with_settings};
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

#[test]
fn every_template_is_as_it_was_reviewed() {
    for (name, text) in templates() {
        with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
            assert_snapshot!(name, text);
        });
    }
}

#[test]
fn no_snapshot_is_left_of_a_template_that_is_gone() {
    let now: BTreeSet<String> = templates().into_iter().map(|(name, _)| format!("{name}.snap")).collect();
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
}
