//! The keys of a deployment, and what a text means that names a key.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::deployment::{Deployment, Resource, Site};
use super::resolve::{depends_on, is_open};
use crate::access::{Attached, Malformed, Policy};

/// A key of a deployment.
#[derive(Debug)]
pub struct Key {
    /// The number of its resource.
    pub resource: usize,
    /// Its ARN.
    pub arn: String,
    /// Its aliases, as `alias/…`.
    pub aliases: Vec<String>,
    /// Its policy.
    pub policy: Arc<Policy>,
    /// What its policy is as written, with functions filled in.
    pub document: Json,
    /// What is wrong with its policy; then the policy says nothing.
    pub malformed: Vec<Malformed>,
}

/// All keys of a deployment.
#[derive(Debug)]
pub struct Keys {
    /// The keys, in the order of their resources.
    pub all: Vec<Key>,
    by_name: HashMap<String, usize>,
}

/// What a text means that names a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyReference {
    /// A key of the deployment, by its number in [`Keys`].
    Own(usize),
    /// A key that AWS manages for a service, whose policy nobody can change: `alias/aws/sns`.
    AwsManaged(String),
    /// A key that is not in the deployment.
    Outside(String),
    /// What the template leaves open, by what it depends on.
    Open(String),
}

/// The policy of a key that has none: the account decides.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html>
fn default_policy(site: &Site) -> Json {
    let root = format!("arn:{}:iam::{}:root", site.partition, site.account);
    json!({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": root}, "Action": "kms:*", "Resource": "*"}],
    })
}

impl Keys {
    /// The keys of a deployment, with their aliases.
    pub fn of(deployment: &Deployment<'_>) -> Self {
        let keys = deployment.resources.iter().enumerate().filter(|(_, resource)| resource.template.is_key());
        let mut all: Vec<Key> = keys.map(|(at, resource)| Key::of(at, resource, deployment.site(resource))).collect();
        let mut by_name = HashMap::new();
        for (at, key) in all.iter().enumerate() {
            by_name.insert(key.arn.clone(), at);
            let resource = &deployment.resources[key.resource];
            by_name.insert(scoped(deployment.site(resource), &resource.name), at);
        }
        for (_, alias) in deployment.of_kind("AWS::KMS::Alias") {
            let site = deployment.site(alias);
            let target = alias.text(&["TargetKeyId"]).unwrap_or_default();
            let at = by_name.get(target).or_else(|| by_name.get(&scoped(site, target))).copied();
            if let Some(at) = at {
                all[at].aliases.push(alias.name.clone());
                by_name.insert(scoped(site, &alias.name), at);
                by_name.extend(alias.arn.clone().map(|arn| (arn, at)));
            }
        }
        Self { all, by_name }
    }

    /// What a value means that names a key, for a resource of this place.
    pub fn named(&self, value: &Json, site: &Site) -> KeyReference {
        let Some(text) = value.as_str() else {
            let on = depends_on(value).filter(|_| is_open(value)).unwrap_or("what is not known");
            return KeyReference::Open(on.to_owned());
        };
        let known = self.by_name.get(text).or_else(|| self.by_name.get(&scoped(site, text)));
        if let Some(at) = known {
            return KeyReference::Own(*at);
        }
        let alias = text.rsplit_once(":alias/").map_or(text, |(_, name)| name);
        match alias.strip_prefix("alias/").unwrap_or(alias).strip_prefix("aws/") {
            Some(service) => KeyReference::AwsManaged(format!("alias/aws/{service}")),
            None => KeyReference::Outside(text.to_owned()),
        }
    }

    /// The key of this ARN.
    pub fn by_arn(&self, arn: &str) -> Option<usize> {
        self.by_name.get(arn).copied()
    }
}

/// A key id or alias, which mean something in their region and account.
fn scoped(site: &Site, name: &str) -> String {
    format!("{}/{}/{name}", site.account, site.region)
}

impl Key {
    fn of(at: usize, resource: &Resource<'_>, site: &Site) -> Self {
        let document = resource.get(&["KeyPolicy"]).cloned().unwrap_or_else(|| default_policy(site));
        let (policy, malformed) = match Policy::parse(&document, Attached::Resource) {
            Ok(policy) => (policy, Vec::new()),
            Err(malformed) => {
                let nothing = json!({"Statement": []});
                (Policy::parse(&nothing, Attached::Resource).expect("it is a policy"), malformed)
            }
        };
        let arn = resource.arn.clone().unwrap_or_default();
        Self { resource: at, arn, aliases: Vec::new(), policy: Arc::new(policy), document, malformed }
    }
}
