//! Whatever is done to the files of a project: it is reported or still right, nothing panics or hangs, and what was
//! written before stays whole. `PROPTEST_CASES=20000 cargo test --test damage` looks longer.

mod common;

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use annotate_snippets::Renderer;
use common::try_synthesize;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use synth::constructs::KINDS;
use synth::definition::Project;
use synth::diagnostic::{Sources, render};
use synth::synth::synthesize;

/// Folders whose stack files are what is damaged, each by itself.
const FOLDERS: &[&str] = &["stacks", "examples", "tests/catalog", "templates/project/stacks"];

/// How long a run may take, on a machine that does other things as well.
const PATIENCE: Duration = Duration::from_secs(60);

/// The files of a project by their paths, and which of them is a stack file.
#[derive(Clone)]
struct Files {
    files: BTreeMap<PathBuf, Vec<u8>>,
    stack: PathBuf,
}

/// What can be damaged, as text.
impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for path in [self.stack.as_path(), Path::new("environments.yaml")] {
            writeln!(f, "\n--- {}\n{}", path.display(), String::from_utf8_lossy(&self.files[path]))?;
        }
        Ok(())
    }
}

impl Files {
    /// Every stack file of the folders, with its environments, what stands beside it, and the stacks that it refers to.
    fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for folder in FOLDERS {
            let mut files = BTreeMap::new();
            collect(Path::new(folder), Path::new(""), &mut files);
            let is_stack = |path: &&PathBuf| is_yaml(path) && **path != Path::new("environments.yaml");
            let stacks: Vec<PathBuf> = files.keys().filter(is_stack).cloned().collect();
            all.extend(stacks.iter().map(|stack| {
                let refers = |from: &PathBuf, path: &Path| {
                    let text = String::from_utf8_lossy(&files[from]);
                    path.file_stem().is_some_and(|stem| text.contains(&format!("{}:", stem.to_string_lossy())))
                };
                let mut wanted = vec![stack];
                let mut next = 0;
                while let Some(from) = wanted.get(next).copied() {
                    let others = stacks.iter().filter(|path| refers(from, path));
                    let new: Vec<&PathBuf> = others.filter(|path| !wanted.contains(path)).collect();
                    wanted.extend(new);
                    next += 1;
                }
                let files = files.iter().filter(|(path, _)| !stacks.contains(path) || wanted.contains(path));
                Self { files: files.map(|(path, text)| (path.clone(), text.clone())).collect(), stack: stack.clone() }
            }));
        }
        all
    }

    fn write(&self, folder: &Path) {
        for (path, text) in &self.files {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder can be made");
            fs::write(path, text).expect("a file can be written");
        }
    }

    /// The project with a damaged stack file, or damaged environments.
    fn damaged(&self, environments: bool, damages: &[Damage]) -> Self {
        let path = if environments { PathBuf::from("environments.yaml") } else { self.stack.clone() };
        let mut damaged = self.clone();
        let text = damaged.files.get_mut(&path).expect("a project has both");
        *text = damages.iter().fold(std::mem::take(text), |text, damage| damage.apply(text));
        damaged
    }
}

fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml")
}

/// The files of a folder and of folders in it that are no projects of their own.
fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(root.join(folder)).expect("the folder can be read") {
        let entry = entry.expect("the folder can be read");
        let path = folder.join(entry.file_name());
        match entry.path().is_dir() {
            true if entry.path().join("environments.yaml").exists() => {}
            true => collect(root, &path, files),
            false => {
                let text = fs::read(entry.path()).expect("the file can be read");
                files.insert(path.clone(), if is_yaml(&path) { without_comments(&text) } else { text });
            }
        }
    }
}

/// What is damaged shall mean something.
fn without_comments(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    let lines = text.lines().map(|line| line.split(" #").next().unwrap_or_default().trim_end());
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    lines.join("\n").into_bytes()
}

/// A way to damage a text.
#[derive(Clone, Debug)]
enum Damage {
    /// Bytes are lost.
    Remove(Index, usize),
    /// Others come in.
    Insert(Index, Vec<u8>),
    /// The end is lost.
    Truncate(Index),
    RemoveLine(Index),
    RepeatLine(Index),
    SwapLines(Index, Index),
    /// A line is moved to the right, or to the left.
    Indent(Index, isize),
    /// What follows the colon of a line is something else.
    Value(Index, String),
    /// A value is that of another line.
    MoveValue(Index, Index),
    /// A word is that of another place: a reference leads elsewhere, a key is another one.
    MoveWord(Index, Index),
    /// A kind is another one.
    Kind(Index, &'static str),
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = any::<Index>;
    let bytes = prop_oneof![
        vec(any::<u8>(), 1..6),
        any::<char>().prop_map(|letter| letter.to_string().into_bytes()),
        select(SNIPPETS).prop_map(|snippet| snippet.as_bytes().to_vec()),
    ];
    let value = prop_oneof![select(VALUES).prop_map(str::to_owned), "\\PC{0,12}", "[ -~]{0,12}"];
    let kinds: Vec<&'static str> = KINDS.iter().map(|kind| kind.name).collect();
    // Most leave YAML what it is, so that what is made of it is looked at as well.
    prop_oneof![
        1 => (at(), 1..30usize).prop_map(|(at, length)| Damage::Remove(at, length)),
        1 => (at(), bytes).prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
        1 => at().prop_map(Damage::Truncate),
        4 => at().prop_map(Damage::RemoveLine),
        2 => at().prop_map(Damage::RepeatLine),
        1 => (at(), at()).prop_map(|(one, other)| Damage::SwapLines(one, other)),
        1 => (at(), -4..5isize).prop_map(|(at, columns)| Damage::Indent(at, columns)),
        6 => (at(), value).prop_map(|(at, value)| Damage::Value(at, value)),
        4 => (at(), at()).prop_map(|(from, to)| Damage::MoveValue(from, to)),
        12 => (at(), at()).prop_map(|(from, to)| Damage::MoveWord(from, to)),
        4 => (at(), select(kinds)).prop_map(|(at, kind)| Damage::Kind(at, kind)),
    ]
}

/// What means something to YAML, to naming templates, to terminals, or to nobody.
const SNIPPETS: &[&str] = &[
    "\t",
    "\n",
    "\r",
    "\0",
    "{",
    "}",
    "[",
    "]",
    ": ",
    " #",
    "&a ",
    "*a",
    "<<: ",
    "!x ",
    "? ",
    "- ",
    "|\n",
    ">\n",
    "'",
    "\"",
    "\n---\n",
    "\n...\n",
    "%YAML 9\n",
    "\u{feff}",
    "\u{e000}",
    "\u{e001}",
    "\u{202e}",
    "\u{2028}",
    "\u{1b}[31m",
    "{{",
    "}}",
    "{% for a in b %}",
    "in: ",
    "null",
    "~",
];

/// What a value can be instead.
const VALUES: &[&str] = &[
    "",
    "~",
    "null",
    "true",
    "yes",
    "-1",
    "0",
    "1",
    "4294967296",
    "99999999999999999999999",
    "1e9",
    "0x10",
    "0123",
    ".inf",
    "text",
    "[]",
    "{}",
    "[[]]",
    "{ a: {} }",
    "[{}]",
    "{ in: { dev: absent } }",
    "security/data",
    "other:security/data",
    "security/data@eu-west-1",
    "security/data.arn",
    "\"*\"",
    "\"\"",
    "absent",
    "{ ref: security/data.arn }",
    "arn:aws:iam::1:root",
    "\"{{ account }}\"",
    "\"{{ region | upper }}\"",
    "\"{{ nothing }}\"",
    "\"{{\"",
    "\"{{ id * 999 }}\"",
    "\"${AWS::Region}\"",
    "\"{{ '\\n' }}\"",
    "locked",
    "[locked, locked]",
    "&a [*a]",
    "!Ref x",
];

impl Damage {
    fn apply(&self, mut text: Vec<u8>) -> Vec<u8> {
        if text.is_empty() {
            text = b"x".to_vec();
        }
        let mut lines: Vec<Vec<u8>> = text.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        let colon = |line: &[u8]| line.windows(2).position(|pair| pair == b": ").map(|at| at + 2);
        let with_value: Vec<usize> = (0..lines.len()).filter(|at| colon(&lines[*at]).is_some()).collect();
        match self {
            Self::Remove(at, length) => {
                let at = at.index(text.len());
                text.drain(at..text.len().min(at + length));
                return text;
            }
            Self::Insert(at, bytes) => {
                let at = at.index(text.len());
                text.splice(at..at, bytes.iter().copied());
                return text;
            }
            Self::Truncate(at) => {
                text.truncate(at.index(text.len()));
                return text;
            }
            Self::RemoveLine(at) => drop(lines.remove(at.index(lines.len()))),
            Self::RepeatLine(at) => {
                let at = at.index(lines.len());
                lines.insert(at, lines[at].clone());
            }
            Self::SwapLines(one, other) => {
                let (one, other) = (one.index(lines.len()), other.index(lines.len()));
                lines.swap(one, other);
            }
            Self::Indent(at, columns) => {
                let line = at.index(lines.len());
                let line = &mut lines[line];
                match columns.unsigned_abs() {
                    right if *columns > 0 => drop(line.splice(0..0, vec![b' '; right])),
                    left => drop(line.drain(..left.min(line.iter().take_while(|byte| **byte == b' ').count()))),
                }
            }
            Self::Value(at, value) if !with_value.is_empty() => {
                let line = &mut lines[with_value[at.index(with_value.len())]];
                let from = colon(line).expect("it has a value");
                line.truncate(from);
                line.extend(value.bytes());
            }
            Self::MoveValue(from, to) if !with_value.is_empty() => {
                let [from, to] = [from, to].map(|at| with_value[at.index(with_value.len())]);
                let value = lines[from][colon(&lines[from]).expect("it has a value")..].to_vec();
                let at = colon(&lines[to]).expect("it has a value");
                lines[to].truncate(at);
                lines[to].extend(value);
            }
            Self::Value(..) | Self::MoveValue(..) => {}
            Self::MoveWord(from, to) => {
                let words = words(&text);
                if let [from, to] = [from, to].map(|at| words.get(at.index(words.len().max(1))).cloned())
                    && let (Some(from), Some(to)) = (from, to)
                {
                    let word = text[from].to_vec();
                    text.splice(to, word);
                }
                return text;
            }
            Self::Kind(at, kind) => {
                let text = String::from_utf8_lossy(&lines.join(&b'\n')).into_owned();
                let places: Vec<(usize, &str)> =
                    KINDS.iter().flat_map(|known| text.match_indices(known.name)).collect();
                let Some((from, known)) = places.get(at.index(places.len().max(1))) else { return text.into_bytes() };
                return format!("{}{kind}{}", &text[..*from], &text[from + known.len()..]).into_bytes();
            }
        }
        lines.join(&b'\n')
    }
}

/// Where the words of a text are: names, references, numbers.
fn words(text: &[u8]) -> Vec<Range<usize>> {
    let in_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_/.".contains(byte);
    let ends: Vec<usize> = (0..=text.len()).filter(|at| !text.get(*at).is_some_and(in_word)).collect();
    let starts = std::iter::once(0).chain(ends.iter().map(|end| end + 1));
    starts.zip(&ends).map(|(start, end)| start..*end).filter(|word| !word.is_empty()).collect()
}

/// A project, what is damaged of it, and how.
fn damaged() -> impl Strategy<Value = (Files, Files)> {
    let environments = prop_oneof![5 => Just(false), 1 => Just(true)];
    (select(Files::all()), environments, vec(damage(), 1..4)).prop_map(|(project, environments, damages)| {
        let damaged = project.damaged(environments, &damages);
        (project, damaged)
    })
}

fn cases(usual: u32) -> ProptestConfig {
    let asked_for = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    // What a seed stands for changes with the repository's stack files, so that none is kept.
    let failure_persistence = None;
    let cases = asked_for.unwrap_or(usual);
    ProptestConfig { cases, failure_persistence, max_shrink_iters: 200, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn what_is_damaged_is_reported_or_still_right(
        (_, damaged) in damaged(), environment in any::<Index>(),
    ) {
        let folder = tempfile::tempdir().expect("a folder can be made");
        damaged.write(folder.path());
        let start = Instant::now();
        let mut sources = Sources::default();
        let (project, mut found) = Project::load(folder.path(), &mut sources);
        if let Some(project) = project {
            let names: Vec<&str> = project.environments.all.keys().map(String::as_str).collect();
            let (synthesis, mistakes) = synthesize(&project, environment.get::<&str>(&names));
            found.extend(mistakes);
            prop_assert!(synthesis.is_some() || found.has_errors(), "nothing is said");
        } else {
            prop_assert!(found.has_errors(), "nothing is said");
        }
        render(&found, &sources, &Renderer::plain());
        prop_assert!(start.elapsed() < PATIENCE, "it takes too long");
    }
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn what_was_written_before_stays_whole((project, damaged) in damaged(), arguments in select(RUNS)) {
        let folder = tempfile::tempdir().expect("a folder can be made");
        project.write(&folder.path().join("stacks"));
        run(folder.path(), &["dev"])?;
        let before = tree(&folder.path().join("out"));
        damaged.write(&folder.path().join("stacks"));
        let (status, result, talk) = run(folder.path(), arguments)?;
        let after = tree(&folder.path().join("out"));
        let status = status.code();
        prop_assert!(matches!(status, Some(0..=2)), "{:?}: {}", status, talk);
        prop_assert!(!talk.contains("panicked") && !talk.contains("RUST_BACKTRACE"), "{}", talk);
        if status != Some(0) {
            prop_assert!(talk.contains("error["), "it says why:\n{}", talk);
            prop_assert!(arguments[0] == "list" || result.is_empty(), "half a result:\n{}", result);
            prop_assert!(after == before, "the output is as it was");
        }
        for (path, text) in after.iter().filter(|(path, _)| path.extension().is_some_and(|it| it == "json")) {
            let whole: Result<serde_json::Value, _> = serde_json::from_slice(text);
            prop_assert!(whole.is_ok(), "{:?} is not whole", path);
        }
        prop_assert!(after.keys().all(|path| !path.to_string_lossy().contains(".synth-") || path.ends_with(".synth-files")));
    }
}

const RUNS: &[&[&str]] = &[&["dev"], &["prod"], &["dev", "--format", "yaml"], &["staging", "--stdout"], &["list"]];

/// What a run of the command comes to.
fn run(folder: &Path, arguments: &[&str]) -> Result<(ExitStatus, String, String), TestCaseError> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_synth"));
    command.current_dir(folder).args(arguments);
    let [result, talk] = ["result", "talk"].map(|name| folder.join(name));
    let file = |path: &Path| Stdio::from(fs::File::create(path).expect("a file can be made"));
    let child = command.stdout(file(&result)).stderr(file(&talk)).spawn().expect("the command can be run");
    let status = wait(child)?;
    let text = |path: &Path| String::from_utf8_lossy(&fs::read(path).expect("it was written")).into_owned();
    Ok((status, text(&result), text(&talk)))
}

fn wait(mut child: Child) -> Result<ExitStatus, TestCaseError> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Some(status) = child.try_wait().expect("a process can be waited for") {
            return Ok(status);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill().expect("a process can be ended");
    Err(TestCaseError::fail("it does not end"))
}

fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    if folder.exists() {
        collect(folder, Path::new(""), &mut files);
    }
    files
}

#[test]
fn what_is_not_damaged_is_right() {
    for project in Files::all() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        project.write(folder.path());
        for environment in ["dev", "staging", "prod"] {
            let (synthesis, found) = try_synthesize(folder.path(), environment);
            assert!(synthesis.is_some(), "{}: {found}", project.stack.display());
        }
    }
}
