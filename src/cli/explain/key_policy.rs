//! The statements of a key's policy, in a line each.

use serde_json::Value as Json;

use crate::template::Value;

/// The condition by which a statement on an account means its roles and users one by one.
const CALLER: &str = "aws:PrincipalArn";

/// A statement: its id, its effect, on whom, and its actions.
pub(super) fn row(statement: &Value) -> Vec<String> {
    let statement = statement.plain();
    let text = |key: &str| statement[key].as_str().unwrap_or_default().to_owned();
    vec![text("Sid"), text("Effect"), who(&statement), texts(&statement["Action"]).join(", ")]
}

/// The services, accounts, roles and users that a statement is about.
fn who(statement: &Json) -> String {
    let operators = statement["Condition"].as_object().into_iter().flatten();
    let mut callers = operators.filter_map(|(operator, tests)| Some((operator, tests.get(CALLER)?)));
    match callers.next() {
        Some((operator, callers)) if operator.contains("Not") => format!("all but {}", texts(callers).join(", ")),
        Some((_, callers)) => texts(callers).join(", "),
        None => match &statement["Principal"] {
            Json::Object(principals) => principals.values().flat_map(texts).collect::<Vec<_>>().join(", "),
            everybody => texts(everybody).join(", "),
        },
    }
}

/// One text, or several.
fn texts(value: &Json) -> Vec<String> {
    let several = value.as_array().into_iter().flatten();
    several.chain([value]).filter_map(Json::as_str).map(str::to_owned).collect()
}
