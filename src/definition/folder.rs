//! The stack files of a folder and of the folders in it.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::load::ENVIRONMENTS;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place};

/// The paths of all stack files, in order. What is hidden, such as an editor's copy of a file, is none. There is
/// nothing where the folder itself cannot be read.
pub(super) fn stack_files(folder: &Path) -> (Option<Vec<PathBuf>>, Diagnostics) {
    let mut walk = Walk::default();
    if let Err(error) = walk.enter(folder) {
        let hint = "`synth init` makes a new project, and `--stacks` names another folder";
        return (None, cannot_read(folder, &error).hint(hint).into());
    }
    walk.paths.sort();
    (Some(walk.paths), walk.found)
}

/// The folders in a folder that are projects of their own, in order.
pub(super) fn projects_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut projects: Vec<PathBuf> =
        entries.map(|entry| entry.path()).filter(|it| it.join(ENVIRONMENTS).exists()).collect();
    projects.sort();
    projects.iter().map(|project| project.display().to_string()).collect()
}

#[derive(Default)]
struct Walk {
    paths: Vec<PathBuf>,
    /// The folders that were entered, by where they really are: links can lead to one twice, or round in a circle.
    entered: HashMap<PathBuf, PathBuf>,
    found: Diagnostics,
}

impl Walk {
    fn enter(&mut self, folder: &Path) -> io::Result<()> {
        let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<PathBuf>>>();
        let mut entries = entries?;
        entries.retain(|path| path.file_name().is_none_or(|name| !name.as_encoded_bytes().starts_with(b".")));
        entries.sort();
        let real = fs::canonicalize(folder)?;
        if let Some(first) = self.entered.get(&real) {
            let message = format!("`{}` is the folder `{}`, which is read already", folder.display(), first.display());
            let diagnostic = Diagnostic::error(Code::UnreadableFile, Place::Path(folder.to_owned()), message);
            self.found.push(diagnostic.hint("take the link out"));
            return Ok(());
        }
        self.entered.insert(real, folder.to_owned());
        for path in entries {
            if path.is_dir() {
                if !path.join(ENVIRONMENTS).exists()
                    && let Err(error) = self.enter(&path)
                {
                    self.found.push(cannot_read(&path, &error));
                }
            } else if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
                && path.file_name().is_some_and(|name| name != ENVIRONMENTS)
            {
                self.paths.push(path);
            }
        }
        Ok(())
    }
}

fn cannot_read(folder: &Path, error: &io::Error) -> Diagnostic {
    let message = format!("cannot read `{}`: {error}", folder.display());
    Diagnostic::error(Code::UnreadableFile, Place::Path(folder.to_owned()), message)
}
