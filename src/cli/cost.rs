//! `synth cost`: what keys cost a month.

use std::path::PathBuf;

use clap::{Args, value_parser};

use super::{Load, Outcome};
use crate::diagnostic::{Place, Sources};
use crate::environment::unknown_environment;
use crate::output::cost::{Keys, of_environment, of_keys};
use crate::synth;

/// Show what the keys of an environment cost a month, with requests or without
#[derive(Debug, Args)]
#[command(after_help = "Each key and each replica costs 1.00 US dollar a month, and 1.00 more after its first rotation
and after its second: `year 3+` is the most that it comes to. 10,000 requests cost 0.03; 20,000 a
month are free, of an account with all that is in it. Requests with asymmetric keys cost more, and
China has other prices: <https://aws.amazon.com/kms/pricing/>

Examples:
  synth cost prod
  synth cost prod --requests 500000
  synth cost --keys 2 --requests 5000000   of two keys that rotate every year")]
pub(super) struct Cost {
    /// The environment whose keys are counted
    #[arg(value_name = "ENV", required_unless_present = "keys")]
    environment: Option<String>,
    /// What so many keys cost that rotate every year
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(..=1_000_000))]
    keys: Option<u64>,
    /// With so many requests a month
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(..=1_000_000_000_000))]
    requests: Option<u64>,
    /// The folder of stack files and `environments.yaml`
    #[arg(long = "stacks", value_name = "DIR", default_value = "stacks")]
    folder: PathBuf,
}

impl Cost {
    pub(super) fn run(&self, load: &Load<'_>, sources: &mut Sources) -> Outcome {
        let mut outcome = self
            .environment
            .as_ref()
            .map_or_else(Outcome::default, |environment| self.of_environment(environment, load, sources));
        if let Some(keys) = self.keys.filter(|_| !outcome.found.has_errors()) {
            if !outcome.result.is_empty() {
                outcome.result.push('\n');
            }
            outcome.result += &of_keys(Keys::yearly(keys), self.requests);
        }
        outcome
    }

    fn of_environment(&self, environment: &str, load: &Load<'_>, sources: &mut Sources) -> Outcome {
        let (project, mut found) = load(&self.folder, sources);
        let Some(project) = project else { return Outcome { found, ..Outcome::default() } };
        if !project.environments.all.contains_key(environment) {
            let names = project.environments.all.keys().map(String::as_str);
            found.push(unknown_environment(environment, Place::CommandLine, names));
            return Outcome { found, ..Outcome::default() };
        }
        let (synthesis, mistakes) = synth::synthesize(&project, environment);
        found.extend(mistakes);
        let Some(synthesis) = synthesis else { return Outcome { found, ..Outcome::default() } };
        let (models, _) = synth::name(&project, &[environment]); // whose mistakes are among those of the synthesis
        let result = of_environment(&models[environment], &synthesis, self.requests.filter(|_| self.keys.is_none()));
        Outcome { result, found, ..Outcome::default() }
    }
}
