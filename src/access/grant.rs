//! Grants of KMS.
//! <https://docs.aws.amazon.com/kms/latest/developerguide/grants.html>

use super::context::{Carried, Context, Values};
use super::kms;
use super::policy::{PrincipalKind, Text};
use super::principal::{Caller, Standing, standing};
use super::truth::Truth;

/// What lets a principal use a key besides policies. It only allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Who may: the ARN of a principal, or the name of a service.
    pub grantee: Text,
    /// What: names of operations, such as `Decrypt`.
    pub operations: Vec<Text>,
    /// When.
    pub constraints: Vec<Constraint>,
}

/// When a grant applies. Keys and values are compared exactly.
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantConstraints.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Constraint {
    /// The encryption context holds these pairs.
    EncryptionContextSubset(Vec<(String, Text)>),
    /// The encryption context is these pairs.
    EncryptionContextEquals(Vec<(String, Text)>),
    /// A template leaves it open, or it is one that is not known here.
    Unknown,
}

impl Grant {
    /// How it stands to a caller, whatever they want to do.
    pub(super) fn standing(&self, caller: &Caller, given: &Context) -> Standing {
        let is_service = matches!(&self.grantee, Text::Known(name) if !name.starts_with("arn:"));
        let kind = if is_service { PrincipalKind::Service } else { PrincipalKind::Aws };
        standing(kind, &self.grantee, caller, given)
    }

    /// Whether it is for an operation.
    pub(super) fn covers(&self, operation: &str) -> Truth {
        Truth::any(self.operations.iter().map(|granted| match granted {
            Text::Known(granted) => granted.eq_ignore_ascii_case(operation).into(),
            Text::Unknown => Truth::Unknown,
        }))
    }

    /// Whether its constraints hold. Who was granted to make grants can hand on what they were granted, no more.
    pub(super) fn holds(&self, operation: &str, context: &Carried<'_>) -> Truth {
        if !kms::has_encryption_context(operation) {
            return Truth::True;
        }
        let constraints = self.constraints.iter().map(|constraint| constraint.holds(context));
        let handed_on = context.get("kms:GrantOperations").filter(|_| kms::makes_grant(operation));
        let handed_on = handed_on.map_or(&[][..], Values::all).iter().map(|wanted| match wanted {
            Text::Known(wanted) => self.covers(wanted),
            Text::Unknown => Truth::Unknown,
        });
        Truth::all(constraints.chain(handed_on))
    }
}

impl Constraint {
    fn holds(&self, context: &Carried<'_>) -> Truth {
        let (pairs, exact) = match self {
            Self::EncryptionContextSubset(pairs) => (pairs, false),
            Self::EncryptionContextEquals(pairs) => (pairs, true),
            Self::Unknown => return Truth::Unknown,
        };
        let given: Vec<(&str, &Values)> = context.given.below("kms:EncryptionContext:").collect();
        let all = Truth::all(pairs.iter().map(|(key, wanted)| {
            let same = |values: &Values| Truth::any(values.all().iter().map(|given| same(wanted, given)));
            given.iter().find(|(name, _)| name == key).map_or(Truth::False, |(_, values)| same(values))
        }));
        all & (!exact || given.len() == pairs.len()).into()
    }
}

fn same(wanted: &Text, given: &Text) -> Truth {
    match (wanted, given) {
        (Text::Known(wanted), Text::Known(given)) => (wanted == given).into(),
        _ => Truth::Unknown,
    }
}
