//! What holds for every input: order never matters, and text survives. What is damaged is in damage.rs.

mod common;

use common::{ENVIRONMENTS, folder, only_notes, try_synthesize};
use proptest::collection::vec;
use proptest::prelude::*;
use synth::diagnostic::Sources;
use synth::template::{Format, Function, Map, Resource, Template, Value};

/// Constructs of one scope that use each other, in the order of the list.
const CONSTRUCTS: &[&str] = &[
    "data: { KmsKey: {} }",
    "logs: { KmsKey: { rotation: 90 } }",
    "orders: { EncryptedTable: { key: app/data, partition-key: { id: S } } }",
    "record: { EncryptedLogGroup: { key: app/logs } }",
    "alerts: { EncryptedTopic: { key: app/data, publishers: [cloudwatch] } }",
    "worker: { EncryptedFunction: { code: { bucket: artifacts, key: k }, runtime: java25, logs-key: app/logs, triggers: [app/alerts],
      grants: { app/orders: read-write, app/record: write, app/data: decrypt } } }",
];

fn stack(order: &[usize]) -> String {
    let constructs: Vec<&str> = order.iter().map(|at| CONSTRUCTS[*at]).collect();
    format!("constructs:\n  app:\n    {}\n", constructs.join("\n    "))
}

/// A template whose resources, and the lists in key policies that follow the order of the file, are sorted.
fn sorted(text: &str) -> serde_json::Value {
    fn sort(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Array(items) => {
                items.iter_mut().for_each(sort);
                items.sort_by_key(ToString::to_string);
            }
            serde_json::Value::Object(entries) => {
                entries.values_mut().for_each(sort);
                entries.sort_keys();
            }
            _ => {}
        }
    }
    let mut value = serde_json::from_str(text).expect("templates are JSON");
    sort(&mut value);
    value
}

fn template(order: &[usize]) -> String {
    let folder = folder(ENVIRONMENTS, &[("app.yaml", &stack(order))]);
    let (synthesis, found) = try_synthesize(folder.path(), "prod");
    assert!(only_notes(&found), "{found}");
    synthesis.expect("nothing is found").stacks[0].template.print(Format::Json)
}

/// Any value of a template: texts that YAML readers misread among them.
fn value() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        "[ -~]{0,12}",
        "\\PC{0,6}",
        Just("no".to_owned()),
        Just("0123".to_owned()),
        Just("12:30:45".to_owned()),
        Just("<<".to_owned()),
        Just("=".to_owned()),
        Just("~".to_owned()),
        Just("a\nb\n".to_owned()),
        Just(" x ".to_owned()),
        Just("2012-10-17".to_owned()),
        Just("1_000".to_owned()),
        Just(String::new()),
    ];
    let id = "[A-Z][A-Za-z0-9]{0,8}";
    let leaf = prop_oneof![
        text.prop_map(Value::Text),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(|number| Value::Number(number.into())),
        id.prop_map(Value::Ref),
        (id, id).prop_map(|(id, attribute)| Value::GetAtt(id.into(), attribute.into())),
        id.prop_map(|id| Value::Sub(format!("x-${{{id}}}").into(), None)),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::List),
            // Two keys and more: a map of one could be the name of a function.
            vec(inner.clone(), 2..4).prop_map(|values| {
                Value::Map(
                    values.into_iter().enumerate().map(|(at, value)| (format!("Key{at}"), value)).collect::<Map>(),
                )
            }),
            vec(inner, 1..3).prop_map(|items| Value::Call(Function::JOIN, Box::new(Value::List(items)))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_order_of_constructs_changes_nothing_but_the_order(order in Just((0..CONSTRUCTS.len()).collect::<Vec<_>>()).prop_shuffle()) {
        let first: Vec<usize> = (0..CONSTRUCTS.len()).collect();
        prop_assert_eq!(sorted(&template(&order)), sorted(&template(&first)));
    }

    #[test]
    fn what_is_printed_is_read_back(values in vec(value(), 1..4)) {
        let mut template = Template::default();
        let properties: Map = values.into_iter().enumerate().map(|(at, value)| (format!("P{at}"), value)).collect();
        let resource = Resource { kind: "AWS::SNS::Topic".to_owned(), properties, ..Resource::default() };
        template.resources.insert("It".to_owned(), resource);
        for format in [Format::Json, Format::Yaml] {
            let text = template.print(format);
            let mut sources = Sources::default();
            let file = sources.add("template", text.clone());
            let read = Template::parse(file, &text).map_err(|found| TestCaseError::fail(common::text(&found, &sources)))?;
            prop_assert_eq!(&read, &template, "as {:?}:\n{}", format, text);
        }
    }
}
