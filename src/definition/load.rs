//! Reading a folder of stack files.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Project, StackFile};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, FileId, Place, Sources};
use crate::document::{Node, Tags, parse};
use crate::environment::Environments;
use crate::parallel;

/// The file that lists the environments of the folder it lies in.
const ENVIRONMENTS: &str = "environments.yaml";

impl Project {
    /// Reads `environments.yaml` and every stack file in a folder and the folders in it. A folder that has an
    /// `environments.yaml` of its own is another project, and left out.
    ///
    /// # Errors
    /// What cannot be read, or is not YAML. Stack files with mistakes in them are left out of the project.
    pub fn load(folder: &Path, sources: &mut Sources) -> (Option<Project>, Diagnostics) {
        let mut paths = Vec::new();
        if let Err(error) = stack_files(folder, &mut paths) {
            return (None, error.into());
        }
        paths.sort();
        Self::load_files(&folder.join(ENVIRONMENTS), &paths, sources)
    }

    /// Reads one `environments.yaml` and these stack files.
    ///
    /// # Errors
    /// As [`Project::load`].
    pub fn load_files(
        environments: &Path,
        stacks: &[PathBuf],
        sources: &mut Sources,
    ) -> (Option<Project>, Diagnostics) {
        let mut found = Diagnostics::default();
        let environments = found.take(read(environments, sources).map_err(Into::into));
        if stacks.is_empty() && !found.has_errors() {
            let place = Place::Path(PathBuf::from("."));
            let message = "there are no stack files here: YAML files beside `environments.yaml`";
            found.push(Diagnostic::error(Code::NoStacks, place, message));
        }
        let texts: Vec<(FileId, &PathBuf)> = stacks
            .iter()
            .filter_map(|path| Some((found.take(read(path, sources).map_err(Into::into))?, path)))
            .collect();
        let sources = &*sources;
        let parsed = parallel::map(texts, |(file, path)| (file, path, parse(file, sources.text(file), Tags::Refused)));
        let (mut files, mut broken) = (Vec::new(), Vec::new());
        for (file, path, (node, mistakes)) in parsed {
            found.extend(mistakes);
            match node {
                Some(node) => files.push(stack_file(file, path, node)),
                None => broken.push(stem(path).into()),
            }
        }
        let environments = environments.and_then(|file| {
            let (node, mistakes) = parse(file, sources.text(file), Tags::Refused);
            found.extend(mistakes);
            let (environments, mistakes) = Environments::read(&node?);
            found.extend(mistakes);
            environments
        });
        (environments.map(|environments| Project { environments, files, broken }), found)
    }
}

fn stack_file(file: FileId, path: &Path, node: Node) -> StackFile {
    StackFile { file, stem: stem(path), folder: path.parent().unwrap_or(Path::new("")).into(), node }
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// The stack files of a folder and the folders in it.
fn stack_files(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<(), Diagnostic> {
    let unreadable = |error: std::io::Error| cannot("read", folder, &error);
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_dir() {
            if !path.join(ENVIRONMENTS).exists() {
                stack_files(&path, paths)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
            && path.file_name().is_some_and(|name| name != ENVIRONMENTS)
        {
            paths.push(path);
        }
    }
    Ok(())
}

fn read(path: &Path, sources: &mut Sources) -> Result<FileId, Diagnostic> {
    let text = fs::read_to_string(path).map_err(|error| cannot("read", path, &error))?;
    if u32::try_from(text.len()).is_err() {
        let message = "files over 4 GiB are not read";
        return Err(Diagnostic::error(Code::UnreadableFile, Place::Path(path.to_owned()), message));
    }
    Ok(sources.add(path.to_string_lossy(), text))
}

/// A file or folder that something could not be done with.
fn cannot(verb: &str, path: &Path, error: &std::io::Error) -> Diagnostic {
    let message = format!("cannot {verb} `{}`: {error}", path.display());
    Diagnostic::error(Code::UnreadableFile, Place::Path(path.to_owned()), message)
}
