//! `SecureParameter`

use schemars::JsonSchema;
use serde::Deserialize;

use super::parameter;
use super::stored;
use crate::cfn::{Handle, kms, ssm};
use crate::construct::{
    By, Construct, Content, Cx, Filling, Naming, Resources, To, Uses, Vessel, fixed_key, fixed_name,
};
use crate::diagnostic::Result;
use crate::service::{Subject, ssm as facts};

/// An encrypted parameter of Systems Manager, a `SecureString`.
///
/// CloudFormation cannot make one, so the deploy script does, once: it asks without showing what is typed, and leaves
/// alone what is there. Access to it is made here: roles are granted `read`, `write` or `read-write` on it, with the
/// key. Where AWS's keys encrypt, it is under the account's `aws/ssm` key.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SecureParameter {
    /// The key that encrypts the parameter, needed where `encryption` is `customer-managed`.
    pub key: Option<To<kms::Key>>,
}

impl Construct for SecureParameter {
    type Main = ssm::Parameter;
    type Parts = Handle<ssm::Parameter>;

    fn grantable() -> Vec<&'static str> {
        stored::WORDS.to_vec()
    }

    fn name(&self, naming: &mut Naming<'_>) -> Self::Parts {
        naming.main_elsewhere("parameter")
    }

    fn uses(&self, parameter: &Self::Parts, cx: &Cx<'_>) -> Result<Uses> {
        let data = cx.data(self.key.as_ref(), Subject::of(parameter))?;
        let mut uses = stored::uses(parameter, Some(&data), &parameter::FACTS, cx);
        uses.keys.extend(data.used(By::Creator(cx.house().deployers.clone()), &facts::CREATE));
        Ok(uses)
    }

    fn build(&self, parameter: &Self::Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        let encryption = cx.encryption(self.key.as_ref())?;
        let key = self.key.as_ref().filter(|_| encryption.key().is_some());
        let key = key.map(|key| fixed_key(key, cx)).transpose()?;
        out.fill(Filling { name: fixed_name(parameter, cx)?, what: Vessel::Parameter(key), with: Content::Asked });
        Ok(())
    }
}
