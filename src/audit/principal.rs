//! The roles and users of a deployment, with what is attached to them.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::deployment::{Deployment, Resource};
use super::resolve::{depends_on, is_open};
use crate::access::{Attached, Named, Policy, Test};

/// A role or user of a deployment.
#[derive(Debug)]
pub struct Principal {
    /// The number of its resource.
    pub resource: usize,
    /// Its ARN.
    pub arn: String,
    /// Its policies.
    pub policies: Vec<Named>,
    /// Its permissions boundary.
    pub boundaries: Vec<Named>,
}

/// Policies that AWS manages and that allow everything a template's author could mean, with the actions that each
/// allows. The others are taken for policies that give no use of keys.
/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html>
/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/PowerUserAccess.html>
const POWERFUL: &[&str] = &["AdministratorAccess", "PowerUserAccess"];

/// The roles and users of a deployment.
pub fn principals(deployment: &Deployment<'_>) -> Vec<Principal> {
    let attached = Attachments::of(deployment);
    let principals = deployment.resources.iter().enumerate();
    let principals = principals.filter(|(_, it)| matches!(it.kind(), "AWS::IAM::Role" | "AWS::IAM::User"));
    principals.map(|(at, resource)| principal(at, resource, deployment, &attached)).collect()
}

/// Policies that stand for themselves, by the name of who has them.
struct Attachments {
    /// By account, kind and name.
    by_name: HashMap<String, Vec<Named>>,
    /// The managed policies of the deployment, by ARN.
    by_arn: HashMap<String, Named>,
}

impl Attachments {
    fn of(deployment: &Deployment<'_>) -> Self {
        let mut all = Self { by_name: HashMap::new(), by_arn: HashMap::new() };
        for resource in &deployment.resources {
            let to: &[(&str, &str)] = match resource.kind() {
                "AWS::IAM::Policy" | "AWS::IAM::ManagedPolicy" => &[("Roles", "role"), ("Users", "user")],
                "AWS::IAM::RolePolicy" => &[("RoleName", "role")],
                "AWS::IAM::UserPolicy" => &[("UserName", "user")],
                _ => continue,
            };
            let named = named(resource.id, resource.get(&["PolicyDocument"]));
            let named = if resource.is_certain { named } else { named.map(perhaps) };
            for (property, kind) in to {
                for name in resource.list(&[property]).iter().filter_map(Json::as_str) {
                    let name = holder(&deployment.site(resource).account, kind, name);
                    all.by_name.entry(name).or_default().extend(named.clone());
                }
            }
            all.by_arn.extend(resource.arn.clone().zip(named));
        }
        all
    }
}

fn holder(account: &str, kind: &str, name: &str) -> String {
    format!("{account}/{kind}/{name}")
}

/// A policy that can be read; what IAM would refuse says nothing.
fn named(name: &str, document: Option<&Json>) -> Option<Named> {
    let policy = Policy::parse(document?, Attached::Identity).ok()?;
    Some(Named { name: name.to_owned(), policy: Arc::new(policy) })
}

/// A policy that may not be there: whether its statements hold is not known.
fn perhaps(named: Named) -> Named {
    let mut policy = Policy::clone(&named.policy);
    policy.statements.iter_mut().for_each(|statement| statement.condition.push(Test::Unknown));
    Named { policy: Arc::new(policy), ..named }
}

/// A policy that the templates do not show. It may allow anything; that it denies something is not thought of.
fn unseen(arn: &str) -> Named {
    perhaps(Named { name: arn.to_owned(), policy: Arc::new(everything()) })
}

fn principal(at: usize, resource: &Resource<'_>, deployment: &Deployment<'_>, attached: &Attachments) -> Principal {
    let kind = if resource.kind() == "AWS::IAM::Role" { "role" } else { "user" };
    let inline = resource.list(&["Policies"]).iter();
    let inline = inline
        .filter_map(|policy| named(policy["PolicyName"].as_str().unwrap_or(resource.id), policy.get("PolicyDocument")));
    let managed = |property: &str| {
        let named = |policy: &Json| match policy.as_str() {
            Some(arn) => attached.by_arn.get(arn).cloned().or_else(|| of_aws(arn)),
            None => depends_on(policy).map(unseen),
        };
        let listed = match resource.get(&[property]) {
            Some(open) if is_open(open) => std::slice::from_ref(open),
            _ => resource.list(&[property]),
        };
        listed.iter().filter_map(named).collect::<Vec<_>>()
    };
    let by_name = attached.by_name.get(&holder(&deployment.site(resource).account, kind, &resource.name));
    let own = by_name.into_iter().flatten().cloned();
    Principal {
        resource: at,
        arn: resource.arn.clone().unwrap_or_default(),
        policies: inline.chain(managed("ManagedPolicyArns")).chain(own).collect(),
        boundaries: managed("PermissionsBoundary"),
    }
}

/// A policy that AWS manages; whatever else is not in the templates is not seen.
fn of_aws(arn: &str) -> Option<Named> {
    if !arn.contains(":iam::aws:policy/") {
        return Some(unseen(arn));
    }
    let name = arn.rsplit('/').next().unwrap_or_default();
    POWERFUL.contains(&name).then(|| Named { name: name.to_owned(), policy: Arc::new(everything()) })
}

/// A policy that allows everything: what whoever deploys is taken to have.
pub fn everything() -> Policy {
    let document = json!({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
    });
    Policy::parse(&document, Attached::Identity).expect("it is a policy")
}

/// A resource's policy that lets everybody do everything.
pub fn open_to_all() -> Policy {
    let document = json!({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
    });
    Policy::parse(&document, Attached::Resource).expect("it is a policy")
}
