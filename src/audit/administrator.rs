//! Who administers a key, and what such a person asks of it.

use serde_json::{Value as Json, json};

use super::deployment::{SOME_ACCOUNT, Site};
use super::request::{Target, of_every};
use super::sample::filled;
use super::world::World;
use crate::access::{
    Caller, Comparison, Context, Effect, Policy, PrincipalKind, Request, Set, Statement, Test, Text, Values,
};
use crate::service::kms::DESTROY;

/// The name of a role that no policy speaks of by chance.
const SOMEBODY: &str = "role/some-administrator";

/// What conditions test about a person, their network and their organization: whatever it is, there may be somebody who
/// has it. Keys that end in `/` go on with a name.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
const OF_PEOPLE: &[&str] = &[
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalTag/",
    "aws:SourceIp",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:userid",
    "aws:username",
];

/// Somebody who manages a key as IAM lets them.
#[derive(Debug)]
pub(super) struct Administrator<'w> {
    /// The ARN.
    pub(super) arn: String,
    key_arn: &'w str,
    site: &'w Site,
    /// The account that the key is taken to be of.
    pub(super) account: String,
    context: Context,
}

impl<'w> Administrator<'w> {
    /// An administrator of the key's account whom no policy knows.
    pub(super) fn of(world: &'w World<'_>, key: usize) -> Self {
        let site = world.site(world.key(key).resource);
        let arn = format!("arn:{}:iam::{}:{SOMEBODY}", site.partition, site.account);
        let mut context = of_every(&Target::own(world, key));
        let key = world.key(key);
        for (name, value) in [
            ("aws:MultiFactorAuthPresent", "true"),
            ("aws:MultiFactorAuthAge", "60"),
            ("aws:ViaAWSService", "false"),
            ("kms:BypassPolicyLockoutSafetyCheck", "false"),
        ] {
            context.insert(name, Values::one(value));
        }
        Self { arn, key_arn: &key.arn, site, account: site.account.clone(), context }
    }

    /// Whoever may be meant to manage a key: any administrator, the root user, and all whom the policy names or tests,
    /// each in the network and with the tags that it asks for; the most likely first. Where the account is not known, it
    /// may be each that the policy names.
    pub(super) fn all(world: &'w World<'_>, key: usize) -> impl Iterator<Item = Self> {
        let policy = &world.key(key).policy;
        let mut any = Self::of(world, key);
        any.context = satisfied(policy, any.context);
        let Site { partition, account, .. } = any.site;
        let named: Vec<String> = named(policy, any.site).collect();
        let mut accounts = vec![account.clone()];
        if account == SOME_ACCOUNT {
            let own = |arn: &String| Some(Caller::parse(arn)?.identity()?.account.clone());
            accounts.extend(named.iter().filter_map(own));
        }
        let of_accounts = accounts.iter().flat_map(|account| {
            [SOMEBODY, "root"].map(|resource| format!("arn:{partition}:iam::{account}:{resource}"))
        });
        let arns: Vec<String> = of_accounts.chain(named).collect();
        arns.into_iter().filter_map(move |arn| {
            let of = Caller::parse(&arn)?.identity()?.account.clone();
            let account = if accounts.contains(&of) { of } else { any.site.account.clone() };
            Some(Self { arn, key_arn: any.key_arn, site: any.site, account, context: any.context.clone() })
        })
    }

    /// What they ask.
    pub(super) fn request(&self, action: &str) -> Request {
        Request {
            action: action.to_owned(),
            resource: self.key_arn.to_owned(),
            resource_account: self.account.clone(),
            principal: Caller::parse(&self.arn).unwrap_or(Caller::Anonymous),
            context: self.context.clone(),
        }
    }

    /// Whether the key is taken to be of another account than templates say.
    pub(super) fn is_guess(&self) -> bool {
        self.account != self.site.account
    }

    /// The statement by which the account manages the key.
    pub(super) fn delegation(&self) -> Json {
        let root = format!("arn:{}:iam::{}:root", self.site.partition, self.site.account);
        json!({"Effect": "Allow", "Principal": {"AWS": root}, "Action": "kms:*", "Resource": "*"})
    }

    /// The statement by which one role alone can destroy the key.
    pub(super) fn denial_to_all_but_one(&self) -> Json {
        let role = format!("arn:{}:iam::{}:role/break-glass", self.site.partition, self.site.account);
        json!({
            "Effect": "Deny", "Principal": "*", "Action": DESTROY, "Resource": "*",
            "Condition": {"ArnNotEquals": {"aws:PrincipalArn": role}},
        })
    }
}

/// Whom a policy names or tests, with a sample for each wildcard.
pub(super) fn named(policy: &Policy, site: &Site) -> impl Iterator<Item = String> {
    let principals = policy.statements.iter().filter_map(|statement| statement.principal.as_ref());
    let principals = principals.filter(|principals| !principals.except).flat_map(|principals| &principals.all);
    let names = principals.filter(|(kind, _)| *kind == PrincipalKind::Aws).map(|(_, text)| text);
    let tested = policy.statements.iter().flat_map(|statement| &statement.condition).filter_map(|test| match test {
        Test::Compare { key, values, .. } if key.eq_ignore_ascii_case("aws:PrincipalArn") => Some(values),
        _ => None,
    });
    names.chain(tested.flatten()).filter_map(|text| match text {
        Text::Known(text) if text.starts_with("arn:") => Some(arn_sample(text, site)),
        Text::Known(account) if account.len() == 12 => Some(format!("arn:{}:iam::{account}:root", site.partition)),
        _ => None,
    })
}

/// An ARN that a pattern matches: of this partition and account, where it leaves these open.
fn arn_sample(pattern: &str, site: &Site) -> String {
    let fields = pattern.splitn(6, ':').enumerate().map(|(at, field)| match at {
        1 if field.contains('*') => site.partition.clone(),
        4 if field.contains(['*', '?']) => site.account.clone(),
        _ => filled(field),
    });
    fields.collect::<Vec<_>>().join(":")
}

/// The context of somebody who has what the conditions of a policy ask of people.
fn satisfied(policy: &Policy, mut context: Context) -> Context {
    for statement in &policy.statements {
        for test in &statement.condition {
            if let Some((key, value)) = asked(statement, test) {
                context.insert(key, value);
            }
        }
    }
    context
}

/// What a test asks of people: that a statement allows, or does not deny.
fn asked<'p>(statement: &Statement, test: &'p Test) -> Option<(&'p str, Values)> {
    let Test::Compare { operator, key, values } = test else { return None };
    let known = OF_PEOPLE.iter().any(|known| match known.strip_suffix('/') {
        Some(_) => key.get(..known.len()).is_some_and(|start| start.eq_ignore_ascii_case(known)),
        None => key.eq_ignore_ascii_case(known),
    });
    let useful =
        operator.negated == (statement.effect == Some(Effect::Deny)) && operator.comparison != Comparison::Null;
    if !known || !useful {
        return None;
    }
    let value = match values.first()? {
        Text::Known(value) if operator.comparison == Comparison::IpAddress => {
            Text::Known(value.split('/').next().unwrap_or_default().to_owned())
        }
        Text::Known(value) => Text::Known(filled(value)),
        Text::Unknown => Text::Unknown,
    };
    let several = operator.set.is_some_and(|set| matches!(set, Set::All | Set::Any));
    Some((key, if several { Values::Many(vec![value]) } else { Values::One(value) }))
}
