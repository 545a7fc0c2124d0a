//! Whom a statement is about, in words.

use super::super::deployment::Site;
use super::called::{Names, open, quoted};
use crate::access::{Comparison, PrincipalKind, Statement, Test, Text};

/// Somebody whom a statement is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Whom {
    /// In words.
    pub(super) words: String,
    /// How sure it is who that is.
    pub(super) known: Known,
}

/// How sure it is who somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// The templates make them, or AWS does: a service.
    Here,
    /// By their name alone: they are not in the templates.
    ByName,
    /// Any whose name has a pattern.
    ByPattern,
    /// Whoever IAM lets.
    ByIam,
    /// Whoever another account lets.
    ByAccount,
    /// Everybody.
    Everybody,
    /// The template leaves it open.
    Open,
}

/// Whom a statement is about, each by name. The account with a condition on the ARN stands for those whose ARN it is.
pub(super) fn principals(names: &Names<'_, '_>, key: usize, statement: &Statement) -> Vec<Whom> {
    let site = names.world.site(key);
    let Some(principals) = &statement.principal else { return Vec::new() };
    let mut all: Vec<Whom> = Vec::new();
    for (kind, name) in &principals.all {
        let whom = of_principal(names, site, *kind, name);
        match tested(statement, false) {
            Some(arns) if delegated(&whom) => all.extend(arns.iter().map(|arn| of_arn(names, site, arn))),
            _ => all.push(whom),
        }
    }
    if principals.except {
        let but: Vec<String> = all.into_iter().map(|whom| whom.words).collect();
        return vec![Whom { words: format!("everybody but {}", but.join(", ")), known: Known::Everybody }];
    }
    if let Some(spared) = tested(statement, true) {
        let spared: Vec<String> = spared.iter().map(|arn| of_arn(names, site, arn).words).collect();
        for whom in &mut all {
            whom.words = format!("{} but {}", whom.words, spared.join(", "));
        }
    }
    all
}

fn delegated(whom: &Whom) -> bool {
    matches!(whom.known, Known::ByIam | Known::ByAccount | Known::Everybody)
}

/// The ARNs of callers that a statement asks for, or spares.
pub(super) fn tested(statement: &Statement, negated: bool) -> Option<&[Text]> {
    statement.condition.iter().find_map(|test| match test {
        Test::Compare { operator, key, values }
            if key.eq_ignore_ascii_case("aws:PrincipalArn")
                && operator.negated == negated
                && operator.set.is_none()
                && operator.comparison != Comparison::Null =>
        {
            Some(values.as_slice())
        }
        _ => None,
    })
}

fn of_principal(names: &Names<'_, '_>, site: &Site, kind: PrincipalKind, name: &Text) -> Whom {
    let Text::Known(name) = name else {
        return Whom { words: "whom the template leaves open".to_owned(), known: Known::Open };
    };
    match kind {
        PrincipalKind::Service => Whom { words: format!("service {}", quoted(name, site)), known: Known::Here },
        PrincipalKind::Aws if name == "*" => Whom { words: "everybody".to_owned(), known: Known::Everybody },
        PrincipalKind::Aws => match account(name) {
            Some(account) if account == site.account => {
                Whom { words: "whoever IAM lets".to_owned(), known: Known::ByIam }
            }
            Some(account) => Whom { words: format!("account `{}`", open(account, site)), known: Known::ByAccount },
            None => of_arn(names, site, &Text::Known(name.clone())),
        },
        PrincipalKind::Federated | PrincipalKind::CanonicalUser => {
            Whom { words: quoted(name, site), known: Known::ByName }
        }
    }
}

/// The account that a principal stands for.
fn account(name: &str) -> Option<&str> {
    let is_number = |text: &&str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    let by_arn = || name.strip_suffix(":root")?.split(':').nth(4);
    Some(name).filter(is_number).or_else(by_arn)
}

fn of_arn(names: &Names<'_, '_>, site: &Site, arn: &Text) -> Whom {
    let Text::Known(arn) = arn else {
        return Whom { words: "whom the template leaves open".to_owned(), known: Known::Open };
    };
    let here = names.world.deployment.by_arn(arn);
    let known = match here {
        Some(_) => Known::Here,
        None if arn.contains(['*', '?']) => Known::ByPattern,
        None => Known::ByName,
    };
    let kind = match here.map(|at| names.world.resource(at).kind()) {
        Some("AWS::IAM::Role") => "role ",
        Some("AWS::IAM::User") => "user ",
        _ => "",
    };
    Whom { words: format!("{kind}{}", names.arn(arn, site)), known }
}
