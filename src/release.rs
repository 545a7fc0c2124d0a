//! Synthesizes an environment and writes its output, all of it or nothing.

mod audited;
mod lost_keys;
mod manifest;
mod project;

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::definition::Project;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, Severity, Span};
use crate::output::{self, File};
use crate::parallel;
use crate::synth::{Synthesis, SynthesizedStack, synthesize};
use crate::template::{Format, LIMITS};

use self::lost_keys::lost_keys;
use self::manifest::{Manifest, seen_from_output};
pub use audited::Audited;
pub use project::create_project;

/// The output of an environment that is ready to be written.
#[derive(Debug)]
pub struct Release {
    /// What was synthesized.
    pub synthesis: Synthesis,
    project: PathBuf,
    format: Format,
    only: Vec<String>,
    matrix: Vec<File>,
}

/// What became of an environment's folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// The templates that were written.
    pub written: Vec<Written>,
    /// The files that an earlier run wrote, and that went since this one no longer does.
    pub gone: Vec<String>,
}

/// A template that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its number in the synthesis.
    pub stack: usize,
    /// The name of its file.
    pub name: String,
    /// How many bytes it has.
    pub bytes: usize,
    /// How many of them are sent at least, where it does not go through a bucket.
    pub sent: usize,
}

impl Release {
    /// Synthesizes an environment, of which the stacks of these names will be written, or all where there is none:
    /// `keys` in all its regions, `keys@eu-central-1` in one.
    pub fn prepare(
        project: &Project,
        environment: &str,
        only: &[String],
        format: Format,
    ) -> (Option<Self>, Diagnostics) {
        let (synthesis, mut found) = synthesize(project, environment);
        let Some(synthesis) = synthesis else { return (None, found) };
        let unknown = |name: &&String| !synthesis.stacks.iter().any(|stack| stack.is_called(name));
        for name in only.iter().filter(unknown) {
            let message = format!("no stack is called `{name}`");
            let diagnostic = Diagnostic::error(Code::UnknownReference, Place::CommandLine, message);
            let names: BTreeSet<String> = match name.contains('@') {
                true => synthesis.stacks.iter().map(SynthesizedStack::at_region).collect(),
                false => synthesis.stacks.iter().map(|stack| stack.stack.clone()).collect(),
            };
            found.push(diagnostic.nearest(name, names.iter().map(String::as_str)));
        }
        if found.has_errors() {
            let mistakes = found.into_iter().filter(|it| it.severity == Severity::Error);
            return (None, mistakes.collect()); // nothing else matters of a run that was not meant
        }
        let release =
            Self { synthesis, project: project.folder.clone(), format, only: only.to_vec(), matrix: Vec::new() };
        (Some(release), found)
    }

    /// Audits the templates of all stacks, also of those that will not be written: they are deployed together. Who may
    /// do what with their keys is written beside them from then on. `position` says where a place of a stack file is.
    pub fn audit(&mut self, position: &dyn Fn(Span) -> Option<String>) -> Audited {
        let audited = Audited::of(&self.synthesis, self.format, position);
        self.matrix.clone_from(&audited.matrix);
        audited
    }

    /// The stacks that will be written, with their numbers in the synthesis.
    pub fn selected(&self) -> impl Iterator<Item = (usize, &SynthesizedStack)> {
        let wanted =
            |stack: &SynthesizedStack| self.only.is_empty() || self.only.iter().any(|name| stack.is_called(name));
        self.synthesis.stacks.iter().enumerate().filter(move |(_, stack)| wanted(stack))
    }

    /// Those of them that have a template.
    pub fn written(&self) -> impl Iterator<Item = (usize, &SynthesizedStack)> {
        self.selected().filter(|(_, stack)| stack.is_written())
    }

    /// The template of a stack as a file.
    pub fn template(&self, stack: &SynthesizedStack) -> File {
        output::template(stack, self.format)
    }

    /// What concerns all stacks; nothing where only some were selected.
    pub fn scripts(&self) -> Vec<File> {
        if !self.only.is_empty() {
            return Vec::new();
        }
        let mut files = output::scripts(&self.synthesis, self.format);
        files.extend(self.matrix.iter().cloned());
        files
    }

    /// Writes the output into a folder. Every file is complete beside its place before the first is put there; what
    /// was written before and is no more goes, what others wrote stays. There is nothing where that failed, or where
    /// the folder is another project's, and then the old output is still there.
    pub fn write(&self, folder: &Path) -> (Option<Output>, Diagnostics) {
        let unwritable =
            |message: String| Diagnostic::error(Code::UnwritableOutput, Place::Path(folder.to_owned()), message);
        let failed = |error: io::Error| {
            let message = format!("cannot write to `{}`: {error}", folder.display());
            (None, unwritable(message).into())
        };
        let (before, stacks) = match self.open(folder) {
            Ok(opened) => opened,
            Err(error) => return failed(error),
        };
        if let Some(other) = before.stacks.filter(|other| *other != stacks) {
            let message = format!(
                "`{}` is the output of the project in `{other}`, as seen from there, and this is that in `{stacks}`",
                folder.parent().unwrap_or(folder).display()
            );
            let moved =
                format!("where it is the same one that moved, delete `{}`", folder.join(manifest::NAME).display());
            let diagnostic = unwritable(message).hint("`--out` names another folder: each project has one of its own");
            return (None, diagnostic.hint(moved).into());
        }
        let selected = self.selected().collect();
        let mut found: Diagnostics =
            parallel::map(selected, |(_, stack)| lost_keys(stack, folder)).into_iter().flatten().collect();
        if found.has_errors() {
            return (None, found);
        }
        match self.replace(folder, before.files, stacks) {
            Ok(output) => {
                found.extend(sizes(&output.written));
                (Some(output).filter(|_| !found.has_errors()), found)
            }
            Err(error) => failed(error),
        }
    }

    /// What a folder says of itself, and what it will say of whose it is.
    fn open(&self, folder: &Path) -> io::Result<(Manifest, String)> {
        fs::create_dir_all(folder)?;
        Ok((Manifest::read(folder)?, seen_from_output(&self.project, folder)?))
    }

    fn replace(&self, folder: &Path, before: BTreeSet<String>, stacks: String) -> io::Result<Output> {
        let staged = parallel::map(self.written().collect(), |(stack, synthesized)| {
            let file = self.template(synthesized);
            let (bytes, sent) = (file.text.len(), self.format.without_indentation(&file.text));
            let written = Written { stack, name: file.name.clone(), bytes, sent };
            stage(&file, folder).map(|staged| (staged, written))
        });
        let (mut files, written): (Vec<Staged>, Vec<Written>) =
            staged.into_iter().collect::<io::Result<Vec<_>>>()?.into_iter().unzip();
        if sizes(&written).has_errors() {
            return Ok(Output { written, gone: Vec::new() });
        }
        let beside = |(_, stack)| output::requests(stack).chain(output::env_file(stack));
        for file in self.selected().flat_map(beside).chain(self.scripts()) {
            files.push(stage(&file, folder)?);
        }
        let mut now: BTreeSet<String> = BTreeSet::new();
        if let Some(twice) = files.iter().find(|file| !now.insert(file.name.clone())) {
            let message = format!("two files are called `{}`, rename one of what they are of", twice.name);
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
        }
        let gone: Vec<String> =
            if self.only.is_empty() { before.difference(&now).cloned().collect() } else { Vec::new() };
        if !self.only.is_empty() {
            now.extend(before);
        }
        files.push(stage(&Manifest { stacks: Some(stacks), files: now }.file(), folder)?);

        for file in files {
            file.staged.persist(folder.join(&file.name))?;
        }
        for name in gone.iter().filter(|name| !name.contains(['/', '\\'])) {
            match fs::remove_file(folder.join(name)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(Output { written, gone })
    }
}

/// What CloudFormation says of the sizes of templates.
fn sizes(written: &[Written]) -> Diagnostics {
    let mut found = Diagnostics::default();
    for Written { name, bytes, .. } in written.iter().filter(|template| template.bytes > LIMITS.body) {
        let message = format!("`{name}` has {bytes} bytes, CloudFormation accepts {}", LIMITS.body);
        found.push(Diagnostic::error(Code::LimitExceeded, Place::CommandLine, message));
    }
    let large: Vec<&str> =
        written.iter().filter(|it| it.sent > LIMITS.inline_body).map(|it| it.name.as_str()).collect();
    if let [first, others @ ..] = large.as_slice() {
        let (subject, they) = match others.len() {
            0 => (format!("`{first}` has"), "it goes"),
            1 => (format!("`{first}` and 1 other have"), "they go"),
            others => (format!("`{first}` and {others} others have"), "they go"),
        };
        let message = format!("{subject} more than {} bytes: {they} through a bucket", LIMITS.inline_body);
        let hint = "S3_BUCKET=name for deploy.sh, or `--s3-bucket` for `aws cloudformation deploy`";
        found.push(Diagnostic::note(Code::LimitExceeded, Place::CommandLine, message).hint(hint));
    }
    found
}

/// A file, complete under a name that it does not keep.
struct Staged {
    staged: NamedTempFile,
    name: String,
}

fn stage(file: &File, folder: &Path) -> io::Result<Staged> {
    if folder.join(&file.name).is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, format!("`{}` is a folder", file.name)));
    }
    let mut staged = tempfile::Builder::new().prefix(".synth-").tempfile_in(folder)?;
    staged.write_all(file.text.as_bytes())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = if file.executable { 0o755 } else { 0o644 };
        staged.as_file().set_permissions(fs::Permissions::from_mode(mode))?;
    }
    Ok(Staged { staged, name: file.name.clone() })
}
