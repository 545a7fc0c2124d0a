//! Roles, each with one policy that holds all that was granted to it; and the role by which a service acts for a
//! construct.

use crate::cfn::policy::{Condition, PolicyDocument, Principal, Statement};
use crate::cfn::{Handle, Named, Val, iam};
use crate::construct::{Cx, Naming, Resources, role_statements};
use crate::name::Name;
use crate::service::ServicePrincipal;
use crate::service::sts::ASSUME;

/// A role that a service assumes, with a managed policy that lets it do exactly what was granted to it.
#[derive(Clone, Debug)]
pub(super) struct ServiceRole {
    role: Handle<iam::Role>,
    policy: Handle<iam::ManagedPolicy>,
}

impl ServiceRole {
    /// Names the role and its policy.
    pub(super) fn name(naming: &mut Naming<'_>) -> Self {
        Self { role: naming.part("Role", "role"), policy: naming.part("RolePolicy", "policy") }
    }

    /// The same without names of ours: CloudFormation gives them, so that both can stay when their stack goes, and be
    /// made again with it.
    pub(super) fn unnamed(naming: &mut Naming<'_>) -> Self {
        Self { role: naming.unnamed("Role"), policy: naming.unnamed("RolePolicy") }
    }

    /// Has both stay when they leave their template.
    pub(super) fn retain(&self, out: &mut Resources<'_>) {
        out.retain(&self.role);
        out.retain(&self.policy);
    }

    /// The role.
    pub(super) fn role(&self) -> &Handle<iam::Role> {
        &self.role
    }

    /// Makes both, for a service where it acts for what `acting_for` says.
    pub(super) fn build(
        &self,
        cx: &Cx<'_>,
        out: &mut Resources<'_>,
        description: &str,
        principal: &ServicePrincipal,
        acting_for: Condition,
        own: Vec<Statement>,
    ) {
        let assume = Statement::allow("Assume", vec![ASSUME], Vec::new())
            .to(Principal::Service(vec![principal.at(cx.target())]))
            .when(acting_for);
        let properties = iam::Role {
            description: Some(description.to_owned()),
            assume_role_policy_document: PolicyDocument::new(vec![assume]),
            ..iam::Role::default()
        };
        build_role(&self.role, Some(&self.policy), properties, own, cx, out);
    }
}

/// Makes a role, and its policy with what it was granted and with `own` before that. The role holds its policy, so that
/// it is never without it: whatever waits for the role can use it.
pub(super) fn build_role(
    role: &Handle<iam::Role>,
    policy: Option<&Handle<iam::ManagedPolicy>>,
    mut properties: iam::Role,
    own: Vec<Statement>,
    cx: &Cx<'_>,
    out: &mut Resources<'_>,
) {
    let path = Some(cx.house().role_path.text().to_string()).filter(|path| path != "/");
    if let Some(policy) = policy {
        let mut statements = own;
        statements.extend(role_statements(role, cx));
        let document = iam::ManagedPolicy {
            managed_policy_name: given_name(policy),
            path: path.clone(),
            policy_document: PolicyDocument::new(statements),
        };
        out.add(policy, document);
        properties.managed_policy_arns.insert(0, policy.reference());
    }
    let properties = iam::Role {
        role_name: given_name(role),
        path,
        permissions_boundary: cx.house().permissions_boundary.as_ref().map(|policy| policy.arn(cx.target())),
        ..properties
    };
    out.add(role, properties);
}

/// The name that we give, if we give one.
fn given_name<R: Named>(handle: &Handle<R>) -> Option<Val<Name>> {
    Some(handle.name()).filter(|name| *name != Val::Known(Name::default()))
}
