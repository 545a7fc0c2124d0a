//! `EncryptedSecret`

use schemars::JsonSchema;
use serde::Deserialize;

use super::stored::{self, Facts};
use crate::cfn::{Handle, kms, secretsmanager};
use crate::construct::{
    Attribute, By, Construct, Content, Cx, Encryption, Filling, KeyUse, Naming, Resources, To, Uses, Vessel, fixed_key,
    fixed_name,
};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::document::Spanned;
use crate::name::{Bounded, Tags, Text};
use crate::service::kms::FILL_WITH_DATA_KEY;
use crate::service::{Subject, secretsmanager as facts};

/// A secret of Secrets Manager encrypted under a key of these stacks.
///
/// Its value never stands in a template. It is generated, or the deploy script puts it in once: it asks without showing
/// what is typed, and leaves alone what has a value. Roles are granted `read`, `write` or `read-write` on it. Where
/// AWS's keys encrypt, it is under the account's `aws/secretsmanager` key.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EncryptedSecret {
    /// The key that encrypts the secret, needed where `encryption` is `customer-managed`.
    pub key: Option<To<kms::Key>>,
    /// What the secret is for, in at most 2048 characters.
    // https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
    pub description: Option<Text<2048>>,
    /// Where its value comes from, by default whoever deploys.
    #[serde(default)]
    pub value: Value,
    /// Tags, besides the stack's.
    #[serde(default)]
    pub tags: Tags,
}

/// Where the value of a secret comes from.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// Whoever deploys is asked for it.
    #[default]
    Asked,
    /// Secrets Manager makes a random one when it makes the secret.
    Generated(Generated),
    /// A data key under this key, which nobody has seen in plain. Whoever runs the deploy script makes it: one of the
    /// `deployers`, where they are named.
    DataKey(To<kms::Key>),
}

/// A random value.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Generated {
    /// How many characters it has, 8 to 4096, by default 32.
    // https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html
    pub length: Option<Bounded<8, 4096>>,
    /// Whether it has letters and digits only.
    #[serde(default)]
    pub alphanumeric: bool,
    /// The field of a JSON value that it becomes; without it, it is the whole value.
    pub field: Option<Spanned<String>>,
}

const FACTS: Facts =
    Facts { read: facts::READ, write: facts::WRITE, read_key: &facts::READ_KEY, write_key: &facts::WRITE_KEY };

impl Construct for EncryptedSecret {
    type Main = secretsmanager::Secret;
    type Parts = Handle<secretsmanager::Secret>;

    fn grantable() -> Vec<&'static str> {
        stored::WORDS.to_vec()
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn name(&self, naming: &mut Naming<'_>) -> Self::Parts {
        naming.offer([Attribute::Id]);
        let secret: Handle<secretsmanager::Secret> = naming.main("secret");
        // Its ARN ends in characters that AWS makes up: what stands for them in policies leads nobody to the secret.
        naming.offer_value(Attribute::Arn, secret.any().reference());
        secret
    }

    fn uses(&self, secret: &Self::Parts, cx: &Cx<'_>) -> Result<Uses> {
        let data = cx.data(self.key.as_ref(), Subject::of(secret))?;
        let mut uses = stored::uses(secret, Some(&data), &FACTS, cx);
        let creator = || By::Creator(cx.house().deployers.clone());
        uses.keys.extend(data.used(creator(), &facts::CREATE));
        if let Value::DataKey(to) = &self.value {
            let (key, at) = (cx.get(to)?, to.span());
            uses.keys.push(KeyUse { key, at, by: creator(), access: &FILL_WITH_DATA_KEY, subject: None });
        }
        Ok(uses)
    }

    fn build(&self, secret: &Self::Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        let generated = match &self.value {
            Value::Asked | Value::DataKey(_) => None,
            Value::Generated(generated) => Some(generated.lower()?),
        };
        let with = match &self.value {
            Value::Asked => Some(Content::Asked),
            Value::Generated(_) => None,
            Value::DataKey(key) => Some(Content::DataKey(fixed_key(key, cx)?)),
        };
        if let Some(with) = with {
            out.fill(Filling { name: fixed_name(secret, cx)?, what: Vessel::Secret, with });
        }
        let properties = secretsmanager::Secret {
            name: Some(secret.name()),
            description: self.description.as_ref().map(|text| text.as_str().to_owned()),
            kms_key_id: match cx.encryption(self.key.as_ref())? {
                Encryption::Customer(key) => Some(key.arn().text()),
                Encryption::AwsOwned | Encryption::AwsManaged => None,
            },
            generate_secret_string: generated,
            tags: Vec::new(),
        };
        out.add(secret, properties);
        Ok(())
    }
}

impl Generated {
    fn lower(&self) -> Result<secretsmanager::GenerateSecretString> {
        if let Some(field) = self.field.as_ref().filter(|field| field.value.is_empty()) {
            let message = "the field of a generated value needs a name";
            return Err(Diagnostic::error(Code::InvalidValue, field.span, message).into());
        }
        Ok(secretsmanager::GenerateSecretString {
            password_length: self.length.map(Bounded::get),
            exclude_punctuation: self.alphanumeric.then_some(true),
            secret_string_template: self.field.as_ref().map(|_| "{}".to_owned()),
            generate_string_key: self.field.as_ref().map(|field| field.value.clone()),
        })
    }
}
