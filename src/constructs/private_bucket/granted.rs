//! What grants on a bucket give: to roles, and to services that deliver objects.

use super::{PrivateBucket, algorithm};
use crate::cfn::policy::{Action, Condition, Principal, Statement};
use crate::cfn::s3::Algorithm;
use crate::cfn::{Arn, Handle, iam};
use crate::construct::{Access, By, Cx, Data, Encryption, Grant, Grantee, ServiceGrantee, Uses, role_principal};
use crate::constructs::grants::beyond_managed_key;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::service::KeyAccess;
use crate::service::s3::{Delivery, PERMISSIONS, Permission, READ, WRITE};

impl PrivateBucket {
    /// What follows from the grants on it: what roles may do, and uses of the key of its objects, where they have one.
    pub(in crate::constructs) fn uses(&self, objects: Option<&Data>, cx: &Cx<'_>) -> Uses {
        let mut uses = Uses::default();
        uses.stored.extend(objects.and_then(|objects| objects.stored(cx.house().kept())));
        for grant in cx.granted() {
            let (by, accesses) = match &grant.to {
                Grantee::Role(role) => {
                    uses.accesses.extend(self.accesses(grant, role));
                    (By::Role(role.clone()), key_accesses(grant))
                }
                Grantee::Service(service) => {
                    (By::Service(Some(service.source.clone())), delivery(service).key.iter().collect())
                }
            };
            uses.keys.extend(accesses.into_iter().filter_map(|access| objects?.used(by.clone(), access)));
        }
        uses
    }

    /// What a role may do with objects, and with the bucket.
    fn accesses(&self, grant: &Grant, role: &Handle<iam::Role>) -> impl Iterator<Item = Access> {
        let logical = &self.bucket.id().logical;
        given(grant, Arn::of(&self.bucket)).map(move |(verb, actions, resource)| {
            let (role, sid, resources) = (role.clone(), format!("{verb}{logical}"), vec![resource]);
            Access { role, sid, actions, resources, condition: Condition::default() }
        })
    }

    /// Roles of other accounts may do what they were granted: their own policies do not suffice.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-walkthroughs-managing-access-example2.html>
    pub(super) fn foreign_roles(&self, cx: &Cx<'_>) -> impl Iterator<Item = Statement> {
        let at = cx.target();
        let foreign = cx.granted_to_roles().filter(|(_, role)| cx.may_be_foreign(role));
        foreign.flat_map(|(grant, role)| {
            let (principal, condition) = role_principal(role, at, cx.house());
            given(grant, Arn::naming(&self.bucket)).map(move |(verb, actions, resource)| {
                let sid = format!("{verb}By{}", role.id().logical);
                Statement::allow(sid, actions, vec![resource]).to(principal.clone()).when(condition.clone())
            })
        })
    }

    /// Services put objects here, for exactly the buckets that said so.
    pub(super) fn deliveries(&self, cx: &Cx<'_>) -> impl Iterator<Item = Statement> {
        let granted: Vec<&ServiceGrantee> = cx.granted().iter().filter_map(Grant::service).collect();
        let kinds = granted.iter().map(|service| delivery(service));
        let mut kinds: Vec<&Delivery> = kinds.filter(|kind| !kind.by_acl).collect();
        kinds.sort_unstable_by_key(|kind| kind.id);
        kinds.dedup();
        kinds.into_iter().map(move |kind| {
            let sources = granted.iter().filter(|service| delivery(service) == kind).map(|service| &service.source);
            let condition = kind.source.exactly(sources, cx.house().organization.as_ref()).with(kind.asks());
            let principal = Principal::Service(vec![kind.principal.at(cx.target())]);
            Statement::allow(kind.id, vec!["s3:PutObject"], vec![self.objects()]).to(principal).when(condition)
        })
    }
}

/// Who cannot use the key that encrypts the objects, whatever policies say.
pub(in crate::constructs) fn refused(encryption: &Encryption, cx: &Cx<'_>) -> Diagnostics {
    let refuse = |grant: &Grant, message: &str| Diagnostic::error(Code::WrongReference, grant.at, message);
    let managed = matches!(encryption, Encryption::AwsManaged);
    let refused = cx.granted().iter().filter_map(|grant| match &grant.to {
        Grantee::Service(service) if delivery(service).key.is_none() && algorithm(encryption) == Algorithm::Kms => {
            let message = "S3 cannot deliver access logs to a bucket that is encrypted under KMS";
            let diagnostic = refuse(grant, message).related(cx.entry().place, "this bucket");
            Some(diagnostic.hint("a `LogBucket` takes them"))
        }
        // https://docs.aws.amazon.com/AmazonS3/latest/userguide/configure-inventory.html
        Grantee::Service(_) if managed => {
            let message = "S3 cannot deliver inventories under the key that AWS manages for it";
            let diagnostic = refuse(grant, message).related(cx.entry().place, "this bucket");
            Some(diagnostic.hint("a `LogBucket` takes them"))
        }
        Grantee::Service(_) | Grantee::Role(_) => None,
    });
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#aws-managed-customer-managed-keys
    let readers = beyond_managed_key("S3", |grant| !key_accesses(grant).is_empty(), cx);
    refused.chain(readers).collect()
}

/// Whether a service delivers here by an ACL, which it puts on the bucket itself.
pub(super) fn takes_acls(cx: &Cx<'_>) -> bool {
    cx.granted().iter().filter_map(Grant::service).any(|service| delivery(service).by_acl)
}

/// What is known of a service that delivers objects.
fn delivery(service: &ServiceGrantee) -> &'static Delivery {
    Delivery::by(service.principal).expect("constructs let deliver only what can")
}

/// Whether a grant has a word.
pub(in crate::constructs) fn has(grant: &Grant, word: &str) -> bool {
    grant.words.iter().any(|granted| granted.value == word)
}

/// What a grant gives on the objects of a bucket, and on the bucket: what it does, in statement ids; actions; on what.
pub(in crate::constructs) fn given(grant: &Grant, bucket: Arn) -> impl Iterator<Item = (String, Vec<Action>, Arn)> {
    let actions = |of: fn(&Permission) -> &'static [Action]| {
        let mut actions: Vec<Action> = permissions(grant).flat_map(of).copied().collect();
        actions.sort_unstable();
        actions.dedup();
        actions
    };
    let objects = (verb(grant), actions(|it| it.objects), bucket.clone().join("/*"));
    let names = ("List".to_owned(), actions(|it| it.bucket), bucket);
    [objects, names].into_iter().filter(|(_, actions, _)| !actions.is_empty())
}

/// What a grant gives.
fn permissions(grant: &Grant) -> impl Iterator<Item = &'static Permission> {
    PERMISSIONS.iter().filter(|permission| has(grant, permission.word))
}

/// The uses of the key that a grant takes. Writing takes all that reading does.
pub(in crate::constructs) fn key_accesses(grant: &Grant) -> Vec<&'static KeyAccess> {
    let mut accesses: Vec<&KeyAccess> = permissions(grant).filter_map(|permission| permission.key).collect();
    accesses.dedup();
    if accesses.contains(&&WRITE) {
        accesses.retain(|access| **access != READ);
    }
    accesses
}

/// What a grant allows on objects, in statement ids.
fn verb(grant: &Grant) -> String {
    let verbs = [
        (grant.reads(), "Read"),
        (grant.writes(), "Write"),
        (has(grant, "delete"), "Delete"),
        (has(grant, "replicate"), "Replicate"),
    ];
    verbs.into_iter().filter(|(given, _)| *given).map(|(_, verb)| verb).collect()
}
