//! The first pass: every resource gets its logical id and its physical name.

use std::sync::Arc;

use super::model::{Entry, PoolNames};
use super::reference::Attribute;
use super::unique::Claim;
use crate::cfn::{AnyHandle, Handle, InstanceId, Named, Outside, Resource, ResourceId, Val};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::document::Spanned;
use crate::environment::{House, NamingRules, Tier, Variables};
use crate::name::{LogicalId, NameFault, NameRule, Path, Region, Target};
use crate::service::kms::KeyKind;

/// Names the resources of one construct.
#[derive(Debug)]
pub struct Naming<'a> {
    /// The naming templates.
    pub rules: &'a NamingRules,
    /// The template for this construct's names.
    pub template: &'a Spanned<String>,
    /// What the user calls the main resource, instead of the template: it gives the first name that is asked for.
    pub explicit: Option<&'a Spanned<String>>,
    /// What the template can print; the kind is filled in for each resource.
    pub variables: Variables,
    /// A number that names get from the second generation on.
    pub generation: u32,
    /// Where the construct stands.
    pub path: Path,
    /// Where it stood when its resources were named: it keeps their logical ids.
    pub was: Path,
    /// The stack instance it is part of.
    pub instance: InstanceId,
    /// Where its name is written.
    pub place: Span,
    /// Where its kind is written.
    pub kind_at: Span,
    /// What the rules mean for it.
    pub house: Arc<House>,
    named_at: Span,
    nameless: bool,
    left_out: bool,
    required: bool,
    is_raw: bool,
    holds_data: bool,
    key_kind: Option<KeyKind>,
    pool: Option<PoolNames>,
    elsewhere: bool,
    handles: Vec<(Arc<AnyHandle>, Option<&'static NameRule>)>,
    replicas: Vec<(Arc<AnyHandle>, Option<&'static NameRule>)>,
    claimed: Vec<(Val<String>, &'static NameRule)>,
    attributes: Vec<Attribute>,
    values: Vec<(Attribute, Val<String>)>,
    domains: Vec<Val<String>>,
    found: Diagnostics,
}

impl<'a> Naming<'a> {
    /// A construct that has no names yet.
    #[expect(clippy::too_many_arguments, reason = "each is something else, and all are needed")]
    pub fn new(
        rules: &'a NamingRules,
        template: &'a Spanned<String>,
        explicit: Option<&'a Spanned<String>>,
        variables: Variables,
        generation: u32,
        (path, was): (Path, Path),
        instance: InstanceId,
        (place, kind_at): (Span, Span),
        house: Arc<House>,
    ) -> Self {
        Self {
            rules,
            template,
            explicit,
            variables,
            generation,
            path,
            was,
            instance,
            place,
            kind_at,
            house,
            named_at: explicit.map_or(place, |explicit| explicit.span),
            nameless: false,
            left_out: false,
            required: false,
            is_raw: false,
            holds_data: false,
            key_kind: None,
            pool: None,
            elsewhere: false,
            handles: Vec::new(),
            replicas: Vec::new(),
            claimed: Vec::new(),
            attributes: Vec::new(),
            values: Vec::new(),
            domains: Vec::new(),
            found: Diagnostics::default(),
        }
    }

    /// The name that the rule gives for a kind: `topic`, `table`. The main resource's may be given by the user.
    pub fn physical(&mut self, kind: &'static str) -> Val<String> {
        let template = self.explicit.take().unwrap_or(self.template);
        self.render(template, kind)
    }

    /// What a template gives that stands in the construct, such as a domain, if the rule accepts it.
    pub fn text(&mut self, template: &Spanned<String>, rule: &NameRule) -> Val<String> {
        let text = self.rendered(template, "");
        let main_named_at = std::mem::replace(&mut self.named_at, template.span.or(self.place));
        self.check(&text, rule);
        self.named_at = main_named_at;
        text
    }

    fn rendered(&mut self, template: &Spanned<String>, kind: &'static str) -> Val<String> {
        let variables = Variables { kind, ..self.variables.clone() };
        match self.rules.render(template, variables) {
            Ok(Some(name)) => name,
            Ok(None) => self.nameless(),
            Err(diagnostic) => {
                self.found.push(diagnostic.related(self.place, "for this construct"));
                self.nameless()
            }
        }
    }

    fn render(&mut self, template: &Spanned<String>, kind: &'static str) -> Val<String> {
        let name = self.rendered(template, kind);
        match self.generation {
            _ if self.nameless => name,
            1 => name,
            generation => Val::concat([name, format!("-{generation}").into()]),
        }
    }

    /// A name that could not be made, which is reported: what follows from it is not checked.
    fn nameless(&mut self) -> Val<String> {
        self.nameless = true;
        Val::from("")
    }

    /// The construct's main resource, named by the rule: its logical id is the path alone.
    pub fn main<R: Named>(&mut self, kind: &'static str) -> Handle<R> {
        self.main_with_suffix(kind, "")
    }

    /// The same, with an ending that the service asks for.
    pub fn main_with_suffix<R: Named>(&mut self, kind: &'static str, suffix: impl Into<Val<String>>) -> Handle<R> {
        let name = self.physical(kind);
        self.attributes.extend([Attribute::Name, Attribute::Arn]);
        self.named("", Val::concat([name, suffix.into()]))
    }

    /// The construct's main resource, named by the rule and made by something else than CloudFormation: nothing waits
    /// for it.
    pub fn main_elsewhere<R: Named>(&mut self, kind: &'static str) -> Handle<R> {
        self.elsewhere = true;
        let handle = self.main(kind);
        self.elsewhere = false;
        handle
    }

    /// Another resource, named by the rule.
    pub fn part<R: Named>(&mut self, role: &str, kind: &'static str) -> Handle<R> {
        let name = self.physical(kind);
        self.named(role, name)
    }

    /// Another resource, named by one of the construct's own [names](super::Construct::names) where there is one, and
    /// else by the rule.
    pub fn part_called<R: Named>(
        &mut self,
        role: &str,
        kind: &'static str,
        name: Option<&Spanned<String>>,
    ) -> Handle<R> {
        let Some(template) = name else { return self.part(role, kind) };
        let name = self.render(template, kind);
        let main_named_at = std::mem::replace(&mut self.named_at, template.span.or(self.place));
        let handle = self.named(role, name);
        self.named_at = main_named_at;
        handle
    }

    /// A resource whose name follows from another's.
    pub fn named<R: Named>(&mut self, role: &str, name: Val<String>) -> Handle<R> {
        self.check(&name, &R::NAME);
        self.handle(role, name, Some(R::arn), Some(&R::NAME))
    }

    /// Takes a name that its service wants to be unique, of something that has no ARN by it.
    pub fn claim(&mut self, name: Val<String>, rule: &'static NameRule) {
        self.check(&name, rule);
        self.claimed.push((name, rule));
    }

    fn check(&mut self, name: &Val<String>, rule: &NameRule) {
        match rule.check(&name.longest()) {
            _ if self.nameless => {}
            Ok(()) => {}
            Err(NameFault::TooLong(message)) => self.refuse(Code::NameTooLong, message, name),
            Err(NameFault::Refused(message)) => self.refuse(Code::InvalidName, message, name),
        }
    }

    /// Reports why a name is refused.
    pub fn refuse(&mut self, code: Code, message: String, name: &Val<String>) {
        let mut diagnostic = Diagnostic::error(code, self.named_at, message);
        if code == Code::NameTooLong && self.named_at == self.place {
            diagnostic =
                diagnostic.hint("a shorter id, or a shorter `naming` beside the kind, which all its names follow");
        }
        if name.known().is_none() {
            diagnostic = diagnostic.hint("account and region count with their longest possible values");
        }
        self.found.push(diagnostic);
    }

    /// Takes the name of a resource in another region too, where it has a replica.
    pub fn replica<R: Named>(&mut self, of: &Handle<R>, region: &Region) {
        self.replicas.push((Arc::clone(of.replica(region).any()), Some(&R::NAME)));
    }

    /// A resource that AWS numbers.
    pub fn unnamed<R: Resource>(&mut self, role: &str) -> Handle<R> {
        self.handle(role, Val::from(""), None, None)
    }

    /// Whether keys of these stacks encrypt here. Where AWS's do, a key makes nothing, and is left out.
    pub fn has_keys(&mut self) -> bool {
        self.left_out = self.house.encryption != Tier::CustomerManaged;
        !self.left_out
    }

    /// The same for keys that nothing of AWS's stands in for: it is a mistake where they are left out.
    pub fn requires_keys(&mut self) -> bool {
        self.required = true;
        self.has_keys()
    }

    /// A resource that exists outside of these stacks, as the construct's main one; `name` is what it is called, as
    /// far as it has a name.
    pub fn outside<R: Resource>(&mut self, name: &str, target: Target, outside: Outside) -> Handle<R> {
        let id = ResourceId { instance: self.instance, logical: LogicalId::of(&self.was, "") };
        let (kind, path) = (R::TYPE.into(), self.house.role_path.text());
        let name = Val::from(name).into_name();
        let any = AnyHandle { id, kind, name, arn_rule: None, path, target, outside: Some(outside) };
        let handle = Handle::new(any);
        self.handles.push((Arc::clone(handle.any()), None));
        handle
    }

    /// The only resource of a construct that makes one of any type.
    pub fn raw(&mut self, kind: &str) -> Arc<AnyHandle> {
        self.is_raw = true;
        let id = ResourceId { instance: self.instance, logical: LogicalId::of(&self.was, "") };
        let (path, target) = (self.house.role_path.text(), self.variables.target.clone());
        let (name, kind) = (Val::from("").into_name(), kind.to_owned().into());
        let handle = Arc::new(AnyHandle { id, kind, name, arn_rule: None, path, target, outside: None });
        self.handles.push((Arc::clone(&handle), None));
        handle
    }

    /// Says what kind of keys it makes.
    pub fn makes_keys_of(&mut self, kind: KeyKind) {
        self.key_kind = Some(kind);
    }

    /// Says that its main resource holds data, though others of its type do not.
    pub fn holds_data(&mut self) {
        self.holds_data = true;
    }

    /// Lets others name the construct's keys by their numbers: each is followed by its alias.
    pub fn offer_pool(&mut self, pool: PoolNames) {
        self.pool = Some(pool);
    }

    /// Lets others use an attribute of the main resource.
    pub fn offer(&mut self, attributes: impl IntoIterator<Item = Attribute>) {
        self.attributes.extend(attributes);
    }

    /// Lets others use an attribute that does not follow from the main resource alone.
    pub fn offer_value(&mut self, attribute: Attribute, value: Val<String>) {
        if !self.attributes.contains(&attribute) {
            self.attributes.push(attribute.clone());
        }
        self.values.push((attribute, value));
    }

    /// Says which domains the construct is for.
    pub fn serve(&mut self, domains: Vec<Val<String>>) {
        self.domains = domains;
    }

    fn handle<R: Resource>(
        &mut self,
        role: &str,
        name: Val<String>,
        arn: Option<fn(&AnyHandle) -> Val<String>>,
        rule: Option<&'static NameRule>,
    ) -> Handle<R> {
        let id = ResourceId { instance: self.instance, logical: LogicalId::of(&self.was, role) };
        let (path, target) = (self.house.role_path.text(), self.variables.target.clone());
        let (name, kind) = (name.into_name(), R::TYPE.into());
        let mut any = AnyHandle { id, kind, name, arn_rule: arn, path, target, outside: None };
        if let Some(arn) = any.arn().filter(|_| self.elsewhere) {
            any.outside = Some(Outside { arn, reference: any.name.clone().text() });
        }
        let handle = Handle::new(any);
        self.handles.push((Arc::clone(handle.any()), rule));
        handle
    }

    /// The construct with its names, what each of them claims for itself, and what is wrong with them.
    pub fn finish(self, kind: &'static str) -> (Entry, Vec<Claim>, Diagnostics) {
        let Self { path, instance, place, kind_at, house, attributes, handles, replicas, claimed, .. } = self;
        let Self { variables, found, values, domains, nameless, left_out, required, is_raw, .. } = self;
        let Self { holds_data, key_kind, pool, .. } = self;
        let made = handles.iter().chain(&replicas).map(|(handle, rule)| Claim {
            id: Some(handle.id.clone()),
            name: rule.map(|rule| (handle.name.clone().text(), rule)),
            target: handle.target.clone(),
            place,
            path: path.clone(),
        });
        let only_named = claimed.into_iter().map(|name| Claim {
            id: None,
            name: Some(name),
            target: variables.target.clone(),
            place,
            path: path.clone(),
        });
        let claims = if nameless { Vec::new() } else { made.chain(only_named).collect() };
        let alone = |named: Vec<(Arc<AnyHandle>, _)>| named.into_iter().map(|(handle, _)| handle).collect();
        let (handles, replicas) = (alone(handles), alone(replicas));
        (
            Entry {
                path,
                instance,
                kind,
                place,
                kind_at,
                house,
                handles,
                replicas,
                holds_data,
                attributes,
                values,
                domains,
                left_out,
                required,
                key_kind,
                pool,
                is_raw,
            },
            claims,
            found,
        )
    }
}
