//! Writes the files of a new project, all of them or none.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::stage;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use crate::output::{self, File};

/// Makes a new project in a folder, which need not be there. No file is overwritten: where one of the project's is
/// there already, nothing is written. The result is what was written.
pub fn create_project(folder: &Path) -> (Option<Vec<PathBuf>>, Diagnostics) {
    let there = |file: &File| folder.join(&file.name).symlink_metadata().is_ok();
    let files = output::project();
    if let Some(file) = files.iter().find(|file| there(file)) {
        return (None, is_there(&folder.join(&file.name)).into());
    }
    match create(&files, folder) {
        Ok(()) => (Some(files.iter().map(|file| folder.join(&file.name)).collect()), Diagnostics::default()),
        Err(error) => {
            let message = format!("cannot make a project in `{}`: {error}", folder.display());
            let place = Place::Path(folder.to_owned());
            (None, Diagnostic::error(Code::UnwritableOutput, place, message).into())
        }
    }
}

fn is_there(path: &Path) -> Diagnostic {
    let message = format!("`{}` is there already", path.display());
    let place = Place::Path(path.to_owned());
    Diagnostic::error(Code::UnwritableOutput, place, message)
        .hint("`synth init <DIR>` makes a project in a folder of its own")
}

fn create(files: &[File], folder: &Path) -> io::Result<()> {
    let mut made = Made::default();
    made.folder(folder)?;
    let mut staged = Vec::new();
    for file in files {
        made.folder(folder.join(&file.name).parent().unwrap_or(folder))?;
        staged.push(stage(file, folder)?);
    }
    for file in staged {
        let path = folder.join(&file.name);
        file.staged.persist_noclobber(&path)?;
        made.paths.push(path);
    }
    made.paths.clear();
    Ok(())
}

/// Files and folders that were made, and go again unless all are.
#[derive(Default)]
struct Made {
    paths: Vec<PathBuf>,
}

impl Made {
    fn folder(&mut self, path: &Path) -> io::Result<()> {
        if path.as_os_str().is_empty() || path.is_dir() {
            return Ok(());
        }
        self.folder(path.parent().unwrap_or(Path::new("")))?;
        fs::create_dir(path)?;
        self.paths.push(path.to_owned());
        Ok(())
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        for path in self.paths.iter().rev() {
            // What cannot be taken away again stays: the reason why the project was not made is what is reported.
            let _ = if path.is_dir() { fs::remove_dir(path) } else { fs::remove_file(path) };
        }
    }
}
