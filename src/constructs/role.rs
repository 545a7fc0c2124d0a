//! `Role`

mod assumed_by;
mod managed_policy;
mod statement;

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

pub use self::assumed_by::{AssumedBy, Oidc, Provider, Subject};
pub use self::managed_policy::ManagedPolicyName;
pub use self::statement::{ActionPattern, ArnPattern, IdentityStatement};
use super::grants::{self, Grants};
use super::service_role::build_role;
use super::twice;
use crate::cfn::policy::{Condition, PolicyDocument, Statement};
use crate::cfn::{Arn, Handle, iam};
use crate::construct::{Access, Construct, Cx, Grant, Naming, Resources, Uses, role_principal, role_statements};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result};
use crate::document::Spanned;
use crate::name::{Bounded, Tags, text_type};
use crate::service::sts::ASSUME;

/// An IAM role, which may do exactly what is granted here: for a service, for roles and users outside of these stacks,
/// or for whoever an identity provider knows.
///
/// Other roles are granted `assume` on it. What it may do is one managed policy. Its path and its permissions boundary
/// are the rules `role-path` and `permissions-boundary`. A service that says what it acts for may assume it for this
/// account only.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Role {
    /// What the role is for, in at most 1000 characters.
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
    pub description: Option<RoleDescription>,
    /// Who may assume it, besides roles of these stacks that are granted `assume`.
    #[serde(default)]
    pub assumed_by: Vec<Spanned<AssumedBy>>,
    /// What it may do with other constructs: words that each construct's kind offers.
    #[serde(default)]
    pub grants: Grants,
    /// What else it may do, or may never do: statements for what no grant can say.
    #[serde(default)]
    pub statements: Vec<IdentityStatement>,
    /// The name of the policy that holds its grants and statements, instead of what the naming rule gives; a template
    /// too.
    pub policy_name: Option<Spanned<String>>,
    /// Managed policies that it has besides: one of the account by path and name, one of AWS as `aws:ReadOnlyAccess`,
    /// or any by its ARN.
    #[serde(default)]
    pub managed_policies: Vec<Spanned<ManagedPolicyName>>,
    /// Seconds for which it can be assumed at once, 3600 to 43200, by default 3600.
    pub max_session_duration: Option<Bounded<3_600, 43_200>>,
    /// Tags, besides the stack's.
    #[serde(default)]
    pub tags: Tags,
}

/// The resources of a role.
#[derive(Debug)]
pub struct Parts {
    role: Handle<iam::Role>,
    /// What holds its grants and statements, where it may have some.
    policy: Option<Handle<iam::ManagedPolicy>>,
}

impl Construct for Role {
    type Main = iam::Role;
    type Parts = Parts;

    const ADMITS_OTHER_ACCOUNTS: bool = true;

    fn grantable() -> Vec<&'static str> {
        vec!["assume"]
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn names(&self) -> Vec<&Spanned<String>> {
        self.policy_name.iter().collect()
    }

    fn name(&self, naming: &mut Naming<'_>) -> Parts {
        let role = naming.main("role");
        let policy = self.has_policy().then(|| naming.part_called("Policy", "policy", self.policy_name.as_ref()));
        Parts { role, policy }
    }

    fn grants(&self, parts: &Parts, cx: &Cx<'_>, found: &mut Diagnostics) -> Vec<Grant> {
        grants::to_role(&parts.role, &self.grants, cx, found)
    }

    fn uses(&self, parts: &Parts, cx: &Cx<'_>) -> Result<Uses> {
        let accesses = cx.granted_to_roles().map(|(_, role)| Access {
            role: role.clone(),
            sid: format!("Assume{}", parts.role.id().logical),
            actions: vec![ASSUME],
            resources: vec![Arn::of(&parts.role)],
            condition: Condition::default(),
        });
        Ok(Uses { accesses: accesses.collect(), ..Uses::default() })
    }

    fn build(&self, parts: &Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        let mut found = self.check(parts, cx);
        let statements = self.statements.iter().filter_map(|statement| found.take(statement.lower(cx)));
        let statements = statements.collect();
        out.report(found)?;
        let managed = self.managed_policies.iter().map(|policy| policy.value.arn(cx.target()));
        let properties = iam::Role {
            description: self.description.as_ref().map(|text| text.0.to_string()),
            assume_role_policy_document: PolicyDocument::new(self.trust(cx)),
            max_session_duration: self.max_session_duration.map(Bounded::get),
            managed_policy_arns: managed.collect(),
            ..iam::Role::default()
        };
        build_role(&parts.role, parts.policy.as_ref(), properties, statements, cx, out);
        Ok(())
    }
}

/// The description of a role: at most 1000 characters of Latin-1, so no other script, dash or quotation mark.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html>
#[derive(Clone, Debug)]
pub struct RoleDescription(Arc<str>);

impl RoleDescription {
    fn new(text: &str) -> Option<Self> {
        let accepted = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{a1}'..='\u{ff}');
        (text.chars().count() <= 1000 && text.chars().all(accepted)).then(|| Self(text.into()))
    }
}

text_type!(
    RoleDescription,
    "the description of a role: at most 1000 letters, digits and signs of Latin-1",
    r"^[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]{0,1000}$"
);

impl Role {
    /// The role's trust policy: whoever it names, and each role that was granted `assume`.
    fn trust(&self, cx: &Cx<'_>) -> Vec<Statement> {
        let granted = cx.granted_to_roles().map(|(_, role)| {
            let (principal, condition) = role_principal(role, cx.target(), cx.house());
            let sid = format!("AssumeBy{}", role.id().logical);
            Statement::allow(sid, vec![ASSUME], Vec::new()).to(principal).when(condition)
        });
        self.assumed_by.iter().map(|by| by.value.statement(cx)).chain(granted).collect()
    }

    /// Whether it has a policy of its own, besides managed ones.
    fn has_policy(&self) -> bool {
        let own = !self.grants.is_empty() || !self.statements.is_empty() || self.policy_name.is_some();
        own || self.managed_policies.is_empty()
    }

    fn check(&self, parts: &Parts, cx: &Cx<'_>) -> Diagnostics {
        let mut found = Diagnostics::default();
        let does_something = !self.statements.is_empty() || !role_statements(&parts.role, cx).is_empty();
        let missing = |message, hint| Diagnostic::error(Code::MissingProperty, cx.entry().place, message).hint(hint);
        // What is granted and does not come to anything is wrong where it is granted.
        if parts.policy.is_some() && !does_something && self.grants.is_empty() {
            let hint = "`grants`, `statements` or `managed-policies` say what it may";
            found.push(missing("this role may do nothing", hint));
        }
        if parts.policy.is_none() && does_something {
            let message = "other constructs let this role do something, and it has no policy to say so";
            found.push(missing(message, "`policy-name` gives it one"));
        }
        if self.assumed_by.is_empty() && cx.granted_to_roles().next().is_none() {
            let message = "nobody may assume this role: `assumed-by` is missing here";
            let diagnostic = Diagnostic::error(Code::MissingProperty, cx.entry().place, message);
            found.push(
                diagnostic.hint("for example `assumed-by: [{ service: ecs-tasks }]`, or a grant of `assume` on it"),
            );
        }
        found.extend(self.assumed_by.iter().flat_map(|by| by.value.check(by.span)));
        found.extend(self.statements.iter().flat_map(IdentityStatement::check));
        found.extend(twice(self.statements.iter().map(|it| (it.sid.value.as_str().to_owned(), it.sid.span))));
        found.extend(twice(self.managed_policies.iter().map(|policy| (policy.value.to_string(), policy.span))));
        found
    }
}
