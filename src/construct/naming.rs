//! The first pass: every resource gets its logical id and its physical name.

use std::collections::HashMap;
use std::sync::Arc;

use super::model::{Attribute, Entry};
use crate::cfn::{AnyHandle, Handle, InstanceId, Named, Resource, ResourceId, Val};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::document::Spanned;
use crate::environment::{House, NamingRules, Variables};
use crate::name::{LogicalId, NameFault, NameRule, Path, Scope, Target};

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
    /// The stack instance it is part of.
    pub instance: InstanceId,
    /// Where its name is written.
    pub place: Span,
    /// What the rules mean for it.
    pub house: Arc<House>,
    named_at: Span,
    handles: Vec<(Arc<AnyHandle>, Option<&'static NameRule>)>,
    attributes: Vec<Attribute>,
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
        path: Path,
        instance: InstanceId,
        place: Span,
        house: Arc<House>,
    ) -> Self {
        Self {
            rules,
            template,
            explicit,
            variables,
            generation,
            path,
            instance,
            place,
            house,
            named_at: explicit.map_or(place, |explicit| explicit.span),
            handles: Vec::new(),
            attributes: Vec::new(),
            found: Diagnostics::default(),
        }
    }

    /// The name that the rule gives for a kind: `topic`, `table`. The main resource's may be given by the user.
    pub fn physical(&mut self, kind: &'static str) -> Val<String> {
        let template = self.explicit.take().unwrap_or(self.template);
        let variables = Variables { kind, ..self.variables.clone() };
        match self.rules.render(template, variables) {
            Ok(name) if self.generation > 1 => Val::concat([name, format!("-{}", self.generation).into()]),
            Ok(name) => name,
            Err(diagnostic) => {
                self.found.push(diagnostic.related(self.place, "for this construct"));
                Val::from("")
            }
        }
    }

    /// The construct's main resource, named by the rule: its logical id is the path alone.
    pub fn main<R: Named>(&mut self, kind: &'static str) -> Handle<R> {
        self.main_with_suffix(kind, "")
    }

    /// The same, with an ending that the service asks for.
    pub fn main_with_suffix<R: Named>(&mut self, kind: &'static str, suffix: &str) -> Handle<R> {
        let name = self.physical(kind);
        self.attributes.extend([Attribute::Name, Attribute::Arn]);
        self.named("", Val::concat([name, suffix.into()]))
    }

    /// Another resource, named by the rule.
    pub fn part<R: Named>(&mut self, role: &str, kind: &'static str) -> Handle<R> {
        let name = self.physical(kind);
        self.named(role, name)
    }

    /// A resource whose name follows from another's.
    pub fn named<R: Named>(&mut self, role: &str, name: Val<String>) -> Handle<R> {
        if name.known().is_none_or(|name| !name.is_empty()) {
            let at = self.named_at;
            match R::NAME.check(&name.longest()) {
                Ok(()) => {}
                Err(NameFault::TooLong(message)) => self.found.push(Diagnostic::error(Code::NameTooLong, at, message)),
                Err(NameFault::Refused(message)) => self.found.push(Diagnostic::error(Code::InvalidName, at, message)),
            }
        }
        self.handle(role, name, Some(R::arn), Some(&R::NAME))
    }

    /// A resource that AWS numbers.
    pub fn unnamed<R: Resource>(&mut self, role: &str) -> Handle<R> {
        self.handle(role, Val::from(""), None, None)
    }

    /// Lets others use an attribute of the main resource.
    pub fn offer(&mut self, attributes: impl IntoIterator<Item = Attribute>) {
        self.attributes.extend(attributes);
    }

    fn handle<R: Resource>(
        &mut self,
        role: &str,
        name: Val<String>,
        arn: Option<fn(&AnyHandle) -> Val<String>>,
        rule: Option<&'static NameRule>,
    ) -> Handle<R> {
        let id = ResourceId { instance: self.instance, logical: LogicalId::of(&self.path, role) };
        let (path, target) = (self.house.role_path.text(), self.variables.target.clone());
        let handle = Handle::new(AnyHandle { id, kind: R::TYPE, name: name.into_name(), arn, path, target });
        self.handles.push((Arc::clone(handle.any()), rule));
        handle
    }

    /// The construct with its names; they are counted in `unique`.
    pub fn finish(self, kind: &'static str, unique: &mut UniqueNames, found: &mut Diagnostics) -> Entry {
        for (handle, rule) in &self.handles {
            unique.add(handle, *rule, &self.variables.env, self.place, &self.path);
        }
        found.extend(self.found);
        let handles = self.handles.into_iter().map(|(handle, _)| handle).collect();
        let Self { path, instance, place, house, attributes, .. } = self;
        Entry { path, instance, kind, place, house, handles, attributes }
    }
}

/// Every name of a run, to find those that are given twice.
#[derive(Debug, Default)]
pub struct UniqueNames {
    physical: HashMap<(&'static str, String), Vec<Owner>>,
    logical: HashMap<(Arc<str>, ResourceId), (Span, Path)>,
    found: Vec<(Arc<str>, Diagnostic)>,
}

#[derive(Debug)]
struct Owner {
    environment: Arc<str>,
    target: Target,
    place: Span,
    of: String,
}

impl UniqueNames {
    fn add(&mut self, handle: &AnyHandle, rule: Option<&NameRule>, env: &Arc<str>, place: Span, path: &Path) {
        let logical = (Arc::clone(env), handle.id.clone());
        if let Some((other, of)) = self.logical.insert(logical, (place, path.clone())) {
            let message =
                format!("`{path}` and `{of}` both make a resource with the logical id `{}`", handle.id.logical);
            let diagnostic = Diagnostic::error(Code::DuplicateLogicalId, place, message);
            let diagnostic = if other == place { diagnostic } else { diagnostic.related(other, "the other one") };
            self.found.push((Arc::clone(env), diagnostic));
        }
        if let Some(rule) = rule {
            self.claim(
                handle.kind,
                &handle.name.clone().text().symbolic(),
                rule,
                &handle.target,
                env,
                place,
                &path.to_string(),
            );
        }
    }

    /// Counts the physical name of something; `owner` is what it belongs to.
    #[expect(clippy::too_many_arguments, reason = "each is something else, and all are needed")]
    pub fn claim(
        &mut self,
        kind: &'static str,
        name: &str,
        rule: &NameRule,
        target: &Target,
        env: &Arc<str>,
        place: Span,
        owner: &str,
    ) {
        if name.is_empty() {
            return; // there is no name, which is reported already
        }
        let owners = self.physical.entry((kind, name.to_owned())).or_default();
        let may_share = |other: &&Owner| {
            let either = |one: Option<&str>, other: Option<&str>| one.is_none() || other.is_none() || one == other;
            let account = |target: &Target| target.account.as_ref().map(ToString::to_string);
            let region = |target: &Target| target.region.as_ref().map(ToString::to_string);
            let same_account = either(account(target).as_deref(), account(&other.target).as_deref());
            // A region beside a construct is another one than the primary, even where that is not known.
            let same_region = match other.environment == *env {
                true => target.region == other.target.region,
                false => either(region(target).as_deref(), region(&other.target).as_deref()),
            };
            same_account && (same_region || rule.scope == Scope::Account)
        };
        if let Some(other) = owners.iter().find(may_share) {
            let elsewhere = other.environment != *env;
            let message = match elsewhere {
                false => format!("{} called `{name}` is here twice", rule.of),
                true => format!(
                    "{} called `{name}` is in `{}` too, which may share an account with `{env}`",
                    rule.of, other.environment
                ),
            };
            let mut diagnostic = Diagnostic::error(Code::DuplicateName, place, message);
            if other.place != place {
                diagnostic = diagnostic.related(other.place, format!("`{}` has the same name", other.of));
            }
            if elsewhere {
                diagnostic = diagnostic.hint("a naming rule with `{{ env }}` in it, or another `account` for each");
                self.found.push((Arc::clone(&other.environment), diagnostic.clone()));
            }
            self.found.push((Arc::clone(env), diagnostic));
        }
        owners.push(Owner { environment: Arc::clone(env), target: target.clone(), place, of: owner.to_owned() });
    }

    /// The names that are given twice, as far as they concern an environment.
    pub fn collisions(&self, environment: &str) -> Diagnostics {
        let own = self.found.iter().filter(|(env, _)| **env == *environment);
        own.map(|(_, diagnostic)| diagnostic.clone()).collect()
    }
}
