//! The files that stacks name.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Span, read_text};

/// Where the files lie that a stack names.
#[derive(Clone, Debug)]
pub struct Folder {
    /// That of the stack file: paths begin there.
    own: Arc<Path>,
    /// That of all stack files. It stands in the project's folder, which no path leaves.
    stacks: Arc<Path>,
}

impl Folder {
    /// The folder of a stack file, and that of all of them.
    pub fn new(own: &Path, stacks: &Path) -> Self {
        Self { own: own.into(), stacks: stacks.into() }
    }

    /// The text of a file. A link counts as what it leads to.
    ///
    /// # Errors
    /// If the path is absolute or leaves the project, or the file cannot be read as text.
    pub(super) fn text(&self, path: &str, at: Span) -> Result<String, Diagnostic> {
        if Path::new(path).is_absolute() {
            let message = format!("`{path}` is not a path from the stack file's folder");
            return Err(Diagnostic::error(Code::UnreadableFile, at, message));
        }
        let file = self.own.join(path);
        if self.is_outside(&file) {
            let message =
                format!("`{path}` leaves the project, which is the folder that holds that of the stack files");
            let diagnostic = Diagnostic::error(Code::UnreadableFile, at, message);
            return Err(diagnostic.hint("a template holds nothing that is not reviewed with it: move the file there"));
        }
        read_text(&file, &format!("`{path}` beside the stack file"), at)
    }

    /// Whether a file is elsewhere than in the project, or beside a stack file that a link brings into it.
    fn is_outside(&self, file: &Path) -> bool {
        let Ok(file) = fs::canonicalize(file) else { return false }; // it is reported that it cannot be read
        let (own, stacks) = (real(&self.own), real(&self.stacks));
        let project = stacks.map(|stacks| stacks.parent().unwrap_or(&stacks).to_owned());
        ![own, project].into_iter().flatten().any(|folder| file.starts_with(folder))
    }
}

/// Where a folder really is; the path of the current one can be empty.
fn real(folder: &Path) -> io::Result<PathBuf> {
    fs::canonicalize(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })
}
