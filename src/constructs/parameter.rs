//! `Parameter`

use schemars::JsonSchema;
use serde::Deserialize;

use super::encrypted_function::Variable;
use super::stored::{self, Facts};
use crate::cfn::{Handle, Val, ssm};
use crate::construct::{Construct, Cx, Naming, Resources, Uses};
use crate::diagnostic::{Diagnostics, Result};
use crate::document::{OneOrMany, Spanned};
use crate::name::{Tags, Text};
use crate::service::ssm as facts;

/// A parameter of Systems Manager that is no secret: a text that others look up by name.
///
/// It is not encrypted: what is secret is an `EncryptedSecret` or a `SecureParameter`. Roles are granted `read`,
/// `write` or `read-write` on it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Parameter {
    /// Its value: a text, what another construct is called (`{ ref: storage/orders.name }`), or a list of these.
    pub value: OneOrMany<Variable>,
    /// What it is for, in at most 1024 characters.
    pub description: Option<Text<1024>>,
    /// A regular expression that every value has to match, also later ones.
    pub allowed_pattern: Option<Spanned<Text<1024>>>,
    /// Tags, besides the stack's.
    #[serde(default)]
    pub tags: Tags,
}

impl Parameter {
    /// A parameter with these values, of which there is one for a text and more for a list, and every other property at
    /// its default.
    pub fn new<const N: usize>(values: [Variable; N]) -> Self {
        Self { value: OneOrMany(values.into()), description: None, allowed_pattern: None, tags: Tags::new() }
    }
}

/// Reading and writing what is not encrypted takes no key.
pub(super) const FACTS: Facts =
    Facts { read: facts::READ, write: facts::WRITE, read_key: &facts::READ_KEY, write_key: &facts::WRITE_KEY };

impl Construct for Parameter {
    type Main = ssm::Parameter;
    type Parts = Handle<ssm::Parameter>;

    fn grantable() -> Vec<&'static str> {
        stored::WORDS.to_vec()
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn name(&self, naming: &mut Naming<'_>) -> Self::Parts {
        naming.main("parameter")
    }

    fn uses(&self, parameter: &Self::Parts, cx: &Cx<'_>) -> Result<Uses> {
        Ok(stored::uses(parameter, None, &FACTS, cx))
    }

    fn build(&self, parameter: &Self::Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        let mut found = Diagnostics::default();
        let values: Vec<_> = self.value.0.iter().filter_map(|value| found.take(value.name(cx))).collect();
        found.extend(self.value.0.iter().filter_map(|value| value.check(cx)));
        found.or(())?;
        let kind = if self.value.0.len() == 1 { ssm::ParameterType::String } else { ssm::ParameterType::StringList };
        let properties = ssm::Parameter {
            name: Some(parameter.name()),
            description: self.description.as_ref().map(|text| text.as_str().to_owned()),
            kind,
            value: Val::join(values, ","),
            allowed_pattern: self.allowed_pattern.as_ref().map(|pattern| pattern.value.as_str().to_owned()),
            tags: Vec::new(),
        };
        out.add(parameter, properties);
        Ok(())
    }
}
