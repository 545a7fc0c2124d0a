//! What AWS numbers, outside of templates: each value by the output of a stack that shows it.

use crate::cfn::InstanceId;
use crate::template::{Function, Import, Site, Value};

/// A lowered value in which what AWS numbers stands as `${stack:output}`. What is of the stack `here` itself is added
/// to `shown`, which it has to show; `imports` are those of the value.
pub(super) fn by_outputs(
    value: Value,
    here: InstanceId,
    sites: &[Site],
    imports: &[Import],
    shown: &mut Vec<Import>,
) -> Value {
    let named = |import: &Import| {
        let stack = &sites[import.instance.0 as usize].stack_name;
        Value::Text(format!("${{{stack}:{}}}", import.output()))
    };
    let own = |logical: &str, attribute: Option<&str>, shown: &mut Vec<Import>| {
        let attribute = attribute.map(str::to_owned);
        let import = Import { instance: here, logical: logical.to_owned(), attribute, exported: false };
        let value = named(&import);
        shown.push(import);
        value
    };
    match value {
        Value::Ref(id) if !id.starts_with("AWS::") => own(&id, None, shown),
        Value::GetAtt(id, attribute) => own(&id, Some(&attribute), shown),
        Value::Call(Function::IMPORT_VALUE, argument) => {
            let is = |import: &&Import| {
                *argument == Value::Text(import.export(&sites[import.instance.0 as usize].stack_name))
            };
            imports.iter().find(is).map_or_else(|| Value::Call(Function::IMPORT_VALUE, argument.clone()), named)
        }
        Value::List(items) => {
            Value::List(items.into_iter().map(|item| by_outputs(item, here, sites, imports, shown)).collect())
        }
        Value::Map(entries) => Value::Map(
            entries
                .iter()
                .map(|(key, value)| (key.to_owned(), by_outputs(value.clone(), here, sites, imports, shown)))
                .collect(),
        ),
        other => other,
    }
}
