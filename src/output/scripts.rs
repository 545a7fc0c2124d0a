//! `deploy.sh` and `destroy.sh`.

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, context};

use super::{File, template_name};
use crate::synth::Synthesis;
use crate::template::Format;

/// No resource that holds data or a key is replaced or deleted by an update of its stack.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/protect-stack-resources.html>
const STACK_POLICY: &str = concat!(
    r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"Update:*","Resource":"*"},"#,
    r#"{"Effect":"Deny","Principal":"*","Action":["Update:Replace","Update:Delete"],"Resource":"*","#,
    r#""Condition":{"StringEquals":{"ResourceType":["#,
    r#""AWS::DynamoDB::Table","AWS::KMS::Alias","AWS::KMS::Key","AWS::Logs::LogGroup"]}}}]}"#,
);

pub(super) fn render(synthesis: &Synthesis, format: Format) -> Vec<File> {
    let stacks: Vec<_> = synthesis
        .stacks
        .iter()
        .map(|stack| {
            let region = stack.target.region.as_ref();
            context! {
                name => &stack.stack_name,
                template => template_name(stack, format),
                region => region.map_or(String::new(), |region| format!(" --region {region}")),
                protected => stack.termination_protection,
            }
        })
        .collect();
    let account = synthesis.stacks.iter().find_map(|stack| stack.target.account.as_ref());
    let values = context! {
        environment => &synthesis.environment,
        account => account.map(ToString::to_string),
        stack_policy => STACK_POLICY,
        stacks => stacks,
    };
    let script = |name: &str, text: &str| {
        let mut engine = Environment::new();
        let syntax = SyntaxConfig::builder().keep_trailing_newline(true).trim_blocks(true).build();
        engine.set_syntax(syntax.expect("these are minijinja's own delimiters"));
        let text = engine.render_str(text, &values).expect("the scripts are templates");
        File { name: name.to_owned(), text, executable: true }
    };
    let mut scripts = vec![script("deploy.sh", include_str!("../../templates/deploy.sh"))];
    if !synthesis.stacks.iter().any(|stack| stack.termination_protection) && synthesis.house.is_open() {
        scripts.push(script("destroy.sh", include_str!("../../templates/destroy.sh")));
    }
    scripts
}
