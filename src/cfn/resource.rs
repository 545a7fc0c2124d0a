//! Resources, and the only way to refer to one.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::value::{InstanceId, Part, Pseudo, ResourceId, Val};
use crate::name::{LogicalId, Name, NameRule, Region, Target};

/// What is lost with a resource: it decides deletion policies, and what a change may destroy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Nothing that cannot be made again.
    Nothing,
    /// Messages on their way. They go with it, whatever is kept besides, and the template says so.
    Messages,
    /// Data.
    Data,
    /// A key, and with it everything that is encrypted under it.
    Key,
    /// A name of a key.
    Alias,
}

/// The properties of a CloudFormation resource type.
pub trait Resource: Serialize {
    /// The type's name: `AWS::SNS::Topic`.
    const TYPE: &'static str;
    /// Other types that have its attributes, and stand wherever it does.
    const ALSO: &'static [&'static str] = &[];
    /// What is lost with one, unless its properties say more.
    const HOLDS: Holds = Holds::Nothing;
    /// Whether AWS accepts it before what it speaks of is there. It still waits, since only then it is of use, but not
    /// where that would make a circle.
    const YIELDS: bool = false;
    /// What `Ref` gives.
    type Ref;

    /// What is lost with this one.
    fn holds(&self) -> Holds {
        Self::HOLDS
    }

    /// Where its tags are, if the type has tags.
    fn tags(&mut self) -> Option<&mut Vec<Tag>> {
        None
    }

    /// All lists of its tags: more than one where it stands for several resources, each with its own.
    fn tag_lists(&mut self) -> Vec<&mut Vec<Tag>> {
        self.tags().into_iter().collect()
    }
}

/// A resource type that has a physical name, and an ARN that follows from it.
pub trait Named: Resource {
    /// What the service accepts as its name.
    const NAME: NameRule;

    /// The ARN of the resource, which follows from its name and target.
    fn arn(of: &AnyHandle) -> Val<String>;
}

/// A resource type whose ARN CloudFormation gives to what refers to it in the same template.
pub trait Referable: Named {
    /// Whether `Ref` gives it. Otherwise the attribute `Arn` does.
    const BY_REF: bool;
}

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Tag {
    /// Its key, unique on a resource.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// Tags as a map, which is how some types have them.
pub(super) fn tags_by_key<S: Serializer>(tags: &[Tag], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(tags.iter().map(|tag| (&tag.key, &tag.value)))
}

/// A resource of any type: what it is called everywhere, before any template exists.
#[derive(Clone, Debug)]
pub struct AnyHandle {
    /// The resource.
    pub id: ResourceId,
    /// Its type.
    pub kind: Cow<'static, str>,
    /// Its physical name; empty for what AWS numbers itself.
    pub name: Val<Name>,
    /// How its ARN follows from the rest, for types that have a name.
    pub arn_rule: Option<fn(&AnyHandle) -> Val<String>>,
    /// The path before its name, for roles and policies: `/`, or a longer one between slashes.
    pub path: Arc<str>,
    /// Where it is deployed.
    pub target: Target,
    /// What is known of it, if it exists outside of these stacks.
    pub outside: Option<Outside>,
}

/// What is known of a resource that exists outside of these stacks.
#[derive(Clone, Debug)]
pub struct Outside {
    /// Its ARN.
    pub arn: Val<String>,
    /// What `Ref` would give for it.
    pub reference: Val<String>,
}

impl AnyHandle {
    /// Its ARN, as far as that is known before it exists.
    pub fn arn(&self) -> Option<Val<String>> {
        match &self.outside {
            Some(outside) => Some(outside.arn.clone()),
            None => self.arn_rule.map(|rule| rule(self)),
        }
    }

    /// No text, for whoever waits for it. What exists already is waited for by nobody.
    pub fn order(&self) -> Val<String> {
        match self.outside {
            Some(_) => "".into(),
            None => Part::After(self.id.clone()).into(),
        }
    }

    /// What `Ref` gives for it.
    pub fn reference(&self) -> Val<String> {
        self.outside.as_ref().map_or_else(|| Val::reference(self.id.clone()), |outside| outside.reference.clone())
    }
}

/// A resource of type `R`. It comes from the naming pass alone, so it always refers to something.
#[derive(Debug)]
pub struct Handle<R> {
    any: Arc<AnyHandle>,
    of: PhantomData<fn() -> R>,
}

impl<R> Clone for Handle<R> {
    fn clone(&self) -> Self {
        Self { any: Arc::clone(&self.any), of: PhantomData }
    }
}

impl<R: Resource> Handle<R> {
    /// The resource that `any` describes.
    pub(crate) fn new(any: AnyHandle) -> Self {
        debug_assert_eq!(any.kind, R::TYPE);
        Self { any: Arc::new(any), of: PhantomData }
    }

    /// The resource as an `R`, if it is one.
    pub(crate) fn from_any(any: &Arc<AnyHandle>) -> Option<Self> {
        (any.kind == R::TYPE || R::ALSO.contains(&&*any.kind)).then(|| Self { any: Arc::clone(any), of: PhantomData })
    }

    /// The resource, whatever its type.
    pub fn any(&self) -> &Arc<AnyHandle> {
        &self.any
    }

    /// The resource's identity.
    pub fn id(&self) -> &ResourceId {
        &self.any.id
    }

    /// Where it is deployed.
    pub fn target(&self) -> &Target {
        &self.any.target
    }

    /// What `Ref` gives. Only the construct that makes the resource asks for it, and so only for what is made here.
    pub fn reference(&self) -> Val<R::Ref> {
        Val::reference(self.any.id.clone())
    }

    /// Whether it exists outside of these stacks: it is used as it is, and never written.
    pub fn is_outside(&self) -> bool {
        self.any.outside.is_some()
    }

    /// Another resource of the same construct, which is known only when that is built.
    pub(crate) fn beside<S: Resource>(&self, role: &str) -> Handle<S> {
        let AnyHandle { id, path, target, .. } = &*self.any;
        let logical = LogicalId::written(&format!("{}{role}", id.logical));
        let id = ResourceId { instance: id.instance, logical };
        let (kind, name) = (S::TYPE.into(), Val::from("").into_name());
        let (path, target) = (Arc::clone(path), target.clone());
        Handle::new(AnyHandle { id, kind, name, arn_rule: None, path, target, outside: None })
    }

    /// An attribute; each type offers its own as methods.
    pub(crate) fn attribute<T>(&self, name: &'static str) -> Val<T> {
        Val::attribute(self.any.id.clone(), name)
    }
}

impl<R: Named> Handle<R> {
    /// Its physical name.
    pub fn name(&self) -> Val<Name> {
        self.any.name.clone()
    }

    /// Its physical name for a place that *uses* the resource: with the order of [`Arn::of`].
    pub fn name_in_use(&self) -> Val<String> {
        Val::concat([self.any.order(), self.name().text()])
    }

    /// Its replica in another region, which has its name and is made with it.
    #[must_use]
    pub fn replica(&self, region: &Region) -> Self {
        let target = Target { region: Some(region.clone()), ..self.any.target.clone() };
        Self::new(AnyHandle { target, ..(*self.any).clone() })
    }
}

/// The ARN of a resource, as the policies and properties of others hold it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Arn(Val<String>);

impl Arn {
    /// For a place that *uses* the resource: a statement's resource, a notification's target, a log destination.
    /// Whatever holds it is made after the resource, and after what makes it usable.
    pub fn of<R: Named>(handle: &Handle<R>) -> Self {
        Self::naming(handle).after(handle)
    }

    /// For a place that only *speaks about* the resource: a condition, an encryption context, a principal. It asks
    /// for no order.
    pub fn naming<R: Named>(handle: &Handle<R>) -> Self {
        Self(handle.any().arn().unwrap_or_else(|| R::arn(handle.any())))
    }

    /// For a property of what is made in `here`: a reference where the resource is made there too, and else what its name
    /// says. Either gives the order.
    pub fn seen_from<R: Referable>(here: InstanceId, handle: &Handle<R>) -> Self {
        match handle.id() {
            id if handle.is_outside() || id.instance != here => Self::of(handle),
            id if R::BY_REF => Self(Val::reference(id.clone())),
            id => Self(Val::attribute(id.clone(), "Arn")),
        }
    }

    /// Everything a statement can be about: in a key's policy the key, in an identity policy whatever has no ARN.
    pub fn any() -> Self {
        Self("*".into())
    }

    /// An ARN written out, as users give it.
    pub fn literal(text: impl Into<Val<String>>) -> Self {
        Self(text.into())
    }

    /// The ARN for a place that also waits for this resource, without which it could not use the ARN's.
    #[must_use]
    pub fn after<R: Resource>(self, gate: &Handle<R>) -> Self {
        Self(Val::concat([gate.any().order(), self.0]))
    }

    /// The ARN with something appended: `/index/*`, `:*`.
    #[must_use]
    pub fn join(self, suffix: &str) -> Self {
        Self(Val::concat([self.0, suffix.into()]))
    }

    /// The ARN as text.
    pub fn text(self) -> Val<String> {
        self.0
    }
}

/// `arn:{partition}:{service}:{region}:{account}:{resource}`, for a service that works within a region.
pub fn regional_arn(service: &str, at: &Target, resource: impl Into<Val<String>>) -> Val<String> {
    let region = region(at);
    let service = Val::from(format!(":{service}:"));
    let account = account(at);
    Val::concat([
        "arn:".into(),
        Pseudo::Partition.into(),
        service,
        region,
        ":".into(),
        account,
        ":".into(),
        resource.into(),
    ])
}

/// `arn:{partition}:{service}::{account}:{resource}`, for a service that is one in its partition, such as IAM.
pub fn global_arn(service: &str, at: &Target, resource: impl Into<Val<String>>) -> Val<String> {
    let service = Val::from(format!(":{service}::"));
    Val::concat(["arn:".into(), Pseudo::Partition.into(), service, account(at), ":".into(), resource.into()])
}

/// The region of a target: where it is known, a pseudo parameter in its own templates and a name in others.
pub fn region(at: &Target) -> Val<String> {
    at.region.clone().map_or(Pseudo::Region.into(), |region| Part::Region(region).into())
}

/// The account of a target, as a number where the environment names it.
pub fn account(at: &Target) -> Val<String> {
    at.account.as_ref().map_or(Pseudo::AccountId.into(), |account| account.as_str().into())
}
