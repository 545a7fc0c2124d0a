//! What a role may do that no grant can say.

use std::borrow::Cow;
use std::sync::Arc;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::cfn::Arn;
use crate::cfn::policy::{OneOrAll, Statement};
use crate::construct::Cx;
use crate::constructs::key_policy::{Effect, Sid, Tests, check_tests, condition};
use crate::constructs::or_reference::OrReference;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result};
use crate::document::{OneOrMany, Spanned};
use crate::name::text_type;
use crate::service::kms::WITHOUT_KEY;

/// A statement for what no grant can say: what a role may do with something for which there is no construct, or what it
/// may never do.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct IdentityStatement {
    /// Its id: letters and digits.
    pub sid: Spanned<Sid>,
    /// Whether it allows or denies.
    pub effect: Effect,
    /// Actions, in which a `*` stands for any text: `ses:SendEmail`.
    pub actions: Spanned<Vec<Spanned<ActionPattern>>>,
    /// On what: an ARN, in which a `*` stands for any text; or `{ ref: … }` to another construct's. `*` alone is for
    /// actions that know no resources.
    pub resources: OneOrMany<OrReference<ArnPattern>>,
    /// When, as in a policy: `{ StringEquals: { "aws:RequestedRegion": … } }`.
    #[serde(default)]
    pub condition: IndexMap<Spanned<String>, Tests>,
}

/// An action of a service, or several by a `*`.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionPattern(Arc<str>);

impl ActionPattern {
    fn new(text: &str) -> Option<Self> {
        let (service, action) = text.split_once(':')?;
        let service =
            !service.is_empty() && service.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        let action = !action.is_empty() && action.chars().all(|c| c.is_ascii_alphanumeric() || c == '*');
        (service && action).then(|| Self(text.into()))
    }

    fn service(&self) -> &str {
        self.0.split(':').next().unwrap_or_default()
    }
}

text_type!(ActionPattern, "an action of a service, such as `ses:SendEmail`", r"^[a-z0-9-]+:[A-Za-z0-9*]+$");

/// An ARN, in which a `*` stands for any text; or `*` for anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArnPattern(Arc<str>);

impl ArnPattern {
    fn new(text: &str) -> Option<Self> {
        (text == "*" || text.starts_with("arn:") && text.split(':').count() >= 6).then(|| Self(text.into()))
    }
}

impl AsRef<str> for ArnPattern {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

text_type!(ArnPattern, "an ARN, in which a `*` stands for any text, or `*`", r"^(\*|arn:[^:]+:[^:]+:[^:]*:[^:]*:.+)$");

impl IdentityStatement {
    /// The statement as it stands in the role's policy.
    pub(super) fn lower(&self, cx: &Cx<'_>) -> Result<Statement> {
        let mut found = Diagnostics::default();
        let resources = self.resources.0.iter().filter_map(|resource| found.take(resource.value(cx))).map(Arn::literal);
        let statement = Statement::allow(self.sid.value.as_str(), Vec::new(), resources.collect());
        let actions = self.actions.value.iter().map(|action| Cow::Owned(action.value.0.to_string()));
        let statement = Statement { action: OneOrAll(actions.collect()), ..statement };
        let statement = statement.when(condition(&self.condition));
        found.or(match self.effect {
            Effect::Allow => statement,
            Effect::Deny => statement.deny(),
        })
    }

    /// What is wrong with it.
    pub(super) fn check(&self) -> Diagnostics {
        let mut found = Diagnostics::default();
        if self.actions.value.is_empty() {
            let message = "a statement needs at least one action";
            found.push(Diagnostic::error(Code::InvalidValue, self.actions.span, message));
        }
        if self.resources.0.is_empty() {
            let message = "a statement needs at least one resource";
            found.push(Diagnostic::error(Code::InvalidValue, self.actions.span, message));
        }
        let allowed = self.actions.value.iter().filter(|_| self.effect == Effect::Allow);
        found.extend(allowed.filter_map(refused));
        found.extend(check_tests(&self.condition));
        found
    }
}

/// What no statement allows: everything that a service can do, and use of keys, whose own policies would not know of
/// it.
fn refused(action: &Spanned<ActionPattern>) -> Option<Diagnostic> {
    let ActionPattern(text) = &action.value;
    let error = |message: String| Diagnostic::error(Code::InvalidValue, action.span, message);
    if text.ends_with(":*") {
        let message = format!("`{text}` allows everything that the service can do, also what it does not do yet");
        return Some(error(message).hint("name the actions, or the beginning that they share: `s3:Get*`"));
    }
    let about_keys =
        action.value.service() == "kms" && !WITHOUT_KEY.iter().any(|known| known.eq_ignore_ascii_case(text));
    about_keys.then(|| {
        let message = format!("`{text}` is granted on the key, so that the key's policy says it too");
        error(message).hint("`grants: { security/data: decrypt }`")
    })
}
