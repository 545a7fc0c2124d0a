//! Reading a folder of stack files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use indexmap::IndexMap;

use super::folder::{projects_in, stack_files};
use super::{Project, StackFile};
use crate::construct::Folder;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, FileId, Place, Sources, listed, read_text};
use crate::document::{Node, Tags, parse};
use crate::environment::Environments;
use crate::parallel;

/// The file that lists the environments of the folder it lies in.
pub(crate) const ENVIRONMENTS: &str = "environments.yaml";

impl Project {
    /// Reads `environments.yaml` and every stack file in a folder and the folders in it. What is hidden is left out,
    /// and so is a folder that has an `environments.yaml` of its own, which is another project.
    ///
    /// # Errors
    /// What cannot be read, or is not YAML. Stack files with mistakes in them are left out of the project.
    pub fn load(folder: &Path, sources: &mut Sources) -> (Option<Project>, Diagnostics) {
        let (paths, mut found) = stack_files(folder);
        let Some(paths) = paths else { return (None, found) };
        let (project, mistakes) = Self::load_files(&folder.join(ENVIRONMENTS), &paths, sources);
        found.extend(mistakes);
        (project, found)
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
        let folder = environments.parent().unwrap_or(environments);
        let (environments, mut found) = self::environments(environments, sources);
        if stacks.is_empty() && found.iter().all(|mistake| mistake.code != Code::UnreadableFile) {
            found.push(no_stacks(folder));
        }
        let mut broken: Vec<Arc<str>> = Vec::new();
        let mut texts: Vec<(FileId, &PathBuf)> = Vec::with_capacity(stacks.len());
        for path in stacks {
            match read(path, sources) {
                Ok(file) => texts.push((file, path)),
                Err(diagnostic) => {
                    found.push(diagnostic);
                    broken.push(stem(path).into());
                }
            }
        }
        let sources = &*sources;
        let parsed = parallel::map(texts, |(file, path)| (file, path, parse(file, sources.text(file), Tags::Refused)));
        let mut files = Vec::new();
        for (file, path, (node, mistakes)) in parsed {
            found.extend(mistakes);
            match node {
                Some(node) => files.push(stack_file(file, path, folder, node)),
                None => broken.push(called(sources.text(file)).unwrap_or_else(|| stem(path)).into()),
            }
        }
        let (folder, in_rust) = (folder.to_owned(), IndexMap::new());
        (environments.map(|environments| Project { folder, environments, files, broken, in_rust }), found)
    }
}

/// The environments of an `environments.yaml`.
pub(crate) fn environments(path: &Path, sources: &mut Sources) -> (Option<Environments>, Diagnostics) {
    let file = match read(path, sources) {
        Ok(file) => file,
        Err(mistake) => return (None, mend(mistake, path).into()),
    };
    let (node, mut found) = parse(file, sources.text(file), Tags::Refused);
    let Some(node) = node else { return (None, found) };
    let (environments, mistakes) = Environments::read(&node);
    found.extend(mistakes);
    (environments, found)
}

fn stack_file(file: FileId, path: &Path, stacks: &Path, node: Node) -> StackFile {
    let folder = Folder::new(path.parent().unwrap_or(Path::new("")), stacks);
    StackFile { file, stem: stem(path), folder, node }
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// What a text that is no YAML calls its stack.
fn called(text: &str) -> Option<String> {
    let name = text.lines().find_map(|line| line.strip_prefix("stack:"))?;
    Some(name.split('#').next()?.trim().trim_matches(['"', '\'']).to_owned())
}

fn read(path: &Path, sources: &mut Sources) -> Result<FileId, Diagnostic> {
    let text = read_text(path, &format!("`{}`", path.display()), Place::Path(path.to_owned()))?;
    Ok(sources.add(path.to_string_lossy(), text))
}

/// What would mend that `environments.yaml` cannot be read.
fn mend(diagnostic: Diagnostic, environments: &Path) -> Diagnostic {
    if environments.exists() {
        return diagnostic;
    }
    let projects = environments.parent().map(projects_in).unwrap_or_default();
    if let Some(first) = projects.first() {
        let are = listed(projects.iter().map(String::as_str));
        let hint = format!("projects in there: {are}; each by itself, such as `--stacks {first} --out {first}/out`");
        return diagnostic.hint(hint);
    }
    match environments.with_extension("yml") {
        other if other.exists() => diagnostic.hint(format!("`{}` has to end in `.yaml`", other.display())),
        _ => diagnostic.hint("it lists the environments, such as `environments: { dev: { protection: open } }`"),
    }
}

fn no_stacks(folder: &Path) -> Diagnostic {
    let message = format!("there are no stack files in `{}`: YAML files beside `{ENVIRONMENTS}`", folder.display());
    Diagnostic::error(Code::NoStacks, Place::Path(folder.to_owned()), message)
}
