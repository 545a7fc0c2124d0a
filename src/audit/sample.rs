//! Requests of which nothing is known but that a statement is about them.

use crate::access::{Comparison, Context, Relation, Test, Text, Values};

/// A text that a pattern is about.
pub(super) fn filled(pattern: &str) -> String {
    let mut result = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(at) = rest.find(['*', '?', '$']) {
        result.push_str(&rest[..at]);
        let (taken, stands_for) = match &rest[at..] {
            variable if variable.starts_with("${") => (variable.find('}').map_or(variable.len(), |end| end + 1), "any"),
            other if other.starts_with('*') => (1, "any"),
            other if other.starts_with('?') => (1, "x"),
            _ => (1, "$"),
        };
        result.push_str(stands_for);
        rest = &rest[at + taken..];
    }
    result.push_str(rest);
    result
}

/// Whether a pattern is about more than one text.
pub(super) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?']) || text.contains("${")
}

/// The most values that one test compares with: how many samples there are.
pub(super) fn count(tests: &[Test]) -> usize {
    let values = tests.iter().map(|test| match test {
        Test::Compare { values, .. } => values.len(),
        Test::Unknown => 0,
    });
    values.max().unwrap_or(0).max(1)
}

/// A context for which tests hold: of each that compares with several values, the one of this number. What must not be
/// there, or must not be something, is left out.
pub(super) fn context(tests: &[Test], number: usize) -> Context {
    let mut context = Context::default();
    for test in tests {
        let Test::Compare { operator, key, values } = test else { continue };
        if operator.negated || values.is_empty() {
            continue;
        }
        let value = &values[number.min(values.len() - 1)];
        let value = match value {
            Text::Known(text) if operator.comparison == Comparison::Null => {
                if text.eq_ignore_ascii_case("true") {
                    continue;
                }
                Text::Unknown
            }
            Text::Known(text) => fitting(text, operator.comparison).map_or(Text::Unknown, Text::Known),
            Text::Unknown => Text::Unknown,
        };
        if context.get(key).is_none() {
            context.insert(key, Values::One(value));
        }
    }
    context
}

/// A value that compares well.
fn fitting(text: &str, comparison: Comparison) -> Option<String> {
    match comparison {
        Comparison::StringLike | Comparison::Arn => Some(filled(text)),
        Comparison::Numeric(Relation::LessThan) => Some((text.parse::<f64>().ok()? - 1.0).to_string()),
        Comparison::Numeric(Relation::GreaterThan) => Some((text.parse::<f64>().ok()? + 1.0).to_string()),
        Comparison::Date(Relation::LessThan | Relation::GreaterThan) => None,
        Comparison::IpAddress => Some(text.split('/').next().unwrap_or_default().to_owned()),
        _ => Some(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn patterns_are_filled() {
        for (pattern, text) in [
            ("arn:aws:s3:::reports/*", "arn:aws:s3:::reports/any"),
            ("secret:orders-??????", "secret:orders-xxxxxx"),
            ("home/${aws:username}/*", "home/any/any"),
            ("costs$", "costs$"),
            ("", ""),
        ] {
            assert_eq!(filled(pattern), text);
        }
    }
}
