//! `synth decide`: what IAM would answer.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use serde_json::Value;

use super::Outcome;
use crate::access::{Decision, Malformed, Question, decide};
use crate::diagnostic::{Code, Diagnostic, Place, read_text};

/// Decide requests as IAM would, from the policies that are given with each
#[derive(Debug, Args)]
#[command(after_help = "Each line is a request with its policies, as JSON:
  {\"id\": 1,
   \"request\": {\"action\": \"kms:Decrypt\",
               \"resource\": \"arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab\",
               \"resource_account\": \"111122223333\",
               \"principal\": \"arn:aws:sts::111122223333:assumed-role/app/session\",
               \"context\": {\"kms:ViaService\": \"dynamodb.eu-west-1.amazonaws.com\"}},
   \"identity_policies\": [{\"name\": \"app\", \"policy\": {…}}],
   \"resource_policy\": {…}, \"scps\": […], \"rcps\": […], \"boundaries\": […],
   \"session_policy\": {…}, \"endpoint_policies\": […], \"grants\": […]}

Each line of the result is a decision: Allowed, ExplicitlyDenied, ImplicitlyDenied, or Unknown where
it depends on a function of CloudFormation that stands in a policy in place of a text:
  {\"id\": 1, \"decision\": \"Allowed\",
   \"because\": {\"source\": \"resource policy\", \"statement\": \"App\", \"condition\": null}}

A line that is malformed gives {\"id\": …, \"error\": \"…\"}, and the exit status is then 2.

Examples:
  synth decide requests.jsonl
  synth decide - < requests.jsonl")]
pub(super) struct Decide {
    /// The file of requests; `-` is standard input
    file: PathBuf,
}

#[derive(Serialize)]
struct Answer<'l> {
    /// Nothing where the line has none.
    id: Option<&'l Value>,
    #[serde(flatten)]
    decision: Option<Decision>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Decide {
    pub(super) fn run(&self) -> Outcome {
        let text = match read(&self.file) {
            Ok(text) => text,
            Err(diagnostic) => return diagnostic.into(),
        };
        let mut outcome = Outcome::default();
        let mut malformed = Vec::new();
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let (answer, right) = answer(line);
            outcome.result += &answer;
            if !right {
                malformed.push((at + 1).to_string());
            }
        }
        if !malformed.is_empty() {
            let lines = if malformed.len() == 1 { "line" } else { "lines" };
            let message = format!("`{}` has malformed {lines}: {}", self.file.display(), malformed.join(", "));
            outcome.found.push(Diagnostic::error(Code::InvalidValue, Place::CommandLine, message));
        }
        outcome
    }
}

fn read(file: &Path) -> Result<String, Diagnostic> {
    if file != Path::new("-") {
        return read_text(file, &format!("`{}`", file.display()), Place::CommandLine);
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|error| {
        Diagnostic::error(Code::UnreadableFile, Place::CommandLine, format!("cannot read standard input: {error}"))
    })?;
    Ok(text)
}

/// The answer to a line, and whether the line was right.
fn answer(line: &str) -> (String, bool) {
    let json: Result<Value, _> = serde_json::from_str(line);
    let (id, decision) = match &json {
        Ok(json) => {
            let question = Question::parse(json).map_err(|found| {
                let all: Vec<String> = found.iter().map(Malformed::to_string).collect();
                all.join("; ")
            });
            (json.get("id"), question.map(|question| decide(&question.request, &question.policies)))
        }
        Err(error) => (None, Err(format!("not JSON: {error}"))),
    };
    let right = decision.is_ok();
    let (decision, error) = decision.map_or_else(|error| (None, Some(error)), |decision| (Some(decision), None));
    (format!("{}\n", serde_json::json!(Answer { id, decision, error })), right)
}
