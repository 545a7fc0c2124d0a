//! `synth explain`: what a code means.

use clap::{Args, ValueEnum};

use super::Outcome;
use crate::diagnostic::{Code, Diagnostic, Place};

/// Explain what the code of a finding means
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  synth explain                    list all codes
  synth explain weaker-protection")]
pub(super) struct Explain {
    /// The code, as it stands in brackets behind `error`; without one, all are listed
    code: Option<String>,
}

impl Explain {
    pub(super) fn run(&self) -> Outcome {
        let Some(word) = &self.code else { return Outcome { result: all(), ..Outcome::default() } };
        let Some(code) = Code::find(word) else { return unknown(word).into() };
        Outcome { result: format!("{}\n\n{}\n", code.name(), code.explanation()), ..Outcome::default() }
    }
}

fn unknown(word: &str) -> Diagnostic {
    let message = format!("`{word}` is not the code of a finding");
    let names: Vec<String> = Code::value_variants().iter().map(|code| code.name()).collect();
    let diagnostic = Diagnostic::error(Code::InvalidValue, Place::CommandLine, message);
    diagnostic.nearest(word, names.iter().map(String::as_str))
}

/// A line for each code: its name, and the first sentence of its explanation.
fn all() -> String {
    let codes: Vec<(String, String)> =
        Code::value_variants().iter().map(|code| (code.name(), code.explanation())).collect();
    let width = codes.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let line = |(name, explanation): &(String, String)| {
        let words: Vec<&str> = explanation.split_whitespace().collect();
        let sentence = words.split_inclusive(|word| word.ends_with('.')).next().unwrap_or_default().join(" ");
        format!("{name:<width$}  {sentence}\n")
    };
    codes.iter().map(line).collect()
}
