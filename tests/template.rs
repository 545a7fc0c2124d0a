//! Templates as text: what is printed is read back as the same tree, as JSON and as YAML.

mod common;

use common::real_templates;
use synth::diagnostic::Sources;
use synth::template::{Format, Template, Value};

fn parse(text: &str) -> Template {
    let mut sources = Sources::default();
    let file = sources.add("template", text);
    Template::parse(file, text).unwrap_or_else(|found| panic!("{}", common::text(&found, &sources)))
}

#[test]
fn json_and_yaml_are_the_same_tree() {
    for (stack, environment, template) in real_templates() {
        for format in [Format::Json, Format::Yaml] {
            assert_eq!(parse(&template.print(format)), template, "{stack} in {environment} as {format:?}");
        }
    }
}

/// Everything that CloudFormation lets stand in a value, in its long form.
const FUNCTIONS: &str = r#"{
  "Parameters": {"Size": {"Type": "Number", "Default": 3}},
  "Conditions": {"Big": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Size"}, "1"]}]}, "Both": {"Fn::And": [{"Condition": "Big"}]}},
  "Resources": {
    "A": {
      "Type": "AWS::SNS::Topic",
      "Condition": "Big",
      "DependsOn": ["B"],
      "Properties": {
        "Text": "no", "Date": "2012-10-17", "Number": 12, "Decimal": 1.5, "Bool": true, "Null": null, "Empty": "",
        "Octal": "012", "Colons": "12:30:45", "Merge": "<<", "Equals": "=", "Lines": "one\ntwo\n", "Tail": " x ",
        "Dollar": {"Fn::Sub": "${!Literal} ${A.Arn} ${AWS::Region}"},
        "List": {"Fn::Sub": ["${X}-${B}", {"X": {"Fn::ImportValue": "net:Vpc:Ref"}}]},
        "Att": {"Fn::GetAtt": ["B", "Endpoint.Address"]},
        "If": {"Fn::If": ["Big", {"Ref": "B"}, {"Ref": "AWS::NoValue"}]},
        "Join": {"Fn::Join": [":", ["a", {"Ref": "B"}]]},
        "Plain": {"Fn::Join": [":", ["a", "b"]]},
        "Output": {"Fn::GetStackOutput": {"StackName": "net", "OutputName": "Key", "Region": "us-east-1"}},
        "NotAFunction": {"Ref": "x", "Other": 1},
        "Nested": {"Fn::Select": [0, {"Fn::Split": [",", {"Fn::ImportValue": {"Fn::Sub": "${AWS::StackName}-x"}}]}]}
      }
    },
    "B": {"Type": "AWS::SNS::Topic", "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
  },
  "Outputs": {"Name": {"Description": "a name", "Value": {"Ref": "B"}, "Export": {"Name": {"Fn::Sub": "${AWS::StackName}-B"}}, "Condition": "Big"}}
}"#;

#[test]
fn every_function_survives_both_formats() {
    let template = parse(FUNCTIONS);
    for format in [Format::Json, Format::Yaml] {
        let text = template.print(format);
        assert_eq!(parse(&text), template, "as {format:?}:\n{text}");
    }
    let printed: serde_json::Value = serde_json::from_str(&template.print(Format::Json)).expect("it is JSON");
    let original: serde_json::Value = serde_json::from_str(FUNCTIONS).expect("it is JSON");
    assert_eq!(printed["Resources"]["A"]["Properties"], original["Resources"]["A"]["Properties"]);
}

#[test]
fn yaml_uses_short_tags_and_long_forms_within() {
    let text = parse(FUNCTIONS).print(Format::Yaml);
    for line in ["Att: !GetAtt B.Endpoint.Address", "Plain: !Join", "Value: !Ref B", "Name: !Sub ${AWS::StackName}-B"] {
        assert!(text.contains(line), "`{line}` is in\n{text}");
    }
    for long in ["\"Fn::Split\":", "Ref: B", "\"Fn::ImportValue\": net:Vpc:Ref"] {
        assert!(text.contains(long), "`{long}` is written long within another function in\n{text}");
    }
}

#[test]
fn short_tags_read_as_long_forms() {
    let yaml = "Resources:\n  A:\n    Type: T\n    Properties:\n      Ref: !Ref B\n      Att: !GetAtt B.Arn\n      Sub: !Sub 'x-${B}'\n      If: !If [Big, !Ref B, no]\n";
    let json = r#"{"Resources": {"A": {"Type": "T", "Properties": {"Ref": {"Ref": "B"}, "Att": {"Fn::GetAtt": ["B", "Arn"]},
        "Sub": {"Fn::Sub": "x-${B}"}, "If": {"Fn::If": ["Big", {"Ref": "B"}, "no"]}}}}}"#;
    assert_eq!(parse(yaml), parse(json));
}

#[test]
fn a_reference_is_found_in_every_function() {
    let mut found = Vec::new();
    let template = parse(FUNCTIONS);
    Value::Map(template.resources["A"].properties.clone()).references(&mut |id| found.push(id.to_owned()));
    found.sort_unstable();
    found.dedup();
    assert_eq!(found, ["A", "AWS::NoValue", "AWS::Region", "AWS::StackName", "B"]);
}
