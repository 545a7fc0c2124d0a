//! What a run costs: reading, building and writing, for smsbot and for generated stacks of 10 to 100,000 resources.
//! The cost per resource should stay flat: `cargo bench` prints items per second.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use synth::definition::Project;
use synth::diagnostic::Sources;
use synth::output;
use synth::release::Release;
use synth::synth::synthesize;
use synth::template::Format;
use tempfile::TempDir;

fn main() {
    divan::main();
}

/// How many resources a generated folder makes.
const SIZES: [usize; 5] = [10, 100, 1_000, 10_000, 100_000];

/// Resources of one group of constructs: two keys, their aliases, two tables, two log groups, a topic with its policy.
const GROUP: usize = 10;

/// Resources that a generated stack has at most.
const STACK: usize = 480;

/// A folder of stacks that make this many resources.
fn generate(resources: usize) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder can be made");
    fs::write(folder.path().join("environments.yaml"), "environments: { dev: { protection: open } }\n")
        .expect("it can be written");
    let mut groups = resources / GROUP;
    for number in 0.. {
        let here = groups.min(STACK / GROUP);
        if here == 0 {
            break;
        }
        let mut text = "constructs:\n".to_owned();
        for group in 0..here {
            write!(
                text,
                "  area{group}:
    data: {{ KmsKey: {{ description: items }} }}
    logs: {{ KmsKey: {{ description: events }} }}
    orders: {{ EncryptedTable: {{ key: area{group}/data, partition-key: {{ id: S }} }} }}
    events: {{ EncryptedTable: {{ key: area{group}/data, partition-key: {{ id: S }}, sort-key: {{ at: N }} }} }}
    access: {{ EncryptedLogGroup: {{ key: area{group}/logs }} }}
    record: {{ EncryptedLogGroup: {{ key: area{group}/logs }} }}
    alerts: {{ EncryptedTopic: {{ key: area{group}/data, publishers: [cloudwatch] }} }}\n"
            )
            .expect("text can be written to");
        }
        fs::write(folder.path().join(format!("stack{number}.yaml")), text).expect("it can be written");
        groups -= here;
    }
    folder
}

fn load(folder: &Path) -> Project {
    Project::load(folder, &mut Sources::default()).0.expect("the folder is a project")
}

#[divan::bench(args = SIZES, max_time = 3)]
fn read(bencher: Bencher<'_, '_>, resources: usize) {
    let folder = generate(resources);
    bencher.counter(ItemsCount::new(resources)).bench(|| load(black_box(folder.path())));
}

#[divan::bench(args = SIZES, max_time = 3)]
fn build(bencher: Bencher<'_, '_>, resources: usize) {
    let folder = generate(resources);
    let project = load(folder.path());
    bencher.counter(ItemsCount::new(resources)).bench(|| synthesize(black_box(&project), "dev"));
}

#[divan::bench(args = SIZES, max_time = 3)]
fn print(bencher: Bencher<'_, '_>, resources: usize) {
    let folder = generate(resources);
    let synthesis = synthesize(&load(folder.path()), "dev").0.expect("nothing is wrong");
    let all = || synthesis.stacks.iter().map(|stack| output::template(stack, Format::Json).text.len()).sum::<usize>();
    bencher.counter(ItemsCount::new(resources)).bench(all);
}

#[divan::bench(args = SIZES, max_time = 3)]
fn audit(bencher: Bencher<'_, '_>, resources: usize) {
    let folder = generate(resources);
    let project = load(folder.path());
    let mut release = Release::prepare(&project, "dev", &[], Format::Json).0.expect("nothing is wrong");
    bencher.counter(ItemsCount::new(resources)).bench_local(|| black_box(&mut release).audit(&|_| None));
}

#[divan::bench(args = SIZES, max_time = 3)]
fn whole_run(bencher: Bencher<'_, '_>, resources: usize) {
    let folder = generate(resources);
    let out = tempfile::tempdir().expect("a folder can be made");
    bencher.counter(ItemsCount::new(resources)).bench(|| run(folder.path(), "dev", out.path()));
}

#[divan::bench(args = ["dev", "staging", "prod"], max_time = 3)]
fn smsbot(bencher: Bencher<'_, '_>, environment: &str) {
    let out = tempfile::tempdir().expect("a folder can be made");
    bencher.bench(|| run(Path::new("stacks"), environment, out.path()));
}

fn run(folder: &Path, environment: &str, out: &Path) {
    let project = load(folder);
    let (release, _) = Release::prepare(&project, environment, &[], Format::Json);
    let mut release = release.expect("nothing is wrong");
    assert!(!release.audit(&|_| None).errors, "nothing is found");
    release.write(out).0.expect("it can be written");
}
