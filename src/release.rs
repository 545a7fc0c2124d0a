//! Synthesizes an environment and writes its output, all of it or nothing.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::definition::Project;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use crate::output::{self, File};
use crate::parallel;
use crate::synth::{Synthesis, synthesize};
use crate::template::{Format, LIMITS};

/// The file in an environment's folder that lists what was written there.
const MANIFEST: &str = ".synth-files";

/// The output of an environment that is ready to be written.
#[derive(Debug)]
pub struct Release {
    /// What was synthesized.
    pub synthesis: Synthesis,
    /// The templates of the selected stacks, by their number in the synthesis.
    pub templates: Vec<(usize, File)>,
    /// What concerns all stacks; empty where only some were selected.
    pub scripts: Vec<File>,
    selected: bool,
}

impl Release {
    /// Synthesizes an environment, and prints the stacks of these names, or all where there is none.
    pub fn prepare(
        project: &Project,
        environment: &str,
        only: &[String],
        format: Format,
    ) -> (Option<Self>, Diagnostics) {
        let (synthesis, mut found) = synthesize(project, environment);
        let Some(synthesis) = synthesis else { return (None, found) };
        let names: BTreeSet<&str> = synthesis.stacks.iter().map(|stack| stack.stack.as_str()).collect();
        for name in only.iter().filter(|name| !names.contains(name.as_str())) {
            let message = format!("no stack is called `{name}`");
            let diagnostic = Diagnostic::error(Code::UnknownReference, Place::CommandLine, message);
            found.push(diagnostic.nearest(name, names.iter().copied()));
        }
        let wanted =
            |(_, stack): &(usize, &crate::synth::SynthesizedStack)| only.is_empty() || only.contains(&stack.stack);
        let wanted: Vec<_> = synthesis.stacks.iter().enumerate().filter(wanted).collect();
        let templates = parallel::map(wanted, |(at, stack)| (at, output::template(stack, format)));
        for (_, file) in &templates {
            let bytes = file.text.len();
            if bytes > LIMITS.body {
                let message = format!("`{}` has {bytes} bytes, CloudFormation accepts {}", file.name, LIMITS.body);
                found.push(Diagnostic::error(Code::LimitExceeded, Place::CommandLine, message));
            } else if bytes > LIMITS.inline_body {
                let message =
                    format!("`{}` has {bytes} bytes: more than {} go through a bucket", file.name, LIMITS.inline_body);
                let hint = "S3_BUCKET=name for deploy.sh, or `--s3-bucket` for `aws cloudformation deploy`";
                found.push(Diagnostic::note(Code::LimitExceeded, Place::CommandLine, message).hint(hint));
            }
        }
        let selected = !only.is_empty();
        let scripts = if selected { Vec::new() } else { output::scripts(&synthesis, format) };
        let release = Self { synthesis, templates, scripts, selected };
        (Some(release).filter(|_| !found.has_errors()), found)
    }

    /// Writes the output into a folder. Every file is complete beside its place before the first is put there; what
    /// was written before and is no more goes, what others wrote stays.
    ///
    /// # Errors
    /// If the folder cannot be written to. Then the old output is still there.
    pub fn write(&self, folder: &Path) -> Result<(), Diagnostic> {
        self.replace(folder).map_err(|error| {
            let message = format!("cannot write to `{}`: {error}", folder.display());
            Diagnostic::error(Code::UnwritableOutput, Place::Path(folder.to_owned()), message)
        })
    }

    fn replace(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        let before: BTreeSet<String> = match fs::read_to_string(folder.join(MANIFEST)) {
            Ok(text) => text.lines().map(str::to_owned).collect(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => BTreeSet::new(),
            Err(error) => return Err(error),
        };
        let files = || self.templates.iter().map(|(_, file)| file).chain(&self.scripts);
        let mut now: BTreeSet<String> = files().map(|file| file.name.clone()).collect();
        let gone: Vec<&String> = if self.selected { Vec::new() } else { before.difference(&now).collect() };
        let gone: Vec<String> = gone.into_iter().filter(|name| !name.contains(['/', '\\'])).cloned().collect();
        if self.selected {
            now.extend(before.iter().cloned());
        }
        let text = now.iter().fold(String::new(), |text, name| text + name + "\n");
        let manifest = File { name: MANIFEST.to_owned(), text, executable: false };
        if let Some(file) = files().find(|file| folder.join(&file.name).is_dir()) {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, format!("`{}` is a folder", file.name)));
        }
        let staged: io::Result<Vec<_>> = files().chain([&manifest]).map(|file| stage(file, folder)).collect();
        for (file, name) in staged? {
            file.persist(folder.join(name))?;
        }
        for name in gone {
            match fs::remove_file(folder.join(name)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

/// A file, complete under a name that it does not keep.
fn stage<'f>(file: &'f File, folder: &Path) -> io::Result<(NamedTempFile, &'f str)> {
    let mut staged = tempfile::Builder::new().prefix(".synth-").tempfile_in(folder)?;
    staged.write_all(file.text.as_bytes())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = if file.executable { 0o755 } else { 0o644 };
        staged.as_file().set_permissions(fs::Permissions::from_mode(mode))?;
    }
    Ok((staged, &file.name))
}
