//! `synth schema`: what editors need to check, complete and explain files.

use clap::{Args, ValueEnum};

use super::Outcome;
use crate::definition::stack_file_schema;
use crate::environment::environments_schema;

/// Print the JSON Schema of stack files, or of `environments.yaml`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  synth schema > stack.schema.json
  synth schema environments > environments.schema.json

Editors complete and check files that begin with
  # yaml-language-server: $schema=../stack.schema.json")]
pub(super) struct PrintSchema {
    /// Whose schema
    #[arg(value_enum, default_value_t)]
    of: Described,
}

/// A kind of file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Described {
    /// Stack files
    #[default]
    Stack,
    /// The file `environments.yaml`
    Environments,
}

impl PrintSchema {
    pub(super) fn run(&self) -> Outcome {
        let schema = match self.of {
            Described::Stack => stack_file_schema(),
            Described::Environments => environments_schema(),
        };
        Outcome::result(format!("{schema:#}\n"))
    }
}
