//! Values outside of a template: for readers, and for the policies of others.

use serde_json::{Map, Value as Json};

use super::{Function, Value};

impl Value {
    /// The value as JSON in which no function stands: what CloudFormation would put in is written as `${…}`, as
    /// `${stack:output}` where it comes from another stack.
    pub fn plain(&self) -> Json {
        match self {
            Value::Null => Json::Null,
            Value::Bool(on) => Json::Bool(*on),
            Value::Number(number) => Json::Number(number.clone()),
            Value::Text(text) => Json::String(text.clone()),
            Value::List(items) => Json::Array(items.iter().map(Value::plain).collect()),
            Value::Map(entries) => {
                Json::Object(entries.iter().map(|(key, value)| (key.to_owned(), value.plain())).collect::<Map<_, _>>())
            }
            Value::Ref(id) => Json::String(format!("${{{id}}}")),
            Value::GetAtt(id, attribute) => Json::String(format!("${{{id}.{attribute}}}")),
            Value::Sub(text, None) => Json::String(text.to_string()),
            Value::Sub(text, Some(variables)) => {
                let filled = variables.iter().fold(text.to_string(), |text, (name, value)| match value.plain() {
                    Json::String(value) => text.replace(&format!("${{{name}}}"), &value),
                    _ => text,
                });
                Json::String(filled)
            }
            Value::Call(function, argument) => match (*function, argument.plain()) {
                (Function::IMPORT_VALUE, Json::String(name)) => Json::String(format!("${{{name}}}")),
                (Function::GET_STACK_OUTPUT, output) => {
                    let part = |key: &str| output[key].as_str().unwrap_or_default().to_owned();
                    Json::String(format!("${{{}:{}}}", part("StackName"), part("OutputName")))
                }
                (_, argument) => Json::String(format!("${{{} {argument}}}", function.name())),
            },
        }
    }
}
