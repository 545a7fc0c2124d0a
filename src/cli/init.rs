//! `synth init`: makes a new project.

use std::path::{Path, PathBuf};

use clap::Args;

use super::Outcome;
use crate::release;

/// Make a new project: environments and an example of a stack
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  synth init        in this folder
  synth init shop   in a folder of its own

No file is overwritten: where one is there already, nothing is written.")]
pub(super) struct Init {
    /// The project's folder; it need not be there
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
}

impl Init {
    pub(super) fn run(&self) -> Outcome {
        let (written, found) = release::create_project(&self.folder);
        let Some(written) = written else { return Outcome { found, ..Outcome::default() } };
        let result = written.iter().fold(String::new(), |list, path| format!("{list}{}\n", path.display()));
        let enter =
            if self.folder == Path::new(".") { String::new() } else { format!("cd {}; ", self.folder.display()) };
        Outcome { result, found, talk: format!("made a project; next: {enter}synth dev\n"), ..Outcome::default() }
    }
}
