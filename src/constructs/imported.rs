//! What is stored and sent outside of these stacks: each type of resource is known by its ARN, used as it is, and never
//! written.

mod bucket;
mod function;
mod log_group;
mod queue;
mod table;
mod topic;

pub use bucket::ImportedBucket;
pub use function::ImportedFunction;
pub use log_group::ImportedLogGroup;
pub use queue::ImportedQueue;
pub use table::ImportedTable;
pub use topic::ImportedTopic;

use super::outside::expect_arn;
use crate::cfn::policy::{Action, Condition, Principal, Statement};
use crate::cfn::{Arn, Handle, Named, Outside, kms};
use crate::construct::{
    Access, Attribute, By, Construct, Cx, Grant, Grantee, Naming, Resources, ServiceGrantee, To, Uses, role_principal,
};
use crate::diagnostic::{Diagnostics, Result};
use crate::document::Spanned;
use crate::name::{AccountId, ResourceArn, Target};
use crate::service::{KeyAccess, Source, Subject};

/// A type of resource that can be outside of these stacks.
pub trait Imported: Named {
    /// The service in its ARN.
    const SERVICE: &'static str;
    /// What stands before the name in its ARN.
    const BEFORE: &'static str;

    /// What a grant to a role gives: each part with what it is called in statement ids, its actions, and on what.
    fn given(grant: &Grant, of: Arn) -> Vec<(String, Vec<Action>, Vec<Arn>)>;

    /// The uses of the key that a grant to a role takes.
    fn key_accesses(grant: &Grant) -> Vec<&'static KeyAccess>;

    /// What a grant to a service gives: what it is called, its action, its source, and its use of the key.
    fn delivered(service: &ServiceGrantee) -> Option<Delivered> {
        let _ = service;
        None
    }
}

/// What a service does with a resource for another.
pub struct Delivered {
    /// What it is called in statement ids.
    id: &'static str,
    action: Action,
    /// What of the resource it is done with, behind the ARN: all of it, or the objects of a bucket.
    part: &'static str,
    source: &'static Source,
    /// What its requests say besides their source.
    request: Condition,
    key: Option<&'static KeyAccess>,
}

impl Delivered {
    /// What is done with a resource as a whole.
    fn new(id: &'static str, action: Action, source: &'static Source, key: Option<&'static KeyAccess>) -> Self {
        Self { id, action, part: "", source, request: Condition::default(), key }
    }
}

/// The resource of an ARN, in the account that owns it where that is said besides.
fn name<R: Imported>(arn: &Spanned<ResourceArn>, account: Option<&AccountId>, naming: &mut Naming<'_>) -> Handle<R> {
    naming.offer([Attribute::Name, Attribute::Arn]);
    let resource = arn.value.resource();
    let name = resource.strip_prefix(R::BEFORE).unwrap_or(resource).trim_end_matches(":*").to_owned();
    let target = arn.value.target(&naming.variables.target);
    let target = Target { account: account.cloned().or(target.account), ..target };
    let outside = Outside { arn: arn.value.as_str().into(), reference: name.as_str().into() };
    naming.outside(&name, target, outside)
}

/// What follows from grants on it: what roles may do, and uses of its key, where that is named.
fn uses<R: Imported>(handle: &Handle<R>, key: Option<&To<kms::Key>>, cx: &Cx<'_>) -> Result<Uses> {
    let mut uses = Uses::default();
    let data = key.map(|key| cx.data_outside(key, Subject::of(handle))).transpose()?;
    for grant in cx.granted() {
        let (by, accesses) = match &grant.to {
            Grantee::Role(role) => {
                for (verb, actions, resources) in R::given(grant, Arn::of(handle)) {
                    let (role, sid) = (role.clone(), format!("{verb}{}", handle.id().logical));
                    uses.accesses.push(Access { role, sid, actions, resources, condition: Condition::default() });
                }
                (By::Role(role.clone()), R::key_accesses(grant))
            }
            Grantee::Service(service) => {
                let access = R::delivered(service).and_then(|delivered| delivered.key);
                (By::Service(Some(service.source.clone())), access.into_iter().collect())
            }
        };
        let data = data.as_ref();
        uses.keys.extend(accesses.into_iter().filter_map(|access| data?.used(by.clone(), access)));
    }
    Ok(uses)
}

/// Asks its owner to let in services, and roles that may be of other accounts; those of its own need nothing of it.
/// Whose a resource is `is_known`, or else it may be anybody's.
fn build<R: Imported>(
    handle: &Handle<R>,
    arn: &Spanned<ResourceArn>,
    is_known: bool,
    cx: &Cx<'_>,
    out: &mut Resources<'_>,
) -> Result<()> {
    let found: Diagnostics = expect_arn(arn, R::SERVICE, R::BEFORE).into_iter().collect();
    found.or(())?;
    let (at, house) = (handle.target(), cx.house());
    let mut statements = Vec::new();
    for grant in cx.granted() {
        match &grant.to {
            Grantee::Role(role) if !is_known || at.may_be_foreign(role.target()) => {
                let (principal, condition) = role_principal(role, at, house);
                for (verb, actions, resources) in R::given(grant, Arn::naming(handle)) {
                    let statement = Statement::allow(format!("{verb}By{}", role.id().logical), actions, resources);
                    statements.push(statement.to(principal.clone()).when(condition.clone()));
                }
            }
            Grantee::Role(_) => {}
            Grantee::Service(service) => {
                let Some(delivered) = R::delivered(service) else { continue };
                let sid = format!("{}For{}", delivered.id, service.source.id().logical);
                let condition = delivered.source.exactly([&service.source], house.organization.as_ref());
                let (on, condition) = (Arn::naming(handle).join(delivered.part), condition.with(delivered.request));
                let statement = Statement::allow(sid, vec![delivered.action], vec![on]);
                statements.push(statement.to(Principal::Service(vec![service.principal.at(at)])).when(condition));
            }
        }
    }
    out.ask(cx, &format!("the policy of `{}`", arn.value.as_str()), statements);
    Ok(())
}

/// What a construct of the kind says of itself.
pub trait Import {
    /// The type of its resource.
    type Resource: Imported;
    /// The words that can be granted on it.
    const WORDS: &'static [&'static str];

    /// The resource's ARN.
    fn arn(&self) -> &Spanned<ResourceArn>;

    /// The account that owns it, where its ARN does not hold one.
    fn account(&self) -> Option<&AccountId> {
        None
    }

    /// The key that encrypts it, where that is named.
    fn key(&self) -> Option<&To<kms::Key>> {
        None
    }
}

impl<I: Import> Construct for I {
    type Main = I::Resource;
    type Parts = Handle<I::Resource>;

    const ADMITS_OTHER_ACCOUNTS: bool = true;

    fn grantable() -> Vec<&'static str> {
        I::WORDS.to_vec()
    }

    fn name(&self, naming: &mut Naming<'_>) -> Self::Parts {
        name(self.arn(), self.account(), naming)
    }

    fn uses(&self, handle: &Self::Parts, cx: &Cx<'_>) -> Result<Uses> {
        uses(handle, self.key(), cx)
    }

    fn build(&self, handle: &Self::Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        let is_known = self.account().is_some() || self.arn().value.account().is_some();
        build(handle, self.arn(), is_known, cx, out)
    }
}
