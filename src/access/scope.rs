//! Which actions and resources a statement is about.

use super::kms;
use super::policy::{Listed, Text};
use super::truth::Truth;
use super::variable::{Texts, Unresolved};
use crate::name::pattern::{Reach, Token, matches, tokens};

impl Listed {
    /// Whether something is meant, by what a test says of each of the listed; nothing of what has a variable that the
    /// request does not have. "Any attempt to match it fails", by way of `NotResource` too.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable>
    pub(super) fn means(&self, test: impl Fn(&Text) -> Option<Truth>) -> Truth {
        let all = self.texts.iter().map(test);
        match self.except {
            false => Truth::any(all.map(|means| means.unwrap_or(Truth::False))),
            true => Truth::all(all.map(|means| means.map_or(Truth::False, |means| !means))),
        }
    }
}

/// Whether an action is one of those that a policy writes: `kms:Decrypt`, `kms:*`, `*`, in any case. The service has no
/// wildcards.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>
pub fn action(pattern: &Text, action: &str) -> Truth {
    let Text::Known(pattern) = pattern else { return Truth::Unknown };
    if pattern == "*" {
        return Truth::True;
    }
    let (Some((wanted, pattern)), Some((service, operation))) = (pattern.split_once(':'), action.split_once(':'))
    else {
        return Truth::False;
    };
    if !wanted.eq_ignore_ascii_case(service) {
        return Truth::False;
    }
    if !pattern.contains(['*', '?']) {
        return pattern.eq_ignore_ascii_case(operation).into();
    }
    let pattern: Vec<Token> = tokens(&pattern.to_lowercase()).collect();
    matches(&pattern, &operation.to_lowercase()).into()
}

/// Whether a resource is one of those that a policy writes; nothing where it has a variable without value. Fields of an
/// ARN that are missing at its end are any, a `*` that ends a field may stand for the fields behind it too, and
/// variables are replaced in the last field only.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-resourceelement>
pub(super) fn resource(pattern: &Text, action: &str, resource: &str, texts: &Texts<'_>) -> Option<Truth> {
    let Text::Known(pattern) = pattern else { return Some(Truth::Unknown) };
    if pattern == "*" {
        return Some(Truth::True);
    }
    let fields: Vec<&str> = pattern.splitn(6, ':').collect();
    let mut wanted: Vec<Token> = Vec::new();
    for field in fields.iter().take(5) {
        let length = field.chars().count();
        wanted.extend(tokens(field).enumerate().map(|(at, token)| match token {
            Token::Many(_) if at + 1 < length => Token::Many(Reach::Field),
            Token::One(_) => Token::One(Reach::Field),
            other => other,
        }));
        wanted.push(Token::Char(':'));
    }
    match fields.get(5).map_or(Ok(vec![Token::Many(Reach::Anything)]), |last| texts.replaced(last, true)) {
        Ok(last) => wanted.extend(last),
        Err(unresolved) => {
            // What the fields before keep from matching, no value would let match.
            wanted.push(Token::Many(Reach::Anything));
            return match unresolved {
                _ if !matches(&wanted, resource) => Some(Truth::False),
                Unresolved::Unknown => Some(Truth::Unknown),
                Unresolved::Missing => None,
            };
        }
    }
    Some(kms::means_key_of_alias(&wanted, action, resource).unwrap_or_else(|| matches(&wanted, resource).into()))
}

/// How near an `Action` comes to an action: another one of its service is nearer than none.
pub(super) fn nearness(listed: &Listed, means: Truth, action: &str) -> Option<u8> {
    let service = action.split(':').next().unwrap_or_default();
    let of_service = |text: &Text| match text {
        Text::Known(text) => text.split(':').next().is_some_and(|own| own.eq_ignore_ascii_case(service)),
        Text::Unknown => false,
    };
    let near = means != Truth::False || listed.except || listed.texts.iter().any(of_service);
    near.then_some((means as u8).max(Truth::Unknown as u8))
}
