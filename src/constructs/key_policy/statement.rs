//! Statements of a key's policy that users write themselves.

use std::sync::Arc;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::used_by::OutsidePrincipal;
use crate::cfn::Arn;
use crate::cfn::policy::{Action, Condition, Operator, Principal, Statement};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, nearest};
use crate::document::{OneOrMany, Spanned};
use crate::name::{text_type, word_type};
use crate::service::kms::{ACTIONS, CONDITION_KEYS, OPERATORS};

/// A statement for what no grant and no `used-by` can say. Its words are checked, and so is that nobody is locked out.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ExtraStatement {
    /// Its id: letters and digits.
    pub sid: Sid,
    /// Whether it allows or denies.
    pub effect: Effect,
    /// Whom it is about: roles and users by ARN, in which a `*` stands for any text, and accounts by number. One that
    /// denies and names nobody is about everybody.
    #[serde(default)]
    pub principals: Vec<Spanned<OutsidePrincipal>>,
    /// KMS actions, each by its whole name.
    pub actions: Spanned<Vec<KmsAction>>,
    /// When, as in a policy: `{ StringEquals: { "kms:ViaService": … } }`.
    #[serde(default)]
    pub condition: IndexMap<Spanned<String>, Tests>,
}

/// The values that condition keys are tested against.
pub type Tests = IndexMap<Spanned<String>, OneOrMany<Spanned<String>>>;

/// Whether a statement allows or denies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the policy language's own words")]
pub enum Effect {
    Allow,
    Deny,
}

/// The id of a statement.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html>
#[derive(Clone, Debug)]
pub struct Sid(Arc<str>);

impl Sid {
    fn new(text: &str) -> Option<Self> {
        (!text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric())).then(|| Self(text.into()))
    }
}

text_type!(Sid, "an id for a statement: letters and digits", r"^[A-Za-z0-9]+$");

/// An action that a key's policy can be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KmsAction(Action);

word_type!(KmsAction, ACTIONS);

impl ExtraStatement {
    /// The statement as it stands in the key's policy.
    pub(super) fn statement(&self) -> Statement {
        let arns = || self.principals.iter().map(|principal| &principal.value);
        let mut condition = Condition::default();
        let named: Vec<_> = arns().filter(|it| !it.is_account()).map(|it| it.text().into()).collect();
        if !named.is_empty() {
            condition = condition.caller(named);
        }
        for (operator, tests) in &self.condition {
            for (key, values) in tests {
                let values = values.0.iter().map(|value| value.value.as_str().into());
                condition = condition.and(Operator::Written(operator.value.clone()), &key.value, values);
            }
        }
        let actions = self.actions.value.iter().map(|action| action.0).collect();
        let statement = Statement::allow(&*self.sid.0, actions, vec![Arn::any()]).when(condition);
        let mut roots: Vec<_> = arns().map(OutsidePrincipal::root).collect();
        roots.dedup();
        let principal = if roots.is_empty() { Principal::Everyone } else { Principal::Accounts(roots) };
        match self.effect {
            Effect::Allow => statement.to(principal),
            Effect::Deny => statement.to(principal).deny(),
        }
    }

    /// What is wrong with it.
    pub(super) fn check(&self) -> Diagnostics {
        let mut found = Diagnostics::default();
        let at = self.actions.span;
        let conflict = |message: &str| Diagnostic::error(Code::ConflictingProperties, at, message);
        if self.actions.value.is_empty() {
            found.push(Diagnostic::error(Code::InvalidValue, at, "a statement needs at least one action"));
        }
        if self.effect == Effect::Allow && self.principals.is_empty() {
            found.push(conflict("a statement that allows says whom: `principals` is missing"));
        }
        let accounts = self.principals.iter().filter(|it| it.value.is_account()).count();
        if accounts > 0 && accounts < self.principals.len() {
            found.push(conflict(
                "accounts, and roles or users, are two statements: a condition on the caller is for all",
            ));
        }
        let grants = self.actions.value.contains(&KmsAction("kms:CreateGrant"));
        let for_services = self.condition.values().flatten().any(|(key, _)| key.value == "kms:GrantIsForAWSResource");
        if self.effect == Effect::Allow && grants && !for_services {
            let message = "whoever may create grants may give himself any use of the key";
            let hint = "`condition: { Bool: { \"kms:GrantIsForAWSResource\": true } }` leaves them to AWS services";
            found.push(conflict(message).hint(hint));
        }
        let locks = self.actions.value.contains(&KmsAction("kms:PutKeyPolicy"));
        if self.effect == Effect::Deny && locks && self.principals.is_empty() && self.condition.is_empty() {
            found.push(conflict("this locks everybody out: nobody could change the key's policy ever again"));
        }
        for (operator, tests) in &self.condition {
            found.extend(check_operator(operator));
            found.extend(tests.keys().filter_map(check_key));
        }
        found
    }
}

/// An operator that the policy language does not have.
fn check_operator(operator: &Spanned<String>) -> Option<Diagnostic> {
    let word = operator.value.as_str();
    let bare = word.strip_prefix("ForAllValues:").or_else(|| word.strip_prefix("ForAnyValue:")).unwrap_or(word);
    let bare = bare.strip_suffix("IfExists").unwrap_or(bare);
    (!OPERATORS.contains(&bare)).then(|| {
        let message = format!("no condition operator is called `{word}`");
        Diagnostic::error(Code::InvalidValue, operator.span, message).nearest(bare, OPERATORS.iter().copied())
    })
}

/// A condition key that neither KMS nor AWS as a whole has.
fn check_key(key: &Spanned<String>) -> Option<Diagnostic> {
    let word = key.value.as_str();
    let known = |known: &str| known.eq_ignore_ascii_case(word) || known.ends_with(':') && word.starts_with(known);
    if word.starts_with("aws:") || CONDITION_KEYS.iter().any(|key| known(key)) {
        return None;
    }
    let message = format!("no condition key of KMS is called `{word}`");
    let diagnostic = Diagnostic::error(Code::InvalidValue, key.span, message);
    Some(match nearest(word, CONDITION_KEYS.iter().copied()) {
        Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
        None => diagnostic.hint("keys begin with `kms:` or `aws:`"),
    })
}
