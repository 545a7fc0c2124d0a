//! Environments that are written in Rust.

use super::{Environment, Environments, Protection, Rules, check_name, no_environment};
use crate::diagnostic::{Diagnostics, Span};
use crate::document::Spanned;

/// An environment that asks for a protection level, and for nothing else.
///
/// ```
/// use synth::environment::{Environments, Protection};
///
/// let environments = Environments {
///     all: [("dev".to_owned(), Protection::Open.into()), ("prod".to_owned(), Protection::Guarded.into())].into(),
///     ..Environments::default()
/// };
/// ```
impl From<Protection> for Environment {
    fn from(protection: Protection) -> Self {
        Self { rules: protection.into(), ..Self::default() }
    }
}

/// Rules that ask for a protection level, and for nothing else.
impl From<Protection> for Rules {
    fn from(protection: Protection) -> Self {
        Self { protection: Some(protection.into()), ..Self::default() }
    }
}

impl Environments {
    /// The environments with places, and what is wrong with them; `place` gives a place to a few words.
    pub(crate) fn in_rust(mut self, mut place: impl FnMut(&str) -> Span) -> (Option<Self>, Diagnostics) {
        let mut found = Diagnostics::default();
        let at = place("environments");
        let project = &mut self.project;
        for template in [&mut project.stack_name, &mut project.naming] {
            *template = template.take().map(|template| template.or_at(at));
        }
        project.order = std::mem::take(&mut project.order).into_iter().map(|name| name.or_at(at)).collect();
        project.rules = std::mem::take(&mut project.rules).or_at(at);
        for (name, environment) in &mut self.all {
            let at = place(&format!("environments: {name}"));
            check_name(name, at, &mut found);
            environment.rules = std::mem::take(&mut environment.rules).or_at(at);
        }
        if self.all.is_empty() {
            found.push(no_environment(at));
        }
        self.check(&[], &mut found);
        (Some(self).filter(|environments| !environments.all.is_empty()), found)
    }
}

impl Rules {
    /// The rules, with `around` as the place of what is [written in Rust](Span::IN_RUST).
    pub(crate) fn or_at(self, around: Span) -> Self {
        macro_rules! placed {
            ($($rule:ident),* $(,)?) => {
                Self { $($rule: self.$rule.map(|rule: Spanned<_>| rule.or_at(around)),)* ..self }
            };
        }
        placed! {
            protection,
            deletion_policy,
            replacement_policy,
            deletion_protection,
            point_in_time_recovery,
            key_pending_window,
            log_retention,
            termination_protection,
            break_glass_role,
            encryption,
        }
    }
}
