//! What a construct sees of the others.

use std::collections::HashMap;

use super::model::{Entry, EntryId, Model, a};
use super::reference::{Any, AttributeOf, Reference, To};
use super::uses::{Access, Grant, KeyUse, Stored};
use crate::cfn::{Arn, Handle, Part, Referable, Resource, ResourceId, Val, iam, kms};
use crate::diagnostic::{Code, Diagnostic, Result, Span, listed};
use crate::document::Spanned;
use crate::environment::House;
use crate::name::Target;

/// What a construct sees: its own rules, and what the passes before have found of the others.
#[derive(Clone, Copy)]
pub struct Cx<'a> {
    /// Everything that has a name.
    pub model: &'a Model,
    /// The construct itself.
    pub me: EntryId,
    /// What was granted, by the construct it was granted on; empty before the pass of uses.
    pub grants: &'a HashMap<EntryId, Vec<Grant>>,
    /// Who uses which key; empty before the pass of building.
    pub key_uses: &'a HashMap<ResourceId, Vec<KeyUse>>,
    /// What is under which key; empty before the pass of building.
    pub stored: &'a HashMap<ResourceId, Vec<Stored>>,
    /// The uses of keys by each role.
    pub role_uses: &'a HashMap<ResourceId, Vec<KeyUse>>,
    /// What each role may do.
    pub accesses: &'a HashMap<ResourceId, Vec<Access>>,
}

impl<'a> Cx<'a> {
    /// The construct itself.
    pub fn entry(&self) -> &'a Entry {
        &self.model.entries()[self.me]
    }

    /// What the rules mean for it.
    pub fn house(&self) -> &'a House {
        &self.entry().house
    }

    /// Where it is deployed.
    pub fn target(&self) -> &'a Target {
        &self.model.instances[self.entry().instance.0 as usize].target
    }

    /// What was granted on it.
    pub fn granted(&self) -> &'a [Grant] {
        self.grants.get(&self.me).map_or(&[], Vec::as_slice)
    }

    /// What roles were granted on it, each with its role.
    pub fn granted_to_roles(&self) -> impl Iterator<Item = (&'a Grant, &'a Handle<iam::Role>)> {
        self.granted().iter().filter_map(|grant| Some((grant, grant.role()?)))
    }

    /// Who uses a key.
    pub fn uses_of(&self, key: &Handle<kms::Key>) -> &'a [KeyUse] {
        self.key_uses.get(key.id()).map_or(&[], Vec::as_slice)
    }

    /// The resource that a reference means.
    ///
    /// # Errors
    /// If there is no such construct, or it makes no resource of this type.
    pub fn get<R: Resource>(&self, to: &To<R>) -> Result<Handle<R>> {
        let id = self.find(&to.reference.value, to.reference.span)?;
        let entry = &self.model.entries()[id];
        entry.is_there(to.reference.span)?;
        let mut fitting = entry.handles.iter().filter_map(Handle::from_any);
        let member = entry.member(&to.reference)?;
        fitting.nth(member).ok_or_else(|| {
            let message = format!("`{}` is {}, not {}", to.reference.value, a(entry.kind), described(R::TYPE));
            let fitting = self.model.entries().iter().filter(|other| {
                other.instance == self.entry().instance
                    && other.handles.iter().any(|part| Handle::<R>::from_any(part).is_some())
            });
            let fitting: Vec<String> = fitting.map(|entry| entry.path.to_string()).take(10).collect();
            let diagnostic = Diagnostic::error(Code::WrongReference, to.reference.span, message);
            let diagnostic = diagnostic.related(entry.place, format!("the `{}`", entry.kind));
            match fitting.is_empty() {
                true => diagnostic,
                false => diagnostic.hint(format!("in this stack: {}", listed(fitting.iter().map(String::as_str)))),
            }
            .into()
        })
    }

    /// The resource that a reference means, in the construct's own region.
    ///
    /// # Errors
    /// As [`Cx::get`], and if it is in another region.
    pub fn get_here<R: Resource>(&self, to: &To<R>) -> Result<Handle<R>> {
        let handle = self.get(to)?;
        // Where something outside is, compared with where this will be, may be known only at deployment.
        let unknown = handle.is_outside() && self.target().region.is_none();
        if unknown || handle.target().region == self.target().region {
            return Ok(handle);
        }
        let region = handle.target().region.as_ref().map_or("the first region".to_owned(), |it| format!("`{it}`"));
        let message = format!("`{}` is in {region}, and has to be in the same region as this", to.reference.value);
        Err(Diagnostic::error(Code::WrongReference, to.reference.span, message).into())
    }

    /// The resources of a type that are made in the construct's own account and region.
    pub fn all_here<R: Resource>(&self) -> impl Iterator<Item = Handle<R>> {
        let handles = self.model.entries().iter().flat_map(|entry| &entry.handles);
        handles.filter_map(Handle::from_any).filter(|handle| handle.target() == self.target())
    }

    /// Whether a resource [is for certain](Target::is_foreign) in another account than the construct.
    pub fn is_foreign<R: Resource>(&self, handle: &Handle<R>) -> bool {
        self.target().is_foreign(handle.target())
    }

    /// Whether a resource [may be](Target::may_be_foreign) in another account than the construct.
    pub fn may_be_foreign<R: Resource>(&self, handle: &Handle<R>) -> bool {
        self.target().may_be_foreign(handle.target())
    }

    /// Whether a reference means something, even if that makes no resource under the rule `encryption`, or if the
    /// environment does without it.
    ///
    /// # Errors
    /// If there is no such construct.
    pub(super) fn target_exists<R>(&self, to: &To<R>) -> Result<()> {
        match self.find(&to.reference.value, to.reference.span) {
            Err(found) if found.iter().all(|diagnostic| diagnostic.code == Code::AbsentConstruct) => Ok(()),
            target => target.map(drop),
        }
    }

    /// The resource of a type that the construct makes which a reference means, if it makes one.
    ///
    /// # Errors
    /// If there is no such construct.
    pub fn find_in<R: Resource>(&self, to: &To<Any>) -> Result<Option<Handle<R>>> {
        let entry = &self.model.entries()[self.target_of(to)?];
        entry.is_there(to.reference.span)?;
        let member = entry.member(&to.reference)?;
        Ok(entry.handles.iter().filter_map(Handle::from_any).nth(member))
    }

    /// The ARN of a resource that a property of the construct's is about: by reference, where both are in one template.
    pub fn arn<R: Referable>(&self, of: &Handle<R>) -> Arn {
        Arn::seen_from(self.entry().instance, of)
    }

    /// The construct that a reference means, which makes a resource of the right type.
    ///
    /// # Errors
    /// If there is none, or it makes no such resource.
    pub fn entry_of<R: Resource>(&self, to: &To<R>) -> Result<EntryId> {
        self.get(to)?;
        self.find(&to.reference.value, to.reference.span)
    }

    /// The construct that a reference means, with its names.
    ///
    /// # Errors
    /// As [`Cx::entry_of`].
    pub fn construct_of<R: Resource>(&self, to: &To<R>) -> Result<&'a Entry> {
        Ok(&self.model.entries()[self.entry_of(to)?])
    }

    /// The text of a file, from the stack file's folder.
    ///
    /// # Errors
    /// If the path is absolute or leaves the project, or the file cannot be read as text.
    pub fn text_beside(&self, path: &str, at: Span) -> Result<String> {
        Ok(self.model.instances[self.entry().instance.0 as usize].folder.text(path, at)?)
    }

    /// The construct that a reference means.
    ///
    /// # Errors
    /// If there is none.
    pub fn target_of(&self, to: &To<Any>) -> Result<EntryId> {
        self.find(&to.reference.value, to.reference.span)
    }

    /// The attribute that a reference means.
    ///
    /// # Errors
    /// If there is no such construct, or it does not have the attribute.
    pub fn attribute(&self, of: &Spanned<AttributeOf>) -> Result<Val<String>> {
        let AttributeOf { of: reference, attribute } = &of.value;
        let entry = &self.model.entries()[self.find(reference, of.span)?];
        entry.attribute_or_mistake(attribute, of)
    }

    /// The attribute that a reference means, with an order: whoever holds it waits for the construct.
    ///
    /// # Errors
    /// As [`Cx::attribute`].
    pub fn use_attribute(&self, of: &Spanned<AttributeOf>) -> Result<Val<String>> {
        let value = self.attribute(of)?;
        let main = self.model.entries()[self.find(&of.value.of, of.span)?].handles.first();
        let made = main.filter(|main| main.outside.is_none());
        let after = made.map(|main| Val::from(Part::After(main.id.clone())));
        Ok(Val::concat(after.into_iter().chain([value])))
    }

    /// The resource of a type that an attribute is of, if it is of one.
    pub fn owner_of<R: Resource>(&self, of: &Spanned<AttributeOf>) -> Option<Handle<R>> {
        let entry = &self.model.entries()[self.find(&of.value.of, of.span).ok()?];
        let member = entry.member(&Spanned { value: of.value.of.clone(), span: of.span }).ok()?;
        entry.handles.iter().filter_map(Handle::from_any).nth(member)
    }

    fn find(&self, reference: &Reference, at: Span) -> Result<EntryId> {
        self.model.resolve(reference, at, self.entry().instance)
    }
}

/// A resource type in the words of a message.
fn described(kind: &str) -> &str {
    match kind {
        "AWS::CloudTrail::Trail" => "a trail",
        "AWS::ApiGateway::RestApi" => "an API",
        "AWS::CertificateManager::Certificate" => "a certificate",
        "AWS::DynamoDB::Table" => "a table",
        "AWS::IAM::Role" => "a role",
        "AWS::KMS::Key" | "AWS::KMS::ReplicaKey" => "a key",
        "AWS::Lambda::Function" => "a function",
        "AWS::Logs::LogGroup" => "a log group",
        "AWS::S3::Bucket" => "a bucket",
        "AWS::SNS::Topic" => "a topic",
        "AWS::SQS::Queue" => "a queue",
        other => other,
    }
}
