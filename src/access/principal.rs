//! Who calls, and whether a policy is about them.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use std::ops::BitAnd;

use super::context::{Context, Values};
use super::policy::{PrincipalKind, Principals, Text};
use super::truth::Truth;

/// Who makes a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Somebody whom an account knows.
    Identity(Identity),
    /// A service, an identity provider's user or an account by its canonical user id.
    Outside(PrincipalKind, String),
    /// Nobody in particular: the request is not signed.
    Anonymous,
}

/// Somebody whom an account knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The ARN.
    pub arn: String,
    /// The account.
    pub account: String,
    /// What it is.
    pub kind: IdentityKind,
}

/// What an identity is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentityKind {
    /// The account's root user.
    Root,
    /// An IAM user.
    User,
    /// A role, in any of its sessions.
    Role,
    /// One session of a role, whose name this is: the ARN of a session has no path.
    Session(String),
    /// A session that a user began by `GetFederationToken`.
    FederatedUser,
}

impl Caller {
    /// The caller of a text: an ARN, or the name of a service.
    pub fn parse(text: &str) -> Option<Self> {
        if !text.starts_with("arn:") {
            let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
            let service = text.contains('.') && text.chars().all(is_name);
            return service.then(|| Self::Outside(PrincipalKind::Service, text.to_owned()));
        }
        let fields: Vec<&str> = text.splitn(6, ':').collect();
        let [_, _, service, _, account, resource] = fields.as_slice() else { return None };
        let (kind, name) = resource.split_once('/').unwrap_or((resource, ""));
        let kind = match (*service, kind) {
            ("iam", "root") if name.is_empty() => IdentityKind::Root,
            (_, _) if name.is_empty() => return None,
            ("iam", "user") => IdentityKind::User,
            ("iam", "role") => IdentityKind::Role,
            ("iam", "saml-provider" | "oidc-provider") => {
                return Some(Self::Outside(PrincipalKind::Federated, text.to_owned()));
            }
            ("sts", "assumed-role") => IdentityKind::Session(name.split_once('/')?.0.to_owned()),
            ("sts", "federated-user") => IdentityKind::FederatedUser,
            _ => return None,
        };
        let account = (*account).to_owned();
        is_account(&account).then(|| Self::Identity(Identity { arn: text.to_owned(), account, kind }))
    }

    /// The identity, if an account knows it.
    pub fn identity(&self) -> Option<&Identity> {
        match self {
            Self::Identity(identity) => Some(identity),
            Self::Outside(..) | Self::Anonymous => None,
        }
    }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl Identity {
    /// The partition of its ARN.
    fn partition(&self) -> &str {
        self.arn.split(':').nth(1).unwrap_or_default()
    }

    /// The ARN by which policies name its account.
    fn account_arn(&self) -> String {
        format!("arn:{}:iam::{}:root", self.partition(), self.account)
    }

    /// What `aws:PrincipalArn` holds: for sessions of roles the role, whose path its sessions do not tell.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn>
    pub(super) fn principal_arn(&self) -> String {
        match &self.kind {
            IdentityKind::Session(role) => format!("arn:{}:iam::{}:role/{role}", self.partition(), self.account),
            _ => self.arn.clone(),
        }
    }

    /// Whether it is a service-linked role, or a session of one. Their names begin so, and no other role can have
    /// their path.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html>
    pub(super) fn is_service_linked(&self) -> bool {
        match &self.kind {
            IdentityKind::Role => self.arn.contains(":role/aws-service-role/"),
            IdentityKind::Session(role) => role.starts_with("AWSServiceRoleFor"),
            _ => false,
        }
    }

    /// Whether an ARN is that of its role. Where the request tells the role's ARN, its path counts.
    fn has_role(&self, arn: &str, context: &Context) -> bool {
        let IdentityKind::Session(role) = &self.kind else {
            return self.kind == IdentityKind::Role && self.arn == arn;
        };
        if let Some(Values::One(Text::Known(known))) = context.get("aws:PrincipalArn") {
            return known == arn;
        }
        let beginning = format!("arn:{}:iam::{}:role/", self.partition(), self.account);
        arn.strip_prefix(&beginning).is_some_and(|path| path.rsplit('/').next() == Some(role))
    }
}

/// In which ways a statement is about a caller. They differ in what else the caller needs.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    /// By their account: "this delegates authority to the account", which has to allow it by an identity policy.
    pub(super) account: Truth,
    /// By their role: "limited by an implicit deny in a permissions boundary or session policy".
    pub(super) role: Truth,
    /// By themselves, or as one of everybody: no boundary and no session policy limits it.
    pub(super) direct: Truth,
}

impl Standing {
    pub(super) const NONE: Self = Self { account: Truth::False, role: Truth::False, direct: Truth::False };
    const ACCOUNT: Self = Self { account: Truth::True, ..Self::NONE };
    const ROLE: Self = Self { role: Truth::True, ..Self::NONE };
    pub(super) const DIRECT: Self = Self { direct: Truth::True, ..Self::NONE };
    const UNKNOWN: Self = Self { account: Truth::Unknown, role: Truth::Unknown, direct: Truth::Unknown };

    /// Whether it is about the caller in any way.
    pub(super) fn any(self) -> Truth {
        self.account | self.role | self.direct
    }

    fn or(self, other: Self) -> Self {
        Self { account: self.account | other.account, role: self.role | other.role, direct: self.direct | other.direct }
    }
}

impl BitAnd<Truth> for Standing {
    type Output = Self;

    fn bitand(self, other: Truth) -> Self {
        Self { account: self.account & other, role: self.role & other, direct: self.direct & other }
    }
}

/// How one principal of a policy stands to a caller. There are no wildcards in parts of a principal.
pub(super) fn standing(kind: PrincipalKind, name: &Text, caller: &Caller, context: &Context) -> Standing {
    let Text::Known(name) = name else {
        return match caller {
            Caller::Outside(own, _) if kind != PrincipalKind::Aws && kind != *own => Standing::NONE,
            Caller::Identity(_) | Caller::Anonymous if kind != PrincipalKind::Aws => Standing::NONE,
            _ => Standing::UNKNOWN,
        };
    };
    let direct = |known: bool| if known { Standing::DIRECT } else { Standing::NONE };
    match (kind, caller) {
        (PrincipalKind::Aws, _) if name == "*" => Standing::DIRECT,
        (PrincipalKind::Aws, Caller::Identity(identity)) => {
            if *name == identity.account || *name == identity.account_arn() {
                return Standing::ACCOUNT;
            }
            if identity.has_role(name, context) {
                return Standing::ROLE;
            }
            // Which user began the session of a federated user is not in its ARN.
            let users = format!("arn:{}:iam::{}:user/", identity.partition(), identity.account);
            if identity.kind == IdentityKind::FederatedUser && name.starts_with(&users) {
                return Standing { role: Truth::Unknown, ..Standing::NONE };
            }
            direct(*name == identity.arn)
        }
        (kind, Caller::Outside(own, id)) => direct(kind == *own && name == id),
        _ => Standing::NONE,
    }
}

impl Principals {
    /// How they stand to a caller.
    pub(super) fn standing(&self, caller: &Caller, context: &Context, denies: bool) -> Standing {
        if self.except {
            let rest = !self.lists(caller, context, denies);
            return Standing { direct: rest, ..Standing::NONE };
        }
        let all = self.all.iter().map(|(kind, name)| standing(*kind, name, caller, context));
        all.fold(Standing::NONE, Standing::or)
    }

    /// Whether a caller is one of those that `NotPrincipal` lists. "AWS might validate the account first, then the
    /// role, and then the assumed-role user": a caller is listed for certain where all of these are. A list that has
    /// the account alone is about its root user when it denies, as in AWS's examples.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>
    fn lists(&self, caller: &Caller, context: &Context, denies: bool) -> Truth {
        let listed = |test: &dyn Fn(&str) -> bool| {
            Truth::any(self.all.iter().map(|(kind, name)| match (kind, name) {
                (PrincipalKind::Aws, Text::Known(name)) => test(name).into(),
                (PrincipalKind::Aws, Text::Unknown) => Truth::Unknown,
                _ => Truth::False,
            }))
        };
        let Caller::Identity(identity) = caller else {
            return Truth::any(self.all.iter().map(|(kind, name)| standing(*kind, name, caller, context).any()));
        };
        let everybody = listed(&|name| name == "*");
        let account = listed(&|name| name == identity.account || name == identity.account_arn());
        let role = listed(&|name| identity.has_role(name, context));
        let own = listed(&|name| name == identity.arn);
        let (some, all) = match identity.kind {
            IdentityKind::Root => (account, account),
            IdentityKind::Session(_) => (own | role, own & role & account),
            IdentityKind::Role => (role, role & account),
            IdentityKind::User | IdentityKind::FederatedUser => (own, own & account),
        };
        let some = if denies { some } else { some | account };
        everybody | all | (some & Truth::Unknown)
    }
}
