//! `synth completions`: what shells complete.

use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};

use super::{Arguments, Outcome};

/// Print a script by which a shell completes commands and options
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  source <(synth completions bash)     for this session
  synth completions fish > ~/.config/fish/completions/synth.fish")]
pub(super) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self) -> Outcome {
        let mut script = Vec::new();
        generate(self.shell, &mut Arguments::command(), "synth", &mut script);
        Outcome::result(String::from_utf8_lossy(&script).into_owned())
    }
}
