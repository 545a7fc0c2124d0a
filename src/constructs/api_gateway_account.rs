//! `ApiGatewayAccount`

use schemars::JsonSchema;
use serde::Deserialize;

use super::service_role::ServiceRole;
use crate::cfn::policy::{Condition, Statement};
use crate::cfn::{Arn, Handle, apigateway, regional_arn};
use crate::construct::{Construct, Cx, Naming, Resources};
use crate::diagnostic::Result;
use crate::name::Tags;
use crate::service::apigateway::{LOG, PRINCIPAL};

/// The role by which API Gateway writes the logs of all APIs of the account in this region.
///
/// An account has one in each region, for APIs of other stacks too: so it stays when its stack goes, and it is best in
/// a stack of its own. Every `RestApi` of the environment waits for it. In several environments that share an account,
/// `only` leaves it to one of them.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-account.html
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ApiGatewayAccount {
    /// Tags of the role, besides the stack's.
    #[serde(default)]
    pub tags: Tags,
}

/// The resources of an account's setting.
#[derive(Debug)]
pub struct Parts {
    account: Handle<apigateway::Account>,
    role: ServiceRole,
}

impl Construct for ApiGatewayAccount {
    type Main = apigateway::Account;
    type Parts = Parts;

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn name(&self, naming: &mut Naming<'_>) -> Parts {
        naming.claim("".into(), &apigateway::Account::SETTING);
        Parts { account: naming.unnamed(""), role: ServiceRole::unnamed(naming) }
    }

    fn build(&self, parts: &Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        let Parts { account, role } = parts;
        // The groups are those of all APIs, of which these stacks may know none.
        let groups = Arn::literal(regional_arn("logs", cx.target(), "*"));
        let log = Statement::allow("WriteLogs", LOG.to_vec(), vec![groups]);
        role.build(cx, out, "lets API Gateway write logs", &PRINCIPAL, Condition::default(), vec![log]);
        out.add(account, apigateway::Account { cloud_watch_role_arn: role.role().arn() });
        role.retain(out);
        out.retain(account);
        Ok(())
    }
}
